from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.by_hand import by_hand

from lada_explore.beta import instance_lam
from lada_explore.errors import ConfigError
from lada_explore.records import LookAheadRecord, ScoreRecord, SubsampleRecord
from lada_explore.stages.select import rows_of_pairs, select_initial, select_pairs, select_singles


def candidates(subset_ids, pair_ids=()):
    return by_hand(
        SubsampleRecord,
        cycle=4,
        subset_ids=np.array(subset_ids, dtype=np.int64),
        pair_ids=np.array(pair_ids, dtype=np.int64).reshape(-1, 2),
        mix_layer=1 if len(pair_ids) else -1,
    )


def scored(*scores):
    n = len(scores)
    values = np.array(scores, dtype=np.float32)
    return by_hand(
        ScoreRecord,
        cycle=4,
        unit="bits",
        scores=values,
        predicted=np.zeros(n, dtype=np.int64),
        confidence=np.ones(n, dtype=np.float32),
    )


def ahead(value, tau):
    value, tau, n = np.array(value, dtype=np.float32), np.array(tau, dtype=np.float32), len(value)
    return by_hand(
        LookAheadRecord,
        cycle=4,
        policy="learned",
        estimator="quadrature",
        unit="bits",
        nodes=np.array([0, 0.5, 1], dtype=np.float32),
        profile=np.zeros((n, 3), dtype=np.float32),
        tau=tau,
        value=value,
        tau_by_epoch=tau[None],
        policy_loss=np.empty(0, dtype=np.float32),
        best_tau=tau,
        best_value=value,
        mean_virtual=value,
        max_virtual=value,
    )


def virtual(pair_ids, lam):
    """Features that tell which pair and which lam they belong to."""
    features = np.asarray(pair_ids)[:, :1, None] + np.asarray(lam)[:, :, None]
    return features.astype(np.float16), -features.astype(np.float32)


SUBSET = [30, 7, 12, 5, 44, 21]
SCORES = scored(0.25, 1.0, 0.5, 0.75, 0.0, 1.5)
PAIRS = [[30, 7], [12, 5], [44, 21]]


def test_each_pair_gets_the_scores_of_its_own_images():
    expected = [[0.25, 1.0], [0.5, 0.75], [0.0, 1.5]]
    assert SCORES.scores[rows_of_pairs(candidates(SUBSET, PAIRS))].tolist() == expected


def test_the_order_of_subset_and_pairs_does_not_matter():
    order = [3, 0, 5, 1, 4, 2]
    shuffled = candidates([SUBSET[i] for i in order], [[21, 44], [7, 30], [5, 12]])
    scores = scored(*(float(SCORES.scores[i]) for i in order))
    assert scores.scores[rows_of_pairs(shuffled)].tolist() == [[1.5, 0.0], [1.0, 0.25], [0.75, 0.5]]


def test_the_best_pairs_are_those_with_the_highest_sum_of_the_three_terms(tiny_images):
    record = select_pairs(
        candidates(SUBSET, PAIRS),
        SCORES,
        ahead([0.5, 1.0, 0.25], [0.2, 0.9, 0.6]),
        budget=4,
        images=tiny_images,
        virtual=virtual,
    )
    assert record.score_terms.tolist() == [[0.25, 1.0, 0.5], [0.5, 0.75, 1.0], [0.0, 1.5, 0.25]]
    assert record.scores.tolist() == [1.75, 2.25, 1.75]
    # Pair 1 wins; pairs 0 and 2 are equal, and the earlier one goes first.
    assert record.pair_ids.tolist() == [[12, 5], [30, 7]]
    assert record.query_ids.tolist() == [12, 5, 30, 7]
    assert record.pair_tau.tolist() == pytest.approx([0.9, 0.2])
    # Ten equally likely virtual instances of each pair, at its own tau.
    np.testing.assert_array_equal(record.virtual_lam, instance_lam(np.float32([0.9, 0.2])))
    assert (record.virtual_features.shape, record.virtual_logits.shape) == ((2, 10, 1), (2, 10, 1))
    np.testing.assert_allclose(record.virtual_logits[..., 0], -np.array([[12], [30]]) - record.virtual_lam, atol=0.02)
    assert (record.cycle, record.rule) == (4, "pairs")
    assert np.array_equal(record.query_images, tiny_images.pixels(np.array([12, 5, 30, 7])).numpy())


def test_what_a_pair_is_worth_tomorrow_can_outweigh_what_its_images_are_worth_today(tiny_images):
    own = candidates(SUBSET, PAIRS)
    taus = [0.1, 0.2, 0.3]
    chosen = [
        select_pairs(own, SCORES, ahead(values, taus), budget=2, images=tiny_images, virtual=virtual).pair_ids.tolist()
        for values in ([0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.75, 0.0])
    ]
    assert chosen == [[[44, 21]], [[30, 7]], [[12, 5]]]


def test_pairs_chosen_without_looking_ahead_go_by_their_own_two_scores_and_keep_their_tau(tiny_images):
    record = select_pairs(
        candidates(SUBSET, PAIRS),
        SCORES,
        ahead([9.0, 0.5, 0.25], [2.0, 2.0, 2.0]),
        counted=False,
        budget=4,
        images=tiny_images,
        virtual=virtual,
    )
    assert record.score_terms.tolist() == [[0.25, 1.0, 0.0], [0.5, 0.75, 0.0], [0.0, 1.5, 0.0]]
    assert record.scores.tolist() == [1.25, 1.25, 1.5]
    assert record.pair_ids.tolist() == [[44, 21], [30, 7]]
    assert record.pair_tau.tolist() == [2.0, 2.0]


def test_equal_pairs_keep_their_order(tiny_images):
    record = select_pairs(
        candidates(SUBSET, PAIRS),
        scored(*[1.0] * 6),
        ahead([0.5] * 3, [0.5] * 3),
        budget=4,
        images=tiny_images,
        virtual=virtual,
    )
    assert record.pair_ids.tolist() == [[30, 7], [12, 5]]


def test_single_images_are_ranked_by_their_own_score(tiny_images):
    record = select_singles(candidates(SUBSET), SCORES, budget=3, images=tiny_images)
    assert record.query_ids.tolist() == [21, 7, 5]
    assert record.scores.tolist() == SCORES.scores.tolist()
    assert record.rule == "singles"
    assert record.pair_ids.shape == (0, 2)
    assert record.score_terms.shape == (0, 3)
    assert np.array_equal(record.query_images, tiny_images.pixels(np.array([21, 7, 5])).numpy())


def test_an_acquisition_that_chooses_a_set_is_given_outputs_and_budget_and_has_the_last_word(tiny_images):
    given = []

    def choose(outputs, budget):
        given.append((outputs.tolist(), budget))
        return np.array([4, 0])

    outputs = replace(SCORES, outputs=np.arange(6, dtype=np.float32)[:, None])
    record = select_singles(candidates(SUBSET), outputs, budget=2, images=tiny_images, choose=choose)
    assert given == [([[0.0], [1.0], [2.0], [3.0], [4.0], [5.0]], 2)]
    assert record.query_ids.tolist() == [44, 30]
    assert record.rule == "set"


NO_PAIRS = {
    "pair_ids": ((0, 2), "int64"),
    "pair_tau": ((0,), "float32"),
    "score_terms": ((0, 3), "float32"),
    "virtual_lam": ((0,), "float32"),
    "virtual_features": ((0, 0, 0), "float16"),
    "virtual_logits": ((0, 0, 0), "float32"),
}


def test_a_query_without_pairs_leaves_all_that_belongs_to_pairs_empty(tiny_data, tiny_images):
    singles = select_singles(candidates(SUBSET), SCORES, budget=3, images=tiny_images)
    first = start(tiny_data.train.targets, tiny_images)
    for record in (singles, first):
        found = {name: getattr(record, name) for name in NO_PAIRS}
        assert {name: (array.shape, str(array.dtype)) for name, array in found.items()} == NO_PAIRS
    assert (first.scores.shape, str(first.scores.dtype)) == ((0,), "float32")
    assert (first.seed_ids.shape, str(first.seed_ids.dtype), str(first.query_ids.dtype)) == ((0,), "int64", "int64")


def test_equal_single_images_keep_their_order(tiny_images):
    record = select_singles(candidates(SUBSET), scored(1, 2, 1, 2, 1, 2), budget=4, images=tiny_images)
    assert record.query_ids.tolist() == [7, 5, 21, 30]


def test_many_equal_images_keep_their_order_too(tiny_images):
    rng = np.random.default_rng(0)
    subset, levels = rng.permutation(60), rng.integers(0, 3, 60)
    record = select_singles(candidates(subset), scored(*levels), budget=60, images=tiny_images)
    assert record.query_ids.tolist() == [i for level in (2, 1, 0) for i in subset[levels == level].tolist()]


def start(targets, images, seed=0, per_class=2, pool_size=60, n_classes=3):
    return select_initial(
        targets, pool_size=pool_size, n_classes=n_classes, per_class=per_class, images=images, seed=seed
    )


def test_the_start_holds_as_many_images_of_every_class(tiny_data, tiny_images):
    targets = tiny_data.train.targets
    record = start(targets, tiny_images, per_class=4)
    assert len(set(record.query_ids.tolist())) == 12
    assert targets[record.query_ids].bincount().tolist() == [4, 4, 4]
    assert (record.cycle, record.rule) == (0, "initial")
    assert np.array_equal(record.query_images, tiny_images.pixels(record.query_ids).numpy())


def test_the_start_is_random_and_its_order_does_not_give_the_classes_away(tiny_data, tiny_images):
    targets = tiny_data.train.targets
    orders = {tuple(targets[start(targets, tiny_images, seed).query_ids].tolist()) for seed in range(20)}
    assert len(orders) > 10
    first, again, other = (start(targets, tiny_images, seed).query_ids.tolist() for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_without_targets_the_seed_round_begins_with_its_first_images(tiny_images):
    record = start(None, tiny_images, per_class=4)
    assert sorted(record.seed_ids.tolist()) == list(range(60))
    assert record.query_ids.tolist() == record.seed_ids[:10].tolist()
    assert np.array_equal(record.query_images, tiny_images.pixels(record.query_ids).numpy())
    drawn = {i for seed in range(100) for i in start(None, tiny_images, seed).query_ids.tolist()}
    assert len(drawn) > 50


def test_a_class_or_a_pool_that_is_too_small_is_named(tiny_images):
    targets = torch.tensor([0] * 50 + [1] * 9 + [2])
    with pytest.raises(ConfigError, match="class 2 has 1 images but the start needs 2 of each; lower"):
        start(targets, tiny_images)
    assert sorted(start(targets, tiny_images, per_class=1).query_ids.tolist())[-1] == 59
    with pytest.raises(ConfigError, match=r"class 3 has 0 images .*; add some, or leave the class out$"):
        start(targets, tiny_images, per_class=1, n_classes=4)
    with pytest.raises(ConfigError, match=r"class 2 has 1 images .*; lower schedule.initial_per_class$"):
        start(targets, tiny_images)
    assert len(start(None, tiny_images, per_class=20).query_ids) == 10
    with pytest.raises(ConfigError, match=r"the start needs 63 images \(21 for each of 3 classes\) but there are 60"):
        start(None, tiny_images, per_class=21)
