"""Labels and images as people have them: what cannot be read is one sentence that names it, and nothing hangs."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.command_line import assert_refused
from helpers.small_runs import all_bytes, copied
from helpers.spoiled import RUN, SIZE, SPOILS, holding
from PIL import Image

from lada_explore.errors import ConfigError
from lada_explore.exchange import Takes, plan_import, read_given
from lada_explore.files.arrays import npy
from lada_explore.store import open_run

pytestmark = pytest.mark.usefixtures("nothing_hangs")

# Labels to import

CLASSES = ("cat", "dog")
TABLE_SPOILS = ("latin-1", "a pipe", "a folder")
LABELS = {
    "empty": (holding(b""), "cannot be read (it is empty); give a CSV file"),
    "latin-1": (
        holding("file,class\ncafé.png,cat\n".encode("latin-1")),
        "nothing was taken",
    ),
    "a long field": (
        holding("id,class\n1," + "x" * 200_000),
        "(line 2: field larger than field limit (131072)); correct",
    ),
    "a long header": (holding("x" * 200_000), "(line 1: field larger than field limit (131072)); correct that line"),
    "a pipe": (os.mkfifo, "cannot be read (it is a pipe and no file); give a CSV file"),
    "a device": (lambda place: place.symlink_to("/dev/zero"), "cannot be read (it is a device and no file)"),
    "an empty folder": (lambda place: place.mkdir(), "holds no class folders"),
    "a link to itself": (
        lambda place: place.symlink_to(place.name),
        "cannot be read (Too many levels of symbolic links)",
    ),
    "nothing": (lambda place: None, "cannot be read (there is no such file)"),
    "an id of 5,000 digits": (holding("id,class\n" + "1" * 5000 + ",cat"), "nothing was taken"),
    "a label of 5,000 digits": (holding("id,label\n1," + "1" * 5000), "nothing was taken"),
    "a file of 5,000 digits": (holding("file,class\n" + "1" * 5000 + ",cat"), "nothing was taken"),
    "NUL": (holding("id,class\n1,ca\0t"), "nothing was taken"),
}


@pytest.mark.parametrize("case", LABELS)
def test_labels_that_cannot_be_read_are_refused(call, run_of_images, tmp_path, case):
    make, sentence = LABELS[case]
    make(tmp_path / "labels.csv")
    before = all_bytes(run := copied(run_of_images, tmp_path / "run"))
    assert_refused(call("import-labels", run, tmp_path / "labels.csv"), "labels.csv", sentence)
    assert {name: content for name, content in all_bytes(run).items() if name in before} == before
    if "nothing was taken" not in sentence:
        with pytest.raises(ConfigError) as caught:
            read_given(tmp_path / "labels.csv")
        assert sentence in str(caught.value)


def test_a_number_of_thousands_of_digits_is_no_image_and_no_class(tmp_path):
    rows = [f"{'9' * 5000},cat,", f"{'0' * 5000}3,dog,", f"1,,{'7' * 5000}", "2,ca\0t,"]
    (tmp_path / "labels.csv").write_text("\n".join(["id,class,label", *rows]))
    given = read_given(tmp_path / "labels.csv")
    takes = Takes(labelled={})
    plan = plan_import(given.entries, class_names=CLASSES, names=(), size=6, takes=takes)
    assert plan.labels == {3: 1}
    assert plan.refused == (
        "line 2: there is no image of so large a number; ids run from 0 to 5",
        f"line 4: {'7' * 5000!r} is no class of this run",
        r"line 5: 'ca\x00t' is no class of this run; did you mean 'cat'?",
    )


@pytest.mark.parametrize(
    ("name", "case"),
    [("classes.json", "nested"), *((name, case) for name in ("classes.json", "labels.csv") for case in TABLE_SPOILS)],
)
def test_the_tables_of_an_export_that_cannot_be_read_are_named(tmp_path, name, case):
    spoil, _ = SPOILS[case]
    (tmp_path / "cat").mkdir()
    (tmp_path / "classes.json").write_text('{"cat": {"class": "cat"}}')
    (tmp_path / "labels.csv").write_text("id,file,path\n1,a.png,cat/a.png\n")
    (tmp_path / name).unlink()
    spoil(tmp_path / name)
    with pytest.raises(
        ConfigError, match=rf"{name} cannot be read \(.*restore it from a copy, or move classes\.json and"
    ):
        read_given(tmp_path)


def test_a_class_folder_that_may_not_be_read_is_not_passed_over(tmp_path, monkeypatch):
    def refuse(path):
        if str(path).endswith("inner"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    scandir = os.scandir
    (tmp_path / "cat" / "inner").mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ConfigError, match=r"cat may not be read \(Permission denied\)"):
        read_given(tmp_path)


# Images


def header_only(place: Path, shape: tuple[int, ...]) -> None:
    """An npy file of 576 bytes, whose header says another shape."""
    with place.open("wb") as file:
        npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        file.write(bytes(576))


SHAPES = {
    (-4, 12, 12): "no array has the shape (-4, 12, 12)",
    (-4, -12, 12): "no array has the shape (-4, -12, 12)",
    (10**15, 12, 12): "it is said to be an array of 144,000,000,000,000,000 bytes, and the file has 704",
    (10**30, 12, 12): "it is said to be an array of 144,000,",
    (5, 12, 12): "it is said to be an array of 720 bytes, and the file has 704",
}


def arrays(folder: Path) -> Path:
    folder.mkdir()
    np.save(folder / "images.npy", np.arange(30 * 144, dtype=np.uint8).reshape(30, 1, 12, 12))
    np.save(folder / "targets.npy", np.arange(30) % 2)
    (folder / "classes.txt").write_text("cat\ndog\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("shape", SHAPES)
def test_an_array_of_an_impossible_shape_is_a_sentence_and_makes_no_run(call, tmp_path, shape):
    header_only(arrays(tmp_path / "pool") / "images.npy", shape)
    said = call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")
    assert_refused(said, f"images.npy is no array file ({SHAPES[shape]}", "; write it with numpy.save")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["images.npy", "targets.npy", "classes.txt"])
@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder"])
def test_arrays_that_are_no_file_are_refused_at_once(call, tmp_path, name, case):
    spoil, reason = SPOILS[case]
    place = arrays(tmp_path / "pool") / name
    place.unlink()
    spoil(place)
    said = call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")
    assert_refused(said, f"{name} ", f"({reason})")


@pytest.mark.parametrize("case", ["nested", "5,000 digits", "empty", "a folder"])
def test_stored_checksums_that_cannot_be_read_are_made_again(call, tmp_path, case):
    SPOILS[case][0](arrays(tmp_path / "pool") / "checksums.json")
    assert call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")[0] == 0


def cut_jpeg(place: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(place, format="JPEG")
    place.write_bytes(place.read_bytes()[:1000])


def cut_png(place: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)).save(place, format="PNG")
    place.write_bytes(place.read_bytes()[:100])


PASSED_OVER = "passed over 1 entry that is not read as an image"
PICTURES = {
    "cut.png": (cut_png, "left out cat/cut.png: "),
    "cut.jpg": (cut_jpeg, "left out cat/cut.jpg: "),
    "empty.png": (holding(b""), "left out cat/empty.png: not an image that Pillow can read"),
    "pipe.png": (os.mkfifo, "left out cat/pipe.png: not a file, or a broken link"),
    "device.png": (lambda place: place.symlink_to("/dev/zero"), f"{PASSED_OVER}: links out of the folder"),
    "loop.png": (lambda place: place.symlink_to("loop.png"), f"{PASSED_OVER}: links in circles"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_an_image_that_cannot_be_read_is_left_out_and_told(images, tmp_path, call, name):
    spoil, note = PICTURES[name]
    shutil.copytree(images, tmp_path / "mine")
    spoil(tmp_path / "mine" / "cat" / name)
    assert call(*RUN, *SIZE, "--dataset", f"folder:{tmp_path / 'mine'}", "--out", tmp_path / "run")[0] == 0
    assert [said for said in open_run(tmp_path / "run").info.notes if said.startswith(note)] != []


def test_a_folder_of_images_that_may_not_be_read_is_refused(images, tmp_path, call, monkeypatch):
    def refuse(path):
        if str(path).endswith("cat"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", refuse)
    said = call(*RUN, *SIZE, "--dataset", f"folder:{images}", "--out", tmp_path / "run")
    assert_refused(said, "cat may not be read (Permission denied); give yourself permission to read it")


@pytest.mark.parametrize("kind", ["folder", "array"])
@pytest.mark.parametrize(
    ("make", "what"), [(os.mkfifo, "is a file"), (lambda p: p.symlink_to(p.name), "does not exist")]
)
def test_a_data_set_that_is_no_folder_is_refused(call, tmp_path, kind, make, what):
    make(tmp_path / "mine")
    said = call(*RUN, "--dataset", f"{kind}:{tmp_path / 'mine'}", "--out", tmp_path / "run")
    assert_refused(said, f"the folder {tmp_path / 'mine'} {what}; give a folder of")
