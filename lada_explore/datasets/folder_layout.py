"""What of a folder is read as an image, and whether its folders are classes.

Hidden files, files that are no images, folders that programs create, those of thumbnails beside the images, and links
that lead out of the folder or in circles are left out and counted. Links out of the folder are followed where they are
the class folders, and where the folder holds no image but by links, as a set that was exported with links does. Folders
that look like dates, or like those of a camera, are not taken for classes unless `DataConfig.layout` or the class names
say so.
"""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lada_explore.config import DataConfig, Layout
from lada_explore.config.names import first_of
from lada_explore.datasets.decode import ENDINGS, readable
from lada_explore.datasets.folder_names import composed, dates, holds_thumbnails, is_of_a_program, of_cameras
from lada_explore.errors import ConfigError, DataError
from lada_explore.files import Unreadable, if_sound, reading

LAYOUTS = "put images in PATH/CLASS/, in PATH/train/CLASS/ and PATH/test/CLASS/, or unlabelled in PATH itself"

MAX_KINDS = 5
"""Largest number of kinds of entries that the note on what was passed over names."""

_SYSTEM_FILES = ("thumbs.db", "desktop.ini")
"""Files that Windows creates in folders of images."""

_SPLITS = ("train", "Train", "TRAIN", "training", "Training"), ("test", "Test", "TEST", "testing", "Testing")
"""Names of the folders of images to learn from, and of those to test on."""

_OUT, _CIRCLE, _ELSEWHERE = "links out of the folder", "links in circles", "links to folders read in their own place"

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
            folders[:] = [name for name in folders if not (name.startswith(".") or is_of_a_program(name))]
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
        folders = [name for name in names if is_folder[name] and not self._is_left_out(name, bool(images))]
        self._listings[part] = folders, images
        return self._listings[part]

    def _is_left_out(self, name: str, beside_images: bool) -> bool:
        """Whether a folder of this name is not a person's own, or holds copies of the images that it lies beside."""
        own = self.layout is None or not (is_of_a_program(name) or (beside_images and holds_thumbnails(name)))
        return not own

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
            images = bool(self.listing(prefix.removesuffix("/"))[1])
            with os.scandir(self.root / prefix) as entries:
                counts.update(filter(None, (self._kind(entry, images) for entry in entries)))
        if not counts:
            return []
        most = sorted(counts.items(), key=lambda item: (-item[1], item[0].casefold()))[:MAX_KINDS]
        listed = ", ".join(kind if count == 1 else f"{kind} ({count:,})" for kind, count in most)
        more = f" and {len(counts) - MAX_KINDS} more kinds" if len(counts) > MAX_KINDS else ""
        one = "1 entry that is not read as an image"
        what = one if counts.total() == 1 else f"{counts.total():,} entries that are not read as images"
        return [f"passed over {what}: {listed}{more}"]

    def _kind(self, entry: os.DirEntry[str], beside_images: bool) -> str:
        """Why an entry is not read, as the note calls it; "" if it is."""
        if entry.name.startswith("."):
            return "hidden"
        if entry.is_symlink() and (why := self._left_out(entry.path)):
            return why
        if _is_folder(entry):
            return entry.name if self._is_left_out(entry.name, beside_images) else ""
        if _ending(entry.name) in ENDINGS:
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
        parts = ("", *(name for names in _SPLITS for name in names))
        splits = {os.path.realpath(self.root / part) for part in parts}
        return self.layout is not Layout.FLAT and place in splits


def splits_of(tree: Tree) -> tuple[str, str]:
    """Folders of the training and test images, "" for one that is not there.

    Other spellings than "train" count where both are there, since a class may have such a name.
    """
    folders = tree.listing()[0]
    if "train" in folders or tree.layout is None:
        return "train" if "train" in folders else "", "test" if "test" in folders else ""
    train, test = ([name for name in names if name in folders] for names in _SPLITS)
    return (train[0], test[0]) if len(train) == len(test) == 1 else ("", "")


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


def require_no_places(tree: Tree, config: DataConfig, part: str, folders: Sequence[str]) -> None:
    """Raises ConfigError if the folders with images look like dates or a camera's, and nothing makes them classes."""
    if config.layout is not Layout.AUTO or config.classes:
        return
    place = tree.root / part
    found, kind, kinds = dates(place, folders), "a date", "dates"
    if not found:
        found, kind, kinds = of_cameras(folders), "one of a camera", "those of a camera"
    if not found:
        return
    looks = (
        f"the folder {{}} of {{}} looks like {kind}"
        if len(found) == 1
        else f"the folders {{}} of {{}} look like {kinds}"
    )
    raise ConfigError(
        f"{looks.format(_first_of(found), place)} and not like a class; pass --set data.layout=classes to take the "
        "folders as classes, or --unlabelled --classes a,b,c to label the images yourself"
    )


def nested_notes(tree: Tree, part: str, folders: Sequence[str]) -> list[str]:
    """A note on class folders whose own folders hold images, which are of that class."""
    prefix = f"{part}/" if part else ""
    inner = {folder: _filled(tree, prefix + folder) for folder in folders}
    nested = [f"{prefix}{folder} ({_first_of(names)})" for folder, names in inner.items() if names]
    if not nested:
        return []
    return [f"images in folders of a class folder are of its class: {_first_of(nested)}"]


def classes_within(tree: Tree) -> tuple[str, list[str]]:
    """The first folder, and the folders in it that hold images and might be classes, neither dates nor cameras'."""
    first = tree.listing()[0][0]
    inner = _filled(tree, first)
    return first, [] if dates(tree.root / first, inner) or of_cameras(inner) else inner


def _filled(tree: Tree, part: str) -> list[str]:
    """Names of the folders with images in a subfolder."""
    return [name for name in tree.listing(part)[0] if tree.files(f"{part}/{name}")]


def class_name(folder: str) -> str:
    """Name of the class of a folder."""
    return composed(readable(folder))


def _ending(name: str) -> str:
    return os.path.splitext(name)[1].lower()


def _within(path: str, folder: str) -> bool:
    return path == folder or path.startswith(os.path.join(folder, ""))


def _first_of(names: Sequence[str]) -> str:
    return first_of(list(map(readable, names)))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    with if_sound():  # A link to itself raises an exception.
        return entry.is_dir()
    return False
