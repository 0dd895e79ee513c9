"""Every number of the teaching guide is that of a record, or has a reason to need none."""

from __future__ import annotations

import json

import pytest
from claims_01_to_04 import first_cycle
from prose import ROOT, Prose, accuracies, dynamics_of, history_of, recorded, words_of

from lada_explore.analysis import pair_row
from lada_explore.analysis.gradients import parabola_gradient
from lada_explore.analysis.tau_dynamics import tau_dynamics
from lada_explore.analysis.wrong_answers import wrong_answers
from lada_explore.experiments.tables import half_up

GUIDE = " ".join((ROOT / "docs" / "teaching.md").read_text(encoding="utf-8").split())

REASONS = {
    "minutes of a plan: an estimate, which nothing measures": (
        "## 45 minutes",
        "| 10 | entropy",
        "| 5 | a pair",
        "| 5 | drag",
        "| 15 | predict",
        "| 10 | what looking ahead",
        "## 90 minutes The 45 minutes above",
        "| 15 | the cap",
        "| 15 | the same",
        "| 15 | wrong answers",
    ),
    "a button of the playground, and what it asks for": ("two of 30 pairs", "*Run 20 seeds*"),
    "asked and answered by the lessons, whose test checks them": (
        "| 04: V for τ towards 0, with ends of 0.9 and 0.5 bits | 0.7 bits",
        "| 05: which share has a parent of 90 % or more at τ = 1 | 20 %",
        "| 05: smallest",
        "| 06: dV/dτ of λ(1 \N{MINUS SIGN} λ) at τ = 0.5 | 1/8",
        "| 07: which is ahead after",
        "| 08: how many of",
        "| 05: τ\\* of fashion",
    ),
    "a claim of the paper, in words": ("τ\\* is close to 1 on simple data",),
    "the level of an interval": ("more (95 %)",),
    "an address": ("07 and 08 train",),
}


def study():
    about = json.loads((ROOT / "benchmarks" / "results" / "study" / "study.json").read_text(encoding="utf-8"))
    return about["seeds"], {(one["method"], one["against"]): one for one in about["comparisons"]}


def signed(value: float) -> str:
    return f"{half_up(100 * value, 2):+}"


def the_answers(text: Prose) -> None:
    assert "(answer: 0.7)" in words_of("04_playground")
    assert "(answer: 20)" in words_of("05_tau_star_dynamics")
    assert float(parabola_gradient(0.5)) == pytest.approx(1 / 8)
    lots = dynamics_of("random-labels")
    text.says(f"but its τ\\* is {lots.tau[-1]:.2f} in the end, at {100 * lots.accuracy[-1]:.2f} % accuracy")
    lifted = dynamics_of("fashion-tau-max-4").tau[2]
    text.says(f"in cycle 3 with `tau_max` = 4 | {lifted:.2f}")
    text.says(f"with the cap at 4 τ\\* goes to {lifted:.2f}")
    ahead, pipeline = accuracies("fashion"), accuracies("fashion-pipeline")
    labels = history_of("tau/fashion")[-1].evaluate.n_labelled
    text.says(f"after {labels} labels, on one seed | the pipeline, {pipeline[-1]:.1f} % against {ahead[-1]:.1f} %")
    wrong = history_of("tau/fashion-wrong")
    counted = sum(wrong_answers(wrong).values())
    text.says(f"how many of 30 answers are expected to be wrong | 15; there were {counted}")
    clean = history_of("tau/fashion")
    losses = [float(history[-1].train.train_loss[-1]) for history in (wrong, clean)]
    total = sum(len(records.query.ids) for records in wrong)
    text.says(f"{counted} wrong answers of {total} leave a loss of {losses[0]:.3f}, beside {losses[1]:.3f}")
    first = [[float(records.train.train_loss[0]) for records in history[1:]] for history in (wrong, clean)]
    text.says("higher, in five cycles of six")
    assert sum(a > b for a, b in zip(*first, strict=True)) == 5


def the_misconceptions(text: Prose) -> None:
    fashion, lots = dynamics_of("fashion"), dynamics_of("random-labels")
    text.says(f"{fashion.gain[0]:.4f} bits drove τ\\* to {fashion.tau[0]:.2f} in cycle 1")
    text.says(f"and {fashion.gain[-1]:.3f} bits to {fashion.tau[-1]:.2f} in cycle 6")
    text.says(f"On random labels it rises from {lots.tau[0]:.2f} to {lots.tau[-1]:.2f}")
    records = first_cycle()
    ahead, place = records.look_ahead, pair_row(records, None)
    unmixed = (float(ahead.profile[place, 0]) + float(ahead.profile[place, -1])) / 2
    text.says(f"{ahead.value[place]:.2f} bits at τ\\*, {unmixed:.2f} as it is")
    text.says(f"the error of measuring with {recorded('tau/fashion').info.n_test:,} test images")


def the_pages(text: Prose) -> None:
    flat, jumping = tau_dynamics(history_of("demo")), dynamics_of("noisy-tops")
    assert (len(flat.tau), flat.tau.min() > 0.97) == (12, True)
    text.says("in which τ\\* is above 0.97 in all twelve cycles")
    text.says(f"goes from {jumping.tau[1]:.2f} in cycle 2 to {jumping.tau[2]:.2f} in cycle 3")
    ends = sorted(f"{dynamics_of(name).tau[-1]:.2f}" for name in ("fashion", "random-labels"))
    text.says(f"both with τ\\* at {' or '.join(ends)} in the end")


def what_the_study_found(text: Prose) -> None:
    seeds, found = study()
    text.says(f"what looking ahead bought in {seeds} seeds | lesson 07, *What {seeds} seeds say*")
    alone = found["lada-entmix-fixed", "pairs-then-mixup"]
    less, more = half_up(-100 * alone["lower"], 2), half_up(100 * alone["upper"], 2)
    text.says(f"something between {less} points less and {more} more")
    whole = found["lada-entmix", "ent-then-mixup"]
    interval = f"({signed(whole['lower'])} to {signed(whole['upper'])})"
    text.says(f"{signed(whole['difference'])} points in {seeds} seeds {interval}")
    fixed = found["random-pairs-mixup", "random-then-mixup"]
    text.says(f"mixing fixed pairs is worth {signed(fixed['difference'])} points")


CLAIMS = (the_answers, the_misconceptions, the_pages, what_the_study_found)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.__name__)
def test_what_the_guide_says_is_what_the_records_say(claim):
    claim(Prose(GUIDE))


def test_every_number_of_the_guide_is_claimed_by_a_record_or_a_reason():
    text = Prose(GUIDE)
    for claim in CLAIMS:
        claim(text)
    minutes = words_of("06_gradients_through_a_beta")
    text.says("and has 25 minutes more")
    assert "About 25 minutes" in minutes
    text.needs_no_record(REASONS)
    assert text.unclaimed() == []


def test_the_guide_names_parts_that_the_lessons_have():
    for name, heading in (
        ("04_playground", "Look first"),
        ("04_playground", "What τ does"),
        ("05_tau_star_dynamics", "What does lift it"),
        ("07_look_ahead_or_pipeline", "What would each rule ask?"),
        ("07_look_ahead_or_pipeline", "What 20 seeds say"),
    ):
        assert heading in GUIDE
        assert f"## {heading}" in words_of(name)
