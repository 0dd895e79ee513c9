"""Exports are opened by what they are made for: pycocotools, datasets, torchvision, label-studio-sdk; FiftyOne's form.

The names of files and classes hold quotes, markup, both normal forms of Unicode, and 300 characters; and every export
is imported again as the same labels. FiftyOne itself needs a database server, whose program its installation fetches
from outside the package index: its documented form is held instead. (The importers of its release 1.22.1, run once
without a database, took the same two exports.)
"""

from __future__ import annotations

import json
import os
import unicodedata
from contextlib import redirect_stdout
from io import StringIO
from types import SimpleNamespace as Record
from xml.etree import ElementTree

import numpy as np
import pytest
from datasets import load_dataset
from label_studio_sdk.converter import Converter
from label_studio_sdk.label_interface import LabelInterface
from label_studio_sdk.label_interface.objects import PredictionValue
from matplotlib import pyplot
from PIL import Image
from pycocotools.coco import COCO
from torchvision.datasets import ImageFolder

from lada_explore.exchange import (
    Guess,
    Label,
    RunImages,
    Takes,
    coco_text,
    label_studio_text,
    plan_import,
    read_given,
    write_class_folders,
    write_fiftyone,
    write_image_folder,
)
from lada_explore.exchange.documents import guesses_of
from lada_explore.exchange.matching import By

LONG = "a very long name " + "ü" * 283
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "é") for form in ("NFC", "NFD"))
CLASSES = ("it's <b>\"odd\"</b>, isn't it?", "猫/犬", LONG, "01", "nan", "1.0")
NAMES = (
    "a.png",
    "deep/er/b.png",
    "deep/a.png",
    f"{COMPOSED}.png",
    f"x/{DECOMPOSED}.png",
    'quote " and <i> 100 % [1] #.png',
    f"deep/{'ü' * 100}.png",
    "b.jpg",
)
HEIGHT, WIDTH = 10, 20


@pytest.fixture
def images(tmp_path):
    """Files of 20 x 10 pixels, each of a grey of its own."""
    root = tmp_path / "mine"
    for i, name in enumerate(NAMES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (WIDTH, HEIGHT), 30 * i).save(root / name)
    pixels = np.stack([np.full((1, 8, 8), 30 * i, np.uint8) for i in range(len(NAMES))])
    return RunImages(pixels=pixels, names=NAMES, root=root)


@pytest.fixture
def labels():
    return [labelled(i, name) for i, name in enumerate(NAMES)]


def labelled(i, file):
    k = i % len(CLASSES)
    return Label(id=i, file=file, label=k, class_name=CLASSES[k], cycle=0, annotators=("ann",), time=1e9)


def read_back(place, names=NAMES, refused=()):
    """Class index by id of what an import takes of an export, which refuses nothing else than `refused`."""
    given = read_given(place)
    takes = Takes(labelled={})
    plan = plan_import(given.entries, class_names=CLASSES, names=names, size=len(NAMES), takes=takes, by=By.NAME)
    assert (plan.refused, plan.conflicts) == (refused, ())
    return dict(plan.labels)


def expected(labels):
    return {label.id: label.label for label in labels}


def grey_of(picture) -> int:
    """Which image a picture is, by its grey, up to what JPEG loses."""
    return round(float(np.asarray(picture.convert("L")).mean()) / 30)


@pytest.mark.parametrize("names", [NAMES, ()], ids=["files", "no files"])
def test_pycocotools_opens_coco_finds_and_draws_the_annotations(labels, images, tmp_path, names):
    if not names:
        labels, images = [labelled(i, "") for i in range(len(NAMES))], RunImages(pixels=images.pixels)
    size = (WIDTH, HEIGHT) if names else (8, 8)
    (tmp_path / "coco.json").write_text(coco_text(labels, CLASSES, images.size), encoding="utf-8")
    with redirect_stdout(StringIO()):
        coco = COCO(tmp_path / "coco.json")
    found = coco.loadAnns(coco.getAnnIds(iscrowd=False))
    names_of = {entry["id"]: entry["name"] for entry in coco.loadCats(coco.getCatIds())}
    assert min(names_of) == 1
    assert {entry["image_id"]: names_of[entry["category_id"]] for entry in found} == {
        label.id: label.class_name for label in labels
    }
    area = size[0] * size[1]
    assert len(coco.getAnnIds(areaRng=[area - 1, area + 1])) == len(labels)
    assert coco.getAnnIds(areaRng=[0, area - 1]) == []
    assert coco.getAnnIds(iscrowd=True) == []
    assert [entry["file_name"] for entry in coco.loadImgs(range(2))] == (
        list(NAMES[:2]) if names else ["000000.png", "000001.png"]
    )
    assert coco.annToMask(found[0]).sum() == area
    pyplot.switch_backend("agg")
    coco.showAnns(found[:1])
    assert len(pyplot.gca().collections) == 2
    pyplot.close("all")
    assert read_back(tmp_path / "coco.json", names) == expected(labels)


@pytest.mark.parametrize("links", [False, True])
def test_the_library_datasets_loads_an_imagefolder_with_the_classes_as_texts(labels, images, tmp_path, links):
    write_image_folder(labels, images, tmp_path / "out", links=links)
    loaded = load_dataset(
        "imagefolder", data_dir=str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"), split="train"
    )
    assert {row["id"]: (row["label"], row["file"], grey_of(row["image"])) for row in loaded} == {
        label.id: (label.class_name, label.file, label.id) for label in labels
    }
    assert read_back(tmp_path / "out") == expected(labels)


def test_torchvision_loads_the_class_folders(labels, images, tmp_path):
    write_class_folders(labels, images, tmp_path / "out")
    loaded = ImageFolder(str(tmp_path / "out"))
    known = json.loads((tmp_path / "out" / "classes.json").read_text(encoding="utf-8"))
    found = {grey_of(picture): known[loaded.classes[target]]["class"] for picture, target in loaded}
    assert found == {label.id: label.class_name for label in labels}
    assert read_back(tmp_path / "out") == expected(labels)


def by_form_of_fiftyone(folder):
    """(file, class name) of what FiftyOne loads, or a failure where the folder has not the documented form.

    FiftyOne's user guide, "Importing datasets", section "FiftyOneImageClassificationDataset" (of release 1.22): data/
    holds one file <uuid>.<ext> for each image; in labels.json `labels` has a target by uuid, and `classes` the class
    names, in which the targets are positions. Its importer finds a file by its path below data/ without the ending,
    normalised as a path; it passes over files whose names begin with a dot.
    """
    document = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
    assert set(document) == {"classes", "labels"}
    assert all(type(name) is str for name in document["classes"])
    files = [path for path in (folder / "data").rglob("*") if not path.is_dir() and not path.name.startswith(".")]
    by_uuid = {os.path.normpath(os.path.splitext(path.relative_to(folder / "data"))[0]): path for path in files}
    assert len(by_uuid) == len(files)  # Two files of one uuid would be one image.
    assert not any(os.path.isabs(uuid) for uuid in document["labels"])
    assert all(type(target) is int and target >= 0 for target in document["labels"].values())
    return [(by_uuid[uuid], document["classes"][target]) for uuid, target in document["labels"].items()]


def test_an_export_for_fiftyone_has_the_form_that_its_guide_documents(labels, images, tmp_path):
    write_fiftyone(labels, CLASSES, images, tmp_path / "out")
    loaded = by_form_of_fiftyone(tmp_path / "out")
    assert {grey_of(Image.open(file)): name for file, name in loaded} == {
        label.id: label.class_name for label in labels
    }


def test_coco_has_what_fiftyone_reads_of_a_whole_image_as_a_detection(labels, images, tmp_path):
    # The same guide, "COCODetectionDataset": each image by its file name, boxes of pixels, which become shares of the
    # image's width and height, and the names of the categories.
    document = json.loads(coco_text(labels, CLASSES, images.size))
    categories = {entry["id"]: entry["name"] for entry in document["categories"]}
    sizes = {entry["id"]: (entry["width"], entry["height"]) for entry in document["images"]}
    files = {entry["id"]: entry["file_name"] for entry in document["images"]}
    read = {}
    for entry in document["annotations"]:
        x, y, width, height = entry["bbox"]
        image_width, image_height = sizes[entry["image_id"]]
        share = [x / image_width, y / image_height, width / image_width, height / image_height]
        assert share == [0, 0, 1, 1]
        read[files[entry["image_id"]]] = categories[entry["category_id"]]
    assert read == {label.file: label.class_name for label in labels}
    assert all((images.root / file).is_file() for file in read)


def test_the_form_of_fiftyone_is_imported_again_where_the_names_are_short(images, tmp_path):
    short = [labelled(i, name) for i, name in enumerate(NAMES) if i not in (1, 6)]
    write_fiftyone(short, CLASSES, images, tmp_path / "out")
    assert read_back(tmp_path / "out") == expected(short)


@pytest.mark.parametrize("write", [write_image_folder, write_class_folders])
def test_an_earlier_export_alone_is_replaced(labels, images, tmp_path, write):
    out = tmp_path / "out"
    write(labels[:2], images, out)
    write(labels, images, out, replace=True)
    assert read_back(out) == expected(labels)
    (out / "mine.txt").write_text("keep")
    with pytest.raises(Exception, match="holds more than an earlier export"):
        write(labels, images, out, replace=True)


def test_label_studio_gets_annotations_and_predictions_and_gives_them_back(tasks, labels):
    place, tasks = tasks, json.loads(tasks.read_text(encoding="utf-8"))
    assert [task["data"]["file"] for task in tasks] == list(NAMES)
    assert [len(task["annotations"]) for task in tasks] == [1] * 7 + [0]
    assert [len(task["predictions"]) for task in tasks] == [1, 0, 0, 0, 0, 0, 0, 1]
    assert tasks[0]["predictions"][0] == {
        "model_version": "lada-explore cycle 2",
        "score": 0.75,
        "result": [
            {
                "id": "guess-0",
                "from_name": "choice",
                "to_name": "image",
                "type": "choices",
                "value": {"choices": [CLASSES[3]]},
            }
        ],
    }
    assert read_back(place) == expected(labels[:-1])


def test_both_normal_forms_of_one_name_come_back_by_the_ids_of_an_export(tmp_path):
    names = (f"{COMPOSED}.png", f"{DECOMPOSED}.png", *NAMES[2:])
    both = [labelled(i, names[i]) for i in range(2)]
    (tmp_path / "coco.json").write_text(coco_text(both, CLASSES, lambda image_id: (8, 8)), encoding="utf-8")
    (tmp_path / "tasks.json").write_text(label_studio_text(both, CLASSES, {}, names.__getitem__), encoding="utf-8")
    for place in ("coco.json", "tasks.json"):
        assert read_back(tmp_path / place, names) == {0: 0, 1: 1}
    for form in ("CSV", "JSON_MIN"):
        assert read_back(by_label_studio(tmp_path / "tasks.json", tmp_path / form, form), names) == {0: 0, 1: 1}


def interface(class_names):
    """The labelling configuration for which our tasks are, as XML."""
    view = ElementTree.Element("View")
    ElementTree.SubElement(view, "Image", name="image", value="$image")
    choices = ElementTree.SubElement(view, "Choices", name="choice", toName="image", choice="single")
    for name in class_names:
        ElementTree.SubElement(choices, "Choice", value=name)
    return ElementTree.tostring(view, encoding="unicode")


def by_label_studio(tasks, folder, form):
    """The file that Label Studio's own converter makes of tasks."""
    converter = Converter(interface(CLASSES), project_dir=None, download_resources=False)
    converter.convert(str(tasks), str(folder), form, is_dir=False)
    (made,) = folder.iterdir()
    return made


@pytest.fixture
def tasks(labels, tmp_path):
    """A file of tasks, of which the first and the last have a guess, and the last no label."""
    guesses = {0: Guess(label=3, probability=0.75, cycle=2), 7: Guess(label=1, probability=0.5, cycle=1)}
    text = label_studio_text(labels[:-1], CLASSES, guesses, NAMES.__getitem__)
    (tmp_path / "tasks.json").write_text(text, encoding="utf-8")
    return tmp_path / "tasks.json"


def test_label_studio_takes_the_tasks_annotations_and_predictions_of_its_interface(tasks):
    reader = LabelInterface(interface(CLASSES))
    assert reader.get_control("choice").labels == list(CLASSES)
    predictions = []
    for task in json.loads(tasks.read_text(encoding="utf-8")):
        assert reader.validate_task({"data": task["data"]})
        assert all(reader.validate_annotation(annotation) for annotation in task["annotations"])
        for prediction in task["predictions"]:
            assert reader.validate_prediction(prediction, return_errors=True) == []
            predictions.append(PredictionValue.model_validate(prediction))
    assert [(made.model_version, made.score) for made in predictions] == [
        ("lada-explore cycle 2", 0.75),
        ("lada-explore cycle 1", 0.5),
    ]


def test_label_studio_refuses_the_same_tasks_under_an_interface_without_their_classes(tasks):
    reader = LabelInterface(interface(["another class", "one more"]))
    task = json.loads(tasks.read_text(encoding="utf-8"))[0]
    assert not reader.validate_annotation(task["annotations"][0])
    assert not reader.validate_prediction(task["predictions"][0])


@pytest.mark.parametrize("form", ["CSV", "JSON_MIN"])
def test_what_the_converter_of_label_studio_makes_of_the_tasks_is_imported_as_the_same_labels(
    tasks, labels, tmp_path, form
):
    made = by_label_studio(tasks, tmp_path / form, form)
    unlabelled = "line 9" if form == "CSV" else "entry 8"
    refused = (f"{unlabelled}: it names no class; fill in a class name",)
    assert read_back(made, refused=refused) == expected(labels[:-1])


def test_the_guess_about_an_image_is_the_last_one():
    def records(cycle, ids, predicted):
        score = Record(predicted=np.array(predicted), confidence=np.full(len(ids), 0.25, np.float32))
        return Record(cycle=cycle, subsample=Record(subset_ids=np.array(ids)), score=score)

    history = [Record(cycle=0, subsample=None, score=None), records(1, [4, 5], [0, 1]), records(2, [5], [2])]
    assert guesses_of(history) == {
        4: Guess(label=0, probability=0.25, cycle=0),
        5: Guess(label=2, probability=0.25, cycle=1),
    }
