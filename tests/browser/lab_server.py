"""A JupyterLab server of its own: its settings, how it is started, asked and ended."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from helpers.forked_kernels import CAN_FORK, Forks

TRACKER = "@jupyterlab/notebook-extension:tracker"
PROGRAM = """
import signal, sys
from jupyterlab.labapp import main
from lada_explore.background.processes import end_with_parent, wait_for_end_of_input
end_with_parent(wait_for_end_of_input, signal.SIGTERM)
sys.exit(main())
"""
"""JupyterLab, which ends with the tests that started it, also if they are killed."""

SETTINGS = {"@jupyterlab/apputils-extension/themes": {"theme": "JupyterLab Light"}}
"""All else is as JupyterLab comes with `make lab`."""

DEFAULTS = Path(__file__).parents[2] / "tools" / "jupyter"
"""What `make lab` changes of JupyterLab's defaults."""


@dataclass
class Lab:
    """A server. `folder` is its root, `home` holds its settings and log, `process` is None before `start`.

    Its kernels are forked from a process that has imported what they need: see helpers/forked_kernels.py.
    """

    port: int
    token: str
    folder: Path
    home: Path
    process: subprocess.Popen[bytes] | None = None
    forks: Forks | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        with (self.home / "server.log").open("ab") as log:
            if CAN_FORK and self.forks is None:
                self.forks = Forks(self.home / "forked", environment(self.home), log)
            self.process = subprocess.Popen(
                command(self), env=environment(self.home), cwd=self.folder, stdin=subprocess.PIPE, stdout=log,
                stderr=log, start_new_session=True,
            )  # fmt: skip
        wait_until_up(self, self.process)

    def must_run(self) -> None:
        """Raise RuntimeError with the last lines of its log if it has ended by itself, and start it anew.

        So its end fails the tests that needed it then, and not all others that come after them.
        """
        assert self.process is not None
        code = self.process.poll()
        if code is not None:
            said = last_lines(self)
            self.start()
            raise RuntimeError(f"JupyterLab has ended by itself with exit code {code}:\n{said}")

    def api(self, method: str, path: str, data: Any = None) -> Any:
        request = urllib.request.Request(
            self.url + path,
            method=method,
            headers={"Authorization": f"token {self.token}"},
            data=None if data is None else json.dumps(data).encode(),
        )
        with urllib.request.urlopen(request, timeout=20) as reply:
            body = reply.read()
        return json.loads(body) if body else None

    @contextlib.contextmanager
    def windowing(self, mode: str) -> Iterator[None]:
        """Open pages in this windowing mode, which says what becomes of cells that are out of sight."""
        address = f"/lab/api/settings/{TRACKER}"
        self.api("PUT", address, {"raw": json.dumps({"windowingMode": mode})})
        try:
            yield
        finally:
            self.api("PUT", address, {"raw": "{}"})


def new_lab(home: Path) -> Lab:
    """A server that is not started yet, in an empty folder, on a free port."""
    folder = home / "notebooks"
    folder.mkdir()
    mode = os.environ.get("LADA_WINDOWING")
    chosen = {TRACKER.replace(":", "/"): {"windowingMode": mode}} if mode else {}
    for plugin, values in (SETTINGS | chosen).items():
        file = home / "settings" / f"{plugin}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    return Lab(port, secrets.token_hex(16), folder, home)


def last_lines(lab: Lab) -> str:
    return (lab.home / "server.log").read_text(errors="replace")[-3000:]


def command(lab: Lab) -> list[str]:
    return [
        *(sys.executable, "-c", PROGRAM, "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={lab.port}"),
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={lab.token}",
        f"--ServerApp.root_dir={lab.folder}",
        "--LabApp.extension_manager=readonly",
        "--expose-app-in-browser",
        "--JupyterNotebookApp.expose_app_in_browser=True",
    ]


def environment(home: Path) -> dict[str, str]:
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
    }
    # As `_one_thread` of helpers/fixtures.py: a kernel's second thread would wait for the browser and other tests.
    more = {"JUPYTER_CONFIG_PATH": str(DEFAULTS), "JUPYTER_PATH": str(home / "forked")}
    more |= {"PYTHONUNBUFFERED": "1", "OMP_NUM_THREADS": "1"}
    return os.environ | {name: str(home / folder) for name, folder in folders.items()} | more


def wait_until_up(lab: Lab, process: subprocess.Popen[bytes], timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while True:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError(last_lines(lab))
        with contextlib.suppress(OSError):
            lab.api("GET", "/api/status")
            return
        time.sleep(0.1)


def shut_down(lab: Lab) -> None:
    process = lab.process
    if process is None:
        return
    with contextlib.suppress(OSError, subprocess.TimeoutExpired):
        for kernel in lab.api("GET", "/api/kernels"):
            lab.api("DELETE", f"/api/kernels/{kernel['id']}")
        lab.api("POST", "/api/shutdown")
        process.wait(10)
    for ending in (signal.SIGTERM, signal.SIGKILL):
        if process.poll() is None:
            with contextlib.suppress(ProcessLookupError, subprocess.TimeoutExpired):
                os.killpg(process.pid, ending)
                process.wait(5)
    if lab.forks:
        lab.forks.end()
