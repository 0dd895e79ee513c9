"""Labels in JSON: COCO, Label Studio, FiftyOne's image classification, and plain objects with a key for each column."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from lada_explore.exchange.columns import OWN_ID, labels_of_table, one_choice
from lada_explore.exchange.documents import CONTRIBUTOR
from lada_explore.exchange.given import OF_LABELS, Given, GivenLabels, Naming
from lada_explore.exchange.table_files import json_lines

_IMAGE_KEYS = ("image", "img", "file", "file_name", "filename", "path", "url", "picture", "photo")
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
            return GivenLabels(entries=tuple(_from_fiftyone(value)), form="FiftyOne")
    if isinstance(value, list) and all(isinstance(entry, Mapping) for entry in value):
        if any(isinstance(entry.get("data"), Mapping) for entry in value):
            entries = [found for number, task in enumerate(value, start=1) for found in _from_task(task, number)]
            return GivenLabels(entries=tuple(entries), form="Label Studio")
        lines = [(f"entry {number}", entry) for number, entry in enumerate(value, start=1)]
        return GivenLabels(entries=tuple(labels_of_table(json_lines(lines, "JSON"), path)), form="JSON")
    raise OF_LABELS.because(path, _NEEDED)


def _from_coco(value: Mapping[str, Any]) -> Iterator[Given]:
    images = {image.get("id"): image for image in _objects(value["images"])}
    categories = {category.get("id"): category.get("name") for category in _objects(value["categories"])}
    info = value.get("info")
    ours = isinstance(info, Mapping) and info.get("contributor") == CONTRIBUTOR
    studio = isinstance(info, Mapping) and info.get("contributor") == "Label Studio"
    for number, annotation in enumerate(_objects(value["annotations"]), start=1):
        image, category = images.get(annotation.get("image_id")), categories.get(annotation.get("category_id"))
        file = image.get("file_name") if image is not None else None
        image_id, fault = annotation.get("image_id"), ""
        if not isinstance(file, str):
            fault = f"it is about image {annotation.get('image_id')!r}, of which the file names no file"
        elif not isinstance(category, str):
            fault = f"it has the category {annotation.get('category_id')!r}, of which the file names no name"
        yield Given(
            where=f"annotation {number}",
            id=image_id if ours and type(image_id) is int and image_id >= 0 else -1,
            file=file if isinstance(file, str) else "",
            class_name=category if isinstance(category, str) else "",
            naming=Naming.UPLOAD if studio else Naming.PATH,
            fault=fault,
        )


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
    annotations = task.get("annotations", task.get("completions"))
    for annotation in _objects(annotations if isinstance(annotations, list) else []):
        if annotation.get("was_cancelled"):
            continue
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
            where=where,
            id=own if type(own) is int and own >= 0 else -1,
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
