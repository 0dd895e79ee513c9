"""The log of a server: all that it and its kernels say, and never the token."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

MOST_BYTES = 10_000_000
"""A log that has grown so long goes on in a new file; the last one is kept beside it, and none before."""

ENDS_S = 2.0
"""How long the log waits for the last words of processes that are ending."""

HIDDEN = b"[token]"


class Log:
    """A file that takes what a process says.

    Args:
        place: the file; it may be there already.
        hidden: what it never holds.

    Attributes:
        place: the file.
    """

    def __init__(self, place: Path, hidden: bytes) -> None:
        self.place = place
        self._hidden = hidden

    @contextmanager
    def keeping(self, said: IO[bytes] | None) -> Iterator[None]:
        """Keep what comes out of a pipe, on a thread of its own; at the end of the block wait for the last of it."""
        assert said is not None
        thread = threading.Thread(target=self.keep, args=(said,), name="log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join(ENDS_S)

    def keep(self, said: IO[bytes]) -> None:
        """Keep what comes out of a pipe until nobody holds its other end, or this end is closed."""
        rest = b""
        while piece := _read(said):
            text = (rest + piece).replace(self._hidden, HIDDEN)
            # What has no end of line yet may end in a part of what is hidden.
            ready = max(text.rfind(b"\n") + 1, len(text) - len(self._hidden) + 1)
            self._write(text[:ready])
            rest = text[ready:]
        self._write(rest)

    def _write(self, text: bytes) -> None:
        # What cannot be written is let go: a pipe that nobody reads would stop the server.
        with suppress(OSError):
            if self.place.stat().st_size + len(text) > MOST_BYTES:
                os.replace(self.place, f"{self.place}.before")
            with open(self.place, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(text)


def _read(said: IO[bytes]) -> bytes:
    try:
        return os.read(said.fileno(), 65536)
    except (OSError, ValueError):
        return b""
