"""What must agree between the fields of a record, between the records of a run, and with what `run.json` says."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lada_explore.records import (
    CycleRecords,
    EvaluatedOn,
    EvaluateRecord,
    IntArray,
    LookAheadRecord,
    Policy,
    QueryRecord,
    Record,
    ScoreRecord,
    SelectRecord,
    SelectRule,
    Stage,
    TrainRecord,
    ValueUse,
    classes_could_grow,
)
from lada_explore.store.files import damaged
from lada_explore.store.run_info import RunInfo

TOGETHER: Mapping[Stage, tuple[tuple[str, ...], ...]] = {
    Stage.LOOK_AHEAD: (
        (
            *("nodes", "outputs", "grid", "profile", "tau", "tau_by_epoch"),
            *("best_tau", "best_value", "mean_virtual", "max_virtual"),
        ),
        ("theta", "theta_by_epoch"),
    ),
    Stage.SELECT: (("pair_ids", "pair_tau"), ("virtual_features", "virtual_logits")),
    Stage.QUERY: (("pair_ids", "pair_tau"),),
    Stage.TRAIN: (("transformed_ids", "transformed_theta", "transformed_images"),),
    Stage.EVALUATE: (("confusion", "calibration"), ("stop_ids", "stop_logits")),
}
"""Arrays of a record of which all hold something, or none."""

ROUNDING = 1e-6
EXACT_IN_FLOAT32 = 2**24
"""Largest count up to which every whole number has a float32."""


def own_disagreement(record: Record, info: RunInfo) -> str:
    """What of a record does not agree with the rest of it, or with the run; empty if nothing.

    Args:
        record: whose fields have the types, axes and ranges that they must have.
        info: of the run.
    """
    for names in TOGETHER.get(record.stage, ()):
        there = [name for name in names if np.size(getattr(record, name) if getattr(record, name) is not None else ())]
        if there and len(there) < len(names):
            return f"{next(name for name in names if name not in there)} is empty, and {there[0]} is not"
    match record:
        case ScoreRecord():
            return _other_unit(record.unit, info)
        case LookAheadRecord():
            return _of_look_ahead(record, info)
        case SelectRecord():
            return _of_select(record)
        case QueryRecord():
            late = record.ahead_model_cycle >= max(record.cycle, 0)
            return f"ahead_model_cycle is {record.ahead_model_cycle}, and the cycle is {record.cycle}" if late else ""
        case TrainRecord():
            return "" if len(record.train_loss) else "train_loss is empty"
        case EvaluateRecord():
            return _of_evaluate(record, info)
        case _:
            return ""


def _other_unit(unit: str, info: RunInfo) -> str:
    return "" if unit == info.acquisition_unit else f"unit is {unit!r}, and that of the run {info.acquisition_unit!r}"


def _of_look_ahead(record: LookAheadRecord, info: RunInfo) -> str:
    policy = info.config.method.policy
    if record.policy not in (Policy.NONE, policy):
        return f"policy is {record.policy}, and that of the run {policy}"
    ahead = info.config.method.look_ahead
    if len(record.tau) and (record.use is ValueUse.COUNTED) is not ahead:
        return f"use is {record.use}, and the method of the run {'looks' if ahead else 'does not look'} ahead"
    for name in ("nodes", "grid"):
        if not (np.diff(getattr(record, name)) > 0).all():
            return f"{name} does not increase from each value to the next"
    return _other_unit(record.unit, info)


def _of_select(record: SelectRecord) -> str:
    n, terms = len(record.scores), len(record.score_terms)
    if record.rule is not SelectRule.INITIAL and not n:
        return f"scores is empty, and rule is {record.rule}"
    if terms != n and (terms or record.rule.of_pairs):
        return f"score_terms has {terms} rows for {n} scores"
    return ""


def _of_evaluate(record: EvaluateRecord, info: RunInfo) -> str:
    n_test = record.n_test
    if n_test and record.tested_on is EvaluatedOn.TEST_SET and n_test != info.n_test:
        return f"n_test is {n_test}, and the run has {info.n_test} test images"
    for name in ("accuracy", "mean_nll"):
        if (getattr(record, name) is None) is (n_test > 0):
            return f"{name} is {getattr(record, name)}, and n_test is {n_test}"
    if not record.confusion.size:
        return f"confusion is empty, and n_test is {n_test}" if n_test else ""
    if (counted := int(record.confusion.sum())) != n_test:
        return f"confusion counts {counted} images of {n_test}"
    right = int(np.trace(record.confusion))
    if not math.isclose(record.accuracy or 0.0, right / n_test, abs_tol=ROUNDING):
        return f"accuracy is {record.accuracy}, and confusion counts {right} of {n_test} as right"
    if (n := len(record.predicted)) not in (0, n_test):
        return f"predicted has {n} classes for {n_test} images"
    if n and not np.array_equal(
        np.bincount(record.predicted, minlength=len(record.confusion)), record.confusion.sum(0)
    ):
        return "predicted and confusion count the classes differently"
    binned = round(float(record.calibration[:, 0].sum(dtype=np.float64)))
    if n_test <= EXACT_IN_FLOAT32 and binned != n_test:
        return f"calibration counts {binned} images of {n_test}"
    return ""


@dataclass(slots=True)
class Seen:
    """What the records of earlier cycles tell of those of later ones.

    Attributes:
        info: of the run.
        ids: that are labelled.
        n_classes: outputs of the classifier; None while nothing tells, because a person may add classes at the start.
    """

    info: RunInfo
    ids: set[int] = field(default_factory=set)
    n_classes: int | None = None

    def add(self, records: CycleRecords) -> None:
        """Add what a complete cycle tells."""
        if records.query is not None:
            self.ids.update(records.query.ids.tolist())
        self.n_classes = self.classes_in(records)

    def classes_in(self, records: CycleRecords) -> int | None:
        """Outputs of the classifier in this cycle; None while nothing tells."""
        return self.n_classes or _n_classes(records, self.info)


def _n_classes(records: CycleRecords, info: RunInfo) -> int | None:
    if records.query is not None and records.cycle == 0 and not classes_could_grow([records]):
        return len(info.class_names)
    return next((n for _, _, n in _class_axes(records)), None)


def _class_axes(records: CycleRecords) -> Iterator[tuple[Stage, str, int]]:
    """Stage, field and length of every axis of classes."""
    if (score := records.score) is not None:
        yield Stage.SCORE, "logits", score.logits.shape[1]
    if (select := records.select) is not None and select.virtual_logits.size:
        yield Stage.SELECT, "virtual_logits", select.virtual_logits.shape[2]
    if (train := records.train) is not None and train.plane.size:
        yield Stage.TRAIN, "plane", train.plane.shape[2]
    if (evaluate := records.evaluate) is not None and evaluate.confusion.size:
        yield Stage.EVALUATE, "confusion", len(evaluate.confusion)


def check_history(cycles: Sequence[CycleRecords], info: RunInfo, run: Path) -> None:
    """See that the records of a run agree with each other.

    Args:
        cycles: all of them.
        info: of the run.
        run: the run folder.

    Raises:
        StoreError: they do not; names the first stage that is wrong.
    """
    seen = Seen(info)
    for records in cycles:
        check_cycle(records, seen, run)
        seen.add(records)


def check_cycle(records: CycleRecords, seen: Seen, run: Path) -> None:
    """See that the records of a cycle agree with each other, and with the cycles before.

    Args:
        records: of the cycle, as far as it is.
        seen: of the cycles before.
        run: the run folder.

    Raises:
        StoreError: they do not; names the first stage that is wrong.
    """
    for faults in (_of_candidates(records), _of_answers(records, seen), _of_classes(records, seen)):
        for stage, fault in faults:
            if fault:
                folder = run / "cycles" / f"{records.cycle:03d}" / stage.value
                raise damaged(folder, fault, folder)


def require_named(cycles: Sequence[CycleRecords], n_classes: int, run: Path) -> None:
    """See that every answer in the records is one of the classes, with those that a person added.

    Args:
        cycles: all records.
        n_classes: number of classes.
        run: the run folder.

    Raises:
        StoreError: one is not.
    """
    for records in cycles:
        query, train = records.query, records.train
        for stage, beyond in (
            (Stage.QUERY, "" if query is None else _beyond(query.labels, n_classes)),
            (Stage.TRAIN, "" if train is None else _beyond(train.relabelled, n_classes, "relabelled")),
        ):
            if beyond:
                folder = run / "cycles" / f"{records.cycle:03d}" / stage.value
                raise damaged(folder, beyond, folder)


def _beyond(labels: IntArray, n_classes: int, name: str = "labels") -> str:
    highest = int(labels.max(initial=-1))
    return f"{name} holds {highest}, and there are {n_classes} classes" if highest >= n_classes else ""


def _of_candidates(records: CycleRecords) -> Iterator[tuple[Stage, str]]:
    subsample, score, ahead, select = records.subsample, records.score, records.look_ahead, records.select
    if subsample is not None:
        candidates, paired = set(subsample.subset_ids.tolist()), subsample.pair_ids.ravel().tolist()
        yield Stage.SUBSAMPLE, "" if len(candidates) == len(subsample.subset_ids) else "subset_ids holds an id twice"
        yield Stage.SUBSAMPLE, _outside("pair_ids", paired, candidates)
        yield Stage.SUBSAMPLE, "" if len(set(paired)) == len(paired) else "pair_ids holds an id twice"
        n, n_pairs = len(candidates), len(subsample.pair_ids)
        if score is not None:
            yield Stage.SCORE, "" if len(score.scores) == n else f"scores has {len(score.scores)} values for {n} images"
        if ahead is not None and ahead.profile.size:
            wrong = len(ahead.profile) != n_pairs
            yield Stage.LOOK_AHEAD, f"profile has {len(ahead.profile)} rows for {n_pairs} pairs" if wrong else ""
        if select is not None:
            yield Stage.SELECT, _outside("query_ids", select.query_ids.tolist(), candidates)
            scored = n_pairs if select.rule.of_pairs else n
            yield Stage.SELECT, "" if len(select.scores) == scored else f"scores has {len(select.scores)}, not {scored}"
        pairs = {(first, second) for first, second in subsample.pair_ids.tolist()}
        for stage, record in ((Stage.SELECT, select), (Stage.QUERY, records.query)):
            if record is not None and record.pair_ids is not None:
                asked = [(first, second) for first, second in record.pair_ids.tolist()]
                yield stage, _outside("pair_ids", asked, pairs)
    if select is not None:
        twice = len(set(select.query_ids.tolist())) < len(select.query_ids)
        yield Stage.SELECT, "query_ids holds an id twice" if twice else ""


def _outside(name: str, found: Sequence[object], allowed: Collection[object], which: str = "the candidates") -> str:
    """What of a field is not among the allowed ones of its cycle; empty if nothing is."""
    outside = [one for one in found if one not in allowed]
    return f"{name} holds {outside[0]}, which is not among {which}" if outside else ""


def _of_answers(records: CycleRecords, seen: Seen) -> Iterator[tuple[Stage, str]]:
    query, train, evaluate = records.query, records.train, records.evaluate
    n, n_classes = len(seen.ids), seen.classes_in(records)
    if query is not None:
        ids = query.ids.tolist()
        again = [i for i in ids if i in seen.ids]
        yield Stage.QUERY, f"ids holds {again[0]}, which has a label already" if again else ""
        known = set(ids)
        yield Stage.QUERY, "ids holds an id twice" if len(known) < len(ids) else ""
        outside = [i for i in [*query.held_out_ids.tolist(), *query.ahead_ids.tolist()] if i not in known]
        yield Stage.QUERY, f"held_out_ids or ahead_ids holds {outside[0]}, which is not in ids" if outside else ""
        ahead = set(query.ahead_ids.tolist())
        yield Stage.QUERY, _outside("given_ids", query.given_ids.tolist(), ahead, "ahead_ids")
        others = set(query.pictured) - set([] if records.select is None else records.select.query_ids.tolist())
        wrong = len(query.images) != len(others)
        yield (
            Stage.QUERY,
            f"images holds {len(query.images)}, and ids {len(others)} beside those chosen" if wrong else "",
        )
        yield Stage.QUERY, "" if n_classes is None else _beyond(query.labels, n_classes)
        n += len(ids)
    if train is not None:
        answered = () if query is None else query.ids.tolist()
        yield Stage.TRAIN, _outside("transformed_ids", train.transformed_ids.tolist(), answered, "those with an answer")
        changed = train.relabelled_ids.tolist()
        yield Stage.TRAIN, "relabelled_ids holds an id twice" if len(set(changed)) < len(changed) else ""
        yield Stage.TRAIN, _outside("relabelled_ids", changed, seen.ids.union(answered), "the labelled images")
        yield Stage.TRAIN, "" if n_classes is None else _beyond(train.relabelled, n_classes, "relabelled")
        yield Stage.TRAIN, "" if train.n_labelled <= n else _too_many(train.n_labelled, n)
    if evaluate is not None:
        yield Stage.EVALUATE, "" if evaluate.n_labelled <= n else _too_many(evaluate.n_labelled, n)


def _of_classes(records: CycleRecords, seen: Seen) -> Iterator[tuple[Stage, str]]:
    n_classes, least = seen.classes_in(records), len(seen.info.class_names)
    for stage, name, n in _class_axes(records):
        yield stage, "" if n == n_classes and n >= least else f"{name} is of {n} classes, and the run of {n_classes}"


def _too_many(n_labelled: int, n: int) -> str:
    return f"n_labelled is {n_labelled}, and {n} images have a label"
