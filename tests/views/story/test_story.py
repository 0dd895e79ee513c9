"""The story of tau*: each number of the packaged file is one of a recorded run, and each caption tells them."""

from __future__ import annotations

import importlib.util
import json
import re
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import beta

from lada_explore.analysis.tau_dynamics import tau_dynamics
from lada_explore.store import open_run
from lada_explore.views import Story
from lada_explore.views.story.story import RECORDS, captions_of

REPOSITORY = Path(__file__).resolve().parents[3]
RUNS = REPOSITORY / "data" / "runs"


@pytest.fixture(scope="module")
def story():
    return json.loads(RECORDS.read_text())


def test_the_file_is_what_its_script_makes_of_the_runs(story, monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    spec = importlib.util.spec_from_file_location("make_story", REPOSITORY / "data" / "make_story.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.story() == story


def test_the_pair_is_one_of_the_run_and_its_values_are_integrals_of_its_profile(story):
    pair = story["pair"]
    records = open_run(RUNS / pair["run"]).history[pair["cycle"]]
    ahead, candidates = records.look_ahead, records.subsample
    (row,) = [n for n, ids in enumerate(candidates.pair_ids.tolist()) if ids == pair["ids"]]
    np.testing.assert_allclose(pair["profile"], ahead.profile[row], atol=1e-5)
    np.testing.assert_allclose(pair["taus"], ahead.tau_by_epoch[:, row], atol=1e-5)
    assert pair["guesses"] == pair["known"] == ["Trouser", "Sneaker"]
    for tau, value in ((pair["taus"][0], pair["values"][0]), (pair["taus"][-1], pair["values"][-1])):
        lam = beta(tau, tau).ppf((np.arange(10_000) + 0.5) / 10_000)
        assert value == pytest.approx(np.interp(lam, pair["grid"], pair["profile"]).mean(), abs=2e-4)


def test_the_two_classes_cross_once_at_the_boundary(story):
    pair = story["pair"]
    own, other = np.array(pair["chance"])
    (before,) = np.flatnonzero(np.diff(np.sign(own - other)))
    assert pair["grid"][before] <= pair["boundary"] <= pair["grid"][before + 1]
    assert np.interp(pair["boundary"], pair["grid"], own - other) == pytest.approx(0, abs=1e-4)
    assert np.all(own + other <= 1)


def test_what_mixing_adds_is_the_area_between_profile_and_line_and_its_sign_flips(story):
    flip = story["flip"]
    for cycle in flip["cycles"]:
        assert np.trapezoid(cycle["extra"], flip["grid"]) == pytest.approx(cycle["added"], abs=2e-5)
        tau = open_run(RUNS / flip["run"]).history[cycle["cycle"]].look_ahead.tau
        assert cycle["tau"] == pytest.approx(tau.mean(), abs=1e-5)
    found = tau_dynamics(open_run(RUNS / flip["run"]).history)
    for cycle in flip["cycles"]:
        assert cycle["gain"] == pytest.approx(found.gain[found.cycles.tolist().index(cycle["cycle"])], abs=1e-5)
    before, after = flip["cycles"]
    assert before["added"] < 0 < after["added"]
    assert before["tau"] < 0.05 < 0.95 < after["tau"]


def test_the_two_caps_are_runs_that_differ_in_the_end_of_the_range_alone(story):
    configs = [open_run(RUNS / cap["run"]).config for cap in story["caps"]]
    assert [config.policy.tau_max for config in configs] == [cap["limit"] for cap in story["caps"]] == [1, 4]
    assert configs[0].training == configs[1].training
    assert configs[0].data == configs[1].data
    for cap in story["caps"]:
        ahead = open_run(RUNS / cap["run"]).history[cap["cycle"]].look_ahead
        np.testing.assert_allclose(cap["taus"], ahead.tau_by_epoch.mean(axis=1), atol=1e-5)
        assert len(cap["step"]) == len(cap["taus"])
        found = tau_dynamics(open_run(RUNS / cap["run"]).history)
        assert cap["gain"] == pytest.approx(found.gain[found.cycles.tolist().index(cap["cycle"])], abs=1e-5)


def test_every_number_of_the_captions_is_the_recorded_one(story):
    captions = dict(captions_of(story))
    numbers = {name: re.findall(r"\d+\.\d+|\d+", text) for name, text in captions.items()}
    assert numbers == {
        "Two images": ["1", "0.42", "0", "0.34", "3.32"],
        "The boundary": ["0.48"],
        "The profile": ["8", "2.64"],
        "τ": ["0.49", "1.000", "8", "0.98", "1.274", "0.274", "1", "0", "200", "200"],
        "The sign flips": ["2", "0.053", "0.02", "0.034", "3", "0.113", "0.96", "0.025"],
        "The cap": ["1", "3", "0.49", "0.97", "0.058", "4", "1.95", "3.86", "0.042"],
    }
    pair = story["pair"]
    assert [f"{value:.2f}" for value in (pair["profile"][-1], pair["profile"][0])] == ["0.42", "0.34"]
    assert "a trouser" in captions["Two images"]
    assert "from a sneaker to a trouser" in captions["The boundary"]


@pytest.mark.parametrize(("at", "shown"), [(1, 1), (6, 6), (0, 1), (9, 6)])
def test_a_state_beyond_the_last_is_the_last(at, shown):
    assert Story(at).state["at"] == shown
