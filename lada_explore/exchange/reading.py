"""Labels from a CSV file or from class folders, checked against the open query of a run."""

from __future__ import annotations

import csv
import io
import json
import os
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path, PurePosixPath

from lada_explore.errors import ConfigError
from lada_explore.exchange.class_folders import CLASSES_FILE, TABLE_FILE
from lada_explore.exchange.names import unescaped

_ID, _FILE, _CLASS = ("id", "image_id"), ("file", "file_name", "filename", "path", "name"), ("class", "class_name")


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
    if path.is_dir():
        return _from_folders(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text in UTF-8"
        raise ConfigError(f"{path} cannot be read ({reason}); give a CSV file or a folder of class folders") from error
    return _from_csv(path, text)


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
    """Finds the image of an entry: by id, by its whole path, or by a file name that only one image has."""

    def __init__(self, names: Sequence[str], size: int) -> None:
        self._names, self._size = names, size
        self._by_path = {_normal(name): i for i, name in enumerate(names)}
        self._by_name: dict[str, int] = {}
        for i, name in enumerate(names):
            own = _normal(PurePosixPath(name).name)
            self._by_name[own] = -1 if own in self._by_name else i

    def __call__(self, entry: Given) -> int | str:
        """The id, or why there is none."""
        if entry.id >= 0:
            if entry.id >= self._size:
                return f"there is no image {entry.id}; ids run from 0 to {self._size - 1}"
            if entry.file and self._names and _normal(entry.file) != _normal(self._names[entry.id]):
                return f"image {entry.id} is {self._names[entry.id]}, not {entry.file}"
            return entry.id
        if not entry.file:
            return "it names no image; fill in its id or its file"
        stem = os.path.splitext(entry.file)[0]
        if not self._names and stem.isdecimal() and int(stem) < self._size:
            return int(stem)
        for wanted in map(_normal, (entry.file, unescaped(entry.file))):
            if wanted in self._by_path:
                return self._by_path[wanted]
            found = self._by_name.get(PurePosixPath(wanted).name)
            if found is not None:
                several = f"several images of this run are called {entry.file}; give the whole path"
                return several if found < 0 else found
        return f"no image of this run is called {entry.file}"

    def name(self, image_id: int) -> str:
        """What to call an image in a sentence."""
        return f"image {image_id} ({self._names[image_id]})" if self._names else f"image {image_id}"


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
    try:
        columns = {str(name).strip().lower(): name for name in reader.fieldnames or ()}
        which = [columns[name] for name in (*_ID, *_FILE) if name in columns]
        what = [columns[name] for name in (*_CLASS, "label") if name in columns]
        if not which or not what:
            found = f"has the columns {', '.join(columns)}" if columns else "has no header line"
            raise ConfigError(
                f"{path} {found}; it needs a column 'id' or 'file' for the image, and 'class' or 'label' for its class"
            )
        return [_from_row(row, columns, reader.line_num) for row in reader]
    except csv.Error as error:
        raise ConfigError(
            f"{path} cannot be read as CSV (line {reader.reader.line_num}: {error}); correct that line and import again"
        ) from error


def _from_row(row: Mapping[str, str | None], columns: Mapping[str, str], line: int) -> Given:
    def text(names: Sequence[str]) -> str:
        values = (row[columns[name]] or "" for name in names if name in columns)
        return next((value for value in values if value.strip()), "")

    label = text(("label",)).strip()
    # Other programs write the name of the class into a column "label".
    named = text(_CLASS) or ("" if label.isdecimal() else label)
    number = text(_ID).strip()
    return Given(
        where=f"line {line}",
        id=int(number) if number.isdecimal() else -1,
        file=text(_FILE),
        class_name=named,
        label=int(label) if label.isdecimal() else -1,
    )


def _from_folders(root: Path) -> list[Given]:
    """Labels of class folders: the class from a file's folder, its image from the table beside the folders, if any."""
    folders = sorted(entry.name for entry in root.iterdir() if entry.is_dir() and not entry.name.startswith("."))
    if not folders:
        raise ConfigError(f"{root} holds no class folders; put the images into one folder for each class")
    classes, table = _tables(root)
    given = []
    for folder in folders:
        class_name = classes.get(folder, folder)
        for parent, inner, files in os.walk(root / folder):
            inner.sort()
            for name in sorted(file for file in files if not file.startswith(".")):
                where = (Path(parent) / name).relative_to(root).as_posix()
                known = table.get(name)
                if known is not None:
                    given.append(Given(where=where, id=known[0], file=known[1], class_name=class_name))
                else:
                    given.append(Given(where=where, file=name, class_name=class_name))
    return given


def _tables(root: Path) -> tuple[dict[str, str], dict[str, tuple[int, str]]]:
    """Class name by folder, and (id, file) by exported file name; both empty if this package did not export them."""
    try:
        classes = json.loads((root / CLASSES_FILE).read_text(encoding="utf-8"))
        with (root / TABLE_FILE).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        by_folder = {str(folder): str(entry["class"]) for folder, entry in classes.items()}
        return by_folder, {PurePosixPath(row["path"]).name: (int(row["id"]), row["file"]) for row in rows}
    except FileNotFoundError:
        return {}, {}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, csv.Error) as error:
        raise ConfigError(
            f"{CLASSES_FILE} or {TABLE_FILE} in {root} cannot be read ({type(error).__name__}: {error}); restore "
            "them from a copy, or move both out of the folder to use the names of folders and files alone"
        ) from error


def _normal(path: str) -> str:
    return unicodedata.normalize("NFC", path)
