"""Which image and which class of a run a label in a file means; what fits two of them fits none."""

from __future__ import annotations

import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cached_property
from pathlib import PurePosixPath
from urllib.parse import unquote, unquote_plus, urlsplit

from lada_explore.exchange.given import LARGE, Given, Naming, number
from lada_explore.exchange.names import unescaped

MAX_SHOWN = 3
"""Most images or classes that a sentence names where several fit."""

_UPLOADED = re.compile(r"(^|/)data/upload/|^upload/")
_PREFIX = re.compile(r"[0-9a-f]{8}-")
_LOCAL_FILES = "/data/local-files/"
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")


class By(StrEnum):
    """How a class is found: NAME by its name, INDEX by its position, from 0."""

    NAME = "name"
    INDEX = "index"


class ImageFinder:
    """Finds the image of a label by its id, its path, or the end of a path that only one image has.

    A path that is that of one image means it. Otherwise every image counts that the path can mean: case and the kind of
    slash do not matter, and the one path may have more folders before it than the other. Two images can have one path:
    names are stored as text, without the bytes of them that are none, and programs change the normal form of Unicode.

    Args:
        names: (N,) path of each image relative to the folder of the images; empty where the set has no files.
        size: N.
        root: folder of the images; "" where it is unknown.
    """

    def __init__(self, names: Sequence[str], size: int, root: str = "") -> None:
        self._names, self._size = names, size
        self._root = f"{root.rstrip('/')}/" if root else ""
        self._whole = _Paths(names)

    @cached_property
    def _stems(self) -> _Paths:
        return _Paths([os.path.splitext(name)[0] for name in self._names])

    @cached_property
    def _by_upload(self) -> dict[str, list[int]]:
        """Ids by each name that a file can get when it is uploaded, see `_as_uploaded`."""
        found = defaultdict[str, list[int]](list)
        for image_id, name in enumerate(self._names):
            own = _normal(PurePosixPath(name).name)
            for known in dict.fromkeys((own, _as_uploaded(own))):
                found[known.casefold()].append(image_id)
        return found

    def __call__(self, entry: Given) -> int | str:
        """The id, or why there is none."""
        if entry.id >= self._size:
            which = f"{entry.id}" if entry.id < LARGE else "of so large a number"
            return f"there is no image {which}; ids run from 0 to {self._size - 1}"
        files = [text for text in (entry.file, *entry.more_files) if text.strip()]
        if entry.id < 0 and not files:
            return "it names no image; fill in its id or its file"
        found = [(text, ids) for text in files if (ids := self._ids(text, entry.naming))]
        if entry.id >= 0:
            wrong = next((text for text, ids in found if entry.id not in ids), None)
            if wrong is None and files and not found and self._names:
                wrong = files[0]
            if wrong is not None:
                return f"image {entry.id} is {self._called(entry.id)}, not {wrong}"
            return entry.id if files else self._by_id(entry)
        if not found:
            return self._unknown(files[0])
        first, ids = found[0]
        fits = [image_id for image_id in ids if all(image_id in others for _, others in found[1:])]
        if len(fits) == 1:
            return fits[0]
        if not fits:
            text, others = next((text, ids) for text, ids in found[1:] if not set(ids) & set(found[0][1]))
            one, other = self._called(ids[0]), self._called(others[0])
            return f"its columns contradict each other: {first} is {one}, {text} is {other}"
        return self._several(first, fits)

    def name(self, image_id: int) -> str:
        """What to call an image in a sentence."""
        return f"image {image_id} ({self._names[image_id]})" if self._names else f"image {image_id}"

    def _by_id(self, entry: Given) -> int | str:
        """The id, unless it is written as the name of another image, as 0003 for 0003.png."""
        padded = self._names and entry.id_text.startswith("0") and len(entry.id_text) > 1
        others = [i for i in self._stems.of_name(entry.id_text) if i != entry.id] if padded else []
        if others:
            return (
                f"{entry.id_text} may be image {entry.id} ({self._called(entry.id)}) or the name of "
                f"{_some([self._names[i] for i in others])}; call the column file, or give ids without leading zeros"
            )
        return entry.id

    def _called(self, image_id: int) -> str:
        return self._names[image_id] if self._names else f"image {image_id}"

    def _ids(self, text: str, naming: Naming) -> list[int]:
        """Every image that a text can mean; that whose whole path it is alone."""
        if not self._names:
            image_id = number(os.path.splitext(PurePosixPath(text.strip().replace("\\", "/")).name)[0])
            return [image_id] if 0 <= image_id < self._size else []
        for path in _spellings(text):
            upload = naming is Naming.UPLOAD or _UPLOADED.search(path) is not None
            if upload and (ids := self._uploaded(PurePosixPath(path).name)):
                return ids
            if ids := self._whole.exact(path) or self._whole.exact(path.removeprefix(self._root)):
                return ids
            if naming is Naming.STEM and (ids := self._stems.exact(path)):
                return ids
            if ids := self._whole.loose(path) or (self._stems.loose(path) if naming is Naming.STEM else []):
                return ids
        return []

    def _uploaded(self, name: str) -> list[int]:
        """Images whose name, with or without the prefix of an upload, is this one."""
        own = _normal(name).casefold()
        stripped = [own[found.end() :]] if (found := _PREFIX.match(own)) else []
        return list(dict.fromkeys(i for known in (own, *stripped) for i in self._by_upload.get(known, ())))

    def _several(self, text: str, ids: Sequence[int]) -> str:
        names = [self._names[i] for i in ids]
        same = len(set(map(_normal, names))) == 1
        which = "" if same else f" ({_some(names)})"
        return f"several images of this run are called {text}{which}; give {'their ids' if same else 'the whole path'}"

    def _unknown(self, text: str) -> str:
        near = self._whole.of_name(PurePosixPath(_spellings(text)[-1]).name) if self._names else []
        hint = f"; {_some([self._names[i] for i in near])} has the same file name in another folder" if near else ""
        return f"no image of this run is called {text}{hint}"


class _Paths:
    """Positions of paths, exactly and loosely."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._exact = defaultdict[str, list[int]](list)
        self._ends = defaultdict[str, list[tuple[tuple[str, ...], int]]](list)
        for place, path in enumerate(paths):
            self._exact[_normal(path)].append(place)
            parts = _parts(path)
            self._ends[parts[-1] if parts else ""].append((parts, place))

    def exact(self, path: str) -> list[int]:
        """Positions of the paths that are this one, in any normal form of Unicode."""
        return list(self._exact.get(_normal(path), ()))

    def loose(self, path: str) -> list[int]:
        """Positions of the paths that are the end of this one, or that end with it."""
        wanted = _parts(path)
        if not wanted:
            return []
        found = []
        for parts, place in self._ends.get(wanted[-1], ()):
            n = min(len(parts), len(wanted))
            if parts[-n:] == wanted[-n:]:
                found.append(place)
        return found

    def of_name(self, name: str) -> list[int]:
        """Positions of the paths whose last part is this name."""
        parts = _parts(name)
        return [place for _, place in self._ends.get(parts[-1], ())] if parts else []


def _parts(path: str) -> tuple[str, ...]:
    return tuple(part for part in _normal(path).casefold().split("/") if part not in ("", "."))


def _spellings(text: str) -> list[str]:
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


def _as_uploaded(name: str) -> str:
    """The name that Label Studio gives to an uploaded file: blanks as underscores, without other special characters.

    Source: `get_valid_filename` of Django, which stores its uploads.
    """
    return re.sub(r"(?u)[^-\w.]", "", name.strip().replace(" ", "_"))


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)


def _some(names: Iterable[str]) -> str:
    named = list(names)
    more = f" and {len(named) - MAX_SHOWN:,} more" if len(named) > MAX_SHOWN else ""
    return f"{', '.join(named[:MAX_SHOWN])}{more}"


class ClassFinder:
    """Finds the class of a label by its name, or on demand by its position.

    Args:
        class_names: of the run, by label.
        by: how a class is found.
    """

    def __init__(self, class_names: Sequence[str], by: By = By.NAME) -> None:
        self._class_names, self._by = class_names, by
        self._exact = {name: label for label, name in enumerate(class_names)}
        self._loose = defaultdict[str, list[int]](list)
        for label, name in enumerate(class_names):
            self._loose[_normal(name).casefold()].append(label)

    def __call__(self, entry: Given) -> int | str:
        """The class index, or why there is none."""
        named = [text for text in (entry.class_name, *entry.more_classes) if text.strip()]
        label = entry.label if entry.label.strip() else ""
        if not named and not label:
            return f"it names no class; fill in {self._wanted()}"
        if self._by is By.INDEX:
            return self._by_index(named, label)
        found = [self._by_name(text) for text in named]
        if wrong := next((one for one in found if isinstance(one, str)), ""):
            return wrong
        labels = [one for one in found if isinstance(one, int)]
        if not labels:
            return self._by_name(label)
        for text, other in zip(named[1:], labels[1:], strict=True):
            if other != labels[0]:
                return self._contradicting(named[0], text, other)
        if label and labels[0] not in self._readings(label):
            readings = self._readings(label)
            return self._contradicting(named[0], label, readings[0] if readings else None)
        return labels[0]

    def _wanted(self) -> str:
        if self._by is By.INDEX:
            return f"the number of a class, from 0 to {len(self._class_names) - 1}"
        return "a class name"

    def _readings(self, text: str) -> list[int]:
        """The classes that a column can mean which holds names or numbers: beside another one, either is meant."""
        by_name, position = self._by_name(text), number(text.strip())
        found = [by_name] if isinstance(by_name, int) else []
        return [*found, position] if 0 <= position < len(self._class_names) else found

    def _contradicting(self, first: str, second: str, other: int | None) -> str:
        which = "no class of this run" if other is None else f"the class {self._class_names[other]!r}"
        return f"its columns contradict each other: one says {first!r}, the other {second!r}, which is {which}"

    def _by_name(self, text: str) -> int | str:
        # The name as it is, without blanks around it, or as the escaped name of a folder.
        spellings = list(dict.fromkeys((text, text.strip(), unescaped(text))))
        for wanted in spellings:
            if wanted in self._exact:
                return self._exact[wanted]
        for wanted in spellings:
            labels = self._loose.get(_normal(wanted).casefold(), [])
            if len(labels) == 1:
                return labels[0]
            if labels:
                names = [repr(self._class_names[label]) for label in labels]
                return f"{text!r} fits several classes of this run ({_some(names)}); write the name of one as it is"
        position = number(text.strip())
        if 0 <= position < len(self._class_names):
            return (
                f"{text!r} is no class of this run; as a position, which --by index takes numbers for, it would be "
                f"{self._class_names[position]!r}"
            )
        near = get_close_matches(_normal(text), [_normal(name) for name in self._class_names], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{text!r} is no class of this run{hint}"

    def _by_index(self, named: Sequence[str], label: str) -> int | str:
        text = label or next((text for text in named if number(text.strip()) >= 0), named[0] if named else "")
        position = number(text.strip())
        if not 0 <= position < len(self._class_names):
            return f"{text!r} is not the position of a class, which run from 0 to {len(self._class_names) - 1}"
        for other in named:
            if number(other.strip()) < 0 and (meant := self._by_name(other)) != position:
                return self._contradicting(text, other, meant if isinstance(meant, int) else None)
            if number(other.strip()) >= 0 and not label and number(other.strip()) != position:
                return self._contradicting(text, other, number(other.strip()))
        return position
