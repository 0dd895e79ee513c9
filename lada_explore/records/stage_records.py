"""The record of each stage.

A record holds no torch object and no time of day, so that a run gives the same records on any day, and a view can draw
from them without torch. The duration of each stage is kept beside the records, in `CycleRecords.seconds`.

Axes: M subset, P pairs, G profile nodes, E epochs, B budget, C classes, D channels, S stop set.
Ids are indices into the data set and never change; no record holds a position in another array. A field with a default
was added after the first runs were recorded; a run folder without the field is read with that default.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lada_explore.records.enums import Curve, Estimator, EvaluatedOn, Policy, SelectRule, Stage, ValueUse
from lada_explore.records.short_repr import ShortRepr

IntArray = NDArray[np.int64]
"""Ids, classes and counts."""

FloatArray = NDArray[np.float32]
"""Scores, values, logits and coefficients."""

HalfArray = NDArray[np.float16]
"""Features, which need no more digits."""

ByteArray = NDArray[np.uint8]
"""Pixels from 0 to 255."""

MAX_GIVEN_PICTURES = 1000
"""Most images with a given label whose pixels a record keeps: a person can give very many at once."""

PixelArray = ByteArray | FloatArray
"""Pixels of images, or coordinates of points."""


def _no_ids() -> IntArray:
    return np.empty(0, dtype=np.int64)


def _no_images() -> ByteArray:
    return np.empty((0, 1, 1, 1), dtype=np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SubsampleRecord(ShortRepr):
    """The candidates of one cycle, drawn from the unlabelled pool.

    Attributes:
        subset_ids: (M,) ids drawn without replacement.
        pair_ids: (P, 2) disjoint pairs (x_i, x'_i) of the subset; (0, 2) for a method that scores single images.
        mix_layer: layer after which pairs are mixed, 0 = the image itself; -1 without pairs.
        targets: (M,) true class of each candidate, -1 if the data set does not know it. Only views read it; no stage
            does.
        images: (M, D, H, W) pixels, so that a recorded run can show them; (0, D, H, W) if `keep` is "queried". These,
            and those of the other records, are thumbnails of images above 64 KiB (`records.thumbnails`), and no stage
            reads them. Points are (M, 2, 1, 1) float32 coordinates.
    """

    stage: ClassVar[Stage] = Stage.SUBSAMPLE
    cycle: int
    subset_ids: IntArray
    pair_ids: IntArray
    mix_layer: int
    targets: IntArray
    images: PixelArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class ScoreRecord(ShortRepr):
    """The acquisition score of every candidate by itself, and the classifier's prediction for it.

    Attributes:
        unit: unit of the scores ("bits" for entropy).
        scores: (M,) acquisition score of each image of the subset, in the order of `subset_ids`.
        predicted: (M,) most probable class.
        confidence: (M,) probability of that class.
        logits: (M, C) logits of the classifier.
        outputs: (M, K) values that the acquisition scores; for entropy the logits.
        features: (M, F) penultimate features; (0, F) if `keep` is "queried".
        labelled_features: (L, F) features of the images labelled so far, in the order they were labelled; (0, F) if
            `keep` is "queried".
        labelled_logits: (L, C) logits of the same images; (0, C) if `keep` is "queried"; (0, 0) in a run recorded
            before logits were kept.
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


@dataclass(frozen=True, slots=True, weakref_slot=True, kw_only=True, eq=False, repr=False)
class LookAheadRecord(ShortRepr):
    """What LOOK_AHEAD found for every pair, or for every image and its transform. Fields that do not apply are empty.

    Attributes:
        policy: how tau was chosen; NONE for single images that the method does not look ahead at.
        estimator: how V_i(tau) was estimated; NONE without pairs.
        unit: unit of profile, values and losses.
        nodes: (G,) mixing coefficients lam in [0, 1] at which the classifier was evaluated.
        outputs: (P, G, K) values that the acquisition scores, at the nodes; for entropy the logits. Of the pairs of a
            trial of nodes, which were evaluated at more of them, read off the curve through those.
        grid: (R,) finer grid of lam that contains the nodes; the outputs are interpolated on it.
        profile: (P, R) acquisition profile A_i(lam) on the grid; A_i(1) is the score of x_i, A_i(0) that of x'_i.
        tau: (P,) tau*, the concentration that each pair uses from here on; the last row of `tau_by_epoch`, except under
            `policy.kept_tau` "lowest_loss".
        value: (P,) look-ahead value V_i(tau*) by the estimator; (M,) acquisition score of each image's transform.
        tau_by_epoch: (E + 1, P) tau before the policy network was trained and after each epoch; one row (E = 0) for a
            policy that is not learned.
        policy_loss: (E,) mean of -V_i(tau_i) over the pairs during each epoch, or minus the mean acquisition score of
            the transforms.
        best_tau: (P,) argmax of V_i(tau) over (0, tau_max], or up to a fixed tau beyond that, read off the profile.
            Older records stop at tau_max; `analysis.tau_worth` then searches again.
        best_value: (P,) V_i(best_tau); best_value - V_i(tau*) is the regret of the policy.
        mean_virtual: (P,) exact mean acquisition of the virtual instances, E[A_i(lam)], lam ~ Beta(tau*, tau*).
        max_virtual: (P,) largest acquisition on the whole mixing path, max over the grid of A_i: often at an end, where
            it is that of a real image.
        max_instance: (P,) largest acquisition of the V virtual instances at lam = `beta.instance_lam(tau)`, read off
            the profile by `beta.largest_of_instances`. (0,) in older records; `analysis.pairs.max_instance` then reads
            it off their profile in the same way.
        use: whether SELECT counts the values.
        curve: how the outputs are interpolated between the nodes; MONOTONE in older records.
        evaluations: number of mixed states that the classifier evaluated for the profiles, the ends, which SCORE has
            evaluated, not counted; -1 in older records, 0 without pairs.
        value_error: estimated rms error of V over the pairs of the trial of nodes, in the unit of the acquisition; None
            without a trial.
        theta: (M, K) parameters of each image's transform; with a spatial transformer an affine transform row by row
            (K = 6). (0, 6) for a method that transforms no images while it looks ahead.
        theta_by_epoch: (E + 1, M, K) theta before learning and after each epoch; one row if theta is not learned.
    """

    stage: ClassVar[Stage] = Stage.LOOK_AHEAD
    cycle: int
    policy: Policy
    estimator: Estimator
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
    max_instance: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    theta: FloatArray = field(default_factory=lambda: np.empty((0, 6), np.float32))
    theta_by_epoch: FloatArray = field(default_factory=lambda: np.empty((0, 0, 6), np.float32))
    use: ValueUse = ValueUse.COUNTED
    curve: Curve = Curve.MONOTONE
    evaluations: int = -1
    value_error: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "use", ValueUse(self.use))
        object.__setattr__(self, "curve", Curve(self.curve))
        object.__setattr__(self, "policy", Policy(self.policy))
        object.__setattr__(self, "estimator", Estimator(self.estimator))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class SelectRecord(ShortRepr):
    """The images that SELECT chose, and why. `CycleRecords.asked` has what was asked in the end, after skips.

    Attributes:
        rule: how the images were chosen.
        query_ids: (B,) ids to label; the two images of a pair next to each other, best pair first.
        pair_ids: (B/2, 2) queried pairs, best first; (0, 2) unless `rule` is PAIRS.
        pair_tau: (B/2,) tau* of the queried pairs.
        score_terms: (P, 3) what adds up to the score of every candidate pair: A_i(1), A_i(0) and V_i(tau*), or 0 in its
            place if the method chooses pairs without looking ahead; (M, 2) acquisition score of every image and of its
            transform; (0, 3) otherwise.
        scores: (P,) or (M,) scores that ranked the candidates; under SET, scores of the single images, which did not
            decide; empty in the start.
        query_images: (B, D, H, W) pixels of the queried images, so that a recorded run can show them.
        virtual_lam: (Q, V) mixing coefficients of the virtual instances below, `beta.instance_lam` of each pair's tau*;
            (V,) in older records, the same inner nodes of the profile for every pair; (0,) unless `rule` is PAIRS.
        virtual_features: (Q, V, F) penultimate features of virtual instances of the Q best queried pairs, at most 50;
            (Q, 1, F) features of the transforms of the Q best images.
        virtual_logits: (Q, V, C) logits of the same.
        seed_ids: (S,) candidates of the seed round of a pool without labels, in random order, beginning with
            `query_ids`; (0,) everywhere else. In older records, the order in which it asks about them.
        seed_neighbours: (S, K) ids of the nearest candidates of each candidate, nearest first; (0, 0) everywhere else
            and in older records.
        transformed_images: (B, D, H, W) pixels of the transforms of the queried images; (0, 0, 0, 0) without any.
    """

    stage: ClassVar[Stage] = Stage.SELECT
    cycle: int
    rule: SelectRule
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
    seed_neighbours: IntArray = field(default_factory=lambda: np.empty((0, 0), np.int64))
    transformed_images: ByteArray = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.uint8))

    def __post_init__(self) -> None:
        object.__setattr__(self, "rule", SelectRule(self.rule))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class QueryRecord(ShortRepr):
    """The oracle's answers, and the images that were asked in the end.

    If nothing was skipped and nothing answered ahead, ids and pairs are those of SELECT. Older records, from before
    skips existed, hold no pairs; theirs are those of SELECT.

    Attributes:
        ids: (L,) ids that were labelled: first the images asked about, the two of a pair next to each other and best
            pair first, then those that were answered unasked.
        labels: (L,) class index given to each image.
        pair_ids: (Q, 2) pairs that were asked about, best first; (0, 2) for single images. None in older records.
        pair_tau: (Q,) tau* of each pair. None in older records.
        skipped_ids: (K,) ids that a person skipped while the query was open, or since its candidates were drawn.
        ahead_ids: (A,) the last of `ids`: images that were answered although this query does not ask about them:
            offered from the ranking of the previous cycle, answered when that cycle asked no more about them, or
            labelled unasked. No virtual instances are made from them.
        given_ids: (G,) those of `ahead_ids` whose label was given unasked, as by an import. (0,) in older records.
        ahead_model_cycle: cycle whose TRAIN produced the classifier of that ranking; -1 without answers by it, and in
            cycle 1.
        held_out_ids: (T,) those of `ids` that are held out for testing and never trained on (`data.holdout`).
        targets: (L,) true class of each image, -1 if the data set does not know it. Only views read it; no stage does.
            (0,) in older records.
        images: (I, D, H, W) pixels of those of `pictured` that are not in SELECT's `query_ids`, in the order of `ids`.
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
    given_ids: IntArray = field(default_factory=_no_ids)

    @property
    def pictured(self) -> list[int]:
        """Those of `ids` whose pixels are kept: all but the given ones after the first `MAX_GIVEN_PICTURES`."""
        left_out = set(self.given_ids[MAX_GIVEN_PICTURES:].tolist())
        return [i for i in self.ids.tolist() if i not in left_out]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class TrainRecord(ShortRepr):
    """How the classifier was trained.

    Attributes:
        n_labelled: number of labelled images trained on.
        n_virtual: number of virtual instances in each epoch: one for each newly acquired pair, or the transform of each
            newly acquired image; the transform of each labelled image too where it is seen beside the image itself.
        mix_layer: layer after which pairs are mixed, 0 = the image itself; -1 without pairs.
        intrusion_loss: (E,) binary cross-entropy in nats of a discriminator between mixtures and real images, which the
            augmentation trains; (0,) without one.
        region: (E, Q, 2) alpha and Delta of the pairs in each epoch, mixed with lam in [alpha, alpha + Delta], as the
            augmentation has learned them; (0, 0, 2) without such regions.
        train_loss: (E,) mean cross-entropy in nats over the labelled images during each epoch; of their transforms,
            where the classifier sees these alone. This and the losses below are weighted by
            `training.class_weights`.
        virtual_loss: (E,) mean soft cross-entropy in nats over the virtual instances of the newly acquired images;
            without these, over the transforms of the labelled images; (0,) without any.
        transform_loss: (E,) mean cross-entropy in nats over the transforms of the labelled images, where `virtual_loss`
            is that of other virtual instances; (0,) otherwise.
        transformed_ids: (T,) newly acquired images whose transforms the classifier learned from; (0,) without any, and
            in older records.
        transformed_theta: (T, K) theta* of each of them.
        transformed_images: (T, D, H, W) pixels of these transforms.
        relabelled_ids: (R,) images of earlier queries, or of this one, whose label a person has changed since the
            training before; this training is the first that uses the new labels.
        relabelled: (R,) the new class index of each.
        plane: (S, S, C) logits of the trained classifier on a grid of the square [-1, 1] x [-1, 1]; rows are y and
            columns x, both increasing and including both ends; (0, 0, 0) for images.
        own: arrays beside these by name, with a row for each epoch: those of the augmentation, `companion_loss` of an
            acquisition that trains with the classifier, and `held_out_loss` (E,), mean cross-entropy in nats of the
            held-out answers, with `training.patience`.
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
    own: Mapping[str, FloatArray] = field(default_factory=dict)
    transform_loss: FloatArray = field(default_factory=lambda: np.empty(0, np.float32))
    transformed_ids: IntArray = field(default_factory=_no_ids)
    transformed_theta: FloatArray = field(default_factory=lambda: np.empty((0, 6), np.float32))
    transformed_images: ByteArray = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.uint8))
    relabelled_ids: IntArray = field(default_factory=_no_ids)
    relabelled: IntArray = field(default_factory=_no_ids)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False, repr=False)
class EvaluateRecord(ShortRepr):
    """Results of the classifier on the test set, or, without a test set, on answers held out from training.

    Attributes:
        n_labelled: number of labelled images it was trained on.
        n_test: number of test images; 0 if there are none.
        accuracy: share of test images classified correctly, in [0, 1]; None without test images.
        mean_nll: mean negative log-likelihood in nats; None without test images.
        confusion: (C, C) number of test images of class [row] predicted as class [column]; (0, 0) without test images.
        calibration: (10, 3) for each tenth of confidence, from 0 to 1: number of test images, sum of their confidences,
            number of correct predictions; (0, 3) without test images.
        tested_on: which images were tested; meaningless if `n_test` is 0.
        predicted: (T,) predicted class of each test image, in the order of the test set; (0,) without test images, and
            in runs that were made before it was recorded.
        stop_ids: (S,) images of a fixed random sample of the pool (`stages.stop_set`) that are not labelled yet,
            increasing; (0,) in runs that were made before it was recorded. Only views read it; no stage does.
        stop_logits: (S, C) logits of the classifier for them.
    """

    stage: ClassVar[Stage] = Stage.EVALUATE
    cycle: int
    n_labelled: int
    n_test: int
    accuracy: float | None
    mean_nll: float | None
    confusion: IntArray
    calibration: FloatArray
    tested_on: EvaluatedOn = EvaluatedOn.TEST_SET
    predicted: IntArray = field(default_factory=_no_ids)
    stop_ids: IntArray = field(default_factory=_no_ids)
    stop_logits: FloatArray = field(default_factory=lambda: np.empty((0, 0), np.float32))

    def __post_init__(self) -> None:
        object.__setattr__(self, "tested_on", EvaluatedOn(self.tested_on))


Record = SubsampleRecord | ScoreRecord | LookAheadRecord | SelectRecord | QueryRecord | TrainRecord | EvaluateRecord
"""The record of any stage."""

RECORD_TYPES: Mapping[Stage, type[Record]] = {
    Stage.SUBSAMPLE: SubsampleRecord,
    Stage.SCORE: ScoreRecord,
    Stage.LOOK_AHEAD: LookAheadRecord,
    Stage.SELECT: SelectRecord,
    Stage.QUERY: QueryRecord,
    Stage.TRAIN: TrainRecord,
    Stage.EVALUATE: EvaluateRecord,
}
"""The class of the record of each stage."""
