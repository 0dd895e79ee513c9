"""What of a folder is read as an image, and whether its folders are classes.

Hidden files, files that are no images, and links that lead out of the folder or in circles are left out and counted.
Links out of the folder are followed where they are the class folders, and where the folder holds no image but by links,
as a set that was exported with links does. Folders that look like dates are not taken for classes unless
`DataConfig.layout` or the class names say so.
"""

from __future__ import annotations

import calendar
import errno
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lada_explore.config import DataConfig, Layout
from lada_explore.datasets.decode import ENDINGS, readable
from lada_explore.errors import ConfigError, DataError
from lada_explore.files import Unreadable, if_sound, reading

LAYOUTS = "put images in PATH/CLASS/, in PATH/train/CLASS/ and PATH/test/CLASS/, or unlabelled in PATH itself"

MAX_KINDS = 5
"""Largest number of kinds of entries that the note on what was passed over names."""

_SYSTEM_FILES = ("thumbs.db", "desktop.ini")
"""Files that Windows creates in folders of images."""

_OUT, _CIRCLE, _ELSEWHERE = "links out of the folder", "links in circles", "links to folders read in their own place"

_YEAR, _MONTH, _DAY = r"(19|20)\d\d", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_NAME = "|".join(re.escape(name) for name in (*calendar.month_name[1:], *calendar.month_abbr[1:]))
_DATES = (
    rf"{_YEAR}([-_.]?{_MONTH}([-_.]?{_DAY})?)?",
    rf"{_YEAR}[-_.]?{_MONTH}[-_.]?{_DAY}[-_. ]+\D.*",
    rf"{_YEAR}[-_. ]*({_NAME})|({_NAME})[-_. ]*{_YEAR}",
)
_DATE = re.compile("|".join(_DATES), re.IGNORECASE)
_PART_OF_A_YEAR = re.compile(rf"0?[1-9]|1[0-2]|({_MONTH}[-_. ]*)?({_NAME})", re.IGNORECASE)
_PART_OF_A_MONTH = re.compile(r"0?[1-9]|[12]\d|3[01]")

_FOLDER = Unreadable(
    error=DataError,
    damaged="cannot be opened",
    remedy="give a folder that you may read",
    missing=f"does not exist; {LAYOUTS}",
)


@dataclass(frozen=True, slots=True)
class Tree:
    """The entries of a folder that are read.

    Attributes:
        root: the folder.
        layout: `DataConfig.layout`. Where it is None, links that lead out of the folder are followed.
        follows: whether all links that lead out of the folder are followed, as where all images are behind links.
    """

    root: Path
    layout: Layout | None
    follows: bool = False
    _listings: dict[str, tuple[list[str], list[str]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, root: Path, layout: Layout | None) -> Tree:
        """The entries of a folder; all links out of it are followed if it holds no image that is not behind a link."""
        for here, folders, files in os.walk(root):
            folders[:] = [name for name in folders if not name.startswith(".")]
            images = (name for name in files if not name.startswith(".") and _ending(name) in ENDINGS)
            if not all(os.path.islink(os.path.join(here, name)) for name in images):
                return cls(root, layout)
        return cls(root, layout, follows=True)

    def listing(self, part: str = "") -> tuple[list[str], list[str]]:
        """Names of the subfolders and of the image files in a subfolder ("" for the root), both sorted.

        Raises:
            DataError: the folder cannot be opened.
        """
        if part in self._listings:
            return self._listings[part]
        folder = self.root / part
        with reading(folder, _FOLDER), os.scandir(folder) as entries:
            is_folder = {
                entry.name: _is_folder(entry)
                for entry in entries
                if not entry.name.startswith(".") and not (entry.is_symlink() and self._left_out(entry.path))
            }
        names = sorted(is_folder)
        images = [name for name in names if not is_folder[name] and _ending(name) in ENDINGS]
        self._listings[part] = [name for name in names if is_folder[name]], images
        return self._listings[part]

    def files(self, part: str = "") -> list[str]:
        """Posix paths, relative to the root, of all image files in a subfolder and its subfolders."""
        return [prefix + name for prefix in self._prefixes(part) for name in self.listing(prefix)[1]]

    def _prefixes(self, part: str) -> Iterator[str]:
        """Begins of the paths of what is in a subfolder and its subfolders: "" or "CLASS/" and the like.

        No folder is entered twice, and none that contains this folder.
        """
        seen = {os.path.realpath(parent) for parent in (self.root / part).parents}
        waiting = [part]
        while waiting:
            here = waiting.pop()
            real = os.path.realpath(self.root / here)
            if real in seen:
                continue
            seen.add(real)
            prefix = f"{here}/" if here else ""
            yield prefix
            waiting += [prefix + name for name in reversed(self.listing(here)[0])]

    def passed_over(self) -> list[str]:
        """A note on what in the folder and its subfolders is not read as an image, counted by kind."""
        counts: Counter[str] = Counter()
        for prefix in self._prefixes(""):
            with os.scandir(self.root / prefix) as entries:
                counts.update(filter(None, map(self._kind, entries)))
        if not counts:
            return []
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))[:MAX_KINDS]
        listed = ", ".join(f"{kind} {count:,}" for kind, count in most)
        more = f" and {len(counts) - MAX_KINDS} more kinds" if len(counts) > MAX_KINDS else ""
        what = "1 entry that is" if counts.total() == 1 else f"{counts.total():,} entries that are"
        return [f"passed over {what} not read as images: {listed}{more}"]

    def _kind(self, entry: os.DirEntry[str]) -> str:
        """Why an entry is not read, as the note calls it; "" if it is."""
        if entry.name.startswith("."):
            return "hidden"
        if entry.is_symlink() and (why := self._left_out(entry.path)):
            return why
        if _is_folder(entry) or _ending(entry.name) in ENDINGS:
            return ""
        return entry.name if entry.name.lower() in _SYSTEM_FILES else _ending(readable(entry.name)) or "no ending"

    def _left_out(self, link: str) -> str:
        """Why a link is not followed; "" if it is."""
        if self.layout is None:
            return ""
        real, place = os.path.realpath(link), os.path.realpath(os.path.dirname(link))
        try:
            is_folder = os.path.isdir(real)
            os.stat(link)
        except OSError as error:  # Of a broken link inside the folder, decoding says so by its name.
            if error.errno == errno.ELOOP:
                return _CIRCLE
        if is_folder and _within(place, real):
            return _CIRCLE
        if not _within(real, os.path.realpath(self.root)):
            return "" if self.follows or (is_folder and self._holds_classes(place)) else _OUT
        return _ELSEWHERE if is_folder and self.layout is Layout.FLAT else ""

    def _holds_classes(self, place: str) -> bool:
        """Whether the folders in a folder are classes, unless their names or the declared ones say otherwise."""
        splits = (os.path.realpath(self.root / part) for part in ("", "train", "test"))
        return self.layout is not Layout.FLAT and place in splits


def flat(tree: Tree) -> Tree:
    """The same folder, read as unlabelled images at any depth."""
    return Tree(tree.root, Layout.FLAT, tree.follows)


def matches_no_folder(config: DataConfig, folders: Sequence[str]) -> bool:
    """Whether under AUTO class names are declared and none is that of a folder, in whatever case."""
    if config.layout is not Layout.AUTO:
        return False
    names = {class_name(folder).casefold() for folder in folders}
    return bool(config.classes) and names.isdisjoint(composed(name).casefold() for name in config.classes)


def no_folder_note(tree: Tree, config: DataConfig, folders: Sequence[str]) -> str:
    """What is said where `matches_no_folder`."""
    return (
        f"none of the classes {', '.join(config.classes)} is a folder of {tree.root}, so the images in "
        f"{_first_of([class_name(folder) for folder in folders])} are read as unlabelled (data.layout=flat)"
    )


def require_no_dates(tree: Tree, config: DataConfig, part: str, folders: Sequence[str]) -> None:
    """Raises ConfigError if under AUTO, without declared classes, the folders with images look like dates."""
    if config.layout is not Layout.AUTO or config.classes:
        return
    place = tree.root / part
    dates = _dates(place, folders)
    if not dates:
        return
    looks = "the folder {} of {} looks like a date" if len(dates) == 1 else "the folders {} of {} look like dates"
    raise ConfigError(
        f"{looks.format(_first_of(dates), place)} and not like a class; pass --set data.layout=classes to take the "
        "folders as classes, or --unlabelled --classes a,b,c to label the images yourself"
    )


def _dates(place: Path, folders: Sequence[str]) -> list[str]:
    """Those of the folders that look like dates, where they are not numbers among numbers, as 0 to 3000 are."""
    # The place may be a link, or end in "..".
    *_, above, here = "", "", *Path(os.path.realpath(place)).parts
    kinds = [_DATE]
    if re.fullmatch(_YEAR, here):
        kinds.append(_PART_OF_A_YEAR)
    elif re.fullmatch(_YEAR, above) and _PART_OF_A_YEAR.fullmatch(here):
        kinds.append(_PART_OF_A_MONTH)
    dates = [name for name in folders if any(kind.fullmatch(name) for kind in kinds)]
    return [] if any(name.isdigit() for name in folders if name not in dates) else dates


def _first_of(names: Sequence[str]) -> str:
    return ", ".join(map(readable, names[:3])) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")


def class_name(folder: str) -> str:
    """Name of the class of a folder."""
    return composed(readable(folder))


def composed(name: str) -> str:
    """The name in composed form: macOS stores names in decomposed form (NFD), while typed names are composed (NFC)."""
    return unicodedata.normalize("NFC", name)


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with if_sound():  # A link to itself raises an exception.
        return entry.is_dir()
    return False
