"""Reads files written by others: whatever a library raises on them becomes one sentence of ours.

On a damaged file json, zipfile, zlib, numpy, safetensors, SQLite, csv, pyarrow and Pillow raise exceptions of dozens of
classes, and Pillow's plugins of any class at all. So `converting` takes every exception for the file's fault, and a
block of it holds the call of the library and nothing of our own. No other module names the exceptions of a library.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lada_explore.errors import LadaError, OutOfMemoryError, StoreError

MAX_REASON = 200
"""Largest number of characters of a library's message that a sentence quotes."""

NO_MEMORY = "the memory of this machine does not suffice"

_IN_PLAIN_WORDS = {
    "RecursionError": "it is nested too deeply",
    "OverflowError": "it holds a number that is too large",
    "UnicodeDecodeError": "it is not text in UTF-8",
    "UnidentifiedImageError": "not an image that Pillow can read",
}
"""Reasons by the name of an exception's class; Pillow is not imported for its own."""

_HALF = re.compile("[\ud800-\udfff]")
"""Surrogates, which stand for bytes that are no text; no file in UTF-8 can hold them."""

_BY_WORDS = {
    "integer string conversion": "it holds a number of thousands of digits",
    "max_header_size": "its header is too long",
    "mmap length is greater than file size": "it is shorter than its header says",
}
"""Reasons by a part of a message that advises to change a setting, or does not say what is the matter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """The error that is raised if something cannot be read.

    Attributes:
        error: class of the error.
        damaged: what is said of a file that is not what it should be; "PLACE " goes before it and " (REASON)" follows.
        remedy: what a person can do about that file; the end of the sentence.
        missing: what is said of a file that does not exist; follows "PLACE ".
    """

    error: type[LadaError] = StoreError
    damaged: str = "is damaged"
    remedy: str = "restore it from a copy"
    missing: str = "is missing; restore it from a copy"

    def because(self, place: object, reason: str) -> LadaError:
        """The error of a place that is not what it should be, for a reason."""
        return self.error(f"{place} {self.damaged} ({reason}); {self.remedy}")

    def of(self, place: object, error: Exception) -> LadaError:
        """The error to raise for an exception on reading a place."""
        if isinstance(error, FileNotFoundError):
            return self.error(f"{place} {self.missing}")
        if isinstance(error, PermissionError):
            return self.error(f"{place} may not be read ({reason_of(error)}); give yourself permission to read it")
        if isinstance(error, MemoryError):
            return OutOfMemoryError(f"{place} cannot be read, because {NO_MEMORY}; close other programs and try again")
        return self.because(place, reason_of(error))


OF_RUN_FILE = Unreadable()
"""What is said of a file of a run folder that cannot be read."""


@contextmanager
def reading(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> Iterator[None]:
    """Turn every exception on reading a file or a folder into an error that says what to do.

    A pipe or a device is refused before anything is read of it, because that could take for ever.

    Args:
        place: what the block reads.
        unreadable: the error.

    Raises:
        LadaError: of the class `unreadable.error`; OutOfMemoryError if memory does not suffice.
    """
    with converting(lambda error: unreadable.of(place, error)):
        _require_readable(place)
        yield


@contextmanager
def converting(to_error: Callable[[Exception], LadaError]) -> Iterator[None]:
    """Turn every exception of a block into one of ours; the block calls a library and does nothing else.

    Raises:
        LadaError: the result of `to_error`, or an error of ours that the block raised itself.
    """
    try:
        yield
    except LadaError:
        raise
    except Exception as error:
        raise to_error(error) from error


def if_sound() -> suppress:
    """Leave the block at its first exception; for files that can be made again or done without."""
    return suppress(Exception)


def read_bytes(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> bytes:
    """The content of a file. Raises what `reading` does."""
    with reading(place, unreadable):
        return place.read_bytes()


def read_text(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> str:
    """The text of a file in UTF-8, without a byte order mark. Raises what `reading` does."""
    with reading(place, unreadable):
        return place.read_text(encoding="utf-8-sig")


def read_json(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> Any:
    """The value in a JSON file. Raises what `reading` does."""
    with reading(place, unreadable):
        return json.loads(place.read_text(encoding="utf-8"))


def reason_of(error: BaseException) -> str:
    """Why something could not be read or written, on one line."""
    if isinstance(error, MemoryError):
        return NO_MEMORY
    if (known := _IN_PLAIN_WORDS.get(type(error).__name__)) is not None:
        return known
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    if type(error).__name__ == "ValidationError":  # Of pydantic, whose text has several lines.
        first = error.errors(include_url=False)[0]  # type: ignore[attr-defined]
        return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"[:MAX_REASON]
    text = " ".join(str(error).split())
    by_words = next((reason for words, reason in _BY_WORDS.items() if words in text), text)
    return by_words[:MAX_REASON] or type(error).__name__


def is_there(place: Path, unreadable: Unreadable = OF_RUN_FILE) -> bool:
    """Whether there is a file or a folder at a place.

    Raises:
        LadaError: that cannot be told, because a folder on the way may not be entered.
    """
    try:
        os.stat(place)
    except PermissionError as error:
        raise unreadable.of(place, error) from error
    except (OSError, ValueError):  # ValueError: a name with NUL.
        return False
    return True


def encoded(text: str) -> bytes:
    """The text in UTF-8. Bytes of a path that were no UTF-8 and reached the text become replacement characters."""
    return _HALF.sub("\ufffd", text).encode()


def denied(error: BaseException) -> bool:
    """Whether an error of ours was raised because a person may not read something, so that it may well be sound."""
    return isinstance(error.__cause__, PermissionError)


def _require_readable(place: Path) -> None:
    """Raises OSError for what can never be read; nothing for what is missing, which the call itself will find."""
    try:
        mode = os.stat(place).st_mode
    except FileNotFoundError:
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise OSError(errno.EINVAL, f"it is {_kind(mode)} and no file")
    if not os.access(place, os.R_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _kind(mode: int) -> str:
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
