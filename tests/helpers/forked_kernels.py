"""Kernels that are forked from one process that has imported everything, so that none of them imports torch again.

A kernel then begins in a fraction of a second, in place of several of imports. To Jupyter nothing is different: what
the kernelspec starts is a small process, which is interrupted, killed and waited for as a kernel is.

    python forked_kernels.py serve NUMBER       imports everything and forks, until its standard input ends
    python forked_kernels.py ask SOCKET WORDS   is that small process: it asks for a kernel, and ends as it ends
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import IO, Any

MODULES = ("ipykernel.kernelapp", "matplotlib.pyplot", "torchvision", "umap")
"""What our notebooks need beside this package, of which every module is imported too."""

POLL_S = 0.02
"""How often it is looked whether a kernel has ended."""

LIMIT_BYTES = 1 << 20
"""Of an environment and the words of a kernel."""

CAN_FORK = sys.platform == "linux"
"""Elsewhere kernels begin as Jupyter starts them: Windows has no fork, and macOS's frameworks do not survive one."""


class Forks:
    """The process that forks the kernels named "python3" of all that have `folder` in their JUPYTER_PATH.

    It ends with the tests, also if they are killed, and its kernels with it.

    Args:
        folder: is made, for the kernelspec.
        environment: of the imports; each kernel has that of who starts it.
        log: takes what the imports say.
    """

    def __init__(self, folder: Path, environment: dict[str, str], log: IO[bytes]) -> None:
        self._short = tempfile.TemporaryDirectory(prefix="lada")  # the path of a socket has about a hundred letters
        place = str(Path(self._short.name) / "socket")
        spec = folder / "kernels" / "python3" / "kernel.json"
        spec.parent.mkdir(parents=True)
        ask = [sys.executable, "-I", "-S", __file__, "ask", place, "-f", "{connection_file}"]
        spec.write_text(json.dumps({"argv": ask, "display_name": "Python 3 (ipykernel)", "language": "python"}))
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(place)
            listener.listen(32)
            self._process = subprocess.Popen(
                [sys.executable, __file__, "serve", str(listener.fileno())], pass_fds=[listener.fileno()],
                env=environment, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip

    def end(self) -> None:
        """End it, and the kernels that still run."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(30)
        self._short.cleanup()


def ask(place: str, words: list[str]) -> None:
    """Have a kernel forked with these words, and environment, folder and outputs of this process; end as it ends."""
    wanted = {"words": words, "environ": dict(os.environ), "folder": os.getcwd()}
    line = socket.socket(socket.AF_UNIX)
    line.connect(place)
    socket.send_fds(line, [json.dumps(wanted).encode() + b"\n"], [0, 1, 2])
    said = line.makefile()
    kernel = int(said.readline())
    for kind in (signal.SIGINT, signal.SIGTERM):
        signal.signal(kind, lambda kind, _: os.kill(kernel, kind))
    code = int(said.readline() or -signal.SIGKILL)
    if code < 0:
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    sys.exit(code)


def serve(listener: socket.socket) -> list[str]:
    """Fork a kernel for each that asks. Returns the words of a kernel, in the kernel's own process."""
    _import_everything()
    kernels: dict[socket.socket, int] = {}
    while True:
        ready, _, _ = select.select([listener, sys.stdin, *kernels], [], [], POLL_S)
        if sys.stdin in ready:
            for kernel in kernels.values():
                os.kill(kernel, signal.SIGKILL)
            sys.exit()
        for line in kernels.keys() & set(ready):  # who asked was killed
            os.kill(kernels[line], signal.SIGKILL)
        _tell_of_the_ended(kernels)
        if listener not in ready:
            continue
        line, _ = listener.accept()
        wanted, descriptors = _read(line)
        kernel = os.fork()
        if not kernel:
            for other in (listener, line, *kernels):
                other.close()
            _become(wanted, descriptors)
            return wanted["words"]
        for descriptor in descriptors:
            os.close(descriptor)
        kernels[line] = kernel
        line.sendall(f"{kernel}\n".encode())


def _import_everything() -> None:
    """Import what notebooks need, and keep it out of every later search for garbage."""
    os.environ["JPY_PARENT_PID"] = str(os.getpid())  # is read when ipykernel is imported: who ends a kernel with itself
    import lada_explore

    ours = [found.name for found in pkgutil.walk_packages(lada_explore.__path__, "lada_explore.")]
    for module in (*MODULES, *(name for name in ours if not name.endswith("__main__"))):
        importlib.import_module(module)
    gc.collect()
    gc.freeze()


def _tell_of_the_ended(kernels: dict[socket.socket, int]) -> None:
    for line, kernel in list(kernels.items()):
        ended, status = os.waitpid(kernel, os.WNOHANG)
        if ended:
            del kernels[line]
            with contextlib.suppress(OSError):
                line.sendall(f"{os.waitstatus_to_exitcode(status)}\n".encode())
            line.close()


def _read(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    text, descriptors, _, _ = socket.recv_fds(line, LIMIT_BYTES, 3)
    while not text.endswith(b"\n"):
        text += line.recv(LIMIT_BYTES)
    return json.loads(text), list(descriptors)


def _become(wanted: dict[str, Any], descriptors: list[int]) -> None:
    """Take over environment, folder, and standard input, output and error of the process that asked."""
    os.setsid()
    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environ"])


def main(what: str, where: str, *words: str) -> None:
    if what == "ask":
        ask(where, list(words))
    del sys.path[0]  # the folder of the helpers; a kernel puts that of its notebook there
    sys.argv[1:] = serve(socket.socket(fileno=int(where)))
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


if __name__ == "__main__":
    main(*sys.argv[1:])
