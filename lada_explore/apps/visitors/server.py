"""Voila with what a page of ours needs and nothing else, told all that it is to be told."""

from __future__ import annotations

import re
import signal
from argparse import Namespace
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila

from lada_explore.apps.served import IDLE_S, NOTEBOOK
from lada_explore.apps.server_extension import PromptConnection
from lada_explore.apps.visitors import handlers
from lada_explore.apps.visitors.kernels import KERNEL, VisitorKernels

KERNEL_ID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
MESSAGES = ["comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"]
"""All that a page may send to its kernel; code is not among it."""

MOST_BYTES = 2**20
"""The longest request, and message of a page to its kernel: a thousand points drawn by hand take 40 kB."""

ENDS_S = 3.0
"""As long kernels may take to end."""

EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
"""What draws our widgets; whatever else is installed for JupyterLab is not loaded."""

ONE_EXTENSION = f"(?:{'|'.join(map(re.escape, EXTENSIONS))})"


class Server(Voila):  # type: ignore[misc]  # untyped
    """Voila with our handlers in place of its own and of Jupyter's.

    Attributes:
        max_students: kernels at a time.
    """

    max_students = 1

    @property
    def notebook_name(self) -> str:
        """The notebook as the contents manager names it."""
        return NOTEBOOK.name

    def init_settings(self) -> dict[str, Any]:
        """What handlers find in the web application's settings."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = MESSAGES
        # Each of our handlers asks by itself who is there; Jupyter would send them to its login page.
        return settings | {"allow_unauthenticated_access": True, "websocket_max_message_size": MOST_BYTES}

    def init_handlers(self) -> list[Any]:
        """All that there is."""
        return [
            (r"/", handlers.Page),
            (rf"/api/kernels/{KERNEL_ID}", handlers.Kernel),
            (rf"/api/kernels/{KERNEL_ID}/channels", handlers.Channels),
            (rf"/voila/api/shutdown/{KERNEL_ID}", handlers.Leave),
            (r"/voila/static/(.*)", handlers.VoilaFiles, {"paths": self.static_paths}),
            (r"/voila/templates/(.*)", handlers.TemplateFiles),
            (rf"/voila/labextensions/({ONE_EXTENSION}/.*)", handlers.ExtensionFiles, {"path": self.labextensions_path}),
            (r".*", handlers.NotThere),
        ]

    def _handle_signal_stop(self, *signalled: Any) -> None:
        # Once: a second signal would stop what the loop does at the end.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        super()._handle_signal_stop(*signalled)

    def start(self) -> None:
        """Serve until SIGTERM."""
        web = Application(self.init_handlers(), **self.init_settings())
        web.listen(self.port, self.ip, max_buffer_size=MOST_BYTES, max_body_size=MOST_BYTES)
        self.ioloop.start()
        # Nothing of a kernel is kept. One that does not end in time does so when this process has.
        self.ioloop.run_sync(lambda: self.kernel_manager.shutdown_all(now=True), timeout=ENDS_S)


def settings(port: int, listen: str) -> Config:
    """What Voila and Jupyter are told; no configuration file of this person or of this folder is read.

    Args:
        port: to listen on.
        listen: address to listen on.
    """
    config = Config()
    config.Voila.update(
        {
            "ip": listen,
            "port": port,
            "port_retries": 0,
            "open_browser": False,
            "config_file_paths": [],
            "identity_provider_class": handlers.Visitors,
            "kernel_websocket_connection_class": PromptConnection,
            "log_level": "WARN",
        }
    )
    config.VoilaConfiguration.update(
        {
            "template": "lada_explore",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "multi_kernel_manager_class": VisitorKernels,
            "extension_allowlist": EXTENSIONS,
        }
    )
    config.VoilaExecutor.cell_error_instruction = "Load the page again."
    config.Visitors.cookie_options = {"httponly": True, "samesite": "Lax"}
    # Other people who use this machine could listen to what a kernel sends to the server.
    config.MappingKernelManager.transport_encryption = "auto"
    config.MappingKernelManager.update({"cull_idle_timeout": IDLE_S, "cull_interval": 60})
    # A kernel that has died comes back empty; its page asks to be loaded again instead.
    config.KernelRestarter.restart_limit = 0
    config.KernelSpecManager.update({"allowed_kernelspecs": {KERNEL}, "ensure_native_kernel": False})
    return config


def serve(place: Path, token: str, first: str, given: Namespace) -> None:
    """Serve until SIGTERM.

    Args:
        place: folder for connection files and for what kernels keep.
        token: lets a browser in.
        first: lets in one browser, once.
        given: port, listen and max_students.
    """
    app = Server.instance(config=settings(given.port, given.listen), token=token)
    app.max_students, app.connection_dir = given.max_students, str(place)
    app.ioloop = IOLoop.current()  # which SIGTERM stops, also where it comes before the loop begins
    app.initialize([str(NOTEBOOK)])
    handlers.Visitors.first = first
    app.start()
