"""Records as a person sees them at the end of a cell."""

import numpy as np
from helpers.by_hand import by_hand

from lada_explore.records import CycleRecords, EvaluateRecord, QueryRecord, SelectRecord, SelectRule, TrainRecord

SELECT = by_hand(
    SelectRecord, cycle=3, rule=SelectRule.INITIAL, query_ids=np.arange(8), query_images=np.zeros((8, 1, 28, 28))
)
QUERY = by_hand(QueryRecord, cycle=3, ids=np.arange(8), labels=np.arange(8))
TRAIN = by_hand(TrainRecord, cycle=3, n_labelled=48, own={"weights": np.zeros((2, 5), np.float32), "word": "w" * 200})
EVALUATE = by_hand(EvaluateRecord, cycle=3, n_labelled=48, n_test=360, accuracy=0.61251)


def test_an_array_is_told_by_type_and_shape():
    said = repr(SELECT)
    assert said.startswith(
        "SelectRecord(cycle=3, rule=<SelectRule.INITIAL: 'initial'>, query_ids=int64 (8,), pair_ids=float32 (0,)"
    )
    assert "query_images=float64 (8, 1, 28, 28)" in said
    assert "\n" not in said


def test_values_in_a_mapping_are_short_too():
    assert f"own={{weights: float32 (2, 5), word: '{'w' * 58}…}}" in repr(TRAIN)


def test_a_cycle_tells_how_far_it_is_and_what_came_out():
    records = CycleRecords(cycle=3)
    assert repr(records) == "CycleRecords(cycle=3, stages=None)"
    records = records.including(SELECT, 0.1).including(QUERY, 0.1)
    assert repr(records) == "CycleRecords(cycle=3, stages='select query', asked=8)"
    records = records.including(TRAIN, 0.1).including(EVALUATE, 0.1)
    assert repr(records) == (
        "CycleRecords(cycle=3, stages='select query train evaluate', asked=8, n_labelled=48, accuracy=0.6125)"
    )
    assert repr(records.asked) == "Asked(ids=int64 (8,), pair_ids=float32 (0,), pair_tau=float32 (0,))"
