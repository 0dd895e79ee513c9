"""Every number that a lesson states in words is the one of its recorded runs, or has a reason to need none."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import torch
from claims_01_to_04 import CLAIMS_01_TO_04, low_share
from claims_09 import CLAIMS_09
from lesson_reasons import REASONS
from prose import ROOT, Prose, history_of, recorded, words_of
from sklearn.datasets import load_digits

from lada_explore import configure
from lada_explore.analysis import Rule, pair_row, what_if
from lada_explore.analysis.gradients import parabola_gradient
from lada_explore.analysis.tau_dynamics import TauDynamics, best_constant, policy_path, pull, tau_dynamics
from lada_explore.analysis.wrong_answers import wrong_answers
from lada_explore.beta import beta_weights
from lada_explore.experiments.tables import half_up
from lada_explore.lookahead import profile_grid
from lada_explore.lookahead.gradients import (
    gradient_errors,
    parabola,
    pathwise_gradients,
    recorded_profile,
    score_function_gradients,
)

RATES = ("5e-5", "2e-4", "1e-3")

DOCUMENTS = {
    "01": "01_step_an_acquisition",
    "02": "02_explore_a_run",
    "03": "03_label_your_own_images",
    "04": "04_playground",
    "05": "05_tau_star_dynamics",
    "06": "06_gradients_through_a_beta",
    "07": "07_look_ahead_or_pipeline",
    "08": "08_when_the_oracle_is_wrong",
    "09": "09_label_your_photos",
}


@cache
def found(name: str) -> TauDynamics:
    return tau_dynamics(history_of(f"tau/{name}"))


@cache
def learned():
    """The look-ahead of cycle 1 and the policy's path, by learning rate."""
    runs = {rate: recorded(f"tau/rate-{rate}") for rate in RATES}
    ahead = {rate: run.history[1].look_ahead for rate, run in runs.items()}
    return {rate: (ahead[rate], policy_path(ahead[rate], run.config.policy)) for rate, run in runs.items()}


def accuracies(name: str) -> list[float]:
    return [100 * records.evaluate.accuracy for records in history_of(f"tau/{name}")]


# 05 ---


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
    tops = found("noisy-tops").tau
    text.says(f"It is {tops[0]:.2f} in cycle 1 and {tops[1]:.2f} in cycle 2")
    text.says("from cycle 3 on it stays above 0.96")
    assert tops[2:].min() > 0.96
    text.says(f"digits begins at {found('digits').tau[0]:.2f} and fashion at {found('fashion').tau[0]:.2f}")


def the_case_in_which_it_does_not(text: Prose):
    lots = found("random-labels")
    text.says(f"the accuracy is {100 * lots.accuracy[-1]:.1f} %, with 10 classes")
    assert abs(lots.accuracy[-1] - 0.1) < 0.03
    text.says(f"climbs from {lots.tau[0]:.2f} to {lots.tau[-1]:.2f}")


def what_mixing_adds_decides(text: Prose):
    first = [found(name).bulge[0] for name in ("digits", "fashion", "noisy-tops", "random-labels")]
    text.says(f"between \N{MINUS SIGN}{abs(min(first)):.3f} and {max(first):.3f} bits for all four runs")
    tops = found("noisy-tops")
    text.says(f"takes {-tops.bulge[1]:.3f} bits away in cycle 2 and adds {tops.bulge[2]:.3f} in cycle 3")
    text.says("τ\\* jumps between cycles 2 and 3")
    assert np.argmax(np.diff(tops.tau)) == 1
    for name in ("digits", "fashion", "noisy-tops", "noisy-tops-again", "random-labels", "fashion-tau-max-4"):
        dynamics = found(name)
        # Away from 0 the sign of what mixing adds says on which side of the start the policy ends.
        clear = np.abs(dynamics.bulge) > 0.02
        assert (np.sign(dynamics.bulge[clear]) == np.sign(dynamics.tau[clear] - 0.5)).all()


def another_seed_falls_back(text: Prose):
    again = found("noisy-tops-again").tau
    text.says("rises in cycle 2 already")
    assert again[0] < 0.1 < 0.9 < again[1]
    text.says(f"falls back to {again[2]:.2f} in cycle 3, and settles only in cycle 5")
    assert again[3] < 0.9 < 0.95 < min(again[4:])


def the_cap(text: Prose):
    ends = {f"{found(name).tau[-1]:.2f}" for name in ("digits", "fashion")}
    text.says(f"Digits and fashion end at {ends.pop()}")
    assert not ends
    lifted = recorded("tau/fashion-tau-max-4").config.policy.tau_max
    text.says(f"With tau_max = {lifted:g}, where")
    text.says(f"close to {lifted:g}")
    text.says(f"It is {found('fashion-tau-max-4').tau[2]:.2f}.")


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
    text.says(f"At most {max(path.spread.max() for _, path in learned().values()):.3f} (standard deviation)")
    assert all(np.array_equal(ahead.profile, learned()["5e-5"][0].profile) for ahead, _ in learned().values())
    assert {best_constant(ahead) for ahead, _ in learned().values()} == {4.0}


def the_collapse(text: Prose):
    ahead, path = learned()["5e-5"]
    pulls = pull(ahead, float(path.mean[0]))
    text.says(f"{(pulls < 0).sum()} of the {len(pulls)} pairs want a *smaller* τ")
    assert pulls.mean() > 0
    text.says(f"between {path.low[0]:.2f} and {path.high[0]:.2f}")


def gain_and_regret(text: Prose):
    fashion = found("fashion")
    text.says(f"In cycle 6 learning gained {fashion.gain[-1]:.3f} bits")
    text.says(f"and {fashion.regret[-1]:.3f} bits of regret are left")
    text.says("what share of pairs has a best τ below 0.05?")
    assert fashion.low_share[-1] == pytest.approx(low_share(history_of("tau/fashion")[6]))
    text.says(f"`found.low_share[-1]` is {fashion.low_share[-1]:.2f}: one pair in seven")
    assert fashion.low_share[-1] == pytest.approx(1 / 7, abs=0.01)


# 06 ---


def the_gradient_of_the_parabola(text: Prose):
    text.says("which is 1 / (2 * 4) at τ = 0.5")
    assert float(parabola_gradient(0.5)) == pytest.approx(1 / 8)
    text.says("grows up to 1/2 at $\\tau = 0$")
    assert float(parabola_gradient(1e-9)) == pytest.approx(1 / 2)


def the_errors_of_the_estimators_on_the_parabola(text: Prose):
    errors = gradient_errors(parabola(), 0.5, (2, 8, 32), repeats=1000)
    text.says("both sampling estimators fall by half when $N$ grows fourfold")
    for name in ("pathwise", "score function"):
        rms = errors.by_estimator[name].rms
        np.testing.assert_allclose(rms[1:] / rms[:-1], 0.5, atol=0.06)
    assert (errors.by_estimator["score function"].rms > 1.4 * errors.by_estimator["pathwise"].rms).all()
    text.says("With 2 nodes it is as large as the gradient itself")
    assert errors.by_estimator["quadrature"].bias[0] == pytest.approx(-errors.exact)
    text.says("what chance leaves in 1,000 repeats")


def the_recorded_pair(text: Prose):
    place = pair_row(history_of("demo")[11], None)
    records = history_of("demo")[11]
    text.says("The profile below was recorded: cycle 11 of the demo run, the pair that was acquired first.")
    assert records.subsample.pair_ids[place].tolist() == records.select.pair_ids[0].tolist()
    assert torch.allclose(profile_grid(8), torch.from_numpy(records.look_ahead.grid).double())
    text.says("The quadrature of that run had 8 nodes")
    text.says(f"the paper draws $N = {configure('fashion').look_ahead.draws}$ (Table 1, Fashion-MNIST)")
    example = recorded_profile(records.look_ahead, place)
    text.says("this pair has more than two bits of entropy all along its path")
    assert records.look_ahead.profile[place].min() > 2
    ten = gradient_errors(example, 0.5, (10,), repeats=500)
    text.says("with the paper's ten draws one estimate of a *single* pair is further off than the gradient is large")
    assert ten.by_estimator["pathwise"].rms[0] > abs(ten.exact)
    assert ten.by_estimator["score function"].rms[0] > 10 * ten.by_estimator["pathwise"].rms[0]


def the_profile_that_wiggles(text: Prose):
    text.says("$A(\\lambda) = 0.01 \\sin(200\\lambda)$, has slopes of 2 and values of 0.01")
    wiggle = lambda lam: 0.01 * (200 * lam).sin()  # noqa: E731
    assert pathwise_gradients(wiggle, 0.5, 8, 500).std() > 5 * score_function_gradients(wiggle, 0.5, 8, 500).std()


# 07 ---


def pairing_changes_the_query_more_than_looking_ahead(text: Prose):
    history = history_of("demo")
    kept = {kind: [len(what_if(r, Rule(kind=kind)).kept_ids) for r in history[1:]] for kind in ("singles", "own")}
    text.says("At most five of ten in the first case, at least six and often eight or ten in the second")
    assert max(kept["singles"]) == 5
    assert min(kept["own"]) == 6
    assert sum(n >= 8 for n in kept["own"]) > len(kept["own"]) / 2
    assert kept["own"][4] >= 9  # "Hardly any image changes", says the answer about cycle 5.


def look_ahead_and_pipeline_start_as_one(text: Prose):
    first, second = history_of("tau/fashion"), history_of("tau/fashion-pipeline")
    assert first[0].query.ids.tolist() == second[0].query.ids.tolist()
    assert first[0].evaluate.accuracy == second[0].evaluate.accuracy
    assert first[1].subsample.subset_ids.tolist() == second[1].subsample.subset_ids.tolist()
    text.says(f"the same {len(first[0].query.ids)} first labels")
    text.says(f"After {first[0].evaluate.n_labelled} labels the two are the same classifier.")
    text.says(f"After {first[-1].evaluate.n_labelled}, which is ahead on this one seed?")
    ahead, pipeline = accuracies("fashion"), accuracies("fashion-pipeline")
    text.says(f"{pipeline[-1]:.1f} % against {ahead[-1]:.1f} %")
    text.says(f"LADA was ahead in cycle 1, by {ahead[1] - pipeline[1]:.1f} points")
    text.says(f"the error of *measuring* with {recorded('tau/fashion').info.n_test:,} test images")


def what_the_study_found(text: Prose):
    about = json.loads((ROOT / "benchmarks" / "results" / "study" / "study.json").read_text(encoding="utf-8"))
    found = {(one["method"], one["against"]): one for one in about["comparisons"]}
    text.says(f"What {about['seeds']} seeds say")
    text.says(f"with {about['seeds']} seeds each")
    text.says("with a 95 % interval that counts the seeds and the test images")  # `CONFIDENCE` of the statistics.
    assert len(found) == 9
    steps = (
        "random",
        "random-then-mixup",
        "random-pairs-mixup",
        "pairs-then-mixup",
        "lada-entmix-fixed",
        "lada-entmix",
    )
    for against, method in pairwise(steps):
        one = found[method, against]
        points, low, high = (f"{half_up(100 * one[name], 2):+}" for name in ("difference", "lower", "upper"))
        cells = f"| `{against}` | `{method}` | {points} ({low} to {high}) |"
        text.says(cells.replace(" -", " \N{MINUS SIGN}").replace("(-", "(\N{MINUS SIGN}"))
        assert (one["p_holm"] < 0.05) == (method == "random-pairs-mixup")  # "What the seeds do tell apart".
    first = found["random-then-mixup", "random"]
    assert first["upper"] < 0
    text.says(f"it is one of nine: corrected, its p is {half_up(first['p_holm'], 3)}")
    whole = found["lada-entmix", "ent-then-mixup"]
    text.says(f"LADA as a whole is {half_up(100 * whole['difference'], 2)} points above the pipeline")
    assert whole["p_holm"] < 0.05


# 08 ---


def which_answers_were_wrong(text: Prose):
    clean, wrong, info = history_of("tau/fashion"), history_of("tau/fashion-wrong"), recorded("tau/fashion-wrong").info
    text.says(f"`--oracle {info.oracle}`")
    assert info.oracle == "noisy:0.5@1-3"  # "one chance in two", "in cycles 1, 2 and 3", "probability 1/2"
    text.says("each replaced with probability 1/2")
    assert set(wrong_answers(clean).values()) == {0}
    counts = wrong_answers(wrong)
    assert [cycle for cycle, n in counts.items() if n] == [1, 2, 3]
    n, given = sum(counts.values()), sum(len(wrong[cycle].query.ids) for cycle in (1, 2, 3))
    text.says(f"{given} answers were given in cycles 1 to 3")
    text.says(f"(answer: {given / 2:g})")
    text.says(f"Half of {given}, with a standard deviation of {(given / 4) ** 0.5:.1f}.")
    text.says(
        f"{n} of {given}. With the {len(wrong[0].query.ids)} labels of the start and the {given} of the last three"
    )
    total = sum(len(r.query.ids) for r in wrong)
    text.says(f"{n} of {total} labels are wrong in the end")
    text.says(f"{total} images, and a network with thousands of weights. What can it do with fourteen exceptions?")
    assert n == 14
    same = [sorted(a.query.ids) == sorted(b.query.ids) for a, b in zip(clean, wrong, strict=True)]
    assert same[:3] == [True, True, False]


def what_wrong_answers_cost_and_what_they_leave_unseen(text: Prose):
    clean, wrong = history_of("tau/fashion"), history_of("tau/fashion-wrong")
    right, worse = accuracies("fashion"), accuracies("fashion-wrong")
    behind = [a - b for a, b in zip(right, worse, strict=True)]
    text.says(f"behind by {behind[1]:.1f}, {behind[2]:.1f} and {behind[3]:.1f} points")
    text.says("the two are level, to within 0.1 points")
    assert max(map(abs, behind[4:6])) < 0.15
    text.says(f"at the end it is {behind[6]:.1f} points behind")
    losses = [float(history[-1].train.train_loss[-1]) for history in (wrong, clean)]
    text.says(f"{losses[0]:.3f} against {losses[1]:.3f}")
    dynamics = tau_dynamics(wrong)
    text.says(f"it is {dynamics.tau[-1]:.2f} at the end of both")
    assert f"{dynamics.tau[-1]:.2f}" == f"{found('fashion').tau[-1]:.2f}"
    text.says(f"{dynamics.bulge[-1]:.3f} bits in cycle 6 against {found('fashion').bulge[-1]:.3f}")


CLAIMS: dict[str, tuple[Callable[[Prose], None], ...]] = {
    **CLAIMS_01_TO_04,
    "05": (
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
    ),
    "06": (
        the_gradient_of_the_parabola,
        the_errors_of_the_estimators_on_the_parabola,
        the_recorded_pair,
        the_profile_that_wiggles,
    ),
    "07": (
        pairing_changes_the_query_more_than_looking_ahead,
        look_ahead_and_pipeline_start_as_one,
        what_the_study_found,
    ),
    "08": (which_answers_were_wrong, what_wrong_answers_cost_and_what_they_leave_unseen),
    "09": CLAIMS_09,
}


@pytest.mark.parametrize(
    ("document", "claim"),
    [(document, claim) for document, claims in CLAIMS.items() for claim in claims],
    ids=lambda part: part if isinstance(part, str) else part.__name__,
)
def test_what_a_lesson_says_is_what_its_record_says(document, claim):
    claim(Prose(words_of(DOCUMENTS[document])))


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_number_of_a_lesson_is_claimed_by_a_record_or_a_reason(document):
    text = Prose(words_of(DOCUMENTS[document]))
    for claim in CLAIMS[document]:
        claim(text)
    text.needs_no_record(REASONS[document])
    assert text.unclaimed() == []


def test_a_number_that_nobody_claims_is_found():
    text = Prose("In cycle 3 it is 0.25 bits, $V(1) = A(0)$ and $V = 0.31$, `tau=0.5`; 12 % of 1,000 (section 3.2).")
    assert len(text.unclaimed()) == 4
    text.says("12 % of 1,000")
    text.needs_no_record({"a setting": ["$V = 0.31$"]})
    (left,) = text.unclaimed()
    assert "it is 0.25 bits" in left
    with pytest.raises(AssertionError, match="the text does not say '0.26 bits'"):
        text.says("0.26 bits")
    with pytest.raises(AssertionError, match="'0.25' is a bare number"):
        text.needs_no_record({"none": ["0.25"]})
