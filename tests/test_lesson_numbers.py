"""Every number that a lesson states in words is the one of its recorded runs."""

from __future__ import annotations

from pathlib import Path

import nbformat
import numpy as np
import pytest

from lada_explore import open_run
from lada_explore.analysis import Rule, pair_place, what_if
from lada_explore.analysis.tau_dynamics import best_constant, policy_path, pull, tau_dynamics
from lada_explore.analysis.wrong_answers import wrong_answers
from lada_explore.lookahead.gradients import (
    gradient_errors,
    pathwise_gradients,
    recorded_profile,
    score_function_gradients,
)

ROOT = Path(__file__).resolve().parents[1]
NAMES = ("digits", "fashion", "noisy-tops", "noisy-tops-again", "random-labels", "fashion-tau-max-4")
RATES = ("5e-5", "2e-4", "1e-3")


def words_of(name: str) -> str:
    """All cells of a notebook in one line, texts that are broken over lines of code put together again."""
    notebook = nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)
    return " ".join(" ".join(cell.source.replace('"\n    "', "").split()) for cell in notebook.cells)


def history_of(name: str):
    return open_run(ROOT / "data" / "runs" / name).history


@pytest.fixture(scope="module")
def text():
    return words_of("05_tau_star_dynamics")


@pytest.fixture(scope="module")
def found():
    return {name: tau_dynamics(history_of(f"tau/{name}")) for name in NAMES}


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


def accuracies(name: str) -> list[float]:
    return [100 * records.evaluate.accuracy for records in history_of(f"tau/{name}")]


def test_pairing_changes_the_query_more_than_looking_ahead():
    text, history = words_of("07_look_ahead_or_pipeline"), history_of("demo")
    kept = {kind: [len(what_if(r, Rule(kind=kind)).kept_ids) for r in history[1:]] for kind in ("singles", "own")}
    assert "At most five of ten in the first case, at least six and often eight or ten in the second" in text
    assert max(kept["singles"]) == 5
    assert min(kept["own"]) == 6
    assert sum(n >= 8 for n in kept["own"]) > len(kept["own"]) / 2
    assert kept["own"][4] >= 9  # "Hardly any image changes", says the answer about cycle 5.


def test_look_ahead_and_pipeline_start_as_one():
    text = words_of("07_look_ahead_or_pipeline")
    first, second = history_of("tau/fashion"), history_of("tau/fashion-pipeline")
    assert first[0].query.ids.tolist() == second[0].query.ids.tolist()
    assert first[0].evaluate.accuracy == second[0].evaluate.accuracy
    assert first[1].subsample.subset_ids.tolist() == second[1].subsample.subset_ids.tolist()
    ahead, pipeline = accuracies("fashion"), accuracies("fashion-pipeline")
    assert f"{pipeline[-1]:.1f} % against {ahead[-1]:.1f} %" in text
    assert f"LADA was ahead in cycle 1, by {ahead[1] - pipeline[1]:.1f} points" in text


def test_what_wrong_answers_cost_and_what_they_leave_unseen(found):
    text = words_of("08_when_the_oracle_is_wrong")
    clean, wrong = history_of("tau/fashion"), history_of("tau/fashion-wrong")
    assert set(wrong_answers(clean).values()) == {0}
    counts = wrong_answers(wrong)
    assert [cycle for cycle, n in counts.items() if n] == [1, 2, 3]
    n = sum(counts.values())
    assert f"{n} of 30. With" in text
    assert f"{n} of {sum(len(r.query.ids) for r in wrong)} labels are wrong in the end" in text
    same = [sorted(a.query.ids) == sorted(b.query.ids) for a, b in zip(clean, wrong, strict=True)]
    assert same[:3] == [True, True, False]
    right, worse = accuracies("fashion"), accuracies("fashion-wrong")
    behind = [a - b for a, b in zip(right, worse, strict=True)]
    assert f"behind by {behind[1]:.1f}, {behind[2]:.1f} and {behind[3]:.1f} points" in text
    assert "the two are level, to within 0.1 points" in text
    assert max(map(abs, behind[4:6])) < 0.15
    assert f"at the end it is {behind[6]:.1f} points behind" in text
    losses = [float(history[-1].train.train_loss[-1]) for history in (wrong, clean)]
    assert f"{losses[0]:.3f} against {losses[1]:.3f}" in text
    dynamics = tau_dynamics(wrong)
    assert f"it is {dynamics.tau[-1]:.2f} at the end of both" in text
    assert f"{dynamics.tau[-1]:.2f}" == f"{found['fashion'].tau[-1]:.2f}"
    assert f"{dynamics.bulge[-1]:.3f} bits in cycle 6 against {found['fashion'].bulge[-1]:.3f}" in text


def test_the_recorded_pair_of_the_lesson_on_gradients():
    text = words_of("06_gradients_through_a_beta")
    records = history_of("demo")[11]
    example = recorded_profile(records.look_ahead, pair_place(records, None))
    assert "this pair has more than two bits of entropy all along its path" in text
    assert records.look_ahead.profile[pair_place(records, None)].min() > 2
    ten = gradient_errors(example, 0.5, (10,), repeats=500)
    assert (
        "with the paper's ten draws one estimate of a *single* pair is further off than the gradient is large" in text
    )
    assert ten.by_estimator["pathwise"].rms[0] > abs(ten.exact)
    assert ten.by_estimator["score function"].rms[0] > 10 * ten.by_estimator["pathwise"].rms[0]
    wiggle = lambda lam: 0.01 * (200 * lam).sin()  # noqa: E731  (exercise 3)
    assert pathwise_gradients(wiggle, 0.5, 8, 500).std() > 5 * score_function_gradients(wiggle, 0.5, 8, 500).std()
