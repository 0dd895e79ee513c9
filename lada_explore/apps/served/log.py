"""The log of the server: everything that it and its kernels print, except the token and the teacher's key."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from lada_explore.config.paths import BEFORE

MAX_BYTES = 10_000_000
"""Of a file. A longer log continues in a new file; only the newest full one is kept beside it."""

ENDS_S = 2.0
"""How long to wait for the last output of processes that are ending."""

HIDDEN = b"[token]"


class Log:
    """A file for the output of a process.

    Args:
        place: the file, which is there.
        hidden: each of them is replaced by "[token]"; of one length, without an end of line.

    Attributes:
        place: the file.
    """

    def __init__(self, place: Path, hidden: Sequence[bytes]) -> None:
        self.place = place
        self._hidden = hidden

    @contextmanager
    def keeping(self, said: IO[bytes] | None) -> Iterator[None]:
        """Write what comes out of a pipe to the file, on a thread, until the end of the block."""
        assert said is not None
        thread = threading.Thread(target=self.keep, args=(said,), name="log", daemon=True)
        thread.start()
        try:
            yield
        finally:
            thread.join(ENDS_S)

    def keep(self, said: IO[bytes]) -> None:
        """Write what comes out of a pipe to the file, until either end of the pipe is closed."""
        rest = b""
        while piece := _read(said):
            text = rest + piece
            for secret in self._hidden:
                text = text.replace(secret, HIDDEN)
            # The end of an unfinished line may be the beginning of one of `hidden`.
            ready = max(text.rfind(b"\n") + 1, len(text) - max(map(len, self._hidden)) + 1)
            self._write(text[:ready])
            rest = text[ready:]
        self._write(rest)

    def _write(self, text: bytes) -> None:
        # On a full disk the output is dropped: the server would block if nobody read its pipe.
        with suppress(OSError):
            # Whoever tidies up may have removed it: it goes on in a new file then.
            if self.place.exists() and self.place.stat().st_size + len(text) > MAX_BYTES:
                os.replace(self.place, f"{self.place}{BEFORE}")
            with open(self.place, "ab", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
                file.write(text)


def _read(said: IO[bytes]) -> bytes:
    try:
        return os.read(said.fileno(), 65536)
    except (OSError, ValueError):
        return b""
