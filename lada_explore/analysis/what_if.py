"""The query that another rule would have chosen from the same candidates, with the same frozen classifier.

Axes: P candidate pairs, M subset, B budget, Q = B / 2 pairs.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lada_explore.analysis.pairs import best_first, pair_terms
from lada_explore.beta import beta_weights
from lada_explore.config import ESTIMATORS, TAU_LIMIT, unknown
from lada_explore.errors import ConfigError
from lada_explore.records import (
    DRAW_UNIT,
    CycleRecords,
    FloatArray,
    IntArray,
    LookAheadRecord,
    SelectRule,
    ValueUse,
)


class RuleKind(StrEnum):
    """Other ways to choose a query; `RULES` describes each."""

    FIXED = "fixed"
    BEST = "best"
    OWN = "own"
    SINGLES = "singles"
    RANDOM = "random"
    TAU_STAR = "tau_star"


class RuleInput(StrEnum):
    """What a rule has to be told, by the name of the field of `Rule`; NOTHING for most."""

    NOTHING = ""
    TAU = "tau"
    SEED = "seed"


@dataclass(frozen=True, slots=True)
class RuleText:
    """What is said of a kind of rule.

    Attributes:
        text: description.
        takes: what it has to be told.
        after_draws: True if it differs from the run only where the run's estimator drew lam at random.
    """

    text: str
    takes: RuleInput = RuleInput.NOTHING
    after_draws: bool = False


RULES: Mapping[RuleKind, RuleText] = {
    RuleKind.FIXED: RuleText("One tau for every pair", takes=RuleInput.TAU),
    RuleKind.BEST: RuleText("Each pair's best tau"),
    RuleKind.OWN: RuleText("No look-ahead: pairs by their own scores"),
    RuleKind.SINGLES: RuleText("No pairs: single images by their own score"),
    RuleKind.RANDOM: RuleText("Random pairs", takes=RuleInput.SEED),
    RuleKind.TAU_STAR: RuleText("The same tau*, integrated exactly", after_draws=True),
}
"""The other ways to choose a query, in the order in which they are offered."""


LOOKING_AHEAD: Mapping[RuleKind, RuleText] = {
    RuleKind.FIXED: RuleText("Look ahead, one tau for every pair", takes=RuleInput.TAU),
    RuleKind.BEST: RuleText("Look ahead, each pair's best tau"),
}
"""The rules that count V, as they are called in a run that does not: there V, and not tau, is what they change."""


def rules_for(ahead: LookAheadRecord) -> Mapping[RuleKind, RuleText]:
    """The rules that can choose another query than the run did.

    Where scores are drawn at random, only another draw: all other rules would rank by draws too. Where V was recorded
    and not counted, the rules that count it are called by that, and there is no score whose V could be made exact.
    """
    if ahead.unit == DRAW_UNIT:
        return {RuleKind.RANDOM: RULES[RuleKind.RANDOM]}
    if ahead.use is ValueUse.RECORDED:
        rules = {**RULES, **LOOKING_AHEAD}
        return {kind: rule for kind, rule in rules.items() if kind is not RuleKind.OWN and not rule.after_draws}
    drawn = ahead.estimator in ESTIMATORS and ESTIMATORS[ahead.estimator].draws
    return {kind: rule for kind, rule in RULES.items() if drawn or not rule.after_draws}


def rule_kind_named(text: str) -> RuleKind:
    """The kind of rule with this text. Raises ConfigError, listing the known ones."""
    if text not in list(RuleKind):
        raise unknown("rule", text, list(RuleKind))
    return RuleKind(text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Another rule to choose a query.

    Attributes:
        kind: which way to choose.
        tau: tau of every pair; only FIXED uses it.
        seed: seed of the draw; only RANDOM uses it.

    Raises:
        ConfigError: the kind is unknown, or tau or the seed is out of range.
    """

    kind: RuleKind = RuleKind.FIXED
    tau: float = 2.0
    seed: int = 0

    def __post_init__(self) -> None:
        object.__setattr__(self, "kind", rule_kind_named(self.kind))
        if not (math.isfinite(self.tau) and 0 < self.tau <= TAU_LIMIT):
            raise ConfigError(f"tau is {self.tau:g}; it must be above 0 and at most {TAU_LIMIT:g}, Table 1 uses 2.0")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; seeds are whole numbers from 0 upwards")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """The query that a rule chooses.

    Attributes:
        ids: (B,) ids of the images, best first.
        pair_ids: (Q, 2) ids of the pairs; (0, 2) for single images.
        own: mean score of the images themselves.
        expected: mean of E[A_i(lam)] over the pairs, with the tau of the rule; None for single images.
    """

    ids: IntArray
    pair_ids: IntArray
    own: float
    expected: float | None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counterfactual:
    """The query of a cycle compared with the query of another rule.

    Attributes:
        real: the query as it was.
        other: the query of the rule.
        kept_ids: ids in both queries, in the order of the real one.
        leaving_ids: ids only in the real query.
        entering_ids: ids only in the query of the rule.
        unit: unit of the scores and expectations.
    """

    real: Choice
    other: Choice
    kept_ids: IntArray
    leaving_ids: IntArray
    entering_ids: IntArray
    unit: str


def what_if(records: CycleRecords, rule: Rule) -> Counterfactual:
    """Choose a query from the candidates of a cycle by another rule.

    Args:
        records: records of a cycle that selected pairs.
        rule: the other rule.

    Raises:
        ConfigError: the cycle has not queried any pairs.
    """
    select, ahead, candidates = records.select, records.look_ahead, records.subsample
    asked = records.asked
    if (
        select is None
        or ahead is None
        or candidates is None
        or records.score is None
        or select.rule is not SelectRule.PAIRS
    ):
        raise ConfigError(f"cycle {records.cycle} chose no pairs; ask about a cycle of a LADA method after its SELECT")
    if asked is None or len(asked.pair_ids) == 0:
        raise ConfigError(f"every pair of cycle {records.cycle} was skipped; ask about another cycle")
    place = {tuple(pair): row for row, pair in enumerate(candidates.pair_ids.tolist())}
    rows = np.array([place[tuple(pair)] for pair in asked.pair_ids.tolist()], np.int64)
    real = _pairs(records, ahead, rows, ahead.mean_virtual)
    if rule.kind is RuleKind.SINGLES:
        best = best_first(records.score.scores)[: len(asked.ids)]
        other = Choice(
            ids=candidates.subset_ids[best],
            pair_ids=np.empty((0, 2), np.int64),
            own=float(records.score.scores[best].mean()),
            expected=None,
        )
    else:
        values = _values(ahead, rule)
        other = _pairs(records, ahead, _rows(records, rule, values, len(rows)), values)
    return Counterfactual(
        real=real,
        other=other,
        kept_ids=real.ids[np.isin(real.ids, other.ids)],
        leaving_ids=real.ids[~np.isin(real.ids, other.ids)],
        entering_ids=other.ids[~np.isin(other.ids, real.ids)],
        unit=ahead.unit,
    )


def _values(ahead: LookAheadRecord, rule: Rule) -> FloatArray:
    """(P,) E[A_i(lam)] with the tau that the rule gives each pair; with tau* if the rule does not concern tau."""
    if rule.kind is RuleKind.FIXED:
        weights = beta_weights(ahead.grid.astype(np.float64), np.array([rule.tau]))[0]
        values: FloatArray = (ahead.profile @ weights).astype(np.float32)
        return values
    if rule.kind is RuleKind.BEST:
        return ahead.best_value
    return ahead.mean_virtual


def _rows(records: CycleRecords, rule: Rule, values: FloatArray, n: int) -> IntArray:
    """(Q,) rows of the pairs that the rule chooses, best first."""
    own = pair_terms(records)[:, :2]
    if rule.kind is RuleKind.RANDOM:
        return np.random.default_rng(rule.seed).choice(len(own), n, replace=False)
    scores = own.sum(axis=1) if rule.kind is RuleKind.OWN else np.column_stack([own, values]).sum(axis=1)
    return best_first(scores)[:n]


def _pairs(records: CycleRecords, ahead: LookAheadRecord, rows: IntArray, values: FloatArray) -> Choice:
    pair_ids = records.subsample.pair_ids[rows] if records.subsample is not None else np.empty((0, 2), np.int64)
    return Choice(
        ids=pair_ids.ravel(),
        pair_ids=pair_ids,
        own=float(ahead.profile[rows][:, [-1, 0]].mean()),
        expected=float(values[rows].mean()),
    )
