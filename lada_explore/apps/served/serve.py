"""Serve the playground, and the explorer of a run, until it is interrupted."""

from __future__ import annotations

import secrets
import shutil
import socket
import subprocess
import tempfile
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from lada_explore.apps.served.address import ADDRESS, EVERYWHERE, free_port
from lada_explore.apps.served.log import Log
from lada_explore.apps.served.process import STUDENTS, command, environment, stop, wait_until_up
from lada_explore.apps.visitors import FIRST, PLACE, TEACHER
from lada_explore.background.processes import signals_interrupt
from lada_explore.config.paths import expanded, new_log
from lada_explore.errors import ConfigError, LadaError
from lada_explore.store import open_run

MAX_STUDENTS = 1000


def serve(
    run: Path | None = None,
    *,
    beside: Path | None = None,
    port: int | None = None,
    listen: str = ADDRESS,
    max_students: int = STUDENTS,
    browser: bool = True,
    say: Callable[[str], None] = print,
) -> None:
    """Serve the playground, and the explorer of a recorded run, until it is interrupted, by Ctrl+C or by `kill`.

    Args:
        run: the run folder, opened for reading only; the playground alone when None.
        beside: folder of a run that is shown beside it; None for none.
        port: 8866, or any free one where that is taken, when None.
        listen: address to listen on; "0.0.0.0" lets in everybody on the network who knows the token.
        max_students: kernels at a time; later visitors are told that all places are taken.
        browser: whether to open a browser on it.
        say: called with the sentence that names the address, with the one that names the log, then with the one that
            names the address of the teacher's page.

    Raises:
        StoreError: the run folder is missing or damaged.
        ConfigError: a port, an address or a number of students that cannot be used; a run beside none.
        LadaError: the server did not start, or ended by itself.
    """
    if run is not None:
        run = expanded(run)
        open_run(run)  # Refuses a damaged folder before anything is started.
    if beside is not None:
        if run is None:
            raise ConfigError("--beside names a run to show beside another one; name that one too, before it")
        beside = expanded(beside)
        open_run(beside)
    if not 1 <= max_students <= MAX_STUDENTS:
        raise ConfigError(f"max-students is {max_students}; let 1 to {MAX_STUDENTS} in")
    chosen = free_port(port, listen)
    token, first, teacher = (secrets.token_urlsafe(24) for _ in range(3))
    log = Log(new_log("app"), hidden=(token.encode(), teacher.encode()))
    here = f"http://{ADDRESS if listen == EVERYWHERE else listen}:{chosen}/"
    everybody = f"http://{socket.gethostname()}:{chosen}/" if listen == EVERYWHERE else here
    what = "The playground is" if run is None else f"{run} and the playground are"
    with (
        signals_interrupt(),
        _removed(Path(tempfile.gettempdir(), f"lada-explore-app-{secrets.token_hex(8)}")) as place,
        subprocess.Popen(
            command(chosen, listen, max_students),
            env=environment(run, token, beside) | {FIRST: first, PLACE: str(place), TEACHER: teacher},
            stdin=subprocess.PIPE,  # its end tells the server that this process has ended
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as server,
        log.keeping(server.stdout),
    ):
        try:
            wait_until_up(server, here, log)
            say(f"{what} shown at {everybody}?token={token} until this command is interrupted (Ctrl+C)")
            say(f"The messages of the server go to {log.place}")
            say(f"How far the groups are is shown to you, and to no student, at {everybody}teacher?key={teacher}")
            if browser:
                webbrowser.open(f"{here}?first={first}")
            server.wait()
        except KeyboardInterrupt:
            return
        finally:
            stop(server)
    raise LadaError(f"the server ended by itself (exit code {server.returncode}); its messages are in {log.place}")


@contextmanager
def _removed(place: Path) -> Iterator[Path]:
    """Remove a folder at the end that another process makes and usually removes."""
    try:
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)
