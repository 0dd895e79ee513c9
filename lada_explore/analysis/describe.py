"""A sentence on what a stage did, with its numbers, for the log of the stepper and for the command line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import assert_never

import numpy as np

from lada_explore.analysis.accuracy import wilson_interval
from lada_explore.analysis.theta import IDENTITY
from lada_explore.analysis.worth import best_of
from lada_explore.config import POLICIES, Method
from lada_explore.records import (
    DRAW_UNIT,
    ENTROPY_UNIT,
    EvaluatedOn,
    EvaluateRecord,
    LookAheadRecord,
    QueryRecord,
    Record,
    ScoreRecord,
    SelectRecord,
    SelectRule,
    SubsampleRecord,
    TrainRecord,
    ValueUse,
    class_name,
)

MAX_CLASSES_NAMED = 6
"""If the answers of a query are of more classes, only the most frequent ones are named."""


def describe(
    record: Record, class_names: Sequence[str], method: Method | None = None, *, on_features: bool = False
) -> str:
    """Describe what a stage did, in one or two sentences.

    Args:
        record: record of the stage.
        class_names: names of the classes, by label; a label without a name is shown as a number.
        method: method of the run, which says what the records of LOOK_AHEAD and TRAIN do not tell: what becomes of
            images that nothing looked ahead to, and whether virtual instances are transforms.
        on_features: whether the classifier is a head on features, so that layer 0 are those and not the images.
    """
    match record:
        case SubsampleRecord():
            return _subsample(record, on_features)
        case ScoreRecord():
            return _score(record)
        case LookAheadRecord():
            return _look_ahead(record, method)
        case SelectRecord():
            return _select(record)
        case QueryRecord():
            return _query(record, class_names)
        case TrainRecord():
            return _train(record, method)
        case EvaluateRecord():
            return _evaluate(record, class_names)
        case _:
            assert_never(record)


def _count(n: int, noun: str) -> str:
    return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"


def _subsample(record: SubsampleRecord, on_features: bool) -> str:
    drawn = f"Drew {_count(len(record.subset_ids), 'candidate')} from the unlabelled pool"
    if len(record.pair_ids) == 0:
        return f"{drawn}."
    first = "as features" if on_features else "as images"
    of_head = " of the head" if on_features else ""
    where = first if record.mix_layer == 0 else f"after layer {record.mix_layer}{of_head}"
    return f"{drawn} and paired them at random: {_count(len(record.pair_ids), 'pair')}, mixed {where}."


def _score(record: ScoreRecord) -> str:
    what = "entropy " if record.unit == ENTROPY_UNIT else ""
    return (
        f"Scored {_count(len(record.scores), 'candidate')}: "
        f"{what}{record.scores.min():.2f} to {record.scores.max():.2f} {record.unit}, mean {record.scores.mean():.2f}."
    )


def _look_ahead(record: LookAheadRecord, method: Method | None) -> str:
    pairs = len(record.tau)
    if len(record.theta):
        return _look_ahead_theta(record)
    if pairs == 0:
        return _no_look_ahead(method)
    counted = "" if record.use is ValueUse.COUNTED else ", which this method does not count,"
    worth = f"look-ahead{counted} is worth {record.value.mean():.2f} {record.unit} a pair"
    regret = float((best_of(record)[1] - record.value).mean())
    # Values of the pathwise estimator are sampled and may lie slightly above the best value, which is exact.
    against = f"{abs(regret):.2f} {'below' if regret >= 0 else 'above'} the best τ"
    spread = f"{record.tau.min():.2f} to {record.tau.max():.2f}, mean {record.tau.mean():.2f}"
    if record.unit == DRAW_UNIT:
        drawn = "uniform draws, which say nothing of their images"
        return f"The values of the virtual instances of {_count(pairs, 'pair')} are {drawn}; τ is {spread}."
    if POLICIES[record.policy].same_for_all:
        return f"Kept τ at {record.tau[0]:g} for {_count(pairs, 'pair')}; {worth}, {against}."
    if POLICIES[record.policy].trains:
        return f"Learned τ* for {_count(pairs, 'pair')}: {spread}; {worth}, {against}."
    return f"Read the best τ of {_count(pairs, 'pair')} off their profiles: {spread}; {worth}."


def _no_look_ahead(method: Method | None) -> str:
    if method is None or not (method.transforms_images or method.mixes_acquired):
        return "This method scores single images; there was nothing to look ahead to."
    afterwards = (
        "transforms those asked about" if method.transforms_images else "mixes those asked about in random pairs"
    )
    return (
        f"This method does not look ahead: it scores single images, and {afterwards} only afterwards, while the "
        "classifier trains."
    )


def _look_ahead_theta(record: LookAheadRecord) -> str:
    images = _count(len(record.theta), "image")
    worth = f"the transforms are worth {record.value.mean():.2f} {record.unit} an image"
    learned = POLICIES[record.policy].trains
    how = "Learned how to transform" if learned else "Took the transforms that training left for"
    if record.theta.shape[1] != len(IDENTITY):  # An augmentation with transforms of its own.
        return f"{how} {images}; {worth}."
    moved = float(np.abs(record.theta - IDENTITY).max(axis=1).mean())
    return f"{how} {images}: θ is {moved:.2f} from the identity on average; {worth}."


def _select(record: SelectRecord) -> str:
    asked = len(record.query_ids)
    if record.rule is SelectRule.INITIAL:
        more = ", and more until every class is found" if len(record.seed_ids) else ""
        return f"Chose {asked:,} to start from{more}."
    pairs = len(record.pair_ids)
    chosen, noun = (pairs, "pair") if record.rule.of_pairs else (asked, "candidate")
    if record.rule.together:
        of = f"{chosen:,} of {_count(len(record.scores), noun)}"
        labels = f", {_count(asked, 'label')}" if record.rule.of_pairs else ""
        return f"Chose {of} to ask about as a set{labels}, so not the {chosen:,} highest scores."
    best = np.sort(record.scores)[::-1][:chosen]
    ranked = f"scores {best[-1]:.2f} to {best[0]:.2f}, where the mean candidate has {record.scores.mean():.2f}"
    of = f"{chosen:,} of {_count(len(record.scores), noun)}"
    if not record.rule.of_pairs:
        why = ""
        if len(record.score_terms):
            own, value = record.score_terms[int(np.argmax(record.scores))]
            why = f"; the best one's {own + value:.2f} is {own:.2f} its own and {value:.2f} that of its transform"
        return f"Chose {of} to ask about: {ranked}{why}."
    own, other, value = record.score_terms[int(np.argmax(record.scores))]
    ahead = f"and {value:.2f} look-ahead" if record.score_terms[:, 2].any() else "alone, without look-ahead"
    why = f"the best one's {own + other + value:.2f} is {own:.2f} + {other:.2f} its own {ahead}"
    return f"Chose {of} to ask about, {_count(asked, 'label')}: {ranked}; {why}."


def _query(record: QueryRecord, class_names: Sequence[str]) -> str:
    counts = Counter(record.labels.tolist())
    ranked = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = ranked if len(ranked) <= MAX_CLASSES_NAMED else ranked[: MAX_CLASSES_NAMED - 1]
    parts = [f"{n:,} {class_name(label, class_names)}" for label, n in shown]
    if rest := ranked[len(shown) :]:
        parts.append(f"{sum(n for _, n in rest):,} of {len(rest):,} other classes")
    beside = [
        (np.setdiff1d(record.ahead_ids, record.given_ids), "answered before they were asked"),
        (record.given_ids, "labelled without being asked about"),
        (record.skipped_ids, "skipped"),
        (record.held_out_ids, "held out for testing"),
    ]
    also = "".join(f"; {len(ids):,} {what}" for ids, what in beside if len(ids))
    return f"Got {_count(len(record.labels), 'label')}: {', '.join(parts)}{also}."


def _train(record: TrainRecord, method: Method | None) -> str:
    # Older records do not hold the transforms, and at the start nothing was acquired whose transforms they could hold.
    transforms = method.transforms_images if method is not None else len(record.transformed_ids) > 0
    made = "transform" if transforms else "virtual instance"
    virtual = f" and {_count(record.n_virtual, made)} an epoch" if record.n_virtual else ""
    loss = f"loss {record.train_loss[0]:.2f} to {record.train_loss[-1]:.2f} nats"
    if len(record.virtual_loss):
        loss += f" (virtual {record.virtual_loss[0]:.2f} to {record.virtual_loss[-1]:.2f})"
    epochs = _count(len(record.train_loss), "epoch")
    return f"Trained {epochs} on {_count(record.n_labelled, 'label')}{virtual}: {loss}."


def _evaluate(record: EvaluateRecord, class_names: Sequence[str]) -> str:
    after = f"after {_count(record.n_labelled, 'label')}"
    if record.accuracy is None:
        return f"There is no labelled test set, so the accuracy {after} is unknown."
    where = "in the test set" if record.tested_on is EvaluatedOn.TEST_SET else "held out for testing"
    lower, upper = wilson_interval(np.array([record.accuracy]), np.array([record.n_test]))
    return (
        f"{100 * record.accuracy:.1f} % of the {record.n_test:,} {where} are right {after} "
        f"(95 % interval {100 * lower[0]:.1f} to {100 * upper[0]:.1f} %){_hardest(record, class_names)}."
    )


def _hardest(record: EvaluateRecord, class_names: Sequence[str]) -> str:
    totals = record.confusion.sum(axis=1)
    if len(totals) < 2 or totals.min(initial=1) == 0:
        return ""
    recall = np.diag(record.confusion) / totals
    worst = int(recall.argmin())
    return f"; worst class: {class_name(worst, class_names)}, {100 * recall[worst]:.0f} %"
