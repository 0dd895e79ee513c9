"""Answers what a page of the application asks, and only to the visitor whom its kernel was made for.

A visitor is a browser. It brings the token once and then has a signed cookie; every request for a kernel is compared
with the cookie for which the kernel was started. A request with the token but without the cookie is a new visitor.
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

from lada_explore.apps.served.given import PLACE
from lada_explore.apps.visitors.kernels import VisitorKernels
from lada_explore.apps.visitors.pages import ask_for_token, error_page, instead, page_of
from lada_explore.apps.visitors.places import Full

MAX_KEPT = 40
"""Characters of a part of the address that the address with the token names again."""

HEARTBEAT_S = 10.0
"""How often something is sent of a page that is being made; a proxy gives up on a connection that is silent."""


class Visitors(IdentityProvider):
    """Tells visitors apart by a signed cookie. A browser gets it with the first page that it asks for with the token.

    Attributes:
        first: is accepted once in place of the token, then "". The program opens a browser with it, because a command
            line can be read by everybody on this machine.
    """

    first = ""

    async def get_user_token(self, handler: RequestHandler) -> User | None:
        """The visitor of a request with the token, or with `first`."""
        given = handler.get_argument("first", "")
        if self.first and secrets.compare_digest(given.encode(), self.first.encode()):
            self.first = ""
            return known_visitor(self, handler) or self.generate_anonymous_user(handler)
        return await super().get_user_token(handler)


def known_visitor(provider: IdentityProvider, handler: RequestHandler) -> User | None:
    """The visitor of a request with the cookie."""
    user = provider.get_user_cookie(handler)
    assert not isinstance(user, Awaitable)
    return user


class VisitorHandler(JupyterHandler):
    """Base of the handlers that need to know which visitor asks."""

    @property
    def kernels(self) -> VisitorKernels:
        """The kernels of all visitors."""
        return self.settings["kernel_manager"]  # type: ignore[no-any-return]

    @property
    def visitor(self) -> str:
        """The visitor who asks.

        Raises:
            HTTPError: 403, the request has neither the cookie nor the token.
        """
        user = self.current_user
        if user is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)
        return str(user.username)

    def own(self, kernel_id: str) -> str:
        """The same id, if that kernel was made for the visitor who asks.

        Raises:
            HTTPError: 403 as above; 404 both for a kernel of somebody else and for one that is not there, so that the
                answer does not tell which.
        """
        if self.kernels.places.owner(kernel_id) != self.visitor or kernel_id not in self.kernels:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return kernel_id

    def same_origin(self) -> bool:
        """Whether the request comes from a page of this server, or not from a page at all."""
        origin = self.get_origin()
        return origin is None or origin.partition("://")[2] == self.request.host

    def check_xsrf_cookie(self) -> None:
        """Refuse requests that a page of another site makes with the visitor's cookie."""
        if not self.same_origin():
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def set_cors_headers(self) -> None:
        """Let no page of another site read an answer, not even one that knows the token."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send one sentence."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.finish(error_page(status_code))


class PageHandler(VisitorHandler):
    """Sends the application: the notebook without its code, run by a new kernel."""

    async def get(self) -> None:
        """Start a kernel and send the page while the notebook runs."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Cache-Control", "no-store")
        # The address holds the token; no other site is told it.
        self.set_header("Referrer-Policy", "same-origin")
        if self.current_user is None:
            self.set_status(HTTPStatus.FORBIDDEN)
            parts = {name: self.get_argument(name, "")[:MAX_KEPT] for name in ("group", *PLACE)}
            self.write(ask_for_token({name: value for name, value in parts.items() if value}))
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
        except StreamClosedError:
            await self.kernels.end(kernel_id)
        except Exception:
            await self.kernels.end(kernel_id)
            self.log.exception("The page of kernel %s failed", kernel_id)
            self.write(instead(error_page(HTTPStatus.INTERNAL_SERVER_ERROR)))

    async def _send(self, kernel_id: str) -> None:
        renderer = await self._renderer()
        heartbeat = PeriodicCallback(self._beat, 1000 * HEARTBEAT_S)
        heartbeat.start()
        try:
            async for html, _ in renderer.generate_content_generator(kernel_id, self.kernels.get_kernel(kernel_id)):
                self.write(html)
                await self.flush()  # fails when the browser no longer waits for the page
        finally:
            heartbeat.stop()

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


class KernelHandler(VisitorHandler):
    """Tells a page about its kernel; the page asks before it connects."""

    async def get(self, kernel_id: str) -> None:
        """Send the kernel's model, as Jupyter does."""
        model = self.kernels.kernel_model(self.own(kernel_id))  # type: ignore[no-untyped-call]
        self.set_header("Content-Type", "application/json")
        self.write(json.dumps(model))


class LeaveHandler(VisitorHandler):
    """Ends the kernel of a page that is closed or loaded again."""

    async def post(self, kernel_id: str) -> None:
        """End the kernel."""
        await self.kernels.end(self.own(kernel_id))
        self.set_status(HTTPStatus.NO_CONTENT)


class ChannelsHandler(VoilaKernelWebsocketHandler, VisitorHandler):  # type: ignore[misc]  # untyped
    """Passes messages between a page and its kernel."""

    def check_origin(self, origin: str | None = None) -> bool:
        """Refuse pages of other sites, also with the token, unlike Jupyter."""
        return self.same_origin()

    async def get(self, kernel_id: str) -> None:
        """Connect the page."""
        await super().get(kernel_id=self.own(kernel_id))  # type: ignore[misc]  # one base is untyped


class NotFoundHandler(VisitorHandler):
    """Answers every other address."""

    async def prepare(self, **_: Any) -> None:
        """Send 404, before anything of the request is looked at."""
        raise HTTPError(HTTPStatus.NOT_FOUND)


class _FileHandler(RequestHandler):
    """Base of the handlers that send files of the page."""

    def prepare(self) -> Any:
        """Refuse requests without the cookie."""
        if known_visitor(self.settings["identity_provider"], self) is None:
            raise HTTPError(HTTPStatus.FORBIDDEN)

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Send one sentence."""
        self.finish(error_page(status_code))


class VoilaFileHandler(_FileHandler, MultiStaticFileHandler):  # type: ignore[misc]  # untyped
    """Sends Voila's own scripts and styles."""


class TemplateFileHandler(_FileHandler, TemplateStaticFileHandler):  # type: ignore[misc]  # untyped
    """Sends styles of the template."""

    def parse_url_path(self, url_path: str) -> str:
        """The path on this system of NAME/static/FILE; Voila fails on anything else."""
        parts = url_path.split("/")
        if len(parts) < 3 or parts[1] != "static" or ".." in parts:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        return str(super().parse_url_path(url_path))


class ExtensionFileHandler(_FileHandler, FileFindHandler):  # type: ignore[misc]  # untyped
    """Sends the scripts that draw widgets."""
