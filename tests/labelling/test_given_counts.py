"""Counting what was given: as if anew in every state, at a cost for each answer that does not grow with them."""

from __future__ import annotations

import random

import pytest

from lada_explore.labelling.given_counts import given_counts
from lada_explore.records import JournalAction
from lada_explore.seeds import is_held_out
from lada_explore.store.journal_entry import GIVEN, GIVEN_LATE, AnswerRule, JournalEntry
from lada_explore.store.label_state import LabelState

CANDIDATES = frozenset({1, 2, 3})
PEOPLE = ("ann", "bo", "cy")


def line(entry, action=JournalAction.LABEL, image=-1, label=-1, *, who="ann", note="", cycle=0, undoes=0):
    return JournalEntry(image, label, who, float(entry), cycle, action, note, undoes, entry)


def given_to(n):
    return [line(i + 1, image=100 + i, label=i % 7, note=GIVEN) for i in range(n)]


def counted_anew(state, holdout):
    """The counts as their definition says, of every given image."""
    found = {}
    for image in state.given_of(0) - CANDIDATES - set(state.set_aside):
        label = state.label(image, 0)
        if label is not None and not is_held_out(5, image, holdout):
            found[label] = found.get(label, 0) + 1
    return found


def drawn_lines(seed, n):
    """Any actions on a few images, among them undone ones and changes of the rule."""
    rng = random.Random(seed)
    for entry in range(1, n + 1):
        kind, image, who = rng.random(), rng.randrange(12), rng.choice(PEOPLE)
        if kind < 0.55:
            note = rng.choice([GIVEN, GIVEN, GIVEN_LATE, ""])
            yield line(entry, image=image, label=rng.randrange(4), who=who, note=note, cycle=rng.choice([0, 0, 1]))
        elif kind < 0.65:
            yield line(entry, JournalAction.ADJUDICATE, image, rng.randrange(4), who=who)
        elif kind < 0.75:
            yield line(entry, rng.choice([JournalAction.SKIP, JournalAction.UNSKIP]), image, who=who)
        elif kind < 0.85:
            yield line(entry, JournalAction.SET_RULE, who="", note=rng.choice(list(AnswerRule)))
        elif entry > 1:
            yield line(entry, JournalAction.UNDO, image, undoes=rng.randrange(1, entry))
        else:
            yield line(entry, JournalAction.FLAG, image)


@pytest.mark.parametrize("holdout", [0.0, 0.4])
@pytest.mark.parametrize("seed", range(10))
def test_the_counts_of_every_state_are_those_that_are_counted_anew(seed, holdout):
    state, lines, of_image = LabelState(), list(drawn_lines(seed, 120)), {}
    for one in lines:  # an undo names the image of what it undoes
        image = of_image.get(one.undoes, one.id) if one.action is JournalAction.UNDO else one.id
        of_image[one.entry] = image
        state.add(line(one.entry, one.action, image, one.label, who=one.annotator, note=one.note, cycle=one.cycle,
                       undoes=one.undoes))  # fmt: skip
        counts = given_counts(state, CANDIDATES, seed=5, holdout=holdout)
        assert {label: n for label, n in counts.items() if n} == counted_anew(state, holdout)


def test_other_candidates_are_counted_for_themselves():
    state = LabelState(given_to(3))
    assert dict(given_counts(state, CANDIDATES, seed=5, holdout=0.0)) == {0: 1, 1: 1, 2: 1}
    assert dict(given_counts(state, frozenset({100}), seed=5, holdout=0.0)) == {1: 1, 2: 1}
    assert dict(given_counts(state, CANDIDATES, seed=5, holdout=0.0)) == {0: 1, 1: 1, 2: 1}


@pytest.mark.parametrize("n", [10, 5000])
def test_an_answer_looks_at_one_image_whatever_was_given_before(n, monkeypatch):
    state = LabelState(given_to(n))
    given_counts(state, CANDIDATES, seed=5, holdout=0.0)
    asked, label = [], LabelState.label

    def noted(self, image_id, cycle):
        asked.append(image_id)
        return label(self, image_id, cycle)

    monkeypatch.setattr(LabelState, "label", noted)
    monkeypatch.setattr(LabelState, "given_of", lambda self, cycle: pytest.fail("all that were given are listed"))
    for entry, image, note in ((n + 1, 1, ""), (n + 2, 105, ""), (n + 3, 100 + n, GIVEN)):
        state.add(line(entry, image=image, label=3, note=note))
        given_counts(state, CANDIDATES, seed=5, holdout=0.0)
    assert asked == [105, 100 + n]
