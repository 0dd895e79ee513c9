"""Rows of a table as labels: which of its columns name the image, and which the class."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError
from lada_explore.exchange.given import Given, Naming, number
from lada_explore.exchange.table_files import Row, Table
from lada_explore.files import if_sound

OWN_ID = "lada_id"
"""Key or column of an image's id in the run: in tasks of Label Studio that this package writes, and in any table."""

_OWN, _ID = "ladaid", ("id", "imageid")
_FILE = ("file", "filename", "path", "filepath", "image", "imagename", "imagepath", "imagefile", "img", "url", "name")
_CLASS = (
    *("class", "classname", "classlabel", "category", "categoryname", "choice"),
    *("labelname", "labeltext"),
)
_LABEL = ("label", "target")
_OF_LABEL_STUDIO = frozenset(
    {"annotationid", "annotator", "createdat", "updatedat", "leadtime", "id", "agreement", "taskid", "project"}
)
_BETWEEN_WORDS = re.compile(r"[\s_.#\ufeff\u200b-]+")
_MAX_QUOTED = 300


def knows(header: Sequence[str]) -> bool:
    """Whether a header has a column for the image and one for the class."""
    names = _names(header)
    of_image = any(name in (_OWN, *_ID, *_FILE) for name in names)
    return of_image and any(name in (*_CLASS, *_LABEL) for name in names)


def of_label_studio(header: Sequence[str]) -> bool:
    """Whether a table is one of Label Studio, whose `id` is that of a task."""
    return {"annotationid", "leadtime"} & set(_names(header)) != set() and "id" in _names(header)


def labels_of_table(table: Table, path: Path) -> list[Given]:
    """A label for each row.

    Raises:
        ConfigError: no column is known that names the image or the class, or one is there twice.
    """
    names = _names(table.header)
    studio = of_label_studio(table.header)
    known = {_OWN, *_ID, *_FILE, *_CLASS, *_LABEL}
    written = [name.strip().lower() for name in table.header]
    if twice := [text for text, name in zip(written, names, strict=True) if name in known and written.count(text) > 1]:
        raise ConfigError(f"{path} has the column {twice[0]!r} twice; leave one of them out and import again")

    def places(wanted: Sequence[str]) -> tuple[int, ...]:
        return tuple(column for one in wanted for column, name in enumerate(names) if name == one)

    own = _OWN in names
    ids, files = places((_OWN,) if own or studio else _ID), places(_FILE)
    classes, labels = places(_CLASS), places(_LABEL)
    if studio and not classes and not labels:
        # The column has the name of the tag that asked, which can be any.
        others = [name for name in names if name and name not in (*_OF_LABEL_STUDIO, *_FILE, _OWN)]
        classes = places(others) if len(others) == 1 else ()
    if not (ids or files) or not (classes or labels):
        raise ConfigError(_unknown(table, path))
    found = [_from_row(row, ids=ids, files=files, classes=classes, labels=labels) for row in table.rows]
    # As `tables.COLUMNS`, a table of Label Studio on tasks of ours, or metadata.jsonl.
    signs = {"cycle", "annotators", "time"} <= set(names) or {"cycle", "file", "filename"} <= set(names)
    exported = studio if own else signs
    return [replace(entry, id_text="" if own else entry.id_text, exported=exported) for entry in found]


def _names(header: Sequence[str]) -> list[str]:
    return [_plain(name) for name in header]


def _plain(name: str) -> str:
    """The name of a column without case and without what stands between its words, as in "Image Name"."""
    return _BETWEEN_WORDS.sub("", name).lower()


def _unknown(table: Table, path: Path) -> str:
    quoted = ", ".join(table.header)
    quoted = quoted if len(quoted) <= _MAX_QUOTED else f"{quoted[:_MAX_QUOTED]} ..."
    found = f"has the columns {quoted}" if any(name.strip() for name in table.header) else "has no header line"
    return f"{path} {found}; it needs a column 'id' or 'file' for the image, and 'class' or 'label' for its class"


def _from_row(
    row: Row, *, ids: Sequence[int], files: Sequence[int], classes: Sequence[int], labels: Sequence[int]
) -> Given:
    cells, where = row.cells, row.where
    fault = next((row.faults[column] for column in (*ids, *files, *classes, *labels) if column in row.faults), "")

    def texts(columns: Sequence[int]) -> list[str]:
        return [cells[column] for column in columns if column < len(cells) and cells[column].strip()]

    image_ids = [text.strip() for text in texts(ids)]
    names, said, either = texts(files), [], texts(labels)
    for text in texts(classes):
        chosen, wrong = one_choice(text)
        said.append(chosen)
        fault = fault or wrong
    if len(set(image_ids)) > 1:
        fault = fault or f"its columns contradict each other: the image is {image_ids[0]} and {image_ids[1]}"
    naming = Naming.PATH
    if image_ids and number(image_ids[0]) < 0:
        # Not ours: an id of another program, or the name of the file.
        names, naming = (names, naming) if names else (image_ids[:1], Naming.STEM)
        image_ids = []
    numbers = [text for text in either if number(text.strip()) >= 0]
    if len(set(either)) == 2 and len(set(numbers)) == 1:
        said, either = [*said, *(text for text in either if text not in numbers)], numbers
    if len(set(either)) > 1:
        fault = fault or f"its columns contradict each other: one says {either[0]!r}, the other {either[1]!r}"
    return Given(
        where=where,
        id=number(image_ids[0]) if image_ids else -1,
        id_text=image_ids[0] if image_ids else "",
        naming=naming,
        file=names[0] if names else "",
        more_files=tuple(names[1:]),
        class_name=said[0] if said else "",
        more_classes=tuple(said[1:]),
        label=either[0] if either else "",
        fault=fault,
    )


def one_choice(value: Any) -> tuple[str, str]:
    """The class in a cell of Label Studio, and why there is none: several choices are a JSON object in it."""
    found = value
    if isinstance(value, str):
        if not value.startswith('{"choices"'):
            return value, ""
        with if_sound():
            found = json.loads(value)
    choices = found.get("choices") if isinstance(found, dict) else found
    if isinstance(choices, str):
        return choices, ""
    if not isinstance(choices, list) or not all(isinstance(choice, str) for choice in choices):
        return "", "its choice is no text"
    if len(choices) == 1:
        return choices[0], ""
    return "", f"it has {len(choices)} choices ({', '.join(choices[:3])}); an image has one class"
