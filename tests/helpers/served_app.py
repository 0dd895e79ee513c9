"""`lada-explore app` as a process, and visitors that are no browsers: they send whatever a test makes them send."""

from __future__ import annotations

import asyncio
import http.cookiejar
import json
import os
import re
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.websocket import websocket_connect

PROGRAM = """
from lada_explore.background.processes import end_with_parent, wait_for_end_of_input
from lada_explore.cli.main import main
end_with_parent(wait_for_end_of_input)
main()
"""
"""The command line, which ends with the tests that started it, also if they are killed."""
PRINTED = r"(http://127\.0\.0\.1:\d+)/\?token=(\S+) until.*\n.* go to (.+)\n.*/teacher\?key=(\S+)\n"

ANSWERS_S, QUIET_S = 30.0, 0.3
"""How long a visitor waits for the end of an answer, and how long for anything after it."""

LAST = {"comm_info_reply", "closed"}
"""What a test lets a kernel say last: it answers messages in their order."""


@dataclass
class App:
    """An application that is being served.

    Attributes:
        base: its address without path and token.
        token: what lets a visitor in.
        key: what opens the teacher's page.
        log: file with the messages of the server.
        process: the command; its standard output and error go to `said`.
        said: file with what a person sees on the terminal.
    """

    base: str
    token: str
    key: str
    log: Path
    process: subprocess.Popen[str]
    said: Path

    @property
    def address(self) -> str:
        """As it is printed."""
        return f"{self.base}/?token={self.token}"


@contextmanager
def serving(home: Path, *words: object) -> Iterator[App]:
    """Serve with these words on the command line; everything that is kept goes to `home`."""
    folders = {name: str(home / name.lower()) for name in ("LADA_CACHE", "JUPYTER_DATA_DIR", "IPYTHONDIR", "TMPDIR")}
    for folder in folders.values():
        Path(folder).mkdir(parents=True, exist_ok=True)
    said = home / "said"
    with said.open("w") as terminal:
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "app", "--no-browser", *map(str, words)],
            env=os.environ | folders, cwd=home,
            stdin=subprocess.PIPE, stdout=terminal, stderr=terminal, text=True, start_new_session=True,
            # A shell that runs the tests in the background lets them, and all they start, ignore Ctrl+C.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )  # fmt: skip
    try:
        base, token, log, key = _addresses(said, process)
        yield App(base=base, token=token, key=key, log=Path(log), process=process, said=said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(20)


def _addresses(said: Path, process: subprocess.Popen[str]) -> tuple[str, str, str, str]:
    for _ in range(1200):
        found = re.search(PRINTED, said.read_text())
        if found:
            return found[1], found[2], found[3], found[4]
        try:
            process.wait(0.1)
            break
        except subprocess.TimeoutExpired:
            pass
    raise RuntimeError(said.read_text())


@dataclass
class Reply:
    """What came back: HTTP status and body."""

    status: int
    text: str


class Visitor:
    """Somebody who keeps cookies, as a browser does, unless told not to.

    Args:
        app: what is visited.
        headers: sent with every request.
    """

    def __init__(self, app: App, **headers: str) -> None:
        self.app = app
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}
        self.kernels: list[str] = []
        self.shown = ""
        self.jar = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def ask(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Reply:
        """Send a request; redirects are followed."""
        request = urllib.request.Request(self.app.base + path, method=method, data=data, headers=self.headers | headers)
        try:
            with self._opener.open(request, timeout=120) as reply:
                return Reply(reply.status, reply.read().decode())
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read().decode())

    def page(self, more: str = "") -> str:
        """Open the page with the token; returns the id of its kernel."""
        reply = self.ask(f"/?token={self.app.token}{more}")
        found = re.search(r'"kernelId": *"([^"]+)"', reply.text)
        assert reply.status == 200, reply
        assert found is not None, reply
        self.kernels.append(found[1])
        self.shown = reply.text
        return found[1]

    def leave(self) -> None:
        """Close every page, as a browser does."""
        for kernel_id in self.kernels:
            self.ask(f"/voila/api/shutdown/{kernel_id}", "POST", b"")

    @property
    def cookies(self) -> str:
        """As a request carries them."""
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.jar)

    def messages(self, kernel_id: str, *sent: dict[str, Any], **headers: str) -> list[dict[str, Any]] | int:
        """Connect to a kernel, send messages and listen; returns what was heard, or the status of a refusal."""
        return asyncio.run(self._messages(kernel_id, sent, {"Cookie": self.cookies} | self.headers | headers))

    async def _messages(self, kernel_id: str, sent: Any, headers: dict[str, str]) -> list[dict[str, Any]] | int:
        address = self.app.base.replace("http", "ws") + f"/api/kernels/{kernel_id}/channels?session_id={uuid.uuid4()}"
        try:
            page = await websocket_connect(HTTPRequest(address, headers=headers, request_timeout=60))
        except HTTPClientError as refusal:
            return refusal.code
        for message in sent:
            await page.write_message(json.dumps(message))
        heard: list[dict[str, Any]] = []
        patience = ANSWERS_S if sent else QUIET_S
        while not heard or heard[-1]["msg_type"] != "closed":
            try:
                text = await asyncio.wait_for(page.read_message(), patience)
            except TimeoutError:
                break
            heard.append({"msg_type": "closed"} if text is None else json.loads(text))
            patience = QUIET_S if heard[-1]["msg_type"] in LAST else patience
        page.close()
        return heard


def there(visitor: Visitor, kernel_id: str) -> bool:
    """Whether a kernel answers a visitor."""
    return visitor.ask(f"/api/kernels/{kernel_id}").status == 200


def processes_of(app: App) -> list[psutil.Process]:
    """The command and all that it has started."""
    return [psutil.Process(app.process.pid), *psutil.Process(app.process.pid).children(recursive=True)]


def kernels_of(app: App) -> dict[str, dict[str, str]]:
    """Environment of every kernel, by its id."""
    found = {}
    for process in processes_of(app):
        with suppress(psutil.Error):  # one that has just ended
            words = process.cmdline()
            if "lada_explore.apps.visitors.kernel" in words:
                found[words[-1].partition("kernel-")[2].removesuffix(".json")] = process.environ()
    return found


def message(kind: str, content: dict[str, Any], channel: str = "shell") -> dict[str, Any]:
    """A message to a kernel as a page sends it."""
    header = {"msg_id": uuid.uuid4().hex, "msg_type": kind, "session": "test", "username": "", "version": "5.3"}
    header["date"] = "2026-01-01T00:00:00Z"
    return {
        "channel": channel,
        "header": header,
        "parent_header": {},
        "metadata": {},
        "content": content,
        "buffers": [],
    }
