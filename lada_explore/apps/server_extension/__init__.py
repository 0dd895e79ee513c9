"""A Jupyter server extension: answers of a kernel reach the page at once.

A kernel answers a click in several small messages. TCP by default holds back all but the first until the browser's
system has confirmed it, which that puts off by 40 ms (Nagle's algorithm and the delayed acknowledgement, RFC 896 and
RFC 1122, 4.2.3.2). Jupyter's server leaves it so; with this extension, which installing the package turns on (see
`jupyter_server.json` beside this file), each message leaves when it is ready. Any kernel's page gains from it, and
nothing else about it changes: the same messages arrive in the same order, and where the socket cannot be set so, the
connection is what it was.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Any

from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.websocket import WebSocketClosedError

from lada_explore import SETS_WAIT_POLICY

if SETS_WAIT_POLICY:
    # Meant for kernels that import the package, not for every kernel that this server starts.
    os.environ.pop("OMP_WAIT_POLICY", None)

SETTING = "kernel_websocket_connection_class"
"""Where the server's web application keeps the class of the connections between pages and kernels."""


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    """What Jupyter's server asks an extension for."""
    return [{"module": __name__}]


def _load_jupyter_server_extension(server: Any) -> None:
    """Called by Jupyter's server as it starts."""
    settings = server.web_app.settings
    if SETTING in settings:
        settings[SETTING] = prompt(settings[SETTING])


def prompt(connection: type[Any]) -> type[Any]:
    """The same class of connections, the socket to the page set to send each message at once (TCP_NODELAY)."""

    async def connect(self: Any) -> Any:
        # A page that has left already, or a handler of another kind: being quicker is no reason to fail.
        with suppress(AssertionError, AttributeError, OSError, WebSocketClosedError):
            self.websocket_handler.set_nodelay(True)
        return await connection.connect(self)

    return type(f"Prompt{connection.__name__}", (connection,), {"connect": connect, "__module__": __name__})


PromptConnection = prompt(ZMQChannelsWebsocketConnection)
"""Jupyter's own class of connections made prompt, for Voila, which takes a class and no extension."""
