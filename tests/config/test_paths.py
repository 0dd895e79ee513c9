"""Paths as people write them: a `~` is a home wherever a path is taken, and never a folder of that name."""

import csv
import os
import shutil
import tempfile
from pathlib import Path

import numpy as np
import pytest
from helpers.small_runs import SET_OPTIONS, small_config, small_data, small_session
from PIL import Image

import lada_explore
from lada_explore.apps import lesson
from lada_explore.apps.playground import Playground
from lada_explore.apps.served.serve import serve
from lada_explore.config import DataConfig
from lada_explore.config.paths import cache_folder, data_folder, expanded, may_write, writable_folder
from lada_explore.datasets import load
from lada_explore.errors import ConfigError, StoreError
from lada_explore.exchange.run_labels import export_labels
from lada_explore.experiments.sweep import Sweep
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.views import MapView


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    place = tmp_path_factory.mktemp("paths") / "run"
    session = small_session(place, cycles=1)
    session.run()
    session.close()
    return place


@pytest.fixture
def home(tmp_path, monkeypatch, finished):
    """A home with a finished run, seen from another folder in which nothing may appear."""
    place, elsewhere = tmp_path / "home", tmp_path / "elsewhere"
    shutil.copytree(finished, place / "run")
    elsewhere.mkdir()
    monkeypatch.setenv("HOME", str(place))
    monkeypatch.chdir(elsewhere)
    yield place
    assert list(elsewhere.iterdir()) == []


def test_a_home_is_expanded_and_other_paths_stay(home):
    assert expanded("~/runs/first") == home / "runs" / "first"
    assert expanded(Path("~")) == home
    assert expanded("runs/~/first") == Path("runs/~/first")
    with pytest.raises(
        ConfigError, match="~nobody-of-this-name/x begins with a home folder that this machine does not"
    ):
        expanded("~nobody-of-this-name/x")


def test_only_one_place_expands_a_path():
    package = Path(lada_explore.__file__).parent
    found = [
        path.name for path in package.rglob("*.py") if "expanduser" in path.read_text() or ".home()" in path.read_text()
    ]
    assert found == ["paths.py"]


def test_the_command_line_takes_a_home_in_every_path(home, call, monkeypatch):
    words = ["--dataset", "digits", "--device", "cpu", *SET_OPTIONS, "--cycles", "0"]
    assert call("run", "--out=~/new", *words)[0] == 0
    assert (home / "new" / "run.json").is_file()
    assert call("resume", "~/new")[0] == 0
    assert call("show", "~/run")[0] == 0
    assert call("export", "~/run", "--out=~/cycles.csv")[0] == 0
    assert len(list(csv.DictReader((home / "cycles.csv").open()))) == 2
    assert call("export", "~/new", "--labels", "csv", "--out=~/labels.csv")[0] == 0
    assert len(list(csv.DictReader((home / "labels.csv").open()))) == 20
    assert call("export", "~/new", "--labels", "folders", "--out=~/labelled")[0] == 0
    assert (home / "labelled" / "classes.json").is_file()
    code, out, _ = call("import-labels", "~/new", "~/labels.csv", "--device", "cpu")
    assert (code, "20 labels were given" in out) == (0, True)
    code, _, err = call("lesson", "~/run", "--out=~/lesson.txt")
    assert (code, "does not end in .html" in err) == (2, True)
    monkeypatch.setattr(lesson, "write_lesson", lambda run, out, beside: 8_500_000)
    out = call("lesson", "~/run", "--out=~/lesson.html")[1]
    assert out.startswith(f"wrote {home}/lesson.html, 8.5 MB; ")
    with pytest.raises(StoreError, match=f"{home}/nothing is not a run folder"):
        serve(Path("~/nothing"))


def test_the_functions_take_a_home_in_every_path(home):
    Session.create(small_config(cycles=0), "~/created", data=small_data()).close()
    assert (home / "created" / "run.json").is_file()
    Session.resume("~/created", data=small_data()).close()
    opened = open_session("~/opened", dataset="digits", cycles=0, device="cpu")
    assert open_session(home / "opened", dataset="digits", cycles=0, device="cpu") is opened
    opened.close()
    assert MapView(lada_explore.open_run("~/run")).save("~/map.svg") == home / "map.svg"
    assert (home / "map.svg").stat().st_size > 1000
    assert Sweep(methods=("random",), seeds=1, out=Path("~/sweep")).out == home / "sweep"
    assert "labels" in export_labels(home / "opened", "~/opened.csv", "csv") or (home / "opened.csv").is_file()
    Playground("~/playground", dataset="blobs").close()
    assert list((home / "playground").iterdir())


def test_images_of_ones_own_and_the_folders_of_the_sets_take_a_home_too(home, monkeypatch):
    for name in ("a/1.png", "a/2.png", "a/3.png", "b/1.png", "b/2.png", "b/3.png"):
        (home / "pictures" / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.full((16, 16), 9, np.uint8)).save(home / "pictures" / name)
    assert load(DataConfig(name="folder:~/pictures")).train.class_names == ("a", "b")
    (home / "arrays").mkdir()
    np.save(home / "arrays" / "images.npy", np.random.default_rng(0).integers(0, 256, (9, 1, 12, 12), dtype=np.uint8))
    assert len(load(DataConfig(name="array:~/arrays", classes=("a", "b"))).train.images) == 9
    monkeypatch.setenv("LADA_DATA", "~/sets")
    monkeypatch.setenv("LADA_CACHE", "~/kept")
    assert (data_folder(), cache_folder("layouts")) == (home / "sets", home / "kept" / "layouts")
    monkeypatch.delenv("LADA_DATA")
    monkeypatch.delenv("LADA_CACHE")
    assert cache_folder("layouts") == home / ".cache" / "lada_explore" / "layouts"


def test_a_folder_that_cannot_be_written_is_told_and_another_is_found(home, monkeypatch):
    assert may_write(home / "not" / "there" / "yet")
    assert not may_write(Path("/dev/null/folder"))
    monkeypatch.setenv("LADA_CACHE", "~/kept")
    assert writable_folder("things") == home / "kept" / "things"
    monkeypatch.setenv("LADA_CACHE", "/dev/null/folder")
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    own = home / f"lada-explore-{os.geteuid()}"
    assert writable_folder("things") == writable_folder("things") == own / "things"
    assert own.stat().st_mode & 0o777 == 0o700


def test_a_folder_that_others_may_write_is_not_trusted(home, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", "/dev/null/folder")
    monkeypatch.setattr(tempfile, "tempdir", str(home))
    (home / f"lada-explore-{os.geteuid()}").mkdir()
    (home / f"lada-explore-{os.geteuid()}").chmod(0o777)
    found = writable_folder("things")
    assert (found.parent, found.stat().st_mode & 0o777) == (home, 0o700)
