"""Labels as one JSON document: COCO, and tasks of Label Studio."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from lada_explore.exchange.columns import OWN_ID
from lada_explore.exchange.labels import Label
from lada_explore.records import CycleRecords

CONTRIBUTOR = "lada-explore"
"""Who contributed a COCO document of ours, whose image ids are those of the run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """What a classifier takes an image for.

    Attributes:
        label: class index.
        probability: that it gives to this class.
        cycle: cycle whose TRAIN produced the classifier.
    """

    label: int
    probability: float
    cycle: int


def guesses_of(history: Sequence[CycleRecords]) -> dict[int, Guess]:
    """The last guess about each image that was a candidate, by id."""
    found: dict[int, Guess] = {}
    for records in history:
        if records.subsample is None or records.score is None:
            continue
        values = (records.score.predicted.tolist(), records.score.confidence.tolist())
        for image_id, label, probability in zip(records.subsample.subset_ids.tolist(), *values, strict=True):
            found[image_id] = Guess(label=label, probability=probability, cycle=records.cycle - 1)
    return found


def file_of(image_id: int, name: str) -> str:
    """The file name of an image: its own path, or a number where the set has no files."""
    return name or f"{image_id:06d}.png"


def coco_text(labels: Sequence[Label], class_names: Sequence[str], size: Callable[[int], tuple[int, int]]) -> str:
    """The images, categories and annotations of COCO; the box and the outline of each are those of the whole image.

    Args:
        labels: labels of the run.
        class_names: by label; category ids are labels plus one, because many readers keep 0 for the background.
        size: (width, height) by image id.
    """
    images, annotations = [], []
    for number, label in enumerate(labels, start=1):
        width, height = size(label.id)
        file = file_of(label.id, label.file)
        images.append({"id": label.id, "file_name": file, "width": width, "height": height})
        annotations.append(
            {
                "id": number,
                "image_id": label.id,
                "category_id": label.label + 1,
                "bbox": [0, 0, width, height],
                "segmentation": [[0, 0, width, 0, width, height, 0, height]],
                "area": width * height,
                "iscrowd": 0,
                "attributes": {"cycle": label.cycle, "annotators": list(label.annotators)},
            }
        )
    values = {
        "info": {
            "description": "Labels of whole images, exported by lada-explore.",
            "contributor": CONTRIBUTOR,
        },
        "licenses": [],
        "categories": [{"id": label + 1, "name": name, "supercategory": ""} for label, name in enumerate(class_names)],
        "images": images,
        "annotations": annotations,
    }
    return json.dumps(values, indent=1, ensure_ascii=False) + "\n"


def label_studio_text(
    labels: Sequence[Label], class_names: Sequence[str], guesses: Mapping[int, Guess], name: Callable[[int], str]
) -> str:
    """Tasks of Label Studio: an annotation for each label, and a prediction where the classifier has a guess.

    The tasks are those of the labelled images and then of the candidates without a label. They ask by
    `<Image name="image" value="$image"/>` and `<Choices name="choice" toName="image">`. An image is a path below the
    root of Label Studio's local files, into which the folder of the images goes.

    Args:
        labels: labels of the run.
        class_names: by label.
        guesses: by image id.
        name: file path by image id.
    """
    known = {label.id for label in labels}
    tasks = [_task(label.id, label.file, label, guesses.get(label.id), class_names) for label in labels]
    tasks += [
        _task(image_id, name(image_id), None, guess, class_names)
        for image_id, guess in sorted(guesses.items())
        if image_id not in known
    ]
    return json.dumps(tasks, indent=1, ensure_ascii=False) + "\n"


def _task(
    image_id: int, name: str, label: Label | None, guess: Guess | None, class_names: Sequence[str]
) -> dict[str, Any]:
    file = file_of(image_id, name)
    task: dict[str, Any] = {
        "id": image_id,
        "data": {"image": f"/data/local-files/?d={quote(file)}", "file": file, OWN_ID: image_id},
        "annotations": [],
        "predictions": [],
    }
    if label is not None:
        result = _choice(f"label-{image_id}", label.class_name)
        task["annotations"].append({"id": image_id, "result": [result], "was_cancelled": False, "ground_truth": False})
        task["meta"] = {"cycle": label.cycle, "annotators": list(label.annotators)}
    if guess is not None:
        result = _choice(f"guess-{image_id}", class_names[guess.label])
        version = f"{CONTRIBUTOR} cycle {guess.cycle}"
        task["predictions"].append({"model_version": version, "score": guess.probability, "result": [result]})
    return task


def _choice(number: str, class_name: str) -> dict[str, Any]:
    return {
        "id": number,
        "from_name": "choice",
        "to_name": "image",
        "type": "choices",
        "value": {"choices": [class_name]},
    }
