from contextlib import nullcontext
from functools import partial

import numpy as np
import pytest
import torch
from helpers.by_hand import by_hand

from lada_explore.config.presets import configure
from lada_explore.errors import OracleError
from lada_explore.labelling.open_query import open_query
from lada_explore.labelling.oracles import GroundTruth, Person, check_answers
from lada_explore.records import CycleRecords, SelectRecord
from lada_explore.stages.query import ask, query
from lada_explore.store.journal import Journal
from lada_explore.store.journal_entry import AHEAD

ASKED = np.array([9, 2, 5], dtype=np.int64)


@pytest.fixture
def journal(tmp_path):
    opened = Journal(tmp_path / "labels.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def asked():
    chosen = by_hand(
        SelectRecord,
        cycle=6,
        rule="initial",
        query_ids=ASKED,
        pair_ids=np.empty((0, 2), dtype=np.int64),
        query_images=np.empty((3, 1, 2, 2), dtype=np.uint8),
    )
    return CycleRecords(cycle=6, select=chosen)


def close(asked, oracle, journal, n_classes=4, labelled=()):
    """QUERY on images whose true class nobody knows and whose pixels are their ids."""
    config = configure("demo")
    closed = partial(
        query,
        asked,
        journal,
        config=config,
        n_classes=n_classes,
        true_classes=lambda ids: np.full(len(ids), -1),
        pixels=lambda ids: np.tile(ids.astype(np.uint8)[:, None, None, None], (1, 1, 2, 2)),
        labelled_ids=np.array(labelled, np.int64),
    )
    settings = {"config": config, "n_classes": n_classes, "answering": nullcontext(), "gate": lambda: None}
    return ask(asked, oracle, journal, **settings, then=closed)


def unanswered(asked, journal):
    return open_query(asked, journal.label_state(), configure("demo"), 4).open_ids


class Some:
    """Answers some ids, and remembers what it was asked."""

    name = "some"

    def __init__(self, answers):
        self.answers = answers
        self.asked = []

    def answer(self, ids, cycle):
        self.asked.append(ids.tolist())
        return {i: label for i, label in self.answers.items() if i in ids.tolist()}


def test_the_ground_truth_answers_at_once_and_in_the_order_asked(asked, journal):
    targets = torch.tensor([0, 0, 2, 0, 0, 1, 0, 0, 0, 3])
    record = close(asked, GroundTruth(targets), journal, n_classes=4)
    assert record.ids.tolist() == [9, 2, 5]
    assert record.labels.tolist() == [3, 2, 1]
    assert record.cycle == 6
    assert [(a.id, a.label, a.annotator, a.cycle) for a in journal.answers()] == [
        (9, 3, "ground-truth", 6),
        (2, 2, "ground-truth", 6),
        (5, 1, "ground-truth", 6),
    ]


def test_a_person_leaves_the_query_open_until_the_last_answer_is_in_the_journal(asked, journal):
    assert close(asked, Person(), journal, n_classes=4) is None
    assert journal.answers() == []
    journal.record(6, {2: 1, 9: 0}, "ada")
    assert unanswered(asked, journal).tolist() == [5]
    assert close(asked, Person(), journal, n_classes=4) is None
    journal.record(6, {5: 3}, "ada")
    record = close(asked, Person(), journal, n_classes=4)
    assert record.labels.tolist() == [0, 1, 3]


def test_partial_answers_are_kept_and_only_the_rest_is_asked_again(asked, journal):
    first = Some({9: 1, 5: 2})
    assert close(asked, first, journal, n_classes=4) is None
    assert [(a.id, a.label) for a in journal.answers()] == [(9, 1), (5, 2)]
    second = Some({9: 3, 2: 0, 5: 3})
    assert close(asked, second, journal, n_classes=4).labels.tolist() == [1, 0, 2]
    assert (first.asked, second.asked) == ([[9, 2, 5]], [[2]])


def test_nothing_is_asked_when_all_answers_are_there(asked, journal):
    journal.record(6, {9: 1, 2: 1, 5: 2}, "ada")
    oracle = Some({})
    assert close(asked, oracle, journal, n_classes=4).labels.tolist() == [1, 1, 2]
    assert oracle.asked == []
    assert len(journal.answers()) == 3


def test_the_last_answer_to_an_image_counts(asked, journal):
    journal.record(6, {9: 1, 2: 1}, "ada")
    journal.record(6, {9: 2, 5: 0}, "ada")
    assert close(asked, Person(), journal, n_classes=4).labels.tolist() == [2, 1, 0]


def test_answers_for_a_later_cycle_do_not_count(asked, journal):
    journal.record(7, {9: 1, 2: 1, 5: 1}, "ada")
    assert unanswered(asked, journal).tolist() == [9, 2, 5]
    assert close(asked, Person(), journal, n_classes=4) is None


def test_an_image_that_went_back_to_the_pool_with_an_answer_is_answered_when_it_is_asked_again(asked, journal):
    journal.record(5, {9: 1, 2: 1}, "ada")
    journal.record(6, {5: 3, 2: 0}, "ada")
    assert unanswered(asked, journal).tolist() == []
    assert close(asked, Person(), journal).labels.tolist() == [1, 0, 3]


@pytest.mark.parametrize("label", [-1, 4])
def test_a_label_that_is_no_class_is_refused_and_nothing_is_kept(asked, journal, label):
    with pytest.raises(OracleError, match=f"label {label} for id 2 is no class; labels run from 0 to 3"):
        close(asked, Some({9: 1, 2: label}), journal, n_classes=4)
    assert journal.answers() == []


def test_an_answer_to_an_image_that_was_not_asked_is_refused():
    with pytest.raises(OracleError, match=r"id 7 is not in the open query; it asks for \[2, 5, 9\]"):
        check_answers({7: 0}, ASKED, 4)


def test_the_ground_truth_needs_targets():
    with pytest.raises(OracleError, match="these images have no labels of their own; answer by yourself"):
        GroundTruth(None)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            None,
            r"^oracle 'odd' answered None; its method answer\(ids, cycle\) has to return labels by id, as {3: 0, 7: 1}",
        ),
        ([1, 2, 3], r"^oracle 'odd' answered \[1, 2, 3\]; its method"),
        ({9: "cat"}, "^label 'cat' for id 9 is no whole number; labels are the numbers of the classes, from 0 to 3"),
        ({9: 1.5}, "^label 1.5 for id 9 is no whole number"),
        ({9: None}, "^label None for id 9 is no whole number"),
    ],
)
def test_an_oracle_that_answers_something_else_than_labels_by_id_is_one_sentence(asked, journal, answer, sentence):
    class Odd:
        name = "odd"

        def answer(self, ids, cycle):
            return answer

    with pytest.raises(OracleError, match=sentence):
        close(asked, Odd(), journal, n_classes=4)
    assert journal.answers() == []


def test_the_numbers_of_numpy_that_an_oracle_answers_are_kept_as_numbers(asked, journal):
    class Numpys:
        name = "numpy's"

        def answer(self, ids, cycle):
            return dict(zip(ids, np.array([1, 0, 2]), strict=True))

    assert close(asked, Numpys(), journal, n_classes=4).labels.tolist() == [1, 0, 2]
    assert [(a.id, a.label) for a in journal.answers()] == [(9, 1), (2, 0), (5, 2)]


def test_an_answer_ahead_to_an_image_that_an_earlier_cycle_asked_after_all_is_not_taken_again(asked, journal):
    journal.record(6, {3: 1, 4: 2}, "ada", note=AHEAD)
    record = close(asked, GroundTruth(np.zeros(10, np.int64)), journal, labelled=[3])
    assert record.ids.tolist() == [9, 2, 5, 4]
    assert record.ahead_ids.tolist() == [4]
