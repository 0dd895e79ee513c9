"""Labels from a file or from class folders, whatever program wrote them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path, PurePosixPath

from lada_explore.errors import ConfigError
from lada_explore.exchange.class_folders import CLASSES_FILE, FIFTYONE_FILE, METADATA_FILE, TABLE_FILE
from lada_explore.exchange.columns import knows, labels_of_table
from lada_explore.exchange.decoding import decoded
from lada_explore.exchange.given import OF_LABELS, Given, GivenLabels
from lada_explore.exchange.json_labels import labels_of_json
from lada_explore.exchange.table_files import excel_table, json_lines, parquet_table, text_table
from lada_explore.files import Unreadable, if_sound, read_bytes, read_json, read_text, reading

_TABLE_ENDINGS = (".csv", ".tsv", ".tab", ".txt")
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_EXPORTED = Unreadable(
    error=ConfigError,
    damaged="cannot be read",
    remedy=f"restore it from a copy, or move {CLASSES_FILE} and {TABLE_FILE} out of the folder to use the names of "
    "folders and files alone",
)


def read_given(path: Path, *, encoding: str = "") -> GivenLabels:
    """The labels in a file, or in a folder of class folders. What a file is, its content tells, not its name.

    A table has a header; a column "id" or "file" says which image, "class" or "label" says what it is, and other
    programs' names of these columns are known. Every cell is taken as the text that it shows.

    Args:
        path: a table (CSV with commas, semicolons, tabs or bars, .xlsx, Parquet), JSON of COCO, Label Studio, FiftyOne
            or plain objects; a folder of class folders, or one with a metadata.jsonl or FiftyOne's labels.json.
        encoding: encoding of a text; "" to find it.

    Raises:
        ConfigError: the file is missing, is in none of these forms, or lacks these columns.
    """
    if os.path.isdir(path):
        inner = path / METADATA_FILE if os.path.isfile(path / METADATA_FILE) else path / FIFTYONE_FILE
        if os.path.isfile(inner):
            return read_given(inner, encoding=encoding)
        return GivenLabels(entries=tuple(_from_folders(path)), form="class folders")
    content = read_bytes(path, OF_LABELS)
    if content.startswith(b"PK\x03\x04"):
        table = excel_table(path, knows)
        return GivenLabels(entries=tuple(labels_of_table(table, path)), form=table.form)
    if content.startswith(_OLD_EXCEL):
        raise OF_LABELS.because(path, "it is a file of an old Excel; save it as .xlsx or CSV")
    if content.startswith(b"PAR1"):
        table = parquet_table(content, path)
        return GivenLabels(entries=tuple(labels_of_table(table, path)), form=table.form)
    text, note = decoded(content, path, encoding)
    found = _from_text(text, path)
    return GivenLabels(entries=found.entries, form=found.form, notes=(note,) if note else ())


def _from_text(text: str, path: Path) -> GivenLabels:
    ending = path.suffix.lower()
    if (text.lstrip()[:1] in ("{", "[") and ending not in _TABLE_ENDINGS) or ending == ".json":
        lines = [line for line in text.splitlines() if line.strip()]
        if ending == ".jsonl" or (len(lines) > 1 and _is_object(lines[0])):
            with reading(path, OF_LABELS):
                numbered = [
                    (f"line {n}", json.loads(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip()
                ]
                table = json_lines([(where, dict(line)) for where, line in numbered], "JSON lines")
            return GivenLabels(entries=tuple(labels_of_table(table, path)), form=table.form)
        with reading(path, OF_LABELS):
            value = json.loads(text)
            return labels_of_json(value, path)
    table = text_table(text, path, knows, tsv=ending == ".tsv")
    return GivenLabels(entries=tuple(labels_of_table(table, path)), form=table.form)


def _is_object(line: str) -> bool:
    with if_sound():
        return isinstance(json.loads(line), dict)
    return False


def _from_folders(root: Path) -> list[Given]:
    """Labels of class folders: the class from a file's folder, its image from the table beside the folders, if any."""
    with reading(root, OF_LABELS), os.scandir(root) as entries:
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
    with reading(folder, OF_LABELS):
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
