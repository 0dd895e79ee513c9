"""What each stage of a cycle leaves behind: frozen dataclasses of numpy arrays and plain values.

A record holds no torch object and no time of day, so that the same run gives the same records on any day and a
view can draw from them anywhere. Seconds per stage stand beside the records in `CycleRecords.seconds`.

Axes: M subset, P pairs, G profile nodes, E epochs, B budget, C classes, D channels.
Ids are dataset indices, for ever; no record holds a position in another array. Fields with a default are younger than
the first runs; a folder without them reads as that default.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float32]
HalfArray = NDArray[np.float16]
ByteArray = NDArray[np.uint8]
PixelArray = ByteArray | FloatArray
"""Pixels of images, or coordinates of points."""


def _no_ids() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _no_images() -> ByteArray:
    return np.empty((0, 1, 1, 1), dtype=np.uint8)


class Stage(StrEnum):
    """The seven stages of a cycle, in order. Cycle 0, the start, runs the last four of them."""

    SUBSAMPLE = "subsample"
    SCORE = "score"
    LOOK_AHEAD = "look_ahead"
    SELECT = "select"
    QUERY = "query"
    TRAIN = "train"
    EVALUATE = "evaluate"


TEST_SET = "test set"
HELD_OUT_ANSWERS = "held-out answers"

START_STAGES = (Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE)
"""Cycle 0 selects the initial set, has it labelled, trains on it and evaluates."""


def stages_of(cycle: int) -> tuple[Stage, ...]:
    """Stages that a cycle runs, in order: four for the start (cycle 0), all seven afterwards."""
    return START_STAGES if cycle == 0 else tuple(Stage)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SubsampleRecord:
    """The candidates of one cycle, drawn from the unlabelled pool.

    Attributes:
        subset_ids: (M,) ids drawn without replacement.
        pair_ids: (P, 2) disjoint pairs (x_i, x'_i) of the subset; (0, 2) for a method that scores single images.
        mix_layer: depth at which pairs are mixed, 0 = the image itself; -1 without pairs.
        targets: (M,) true class of each candidate as the data set knows it, -1 where it does not. No stage reads it:
            it is there for the views.
        images: (M, D, H, W) pixels, so that a recorded run shows them; (0, D, H, W) if `keep` is "queried". Points are
            (M, 2, 1, 1) float32 coordinates.
    """

    stage: ClassVar[Stage] = Stage.SUBSAMPLE
    cycle: int
    subset_ids: IntArray
    pair_ids: IntArray
    mix_layer: int
    targets: IntArray
    images: PixelArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ScoreRecord:
    """The acquisition of every candidate by itself, and what the classifier says about it.

    Attributes:
        unit: unit of the scores ("bits" for entropy).
        scores: (M,) acquisition of each image of the subset, in the order of `subset_ids`.
        predicted: (M,) class that the classifier finds most probable.
        confidence: (M,) probability of that class.
        logits: (M, C) of the classifier.
        outputs: (M, K) what the acquisition scores; for entropy the logits.
        features: (M, F) penultimate features; (0, F) if `keep` is "queried".
        labelled_features: (L, F) those of the images labelled so far, in the order they were labelled; (0, F) if `keep`
            is "queried".
        labelled_logits: (L, C) of the same images, (0, C) likewise; (0, 0) in a run recorded before they were kept.
    """

    stage: ClassVar[Stage] = Stage.SCORE
    cycle: int
    unit: str
    scores: FloatArray
    predicted: IntArray
    confidence: FloatArray
    logits: FloatArray
    outputs: FloatArray
    features: HalfArray
    labelled_features: HalfArray
    labelled_logits: FloatArray = field(default_factory=lambda: np.empty((0, 0), np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookAheadRecord:
    """What looking ahead found for every pair, or for every image and its transform. What a method has not is empty.

    Attributes:
        policy: "learned", "fixed" or "exact"; "none" without looking ahead.
        estimator: "quadrature" or "pathwise"; "none" without pairs.
        unit: unit of profile, values and losses.
        nodes: (G,) mixing coefficients lam in [0, 1] at which the classifier was evaluated.
        outputs: (P, G, K) what the acquisition scores at the nodes; for entropy the logits.
        grid: (R,) finer grid of lam, the nodes among it, on which the outputs are interpolated.
        profile: (P, R) acquisition profile A_i(lam) on the grid; A_i(1) is x_i's own score and A_i(0) that of x'_i.
        tau: (P,) tau*, the concentration that each pair uses from here on.
        value: (P,) look-ahead value V_i(tau*) as the estimator gives it; (M,) acquisition of each image's transform.
        tau_by_epoch: (E + 1, P) tau before training the policy network and after each of its epochs; E = 0 and one
            row for a policy that is not learned.
        policy_loss: (E,) mean of -V_i(tau_i) over the pairs, or minus the mean acquisition of the transforms, during
            each epoch.
        best_tau: (P,) argmax of V_i(tau) over (0, tau_max], read off the profile.
        best_value: (P,) V_i(best_tau); best_value - V_i(tau*) is the regret of the policy.
        mean_virtual: (P,) exact mean acquisition of the virtual instances, E[A_i(lam)], lam ~ Beta(tau*, tau*).
        max_virtual: (P,) largest acquisition on the mixing path, max over the grid of A_i.
        theta: (M, 6) affine transform of each image, row by row; (0, 6) without a spatial transformer.
        theta_by_epoch: (E + 1, M, 6) theta before learning and after each of its epochs; one row if it is not learned.
    """

    stage: ClassVar[Stage] = Stage.LOOK_AHEAD
    cycle: int
    policy: str
    estimator: str
    unit: str
    nodes: FloatArray
    outputs: FloatArray
    grid: FloatArray
    profile: FloatArray
    tau: FloatArray
    value: FloatArray
    tau_by_epoch: FloatArray
    policy_loss: FloatArray
    best_tau: FloatArray
    best_value: FloatArray
    mean_virtual: FloatArray
    max_virtual: FloatArray
    theta: FloatArray = field(default_factory=lambda: np.empty((0, 6), np.float32))
    theta_by_epoch: FloatArray = field(default_factory=lambda: np.empty((0, 0, 6), np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SelectRecord:
    """What will be asked, and why. What was asked in the end, after skips, is in `CycleRecords.asked`.

    Attributes:
        rule: "initial" (cycle 0), "pairs", "singles", or "set" where the acquisition chose the images together.
        query_ids: (B,) ids to label; pairs stand next to each other, best pair first.
        pair_ids: (B/2, 2) queried pairs, best first; (0, 2) unless rule is "pairs".
        pair_tau: (B/2,) tau* of the queried pairs.
        score_terms: (P, 3) A_i(1), A_i(0) and V_i(tau*) of every candidate pair; (M, 2) acquisition of every image and
            of its transform; (0, 3) otherwise.
        scores: (P,) or (M,) what the candidates were ranked by, or under "set" their worth by themselves; empty at the
            start.
        query_images: (B, D, H, W) pixels of the queried images, so that a recorded run shows them.
        virtual_lam: (V,) mixing coefficients of the virtual instances kept below; (0,) unless rule is "pairs".
        virtual_features: (Q, V, F) penultimate features of the virtual instances of the Q best queried pairs, all of
            them up to 50; (Q, 1, F) of the transforms of the Q best images.
        virtual_logits: (Q, V, C) logits of the same.
        seed_ids: (S,) the order in which the seed round of a pool without labels asks, from the first of `query_ids`
            on, until every class has been found; (0,) everywhere else.
        transformed_images: (B, D, H, W) pixels of the transforms of the queried images; (0, 0, 0, 0) without any.
    """

    stage: ClassVar[Stage] = Stage.SELECT
    cycle: int
    rule: str
    query_ids: IntArray
    pair_ids: IntArray
    pair_tau: FloatArray
    score_terms: FloatArray
    scores: FloatArray
    query_images: PixelArray
    virtual_lam: FloatArray
    virtual_features: HalfArray
    virtual_logits: FloatArray
    seed_ids: IntArray = field(default_factory=_no_ids)
    transformed_images: ByteArray = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.uint8))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueryRecord:
    """The oracle's answers, and what was asked in the end.

    Without a skip and without answers given ahead, `ids` and pairs are those of SELECT. Records made before there were
    skips say nothing of pairs, so their pairs are SELECT's too.

    Attributes:
        ids: (L,) the ids that were labelled: those asked, pairs next to each other and best first, then those that
            were answered ahead.
        labels: (L,) class index given to each.
        pair_ids: (Q, 2) pairs that were asked about, best first; (0, 2) for single images. None in older records.
        pair_tau: (Q,) tau* of each. None in older records.
        skipped_ids: (K,) ids that a person set aside while the query was open.
        ahead_ids: (A,) the last of `ids`: they were answered before this cycle drew its candidates, chosen from the
            ranking of the cycle before. No virtual instance is made of them.
        ahead_model_cycle: cycle whose TRAIN made the classifier that chose those; -1 without any.
        held_out_ids: (T,) those of `ids` that are kept for testing and never trained on (`data.holdout`).
        targets: (L,) true class of each of `ids` as the data set knows it, -1 where it does not. No stage reads it: it
            is there for the views. (0,) in older records.
        images: (I, D, H, W) pixels of those of `ids` that are not among SELECT's `query_ids`, in the order of `ids`.
    """

    stage: ClassVar[Stage] = Stage.QUERY
    cycle: int
    ids: IntArray
    labels: IntArray
    pair_ids: IntArray | None = None
    pair_tau: FloatArray | None = None
    skipped_ids: IntArray = field(default_factory=_no_ids)
    ahead_ids: IntArray = field(default_factory=_no_ids)
    ahead_model_cycle: int = -1
    held_out_ids: IntArray = field(default_factory=_no_ids)
    targets: IntArray = field(default_factory=_no_ids)
    images: ByteArray = field(default_factory=_no_images)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TrainRecord:
    """How the classifier was trained.

    Attributes:
        n_labelled: labelled images it was trained on.
        n_virtual: virtual instances made in each epoch: one for each newly acquired pair, or the transform of each
            labelled image.
        mix_layer: depth at which they are mixed, 0 = the image itself; -1 without any.
        intrusion_loss: (E,) binary cross-entropy in nats of telling mixtures from real images; (0,) without AdaMixup.
        region: (E, Q, 2) alpha and Delta of each epoch's pairs, mixed with lam in [alpha, alpha + Delta]; (0, 0, 2)
            without AdaMixup.
        train_loss: (E,) mean cross-entropy in nats over the labelled images, while training.
        virtual_loss: (E,) mean soft cross-entropy in nats over the virtual instances; (0,) without any.
        plane: (S, S, C) logits of the trained classifier on a grid of the square [-1, 1] x [-1, 1], rows by y and
            columns by x, both increasing and with both ends; (0, 0, 0) for images.
    """

    stage: ClassVar[Stage] = Stage.TRAIN
    cycle: int
    n_labelled: int
    n_virtual: int
    train_loss: FloatArray
    virtual_loss: FloatArray
    mix_layer: int = -1
    intrusion_loss: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    region: FloatArray = field(default_factory=lambda: np.empty((0, 0, 2), np.float32))
    plane: FloatArray = field(default_factory=lambda: np.empty((0, 0, 0), dtype=np.float32))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EvaluateRecord:
    """How well the classifier does on the test set, or on answers that were held out where there is none.

    Attributes:
        n_labelled: labelled images it was trained on.
        n_test: test images; 0 when the data has no labelled test set.
        accuracy: share of test images classified correctly, in [0, 1]; None without a test set.
        mean_nll: mean negative log-likelihood in nats; None without a test set.
        confusion: (C, C) test images of class [row] predicted as class [column]; (0, 0) without a test set.
        calibration: (10, 3) for each tenth of confidence, from 0 to 1: test images, sum of their confidences, how many
            are right; (0, 3) without a test set.
        tested_on: `TEST_SET` or `HELD_OUT_ANSWERS`; says nothing when `n_test` is 0.
    """

    stage: ClassVar[Stage] = Stage.EVALUATE
    cycle: int
    n_labelled: int
    n_test: int
    accuracy: float | None
    mean_nll: float | None
    confusion: IntArray
    calibration: FloatArray
    tested_on: str = TEST_SET


Record = SubsampleRecord | ScoreRecord | LookAheadRecord | SelectRecord | QueryRecord | TrainRecord | EvaluateRecord

RECORD_TYPES: Mapping[Stage, type[Record]] = {
    Stage.SUBSAMPLE: SubsampleRecord,
    Stage.SCORE: ScoreRecord,
    Stage.LOOK_AHEAD: LookAheadRecord,
    Stage.SELECT: SelectRecord,
    Stage.QUERY: QueryRecord,
    Stage.TRAIN: TrainRecord,
    Stage.EVALUATE: EvaluateRecord,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Asked:
    """What a cycle asks about: SELECT's choice, and once the query is closed what was asked in the end.

    Attributes:
        ids: (B,) pairs next to each other, best first; without what was answered ahead.
        pair_ids: (Q, 2) best first; (0, 2) for single images.
        pair_tau: (Q,) tau* of each pair.
    """

    ids: IntArray
    pair_ids: IntArray
    pair_tau: FloatArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CycleRecords:
    """The records of one cycle so far; a stage that has not run yet is None."""

    cycle: int
    subsample: SubsampleRecord | None = None
    score: ScoreRecord | None = None
    look_ahead: LookAheadRecord | None = None
    select: SelectRecord | None = None
    query: QueryRecord | None = None
    train: TrainRecord | None = None
    evaluate: EvaluateRecord | None = None
    seconds: Mapping[Stage, float] = field(default_factory=dict)

    def get(self, stage: Stage) -> Record | None:
        """The record of a stage, or None if it has not run."""
        record: Record | None = getattr(self, stage.value)
        return record

    def including(self, record: Record, seconds: float) -> CycleRecords:
        """A copy that also holds `record`, which took `seconds` to make."""
        changes: dict[str, Any] = {record.stage.value: record}
        return replace(self, seconds={**self.seconds, record.stage: seconds}, **changes)

    @property
    def asked(self) -> Asked | None:
        """What the cycle asks about; None before SELECT."""
        select, query = self.select, self.query
        if select is None:
            return None
        if query is None or query.pair_ids is None or query.pair_tau is None:
            return Asked(ids=select.query_ids, pair_ids=select.pair_ids, pair_tau=select.pair_tau)
        return Asked(
            ids=query.ids[: len(query.ids) - len(query.ahead_ids)], pair_ids=query.pair_ids, pair_tau=query.pair_tau
        )

    def pixels_kept(self) -> dict[int, PixelArray]:
        """Pixels (D, H, W) of the images that were chosen or labelled in this cycle, by id."""
        select, query = self.select, self.query
        if select is None:
            return {}
        pixels = dict(zip(select.query_ids.tolist(), select.query_images, strict=True))
        if query is not None:
            others = [i for i in query.ids.tolist() if i not in pixels]
            pixels |= dict(zip(others, query.images, strict=True))
        return pixels

    @property
    def next_stage(self) -> Stage | None:
        """First stage of this cycle that has no record, or None when the cycle is complete."""
        return next((stage for stage in stages_of(self.cycle) if self.get(stage) is None), None)


@dataclass(frozen=True, slots=True)
class RunPosition:
    """How far a run is: `running` says whether `next_stage` runs now; it is None once all of them are done."""

    cycle: int
    next_stage: Stage | None
    running: bool = False


def position(history: Sequence[CycleRecords], cycles: int, *, running: bool = False) -> RunPosition:
    """Where a run with these records stands, which is computed here only.

    Args:
        history: one entry a cycle, the last one possibly unfinished.
        cycles: how many the run has after its start.
        running: whether the next stage runs now.
    """
    last = history[-1]
    if last.next_stage is not None or last.cycle == cycles:
        return RunPosition(last.cycle, last.next_stage, running)
    return RunPosition(last.cycle + 1, stages_of(last.cycle + 1)[0], running)
