"""The explorer as an application: Voila serves one notebook, without its code, to a browser on this machine."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import webbrowser
from collections.abc import Callable
from pathlib import Path

from lada_explore.errors import ConfigError, LadaError
from lada_explore.store import open_run

HERE = Path(__file__).parent
NOTEBOOK = HERE / "explorer.ipynb"
ADDRESS = "127.0.0.1"
PORT = 8866
START_S = 90.0
"""Longer than this a server does not take to start, also on a slow disk."""


def serve(run: Path, *, port: int | None = None, browser: bool = True, say: Callable[[str], None] = print) -> None:
    """Serve the explorer of a recorded run until it is interrupted.

    Args:
        run: the run folder, opened for reading only.
        port: of 127.0.0.1; 8866, or any free one where that is taken, when None.
        browser: whether to open a browser on it.
        say: takes the sentence with the address.

    Raises:
        StoreError: no run folder, or a damaged one.
        ConfigError: a port that cannot be used.
        LadaError: the server did not start.
    """
    open_run(run)  # Says what is wrong with a folder before anything is started.
    chosen = free_port(port)
    token = secrets.token_urlsafe(24)
    url = f"http://{ADDRESS}:{chosen}/?token={token}"
    with subprocess.Popen(command(chosen), env=environment(run, token)) as server:
        try:
            _wait_until_up(server, url)
            say(f"{run} is shown at {url} until this command is interrupted (Ctrl+C)")
            if browser:
                webbrowser.open(url)
            server.wait()
        except KeyboardInterrupt:
            pass
        finally:
            server.terminate()


def command(port: int) -> list[str]:
    """What starts the server on a port of 127.0.0.1."""
    return [
        *(sys.executable, "-m", "voila", str(NOTEBOOK)),
        *("--no-browser", f"--Voila.ip={ADDRESS}", f"--port={port}", "--Voila.port_retries=0"),
        *("--Voila.auto_token=True", "--template=lada_explore", "--Voila.log_level=ERROR"),
    ]


def environment(run: Path, token: str) -> dict[str, str]:
    """What the server and its kernel find in their environment.

    Args:
        run: the run folder.
        token: what a page must know to be served. Other people may use this machine, and can read a command line.
    """
    paths = [str(HERE), *filter(None, [os.environ.get("JUPYTER_PATH")])]
    return os.environ | {
        "LADA_EXPLORE_RUN": str(run.resolve()),
        "JUPYTER_PATH": os.pathsep.join(paths),
        "JUPYTER_TOKEN": token,
    }


def free_port(port: int | None) -> int:
    """A port of this machine that nobody uses.

    Args:
        port: the one wanted; 8866, or else any free one, when None.

    Raises:
        ConfigError: no port, or one in use.
    """
    if port is not None and not 1 <= port <= 65535:
        raise ConfigError(f"port {port} does not exist; choose one from 1024 to 65535 with --port")
    for wanted in (PORT, 0) if port is None else (port,):
        with socket.socket() as probe:
            try:
                probe.bind((ADDRESS, wanted))
            except OSError as error:
                if port is not None:
                    raise ConfigError(
                        f"port {port} cannot be used ({error.strerror}); choose another with --port"
                    ) from error
                continue
            return int(probe.getsockname()[1])
    raise ConfigError("no port of 127.0.0.1 is free; close another server first")


def _wait_until_up(server: subprocess.Popen[bytes], url: str) -> None:
    status = url.replace("/?", "/voila/static/voila.js?")
    end = time.monotonic() + START_S
    while server.poll() is None and time.monotonic() < end:
        try:
            urllib.request.urlopen(status, timeout=5).close()
            return
        except urllib.error.HTTPError:
            return  # It answers.
        except OSError:
            time.sleep(0.1)
    raise LadaError("the server did not start; what it said stands above")
