"""A page of a labeller, without a browser."""

from __future__ import annotations

from lada_explore.views import Labeller


class Page:
    """A page: it numbers what it sends, and keeps what the kernel sends."""

    def __init__(self, labeller: Labeller, name: str = "page") -> None:
        self.labeller, self.name, self.seq = labeller, name, 0
        self.heard: list[tuple[dict, list]] = []
        original = labeller.send

        def send(content, buffers=None):
            self.heard.append((content, buffers or []))
            original(content, buffers)

        labeller.send = send

    def say(self, **content) -> None:
        self.labeller._handle_custom_msg(content, [])

    def act(self, name: str, *, seq: int | None = None, annotator: str = "ann", **more) -> dict:
        self.seq = self.seq + 1 if seq is None else seq
        self.say(type="act", page=self.name, seq=self.seq, name=name, annotator=annotator, **more)
        return self.heard[-1][0]
