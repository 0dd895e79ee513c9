"""What the lesson on tau* says in numbers, as `test_lesson_numbers` claims it."""

from __future__ import annotations

import json
from functools import cache

import numpy as np
import pytest
from claims_01_to_04 import low_share
from prose import ROOT, Prose, dynamics_of, history_of, recorded
from sklearn.datasets import load_digits

from lada_explore import configure
from lada_explore.analysis.tau_dynamics import best_constant, policy_path, pull
from lada_explore.beta import beta_weights

RATES = ("5e-5", "2e-4", "1e-3")


@cache
def learned():
    """The look-ahead of cycle 1 and the policy's path, by learning rate."""
    runs = {rate: recorded(f"tau/rate-{rate}") for rate in RATES}
    ahead = {rate: run.history[1].look_ahead for rate, run in runs.items()}
    return {rate: (ahead[rate], policy_path(ahead[rate], run.config.policy)) for rate, run in runs.items()}


def the_share_with_a_parent_of_nine_tenths(text: Prose):
    # The mass of Beta(1, 1) below 0.1 and above 0.9, from hat functions on a fine grid.
    grid = np.linspace(0, 1, 1001)
    weights = beta_weights(grid, np.array([1.0]))[0]
    share = weights[(grid <= 0.1) | (grid >= 0.9)].sum()
    text.says(f"(answer: {100 * share:.0f})")
    text.says("has a parent that makes up 90 % or more of it?")
    text.says("λ is below 0.1 in 10 % of the draws and above 0.9 in another 10 %")


def the_images_of_the_recorded_runs(text: Prose):
    for name in ("fashion", "random-labels"):
        assert len(recorded(f"tau/{name}").class_names) == 10
    text.says("Fashion-MNIST, 10 classes")
    text.says("8 \N{MULTIPLICATION SIGN} 8 handwritten digits, enlarged")
    assert load_digits().images.shape[1:] == (8, 8)
    assert len(recorded("tau/noisy-tops").class_names) == 5  # "the five classes of tops"


def the_case_in_which_tau_behaves_as_the_paper_says(text: Prose):
    tops = dynamics_of("noisy-tops").tau
    text.says(f"It is {tops[0]:.2f} in cycle 1 and {tops[1]:.2f} in cycle 2")
    text.says("from cycle 3 on it stays above 0.96")
    assert tops[2:].min() > 0.96
    before, after = (100 * history_of("tau/noisy-tops")[cycle].evaluate.accuracy for cycle in (1, 2))
    text.says(f"test accuracy rises with it, from {before:.1f} to {after:.1f} %")  # of those who look ahead in 2 and 3
    text.says(f"Digits begins at {dynamics_of('digits').tau[0]:.2f} and fashion at {dynamics_of('fashion').tau[0]:.2f}")


def the_case_in_which_it_does_not(text: Prose):
    lots = dynamics_of("random-labels")
    start = history_of("tau/random-labels")[0].evaluate
    text.says(
        f"goes from {100 * start.accuracy:.2f} % at the start to {100 * lots.accuracy[-1]:.2f} % after six cycles, "
        "with 10 classes"
    )
    together = start.confusion.sum(axis=0).max()  # of those that are taken for one class
    text.says(f"at the start {together} of the {start.confusion.sum():,}.")
    assert f"{lots.tau[1]:.2f}" == f"{lots.tau[-1]:.2f}"
    right = history_of("tau/random-labels")[1].evaluate.accuracy
    text.says(
        f"climbs from {lots.tau[0]:.2f} to {lots.tau[1]:.2f} in cycle 2, with a classifier that is right on "
        f"{100 * right:.2f} %"
    )


def entropies(name: str, cycle: int) -> tuple[float, float]:
    """Mean entropy of the candidates' ends, and along their paths."""
    ahead = history_of(f"tau/{name}")[cycle].look_ahead
    profile = ahead.profile.astype(np.float64)
    return (profile[:, 0] + profile[:, -1]).mean() / 2, np.trapezoid(profile, ahead.grid).mean()


def what_mixing_adds_decides(text: Prose):
    first = [dynamics_of(name).bulge[0] for name in ("digits", "fashion", "noisy-tops", "random-labels")]
    text.says(f"between \N{MINUS SIGN}{abs(min(first)):.3f} and {max(first):.3f} bits in all four runs")
    tops = dynamics_of("noisy-tops")
    fashion = dynamics_of("fashion")
    (ends, along), (last_ends, last_along) = (entropies("random-labels", cycle) for cycle in (2, 6))
    text.says(
        f"with random labels to {ends:.2f} and {along:.2f} bits in cycle 2, to {last_ends:.2f} and {last_along:.2f} in "
        "cycle 6"
    )
    for name in ("digits", "fashion", "random-labels"):  # "mostly more at a path's ends than along it"
        assert all(np.subtract(*entropies(name, cycle)) < 0 for cycle in range(2, 7))
    text.says(f"{fashion.gain[0]:.4f} bits drove τ\\* of fashion to {fashion.tau[0]:.2f} in cycle 1")
    text.says(f"and {fashion.gain[-1]:.3f} bits to {fashion.tau[-1]:.2f} in cycle 6")
    text.says(f"takes {-tops.bulge[1]:.3f} bits away in cycle 2 and adds {tops.bulge[2]:.3f} in cycle 3")
    text.says("τ\\* jumps between cycles 2 and 3")
    assert np.argmax(np.diff(tops.tau)) == 1
    for name in ("digits", "fashion", "noisy-tops", "noisy-tops-again", "random-labels", "fashion-tau-max-4"):
        dynamics = dynamics_of(name)
        # Away from 0 the sign of what mixing adds says on which side of the start the policy ends.
        clear = np.abs(dynamics.bulge) > 0.02
        assert (np.sign(dynamics.bulge[clear]) == np.sign(dynamics.tau[clear] - 0.5)).all()


def another_seed_falls_back(text: Prose):
    again = dynamics_of("noisy-tops-again").tau
    text.says("rises in cycle 2 already")
    assert again[0] < 0.1 < 0.9 < again[1]
    text.says(f"falls back to {again[2]:.2f} in cycle 3, and settles only in cycle 5")
    assert again[3] < 0.9 < 0.95 < min(again[4:])


def the_cap(text: Prose):
    ends = {f"{dynamics_of(name).tau[-1]:.2f}" for name in ("digits", "fashion")}
    text.says(f"Digits and fashion end at {ends.pop()}")
    assert not ends
    lifted = recorded("tau/fashion-tau-max-4").config.policy.tau_max
    text.says(f"With tau_max = {lifted:g}, where")
    text.says(f"close to {lifted:g}")
    text.says(f"It is {dynamics_of('fashion-tau-max-4').tau[2]:.2f}.")


def the_settings_of_the_policys_learning(text: Prose):
    paper = configure("fashion")
    pairs = paper.schedule.subset_size // 2
    rate, steps = paper.policy.learning_rate, paper.policy.epochs * pairs // paper.policy.batch_size
    text.says(
        f"gives it {paper.policy.epochs} epochs at a learning rate of {rate:.0e}, {steps} steps with the paper's "
        f"{pairs:,} pairs".replace("e-0", "e-")
    )
    (labels,) = {history_of(f"tau/rate-{rate}")[0].evaluate.n_labelled for rate in RATES}
    (ends,) = {int(path.steps[-1]) for _, path in learned().values()}
    (count,) = {len(ahead.tau) for ahead, _ in learned().values()}
    text.says(f"{labels} labels at the start, the same {count} pairs, {ends} steps in cycle 1")


def the_policys_learning(text: Prose):
    at_100 = {rate: path.mean[path.steps == 100].item() for rate, (_, path) in learned().items()}
    text.says(
        f"{at_100['5e-5']:.2f} after 100 steps at 5e-5, {at_100['2e-4']:.2f} at 2e-4, {at_100['1e-3']:.3f} at 1e-3"
    )
    slow = learned()["5e-5"][1]
    text.says(f"Stop at 20 steps with the paper's rate, and τ\\* is {slow.mean[slow.steps == 20].item():.2f}")
    text.says(f"by at most {max(path.spread.max() for _, path in learned().values()):.3f} (standard deviation)")
    assert all(np.array_equal(ahead.profile, learned()["5e-5"][0].profile) for ahead, _ in learned().values())
    assert {best_constant(ahead) for ahead, _ in learned().values()} == {4.0}


def the_collapse(text: Prose):
    ahead, path = learned()["5e-5"]
    pulls = pull(ahead, float(path.mean[0]))
    text.says(f"{(pulls < 0).sum()} of the {len(pulls)} pairs want a *smaller* τ")
    assert pulls.mean() > 0
    text.says(f"between {path.low[0]:.2f} and {path.high[0]:.2f}")


def gain_and_regret(text: Prose):
    fashion = dynamics_of("fashion")
    text.says(f"In cycle 6 learning gained {fashion.gain[-1]:.3f} bits")
    text.says(f"and {fashion.regret[-1]:.3f} bits of regret are left")
    assert fashion.low_share[-1] == pytest.approx(low_share(history_of("tau/fashion")[6]))
    seeds = json.loads((ROOT / "benchmarks" / "results" / "study" / "study.json").read_text(encoding="utf-8"))["seeds"]
    text.says(f"in {seeds} seeds looking ahead is indistinguishable from leaving it out (lesson 07)")
    text.says(f"{fashion.low_share[-1]:.2f} have a best τ below 0.05: one in seven")
    assert fashion.low_share[-1] == pytest.approx(1 / 7, abs=0.01)


CLAIMS_05 = (
    the_share_with_a_parent_of_nine_tenths,
    the_images_of_the_recorded_runs,
    the_case_in_which_tau_behaves_as_the_paper_says,
    the_case_in_which_it_does_not,
    what_mixing_adds_decides,
    another_seed_falls_back,
    the_cap,
    the_settings_of_the_policys_learning,
    the_policys_learning,
    the_collapse,
    gain_and_regret,
)
