"""The lesson pages that `make lessons` writes: of recorded runs, one whose tau* jumps and one whose tau* stays."""

from __future__ import annotations

import re
import runpy
import shlex
from pathlib import Path

import numpy as np
import pytest

from lada_explore.analysis import tau_by_cycle
from lada_explore.apps.lesson import MAX_BYTES, write_lesson
from lada_explore.apps.lesson.packing import restored, unpacked
from lada_explore.apps.lesson.questions import questions_of
from lada_explore.datasets.fashion import SOURCE
from lada_explore.store import open_run

TAU = Path("data/runs/tau")
JUMPS, STAYS = "data/runs/tau/noisy-tops", "data/runs/demo"
MOVE = "move the most?"


def pages() -> dict[str, list[str]]:
    """The runs of each page that the target writes, by the name of its file."""
    (target,) = re.findall(r"^lessons:.*\n((?:\t.*\n)+)", Path("Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    commands = [shlex.split(line) for line in target.splitlines() if "lada-explore lesson" in line]
    return {words[words.index("--out") + 1].split("/")[-1]: words[2 : words.index("--out")] for words in commands}


def means(path: str) -> np.ndarray:
    return tau_by_cycle(open_run(path).history).mean


def asked(path: str):
    run = open_run(path)
    return [question for question in questions_of(run.history, run.class_names) if MOVE in question.text]


def test_one_page_is_of_a_run_whose_tau_jumps_and_one_of_a_run_whose_tau_stays():
    shipped = pages()
    assert shipped["tau-jumps.html"] == [JUMPS]
    assert shipped["tau-stays.html"] == [STAYS]
    assert shipped["two-runs.html"] == ["data/runs/tau/fashion", "data/runs/tau/random-labels"]
    jump = means(JUMPS)
    assert (round(jump[1], 2), round(jump[2], 2)) == (0.02, 0.96)
    assert np.abs(np.diff(means(STAYS))).max() < 0.02


def test_every_page_is_named_in_the_teaching_guide():
    guide = Path("docs/teaching.md").read_text(encoding="utf-8")
    assert [name for name in pages() if f"`{name}`" not in guide] == []


def test_the_page_of_the_run_that_jumps_shows_the_jump_and_asks_where_it_is(tmp_path):
    size = write_lesson(JUMPS, tmp_path / "lesson.html")
    assert size < 3_500_000 < MAX_BYTES
    text = (tmp_path / "lesson.html").read_text(encoding="utf-8").split('id="content">')[1].split("<")[0]
    values = restored(*unpacked(text))
    (run,) = values["runs"]
    # It kept the images that it asked about alone: those of four pairs would say which of them was asked about.
    assert [question["figures"] for question in values["questions"]] == [[]] * len(values["questions"])
    assert len(run["images"]["ids"]) > 0
    drawn = next(t for t in run["cycles"][-1]["tau"]["figure"]["data"] if t.get("name") == "mean of all pairs")
    np.testing.assert_allclose(drawn["y"], means(JUMPS), rtol=1e-6)
    (question,) = [question for question in values["questions"] if MOVE in question["text"]]
    assert (question["answer"], question["cycle"], question["view"]) == ("Between cycles 2 and 3.", 3, "tau")
    assert "It goes from 0.02 to 0.96 there." in question["why"]
    # What CHANGELOG.md says, of V at both ends.
    assert "is -0.047 bits in cycle 2 and +0.096 bits in cycle 3: the slope of V has turned over" in question["why"]
    assert question["hints"]["Between cycles 1 and 2."].startswith("It goes from 0.04 to 0.02 there.")


def test_the_page_says_what_was_done_to_the_images_of_a_run(tmp_path):
    write_lesson(TAU / "fashion", tmp_path / "two.html", TAU / "random-labels")
    text = (tmp_path / "two.html").read_text(encoding="utf-8").split('id="content">')[1].split("<")[0]
    fashion, lots = (" ".join(run["about"]) for run in restored(*unpacked(text))["runs"])
    assert f"Images: {SOURCE}" in fashion
    assert "The labels of the training images were drawn by lot; those of the test images are true." in lots
    recordings = runpy.run_path("data/make_tau_runs.py")["RECORDINGS"]
    told = {name: recording.source for name, recording in recordings.items() if recording.source}
    assert {name: open_run(TAU / name).info.image_source for name in told} == told


def test_v_at_both_ends_of_the_range_is_that_of_a_dense_integral():
    ahead = open_run(JUMPS).history[3].look_ahead
    lam = (np.arange(200_000) + 0.5) / 200_000
    profile = np.array([np.interp(lam, ahead.grid, one).mean() for one in ahead.profile])  # tau = 1 is uniform
    (question,) = asked(JUMPS)
    low = float(re.search(r"and \+([\d.]+) bits in cycle 3", question.why)[1])
    # At tau = 0.05 nearly all mass is at the ends, so V is close to their mean.
    ends = (ahead.profile[:, 0] + ahead.profile[:, -1]) / 2
    assert low == pytest.approx(float((profile - ends).mean()), rel=0.15)


def test_a_run_whose_tau_stays_is_not_asked_where_it_jumps():
    assert asked(STAYS) == []
    assert asked("data/runs/tau/fashion") == []
