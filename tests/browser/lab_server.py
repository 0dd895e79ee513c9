"""A JupyterLab server of its own: its settings, how it is started, asked and ended."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
    """A running server. `folder` is its root, `home` holds its settings and log."""

    url: str
    token: str
    folder: Path
    home: Path

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


def command(lab: Lab, port: int) -> list[str]:
    return [
        *(sys.executable, "-c", PROGRAM, "--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}"),
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
    more = {"JUPYTER_CONFIG_PATH": str(DEFAULTS), "PYTHONUNBUFFERED": "1"}
    return os.environ | {name: str(home / folder) for name, folder in folders.items()} | more


def wait_until_up(lab: Lab, process: subprocess.Popen[bytes], timeout_s: float = 90) -> None:
    end = time.monotonic() + timeout_s
    while True:
        if process.poll() is not None or time.monotonic() > end:
            raise RuntimeError((lab.home / "server.log").read_text(errors="replace")[-3000:])
        with contextlib.suppress(OSError):
            lab.api("GET", "/api/status")
            return
        time.sleep(0.1)


def shut_down(lab: Lab, process: subprocess.Popen[bytes]) -> None:
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
