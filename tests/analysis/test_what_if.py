"""Counterfactual queries: by hand, by direct computation, and against the query as it was."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession
from helpers.pair_records import QUERY, pair_cycle
from helpers.small_runs import small_session

from lada_explore.analysis import RULES, Rule, what_if
from lada_explore.analysis.what_if import rules_for
from lada_explore.errors import ConfigError
from lada_explore.records import DRAW_UNIT, CycleRecords


def bumpy(pairs: int = 200, budget: int = 20) -> CycleRecords:
    """A cycle of random profiles on 57 points, with tau* = 1 and the query that follows from it."""
    rng = np.random.default_rng(2)
    grid = np.linspace(0, 1, 57, dtype=np.float32)
    profile = rng.uniform(0, 3, (pairs, 8)) @ np.cos(np.outer(np.arange(8), 3 * grid)) ** 2 / 4
    profile = profile.astype(np.float32)
    weights = np.r_[0.5, np.ones(55), 0.5] / 56
    value = (profile @ weights).astype(np.float32)
    records = pair_cycle(
        grid=grid, nodes=grid, profile=profile, value=value, mean_virtual=value, tau=np.ones(pairs, np.float32)
    )
    ids = rng.permutation(5 * pairs)[: 2 * pairs]
    terms = np.column_stack([profile[:, -1], profile[:, 0], value])
    best = np.argsort(-terms.sum(axis=1))[: budget // 2]
    pair_ids = ids.reshape(-1, 2)
    return replace(
        records,
        subsample=replace(records.subsample, subset_ids=ids, pair_ids=pair_ids),
        score=replace(records.score, scores=terms[:, :2].ravel()),
        select=replace(
            records.select,
            score_terms=terms,
            scores=terms.sum(axis=1),
            pair_ids=pair_ids[best],
            query_ids=pair_ids[best].ravel(),
        ),
    )


def test_a_fixed_tau_by_hand():
    # At tau = 100 nearly all lam are 1/2: V is about 1.96, 0.29, 2.86 and 1.04, the scores 4.51, 3.79, 3.96 and 4.34.
    found = what_if(pair_cycle(), Rule(kind="fixed", tau=100.0))
    assert found.other.ids.tolist() == [10, 11, 40, 41]
    assert found.kept_ids.tolist() == [40, 41]
    assert found.leaving_ids.tolist() == [20, 21]
    assert found.entering_ids.tolist() == [10, 11]
    assert found.other.own == pytest.approx((1.55 + 1.0 + 1.7 + 1.6) / 4)
    assert found.other.expected == pytest.approx((1.96 + 1.04) / 2, abs=0.01)
    assert (found.real.own, found.real.expected) == pytest.approx((1.7, 1.15))


def test_beta_2_2_on_three_points_has_weights_3_10_3_of_16():
    found = what_if(pair_cycle(), Rule(kind="fixed", tau=2.0))
    values = [(3 * 1.6 + 10 * 1.0 + 3 * 1.7) / 16, (3 * 2.0 + 10 * 0.2 + 3 * 1.5) / 16]
    assert found.other.expected == pytest.approx(np.mean(values))
    assert found.kept_ids.tolist() == QUERY


def test_single_images_by_hand():
    # The four highest own scores: 2.0 of 21, 1.7 of 40, 1.6 of 41, 1.55 of 10.
    found = what_if(pair_cycle(), Rule(kind="singles"))
    assert found.other.ids.tolist() == [21, 40, 41, 10]
    assert (found.leaving_ids.tolist(), found.entering_ids.tolist()) == ([20], [10])
    assert found.other.own == pytest.approx(6.85 / 4)
    assert (found.other.expected, found.other.pair_ids.shape) == (None, (0, 2))


def test_without_look_ahead_pairs_go_by_their_own_scores_and_keep_their_tau():
    # Own scores 2.55, 3.5, 1.1, 3.3.
    found = what_if(pair_cycle(), Rule(kind="own"))
    assert found.other.ids.tolist() == [20, 21, 40, 41]
    assert found.other.expected == pytest.approx((0.975 + 1.325) / 2)


def test_the_best_tau_of_each_pair_is_read_off_the_record():
    # Scores 4.1875, 5.24, 2.875, 4.94.
    found = what_if(pair_cycle(), Rule(kind="best"))
    assert found.other.pair_ids.tolist() == [[20, 21], [40, 41]]
    assert found.other.expected == pytest.approx((1.74 + 1.64) / 2)


@pytest.mark.parametrize("tau", [1.0, 2.0])
def test_the_overlap_equals_a_direct_computation(tau):
    records = bumpy()
    lam = (np.arange(40_000) + 0.5) / 40_000
    density = np.ones_like(lam) if tau == 1 else 6 * lam * (1 - lam)
    look_ahead = records.look_ahead
    value = np.array([(np.interp(lam, look_ahead.grid, row) * density).mean() for row in look_ahead.profile])
    totals = look_ahead.profile[:, 0] + look_ahead.profile[:, -1] + value
    chosen = set(records.subsample.pair_ids[np.argsort(-totals)[:10]].ravel().tolist())
    found = what_if(records, Rule(kind="fixed", tau=tau))
    assert set(found.other.ids.tolist()) == chosen
    assert len(found.kept_ids) == len(chosen & set(records.select.query_ids.tolist()))
    assert len(found.leaving_ids) == len(found.entering_ids) == 20 - len(found.kept_ids)
    assert found.other.expected == pytest.approx(np.sort(value[np.argsort(-totals)[:10]]).mean(), abs=1e-4)


def test_the_direct_computation_does_tell_rules_apart():
    records = bumpy()
    assert len(what_if(records, Rule(kind="fixed", tau=50.0)).kept_ids) < 20


@pytest.mark.parametrize("rule", [Rule(kind="fixed", tau=1.0), Rule(kind="tau_star")])
def test_the_tau_of_the_run_reproduces_its_query_exactly(rule):
    for records in (pair_cycle(), bumpy()):
        found = what_if(records, rule)
        assert found.other.ids.tolist() == records.select.query_ids.tolist()
        assert len(found.leaving_ids) == len(found.entering_ids) == 0
        assert found.other.expected == pytest.approx(found.real.expected, rel=1e-6)
        assert found.other.own == found.real.own


@pytest.mark.parametrize(
    ("method", "rule"), [("lada-entmix", Rule(kind="tau_star")), ("lada-entmix-fixed", Rule(kind="fixed", tau=2.0))]
)
def test_a_real_run_is_reproduced_by_its_own_tau(method, rule, tmp_path):
    session = small_session(tmp_path / "run", method, cycles=2)
    session.run()
    for records in session.history[1:]:
        found = what_if(records, rule)
        assert found.other.ids.tolist() == records.select.query_ids.tolist()
        assert found.other.expected == pytest.approx(found.real.expected, abs=1e-5)


def test_counting_the_value_of_virtual_instances_is_offered_where_a_run_does_not_count_it(without_and_with_v):
    own, ahead = without_and_with_v
    assert ("own" in rules_for(ahead.look_ahead), "own" in rules_for(own.look_ahead)) == (True, False)
    # Both runs are the same up to SELECT, so each chooses by the other's rule what the other chose.
    assert what_if(own, Rule(kind="own")).other.ids.tolist() == own.select.query_ids.tolist()
    assert what_if(own, Rule(kind="fixed", tau=2.0)).other.ids.tolist() == ahead.select.query_ids.tolist()
    assert what_if(ahead, Rule(kind="own")).other.ids.tolist() == own.select.query_ids.tolist()


def test_a_rule_that_counts_v_says_so_where_the_run_does_not():
    recorded = rules_for(pair_cycle(use="recorded", estimator="pathwise").look_ahead)
    assert recorded["fixed"].text == "Look ahead, one τ for every pair"
    assert recorded["best"].text == "Look ahead, each pair's best τ"
    assert recorded["fixed"].takes == RULES["fixed"].takes == "tau"
    assert [kind for kind, rule in recorded.items() if rule.text == RULES[kind].text] == ["singles", "random"]
    # V is no part of these scores, so none can be integrated exactly instead.
    assert "tau_star" not in recorded
    assert rules_for(pair_cycle().look_ahead)["fixed"].text == "One τ for every pair"


@pytest.mark.parametrize("use", ["counted", "recorded"])
def test_of_scores_that_are_draws_only_another_draw_is_offered(use):
    drawn, real = (pair_cycle(use=use, unit=unit).look_ahead for unit in (DRAW_UNIT, "bits"))
    assert list(rules_for(drawn)) == ["random"]
    assert {"fixed", "best", "singles", "random"} <= set(rules_for(real))


def test_random_pairs_are_candidates_drawn_without_replacement_by_their_seed():
    records = bumpy()
    first, again, other = (what_if(records, Rule(kind="random", seed=seed)).other for seed in (5, 5, 6))
    assert first.ids.tolist() == again.ids.tolist() != other.ids.tolist()
    assert len(set(first.ids.tolist())) == 20
    candidates = {tuple(pair) for pair in records.subsample.pair_ids.tolist()}
    assert {tuple(pair) for pair in first.pair_ids.tolist()} <= candidates


@pytest.mark.parametrize("kind", RULES)
def test_every_rule_chooses_as_many_images_as_the_budget(kind):
    for records in FakeSession().run(3)[1:]:
        found = what_if(records, Rule(kind=kind))
        assert len(set(found.other.ids.tolist())) == 6
        assert len(found.kept_ids) + len(found.leaving_ids) == 6
        assert len(found.kept_ids) + len(found.entering_ids) == 6


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"kind": "fixd"}, "rule 'fixd' is unknown"),
        ({"tau": 0.0}, "tau is 0; it must be above 0 and at most 100"),
        ({"tau": float("nan")}, "tau is nan"),
        ({"tau": 101.0}, "tau is 101"),
        ({"seed": -1}, "seed is -1; seeds are whole numbers from 0 upwards"),
    ],
)
def test_a_rule_that_cannot_be_is_refused(settings, sentence):
    with pytest.raises(ConfigError, match=sentence):
        Rule(**settings)


def test_a_cycle_without_a_query_of_pairs_is_refused():
    start = FakeSession().run(1)[0]
    with pytest.raises(ConfigError, match="cycle 0 chose no pairs; take a cycle in which a LADA method chose some"):
        what_if(start, Rule())
    with pytest.raises(ConfigError, match="cycle 1 chose no pairs"):
        what_if(replace(pair_cycle(), select=None), Rule())
