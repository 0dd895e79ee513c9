"""The Jupyter server extension: the socket to the page sends each message at once."""

import asyncio
import importlib.metadata
import json
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from jupyter_server.services.kernels.connection.base import BaseKernelWebsocketConnection
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port
from tornado.web import Application
from tornado.websocket import WebSocketClosedError, WebSocketHandler, websocket_connect

from lada_explore.apps import server_extension as server


class Connection:
    """Stands for Jupyter's: it knows its handler, and `connect` is called once the socket is open."""

    def __init__(self, websocket_handler):
        self.websocket_handler = websocket_handler

    async def connect(self):
        return "connected"


def nodelay_of(connection_class):
    """What `connect` gives on a real WebSocket, and whether the server's end of it then holds nothing back."""

    class Handler(WebSocketHandler):
        async def open(self):
            said = await connection_class(self).connect()
            option = self.ws_connection.stream.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
            await self.write_message(json.dumps([said, bool(option)]))

    async def ask():
        listener, port = bind_unused_port()
        http = HTTPServer(Application([("/", Handler)]))
        http.add_socket(listener)
        page = await websocket_connect(f"ws://127.0.0.1:{port}/")
        answer = json.loads(await page.read_message())
        page.close()
        http.stop()
        return answer

    return asyncio.run(ask())


def test_a_prompt_connection_holds_nothing_back_and_jupyters_own_does():
    assert nodelay_of(Connection) == ["connected", False]
    assert nodelay_of(server.prompt(Connection)) == ["connected", True]


def heard_by_a_page(connection_class):
    """All that a page of another package receives: texts and bytes, small and large, in a burst."""
    sent = ["{}", b"\x00\x01", "x" * 100_000, b"\xff" * 70_000, *map(str, range(200)), "end"]

    class Handler(WebSocketHandler):
        async def open(self):
            await connection_class(self).connect()
            for message in sent:
                await self.write_message(message, binary=isinstance(message, bytes))

    async def ask():
        listener, port = bind_unused_port()
        http = HTTPServer(Application([("/", Handler)]))
        http.add_socket(listener)
        page = await websocket_connect(f"ws://127.0.0.1:{port}/")
        found = []
        while not found or found[-1] != "end":
            found.append(await page.read_message())
        page.close()
        http.stop()
        return found

    found = asyncio.run(ask())
    assert found == sent
    return found


def test_the_pages_of_others_receive_what_they_would_without_it():
    assert heard_by_a_page(server.prompt(Connection)) == heard_by_a_page(Connection)


@pytest.mark.parametrize("failure", [AttributeError, AssertionError, OSError, WebSocketClosedError])
def test_a_socket_that_cannot_be_set_so_is_connected_all_the_same(failure):
    def fail(_):
        raise failure

    handler = SimpleNamespace(set_nodelay=fail)
    assert asyncio.run(server.prompt(Connection)(handler).connect()) == "connected"


def test_a_server_without_that_setting_is_left_as_it_is():
    settings = {"another": 1}
    server._load_jupyter_server_extension(SimpleNamespace(web_app=SimpleNamespace(settings=settings)))
    assert settings == {"another": 1}


@pytest.mark.parametrize("configured", [ZMQChannelsWebsocketConnection, Connection])
def test_the_extension_keeps_the_class_that_the_server_was_configured_with(configured):
    (point,) = server._jupyter_server_extension_points()
    assert point == {"module": "lada_explore.apps.server_extension"}
    settings = {server.SETTING: configured}
    server._load_jupyter_server_extension(SimpleNamespace(web_app=SimpleNamespace(settings=settings)))
    assert issubclass(settings[server.SETTING], configured)
    assert settings[server.SETTING].connect is not configured.connect


def test_voila_is_given_a_class_that_it_takes():
    assert issubclass(server.PromptConnection, BaseKernelWebsocketConnection)
    assert server.PromptConnection.__module__ == "lada_explore.apps.server_extension"
    assert server.PromptConnection.__name__ == "PromptZMQChannelsWebsocketConnection"


def test_installing_the_package_turns_the_extension_on():
    name = "etc/jupyter/jupyter_server_config.d/lada_explore.json"
    installed = [file for file in importlib.metadata.files("lada-explore") or () if str(file).endswith(name)]
    (config,) = (Path(file.locate()) for file in installed)
    assert json.loads(config.read_text())["ServerApp"]["jpserver_extensions"] == {
        "lada_explore.apps.server_extension": True
    }
