"""The process of the server: its command line, its environment, and its beginning and end."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

from lada_explore.apps.served.address import ADDRESS
from lada_explore.apps.served.log import Log
from lada_explore.apps.visitors import TOKEN
from lada_explore.errors import LadaError

HERE = Path(__file__).parent
NOTEBOOK = HERE / "app.ipynb"
START_S = 90.0
"""Longest time that a server may take to start, from a slow disk too."""

STOP_S = 10.0
"""Longest time that the server may take to end its kernels; after that it is killed and they end by themselves."""

IDLE_S = 1200
"""A kernel that no page is connected to is ended after this time."""

STUDENTS = 30
"""Kernels at a time by default; 18 GB if all of them play."""

ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Variables that torch, numpy and UMAP read when they start; each student's kernel gets one thread."""


def command(port: int, listen: str = ADDRESS, max_students: int = STUDENTS) -> list[str]:
    """The command line that starts the server."""
    program = [sys.executable, "-m", "lada_explore.apps.visitors"]
    return [*program, f"--port={port}", f"--listen={listen}", f"--max-students={max_students}"]


def environment(run: Path | None, token: str, beside: Path | None = None) -> dict[str, str]:
    """The environment variables of the server and its kernels.

    Args:
        run: the run folder; None for the playground alone.
        token: secret that a page must send. Not on the command line, which other users of this machine can read.
        beside: folder of a run that is shown beside it; None for none.
    """
    paths = [str(HERE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return (
        os.environ
        | dict.fromkeys(ONE_THREAD, "1")
        | {
            "LADA_EXPLORE_RUN": "" if run is None else str(run.resolve()),
            "LADA_EXPLORE_BESIDE": "" if beside is None else str(beside.resolve()),
            "JUPYTER_PATH": os.pathsep.join(paths),
            TOKEN: token,
        }
    )


def wait_until_up(server: subprocess.Popen[bytes], url: str, log: Log) -> None:
    """Wait until the server answers at `url`. Raises LadaError if it ends, or takes longer than `START_S`."""
    end = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # It answers.
        except OSError:
            time.sleep(0.1)
    raise LadaError(f"the server did not start; its messages are in {log.place}")


def stop(server: subprocess.Popen[bytes]) -> None:
    """End the server, and kill it if it takes longer than `STOP_S`."""
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()
