"""Paths of images as people and programs write them, and the images that each of them can mean."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import unquote, unquote_plus, urlsplit

from lada_explore.exchange.names import unescaped

_LOCAL_FILES = "/data/local-files/"
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class Paths:
    """Positions of paths, exactly and loosely."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._exact = defaultdict[str, list[int]](list)
        self._whole = defaultdict[tuple[str, ...], list[int]](list)
        self._ends = defaultdict[tuple[str, ...], list[int]](list)
        for place, path in enumerate(paths):
            self._exact[normal(path)].append(place)
            parts = parts_of(path)
            self._whole[parts].append(place)
            for start in range(1, len(parts)):
                self._ends[parts[start:]].append(place)

    def exact(self, path: str) -> list[int]:
        """Positions of the paths that are this one, in any normal form of Unicode."""
        return list(self._exact.get(normal(path), ()))

    def loose(self, path: str) -> list[int]:
        """Positions of the paths that are the end of this one, or that end with it."""
        wanted = parts_of(path)
        if not wanted:
            return []
        shorter = (self._whole.get(wanted[start:], ()) for start in range(len(wanted)))
        return sorted([*self._ends.get(wanted, ()), *(place for places in shorter for place in places)])

    def of_name(self, name: str) -> list[int]:
        """Positions of the paths whose last part is this name."""
        last = parts_of(name)[-1:]
        return sorted([*self._whole.get(last, ()), *self._ends.get(last, ())]) if last else []


def parts_of(path: str) -> tuple[str, ...]:
    """The folders and the name of a path, without case and in one normal form of Unicode."""
    return tuple(part for part in normal(path).casefold().split("/") if part not in ("", "."))


def spellings(text: str) -> list[str]:
    """The paths that a text can be, itself first: as a path of Windows, as an address, with its escapes undone."""
    found = [text, text.strip()]
    path = text.strip()
    if _LOCAL_FILES in path:
        texts = [part[2:] for part in urlsplit(path).query.split("&") if part.startswith("d=")]
        return [undo(part, errors="surrogateescape") for part in texts for undo in (unquote, unquote_plus)] or [path]
    if "://" in path:
        address = urlsplit(path)
        path = unquote(address.path, errors="surrogateescape")
        return list(dict.fromkeys([*found, path.lstrip("/")]))
    if "\\" in path:
        path = path.replace("\\", "/")
        path = path[2:] if _DRIVE.match(path) else path
        found.append(path)
    found.append(path.removeprefix("./"))
    found.append(unescaped(path))
    return list(dict.fromkeys(found))


def as_uploaded(name: str) -> str:
    """The name that Label Studio gives to an uploaded file: blanks as underscores, without other special characters.

    Source: `get_valid_filename` of Django, which stores its uploads.
    """
    return re.sub(r"(?u)[^-\w.]", "", name.strip().replace(" ", "_"))


def normal(path: str) -> str:
    """The text in one normal form of Unicode."""
    return unicodedata.normalize("NFC", path)
