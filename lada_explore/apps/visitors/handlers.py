"""What a page of the application asks of the server, each for the visitor who asks and for nobody else.

A visitor is a browser: the first page that brings the token gets a signed cookie, and what a kernel was made for is
compared with that at every request. Who brings the token and no cookie is somebody new, to whom no kernel belongs.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Awaitable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import FileFindHandler, JupyterHandler
from tornado.ioloop import PeriodicCallback
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler
from voila.notebook_renderer import NotebookRenderer
from voila.static_file_handler import MultiStaticFileHandler, TemplateStaticFileHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler
from voila.utils import get_page_config

from lada_explore.apps.visitors.kernels import VisitorKernels
from lada_explore.apps.visitors.pages import ASK, notice, page_of
from lada_explore.apps.visitors.places import Full

HEARTBEAT_S = 10.0
"""How often a page that is being made sends something; a proxy gives up on one that sends nothing."""


class Visitors(IdentityProvider):
    """Tells visitors apart by a signed cookie, which who brings the token gets.

    Attributes:
        first: stands for the token in one address, once: the one that the program opens in a browser, where others on
            this machine could read it in the list of processes. "" when it is used up.
    """

    first = ""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """The visitor of a request that brings the token, or what stands for it."""
        given = handler.get_argument("first", "")
        if self.first and secrets.compare_digest(given.encode(), self.first.encode()):
            self.first = ""
            return known_visitor(self, handler) or self.generate_anonymous_user(handler)
        return await super().get_user_token(handler)


def known_visitor(provider: IdentityProvider, handler: RequestHandler) -> User | None:
    """The visitor of a request that brings the cookie."""
    user = provider.get_user_cookie(handler)
    assert not isinstance(user, Awaitable)
    return user


class Asked(JupyterHandler):
    """A request of a visitor: who is none is told so, and an error is a sentence."""

    @property
    def kernels(self) -> VisitorKernels:
        """All kernels."""
        return self.settings["kernel_manager"]  # type: ignore[no-any-return]

    @property
    def visitor(self) -> str:
        """Who asks.

        Raises:
            HTTPError: nobody who was let in (403).
        """
        user = self.current_user
        if user is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return str(user.username)

    def own(self, kernel_id: str) -> str:
        """A kernel of the visitor.

        Raises:
            HTTPError: nobody who was let in (403); no kernel, or somebody else's, which is the same to them (404).
        """
        if self.kernels.places.owner(kernel_id) != self.visitor or kernel_id not in self.kernels:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return kernel_id

    def check_xsrf_cookie(self) -> None:
        """A page of another site cannot ask for anything in a visitor's name."""
        if not self.from_here():
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def from_here(self) -> bool:
        """Whether a page of this server asks, or a program, which nobody can make bring somebody else's cookie."""
        origin = self.get_origin()
        return origin is None or origin.partition("://")[2] == self.request.host

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong in a sentence."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(notice(status_code))


class Page(Asked):
    """The application: one notebook, run by a kernel of its own, and without its code."""

    gone = False

    def on_connection_close(self) -> None:
        """Called by tornado when the page that was asked for is not wanted any more."""
        self.gone = True

    async def get(self) -> None:
        """Send the page while it is being made."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        # Nobody outside is told the address, which may hold the token.
        self.set_header("Referrer-Policy", "same-origin")
        if self.current_user is None:
            self.set_status(HTTPStatus.FORBIDDEN)
            self.write(ASK)
            return
        try:
            kernel_id = await self.kernels.open(self.visitor, str(self.request.query))
        except Full as error:
            self.set_status(HTTPStatus.SERVICE_UNAVAILABLE)
            self.set_header("Refresh", "20")
            self.write(page_of(str(error)))
            return
        try:
            await self._send(kernel_id)
        except BaseException as error:
            await self.kernels.end(kernel_id)
            if not isinstance(error, StreamClosedError):
                self.log.exception("a page could not be made")
                self.write(page_of("This page could not be made; load it again."))

    async def _send(self, kernel_id: str) -> None:
        renderer = await self._renderer()
        kernel = self.kernels.get_kernel(kernel_id)
        heart = PeriodicCallback(self._beat, 1000 * HEARTBEAT_S)
        heart.start()
        try:
            async for html, _ in renderer.generate_content_generator(kernel_id, kernel):
                if self.gone:
                    raise StreamClosedError
                self.write(html)
                await self.flush()
        finally:
            heart.stop()

    async def _beat(self) -> None:
        with suppress(StreamClosedError):
            self.write("\n")
            await self.flush()

    async def _renderer(self) -> NotebookRenderer:
        app = self.settings["voila"]
        config = app.voila_configuration
        known = {"base_url": self.base_url, "settings": self.settings, "log": self.log, "voila_configuration": config}
        renderer = NotebookRenderer(
            request_handler=self,
            voila_configuration=config,
            traitlet_config=app.config,
            notebook_path=app.notebook_name,
            template_paths=app.template_paths,
            config_manager=self.config_manager,
            contents_manager=self.contents_manager,
            base_url=self.base_url,
            kernel_spec_manager=self.kernel_spec_manager,
            page_config=get_page_config(**known),
            mathjax_config=self.settings.get("mathjax_config"),
            mathjax_url=self.settings.get("mathjax_url"),
        )
        await renderer.initialize(template=None, theme=None)
        return renderer


class Kernel(Asked):
    """What a page asks of its kernel before it connects."""

    async def get(self, kernel_id: str) -> None:
        """Whether it is there, and idle."""
        model = self.kernels.kernel_model(self.own(kernel_id))  # type: ignore[no-untyped-call]
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(model))


class Leave(Asked):
    """A page that is closed or loaded again says that its kernel can go."""

    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        await self.kernels.end(self.own(kernel_id))
        self.set_status(HTTPStatus.NO_CONTENT)


class Channels(VoilaKernelWebsocketHandler, Asked):  # type: ignore[misc]  # untyped
    """The messages between a page and its kernel."""

    def check_origin(self, origin: str | None = None) -> bool:
        """A page of another site cannot listen in a visitor's name, the token or not."""
        return self.from_here()

    async def get(self, kernel_id: str) -> None:
        """Connect."""
        await super().get(kernel_id=self.own(kernel_id))  # type: ignore[misc]  # one base is untyped


class NotThere(Asked):
    """Whatever else is asked for."""

    async def prepare(self, **_: Any) -> None:
        """Say that it is not there."""
        raise HTTPError(HTTPStatus.NOT_FOUND)


class _ForVisitors(RequestHandler):
    """Files of the page, for visitors only."""

    def prepare(self) -> Any:
        """Let a visitor in."""
        if known_visitor(self.settings["identity_provider"], self) is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Say what is wrong in a sentence."""
        self.finish(notice(status_code))


class VoilaFiles(_ForVisitors, MultiStaticFileHandler):  # type: ignore[misc]  # untyped
    """Voila's own script and style."""


class TemplateFiles(_ForVisitors, TemplateStaticFileHandler):  # type: ignore[misc]  # untyped
    """Style of the template."""

    def parse_url_path(self, url_path: str) -> str:
        """The path on this system; NAME/static/FILE is all that there is."""
        if url_path.split("/")[1:2] != ["static"] or ".." in url_path.split("/") or url_path.count("/") < 2:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return str(super().parse_url_path(url_path))


class ExtensionFiles(_ForVisitors, FileFindHandler):  # type: ignore[misc]  # untyped
    """Scripts that draw widgets."""
