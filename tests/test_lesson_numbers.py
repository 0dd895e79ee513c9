"""Every number that the lesson on tau* states is the one of its recorded runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pytest

from lada_explore import open_run
from lada_explore.analysis.tau_dynamics import best_constant, policy_path, pull, tau_dynamics

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("digits", "fashion", "noisy-tops", "noisy-tops-again", "random-labels", "fashion-tau-max-4")
RATES = ("5e-5", "2e-4", "1e-3")


@pytest.fixture(scope="module")
def text():
    notebook = nbformat.read(ROOT / "notebooks" / "05_tau_star_dynamics.ipynb", as_version=4)
    return " ".join(" ".join(cell.source.replace('"\n    "', "").split()) for cell in notebook.cells)


@pytest.fixture(scope="module")
def found():
    return {name: tau_dynamics(open_run(ROOT / "data" / "runs" / "tau" / name).history) for name in NAMES}


@pytest.fixture(scope="module")
def learned():
    """The look-ahead of cycle 1 and the policy's path, by learning rate."""
    runs = {rate: open_run(ROOT / "data" / "runs" / "tau" / f"rate-{rate}") for rate in RATES}
    ahead = {rate: run.history[1].look_ahead for rate, run in runs.items()}
    return {rate: (ahead[rate], policy_path(ahead[rate], run.config.policy)) for rate, run in runs.items()}


def test_the_case_in_which_tau_behaves_as_the_paper_says(text, found):
    tops = found["noisy-tops"].tau
    assert f"It is {tops[0]:.2f} in cycle 1 and {tops[1]:.2f} in cycle 2" in text
    assert "from cycle 3 on it stays above 0.96" in text
    assert tops[2:].min() > 0.96
    assert f"digits begins at {found['digits'].tau[0]:.2f} and fashion at {found['fashion'].tau[0]:.2f}" in text


def test_the_case_in_which_it_does_not(text, found):
    lots = found["random-labels"]
    assert f"the accuracy is {100 * lots.accuracy[-1]:.1f} %, with 10 classes" in text
    assert abs(lots.accuracy[-1] - 0.1) < 0.03
    assert f"climbs from {lots.tau[0]:.2f} to {lots.tau[-1]:.2f}" in text


def test_what_mixing_adds_decides(text, found):
    first = [found[name].bulge[0] for name in ("digits", "fashion", "noisy-tops", "random-labels")]
    assert f"between \N{MINUS SIGN}{abs(min(first)):.3f} and {max(first):.3f} bits for all four runs" in text
    tops = found["noisy-tops"]
    assert f"takes {-tops.bulge[1]:.3f} bits away in cycle 2 and adds {tops.bulge[2]:.3f} in cycle 3" in text
    for dynamics in found.values():
        # Away from 0 the sign of what mixing adds says on which side of the start the policy ends.
        clear = np.abs(dynamics.bulge) > 0.02
        assert (np.sign(dynamics.bulge[clear]) == np.sign(dynamics.tau[clear] - 0.5)).all()


def test_another_seed_falls_back(text, found):
    again = found["noisy-tops-again"].tau
    assert "rises in cycle 2 already" in text
    assert again[0] < 0.1 < 0.9 < again[1]
    assert f"falls back to {again[2]:.2f} in cycle 3, and settles only in cycle 5" in text
    assert again[3] < 0.9 < 0.95 < min(again[4:])


def test_the_cap(text, found):
    ends = {f"{found[name].tau[-1]:.2f}" for name in ("digits", "fashion")}
    assert f"Digits and fashion end at {ends.pop()}" in text
    assert not ends
    assert f"It is {found['fashion-tau-max-4'].tau[2]:.2f}." in text


def test_the_policys_learning(text, learned):
    at_100 = {rate: path.mean[path.steps == 100].item() for rate, (_, path) in learned.items()}
    assert (
        f"{at_100['5e-5']:.2f} after 100 steps at 5e-5, {at_100['2e-4']:.2f} at 2e-4, {at_100['1e-3']:.3f} at 1e-3"
        in text
    )
    slow = learned["5e-5"][1]
    assert f"Stop at 20 steps with the paper's rate, and τ\\* is {slow.mean[slow.steps == 20].item():.2f}" in text
    assert f"At most {max(path.spread.max() for _, path in learned.values()):.3f} (standard deviation)" in text
    assert all(np.array_equal(ahead.profile, learned["5e-5"][0].profile) for ahead, _ in learned.values())
    assert {best_constant(ahead) for ahead, _ in learned.values()} == {4.0}


def test_the_collapse(text, learned):
    ahead, path = learned["5e-5"]
    pulls = pull(ahead, float(path.mean[0]))
    assert f"{(pulls < 0).sum()} of the {len(pulls)} pairs want a *smaller* τ" in text
    assert pulls.mean() > 0
    assert f"between {path.low[0]:.2f} and {path.high[0]:.2f}" in text


def test_gain_and_regret(text, found):
    fashion = found["fashion"]
    assert f"In cycle 6 learning gained {fashion.gain[-1]:.3f} bits" in text
    assert f"and {fashion.regret[-1]:.3f} bits of regret are left" in text
    assert f"`found.low_share[-1]` is {fashion.low_share[-1]:.2f}: one pair in seven" in text
    assert fashion.low_share[-1] == pytest.approx(1 / 7, abs=0.01)
