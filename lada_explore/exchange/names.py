"""Class names as names of folders, and back: any text becomes a name that every common file system takes."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Hashable, Mapping
from typing import TypeVar
from urllib.parse import unquote

Key = TypeVar("Key", bound=Hashable)

MAX_BYTES = 200
"""Longest name that is made. File systems allow 255; the rest leaves room for a person's own additions."""

_DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x1f\x7f%/\\:*?"<>|]')


def escaped(name: str) -> str:
    r"""The name with every character that a file system may refuse written as %XX (UTF-8); `unescaped` undoes it.

    That is: control characters, % / \ : * ? " < > |, a dot or blank at either end, and the first letter of a name
    that Windows keeps for devices. Everything else stays as it is, in any script.
    """
    safe = _UNSAFE.sub(lambda found: _percent(found.group()), name)
    if safe[:1] in (".", " ") or _DEVICES.match(safe):
        safe = _percent(safe[0]) + safe[1:]
    if safe[-1:] in (".", " "):
        safe = safe[:-1] + _percent(safe[-1])
    return safe


def unescaped(name: str) -> str:
    """The name that `escaped` was given. Of any other name, bytes that are no text in UTF-8 stay different bytes."""
    return unquote(name, errors="surrogateescape")


def distinct(names: Mapping[Key, tuple[str, str]]) -> dict[Key, str]:
    """A file name for each (stem, ending): at most `MAX_BYTES` long, and distinct also where case does not count.

    Nor does the normal form of Unicode count, which some file systems change. It is the escaped name. A name that is
    too long, or that an earlier one equals but for these, is shortened and gets "~" and ten digits of a sha256 before
    the ending; the original name can be found in the export's table only.
    """
    made: dict[Key, str] = {}
    taken: set[str] = set()
    for key, (stem, ending) in names.items():
        safe, hashed = escaped(stem + ending), stem + ending
        if len(safe.encode()) > MAX_BYTES:
            safe = _shortened(stem, ending, hashed)
        while folded(safe) in taken:
            safe, hashed = _shortened(stem, ending, hashed), f"{hashed}~"
        made[key] = safe
        taken.add(folded(safe))
    return made


def folded(name: str) -> str:
    """The same for two names that a file system may take for one: case and the normal form of Unicode do not count."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _shortened(stem: str, ending: str, hashed: str) -> str:
    digest = hashlib.sha256(hashed.encode()).hexdigest()[:10]
    return f"{_cut(escaped(stem), MAX_BYTES - 11 - len(ending))}~{digest}{ending}"


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())


def _cut(text: str, max_bytes: int) -> str:
    cut = text.encode()[:max_bytes].decode("utf-8", "ignore")
    # A cut within an escape would leave text that unescapes to something else.
    return re.sub(r"%[0-9A-Fa-f]?$", "", cut)
