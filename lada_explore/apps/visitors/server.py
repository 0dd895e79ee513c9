"""Voila's application with our handlers and our settings."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from typing import Any

from tornado.ioloop import IOLoop
from tornado.web import Application
from traitlets.config import Config
from voila.app import Voila

from lada_explore.apps.served.process import IDLE_S, NOTEBOOK
from lada_explore.apps.server_extension import PromptConnection
from lada_explore.apps.visitors import handlers
from lada_explore.apps.visitors.kernels import KERNEL, VisitorKernels
from lada_explore.apps.visitors.teacher import TeacherHandler

KERNEL_ID = r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})"
MESSAGES = ["comm_open", "comm_msg", "comm_close", "comm_info_request", "kernel_info_request"]
"""Types of messages that a page may send to its kernel. There is none that executes code."""

MAX_BYTES = 2**20
"""Of a request, and of a message from a page to its kernel. A thousand points drawn by hand take 40 kB."""

ENDS_S = 3.0
"""How long the kernels may take to end."""

EXTENSIONS = ["anywidget", "@jupyter-widgets/jupyterlab-manager", "@voila-dashboards/widgets-manager8"]
"""JupyterLab extensions that our widgets need. Others that are installed are not loaded."""

ONE_EXTENSION = f"(?:{'|'.join(map(re.escape, EXTENSIONS))})"


class Server(Voila):  # type: ignore[misc]  # untyped
    """Voila with our handlers instead of its own and Jupyter's.

    Attributes:
        max_students: kernels at a time.
        teacher: opens the teacher's page.
    """

    max_students = 1
    teacher = ""

    @property
    def notebook_name(self) -> str:
        """The notebook as the contents manager names it."""
        return NOTEBOOK.name

    def init_settings(self) -> dict[str, Any]:
        """The settings of the web application, which handlers read."""
        settings: dict[str, Any] = super().init_settings()
        self.kernel_manager.allowed_message_types = MESSAGES
        # Every handler of ours checks who asks. Jupyter would redirect strangers to a login page, which we do not have.
        ours = {"websocket_max_message_size": MAX_BYTES, "teacher": self.teacher}
        return settings | {"allow_unauthenticated_access": True} | ours

    def init_handlers(self) -> list[Any]:
        """All addresses that are answered."""
        files = {"path": self.labextensions_path}
        return [
            (r"/", handlers.PageHandler),
            (r"/teacher", TeacherHandler),
            (rf"/api/kernels/{KERNEL_ID}", handlers.KernelHandler),
            (rf"/api/kernels/{KERNEL_ID}/channels", handlers.ChannelsHandler),
            (rf"/voila/api/shutdown/{KERNEL_ID}", handlers.LeaveHandler),
            (r"/voila/static/(.*)", handlers.VoilaFileHandler, {"paths": self.static_paths}),
            (r"/voila/templates/(.*)", handlers.TemplateFileHandler),
            (rf"/voila/labextensions/({ONE_EXTENSION}/.*)", handlers.ExtensionFileHandler, files),
            (r".*", handlers.NotFoundHandler),
        ]

    def _handle_signal_stop(self, *signalled: Any) -> None:
        # Only once: a second stop would interrupt the shutdown of the kernels in `start`.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        super()._handle_signal_stop(*signalled)

    def start(self) -> None:
        """Serve until SIGTERM, then end all kernels."""
        web = Application(self.init_handlers(), **self.init_settings())
        web.listen(self.port, self.ip, max_buffer_size=MAX_BYTES, max_body_size=MAX_BYTES)
        self.ioloop.start()
        # A kernel that takes longer ends by itself after this process.
        self.ioloop.run_sync(lambda: self.kernel_manager.shutdown_all(now=True), timeout=ENDS_S)


def settings(port: int, listen: str) -> Config:
    """Settings of Voila and Jupyter. Configuration files, in the home or in the working folder, are not read.

    Args:
        port: port to listen on.
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
            "multi_kernel_manager_class": VisitorKernels,
            "extension_allowlist": EXTENSIONS,
        }
    )
    config.VoilaExecutor.cell_error_instruction = "Load the page again."
    config.Visitors.cookie_options = {"httponly": True, "samesite": "Lax"}
    # Without it, other users of this machine could read what kernels send to the server.
    config.MappingKernelManager.transport_encryption = "auto"
    config.MappingKernelManager.update({"cull_idle_timeout": IDLE_S, "cull_interval": 60})
    # A restarted kernel would know nothing of its page. The page says that the kernel has ended, and what to do.
    config.KernelRestarter.restart_limit = 0
    config.KernelSpecManager.update({"allowed_kernelspecs": {KERNEL}, "ensure_native_kernel": False})
    return config


def serve(port: int, listen: str, max_students: int, *, place: Path, token: str, first: str, teacher: str) -> None:
    """Serve until SIGTERM.

    Args:
        port: port to listen on.
        listen: address to listen on.
        max_students: kernels at a time.
        place: folder for the files of kernels.
        token: a browser that brings it is let in.
        first: a browser that brings it is let in, once.
        teacher: a browser that brings it sees how far the groups are.
    """
    app = Server.instance(config=settings(port, listen), token=token)
    app.max_students, app.connection_dir, app.teacher = max_students, str(place), teacher
    app.ioloop = IOLoop.current()  # set before Voila handles SIGTERM, which stops this loop
    app.initialize([str(NOTEBOOK)])
    handlers.Visitors.first = first
    app.start()
