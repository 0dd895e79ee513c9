"""Functions that the views of pairs share: the cycle whose pairs are shown, score terms, classes and pixels.

Axes: P candidate pairs, M subset.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lada_explore.beta import largest_of_instances
from lada_explore.config import ESTIMATORS
from lada_explore.records import (
    DRAW_UNIT,
    ByteArray,
    CycleRecords,
    FloatArray,
    IntArray,
    LookAheadRecord,
    PixelArray,
    SelectRule,
    SubsampleRecord,
    ValueUse,
)

SINGLE_IMAGES = (SelectRule.SINGLES, SelectRule.SET)
"""Rules of methods that score single images; the start, which also chooses single images, is not among them."""

PICTURE_SIDE = 28
"""Height and width in pixels of the picture of a point."""


def pairs_at(history: Sequence[CycleRecords], cycle: int | None) -> tuple[CycleRecords | None, str]:
    """The cycle whose pairs are shown and an empty text, or None and a sentence on why there are none.

    Args:
        history: records of a run.
        cycle: the cycle; None for the latest cycle that looked ahead.
    """
    shown = [records for records in history if cycle in (None, records.cycle)]
    found = [records for records in shown if records.look_ahead is not None and len(records.look_ahead.tau)]
    if found:
        return found[-1], ""
    # The cycles of a branch may be by different methods: the next one tells of a cycle that tells nothing itself.
    telling = [records for records in history if records.look_ahead is not None or _scores_single_images(records)]
    near = [records for records in telling if cycle is not None and records.cycle >= cycle][:1] or telling[-1:]
    if near and _is_without_pairs(near[0]):
        return None, singles_reason(near, "there are no pairs to show")
    if cycle is None:
        return None, "No cycle has looked ahead yet; pairs appear here after the first one."
    if cycle == 0:
        return None, "The start (cycle 0) draws single images at random; pairs begin with cycle 1."
    return None, f"Cycle {cycle} has not looked ahead yet."


def _scores_single_images(records: CycleRecords) -> bool:
    return records.select is not None and records.select.rule in SINGLE_IMAGES


def _is_without_pairs(records: CycleRecords) -> bool:
    return _scores_single_images(records) or (records.look_ahead is not None and not len(records.look_ahead.tau))


def singles_reason(history: Sequence[CycleRecords], missing: str) -> str:
    """A sentence on why a view has nothing to show for a method that scores single images.

    A second sentence says where virtual instances are made, if the method makes any.

    Args:
        history: records of a run.
        missing: what the view cannot show, for example "there are no pairs to show".
    """
    if any(records.look_ahead is not None and len(records.look_ahead.theta) for records in history):
        return f"This method scores single images, each together with its transform, so {missing}."
    sentence = f"This method scores single images, so {missing}."
    trained = [records.train for records in history if records.cycle > 0 and records.train is not None]
    if any(record.mix_layer >= 0 for record in trained):
        sentence += " The images asked about are mixed in random pairs only afterwards, while the classifier trains."
    if any(len(record.transformed_ids) for record in trained):
        sentence += " The images asked about are transformed only afterwards, while the classifier trains."
    return sentence


def max_instance(ahead: LookAheadRecord) -> FloatArray:
    """(P,) the largest acquisition of each pair's virtual instances; of an older record read off its profile."""
    if len(ahead.max_instance) or not len(ahead.tau):
        return ahead.max_instance
    return largest_of_instances(ahead.profile, ahead.grid, ahead.tau)


def draws_note(unit: str, shown: str) -> str:
    """A sentence, with a space before it, where scores in this unit are drawn at random; otherwise nothing.

    Args:
        unit: unit of the scores.
        shown: what the view shows of them, in the plural.
    """
    if unit != DRAW_UNIT:
        return ""
    return (
        f" The scores of this method are uniform draws, of virtual instances too: {shown} are chance here and say "
        "nothing of the images."
    )


def not_counted_note(counted: bool) -> str:
    """A sentence, with a space before it, for views of V in a run whose scores leave it out; otherwise nothing."""
    if counted:
        return ""
    return " This method does not look ahead: a pair's score is A(1) + A(0), and V was recorded but is not counted."


def drawn_note(tau: float) -> str:
    """A sentence, with a space before it, for views of tau and V in a run of pairs that are `only_drawn`.

    Args:
        tau: the tau at which each of them is mixed.
    """
    return (
        " This method draws its pairs at random: their scores, A(1) + A(0), are uniform draws that say nothing of the "
        f"images, V is not counted, and τ is fixed at {tau:g} for every pair. So no curve of A, V or τ is drawn."
    )


def drawn_at_random(records: CycleRecords) -> bool:
    """Whether the images of a cycle were chosen by random draws; False in the start, which scores none."""
    return records.score is not None and records.score.unit == DRAW_UNIT


def only_drawn(records: CycleRecords) -> bool:
    """Whether random draws alone chose the pairs of a cycle, so that its A, V and tau chose nothing."""
    return records.look_ahead is not None and records.look_ahead.unit == DRAW_UNIT and not counts_values(records)


def counts_values(records: CycleRecords) -> bool:
    """Whether the values of a cycle's virtual instances count in the scores; False for pairs without look-ahead."""
    return records.look_ahead is None or records.look_ahead.use is ValueUse.COUNTED


def sampled_values(records: CycleRecords) -> bool:
    """Whether the scores of a cycle count V as a mean over random draws of lam, not as the exact integral."""
    ahead = records.look_ahead
    if ahead is None or ahead.estimator not in ESTIMATORS:  # A cycle without pairs has no estimator.
        return False
    return ESTIMATORS[ahead.estimator].draws and counts_values(records)


def pair_terms(records: CycleRecords) -> FloatArray:
    """(P, 3) terms of the score of every candidate pair, see `SelectRecord.score_terms`.

    (0, 3) for a cycle without pairs.
    """
    ahead, select = records.look_ahead, records.select
    if ahead is None or len(ahead.tau) == 0:
        return np.empty((0, 3), np.float32)
    if select is not None and len(select.score_terms) == len(ahead.tau):
        return select.score_terms
    added = ahead.value if counts_values(records) else np.zeros_like(ahead.value)
    return np.column_stack([ahead.profile[:, -1], ahead.profile[:, 0], added])


def best_first(scores: FloatArray) -> IntArray:
    """(P,) rows in order of decreasing score; equal scores keep their order, as in SELECT."""
    return np.argsort(-scores, kind="stable").astype(np.int64)


def pixels_of(records: CycleRecords, ids: Sequence[int]) -> tuple[ByteArray | None, ...]:
    """Pixels (D, H, W) of some candidates; None if the records do not keep them (`keep` is "queried")."""
    subsample, kept = records.subsample, records.pixels_kept()
    found: list[ByteArray | None] = []
    for image_id in ids:
        pixels = None
        if subsample is not None and len(subsample.images):
            pixels = _picture_of(image_id, subsample.subset_ids, subsample.images)
        if pixels is None and int(image_id) in kept:
            pixels = pictures(kept[int(image_id)][None])[0]
        found.append(pixels)
    return tuple(found)


def predicted_of(records: CycleRecords, ids: Sequence[int]) -> tuple[int, ...]:
    """Most probable class of some candidates; -1 for an image that was not scored."""
    if records.subsample is None or records.score is None:
        return (-1,) * len(ids)
    known = dict(zip(records.subsample.subset_ids.tolist(), records.score.predicted.tolist(), strict=True))
    return tuple(known.get(int(image_id), -1) for image_id in ids)


def targets_of(subsample: SubsampleRecord, records: CycleRecords) -> IntArray:
    """(M,) true class of each candidate; -1 if unknown, and for an image that is asked about and not answered yet.

    In a run that a person answers views do not know those of other images without a label either, see
    `views.base.shown_history`.
    """
    if records.select is None or records.query is not None:
        return subsample.targets
    return np.where(np.isin(subsample.subset_ids, records.select.query_ids), -1, subsample.targets)


def known_of(records: CycleRecords, ids: Sequence[int]) -> tuple[int, ...]:
    """Label of some candidates, or what `targets_of` tells if they have no label; -1 if unknown."""
    if records.subsample is None:
        return (-1,) * len(ids)
    targets = targets_of(records.subsample, records)
    known = dict(zip(records.subsample.subset_ids.tolist(), targets.tolist(), strict=True))
    if records.query is not None:
        known |= dict(zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True))
    return tuple(known.get(int(image_id), -1) for image_id in ids)


def pictures(images: PixelArray) -> ByteArray:
    """Pixels to show: images unchanged, and for each point a picture of the square with a spot at the point.

    Args:
        images: (M, D, H, W) uint8 images, or (M, 2, 1, 1) float32 points in [-1, 1].

    Returns:
        (M, D, H, W) uint8; (M, 1, 28, 28) for points.
    """
    if images.dtype == np.uint8:
        return images.astype(np.uint8, copy=False)
    centres = np.linspace(-1, 1, PICTURE_SIDE)
    x, y = images[:, 0], images[:, 1]  # (M, 1, 1) each; y increases upwards, rows of pixels downwards
    distance = np.hypot(centres[None, None, :] - x, -centres[None, :, None] - y)
    return (255 * np.clip(2 - distance * PICTURE_SIDE / 3, 0, 1)).astype(np.uint8)[:, None]


def _picture_of(image_id: int, ids: IntArray, images: PixelArray) -> ByteArray | None:
    places = np.flatnonzero(ids == image_id)
    return pictures(images[places[:1]])[0] if len(places) and len(images) == len(ids) else None
