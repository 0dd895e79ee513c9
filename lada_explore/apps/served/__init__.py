"""The playground and the explorer as an application: Voila serves one notebook, without its code, to browsers.

Every page has a kernel of its own, on one thread, so that twenty of them share eight cores fairly. The server is a
process of its own (`lada_explore.apps.visitors`); what it and the libraries print goes to a log.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs

from lada_explore.apps.served.log import Log
from lada_explore.apps.visitors import FIRST, PLACE, TOKEN
from lada_explore.background.processes import sigterm_interrupts
from lada_explore.config.paths import expanded, new_log
from lada_explore.errors import ConfigError, LadaError
from lada_explore.store import open_run

HERE = Path(__file__).parent
NOTEBOOK = HERE / "app.ipynb"
ADDRESS = "127.0.0.1"
EVERYWHERE = "0.0.0.0"
PORT = 8866
START_S = 90.0
"""Longest time that a server may take to start, from a slow disk too."""

STOP_S = 10.0
"""Longest time that the server may take to end its kernels; after that it is killed and they end by themselves."""

IDLE_S = 1200
"""A kernel that no page is connected to is ended after this time."""

MAX_GROUP = 9999

STUDENTS = 30
"""Kernels at a time by default; 18 GB if all of them play."""

MAX_STUDENTS = 1000

ONE_THREAD = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")
"""Variables that torch, numpy and UMAP read when they start; each student's kernel gets one thread."""


def serve(
    run: Path | None = None,
    *,
    port: int | None = None,
    listen: str = ADDRESS,
    max_students: int = STUDENTS,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the playground, and the explorer of a recorded run, until it is interrupted, by Ctrl+C or by `kill`.

    Args:
        run: the run folder, opened for reading only; the playground alone when None.
        port: 8866, or any free one where that is taken, when None.
        listen: address to listen on; "0.0.0.0" lets in everybody on the network who knows the token.
        max_students: kernels at a time; later visitors are told that all places are taken.
        browser: whether to open a browser on it.
        say: called with the sentence that names the address, then with the one that names the log.

    Raises:
        StoreError: the run folder is missing or damaged.
        ConfigError: a port, an address or a number of students that cannot be used.
        LadaError: the server did not start, or ended by itself.
    """
    if run is not None:
        run = expanded(run)
        open_run(run)  # Refuses a damaged folder before anything is started.
    if not 1 <= max_students <= MAX_STUDENTS:
        raise ConfigError(f"max-students is {max_students}; let 1 to {MAX_STUDENTS} in")
    chosen = free_port(port, listen)
    token, first = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
    log = Log(new_log("app"), hidden=token.encode())
    here = f"http://{ADDRESS if listen == EVERYWHERE else listen}:{chosen}/"
    everybody = f"http://{socket.gethostname()}:{chosen}/" if listen == EVERYWHERE else here
    what = "The playground is" if run is None else f"{run} and the playground are"
    with (
        sigterm_interrupts(),
        _removed(Path(tempfile.gettempdir(), f"lada-explore-app-{secrets.token_hex(8)}")) as place,
        subprocess.Popen(
            command(chosen, listen, max_students),
            env=environment(run, token) | {FIRST: first, PLACE: str(place)},
            stdin=subprocess.PIPE,  # its end tells the server that this process has ended
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as server,
        log.keeping(server.stdout),
    ):
        try:
            _wait_until_up(server, here, log)
            say(f"{what} shown at {everybody}?token={token} until this command is interrupted (Ctrl+C)")
            say(f"The messages of the server go to {log.place}")
            if browser:
                webbrowser.open(f"{here}?first={first}")
            server.wait()
        except KeyboardInterrupt:
            return
        finally:
            _stop(server)
    raise LadaError(f"the server ended by itself (exit code {server.returncode}); its messages are in {log.place}")


@contextmanager
def _removed(place: Path) -> Iterator[Path]:
    """Remove a folder at the end that another process makes and usually removes."""
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _stop(server: subprocess.Popen[bytes]) -> None:
    server.terminate()
    try:
        server.wait(STOP_S)
    except subprocess.TimeoutExpired:
        server.kill()


def group_of(query: str) -> int | None:
    """The group that the address of a page names, as in `/?group=3`; None where it names none.

    Args:
        query: what stands behind the question mark.

    Raises:
        ConfigError: a group that is no whole number from 0 to `MAX_GROUP`, or several.
    """
    given = parse_qs(query, keep_blank_values=True).get("group", [])
    if not given:
        return None
    if len(given) > 1:
        raise ConfigError(f"the address names {len(given)} groups; keep one, as in &group=3")
    (text,) = given
    if not (text.isascii() and text.isdigit() and int(text) <= MAX_GROUP):
        raise ConfigError(
            f"group {text!r} in the address is no whole number from 0 to {MAX_GROUP}; end the address with &group=3, "
            "for example"
        )
    return int(text)


def command(port: int, listen: str = ADDRESS, max_students: int = STUDENTS) -> list[str]:
    """The command line that starts the server."""
    program = [sys.executable, "-m", "lada_explore.apps.visitors"]
    return [*program, f"--port={port}", f"--listen={listen}", f"--max-students={max_students}"]


def environment(run: Path | None, token: str) -> dict[str, str]:
    """The environment variables of the server and its kernels.

    Args:
        run: the run folder; None for the playground alone.
        token: secret that a page must send. Not on the command line, which other users of this machine can read.
    """
    paths = [str(HERE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return (
        os.environ
        | dict.fromkeys(ONE_THREAD, "1")
        | {
            "LADA_EXPLORE_RUN": "" if run is None else str(run.resolve()),
            "JUPYTER_PATH": os.pathsep.join(paths),
            TOKEN: token,
        }
    )


def free_port(port: int | None, listen: str = ADDRESS) -> int:
    """A free port of an address of this machine.

    Args:
        port: the port wanted; when None 8866, or any free one if that is taken.
        listen: the address.

    Raises:
        ConfigError: the port does not exist or is in use, or `listen` is no IPv4 address of this machine.
    """
    try:
        ipaddress.IPv4Address(listen)
    except ValueError as error:
        raise ConfigError(
            f"{listen!r} is no IPv4 address to listen on; use {ADDRESS} for this machine alone, or {EVERYWHERE} for "
            "every network it is in"
        ) from error
    if port is not None and not 1 <= port <= 65535:
        raise ConfigError(f"port {port} does not exist; choose one from 1024 to 65535 with --port")
    for wanted in (PORT, 0) if port is None else (port,):
        with socket.socket() as probe:
            try:
                probe.bind((listen, wanted))
            except OSError as error:
                if port is not None:
                    raise ConfigError(
                        f"port {port} cannot be used ({error.strerror}); choose another with --port"
                    ) from error
                continue
            return int(probe.getsockname()[1])
    raise ConfigError(f"no port of {listen} can be used; is it an address of this machine, or are all ports taken?")


def _wait_until_up(server: subprocess.Popen[bytes], url: str, log: Log) -> None:
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
