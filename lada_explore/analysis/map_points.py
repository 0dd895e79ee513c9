"""The points of a cycle's map: candidates, labelled and acquired images, and virtual instances of the queried pairs.

Axes: N images on the map, Q queried pairs with recorded virtual instances, V virtual instances of a pair, F features,
C classes, K = min(3, C) most probable classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis.pairs import drawn_at_random, max_instance, pictures, targets_of
from lada_explore.analysis.predictions import entropy_bits, softmax
from lada_explore.analysis.theta import n_learned
from lada_explore.errors import ConfigError
from lada_explore.records import (
    ByteArray,
    CycleRecords,
    FloatArray,
    IntArray,
    LookAheadRecord,
    ScoreRecord,
    SelectRecord,
    SubsampleRecord,
    labels_in,
)

MAX_LABELLED = 2000
"""Only this many of the labelled images, the latest, are on the map; more would take minutes to lay out."""

TOP = 3
"""Number of most probable classes whose probabilities are given."""


class Kind(IntEnum):
    """Role of an image in the cycle of the map."""

    CANDIDATE = 0
    LABELLED = 1
    ACQUIRED = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualPoints:
    """Virtual instances of the queried pairs, best pair first; or transforms of the queried images, with V = 1.

    Attributes:
        pair_ids: (Q, 2) ids of the parents x_i and x'_i; twice the same id for a transform.
        tau: (Q,) tau* of each pair; (0,) for transforms.
        lam: (Q, V) weight of x_i in each instance; 1 for a transform.
        features: (Q, V, F) penultimate features.
        entropy_bits: (Q, V) predictive entropy in bits.
        top_classes: (Q, V, K) most probable classes.
        top_probabilities: (Q, V, K) probabilities of these classes.
        max_instance: (Q,) largest acquisition of V equally likely virtual instances, in `unit`.
        mean_virtual: (Q,) mean acquisition over Beta(tau*, tau*), in `unit`.
        unit: unit of the acquisition; "bits" for entropy.
        images: (Q, D, H, W) pixels of the transforms; (0, D, H, W) for virtual instances, and where none are recorded.
        are_transforms: True if these are transforms.
        follow_tau: True if these are the V virtual instances of `max_instance`; False in older records, whose instances
            lie at even steps of the path, the same for every pair.
        n_learned: number of these transforms that TRAIN learned from; 0 before TRAIN.
    """

    pair_ids: IntArray
    tau: FloatArray
    lam: FloatArray
    features: FloatArray
    entropy_bits: FloatArray
    top_classes: IntArray
    top_probabilities: FloatArray
    max_instance: FloatArray
    mean_virtual: FloatArray
    unit: str
    images: ByteArray = field(default_factory=lambda: np.empty((0, 1, 1, 1), np.uint8))
    are_transforms: bool = False
    follow_tau: bool = True
    n_learned: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MapPoints:
    """The images on the map of a cycle, with the predictions of the classifier that scored the candidates.

    First come the candidates, including the acquired ones, in the order of the subset; then the images labelled in
    earlier cycles, in the order they were labelled. Old runs did not record logits of labelled images; their entropy
    and predictions are then unknown.

    Attributes:
        cycle: the cycle.
        reason: a sentence on why there is no map; empty if there is one. With a reason, the arrays are empty.
        ids: (N,) image ids.
        kind: (N,) `Kind` of each image.
        features: (N, F) penultimate features.
        target: (N,) true class of each candidate, and label of each labelled image; the label of a candidate that was
            answered too, where the data set does not know its class. -1 if the image has neither, and while it is asked
            about and not answered.
        given: (N,) whether that is the label which was given.
        predicted: (N,) most probable class; -1 if unknown.
        entropy_bits: (N,) predictive entropy in bits; NaN if unknown.
        top_classes: (N, K) most probable classes; -1 if unknown.
        top_probabilities: (N, K) probabilities of these classes; NaN if unknown.
        acquired_cycle: (N,) cycle that chose the image; -1 for candidates that were not chosen.
        partner: (N,) id of the other image of the candidate pair; -1 without one.
        images: (N, D, H, W) pixels; (0, D, H, W) if the records keep none.
        virtual: virtual instances of the queried pairs.
        query_ids: (B,) ids queried in this cycle, best first; (0,) before SELECT.
        n_left_out: number of labelled images that are not on the map.
        n_afterwards: number of transforms that TRAIN made of the acquired images, for a method that does not look ahead
            at them; they have no place on the map. 0 before TRAIN.
        drawn: whether random draws chose the acquired images.
        waiting: whether these are only asked about, and not answered yet.
    """

    cycle: int
    reason: str
    ids: IntArray
    kind: IntArray
    features: FloatArray
    target: IntArray
    given: NDArray[np.bool_]
    predicted: IntArray
    entropy_bits: FloatArray
    top_classes: IntArray
    top_probabilities: FloatArray
    acquired_cycle: IntArray
    partner: IntArray
    images: ByteArray
    virtual: VirtualPoints
    query_ids: IntArray
    n_left_out: int = 0
    n_afterwards: int = 0
    drawn: bool = False
    waiting: bool = False

    @property
    def told(self) -> bool:
        """Whether the true class of a candidate is known, as in a data set with labels."""
        return bool((self.target[~self.given] >= 0).any())

    @property
    def correct(self) -> IntArray:
        """(N,) 1 if the prediction equals the target, 0 if it differs, -1 if one of them is unknown."""
        known = (self.predicted >= 0) & (self.target >= 0)
        return np.where(known, self.predicted == self.target, -1).astype(np.int64)


def cycle_of_map(history: Sequence[CycleRecords]) -> int:
    """The latest cycle whose candidates were scored; 0 if there is none yet."""
    return max((records.cycle for records in history if records.score is not None), default=0)


def map_points(history: Sequence[CycleRecords], cycle: int) -> MapPoints:
    """The points of a cycle's map, or the reason why there is none.

    Args:
        history: records of a run.
        cycle: the cycle; the map shows the state before the cycle trains on what it acquires.

    Raises:
        ConfigError: records contradict each other.
    """
    here = next((records for records in history if records.cycle == cycle), CycleRecords(cycle=cycle))
    subset, score = here.subsample, here.score
    came_so_far = any(records.cycle == cycle for records in history)
    reason = _reason(here, score) if came_so_far else f"This run has no cycle {cycle} so far."
    if reason or subset is None or score is None:
        return _no_points(cycle, reason)
    known = _labelled(history, cycle, score)
    chosen = here.asked.ids if here.asked is not None else _ints(0)
    acquired = np.isin(subset.subset_ids, chosen)
    entropy, top_classes, top_probabilities = _predictions(np.concatenate([score.logits, known.logits]))
    n_known = len(known.ids)
    told = slice(len(score.logits), None)
    n_unknown = n_known - len(known.logits)
    images = pictures(subset.images)
    has_images = len(images) == len(subset.subset_ids)
    waiting = here.query is None and len(chosen) > 0
    target, given = _targets(subset, here)
    return MapPoints(
        cycle=cycle,
        reason="",
        ids=np.concatenate([subset.subset_ids, known.ids]),
        kind=np.concatenate([np.where(acquired, Kind.ACQUIRED, Kind.CANDIDATE), _ints(n_known, Kind.LABELLED)]),
        features=np.concatenate([score.features, known.features]).astype(np.float32),
        target=np.concatenate([target, known.labels]),
        given=np.concatenate([given, np.ones(n_known, bool)]),
        predicted=np.concatenate([score.predicted, top_classes[told, 0], _ints(n_unknown)]),
        entropy_bits=_filled(entropy, n_unknown, np.nan),
        top_classes=_filled(top_classes, n_unknown, -1),
        top_probabilities=_filled(top_probabilities, n_unknown, np.nan),
        acquired_cycle=np.concatenate([np.where(acquired, cycle, -1), known.cycles]),
        partner=np.concatenate([_partners(subset.subset_ids, subset.pair_ids), _ints(n_known)]),
        images=np.concatenate([images, known.images]) if has_images and n_known else images,
        virtual=_virtual(here, score),
        query_ids=chosen,
        n_left_out=known.n_left_out,
        n_afterwards=_afterwards(here),
        drawn=drawn_at_random(here),
        waiting=waiting,
    )


def _targets(subset: SubsampleRecord, records: CycleRecords) -> tuple[IntArray, NDArray[np.bool_]]:
    """(M,) `MapPoints.target` and (M,) `MapPoints.given` of the candidates."""
    target = targets_of(subset, records)
    answers = labels_in([records])
    label = np.array([answers.get(i, -1) for i in subset.subset_ids.tolist()], np.int64)
    given = (target < 0) & (label >= 0)
    return np.where(given, label, target), given


def _afterwards(records: CycleRecords) -> int:
    """`MapPoints.n_afterwards`."""
    if records.train is None or (records.look_ahead is not None and len(records.look_ahead.theta)):
        return 0
    return len(records.train.transformed_ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Labelled:
    """The images labelled before a cycle: ids, labels and cycles (L,), features (L, F) and images (L, D, H, W).

    Logits are (L, C), or (0, C) in an old run that did not record them.
    """

    ids: IntArray
    labels: IntArray
    cycles: IntArray
    features: FloatArray
    logits: FloatArray
    images: ByteArray
    n_left_out: int


def _labelled(history: Sequence[CycleRecords], cycle: int, score: ScoreRecord) -> _Labelled:
    """The latest `MAX_LABELLED` images labelled before a cycle, in the order they were labelled."""
    earlier = [records for records in history if records.cycle < cycle]
    answers = [records.query for records in earlier if records.query is not None]
    ids = np.concatenate([_ints(0), *(query.ids for query in answers)])
    if len(ids) != len(score.labelled_features):
        raise ConfigError(
            f"cycle {cycle} holds features of {len(score.labelled_features):,} labelled images, but the cycles before "
            f"it labelled {len(ids):,}; the run folder mixes two runs, so copy it anew"
        )
    label_of = labels_in(earlier)
    pixels = {i: pictures(image[None])[0] for records in earlier for i, image in records.pixels_kept().items()}
    pictured = np.array([place for place, i in enumerate(ids.tolist()) if i in pixels], dtype=np.int64)
    last = pictured[-MAX_LABELLED:]
    return _Labelled(
        ids=ids[last],
        labels=np.array([label_of[i] for i in ids[last].tolist()], dtype=np.int64),
        cycles=np.concatenate([_ints(0), *(np.full(len(query.ids), query.cycle) for query in answers)])[last],
        features=score.labelled_features[last].astype(np.float32),
        logits=score.labelled_logits[last] if len(score.labelled_logits) == len(ids) else score.logits[:0],
        images=np.stack([pixels[i] for i in ids[last].tolist()]) if len(last) else np.empty((0, 1, 1, 1), np.uint8),
        n_left_out=len(ids) - len(last),
    )


def _predictions(logits: FloatArray) -> tuple[FloatArray, IntArray, FloatArray]:
    """Entropy in bits (...,), most probable classes (..., K) and their probabilities (..., K), from logits (..., C)."""
    probabilities, _ = softmax(logits)
    top = np.argsort(-probabilities, axis=-1, kind="stable")[..., :TOP]
    best: FloatArray = np.take_along_axis(probabilities, top, axis=-1).astype(np.float32)
    return entropy_bits(logits).astype(np.float32), top.astype(np.int64), best


def _reason(records: CycleRecords, score: ScoreRecord | None) -> str:
    if records.cycle == 0:
        return "The start has no map: it draws its images before there is a classifier. Maps begin with cycle 1."
    if score is None:
        return f"Cycle {records.cycle} has not scored its candidates yet; the map appears when it has."
    if len(score.features) == 0:
        return (
            'This run kept no features of its candidates, so it has no map; run it with the setting keep="candidates".'
        )
    return ""


def _filled(values: Any, n: int, fill: float) -> Any:
    """The array with n more rows of the value `fill`."""
    return np.concatenate([values, np.full((n, *values.shape[1:]), fill, values.dtype)])


def _ints(n: int, value: int = -1) -> IntArray:
    return np.full(n, value, np.int64)


def _partners(ids: IntArray, pair_ids: IntArray) -> IntArray:
    """(M,) id of each image's partner; -1 without one."""
    partner = {int(a): int(b) for first, second in pair_ids for a, b in ((first, second), (second, first))}
    return np.array([partner.get(i, -1) for i in ids.tolist()], np.int64)


def _virtual(records: CycleRecords, score: ScoreRecord) -> VirtualPoints:
    select, ahead, subset = records.select, records.look_ahead, records.subsample
    if select is None or ahead is None or subset is None or len(select.virtual_features) == 0:
        return _no_virtual(score.features.shape[1], min(TOP, score.logits.shape[1]), score.unit)
    if len(ahead.theta):
        return _transforms(records, select, ahead, subset)
    asked = {tuple(pair) for pair in records.asked.pair_ids.tolist()} if records.asked is not None else set()
    with_virtual = select.pair_ids[: len(select.virtual_features)]
    # The record has virtual instances of the pairs that SELECT chose; those of skipped pairs are not shown.
    kept = np.flatnonzero([tuple(pair) in asked for pair in with_virtual.tolist()])
    if len(kept) == 0:
        return _no_virtual(score.features.shape[1], min(TOP, score.logits.shape[1]), score.unit)
    pair_ids = with_virtual[kept]
    rows = {(first, second): row for row, (first, second) in enumerate(subset.pair_ids.tolist())}
    at = [rows[first, second] for first, second in pair_ids.tolist()]
    entropy, top_classes, top_probabilities = _predictions(select.virtual_logits[kept])
    follow_tau = select.virtual_lam.ndim == 2
    return VirtualPoints(
        pair_ids=pair_ids,
        tau=select.pair_tau[kept],
        lam=select.virtual_lam[kept] if follow_tau else np.tile(select.virtual_lam, (len(kept), 1)),
        features=select.virtual_features[kept].astype(np.float32),
        entropy_bits=entropy,
        top_classes=top_classes,
        top_probabilities=top_probabilities,
        max_instance=max_instance(ahead)[at],
        mean_virtual=ahead.mean_virtual[at],
        unit=ahead.unit,
        follow_tau=follow_tau,
    )


def _transforms(
    records: CycleRecords, select: SelectRecord, ahead: LookAheadRecord, subset: SubsampleRecord
) -> VirtualPoints:
    with_virtual = select.query_ids[: len(select.virtual_features)]
    kept = np.flatnonzero(np.isin(with_virtual, records.asked.ids if records.asked is not None else with_virtual))
    ids = with_virtual[kept]
    row = {image_id: place for place, image_id in enumerate(subset.subset_ids.tolist())}
    value = ahead.value[[row[image_id] for image_id in ids.tolist()]]
    entropy, top_classes, top_probabilities = _predictions(select.virtual_logits[kept])
    return VirtualPoints(
        pair_ids=np.column_stack([ids, ids]),
        tau=np.empty(0, np.float32),
        lam=np.ones((len(ids), 1), np.float32),
        features=select.virtual_features[kept].astype(np.float32),
        entropy_bits=entropy,
        top_classes=top_classes,
        top_probabilities=top_probabilities,
        max_instance=value,
        mean_virtual=value,
        unit=ahead.unit,
        images=select.transformed_images[kept] if len(select.transformed_images) else select.transformed_images,
        are_transforms=True,
        n_learned=n_learned(records, ids),
    )


def _no_virtual(n_features: int, top: int, unit: str) -> VirtualPoints:
    none = np.empty(0, np.float32)
    return VirtualPoints(
        pair_ids=np.empty((0, 2), np.int64),
        tau=none,
        lam=np.empty((0, 0), np.float32),
        features=np.empty((0, 0, n_features), np.float32),
        entropy_bits=np.empty((0, 0), np.float32),
        top_classes=np.empty((0, 0, top), np.int64),
        top_probabilities=np.empty((0, 0, top), np.float32),
        max_instance=none,
        mean_virtual=none,
        unit=unit,
    )


def _no_points(cycle: int, reason: str) -> MapPoints:
    return MapPoints(
        cycle=cycle,
        reason=reason,
        ids=_ints(0),
        kind=_ints(0),
        features=np.empty((0, 0), np.float32),
        target=_ints(0),
        given=np.empty(0, bool),
        predicted=_ints(0),
        entropy_bits=np.empty(0, np.float32),
        top_classes=np.empty((0, TOP), np.int64),
        top_probabilities=np.empty((0, TOP), np.float32),
        acquired_cycle=_ints(0),
        partner=_ints(0),
        images=np.empty((0, 1, 1, 1), np.uint8),
        virtual=_no_virtual(0, TOP, ""),
        query_ids=_ints(0),
    )
