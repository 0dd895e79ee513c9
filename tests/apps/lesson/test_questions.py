"""The questions of a lesson: their answers follow from the records, and no other answer is right."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.pair_records import pair_cycle

from lada_explore.analysis import map_points
from lada_explore.apps.lesson.questions import questions_of
from lada_explore.records import DRAW_UNIT
from lada_explore.store import open_run


def history_of(**settings):
    session = FakeSession(cycles=4, **settings)
    return session.run()


def asked(history, beginning):
    found = [question for question in questions_of(history, CLASS_NAMES) if beginning in question.text]
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    "settings", [{}, {"method": "max-entropy"}, {"method": "lada-entmix-fixed"}, {"tested": False}]
)
def test_every_question_has_one_right_answer_and_a_hint_for_each_wrong_one(settings):
    questions = questions_of(history_of(**settings), CLASS_NAMES)
    assert questions
    for question in questions:
        assert len(set(question.choices)) == len(question.choices) >= 2
        assert set(question.hints) == set(question.choices) - {question.answer}
        assert question.why


def test_the_asked_pair_is_the_one_with_the_largest_sum_of_the_terms_as_they_are_written():
    history = history_of()
    question = asked(history, "four pairs")
    sums = {text: sum(map(float, re.findall(r"= ([\d.]+)", text))) for text in question.choices}
    assert len(sums) == 4
    assert max(sums, key=sums.get) == question.answer
    assert list(question.pair) in history[question.cycle].select.pair_ids.tolist()
    shown = [ids for _, ids in question.figures]
    queried = [tuple(pair) for pair in history[question.cycle].select.pair_ids.tolist()]
    assert [ids in queried for ids in shown] == [text == question.answer for text in question.choices]


def without_look_ahead(records):
    """A cycle that chose its pairs by their own scores, and recorded the values of their virtual instances."""
    if records.select is None or records.look_ahead is None:
        return records
    terms = records.select.score_terms * np.float32([1, 1, 0])
    best = np.argsort(-terms.sum(axis=1), kind="stable")[: len(records.select.pair_ids)]
    pair_ids = records.subsample.pair_ids[best]
    select = replace(
        records.select, score_terms=terms, scores=terms.sum(axis=1), pair_ids=pair_ids, query_ids=pair_ids.ravel()
    )
    query = replace(records.query, ids=pair_ids.ravel(), pair_ids=pair_ids)
    return replace(records, select=select, query=query, look_ahead=replace(records.look_ahead, use="recorded"))


def test_of_pairs_chosen_without_looking_ahead_no_question_speaks_of_v_or_of_what_tau_is_worth():
    history = [without_look_ahead(records) for records in history_of(method="lada-entmix-fixed")]
    question = asked(history, "four pairs")
    assert "A pair's score is A(1) + A(0), here" in question.why
    sums = {text: sum(map(float, re.findall(r"= ([\d.]+)", text))) for text in question.choices}
    assert max(sums, key=sums.get) == question.answer
    every = [text for found in questions_of(history, CLASS_NAMES) for text in (found.text, found.why, *found.choices)]
    assert [text for text in every if "τ" in text or "V(" in text] == []


def test_of_scores_that_are_draws_nobody_is_asked_which_pair_has_the_highest():
    found = [without_look_ahead(records) for records in history_of(method="lada-entmix-fixed")]
    drawn = [
        replace(records, look_ahead=records.look_ahead and replace(records.look_ahead, unit=DRAW_UNIT))
        for records in found
    ]
    every = [text for found in questions_of(drawn, CLASS_NAMES) for text in (found.text, found.why, *found.choices)]
    assert len(every) > 0
    assert [text for text in every if DRAW_UNIT in text or "four pairs" in text] == []


def test_the_most_uncertain_virtual_instance_is_the_one_of_the_record():
    history = history_of()
    question = asked(history, "virtual instances")
    virtual = map_points(history, question.cycle).virtual
    row = virtual.pair_ids.tolist().index(list(question.pair))
    best = int(virtual.entropy_bits[row].argmax())
    assert question.choices.index(question.answer) == best
    assert question.answer.startswith(f"λ = {virtual.lam[row, best]:.2f}: ")
    assert f"Its entropy is {virtual.entropy_bits[row].max():.2f} bits." in question.why


def with_guesses(history, inner, ends, bits, own):
    """The last cycle with these guesses and entropies of the pair's V instances, and of its images at lam = 0 and 1.

    Returns the history with one queried pair.
    """
    records = history[-1]
    first, second = records.select.pair_ids[0].tolist()
    ids = records.subsample.subset_ids.tolist()
    logits = records.score.logits.copy()
    for image_id, guess, entropy in zip((second, first), ends, own, strict=True):
        logits[ids.index(image_id)] = logits_of(guess, entropy)
    virtual = np.stack([logits_of(guess, entropy) for guess, entropy in zip(inner, bits, strict=True)])[None]
    count = virtual.shape[1]
    select = replace(
        records.select,
        virtual_logits=virtual,
        virtual_features=records.select.virtual_features[:1, :count],
        virtual_lam=records.select.virtual_lam[:1, :count],
    )
    score = replace(records.score, logits=logits, predicted=logits.argmax(axis=1))
    return [*history[:-1], replace(records, select=select, score=score)], (first, second)


def logits_of(guess, strength):
    """Logits of ten classes that guess one; the lower the strength, the higher the entropy."""
    logits = np.zeros(10, np.float32)
    logits[guess] = strength
    return logits


@pytest.mark.parametrize(
    ("inner", "ends", "strength", "own", "why", "advice"),
    [
        # The guess changes beside the most uncertain instance, or between it and an image.
        ([1, 1, 2], (1, 2), [6, 1, 5], (9, 9), "lies where the classifier changes its mind", "changes its mind."),
        ([1, 1, 1], (2, 1), [1, 5, 6], (9, 9), "lies where the classifier changes its mind", "changes its mind."),
        # One guess everywhere: the most uncertain instance is the nearest to the more uncertain image.
        ([1, 1, 1], (1, 1), [2, 5, 6], (1, 9), "nearest to image SECOND, the more uncertain", "less sure of."),
        ([1, 1, 1], (1, 1), [6, 5, 2], (9, 1), "nearest to image FIRST, the more uncertain", "less sure of."),
        # At an end, but that of the surer image; and in the middle.
        ([1, 1, 1], (1, 1), [2, 5, 6], (9, 1), "only less uncertain.", "not only of what it guesses."),
        ([1, 1, 1], (1, 1), [6, 2, 5], (9, 8), "only less uncertain.", "not only of what it guesses."),
    ],
)
def test_why_an_instance_is_uncertain_is_said_of_its_own_guesses(inner, ends, strength, own, why, advice):
    changed, (first, second) = with_guesses(history_of(), inner, ends, strength, own)
    question = asked(changed, "virtual instances")
    assert question.pair == (first, second)
    assert question.choices.index(question.answer) == int(np.argmin(strength))
    why = why.replace("FIRST", str(first)).replace("SECOND", str(second))
    assert why in question.why
    assert ("lies where the classifier changes its mind" in question.why) == ("lies where" in why)
    assert all(hint.endswith(advice) for hint in question.hints.values())


def test_instances_that_read_the_same_are_not_asked_about():
    history = history_of()
    last = history[-1]
    lam = np.zeros_like(last.select.virtual_lam)
    changed = [*history[:-1], replace(last, select=replace(last.select, virtual_lam=lam))]
    assert not [question for question in questions_of(changed, CLASS_NAMES) if "virtual instances" in question.text]


@pytest.mark.parametrize(
    ("start", "end", "answer"), [(0.3, 0.6, "It rises."), (0.6, 0.3, "It falls."), (0.5, 0.51, "It stays within 0.02.")]
)
def test_tau_rises_falls_or_stays_as_its_means_say(start, end, answer):
    cycles = [
        pair_cycle(cycle=cycle, tau=np.full(4, tau, np.float32)) for cycle, tau in enumerate((start, 0.9, end), start=1)
    ]
    question = asked(cycles, "mean of τ* over the pairs move from")
    assert question.answer == answer
    assert question.why == (
        f"It is {start:.2f} in cycle 1 and {end:.2f} in cycle 3. Cycle by cycle: {start:.2f}, 0.90, {end:.2f}."
    )
    assert question.cycle == 3


def test_the_better_tau_follows_from_the_profile_worked_out_by_hand():
    # Of the four pairs (30, 31) gains most from mixing: 0.5, 3.0 in the middle, 0.6. V(1) = (0.5 + 6 + 0.6) / 4.
    question = asked([pair_cycle()], "look-ahead value V?")
    assert question.pair == (30, 31)
    assert question.answer == "τ = 1: every λ is equally likely"
    assert "A(1) = 0.60, A(0) = 0.50" in question.text
    assert "A(1/2) = 3.00 bits" in question.text
    assert "V(1) = 1.78 bits" in question.why


@pytest.mark.parametrize(
    ("shares", "answer"), [((0.3, 0.5, 0.6), "Yes, every time."), ((0.3, 0.5, 0.4), "No, it falls at least once.")]
)
def test_accuracy_rises_every_time_or_not(shares, answer):
    history = [
        replace(records, evaluate=replace(records.evaluate, accuracy=share))
        for records, share in zip(history_of(), shares, strict=False)
    ]
    question = asked(history, "more accurate")
    assert question.answer == answer
    assert ("from 50.0 to 40.0 % in cycle 2" in question.why) == (answer != "Yes, every time.")


@pytest.mark.parametrize("name", ["demo", "tau/fashion-wrong", "tau/fashion-pipeline"])
def test_the_cycle_that_a_question_leads_to_is_one_that_it_speaks_of(name):
    run = open_run(f"data/runs/{name}")
    questions = questions_of(run.history, run.class_names)
    assert len(questions) >= 2
    for question in questions:
        spoken_of = re.findall(r"cycle (\d+)", f"{question.text} {question.why}")
        assert str(question.cycle) in spoken_of


def test_of_several_falls_of_the_accuracy_the_largest_is_told_and_shown():
    shares = (0.5, 0.49, 0.6, 0.3, 0.7)
    history = [
        replace(records, evaluate=replace(records.evaluate, accuracy=share))
        for records, share in zip(history_of(), shares, strict=True)
    ]
    question = asked(history, "more accurate")
    assert "but from 60.0 to 30.0 % in cycle 3" in question.why
    assert question.cycle == 3


def test_a_run_without_pairs_is_asked_which_image_and_one_without_test_set_nothing_about_accuracy():
    history = history_of(method="max-entropy", tested=False)
    (question,) = questions_of(history, CLASS_NAMES)
    score, subset = history[question.cycle].score, history[question.cycle].subsample
    bits = dict(zip(subset.subset_ids.tolist(), score.scores.tolist(), strict=True))
    shown = [bits[ids[0]] for _, ids in question.figures]
    assert question.choices.index(question.answer) == int(np.argmax(shown))
    assert max(shown) == pytest.approx(score.scores.max())
    assert questions_of(history[:1], CLASS_NAMES) == []


def test_a_sum_in_a_reply_says_once_that_it_is_rounded():
    question = questions_of(history_of(), CLASS_NAMES)[0]
    assert " bits (rounded). The " in question.why
    assert {hint.count(" before they are rounded, and the pairs") for hint in question.hints.values()} == {1}
