"""Labels from a file or from class folders, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import json
import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from lada_explore.config.names import first_of
from lada_explore.errors import ConfigError
from lada_explore.exchange.class_folders import CLASSES_FILE, FIFTYONE_FILE, METADATA_FILE, TABLE_FILE
from lada_explore.exchange.columns import knows, labels_of_table
from lada_explore.exchange.decoding import decoded
from lada_explore.exchange.given import OF_LABELS, Given, GivenLabels, Naming
from lada_explore.exchange.json_labels import labels_of_json
from lada_explore.exchange.table_files import SEPARATORS, Table, excel_table, json_lines, parquet_table, text_table
from lada_explore.files import Unreadable, converting, if_sound, read_bytes, read_json, read_text, reading, reason_of

_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
_JSON_LINES = (".jsonl", ".ndjson")
_METADATA = (METADATA_FILE, "metadata.csv", "metadata.parquet", FIFTYONE_FILE)
"""Files that say what the pictures of a folder are: of imagefolder of the library datasets, and of FiftyOne."""

_NO_LABELS = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "it is of an old Excel or has a password; save it without one as .xlsx or CSV",
    b"\x1f\x8b": "it is packed by gzip; unpack it and give what is in it",
    b"ARROW1": "it is a file of Arrow; save it as Parquet or CSV",
    b"\x89PNG": "it is a picture",
    b"\xff\xd8\xff": "it is a picture",
    b"%PDF": "it is a PDF; save the table as .xlsx or CSV",
    b"SQLite format 3": "it is a database; save the table as CSV",
}
"""What a file is that begins so, none of which holds labels that can be read."""

_EXPORTED = Unreadable(
    error=ConfigError,
    damaged="cannot be read",
    remedy=f"restore it from a copy, or move {CLASSES_FILE} and {TABLE_FILE} out of the folder to use the names of "
    "folders and files alone",
)


def read_given(path: Path, *, encoding: str = "", known: Iterable[str] = ()) -> GivenLabels:
    """The labels in a file, or in a folder of class folders. What a file is, its content tells, not its name.

    A table has a header; a column "id" or "file" says which image, "class" or "label" says what it is, and other
    programs' names of these columns are known. Every cell is taken as the text that it shows.

    Args:
        path: a table (CSV with commas, semicolons, tabs or bars, .xlsx, Parquet), JSON of COCO, Label Studio, FiftyOne
            or plain objects; a folder of class folders, or one with a metadata.jsonl or FiftyOne's labels.json.
        encoding: encoding of a text; "" to find it.
        known: names of the images and classes of the run, by which an encoding is found that the file does not say.

    Raises:
        ConfigError: the file is missing, is in none of these forms, or lacks these columns.
    """
    if os.path.isdir(path):
        inner = next((path / name for name in _METADATA if os.path.isfile(path / name)), None)
        if inner is None:
            return _from_folders(path)
        given = read_given(inner, encoding=encoding, known=known)
        return _with_files(given, path) if inner.name == FIFTYONE_FILE else given
    content = read_bytes(path, OF_LABELS)
    if no_labels := next((what for start, what in _NO_LABELS.items() if content.startswith(start)), ""):
        raise OF_LABELS.because(path, no_labels)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _of_table(excel_table(content, path, knows), path)
    if content.startswith(b"PAR1"):
        return _of_table(parquet_table(content, path), path)
    text, note = decoded(content, path, encoding, known)
    found = _from_text(text, path)
    return replace(found, notes=(*((note,) if note else ()), *found.notes))


def _of_table(table: Table, path: Path) -> GivenLabels:
    return GivenLabels(entries=tuple(labels_of_table(table, path)), form=table.form, notes=table.notes)


def _from_text(text: str, path: Path) -> GivenLabels:
    ending = path.suffix.lower()
    if not text.strip():
        raise OF_LABELS.because(path, "it is empty")
    if _is_json(text, ending):
        # JSON has line breaks of other kinds within its texts.
        lines = [(f"line {n}", line) for n, line in enumerate(text.split("\n"), 1) if line.strip()]
        if ending in _JSON_LINES or (len(lines) > 1 and _is_object(lines[0][1])):
            objects = [(where, _object_of(line, where, path)) for where, line in lines]
            return _of_table(json_lines(objects, "JSON lines"), path)
        with reading(path, OF_LABELS):
            value = json.loads(text, object_pairs_hook=_without_repeats)
        return labels_of_json(value, path)
    return _of_table(text_table(text, path, knows, tsv=ending == ".tsv"), path)


def _is_json(text: str, ending: str) -> bool:
    """Whether a text is JSON: what it begins with tells, then its name."""
    if text.lstrip()[:1] not in ("{", "["):
        first = text.lstrip().split("\n", 1)[0]
        return ending == ".json" and not any(knows(first.split(separator)) for separator in SEPARATORS)
    if ending not in _TABLE_ENDINGS:
        return True
    with if_sound():
        json.loads(text)
        return True
    return _is_object(text.lstrip().split("\n", 1)[0])


def _object_of(line: str, where: str, path: Path) -> dict[str, Any]:
    with converting(lambda error: OF_LABELS.because(path, f"{where} is no JSON: {reason_of(error)}")):
        value = json.loads(line, object_pairs_hook=_without_repeats)
    if not isinstance(value, dict):
        raise OF_LABELS.because(path, f"{where} is no object, as {{...}}")
    return value


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object of JSON. Raises ValueError if a key is there twice, of which Python would keep the last one."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for key, n in Counter(key for key, _ in pairs).items() if n > 1)
        raise ValueError(f"an object in it has the key {twice!r} twice")
    return found


def _is_object(line: str) -> bool:
    with if_sound():
        return isinstance(json.loads(line), dict)
    return False


def _from_folders(root: Path) -> GivenLabels:
    """Labels of class folders: the class from a file's folder, its image from the table beside the folders, if any."""
    with reading(root, OF_LABELS), os.scandir(root) as entries:
        seen = sorted((entry.name, entry.is_dir()) for entry in entries if not entry.name.startswith("."))
    folders = [name for name, is_folder in seen if is_folder]
    if not folders:
        by_datasets = ("state.json", False) in seen
        saved = "it was saved by the library datasets; save it by to_parquet, or " if by_datasets else ""
        raise ConfigError(f"{root} holds no class folders; {saved}put the images into one folder for each class")
    classes, table = _tables(root)
    given = []
    for folder in folders:
        class_name = classes.get(folder, folder)
        for path, fault in _below(root / folder):
            where, known = path.relative_to(root).as_posix(), table.get(path.name)
            entry = Given(where=where, class_name=class_name, fault=fault)
            if known is not None:
                given.append(replace(entry, id=known[0], file=known[1], exported=True))
            else:
                given.append(replace(entry, file=path.relative_to(root / folder).as_posix()))
    beside = [] if table else [name for name, is_folder in seen if not is_folder]
    notes = (f"left out, because they stand in no class folder: {first_of(beside)}",) if beside else ()
    return GivenLabels(entries=tuple(given), form="class folders", notes=notes)


def _with_files(given: GivenLabels, root: Path) -> GivenLabels:
    """Labels of FiftyOne with the images that the table beside them names, where this package exported them.

    A name that is too long for a file was shortened in the export, and only the table has it.
    """
    listed: dict[str, tuple[int, str]] = {}
    with if_sound():
        listed = {os.path.splitext(name)[0]: image for name, image in _listed(root).items()}
    if not listed:
        return given
    entries = (
        entry
        if (image := listed.get(entry.file)) is None
        else replace(entry, id=image[0], file=image[1], exported=True, naming=Naming.PATH)
        for entry in given.entries
    )
    return replace(given, entries=tuple(entries))


def _below(folder: Path) -> list[tuple[Path, str]]:
    """The visible files in a folder and its subfolders, and links to folders, with the reason why one is not read."""

    def refuse(error: OSError) -> None:
        raise error

    found = []
    with reading(folder, OF_LABELS):
        for parent, inner, files in os.walk(folder, onerror=refuse):
            inner.sort()
            links = [name for name in inner if os.path.islink(os.path.join(parent, name))]
            why = dict.fromkeys(links, "it is a link to a folder, which is not followed; put the folder itself there")
            visible = [name for name in (*sorted(files), *links) if not name.startswith(".")]
            found += [(Path(parent) / name, why.get(name, "")) for name in visible]
    return found


def _tables(root: Path) -> tuple[dict[str, str], dict[str, tuple[int, str]]]:
    """Class name by folder, and (id, file) by exported file name; both empty if this package did not export them."""
    places = root / CLASSES_FILE, root / TABLE_FILE
    if not all(map(os.path.lexists, places)):
        return {}, {}
    classes = read_json(places[0], _EXPORTED)
    with reading(places[0], _EXPORTED):
        by_folder = {str(folder): str(entry["class"]) for folder, entry in classes.items()}
    return by_folder, _listed(root)


def _listed(root: Path) -> dict[str, tuple[int, str]]:
    """(id, file) by exported file name, as the table beside exported files has them."""
    place = root / TABLE_FILE
    text = read_text(place, _EXPORTED)
    with reading(place, _EXPORTED):
        rows = list(csv.DictReader(io.StringIO(text, newline="")))
        return {PurePosixPath(row["path"]).name: (int(row["id"]), row["file"]) for row in rows}
