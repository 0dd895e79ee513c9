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

from lada_explore import export_labels, import_labels
from lada_explore.errors import ConfigError, StoreError
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store.items import ITEMS_FILE

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
    assert said.endswith(
        "; the forms without pictures have them (csv, coco, parquet, label-studio)\n10 labels in 2 classes are in "
        f"{out}"
    )
    rows = {row["file"] for row in csv.DictReader((out / "labels.csv").open())}
    assert rows.isdisjoint(gone)
    _, table = exported(run, tmp_path, "csv")
    assert set(gone) <= {row["file"] for row in csv.DictReader(table.open())}


@pytest.mark.parametrize("form", ["folders", "imagefolder", "fiftyone"])
def test_copies_are_not_put_where_they_would_be_new_images_of_the_run(run, photos, tmp_path, form):
    moved = photos.rename(tmp_path / "moved")
    with pytest.raises(ConfigError) as said:
        export_labels(run, moved / "labelled", form, data=moved)
    assert str(said.value) == (
        f"{moved / 'labelled'} is in {moved}, the folder of the images of this run, which would take the copies for "
        "new images; choose a folder elsewhere with --out"
    )
    assert not (moved / "labelled").exists()
    export_labels(run, moved / "labels.csv", "csv")


def test_labels_are_imported_with_the_new_place_of_the_images(call, run, photos, tmp_path):
    moved = photos.rename(tmp_path / "moved")
    with closing(Session.resume(run, data=moved, device="cpu")) as session:
        names, open_ids = session.data.train.item_names, session.open_query.tolist()
    again = moved.rename(tmp_path / "moved again")
    given = tmp_path / "given.csv"
    given.write_text("file,class\n" + "".join(f"{again / names[i]},{'ab'[i % 2]}\n" for i in open_ids))
    code, _, said = call("import-labels", run, given)
    assert (code, "is gone (looked for" in said, "with --data PATH" in said) == (2, True, True)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    code, out, _ = call("import-labels", run, given, "--data", again, "--dry-run")
    assert (code, f"{len(open_ids)} would be taken" in out) == (0, True)
    assert {path: path.read_bytes() for path in before} == before
    (tmp_path / "other").mkdir()
    code, _, said = call("import-labels", run, given, "--data", tmp_path / "other", "--dry-run")
    assert (code, "holds no images" in said) == (2, True)
    code, out, _ = call("import-labels", run, given, "--data", again)
    assert (code, f"{len(open_ids)} were taken" in out) == (0, True)
    assert call("import-labels", run, given)[0] == 0  # where they are is remembered
    with closing(Session.resume(run, device="cpu")) as session:
        assert session.open_query.tolist() == []
        with pytest.raises(ConfigError, match="the session has its images already; leave data="):
            import_labels(session, given, data=again)


def test_a_new_place_is_for_labels_only(call, run, photos):
    code, _, said = call("export", run, "--data", photos)
    assert (code, said) == (2, "lada-explore: --data is for --labels; leave it out, or add that\n")


def test_an_old_run_whose_folder_has_changed_gives_its_labels_back_by_id(call, run, photos, tmp_path):
    exported(run, tmp_path, "csv")
    known = list(csv.DictReader((tmp_path / "out.csv").read_text().splitlines()))
    (run / ITEMS_FILE).unlink()
    saved(photos / "more", drawn_pixels(1, seed=3))
    told, place = exported(run, tmp_path, "csv")
    first, second = told.splitlines()
    assert first.startswith(
        "the labels have the ids of their images and no file names, because the images to be labelled"
    )
    assert second == f"12 labels in 2 classes are in {place}"
    assert list(csv.DictReader(place.read_text().splitlines())) == [{**row, "file": ""} for row in known]
    # Its ids may be others in a run of today: which run they are of is for a person to say.
    with closing(open_session(tmp_path / "new", dataset=f"folder:{photos}", classes="a,b", cycles=1, device="cpu")):
        pass
    assert len(import_labels(tmp_path / "new", place, dry_run=True).refused) == 12
    place.write_text(place.read_text().replace("id,", "lada_id,", 1))
    assert len(import_labels(tmp_path / "new", place, dry_run=True).labels) == 12
    exported(run, tmp_path, "csv")
    exported(run, tmp_path, "parquet")
    assert parquet.read_table(tmp_path / "out.parquet").column("file").to_pylist() == [""] * 12
    code, out, said = call("export", run, "--labels", "csv")
    assert (code, out, said.strip().replace("\n", " ")) == (0, place.read_text(), first)
    for form in ("coco", "label-studio"):
        with pytest.raises(
            ConfigError, match="changed since the run was made .*; or export with --labels csv or parquet, w"
        ):
            exported(run, tmp_path, form)
    with pytest.raises(StoreError, match="changed since the run was made"):
        exported(run, tmp_path, "folders")
