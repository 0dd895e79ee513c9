"""Views show a changed label from the cycle on whose training was the first to use it."""

import numpy as np
from helpers.by_hand import by_hand

from lada_explore.analysis import class_balance
from lada_explore.records import CycleRecords, QueryRecord, TrainRecord, labels_in, relabelled_in


def ints(*values):
    return np.array(values, dtype=np.int64)


def cycle(number, ids, labels, changed=(), new=()):
    query = by_hand(QueryRecord, cycle=number, ids=ints(*ids), labels=ints(*labels))
    train = by_hand(TrainRecord, cycle=number, relabelled_ids=ints(*changed), relabelled=ints(*new))
    return CycleRecords(cycle=number).including(query, 0.0).including(train, 0.0)


HISTORY = [cycle(0, [1, 2, 3], [0, 0, 1]), cycle(1, [4, 5], [2, 1], [2, 4], [2, 0]), cycle(2, [6], [1], [2], [1])]


def test_labels_are_those_of_the_last_training():
    assert relabelled_in(HISTORY[:1]) == {}
    assert labels_in(HISTORY[:1]) == {1: 0, 2: 0, 3: 1}
    assert labels_in(HISTORY[:2]) == {1: 0, 2: 2, 3: 1, 4: 0, 5: 1}
    assert labels_in(HISTORY) == {1: 0, 2: 1, 3: 1, 4: 0, 5: 1, 6: 1}


def test_the_balance_of_a_cycle_counts_the_labels_of_its_training():
    first, second = class_balance(HISTORY, 3, 0), class_balance(HISTORY, 3, 1)
    assert first.initial.tolist() == [2, 1, 0]
    assert (second.initial.tolist(), second.latest.tolist()) == ([1, 1, 1], [1, 1, 0])
    assert class_balance(HISTORY, 3).total.tolist() == [2, 4, 0]
