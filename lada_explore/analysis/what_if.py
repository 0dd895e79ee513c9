"""The query that another rule would have chosen from the same candidates, with the same frozen classifier.

Axes: P candidate pairs, M subset, B budget, Q = B / 2 pairs, C classes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from lada_explore.analysis.pairs import SINGLE_IMAGES, best_first, pair_terms
from lada_explore.analysis.predictions import entropy_bits, softmax
from lada_explore.beta import beta_weights
from lada_explore.config import ESTIMATORS, TAU_LIMIT, unknown
from lada_explore.errors import ConfigError
from lada_explore.records import (
    DRAW_UNIT,
    CycleRecords,
    FloatArray,
    IntArray,
    LookAheadRecord,
    ScoreRecord,
    SelectRule,
    SubsampleRecord,
    ValueUse,
)


class RuleKind(StrEnum):
    """Other ways to choose a query; `RULES` describes those for pairs, `IMAGE_RULES` those for single images."""

    FIXED = "fixed"
    BEST = "best"
    OWN = "own"
    SINGLES = "singles"
    RANDOM = "random"
    TAU_STAR = "tau_star"
    ENTROPY = "entropy"
    MARGIN = "margin"
    VAR_RATIO = "var_ratio"
    DRAW = "draw"


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
    RuleKind.FIXED: RuleText("One τ for every pair", takes=RuleInput.TAU),
    RuleKind.BEST: RuleText("Each pair's best τ"),
    RuleKind.OWN: RuleText("No look-ahead: pairs by their own scores"),
    RuleKind.SINGLES: RuleText("No pairs: single images by their own score"),
    RuleKind.RANDOM: RuleText("Random pairs", takes=RuleInput.SEED),
    RuleKind.TAU_STAR: RuleText("The same τ*, integrated exactly", after_draws=True),
}
"""The other ways to choose a query of pairs, in the order in which they are offered."""

IMAGE_RULES: Mapping[RuleKind, RuleText] = {
    RuleKind.ENTROPY: RuleText("The highest entropy of the predicted classes"),
    RuleKind.MARGIN: RuleText("The smallest margin between the two most probable classes"),
    RuleKind.VAR_RATIO: RuleText("The lowest probability of the most probable class"),
    RuleKind.DRAW: RuleText("Random images", takes=RuleInput.SEED),
}
"""The other ways to choose a query of single images, in the order in which they are offered."""

SAME_SCORES = 1e-3
"""Two scores of one image that differ by less are the same acquisition, which torch and numpy have computed."""


LOOKING_AHEAD: Mapping[RuleKind, RuleText] = {
    RuleKind.FIXED: RuleText("Look ahead, one τ for every pair", takes=RuleInput.TAU),
    RuleKind.BEST: RuleText("Look ahead, each pair's best τ"),
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


def image_rules_for(records: CycleRecords) -> Mapping[RuleKind, RuleText]:
    """The rules for single images that differ from the acquisition of the run; empty before SCORE."""
    score = records.score
    if score is None:
        return {}
    # A method that adds the score of a transform, or chooses a set, differs from the acquisition by itself.
    alone = records.select is None or (
        records.select.rule is SelectRule.SINGLES and not len(records.select.score_terms)
    )
    return {
        kind: rule
        for kind, rule in IMAGE_RULES.items()
        if kind is RuleKind.DRAW
        or not (alone and np.allclose(image_scores(score.logits, kind), score.scores, atol=SAME_SCORES))
    }


def image_scores(logits: FloatArray, kind: RuleKind) -> FloatArray:
    """(M,) scores of single images by a rule of `IMAGE_RULES`, higher for those that it chooses first.

    Args:
        logits: (M, C) of the classifier, C at least 2.
        kind: ENTROPY (bits), MARGIN (1 minus the margin) or VAR_RATIO (1 minus the largest probability).

    Raises:
        ConfigError: the rule does not score images.

    Source: `MaxEntropy`, `Margin` and `VarRatio` in `lada_explore.acquisition`, which the tests hold these against.
    """
    if kind == RuleKind.ENTROPY:
        return entropy_bits(logits).astype(np.float32)
    if kind not in (RuleKind.MARGIN, RuleKind.VAR_RATIO):
        raise ConfigError(f"rule {str(kind)!r} does not score single images; choose entropy, margin or var_ratio")
    highest = np.sort(softmax(logits)[0], axis=1)[:, ::-1]
    scores = 1 - (highest[:, 0] - (highest[:, 1] if kind == RuleKind.MARGIN else 0))
    return scores.astype(np.float32)


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
        seed: seed of the draw; only RANDOM and DRAW use it.

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


def is_own(records: CycleRecords, rule: Rule) -> bool:
    """Whether a rule is the one by which a cycle of pairs chose: its tau of every pair, in a score that counts V."""
    ahead = records.look_ahead
    if ahead is None or not len(ahead.tau) or ahead.use is not ValueUse.COUNTED:
        return False
    if rule.kind is RuleKind.FIXED:
        return bool(np.allclose(ahead.tau, rule.tau))
    return rule.kind is RuleKind.BEST and bool(np.allclose(ahead.tau, ahead.best_tau))


def starting_rule(records: CycleRecords) -> Rule:
    """The first rule that is offered for a cycle and chooses another query than it did; to be compared with first.

    Where none does, the first that is not the cycle's own.

    Args:
        records: records of a cycle that chose its query, after the start.

    Raises:
        ConfigError: no rule is offered, because the cycle scored nothing.
    """
    of_pairs = records.select is not None and records.select.rule.of_pairs
    offered = rules_for(records.look_ahead) if of_pairs and records.look_ahead else image_rules_for(records)
    others = [rule for rule in (Rule(kind=kind) for kind in offered) if not is_own(records, rule)]
    for rule in others:
        if len(what_if(records, rule).leaving_ids):
            return rule
    if others:
        return others[0]
    raise ConfigError(f"cycle {records.cycle} scored nothing, so no other rule can choose; take another cycle")


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
        records: records of a cycle that selected pairs or single images, after its start.
        rule: the other rule; one of `IMAGE_RULES` for single images, of `RULES` for pairs.

    Raises:
        ConfigError: the cycle has not queried anything, or the rule does not fit what it queries.
    """
    if records.select is not None and records.select.rule in SINGLE_IMAGES:
        return _what_if_images(records, rule)
    if rule.kind in IMAGE_RULES:
        raise ConfigError(f"rule {str(rule.kind)!r} is one of single images; choose one of {', '.join(RULES)}")
    select, ahead, candidates = records.select, records.look_ahead, records.subsample
    asked = records.asked
    if select is None or ahead is None or candidates is None or records.score is None or not select.rule.of_pairs:
        raise ConfigError(f"cycle {records.cycle} chose no pairs; take a cycle in which a LADA method chose some")
    if asked is None or len(asked.pair_ids) == 0:
        raise ConfigError(f"every pair of cycle {records.cycle} was skipped; take another cycle")
    place = {tuple(pair): row for row, pair in enumerate(candidates.pair_ids.tolist())}
    rows = np.array([place[tuple(pair)] for pair in asked.pair_ids.tolist()], np.int64)
    real = _pairs(records, ahead, rows, ahead.mean_virtual)
    if rule.kind is RuleKind.SINGLES:
        other = _images(candidates, records.score, best_first(records.score.scores)[: len(asked.ids)])
    else:
        values = _values(ahead, rule)
        other = _pairs(records, ahead, _rows(records, rule, values, len(rows)), values)
    return _compared(real, other, ahead.unit)


def _what_if_images(records: CycleRecords, rule: Rule) -> Counterfactual:
    """`what_if` for single images."""
    score, candidates, asked = records.score, records.subsample, records.asked
    if rule.kind not in IMAGE_RULES:
        raise ConfigError(f"rule {str(rule.kind)!r} is one of pairs; choose one of {', '.join(IMAGE_RULES)}")
    asked_ids = asked.ids.tolist() if asked is not None else []
    place = {i: row for row, i in enumerate(candidates.subset_ids.tolist())} if candidates is not None else {}
    # One that was answered before it was scored is not among the candidates.
    real = np.array([place[i] for i in asked_ids if i in place], np.int64)
    if score is None or candidates is None or len(real) == 0:
        raise ConfigError(f"no image of cycle {records.cycle} was scored and asked about; take another cycle")
    if rule.kind is RuleKind.DRAW:
        other = np.random.default_rng(rule.seed).choice(len(score.scores), len(real), replace=False)
    else:
        other = best_first(image_scores(score.logits, rule.kind))[: len(real)]
    return _compared(_images(candidates, score, real), _images(candidates, score, other), score.unit)


def _images(candidates: SubsampleRecord, score: ScoreRecord, rows: IntArray) -> Choice:
    """The choice of these rows of the candidates, as single images."""
    return Choice(
        ids=candidates.subset_ids[rows],
        pair_ids=np.empty((0, 2), np.int64),
        own=float(score.scores[rows].mean()),
        expected=None,
    )


def _compared(real: Choice, other: Choice, unit: str) -> Counterfactual:
    return Counterfactual(
        real=real,
        other=other,
        kept_ids=real.ids[np.isin(real.ids, other.ids)],
        leaving_ids=real.ids[~np.isin(real.ids, other.ids)],
        entering_ids=other.ids[~np.isin(other.ids, real.ids)],
        unit=unit,
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
