"""Which image and which class of a run a label in a file means; what fits two of them fits none."""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from difflib import get_close_matches
from enum import StrEnum
from functools import cache, cached_property
from pathlib import PurePosixPath

from lada_explore.exchange.given import LARGE, Given, Naming, number
from lada_explore.exchange.image_paths import Paths, as_uploaded, normal, parts_of, spellings
from lada_explore.exchange.names import unescaped

_MAX_HINTS = 100
"""Most different texts for which a class of a similar name is looked for; each takes 4 ms with 1,000 classes."""

MAX_SHOWN = 3
"""Most images or classes that a sentence names where several fit."""

_UPLOADED = re.compile(r"(^|/)data/upload/|^upload/")
_PREFIX = re.compile(r"[0-9a-f]{8}-")
_WHOLE = re.compile(r"([0-9]+)\.0+")


class By(StrEnum):
    """How a class is found: NAME by its name, INDEX by its position, from 0."""

    NAME = "name"
    INDEX = "index"


class ImageFinder:
    """Finds the image of a label by its id, its path, or the end of a path that only one image has.

    A path that is that of one image means it. Otherwise every image counts that the path can mean: case and the kind of
    slash do not matter, the one path may have more folders before it than the other, and a name without an ending is
    that of a file with any ending. Two images can have one path: names are stored as text, without the bytes of them
    that are none, and programs change the normal form of Unicode.

    Args:
        names: (N,) path of each image relative to the folder of the images; empty where the set has no files.
        size: N.
        root: folder of the images; "" where it is unknown.
        test_names: (T,) path of each test image. It takes no label, but a path can mean it.
    """

    def __init__(self, names: Sequence[str], size: int, root: str = "", test_names: Sequence[str] = ()) -> None:
        self._names, self._size = (*names, *test_names) if names else (), size
        self._root = f"{root.rstrip('/')}/" if root else ""
        self._whole = Paths(self._names)
        self._known: dict[tuple[str, Naming] | None, int | str] = {}

    @cached_property
    def _stems(self) -> Paths:
        return Paths([os.path.splitext(name)[0] for name in self._names])

    @cached_property
    def _by_upload(self) -> dict[str, list[int]]:
        """Ids by each name that a file can get when it is uploaded, see `as_uploaded`."""
        found = defaultdict[str, list[int]](list)
        for image_id, name in enumerate(self._names):
            own = normal(PurePosixPath(name).name)
            for known in dict.fromkeys((own, as_uploaded(own))):
                found[known.casefold()].append(image_id)
        return found

    def __call__(self, entry: Given) -> int | str:
        """The id, or why there is none."""
        alone = (entry.file, entry.naming) if entry.id < 0 and not entry.more_files else None
        found = self._known[alone] if alone in self._known else self._place(entry)
        if alone is not None:
            self._known[alone] = found
        if isinstance(found, int) and found >= self._size:
            return f"{self._called(found)} is a test image of this run, which takes no label; leave it out"
        return found

    def _place(self, entry: Given) -> int | str:
        files = [text for text in (entry.file, *entry.more_files) if text.strip()]
        if entry.id < 0 and not files:
            return "it names no image; fill in its id or its file"
        if entry.exported and not files and self._names:
            return (
                f"it has the id {entry.id} of the run that exported it and no file; call the column lada_id if that "
                "was this run"
            )
        found = [(text, ids) for text in files if (ids := self._ids(text, entry.naming, alone=len(files) == 1))]
        fits = [i for i in (found[0][1] if found else ()) if all(i in others for _, others in found[1:])]
        if len(fits) == 1 and (entry.id < 0 or entry.exported):
            return fits[0]
        if entry.id >= 0:
            return self._with_id(entry, files, found)
        if not found:
            return self._unknown(files[0])
        first, ids = found[0]
        if not fits:
            text, others = next((text, ids) for text, ids in found[1:] if not set(ids) & set(found[0][1]))
            one, other = self._called(ids[0]), self._called(others[0])
            return f"its columns contradict each other: {first} is {one}, {text} is {other}"
        return self._several(first, fits)

    def _with_id(self, entry: Given, files: Sequence[str], found: Sequence[tuple[str, list[int]]]) -> int | str:
        """The id of a label that has one, unless it is none or contradicts the file."""
        if entry.id >= self._size:
            which = f"{entry.id}" if entry.id < LARGE else "of so large a number"
            named = self._numbered.get(entry.id, ())
            hint = f"; if that is the name of {self._some(named)}, call the column file" if named else ""
            return f"there is no image {which}; ids run from 0 to {self._size - 1}{hint or _other_ids(files)}"
        wrong = next((text for text, ids in found if entry.id not in ids), None)
        if wrong is None and files and not found and self._names:
            wrong = files[0]
        if wrong is not None:
            return f"image {entry.id} is {self._called(entry.id)}, not {wrong}{_other_ids(files)}"
        return entry.id if files else self._by_id(entry)

    def name(self, image_id: int) -> str:
        """What to call an image in a sentence."""
        return f"image {image_id} ({self._names[image_id]})" if self._names else f"image {image_id}"

    def _by_id(self, entry: Given) -> int | str:
        """The id, unless it can also be the name of another image, as 3 for 0003.png."""
        named = self._numbered.get(entry.id, ()) if entry.id_text else ()
        if others := [i for i in named if i != entry.id]:
            return (
                f"{entry.id_text} may be image {entry.id} ({self._called(entry.id)}) or the name of "
                f"{self._some(others)}; give file names, in a column called file, or call this one lada_id if it "
                "holds the ids of this run"
            )
        return entry.id

    @cached_property
    def _numbered(self) -> dict[int, list[int]]:
        """Ids by the number that the name of a file is."""
        found = defaultdict[int, list[int]](list)
        for image_id, name in enumerate(self._names):
            found[number(os.path.splitext(PurePosixPath(name).name)[0])].append(image_id)
        return found

    def folders_before(self, entry: Given, image_id: int) -> tuple[str, ...]:
        """The folders that stand before the path of an image in what a label calls it, without case."""
        if (entry.id >= 0 and not entry.exported) or not self._names:
            return ()
        name = self._names[image_id]
        ways = (parts_of(name), parts_of(os.path.splitext(name)[0]))
        found = (parts_of(path) for path in spellings(entry.file))
        return next((parts[: -len(own)] for parts in found for own in ways if parts[-len(own) :] == own), ())

    def _some(self, ids: Sequence[int]) -> str:
        return _some([self._names[i] for i in ids[:MAX_SHOWN]], len(ids))

    def _called(self, image_id: int) -> str:
        return self._names[image_id] if self._names else f"image {image_id}"

    def _ids(self, text: str, naming: Naming, *, alone: bool) -> list[int]:
        """Every image that a text can mean, which stands alone or beside others; that whose whole path it is alone."""
        if not self._names:
            image_id = number(os.path.splitext(PurePosixPath(text.strip().replace("\\", "/")).name)[0])
            return [image_id] if 0 <= image_id < self._size else []
        for path in spellings(text):
            upload = naming is Naming.UPLOAD or _UPLOADED.search(path) is not None
            if upload and (ids := self._uploaded(PurePosixPath(path).name)):
                return ids
            if ids := self._whole.exact(path) or self._whole.exact(path.removeprefix(self._root)):
                return ids
            # Beside the name of a file, a text without ending can be the name of anything.
            stem = naming is Naming.STEM or (alone and not os.path.splitext(path)[1])
            if stem and (ids := self._stems.exact(path)):
                return ids
            if ids := self._whole.loose(path) or (self._stems.loose(path) if stem else []):
                return ids
        return []

    def _uploaded(self, name: str) -> list[int]:
        """Images whose name, with or without the prefix of an upload, is this one."""
        own = normal(name).casefold()
        stripped = [own[found.end() :]] if (found := _PREFIX.match(own)) else []
        return list(dict.fromkeys(i for known in (own, *stripped) for i in self._by_upload.get(known, ())))

    def _several(self, text: str, ids: Sequence[int]) -> str:
        one = normal(self._names[ids[0]])
        same = all(normal(self._names[i]) == one for i in ids)
        which = "" if same else f" ({self._some(ids)})"
        return f"several images of this run are called {text}{which}; give {'their ids' if same else 'the whole path'}"

    def _unknown(self, text: str) -> str:
        name = PurePosixPath(spellings(text)[-1]).name if self._names else ""
        hint = ""
        if near := self._whole.of_name(name):
            hint = f"; {self._some(near)} {_has(near)} the same file name in another folder"
        elif name and (near := self._stems.of_name(os.path.splitext(name)[0])):
            hint = f"; {self._some(near)} {_has(near)} the same name with another ending"
        return f"no image of this run is called {text if text.isprintable() else repr(text)}{hint}"


def _has(ids: Sequence[int]) -> str:
    return "has" if len(ids) == 1 else "have"


def _other_ids(files: Sequence[str]) -> str:
    return "; if the ids are not those of this run, leave their column out" if files else ""


def _some(names: Sequence[str], n: int) -> str:
    more = f" and {n - MAX_SHOWN:,} more" if n > MAX_SHOWN else ""
    return f"{', '.join(names[:MAX_SHOWN])}{more}"


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
            self._loose[normal(name).casefold()].append(label)
        self._by_name = cache(self._found_by_name)
        self._n_unknown = 0

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

    def _found_by_name(self, text: str) -> int | str:
        # The name as it is, without blanks around it, or as the escaped name of a folder.
        spellings = list(dict.fromkeys((text, text.strip(), unescaped(text))))
        for wanted in spellings:
            if wanted in self._exact:
                return self._exact[wanted]
        for wanted in spellings:
            labels = self._loose.get(normal(wanted).casefold(), [])
            if len(labels) == 1:
                return labels[0]
            if labels:
                names = [repr(self._class_names[label]) for label in labels]
                fits = _some(names, len(names))
                return f"{text!r} fits several classes of this run ({fits}); write the name of one as it is"
        position = number(text.strip())
        if 0 <= position < len(self._class_names):
            return (
                f"{text!r} is no class of this run; as a position, which --by index takes numbers for, it would be "
                f"{self._class_names[position]!r}"
            )
        digits = _WHOLE.fullmatch(text.strip())
        near = [name for name in self._class_names if digits and name == digits[1]]
        self._n_unknown += 1
        if not near and self._n_unknown <= _MAX_HINTS:
            near = get_close_matches(normal(text), [normal(name) for name in self._class_names], n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{text!r} is no class of this run{hint}"

    def _by_index(self, named: Sequence[str], label: str) -> int | str:
        text = label or next((text for text in named if _position(text) >= 0), named[0] if named else "")
        position = _position(text)
        if not 0 <= position < len(self._class_names):
            return f"{text!r} is not the position of a class, which run from 0 to {len(self._class_names) - 1}"
        for other in named:
            if _position(other) < 0 and (meant := self._by_name(other)) != position:
                return self._contradicting(text, other, meant if isinstance(meant, int) else None)
            if _position(other) >= 0 and not label and _position(other) != position:
                return self._contradicting(text, other, _position(other))
        return position


def _position(text: str) -> int:
    """The number that a text says, also as 1.0, which programs write where cells of a column are empty; -1 if none."""
    digits = _WHOLE.fullmatch(text.strip())
    return number(digits[1] if digits else text.strip())
