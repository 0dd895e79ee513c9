"""A Jupyter server extension: answers of a kernel reach the page at once.

A kernel answers a click in several small messages. By default TCP sends only the first at once and holds the others
back until the browser's system has confirmed it, which takes 40 ms (Nagle's algorithm and the delayed acknowledgement,
RFC 896 and RFC 1122, 4.2.3.2). Jupyter's server keeps this default. With this extension, which installing the package
turns on (see `jupyter_server.json` beside this file), each message is sent when it is ready. This holds for the pages
of every kernel and changes nothing else: the same messages arrive in the same order, and where the socket cannot be
set, the connection stays as it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.websocket import WebSocketClosedError

from lada_explore import SETS_WAIT_POLICY

if SETS_WAIT_POLICY:
    # The setting is meant for kernels that import the package, not for every kernel that this server starts.
    os.environ.pop("OMP_WAIT_POLICY", None)

SETTING = "kernel_websocket_connection_class"
"""Name of the server's setting that holds the class of the connections between pages and kernels."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """Called by Jupyter's server to find the extension."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server as it starts."""
    settings = server.web_app.settings
    if SETTING in settings:
        settings[SETTING] = prompt(settings[SETTING])


def prompt(connection: type[Any]) -> type[Any]:
    """A subclass of a class of connections, whose sockets to the page send each message at once (TCP_NODELAY)."""

    async def connect(self: Any) -> Any:
        # The page may be closed already, or the handler of another class: the connection has to work all the same.
        with suppress(AssertionError, AttributeError, OSError, WebSocketClosedError):
            self.websocket_handler.set_nodelay(True)
        return await connection.connect(self)

    return type(f"Prompt{connection.__name__}", (connection,), {"connect": connect, "__module__": __name__})


PromptConnection = prompt(ZMQChannelsWebsocketConnection)
"""The same for Jupyter's own class of connections. Voila is given this class, because it loads no extension."""
