"""A page of two runs: one slider, the numbers of both, and what is said where one of them ends."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.apps.lesson import MAX_BYTES, extent, lesson_page, write_lesson
from lada_explore.apps.lesson.about import tau_title
from lada_explore.apps.lesson.packing import restored, unpacked
from lada_explore.apps.lesson.primer import primer_of
from lada_explore.config import method_named
from lada_explore.errors import ConfigError
from lada_explore.store import open_run

pytestmark = pytest.mark.slow

FASHION, BY_LOT = "data/runs/tau/fashion", "data/runs/tau/random-labels"


def run_of(path, **settings):
    session = FakeSession(**settings)
    session.run()
    return record(session, path)


def content_of(page):
    """What the page unpacks."""
    (text,) = re.findall(r'<script type="text/plain" id="content">([A-Za-z0-9+/=]+)</script>', page)
    return restored(*unpacked(text))


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """A run of four cycles, and a shorter one of another seed."""
    folder = tmp_path_factory.mktemp("runs")
    return run_of(folder / "long", cycles=4), run_of(folder / "short", cycles=2, seed=1)


@pytest.fixture(scope="module")
def content(runs):
    return content_of(lesson_page(*runs))


def trace(spec, name):
    return next(entry for entry in spec["figure"]["data"] if entry.get("name") == name)


def test_each_run_keeps_its_own_numbers(runs, content):
    for run, held in zip(runs, content["runs"], strict=True):
        means = [float(records.look_ahead.tau.mean()) for records in run.history[1:]]
        for cycle in held["cycles"]:
            np.testing.assert_allclose(trace(cycle["tau"], "mean of all pairs")["y"], means, rtol=1e-6)
        for records, cycle in zip(run.history, held["cycles"], strict=True):
            shown = [image["id"] for group in cycle["gallery"]["groups"] for image in group["images"]]
            assert shown == records.select.query_ids.tolist()


def test_the_slider_goes_over_the_cycles_of_both_and_says_where_one_ends(content):
    slider = content["slider"]
    assert slider["numbers"] == [0, 1, 2, 3, 4]
    assert slider["cycles"][2] == "Cycle 2 · A: 68.5 % right · B: 68.5 % right"
    assert slider["cycles"][3] == "Cycle 3 · A: 72.1 % right · B ended with cycle 2"
    assert slider["cycles"][0].startswith("The start · A: ")
    assert [len(run["cycles"]) for run in content["runs"]] == [5, 3]
    assert content["runs"][1]["says"][2] == "cycle 2 · 32 labels · 68.5 % right"


def test_the_runs_are_named_and_what_differs_is_said_first(content):
    assert content["title"] == "Two runs side by side: long (lada-entmix, seed 0) and short (lada-entmix, seed 1)"
    assert content["about"] == ["Settings that differ: seed: A 0, B 1; cycles: A 4, B 2."]
    assert [run["name"] for run in content["runs"]] == [
        "A: long (lada-entmix, seed 0)",
        "B: short (lada-entmix, seed 1)",
    ]
    assert content["runs"][1]["about"][0].startswith("The run began with 2 labelled images of each of 10 classes")


def test_charts_of_one_kind_have_equal_axes_in_all_cycles_of_both(content):
    specs = [cycle for run in content["runs"] for cycle in run["cycles"][1:]]
    for name, axes in {"tau": ("xaxis", "yaxis", "yaxis2"), "accuracy": ("xaxis", "yaxis")}.items():
        for axis in axes:
            ranges = {tuple(cycle[name]["figure"]["layout"][axis]["range"]) for cycle in specs}
            assert len(ranges) == 1, (name, axis)
    assert specs[0]["tau"]["figure"]["layout"]["xaxis"]["range"] == [0.5, 5.5]
    assert "range" not in specs[0]["tau"]["figure"]["layout"]["yaxis3"]


def test_questions_come_first_on_both_runs_and_then_on_each(runs, content):
    asked = content["questions"]
    assert [question["run"] for question in asked][:2] == [None, None]
    places = [question["run"] for question in asked[2:]]
    assert set(places) == {0, 1}
    assert places == sorted(places)
    for question in asked[2:]:
        assert question["text"].startswith(f"Run {'AB'[question['run']]}. ")
        assert question["cycle"] in [cycle["cycle"] for cycle in content["runs"][question["run"]]["cycles"]]
    tau = asked[0]
    mine, theirs = (float(run.history[2].look_ahead.tau.mean()) for run in runs)
    right = "The same, within 0.02." if abs(mine - theirs) <= 0.02 else "A." if mine > theirs else "B."
    assert (tau["cycle"], tau["answer"]) == (2, right)
    assert f"It is {mine:.2f} in A and {theirs:.2f} in B." in tau["why"]


def test_fashion_beside_random_labels_learns_the_same_tau_and_is_right_more_often():
    runs = open_run(FASHION), open_run(BY_LOT)
    page = lesson_page(*runs)
    readme = " ".join(Path("README.md").read_text(encoding="utf-8").split())
    assert f"with random labels takes {len(page.encode()) / 1e6:.1f} MB" in readme
    tau, accuracy = content_of(page)["questions"][:2]
    means = [[float(records.look_ahead.tau.mean()) for records in run.history[1:]] for run in runs]
    assert (tau["cycle"], tau["answer"]) == (6, "The same, within 0.02.")
    assert all(abs(run[-1] - 0.965) < 0.015 for run in means)
    assert accuracy["answer"] == "A."
    for run in runs:
        assert f"{100 * run.history[6].evaluate.accuracy:.1f} % after 80 labels" in accuracy["why"]


def test_an_image_that_both_runs_show_is_held_once(runs, tmp_path):
    long, _ = runs
    copy = tmp_path / "copy"
    shutil.copytree(long.path, copy)
    alone, both = lesson_page(long), lesson_page(long, open_run(copy))
    contents = content_of(alone), content_of(both)
    ids = [run["images"]["ids"] for run in contents[1]["runs"]]
    assert ids[0] == ids[1] == contents[0]["runs"][0]["images"]["ids"]
    assert contents[1]["runs"][1]["images"]["pixels"] == contents[0]["runs"][0]["images"]["pixels"]
    assert len(both) - len(alone) < 28 * 28 * len(ids[0])


def test_two_runs_share_the_room_of_the_page(runs, monkeypatch):
    for name, value in {"MAX_CYCLES": 6, "MAX_PAIRS": 50, "MAX_POINTS": 100}.items():
        monkeypatch.setattr(extent, name, value)
    long, short = extent.extents_of([run.history for run in runs])
    # Three cycles of the longer run, evenly spaced, and the last of the shorter one, which is among them.
    assert (long.cycles, short.cycles) == ((0, 2, 4), (0, 2))
    assert long.pairs == short.pairs == 50 // 3
    assert long.candidates == 100 // 3
    assert long.left_out[0] == "3 of the run's 5 cycles are in this page, evenly spaced."


def test_the_last_cycle_of_the_shorter_run_is_always_shown(runs, monkeypatch):
    monkeypatch.setattr(extent, "MAX_CYCLES", 4)
    assert [one.cycles for one in extent.extents_of([run.history for run in runs])] == [(0, 2, 4), (0, 2)]


def test_a_run_without_pairs_can_stand_beside_one_with_them(runs, tmp_path):
    singles = run_of(tmp_path / "singles", cycles=3, method="max-entropy")
    content = content_of(lesson_page(singles, runs[0]))
    assert content["runs"][0]["cycles"][1]["tau"]["message"].startswith("This method scores single images")
    assert len(content["primer"]) == 5
    assert content["introduction"] is not None
    assert [question["view"] for question in content["questions"] if question["run"] is None] == ["accuracy"]


def test_the_primer_says_the_largest_entropy_of_each_number_of_classes():
    lada = method_named("lada-entmix")
    assert (
        "to 3.32 bits where 10 classes are equally likely and 2.32 bits where 5 classes are"
        in primer_of((lada, 10), (lada, 5))[0]
    )
    assert primer_of((lada, 10), (lada, 10)) == primer_of((lada, 10))
    assert primer_of((method_named("max-entropy"), 10)) == []


def test_the_section_on_tau_is_called_by_what_both_have():
    lada, stn = method_named("lada-entmix"), method_named("lada-entstn")
    assert tau_title(lada, lada) == "τ* from cycle to cycle, and inside one"
    assert tau_title(stn, stn) == "θ, and the transforms of the images asked about"
    assert tau_title(lada, stn) == "θ, or τ*: how virtual instances are made"


class TestRefused:
    def test_one_run_twice(self, runs, tmp_path):
        path = runs[0].path
        other = path.parent / "." / path.name
        with pytest.raises(ConfigError, match="are one run; name another one beside it, or only one"):
            write_lesson(path, tmp_path / "lesson.html", other)
        assert list(tmp_path.iterdir()) == []

    def test_a_second_run_without_a_stage(self, runs, tmp_path):
        empty = record(FakeSession(), tmp_path / "empty")
        with pytest.raises(ConfigError, match="empty has no finished stage, so there is nothing to show"):
            write_lesson(runs[0].path, tmp_path / "lesson.html", empty.path)

    def test_a_file_inside_the_second_run(self, runs, tmp_path, call):
        inside = runs[1].path / "lesson.html"
        code, _, said = call("lesson", runs[0].path, runs[1].path, "--out", inside)
        assert (code, f"{inside} is inside the run" in said) == (2, True)


def test_the_command_writes_both(runs, tmp_path, call):
    out = tmp_path / "two.html"
    code, said, _ = call("lesson", runs[0].path, runs[1].path, "--out", out)
    assert (code, f"wrote {out}, {out.stat().st_size / 1e6:.1f} MB" in said) == (0, True)
    assert out.stat().st_size < MAX_BYTES
    assert "<title>Two runs side by side: long (lada-entmix, seed 0) and short" in out.read_text(encoding="utf-8")
