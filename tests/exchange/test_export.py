"""Labels as CSV, class folders and COCO-style JSON, and read back by the programs they are made for."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from helpers.fake_runs import record
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.scientific import write_kind
from PIL import Image
from torchvision.datasets import ImageFolder

from lada_explore.config import Page
from lada_explore.datasets.picture_file import Reading
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.errors import ConfigError
from lada_explore.exchange import (
    Label,
    RunImages,
    coco_text,
    csv_text,
    labels_of,
    read_given,
    write_class_folders,
)
from lada_explore.store import RunFolder

LONG = "a very long name " + "ü" * 283
ODD = ("it's <b>\"odd\"</b>, isn't it?", "猫/犬", LONG)
NAMES = (
    "a.png",
    "deep/er/b.jpg",
    "deep/a.png",
    "UPPER.gif",
    'quote " and <i>.png',
    "scan 7.tiff",
)


def label(i: int, file: str = "", k: int | None = None, class_names=ODD) -> Label:
    k = i % len(class_names) if k is None else k
    return Label(
        id=i, file=file, label=k, class_name=class_names[k], cycle=i // 4, annotators=("ann", "bo"), time=1e9 + i
    )


@pytest.fixture
def images(tmp_path):
    """Six files of 20 x 10 pixels, each of a grey of its own, and what the classifier sees of them."""
    root = tmp_path / "mine"
    for i, name in enumerate(NAMES):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("L", (20, 10), 40 * i).save(root / name)
    pixels = np.stack([np.full((1, 8, 8), 40 * i, np.uint8) for i in range(6)])
    return RunImages(pixels=pixels, names=NAMES, root=root)


@pytest.fixture
def labels():
    return [label(i, name) for i, name in enumerate(NAMES)]


def test_csv_keeps_every_name_and_number(labels):
    rows = list(csv.DictReader(io.StringIO(csv_text(labels), newline="")))
    assert [row["file"] for row in rows] == list(NAMES)
    assert [row["class"] for row in rows] == [*ODD, *ODD]
    assert [(int(row["id"]), int(row["label"]), int(row["cycle"])) for row in rows] == [
        (i, i % 3, i // 4) for i in range(6)
    ]
    assert (rows[1]["annotators"], rows[1]["time"]) == ("ann; bo", "2001-09-09T01:46:41.000+00:00")


def test_coco_has_each_image_with_its_size_and_one_category(labels, images):
    values = json.loads(coco_text(labels, ODD, images.size))
    assert [(entry["id"], entry["name"]) for entry in values["categories"]] == list(enumerate(ODD, start=1))
    assert values["images"][1] == {"id": 1, "file_name": "deep/er/b.jpg", "width": 20, "height": 10}
    assert [entry["category_id"] for entry in values["annotations"]] == [1, 2, 3, 1, 2, 3]
    assert [entry["image_id"] for entry in values["annotations"]] == [image["id"] for image in values["images"]]


@pytest.mark.parametrize("links", [False, True])
def test_torchvision_loads_the_class_folders_with_the_labels_that_were_given(labels, images, tmp_path, links):
    out = tmp_path / "out"
    notes = write_class_folders(labels, images, out, links=links)
    assert notes == ("files written as PNG, because torchvision does not read their endings: 1",)
    loaded = ImageFolder(str(out))
    known = json.loads((out / "classes.json").read_text(encoding="utf-8"))
    assert sorted(known[folder]["class"] for folder in loaded.classes) == sorted(ODD)
    found = {}
    for (picture, target), (path, _) in zip(loaded, loaded.samples, strict=True):
        # The grey says which image it is, up to what JPEG loses.
        found[round(np.asarray(picture).mean() / 40)] = known[loaded.classes[target]]["class"]
        assert len(path.rpartition("/")[2].encode()) <= 255
    assert found == {i: ODD[i % 3] for i in range(6)}
    assert sum(path.is_symlink() for path in out.rglob("*")) == (5 if links else 0)
    assert not list(tmp_path.glob(".out*"))


def test_files_keep_their_names_where_they_are_distinct(labels, images, tmp_path):
    write_class_folders(labels, images, tmp_path / "out")
    names = {path.name for path in (tmp_path / "out").glob("*/*")}
    same = {"a.png", "deep%2Fa.png"}  # two files are called a.png
    assert names == same | {"b.jpg", "UPPER.gif.png", "quote %22 and %3Ci%3E.png", "scan 7.tiff"}


def test_pages_of_a_file_are_written_as_pictures_with_the_size_of_theirs(tmp_path):
    (values,) = write_kind(tmp_path / "mine", "stack", count=1)
    names = tuple(f"0.tif[page {number}]" for number in (1, 2, 3, 4))
    reader = PictureReader(reading=Reading(by_axes=True, scale=(0, 4095), page=Page.ALL))
    pixels = np.zeros((4, 1, 8, 8), np.uint8)
    images = RunImages(pixels=pixels, names=names, root=tmp_path / "mine", reader=reader)
    pages = [label(i, name) for i, name in enumerate(names)]
    notes = write_class_folders(pages, images, tmp_path / "out", links=True)
    assert notes == ("pages of files, each written as a PNG of its own: 4",)
    for number, name in enumerate(names):
        (written,) = (path for path in (tmp_path / "out").glob("*/*") if f"page {number + 1}" in path.name)
        with Image.open(written) as picture:
            np.testing.assert_array_equal(np.asarray(picture)[:, :, 0], np.rint(values[number] * (255 / 4095)), name)
    assert json.loads(coco_text(pages, ODD, images.size))["images"][3]["width"] == 64


def test_images_without_files_are_written_from_their_pixels(tmp_path):
    pixels = np.random.default_rng(0).integers(0, 256, (3, 3, 8, 8), dtype=np.uint8)
    write_class_folders([label(i) for i in range(3)], RunImages(pixels=pixels), tmp_path / "out")
    loaded = ImageFolder(str(tmp_path / "out"))
    by_name = {path[-10:]: np.asarray(picture) for (picture, _), (path, _) in zip(loaded, loaded.samples, strict=True)}
    assert sorted(by_name) == ["000000.png", "000001.png", "000002.png"]
    assert np.array_equal(by_name["000001.png"], pixels[1].transpose(1, 2, 0))


def test_a_file_that_is_gone_is_written_from_its_pixels_with_a_note(labels, images, tmp_path):
    (images.root / "a.png").unlink()
    notes = write_class_folders(labels, images, tmp_path / "out")
    assert notes[-1] == "files not found, whose pixels are written as the classifier saw them: 1"
    assert len(ImageFolder(str(tmp_path / "out"))) == 6


def test_nothing_that_is_there_is_overwritten(labels, images, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep")
    with pytest.raises(ConfigError, match="exists already and is left as it is"):
        write_class_folders(labels, images, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["mine.txt"]
    with pytest.raises(ConfigError, match="no image of this run has a label yet"):
        write_class_folders([], images, tmp_path / "other")


def test_an_earlier_export_is_replaced_when_that_is_asked_for(labels, images, tmp_path):
    out = tmp_path / "out"
    write_class_folders(labels[:2], images, out)
    with pytest.raises(ConfigError, match="exists already and is left as it is"):
        write_class_folders(labels, images, out)
    write_class_folders(labels, images, out, replace=True)
    assert len(read_given(out).entries) == len(labels)
    assert sorted(path.name for path in tmp_path.iterdir() if "out" in path.name) == ["out"]


@pytest.mark.parametrize("added", ["mine.txt", "red/mine.png"])
def test_a_folder_that_holds_more_than_an_export_is_not_replaced(labels, images, tmp_path, added):
    out = tmp_path / "out"
    write_class_folders(labels, images, out)
    (out / added).parent.mkdir(exist_ok=True)
    (out / added).write_text("keep")
    before = sorted(out.rglob("*"))
    with pytest.raises(ConfigError, match="holds more than an earlier export and is left as it is"):
        write_class_folders(labels, images, out, replace=True)
    assert sorted(out.rglob("*")) == before


def test_what_is_exported_is_read_back_as_the_same_labels(labels, images, tmp_path):
    write_class_folders(labels, images, tmp_path / "out")
    (tmp_path / "labels.csv").write_text(csv_text(labels), encoding="utf-8")
    for place in ("out", "labels.csv"):
        given = read_given(tmp_path / place)
        assert {(entry.id, entry.file, entry.class_name) for entry in given.entries} == {
            (one.id, one.file, one.class_name) for one in labels
        }, place


def test_the_labels_of_a_run_are_those_of_its_queries(tmp_path):
    session = FakeSession(cycles=1)
    session.run(1)
    run = record(session, tmp_path / "run")
    ids = session.history[0].query.ids.tolist()
    journal = RunFolder(run.path).open_journal()
    journal.record(0, {i: i % 10 for i in ids}, "ann")
    journal.close()
    found = labels_of(run, lambda image_id: f"{image_id}.png")
    assert [(one.id, one.label, one.cycle) for one in found] == [(i, i % 10, 0) for i in ids]
    assert found[0].file == f"{ids[0]}.png"
    assert found[0].class_name == CLASS_NAMES[ids[0] % 10]
    assert found[0].annotators == ("ann",)


def test_the_answers_to_an_open_query_are_exported_too(tmp_path):
    session = FakeSession(cycles=1, person=True)
    session.run(1)
    run = record(session, tmp_path / "run")
    ids = session.history[0].select.query_ids.tolist()
    journal = RunFolder(run.path).open_journal()
    journal.record(0, {ids[0]: 2, ids[1]: 3}, "ann")
    journal.record(0, {ids[0]: 5}, "ann")
    journal.close()
    assert [(one.id, one.label) for one in labels_of(run)] == [(ids[0], 5), (ids[1], 3)]
