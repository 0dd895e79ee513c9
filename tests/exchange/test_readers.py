"""Exports are opened by the programs they are made for: pycocotools, datasets, torchvision, and FiftyOne's form.

The names of files and classes hold quotes, markup, both normal forms of Unicode, and 300 characters; and every export
is imported again as the same labels.
"""

from __future__ import annotations

import json
import unicodedata
from contextlib import redirect_stdout
from io import StringIO
from types import SimpleNamespace as Record
from urllib.parse import quote

import numpy as np
import pytest
from datasets import load_dataset
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


def read_back(place, names=NAMES):
    """Class index by id of what an import takes of an export."""
    given = read_given(place)
    takes = Takes(labelled={})
    plan = plan_import(given.entries, class_names=CLASSES, names=names, size=len(NAMES), takes=takes, by=By.NAME)
    assert (plan.refused, plan.conflicts) == ((), ())
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


def test_the_form_of_fiftyone_names_each_file_once_without_its_ending(labels, images, tmp_path):
    # FiftyOneImageClassificationDataset: data/<name>.<ending>, and labels.json with classes and a position by name.
    write_fiftyone(labels, CLASSES, images, tmp_path / "out")
    document = json.loads((tmp_path / "out" / "labels.json").read_text(encoding="utf-8"))
    assert set(document) == {"classes", "labels"}
    files = {path.stem: path for path in (tmp_path / "out" / "data").iterdir()}
    assert len(files) == len(labels) == len(document["labels"])
    found = {grey_of(Image.open(files[name])): document["classes"][k] for name, k in document["labels"].items()}
    assert found == {label.id: label.class_name for label in labels}


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


def test_label_studio_gets_annotations_and_predictions_and_gives_them_back(labels, tmp_path):
    guesses = {0: Guess(label=3, probability=0.75, cycle=2), 7: Guess(label=1, probability=0.5, cycle=1)}
    text = label_studio_text(labels[:-1], CLASSES, guesses, NAMES.__getitem__)
    (tmp_path / "tasks.json").write_text(text, encoding="utf-8")
    tasks = json.loads(text)
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
    assert read_back(tmp_path / "tasks.json") == expected(labels[:-1])


def test_both_normal_forms_of_one_name_come_back_by_the_ids_of_an_export(tmp_path):
    names = (f"{COMPOSED}.png", f"{DECOMPOSED}.png", *NAMES[2:])
    both = [labelled(i, names[i]) for i in range(2)]
    (tmp_path / "coco.json").write_text(coco_text(both, CLASSES, lambda image_id: (8, 8)), encoding="utf-8")
    (tmp_path / "tasks.json").write_text(label_studio_text(both, CLASSES, {}, names.__getitem__), encoding="utf-8")
    for place in ("coco.json", "tasks.json"):
        assert read_back(tmp_path / place, names) == {0: 0, 1: 1}
    # What the converter of label-studio-sdk 2.1.2 makes of these tasks, as a table.
    header = '"annotation_id","annotator","choice","created_at","file","id","image","lada_id","lead_time","updated_at"'
    rows = [
        f'{9 - i},"","{CLASSES[i].replace(chr(34), chr(34) * 2)}","","{names[i]}",{9 - i},'
        f'"/data/local-files/?d={quote(names[i])}",{i},"",""'
        for i in range(2)
    ]
    (tmp_path / "result.csv").write_text("\n".join([header, *rows]), encoding="utf-8")
    assert read_back(tmp_path / "result.csv", names) == {0: 0, 1: 1}


def test_the_guess_about_an_image_is_the_last_one():
    def records(cycle, ids, predicted):
        score = Record(predicted=np.array(predicted), confidence=np.full(len(ids), 0.25, np.float32))
        return Record(cycle=cycle, subsample=Record(subset_ids=np.array(ids)), score=score)

    history = [Record(cycle=0, subsample=None, score=None), records(1, [4, 5], [0, 1]), records(2, [5], [2])]
    assert guesses_of(history) == {
        4: Guess(label=0, probability=0.25, cycle=0),
        5: Guess(label=2, probability=0.25, cycle=1),
    }
