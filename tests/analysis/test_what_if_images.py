"""Counterfactual queries of single images: by hand, against the acquisitions, and where they do not apply."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle

from lada_explore.acquisition import acquisition_of
from lada_explore.analysis import RULES, Rule, image_rules_for, what_if
from lada_explore.analysis.what_if import IMAGE_RULES, image_scores
from lada_explore.config import compose
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.records import DRAW_UNIT, CycleRecords

PROBABILITIES = np.array(
    [
        [0.50, 0.49, 0.01],  # entropy 1.07 bits, margin 0.01, largest 0.50
        [0.50, 0.25, 0.25],  # entropy 1.50, margin 0.25, largest 0.50
        [0.46, 0.30, 0.24],  # entropy 1.53, margin 0.16, largest 0.46
        [0.98, 0.01, 0.01],  # entropy 0.16, margin 0.97, largest 0.98
    ]
)
IDS = [10, 20, 30, 40]


def cycle(unit: str = "bits", scores=(0.1, 0.2, 0.3, 0.4), asked=(40, 30), **select) -> CycleRecords:
    """A cycle of four images that asked for two of them, by scores of its own."""
    made = pair_cycle(unit=unit)
    score = replace(
        made.score, unit=unit, scores=np.array(scores, np.float32), logits=np.log(PROBABILITIES).astype(np.float32)
    )
    chosen = {"rule": "singles", "score_terms": np.empty((0, 3), np.float32), "pair_ids": np.empty((0, 2), np.int64)}
    return replace(
        made,
        subsample=replace(made.subsample, subset_ids=np.array(IDS), targets=np.zeros(4, np.int64)),
        score=score,
        select=replace(
            made.select, query_ids=np.array(asked), scores=score.scores, query_images=made.select.query_images[:2],
            **(chosen | select),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "ids", "entering"),
    [("entropy", [30, 20], [20]), ("margin", [10, 30], [10]), ("var_ratio", [30, 10], [10])],
)
def test_the_rules_by_hand(kind, ids, entering):
    found = what_if(cycle(), Rule(kind=kind))
    assert found.other.ids.tolist() == ids
    assert (found.kept_ids.tolist(), found.leaving_ids.tolist()) == ([30], [40])
    assert found.entering_ids.tolist() == entering
    # What the method itself scored them: 0.4 and 0.3 of the query; the others 0.1, 0.2 and 0.3.
    assert found.real.own == pytest.approx(0.35)
    assert found.other.own == pytest.approx(np.mean([0.1 * (1 + IDS.index(i)) for i in ids]))
    assert (found.real.expected, found.other.expected, found.unit) == (None, None, "bits")


@pytest.mark.parametrize(
    ("kind", "acquisition"), [("entropy", "max_entropy"), ("margin", "margin"), ("var_ratio", "var_ratio")]
)
def test_the_scores_are_those_of_the_acquisitions(kind, acquisition):
    logits = np.random.default_rng(0).normal(0, 3, (50, 7)).astype(np.float32)
    made = acquisition_of(configure("demo", compose(acquisition)))
    np.testing.assert_allclose(image_scores(logits, kind), made.score(torch.from_numpy(logits)).numpy(), atol=1e-5)


@pytest.mark.parametrize(
    ("method", "own"), [("max-entropy", "entropy"), ("margin", "margin"), ("var-ratio", "var_ratio"), ("random", None)]
)
def test_the_acquisition_of_the_run_itself_is_not_offered(method, own):
    scores = image_scores(np.log(PROBABILITIES).astype(np.float32), own) if own else (0.7, 0.2, 0.9, 0.1)
    assert list(image_rules_for(cycle(scores=scores))) == [kind for kind in IMAGE_RULES if kind != own]


def test_entropy_is_offered_where_the_query_is_not_the_highest_entropies():
    entropy = image_scores(np.log(PROBABILITIES).astype(np.float32), "entropy")
    for select in ({"rule": "set"}, {"score_terms": np.ones((4, 2), np.float32)}):
        assert list(image_rules_for(cycle(scores=entropy, **select))) == list(IMAGE_RULES)


def test_a_draw_is_that_of_its_seed_and_of_no_image_twice():
    records = FakeSession(cycles=1, method="max-entropy", subset_size=60).run()[1]
    one, again, other = (what_if(records, Rule(kind="draw", seed=seed)) for seed in (3, 3, 4))
    assert one.other.ids.tolist() == again.other.ids.tolist() != other.other.ids.tolist()
    assert len(set(one.other.ids.tolist())) == len(records.asked.ids)
    assert set(one.other.ids.tolist()) <= set(records.subsample.subset_ids.tolist())


def test_the_entropy_of_a_run_by_entropy_would_query_the_same():
    records = FakeSession(cycles=1, method="max-entropy", subset_size=60).run()[1]
    found = what_if(records, Rule(kind="entropy"))
    assert sorted(found.kept_ids) == sorted(records.asked.ids)


def test_rules_of_pairs_and_of_images_are_not_mixed_up():
    with pytest.raises(ConfigError, match="rule 'fixed' is one of pairs; choose one of entropy, margin"):
        what_if(cycle(), Rule(kind="fixed"))
    with pytest.raises(ConfigError, match="rule 'margin' is one of single images; choose one of fixed, best"):
        what_if(pair_cycle(), Rule(kind="margin"))
    with pytest.raises(ConfigError, match="rule 'draw' does not score single images; choose entropy, margin or"):
        image_scores(np.zeros((1, 2), np.float32), "draw")
    assert not set(RULES) & set(IMAGE_RULES)


def test_images_that_were_answered_before_they_were_scored_are_left_out():
    assert what_if(cycle(asked=(40, 77)), Rule(kind="margin")).real.ids.tolist() == [40]
    with pytest.raises(ConfigError, match="no image of cycle 1 was scored and asked about; take another cycle"):
        what_if(cycle(asked=(77, 78)), Rule(kind="margin"))


def test_scores_that_are_draws_can_be_compared_too():
    found = what_if(cycle(unit=DRAW_UNIT), Rule(kind="entropy"))
    assert (found.unit, found.other.ids.tolist()) == (DRAW_UNIT, [30, 20])
