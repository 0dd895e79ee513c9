"""Runs on images that were handed over, or that a function of one's own makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.command_line import assert_refused, call
from helpers.small_runs import SET_OPTIONS, SETTINGS, small_config, small_data
from helpers.torch_sets import Pictures

from lada_explore.config import DataConfig
from lada_explore.datasets import ImageData, load
from lada_explore.errors import ConfigError, DataError, StoreError
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run

X = np.random.default_rng(0).integers(0, 256, (60, 12, 12), dtype=np.uint8)
Y = np.arange(60) % 3


@pytest.fixture
def opened(tmp_path, monkeypatch):
    """Opens runs of one cycle and closes them in the end."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    sessions = []

    def opening(**changes):
        choices = {"cycles": 1, "settings": SETTINGS, "device": "cpu", "threads": 1} | changes
        sessions.append(open_session(tmp_path / "run", **choices))
        return sessions[-1]

    yield opening
    for session in sessions:
        session.close()


@pytest.mark.parametrize(
    ("data", "classes", "name"),
    [
        ((X, Y), None, "object:arrays"),
        ((X, Y), "a,b,c", "object:arrays"),
        ((X, None, ["a", "b"]), None, "object:arrays"),
        (small_data(), None, "object:small"),
        (Pictures(60, (12, 12)), None, "object:Pictures"),
        (Pictures(60, (12, 12), target=None), ["a", "b", "c"], "object:Pictures"),
        ("digits", None, "digits"),
        ("module:helpers.torch_sets:made", None, "module:helpers.torch_sets:made"),
    ],
)
def test_a_run_names_its_images_and_goes_on_with_the_same_ones(opened, data, classes, name):
    session = opened(data=data, classes=classes)
    assert session.config.data.name == name
    session.step()
    assert opened(data=data, classes=classes) is session
    session.close()
    again = opened(data=data, classes=classes)
    assert (again.config, again.next_stage) == (session.config, session.next_stage)


def test_the_images_of_a_run_are_asked_for_by_their_name(opened, tmp_path):
    opened(data=(X, Y)).close()
    said = "holds a run on the images 'arrays', which were handed over in Python; pass the same ones as data="
    with pytest.raises(ConfigError, match=said):
        opened()
    with pytest.raises(DataError, match="are the object 'arrays', which was handed over in Python; open the run there"):
        Session.resume(tmp_path / "run")
    assert_refused(call("resume", tmp_path / "run"), "the object 'arrays'", "pass the same images as data=...")
    with pytest.raises(ConfigError, match="holds a run with data.name = 'object:arrays', not 'digits'"):
        opened(dataset="digits")
    changed = "the images to be labelled of arrays changed since the run was made .*; pass the same images as data="
    with pytest.raises(StoreError, match=changed):
        opened(data=(X[::-1], Y))
    with pytest.raises(ConfigError, match="data.name = 'object:arrays', not 'object:small'"):
        opened(data=small_data())


def test_images_that_were_loaded_by_their_name_are_named_so_unless_they_were_changed(tmp_path):
    config = small_config(cycles=0, data__name="digits")
    digits = load(config.data)
    for place, data, name in (
        ("same", digits, "digits"),
        ("part", replace(digits, train=digits.train.part(np.arange(200))), "object:digits"),
        ("other", load(DataConfig(name="fashion-mini")), "object:fashion-mini"),
    ):
        session = Session.create(config, tmp_path / place, data=data, threads=1)
        assert session.config.data.name == name
        session.close()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"data": (X, Y), "dataset": "digits"}, "dataset 'digits' was given beside data; give one of them"),
        ({"data": 7}, "data is int; give an ImageData, a data set of torch, or arrays"),
        ({"data": (X, Y), "settings": SETTINGS | {"data.range": "0,9"}}, "data.range is for images that are read"),
        ({"data": {"train": 1}}, "data is dict; give"),
        ({"data": small_data(), "classes": "a,b"}, "class names a, b were given for small, which has its own"),
    ],
)
def test_what_is_no_source_of_images_is_refused(opened, changes, message):
    with pytest.raises(ConfigError, match=message):
        opened(**changes)


def test_the_command_line_takes_what_a_function_makes(tmp_path):
    run = ["run", *SET_OPTIONS, "--cycles", "0", "--device", "cpu", "--threads", "1", "--out", tmp_path / "run"]
    code, _, said = call(*run, "--dataset", "module:helpers.torch_sets:made", "--set", "data.size=12")
    assert (code, said) == (0, "")
    info = open_run(tmp_path / "run").info
    assert (info.config.data.name, info.class_names) == ("module:helpers.torch_sets:made", ("cat", "dog"))
    assert (info.image_shape, info.image_source) == (
        (3, 12, 12),
        "The data set Pictures, which was handed over; you know its licence.",
    )
    assert call("resume", tmp_path / "run")[0] == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("helpers.torch_sets", ("write it as module:package.module:function",)),
        ("helpers.torch_sets:none", ("cannot be made", "no attribute 'none'", "PYTHONPATH")),
        ("helpers.no_such:made", ("cannot be made", "No module named 'helpers.no_such'")),
        ("helpers.torch_sets:nothing", ("data is NoneType; give an ImageData",)),
    ],
)
def test_a_function_that_makes_no_images_is_named(tmp_path, place, words):
    out = tmp_path / "run"
    assert_refused(call("run", "--dataset", f"module:{place}", "--out", out, "--device", "cpu"), *words)
    assert not out.exists()


def test_statistics_are_those_of_the_images(opened):
    session = opened(data=(X, Y))
    assert isinstance(session.data, ImageData)
    assert session.data.mean == pytest.approx(((X / 255).mean(),))


def test_settings_of_files_and_folders_that_lack_their_prefix_are_named(opened, tmp_path):
    with pytest.raises(ConfigError) as said:
        opened(data=(X, Y), settings=SETTINGS | {"data.size": 64})
    assert str(said.value) == (
        "data.size is for images that are read from files, and these were handed over as they are; leave it out, give "
        "them another shape with ImageData.from_dataset(..., shape=...), or give a folder"
    )
    (tmp_path / "photos").mkdir()
    for given in (tmp_path / "photos", str(tmp_path / "photos")):
        with pytest.raises(ConfigError) as said:
            opened(data=given)
        assert str(said.value) == (
            f"dataset is '{tmp_path / 'photos'}', which is a folder; write it as folder:{tmp_path / 'photos'}"
        )
