"""The ledger's ranks under other weights, with scores worked by hand."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle

from lada_explore.analysis import Ledger, rerank, score_ledger
from lada_explore.errors import ConfigError


def test_the_ledger_holds_the_three_terms_and_who_was_queried():
    ledger = score_ledger([pair_cycle(cycle=3)])
    assert (ledger.cycle, ledger.unit, ledger.reason) == (3, "bits", "")
    assert ledger.terms[1].tolist() == pytest.approx([1.5, 2.0, 0.975])
    assert ledger.weights == (1, 1, 1)
    assert ledger.queried.tolist() == [False, True, False, True]


def test_the_methods_own_weights_give_the_query_as_it_was():
    reranked = rerank(score_ledger([pair_cycle()]), (1, 1, 1))
    assert reranked.scores.tolist() == pytest.approx([4.1875, 4.475, 2.875, 4.625])
    assert reranked.order.tolist() == [3, 1, 0, 2]
    assert (len(reranked.entering), len(reranked.leaving)) == (0, 0)


def test_the_value_that_a_method_does_not_count_has_the_weight_0_and_counts_when_that_is_raised():
    ledger = score_ledger([pair_cycle(use="recorded")])
    assert ledger.weights == (1, 1, 0)
    assert ledger.terms[1].tolist() == pytest.approx([1.5, 2.0, 0.975])
    own = rerank(ledger, ledger.weights)
    assert own.scores.tolist() == pytest.approx([2.55, 3.5, 1.1, 3.3])
    assert (len(own.entering), len(own.leaving)) == (0, 0)
    raised = rerank(ledger, (1, 1, 2))
    assert (raised.entering.tolist(), raised.leaving.tolist()) == ([0], [1])


def test_each_of_two_runs_ranks_by_the_others_weights_as_the_other_did(without_and_with_v):
    own, ahead = without_and_with_v
    for records in (own, ahead):
        # Both runs are the same up to SELECT.
        np.testing.assert_array_equal(rerank(score_ledger([records]), (1, 1, 0)).scores, own.select.scores)
        np.testing.assert_array_equal(rerank(score_ledger([records]), (1, 1, 1)).scores, ahead.select.scores)
    assert own.select.scores.tolist() != ahead.select.scores.tolist()


@pytest.mark.parametrize(
    ("weights", "scores", "order", "entering", "leaving"),
    [
        ((0, 0, 1), [1.6375, 0.975, 1.775, 1.325], [2, 0, 3, 1], [2, 0], [3, 1]),
        ((1, 0, 0), [1.55, 1.5, 0.6, 1.7], [3, 0, 1, 2], [0], [1]),
        ((0, 1, 0), [1.0, 2.0, 0.5, 1.6], [1, 3, 0, 2], [], []),
        ((1, 1, 2), [5.825, 5.45, 4.65, 5.95], [3, 0, 1, 2], [0], [1]),
        ((0.5, 0.5, 0), [1.275, 1.75, 0.55, 1.65], [1, 3, 0, 2], [], []),
        ((0, 0, 0), [0, 0, 0, 0], [0, 1, 2, 3], [0], [3]),
    ],
)
def test_weights_rank_again_and_say_who_enters_and_who_leaves(weights, scores, order, entering, leaving):
    reranked = rerank(score_ledger([pair_cycle()]), weights)
    assert reranked.scores.tolist() == pytest.approx(scores)
    assert reranked.order.tolist() == order
    assert (reranked.entering.tolist(), reranked.leaving.tolist()) == (entering, leaving)


def test_the_same_weights_repeat_the_selection_of_a_run_bit_for_bit():
    for records in FakeSession(subset_size=98, budget=10).run(4)[1:]:
        reranked = rerank(score_ledger([records]), (1, 1, 1))
        np.testing.assert_array_equal(reranked.scores, records.select.scores)
        assert records.subsample.pair_ids[reranked.order[:5]].tolist() == records.select.pair_ids.tolist()


def test_equal_scores_keep_their_order():
    terms = np.array([[1, 1, 1], [2, 0, 1], [0, 2, 1]], np.float32)
    ledger = Ledger(
        cycle=1,
        unit="bits",
        pair_ids=np.arange(6).reshape(3, 2),
        terms=terms,
        queried=np.array([True, False, False]),
        reason="",
    )
    assert rerank(ledger, (1, 1, 1)).order.tolist() == [0, 1, 2]
    assert rerank(ledger, (1, 1, 1)).entering.tolist() == []


@pytest.mark.parametrize("weights", [(1, 1), (1, -1, 1), (1, math.nan, 1), (math.inf, 1, 1)])
def test_weights_that_cannot_be_are_refused_with_a_remedy(weights):
    with pytest.raises(ConfigError, match="give three finite numbers of at least 0, such as 1, 1, 1"):
        rerank(score_ledger([pair_cycle()]), weights)


def test_the_latest_query_is_shown_while_a_later_cycle_is_still_choosing():
    history = [pair_cycle(cycle=1), replace(pair_cycle(cycle=2), select=None)]
    assert score_ledger(history).cycle == 1
    assert score_ledger(history, 2).reason == "Cycle 2 has not chosen its query yet."
    assert score_ledger(history[1:]).reason == "Cycle 2 has not chosen its query yet."


def test_a_method_without_pairs_has_a_sentence():
    ledger = score_ledger(FakeSession(method="max-entropy").run(2))
    assert "single images" in ledger.reason
    assert ledger.terms.shape == (0, 3)
