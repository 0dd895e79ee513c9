"""Labels from a CSV file or from class folders, checked against the open query of a run."""

from __future__ import annotations

import csv
import io
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange.class_folders import CLASSES_FILE, TABLE_FILE
from lada_explore.exchange.names import unescaped
from lada_explore.files import Unreadable, converting, read_json, read_text, reading, reason_of

_ID, _FILE, _CLASS = ("id", "image_id"), ("file", "file_name", "filename", "path", "name"), ("class", "class_name")

_LABEL = "label"
_MAX_QUOTED = 300
_MAX_DIGITS = 18
_LARGE = 10**_MAX_DIGITS
"""Stands for every number that is larger; no pool has so many images."""

_LABELS = Unreadable(
    error=ConfigError,
    damaged="cannot be read",
    remedy="give a CSV file or a folder of class folders",
    missing="cannot be read (there is no such file); give a CSV file or a folder of class folders",
)
_EXPORTED = Unreadable(
    error=ConfigError,
    damaged="cannot be read",
    remedy=f"restore it from a copy, or move {CLASSES_FILE} and {TABLE_FILE} out of the folder to use the names of "
    "folders and files alone",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One label as it was read from a file.

    Attributes:
        where: "line 3" or a path, for messages.
        id: dataset index; -1 where only the file is given.
        file: path or name of the image's file; "" where only the id is given.
        class_name: name of the class; "" where only its number is given.
        label: class index; -1 where the name is given.
    """

    where: str
    id: int = -1
    file: str = ""
    class_name: str = ""
    label: int = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """Which of the given labels can be imported, and why the others cannot.

    Attributes:
        labels: class index by id, to be submitted.
        agreed: how many are equal to the current label of their image.
        conflicts: a sentence for each image that has another label already, or two labels in the file.
        refused: a sentence for each label whose image or class is unknown, or whose image is not in the open query.
    """

    labels: Mapping[int, int]
    agreed: int
    conflicts: tuple[str, ...]
    refused: tuple[str, ...]


def read_given(path: Path) -> list[Given]:
    """The labels in a CSV file, or in a folder of class folders.

    A CSV file has a header; a column "id" or "file" says which image, "class" or "label" says what it is.

    Raises:
        ConfigError: the file is missing, is no CSV file, or lacks these columns.
    """
    return _from_folders(path) if os.path.isdir(path) else _from_csv(path, read_text(path, _LABELS))


def plan_import(
    given: Sequence[Given],
    *,
    class_names: Sequence[str],
    names: Sequence[str],
    asked: Sequence[int],
    labelled: Mapping[int, int],
    size: int,
) -> ImportPlan:
    """Decide which of the given labels can be imported.

    Args:
        given: labels that were read.
        class_names: of the run, by label.
        names: (N,) file path of each id; empty where the set has no files.
        asked: ids of the open query.
        labelled: current label, by id, of each image that has one.
        size: N, number of images of the run.
    """
    find = _Finder(names, size)
    said: dict[int, list[tuple[Given, int]]] = {}
    refused: list[str] = []
    for entry in given:
        image_id, label = find(entry), _label(entry, class_names)
        if isinstance(image_id, str) or isinstance(label, str):
            refused.append(f"{entry.where}: {image_id if isinstance(image_id, str) else label}")
        else:
            said.setdefault(image_id, []).append((entry, label))
    labels: dict[int, int] = {}
    conflicts: list[str] = []
    agreed = 0
    may = set(asked)
    for image_id, entries in said.items():
        (first, label), called = entries[0], find.name(image_id)
        other = next((found for found in entries if found[1] != label), None)
        if other is not None:
            conflicts.append(
                f"{called} is {class_names[label]!r} in {first.where} and {class_names[other[1]]!r} in "
                f"{other[0].where}; keep one of them"
            )
        elif image_id in labelled:
            agreed += labelled[image_id] == label
            if labelled[image_id] != label:
                conflicts.append(
                    f"{called} is {class_names[label]!r} in {first.where} but was labelled "
                    f"{class_names[labelled[image_id]]!r}, which is kept"
                )
        elif image_id not in may:
            refused.append(f"{first.where}: {called} is not asked now; import again when it is")
        else:
            labels[image_id] = label
    return ImportPlan(labels=labels, agreed=agreed, conflicts=tuple(conflicts), refused=tuple(refused))


class _Finder:
    """Finds the image of an entry: by id, by a path or by a file name that only one image has.

    Two images can have one path: names are stored as text, without the bytes of them that are none.
    """

    def __init__(self, names: Sequence[str], size: int) -> None:
        self._names, self._size = names, size
        self._by_path = _distinct(names)
        self._by_name = _distinct([PurePosixPath(name).name for name in names])

    def __call__(self, entry: Given) -> int | str:
        """The id, or why there is none."""
        if entry.id >= 0:
            if entry.id >= self._size:
                which = f"{entry.id}" if entry.id < _LARGE else "of so large a number"
                return f"there is no image {which}; ids run from 0 to {self._size - 1}"
            if entry.file and self._names and _normal(entry.file) != _normal(self._names[entry.id]):
                return f"image {entry.id} is {self._names[entry.id]}, not {entry.file}"
            return entry.id
        if not entry.file:
            return "it names no image; fill in its id or its file"
        stem = os.path.splitext(entry.file)[0]
        if not self._names and 0 <= _number(stem) < self._size:
            return _number(stem)
        for wanted in map(_normal, (entry.file, unescaped(entry.file))):
            several = f"several images of this run are called {entry.file}; give "
            if (found := self._by_path.get(wanted)) is not None:
                return f"{several}their ids" if found < 0 else found
            if (found := self._by_name.get(PurePosixPath(wanted).name)) is not None:
                return f"{several}the whole path" if found < 0 else found
        return f"no image of this run is called {entry.file}"

    def name(self, image_id: int) -> str:
        """What to call an image in a sentence."""
        return f"image {image_id} ({self._names[image_id]})" if self._names else f"image {image_id}"


def _distinct(names: Sequence[str]) -> dict[str, int]:
    """Position by name, composed; -1 for a name that occurs several times."""
    found: dict[str, int] = {}
    for i, name in enumerate(map(_normal, names)):
        found[name] = -1 if name in found else i
    return found


def _label(entry: Given, class_names: Sequence[str]) -> int | str:
    """The class index, or why there is none."""
    if entry.class_name:
        known = [_normal(name) for name in class_names]
        # The name as it is, without blanks around it, or as the escaped name of a folder.
        for wanted in map(_normal, (entry.class_name, entry.class_name.strip(), unescaped(entry.class_name))):
            if wanted in known:
                return known.index(wanted)
        near = get_close_matches(_normal(entry.class_name), known, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        return f"{entry.class_name!r} is no class of this run{hint}"
    if not 0 <= entry.label < len(class_names):
        return f"it names no class; fill in a class name, or a label from 0 to {len(class_names) - 1}"
    return entry.label


def _from_csv(path: Path, text: str) -> list[Given]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)

    def no_csv(error: Exception) -> LadaError:
        return ConfigError(
            f"{path} cannot be read as CSV (line {reader.reader.line_num}: {reason_of(error)}); correct that line and "
            "import again"
        )

    with converting(no_csv):
        header = reader.fieldnames or ()
    columns = {str(name).strip().lower(): name for name in header}
    named = [name for name in (str(name).strip().lower() for name in header) if name in {*_ID, *_FILE, *_CLASS, _LABEL}]
    if twice := [name for name in named if named.count(name) > 1]:
        raise ConfigError(f"{path} has the column {twice[0]!r} twice; leave one of them out and import again")
    which = [columns[name] for name in (*_ID, *_FILE) if name in columns]
    what = [columns[name] for name in (*_CLASS, _LABEL) if name in columns]
    if not which or not what:
        quoted = ", ".join(columns)
        quoted = quoted if len(quoted) <= _MAX_QUOTED else f"{quoted[:_MAX_QUOTED]} ..."
        found = f"has the columns {quoted}" if columns else "has no header line"
        raise ConfigError(
            f"{path} {found}; it needs a column 'id' or 'file' for the image, and 'class' or 'label' for its class"
        )
    with converting(no_csv):
        rows = [(row, reader.line_num) for row in reader]
    return [_from_row(row, columns, line) for row, line in rows]


def _from_row(row: Mapping[str, str | None], columns: Mapping[str, str], line: int) -> Given:
    def text(names: Sequence[str]) -> str:
        values = (row[columns[name]] or "" for name in names if name in columns)
        return next((value for value in values if value.strip()), "")

    label = text(("label",)).strip()
    # Other programs write the name of the class into a column "label".
    named = text(_CLASS) or ("" if label.isdecimal() else label)
    return Given(
        where=f"line {line}",
        id=_number(text(_ID).strip()),
        file=text(_FILE),
        class_name=named,
        label=_number(label),
    )


def _number(text: str) -> int:
    """The number that a text of digits says, or `_LARGE` if that is larger; -1 for any other text."""
    if not text.isdecimal():
        return -1
    digits = text.lstrip("0")  # Python converts no text of more than 4,300 digits.
    return _LARGE if len(digits) > _MAX_DIGITS else int(digits or "0")


def _from_folders(root: Path) -> list[Given]:
    """Labels of class folders: the class from a file's folder, its image from the table beside the folders, if any."""
    with reading(root, _LABELS), os.scandir(root) as entries:
        folders = sorted(entry.name for entry in entries if entry.is_dir() and not entry.name.startswith("."))
    if not folders:
        raise ConfigError(f"{root} holds no class folders; put the images into one folder for each class")
    classes, table = _tables(root)
    given = []
    for folder in folders:
        class_name = classes.get(folder, folder)
        for path in _below(root / folder):
            where, known = path.relative_to(root).as_posix(), table.get(path.name)
            if known is not None:
                given.append(Given(where=where, id=known[0], file=known[1], class_name=class_name))
            else:
                given.append(Given(where=where, file=path.name, class_name=class_name))
    return given


def _below(folder: Path) -> list[Path]:
    """The visible files in a folder and its subfolders."""

    def refuse(error: OSError) -> None:
        raise error

    found = []
    with reading(folder, _LABELS):
        for parent, inner, files in os.walk(folder, onerror=refuse):
            inner.sort()
            found += [Path(parent) / name for name in sorted(files) if not name.startswith(".")]
    return found


def _tables(root: Path) -> tuple[dict[str, str], dict[str, tuple[int, str]]]:
    """Class name by folder, and (id, file) by exported file name; both empty if this package did not export them."""
    places = root / CLASSES_FILE, root / TABLE_FILE
    if not all(map(os.path.lexists, places)):
        return {}, {}
    classes, text = read_json(places[0], _EXPORTED), read_text(places[1], _EXPORTED)
    with reading(places[0], _EXPORTED):
        by_folder = {str(folder): str(entry["class"]) for folder, entry in classes.items()}
    with reading(places[1], _EXPORTED):
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        by_file = {PurePosixPath(row["path"]).name: (int(row["id"]), row["file"]) for row in rows}
    return by_folder, by_file


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)
