"""The sentence of each stage, with numbers worked by hand."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.by_hand import by_hand
from helpers.fakes import FakeSession
from test_tau_analysis import look_ahead

from lada_explore.analysis import describe
from lada_explore.config import METHODS
from lada_explore.records import (
    EvaluateRecord,
    QueryRecord,
    ScoreRecord,
    SelectRecord,
    SubsampleRecord,
    TrainRecord,
    stages_of,
)

NAMES = ("cat", "dog", "eel")
NO_PAIRS = np.empty((0, 2), np.int64)


def floats(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def select(rule: str, scores, terms=(), pairs=NO_PAIRS, asked: int = 2) -> SelectRecord:
    return by_hand(
        SelectRecord,
        cycle=1,
        rule=rule,
        query_ids=np.arange(asked),
        pair_ids=np.array(pairs),
        pair_tau=np.zeros(len(pairs), np.float32),
        score_terms=np.array(terms, np.float32).reshape(-1, 3),
        scores=floats(*scores),
        query_images=np.zeros((asked, 1, 2, 2), np.uint8),
    )


def test_subsample():
    pairs = np.arange(6).reshape(3, 2)
    record = by_hand(SubsampleRecord, cycle=1, subset_ids=np.arange(6), pair_ids=pairs, mix_layer=1)
    expected = "Drew 6 candidates from the unlabelled pool and paired them at random: 3 pairs, mixed after layer 1."
    assert describe(record, NAMES) == expected
    record = by_hand(SubsampleRecord, cycle=1, subset_ids=np.arange(6), pair_ids=pairs[:1], mix_layer=0)
    assert describe(record, NAMES).endswith("at random: 1 pair, mixed as images.")
    assert describe(record, NAMES, on_features=True).endswith("at random: 1 pair, mixed as features.")
    record = by_hand(SubsampleRecord, cycle=1, subset_ids=np.arange(2000), pair_ids=NO_PAIRS, mix_layer=-1)
    assert describe(record, NAMES) == "Drew 2,000 candidates from the unlabelled pool."


def test_score():
    labels = np.zeros(3, np.int64)
    record = by_hand(
        ScoreRecord, cycle=1, unit="bits", scores=floats(0.02, 2.31, 0.79), predicted=labels, confidence=floats(1, 1, 1)
    )
    assert describe(record, NAMES) == "Scored 3 candidates: entropy 0.02 to 2.31 bits, mean 1.04."
    record = by_hand(ScoreRecord, cycle=1, unit="draw", scores=floats(0.5), predicted=labels[:1], confidence=floats(1))
    assert describe(record, NAMES) == "Scored 1 candidate: 0.50 to 0.50 draw, mean 0.50."


@pytest.mark.parametrize(
    ("policy", "value", "sentence"),
    [
        (
            "learned",
            (0.6, 0.8),
            "Learned τ* for 2 pairs: 0.50 to 0.90, mean 0.70; look-ahead is worth 0.70 bits a pair, "
            "0.05 below the best τ.",
        ),
        (
            "learned",
            (0.8, 0.8),
            "Learned τ* for 2 pairs: 0.50 to 0.90, mean 0.70; look-ahead is worth 0.80 bits a pair, "
            "0.05 above the best τ.",
        ),
        (
            "fixed",
            (0.6, 0.8),
            "Kept τ at 0.5 for 2 pairs; look-ahead is worth 0.70 bits a pair, 0.05 below the best τ.",
        ),
        (
            "exact",
            (0.6, 0.8),
            "Read the best τ of 2 pairs off their profiles: 0.50 to 0.90, mean 0.70; look-ahead is worth "
            "0.70 bits a pair.",
        ),
    ],
)
def test_look_ahead(policy, value, sentence):
    from dataclasses import replace

    record = replace(look_ahead([[0.5, 0.9]], policy=policy), value=floats(*value), best_value=floats(0.7, 0.8))
    assert describe(record, NAMES) == sentence


def test_values_that_a_method_does_not_count_are_said_to_be_so():
    from dataclasses import replace

    record = replace(look_ahead([[2.0, 2.0]], policy="fixed"), value=floats(0.5, 0.7), best_value=floats(0.7, 0.8))
    assert "; look-ahead is worth 0.60 bits a pair" in describe(record, NAMES)
    said = describe(replace(record, use="recorded"), NAMES)
    assert "; look-ahead, which this method does not count, is worth 0.60 bits a pair" in said


def test_look_ahead_without_pairs():
    nothing = look_ahead(np.empty((1, 0)), policy="none")
    plain = "This method scores single images; there was nothing to look ahead to."
    assert describe(nothing, NAMES) == describe(nothing, NAMES, METHODS["max-entropy"]) == plain
    afterwards = (
        "This method does not look ahead: it scores single images, and {} only afterwards, while the classifier "
    )
    for name, what in (
        ("ent-then-stn", "transforms those asked about"),
        ("ent-then-mixup", "mixes those asked about in random pairs"),
        ("ent-then-adamixup", "mixes those asked about in random pairs"),
    ):
        assert describe(nothing, NAMES, METHODS[name]) == afterwards.format(what) + "trains."


def test_select():
    assert describe(select("initial", ()), NAMES) == "Chose 2 to start from."
    assert (
        describe(select("singles", (0.5, 2.0, 1.5, 0.0)), NAMES)
        == "Chose 2 of 4 candidates to ask about: scores 1.50 to 2.00, where the mean candidate has 1.00."
    )
    terms = [[0.1, 0.2, 0.3], [1.0, 0.9, 1.1], [0.5, 0.5, 0.8]]
    assert describe(select("pairs", (0.6, 3.0, 1.8), terms, [[4, 5]]), NAMES) == (
        "Chose 1 of 3 pairs to ask about, 2 labels: scores 3.00 to 3.00, where the mean candidate has 1.80; "
        "the best one's 3.00 is 1.00 + 0.90 its own and 1.10 look-ahead."
    )
    not_counted = [[0.1, 0.2, 0.0], [1.0, 0.9, 0.0]]
    assert describe(select("pairs", (0.3, 1.9), not_counted, [[4, 5]]), NAMES).endswith(
        "; the best one's 1.90 is 1.00 + 0.90 its own alone, without look-ahead."
    )


def test_query_names_the_classes_most_frequent_first():
    record = QueryRecord(cycle=1, ids=np.arange(4), labels=np.array([1, 0, 1, 7]))
    assert describe(record, NAMES) == "Got 4 labels: 2 dog, 1 cat, 1 7."
    record = QueryRecord(cycle=1, ids=np.arange(9), labels=np.array([0, 0, 1, 2, 3, 4, 5, 6, 6]))
    assert describe(record, [f"c{i}" for i in range(9)]) == (
        "Got 9 labels: 2 c0, 2 c6, 1 c1, 1 c2, 1 c3, 2 of 2 other classes."
    )


def test_train():
    record = TrainRecord(
        cycle=1, n_labelled=30, n_virtual=5, train_loss=floats(1.2, 0.11), virtual_loss=floats(1.9, 1.3)
    )
    assert describe(record, NAMES) == (
        "Trained 2 epochs on 30 labels and 5 virtual instances an epoch: loss 1.20 to 0.11 nats (virtual 1.90 to 1.30)."
    )
    record = TrainRecord(cycle=0, n_labelled=1, n_virtual=0, train_loss=floats(0.5), virtual_loss=floats())
    assert describe(record, NAMES) == "Trained 1 epoch on 1 label: loss 0.50 to 0.50 nats."


def test_train_of_a_method_of_transforms_counts_transforms_also_where_an_older_record_does_not_hold_them():
    record = TrainRecord(
        cycle=1, n_labelled=30, n_virtual=5, train_loss=floats(1.2, 0.11), virtual_loss=floats(1.9, 1.3)
    )
    for name, made in (
        ("lada-entstn", "5 transforms"),
        ("ent-then-stn", "5 transforms"),
        ("lada-entmix", "5 virtual instances"),
    ):
        assert f"on 30 labels and {made} an epoch" in describe(record, NAMES, METHODS[name])


def test_evaluate():
    confusion = np.array([[4, 0, 0], [1, 1, 0], [0, 2, 2]])
    record = by_hand(EvaluateRecord, cycle=1, n_labelled=30, n_test=10, accuracy=0.7, mean_nll=1.0, confusion=confusion)
    # dog and eel are both right half of the time; the first is named.
    assert describe(record, NAMES) == (
        "70.0 % of the 10 in the test set are right after 30 labels (95 % interval 39.7 to 89.2 %); "
        "worst class: dog, 50 %."
    )
    record = by_hand(
        EvaluateRecord,
        cycle=1,
        n_labelled=30,
        n_test=0,
        accuracy=None,
        mean_nll=None,
        confusion=np.empty((0, 0), np.int64),
    )
    assert describe(record, NAMES) == "There is no labelled test set, so the accuracy after 30 labels is unknown."


def test_a_class_without_test_images_is_not_the_hardest():
    confusion = np.array([[4, 0], [0, 0]])
    record = by_hand(EvaluateRecord, cycle=1, n_labelled=30, n_test=4, accuracy=1.0, mean_nll=1.0, confusion=confusion)
    assert "hardest" not in describe(record, NAMES)


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entmix-fixed", "lada-entmix-exact", "random", "max-entropy"])
@pytest.mark.parametrize("tested", [True, False])
def test_every_record_of_every_method_has_a_sentence(method, tested):
    session = FakeSession(method=method, tested=tested)
    for records in session.run(2):
        for stage in stages_of(records.cycle):
            sentence = describe(records.get(stage), session.class_names)
            assert sentence.endswith(".")
            assert "nan" not in sentence
