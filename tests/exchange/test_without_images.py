"""Labels are exported without the images of the run; copies of pictures say what is missing."""

from __future__ import annotations

import csv
import json
from contextlib import closing

import pytest
from helpers.frozen import drawn_pixels, saved
from helpers.small_runs import SETTINGS
from pyarrow import parquet
from torchvision.datasets import ImageFolder

from lada_explore import export_labels
from lada_explore.errors import StoreError
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session

N = 24


@pytest.fixture
def photos(tmp_path):
    """Pictures of 12 x 8 pixels."""
    saved(tmp_path / "photos", drawn_pixels(N)[:, :, :, :6].repeat(2, axis=3))
    return tmp_path / "photos"


@pytest.fixture
def run(photos, tmp_path):
    """A run with ten labels."""
    settings = SETTINGS | {"data.size": 8, "classifier.kind": "resnet", "schedule.initial_per_class": 1}
    with closing(
        open_session(
            tmp_path / "run", dataset=f"folder:{photos}", classes="a,b", cycles=1, settings=settings, device="cpu"
        )
    ) as session:
        session.run()
        session.submit({i: i % 2 for i in session.open_query.tolist()})
        session.run()
        session.submit({i: i % 2 for i in session.open_query.tolist()[:2]})
    return tmp_path / "run"


def exported(run, out, form, **options):
    return export_labels(run, out / f"out.{form}", form, **options), out / f"out.{form}"


def test_every_form_but_copies_is_the_same_with_and_without_the_images(run, photos, tmp_path):
    (tmp_path / "with").mkdir()
    (tmp_path / "without").mkdir()
    forms = ("csv", "coco", "parquet")
    for form in forms:
        exported(run, tmp_path / "with", form)
    photos.rename(tmp_path / "gone")
    for form in forms:
        exported(run, tmp_path / "without", form)
        assert (tmp_path / "without" / f"out.{form}").read_bytes() == (tmp_path / "with" / f"out.{form}").read_bytes()
    coco = json.loads((tmp_path / "without" / "out.coco").read_text())
    assert {(image["width"], image["height"]) for image in coco["images"]} == {(12, 8)}
    rows = list(csv.DictReader((tmp_path / "without" / "out.csv").open()))
    assert all(row["file"].endswith(".png") for row in rows)
    assert parquet.read_table(tmp_path / "without" / "out.parquet").num_rows == len(rows)


def test_copies_need_the_folder_and_take_it_from_its_new_place(run, photos, tmp_path):
    moved = photos.rename(tmp_path / "moved")
    with pytest.raises(StoreError, match="is gone .* say where it is now, with --data PATH"):
        exported(run, tmp_path, "folders")
    said, out = exported(run, tmp_path, "folders", data=moved)
    assert "labels in 2 classes are in" in said
    assert len(ImageFolder(str(out))) == len(list(csv.DictReader((out / "labels.csv").open())))


def test_copies_leave_out_what_is_gone_or_changed_and_name_it(run, photos, tmp_path):
    with closing(Session.resume(run, device="cpu")) as session:
        first, second, third, *_ = session.history[0].query.ids.tolist()
        names = session.data.train.item_names
    (photos / names[first]).unlink()
    (photos / names[second]).write_bytes((photos / names[third]).read_bytes())
    said, out = exported(run, tmp_path, "folders")
    gone = sorted([names[first], names[second]])
    assert "labelled images left out, because their files are gone or hold another picture: " in said
    assert all(name in said for name in gone)
    rows = {row["file"] for row in csv.DictReader((out / "labels.csv").open())}
    assert rows.isdisjoint(gone)
    _, table = exported(run, tmp_path, "csv")
    assert set(gone) <= {row["file"] for row in csv.DictReader(table.open())}


def test_a_new_place_is_for_labels_only(call, run, photos):
    code, _, said = call("export", run, "--data", photos)
    assert (code, said) == (2, "lada-explore: --data is for --labels; leave it out, or add that\n")
