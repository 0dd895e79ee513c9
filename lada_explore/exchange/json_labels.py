"""Labels in JSON: COCO, Label Studio, FiftyOne's image classification, and plain objects with a key for each column."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lada_explore.exchange.columns import OWN_ID, knows, labels_of_table, one_choice
from lada_explore.exchange.documents import CONTRIBUTOR
from lada_explore.exchange.given import OF_LABELS, Given, GivenLabels, Naming
from lada_explore.exchange.table_files import json_lines

_IMAGE_KEYS = ("image", "img", "file", "file_name", "filename", "path", "url", "picture", "photo")
_IS_FILE = re.compile(r"\.[A-Za-z0-9]{2,5}$")
_NEEDED = (
    "its JSON is none of COCO (images, annotations, categories), Label Studio (a list of tasks), FiftyOne (labels) or "
    "a list of objects"
)


def labels_of_json(value: Any, path: Path) -> GivenLabels:
    """The labels in a value that was read from JSON.

    Raises:
        ConfigError: it is in none of the known forms.
    """
    if isinstance(value, Mapping):
        if all(isinstance(value.get(key), list) for key in ("images", "annotations", "categories")):
            return GivenLabels(entries=tuple(_from_coco(value)), form="COCO")
        if isinstance(value.get("labels"), Mapping):
            unlabelled = sum(target is None for target in value["labels"].values())
            notes = (f"images without a label in the file: {unlabelled:,}",) if unlabelled else ()
            return GivenLabels(entries=tuple(_from_fiftyone(value)), form="FiftyOne", notes=notes)
        if (rows := _rows_of_columns(value)) is not None:
            return GivenLabels(entries=tuple(labels_of_table(json_lines(rows, "JSON"), path)), form="JSON")
        if found := list(_from_map(value)):
            return GivenLabels(entries=tuple(found), form="JSON")
    if isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value):
        if any(isinstance(entry.get("data"), Mapping) for entry in value):
            return _from_tasks(value)
        lines = [(f"entry {number}", entry) for number, entry in enumerate(value, start=1)]
        return GivenLabels(entries=tuple(labels_of_table(json_lines(lines, "JSON"), path)), form="JSON")
    raise OF_LABELS.because(path, _NEEDED)


def _from_coco(value: Mapping[str, Any]) -> Iterator[Given]:
    images, categories = _names_by_id(value["images"], "file_name"), _names_by_id(value["categories"], "name")
    info = value.get("info")
    ours = isinstance(info, Mapping) and info.get("contributor") == CONTRIBUTOR
    studio = isinstance(info, Mapping) and info.get("contributor") == "Label Studio"
    for number, annotation in enumerate(_objects(value["annotations"]), start=1):
        image_id, category_id = annotation.get("image_id"), annotation.get("category_id")
        files, classes, fault = images.get(str(image_id), []), categories.get(str(category_id), []), ""
        if len(files) != 1:
            called = f"the file gives {len(files)} names ({', '.join(files)})" if files else "the file names no file"
            fault = f"it is about image {image_id!r}, of which {called}"
        elif len(classes) != 1:
            called = f"{len(classes)} names ({', '.join(classes)})" if classes else "no name"
            gives = "gives" if classes else "names"
            fault = f"it has the category {category_id!r}, of which the file {gives} {called}"
        yield Given(
            where=f"annotation {number}",
            id=image_id if ours and type(image_id) is int and image_id >= 0 else -1,
            exported=ours,
            file=files[0] if files else "",
            class_name=classes[0] if classes else "",
            naming=Naming.UPLOAD if studio else Naming.PATH,
            fault=fault,
        )


def _names_by_id(values: Sequence[Any], key: str) -> dict[str, list[str]]:
    """The different names that the objects with an id have, by id; numbers as texts."""
    found: dict[str, list[str]] = {}
    for value in _objects(values):
        names, name = found.setdefault(str(value.get("id")), []), value.get(key)
        if isinstance(name, str | int) and not isinstance(name, bool) and str(name) not in names:
            names.append(str(name))
    return found


def _rows_of_columns(value: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]] | None:
    """The rows of a table that was written column by column, as pandas does; None of anything else."""
    if not knows(list(value)):
        return None
    columns = [dict(enumerate(column)) if isinstance(column, list) else column for column in value.values()]
    if not all(isinstance(column, dict) and list(column) == list(columns[0]) for column in columns):
        return None
    return [
        (f"entry {number}", {name: column[key] for name, column in zip(value, columns, strict=True)})
        for number, key in enumerate(columns[0], start=1)
    ]


def _from_map(value: Mapping[str, Any]) -> Iterator[Given]:
    """Labels of an object of classes by file, or of lists of files by class; none of any other object."""
    listed = [(file, name) for name, files in value.items() if isinstance(files, list) for file in files]
    pairs = listed if all(isinstance(files, list) for files in value.values()) else list(value.items())
    if all(isinstance(file, str) and isinstance(name, str) and _IS_FILE.search(file) for file, name in pairs):
        for number, (file, name) in enumerate(pairs, start=1):
            yield Given(where=f"entry {number}", file=file, class_name=name)


def _from_tasks(tasks: Sequence[Mapping[str, Any]]) -> GivenLabels:
    found = [list(_from_task(task, number)) for number, task in enumerate(tasks, start=1)]
    silent = sum(not entries for entries in found)
    told = f"tasks that give no class (no annotation, skipped, predictions alone, or no choice in them): {silent:,}"
    entries = tuple(entry for entries in found for entry in entries)
    return GivenLabels(entries=entries, form="Label Studio", notes=(told,) if silent else ())


def _objects(values: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    return (value for value in values if isinstance(value, Mapping))


def _from_fiftyone(value: Mapping[str, Any]) -> Iterator[Given]:
    """Labels of a `FiftyOneImageClassificationDataset`: a class, or a position in its list, by name without ending."""
    classes = value.get("classes")
    for stem, target in value["labels"].items():
        found = target.get("label") if isinstance(target, Mapping) else target
        if isinstance(found, list) and len(found) == 1:
            found = found[0]
        if found is None:
            continue
        name, fault = "", ""
        if isinstance(found, str):
            name = found
        elif isinstance(found, int) and not isinstance(found, bool) and isinstance(classes, list):
            if 0 <= found < len(classes) and isinstance(classes[found], str):
                name = classes[found]
            else:
                fault = f"its label {found} is no position in the file's list of {len(classes)} classes"
        else:
            fault = "its label is no single class"
        yield Given(where=f"label {stem!r}", file=str(stem), class_name=name, naming=Naming.STEM, fault=fault)


def _from_task(task: Mapping[str, Any], number: int) -> Iterator[Given]:
    """A label for each annotation of a task of Label Studio that was not cancelled and has a choice."""
    data = task.get("data")
    files = _files_of(data if isinstance(data, Mapping) else {})
    where, own = f"task {task.get('id', number)}", data.get(OWN_ID) if isinstance(data, Mapping) else None
    listed = task.get("annotations", task.get("completions"))
    annotations = [one for one in _objects(listed if isinstance(listed, list) else []) if not one.get("was_cancelled")]
    for place, annotation in enumerate(annotations, start=1):
        results = annotation.get("result")
        chosen = [
            one_choice(result["value"])
            for result in _objects(results if isinstance(results, list) else [])
            if isinstance(result.get("value"), Mapping) and "choices" in result["value"]
        ]
        if not chosen:
            continue
        names = [name for name, _ in chosen]
        by = annotation.get("completed_by")
        yield Given(
            where=f"{where}, annotation {place}" if len(annotations) > 1 else where,
            id=own if type(own) is int and own >= 0 else -1,
            exported=True,
            file=files[0] if files else "",
            more_files=tuple(files[1:]),
            class_name=names[0],
            more_classes=tuple(names[1:]),
            fault=next((wrong for _, wrong in chosen if wrong), ""),
            annotator=""
            if by is None
            else str(by.get("email", by.get("id", "")))
            if isinstance(by, Mapping)
            else str(by),
        )


def _files_of(data: Mapping[str, Any]) -> list[str]:
    named = [data[key] for key in _IMAGE_KEYS if isinstance(data.get(key), str) and data[key].strip()]
    return named or [text for text in data.values() if isinstance(text, str) and ("/" in text or "." in text)]
