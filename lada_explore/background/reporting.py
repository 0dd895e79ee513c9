"""Who is told how far a pass over pictures is, where that is not a bar."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Protocol


class Reporting(Protocol):
    """Who is told how far the pass is; its methods are called on the thread that embeds, or that reads."""

    def begin(self, total: int, what: str) -> None:
        """So many pictures have to be read, for the backbone of this name."""

    def advance(self, pictures: int) -> None:
        """So many more are done."""

    def say(self, sentence: str) -> None:
        """A sentence that a person should read now."""

    def end(self) -> None:
        """The pass has ended, in whatever way."""


REPORTING: ContextVar[Reporting | None] = ContextVar("REPORTING", default=None)
"""Who is told in place of a bar, of the passes that a thread begins from here on; None for a bar."""
