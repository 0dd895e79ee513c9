"""Two or more annotators of a run: from its journal and its records to tables."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from helpers.by_hand import by_hand

from lada_explore import annotators
from lada_explore.records import CycleRecords, JournalAction, QueryRecord, ScoreRecord, SubsampleRecord
from lada_explore.store import JournalEntry

NAMES = ("cat", "dog", "<b>")


def lines_of(votes):
    """Journal lines of (annotator, image, label), in order."""
    return [
        JournalEntry(image, label, who, 10.0 * entry, 1, JournalAction.LABEL, entry=entry)
        for entry, (who, image, label) in enumerate(votes, 1)
    ]


def run_of(votes, predicted=None, closed=()):
    """A run with these votes; `predicted` gives the class that the classifier had predicted of each image."""
    history = []
    if predicted:
        ids = np.array(list(predicted))
        logits = 2 * np.eye(3, dtype=np.float32)[list(predicted.values())]
        drawn = by_hand(SubsampleRecord, cycle=1, subset_ids=ids, targets=ids * 0, mix_layer=-1)
        scored = by_hand(ScoreRecord, cycle=1, unit="bits", predicted=logits.argmax(1), logits=logits)
        records = CycleRecords(cycle=1).including(drawn, 0.0).including(scored, 0.0)
        query = QueryRecord(cycle=1, ids=np.array(closed, np.int64), labels=np.zeros(len(closed), np.int64))
        history.append(records.including(query, 0.0))
    return SimpleNamespace(answers=lambda: lines_of(votes), history=history, class_names=NAMES)


GOOD = [(who, image, image % 2) for image in range(20) for who in ("ann", "ben")]
POOR = [("cy", image, (image // 2) % 2) for image in range(16)]


def test_three_annotators_with_quality_from_votes_and_predictions():
    predicted = {image: image % 2 for image in range(20)}
    found = annotators(run_of([*GOOD, *POOR], predicted, closed=range(10)))
    assert [who.name for who in found.annotators] == ["ann", "ben", "cy"]
    assert [who.n_answers for who in found.annotators] == [20, 20, 16]
    assert [who.n_shared for who in found.annotators] == [20, 20, 16]
    # Half of cy's answers agree with those of each other; ann agrees with ben always.
    assert [who.agreement for who in found.annotators] == pytest.approx([28 / 36, 28 / 36, 0.5])
    ann, ben, cy = (who.quality for who in found.annotators)
    assert 1 >= ann == ben > cy > 0
    assert found.measure == "Fleiss' kappa"
    assert found.sentence == (
        f"Fleiss' kappa of 3 annotators on 20 images that two or more answered is {found.kappa:.2f}."
    )
    assert found.pairwise[0, 1] == 1
    assert found.pairwise[0, 2] == pytest.approx(0)
    # What is asked now comes first, and the best of those who have not answered should look.
    first = found.look_next[0]
    assert first.asked
    assert first.id in range(10, 20)
    assert [one.asked for one in found.look_next] == sorted((one.asked for one in found.look_next), reverse=True)
    page = found._repr_html_().replace(" style='text-align:left'", "")
    assert "<td>ann</td><td>20</td><td>20</td><td>78 %</td>" in page
    assert "look next" in page


def test_two_annotators_have_cohens_kappa_and_a_repeated_answer_counts_once():
    votes = [("ann", i, i % 2) for i in range(4)] + [("ben", i, 1) for i in range(4)] + [("ben", 0, 0)]
    found = annotators(run_of(votes))
    # ann: 0 1 0 1, ben: 0 1 1 1. Observed 3/4, by chance 1/2: kappa 1/2.
    assert (found.measure, found.kappa) == ("Cohen's kappa", pytest.approx(0.5))
    assert found.annotators[1].n_answers == 4
    assert [one.id for one in found.look_next] == [2]
    assert (found.look_next[0].answers, found.look_next[0].annotator) == ({"ann": 0, "ben": 1}, "")
    assert "those of the start have no prediction" in found.note
    assert np.isnan([who.quality for who in found.annotators]).all()
    assert "everybody has answered" in found._repr_html_()
    assert repr(found).startswith(
        "Cohen's kappa of 2 annotators on 4 images that two or more answered is 0.50.\nann: 4 4 75 %"
    )


def test_names_are_escaped_and_the_one_who_has_not_answered_is_named():
    votes = [("<i>", i, 2) for i in range(4)] + [("ben", i, i % 2) for i in range(4)] + [("cy", 3, 2)]
    found = annotators(run_of(votes))
    assert [one.annotator for one in found.look_next] == ["cy", "cy", "cy", ""]
    page = found._repr_html_().replace(" style='text-align:left'", "")
    assert "&lt;i&gt;: &lt;b&gt;, ben: cat" in page
    assert "<i>" not in page


def test_one_annotator_or_too_little_in_common_is_a_sentence():
    alone = annotators(run_of([("ann", 1, 0)]))
    assert alone.sentence == "Agreement needs two annotators, and this run has 1."
    assert annotators(run_of([])).sentence == "Agreement needs two annotators, and this run has 0."
    two = annotators(run_of([("ann", 1, 0), ("ben", 1, 0), ("ben", 2, 1)]))
    assert two.sentence == "Agreement needs 3 images that two annotators answered, and this run has 1."
    assert two.look_next == ()
    same = annotators(run_of([(who, i, 1) for i in range(3) for who in ("ann", "ben")]))
    assert "is undefined, for all answers are of one class" in same.sentence


def test_without_cleanlab_the_rest_is_told(monkeypatch):
    monkeypatch.setitem(sys.modules, "cleanlab.multiannotator", None)
    found = annotators(run_of([*GOOD, *POOR], {image: image % 2 for image in range(20)}))
    assert found.note == "No quality is told without cleanlab; run pip install 'lada-explore[check]'."
    assert found.pairwise[0, 1] == 1
    assert all(len(set(one.answers.values())) > 1 for one in found.look_next)
