"""How theta changes while a spatial transformer looks ahead, and how it transforms the queried images.

Axes: M candidates, E epochs, B queried images.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.records import ByteArray, CycleRecords, FloatArray, IntArray

IDENTITY = np.array([1, 0, 0, 0, 1, 0], np.float32)
"""theta of the identity transform."""

NAMES = ("scale in x", "shear of x by y", "shift in x", "shear of y by x", "scale in y", "shift in y")
"""Meaning of the six numbers of theta; shifts are in units of half the image's size."""

OF_ITS_OWN = "This method transforms images by numbers of its own and not by an affine transform, so no θ is drawn."
"""Why there is nothing to draw where theta has not six numbers."""

FRAME = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]], np.float64)
"""Corners of an image as a closed line, x and y from -1 to 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ThetaOfCycle:
    """theta of the candidates of a cycle, and the transforms of the queried images.

    Attributes:
        cycle: the cycle; -1 if there is nothing to draw.
        epochs: (E + 1,) 0 before learning, then 1 to E; (0,) for a method that transforms its images only afterwards,
            while the classifier trains.
        mean, lower, upper: (E + 1, 6) mean and quartiles over the candidates of theta - identity.
        loss: (E,) minus the mean acquisition score of the transforms, in `unit`; (0,) if theta is not learned.
        unit: unit of loss and scores.
        query_ids: (B,) queried ids, best first; (0,) before SELECT. After QUERY those that were asked in the end and
            whose transforms are recorded.
        originals, transforms: (B, D, H, W) pixels.
        frames: (B, 5, 2) the region of each original that its transform shows, as a closed line of corners; x and y
            (downwards) from -1 to 1.
        value: (B,) acquisition score of each transform; (0,) if the transforms have none, being made afterwards.
        own: (B,) acquisition score of each original; NaN for one that was answered before it was scored.
        n_learned: number of these transforms that TRAIN learned from; 0 before TRAIN.
        reason: a sentence on why there is nothing to draw; empty if there is.
    """

    cycle: int
    epochs: IntArray
    mean: FloatArray
    lower: FloatArray
    upper: FloatArray
    loss: FloatArray
    unit: str
    query_ids: IntArray
    originals: ByteArray
    transforms: ByteArray
    frames: NDArray[np.float64]
    value: FloatArray
    own: FloatArray
    n_learned: int
    reason: str


def theta_of_cycle(history: Sequence[CycleRecords], cycle: int | None = None) -> ThetaOfCycle:
    """The theta of a cycle, or of the latest cycle that looked ahead if `cycle` is None.

    For a method that looks ahead with transforms; for one that makes them afterwards see `theta_afterwards`.
    """
    looked = [entry for entry in history if entry.look_ahead is not None and cycle in (None, entry.cycle)]
    ahead = looked[-1].look_ahead if looked else None
    if ahead is None or len(ahead.theta) == 0:
        return _nothing(_reason(history, cycle, bool(looked)))
    if ahead.theta.shape[1] != len(IDENTITY):
        return _nothing(OF_ITS_OWN)
    records = looked[-1]
    change = ahead.theta_by_epoch - IDENTITY
    lower, upper = np.quantile(change, (0.25, 0.75), axis=1).astype(np.float32)
    found = {
        "cycle": records.cycle,
        "epochs": np.arange(len(change), dtype=np.int64),
        "mean": change.mean(axis=1),
        "lower": lower,
        "upper": upper,
        "loss": ahead.policy_loss,
        "unit": ahead.unit,
        "reason": "",
    }
    select, subset = records.select, records.subsample
    if select is None or subset is None:
        return ThetaOfCycle(**{**_blank(), **found})
    place = {image_id: row for row, image_id in enumerate(subset.subset_ids.tolist())}
    transforms = transforms_of(records)
    asked = records.asked.ids if records.asked is not None else select.query_ids
    ids = np.array([image_id for image_id in asked.tolist() if image_id in transforms], np.int64)
    if len(ids) == 0:
        return ThetaOfCycle(**{**_blank(), **found})
    rows = np.array([place[image_id] for image_id in ids.tolist()], np.int64)
    scores = {"value": ahead.value[rows], "own": select.score_terms[rows, 0]}
    return ThetaOfCycle(**{**_blank(), **found, **_pictures(records, ids, ahead.theta[rows]), **scores})


def theta_afterwards(history: Sequence[CycleRecords], cycle: int | None = None) -> ThetaOfCycle:
    """The transforms that TRAIN made of the images that a cycle acquired, for a method that does not look ahead.

    Args:
        history: records of a run.
        cycle: the cycle; None takes the latest whose TRAIN recorded transforms.
    """
    trained = [entry for entry in history if entry.train is not None and cycle in (None, entry.cycle)]
    moved = [entry for entry in trained if entry.train is not None and len(entry.train.transformed_ids)]
    if not moved or moved[-1].train is None:
        return _nothing(_reason_afterwards(cycle, any(entry.cycle > 0 for entry in trained)))
    records, train = moved[-1], moved[-1].train
    if train.transformed_theta.shape[1] != len(IDENTITY):
        return _nothing(OF_ITS_OWN)
    order = records.asked.ids.tolist() if records.asked is not None else []
    theta = dict(zip(train.transformed_ids.tolist(), train.transformed_theta, strict=True))
    ids = [image_id for image_id in order if image_id in theta]
    ids += [image_id for image_id in theta if image_id not in ids]
    own: dict[int, float] = {}
    if records.subsample is not None and records.score is not None:
        own = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
    found: dict[str, Any] = {
        "cycle": records.cycle,
        "unit": records.score.unit if records.score is not None else "",
        "own": np.array([own.get(image_id, np.nan) for image_id in ids], np.float32),
    }
    pictures = _pictures(records, np.array(ids, np.int64), np.stack([theta[image_id] for image_id in ids]))
    return ThetaOfCycle(**{**_blank(), **found, **pictures})


def _pictures(records: CycleRecords, ids: IntArray, theta: FloatArray) -> dict[str, Any]:
    """Fields of images (B,) with a recorded transform by theta (B, 6)."""
    transforms, pixels = transforms_of(records), records.pixels_kept()
    return {
        "query_ids": ids,
        "originals": np.stack([pixels[image_id] for image_id in ids.tolist()]),
        "transforms": np.stack([transforms[image_id] for image_id in ids.tolist()]),
        "n_learned": n_learned(records, ids),
        "frames": frames_of(theta),
    }


def transforms_of(records: CycleRecords) -> dict[int, ByteArray]:
    """Pixels (D, H, W) of the transforms of a cycle's images, by id: as SELECT and TRAIN have recorded them."""
    select, train = records.select, records.train
    found: dict[int, ByteArray] = {}
    if select is not None and len(select.transformed_images):
        found |= dict(zip(select.query_ids.tolist(), select.transformed_images, strict=True))
    if train is not None and len(train.transformed_images):
        found |= dict(zip(train.transformed_ids.tolist(), train.transformed_images, strict=True))
    return found


def theta_of_images(records: CycleRecords) -> dict[int, FloatArray]:
    """Theta (K,) by which a cycle's images are transformed, by id: as LOOK_AHEAD and TRAIN have recorded it."""
    subset, ahead, train = records.subsample, records.look_ahead, records.train
    found: dict[int, FloatArray] = {}
    if subset is not None and ahead is not None and len(ahead.theta):
        found |= dict(zip(subset.subset_ids.tolist(), ahead.theta, strict=True))
    if train is not None:
        found |= dict(zip(train.transformed_ids.tolist(), train.transformed_theta, strict=True))
    return found


def size_words(records: CycleRecords, ids: IntArray) -> str:
    """A sentence on how far the recorded transforms of images (B,) are from the images; empty without images.

    Two means over the images: of the largest difference between the six numbers of theta and those of the identity,
    left out for a theta of other numbers, and of the absolute change of a pixel, in per cent of its range of 255.
    """
    if len(ids) == 0:
        return ""
    theta, transforms, pixels = theta_of_images(records), transforms_of(records), records.pixels_kept()
    moved = np.stack([theta[image_id] for image_id in ids.tolist()])
    change = np.stack([transforms[i].astype(np.float64) - pixels[i] for i in ids.tolist()])
    changed = f"a pixel changes by {100 * np.abs(change).mean() / 255:.2g} % of its range"
    if moved.shape[1] != len(IDENTITY):
        return f"On average {changed}."
    distance = float(np.abs(moved - IDENTITY).max(axis=1).mean())
    return (
        "The identity leaves an image as it is. Of the six numbers of an image's θ (no unit), the one that differs "
        f"most from the identity's differs by {distance:.2g}, and {changed}; both are means over these images."
    )


def n_learned(records: CycleRecords, ids: IntArray) -> int:
    """How many of these images (B,) have a transform that TRAIN learned from; 0 before TRAIN."""
    return 0 if records.train is None else int(np.isin(ids, records.train.transformed_ids).sum())


def learned_words(n: int, shown: int) -> str:
    """A sentence on the transforms that TRAIN learned from, if any: n of those that are shown."""
    if n == 0:
        return ""
    which = "these transforms" if n == shown else f"{n:,} of these {shown:,} transforms and no others"
    changed = "that changed its weights, not how images are transformed"
    return f"In every epoch the training of the classifier took a step on {which}; {changed}."


def frames_of(theta: FloatArray) -> NDArray[np.float64]:
    """Frames (B, 5, 2) of images transformed by theta (B, 6); see `ThetaOfCycle.frames`."""
    affine = theta.reshape(-1, 2, 3).astype(np.float64)
    frames: NDArray[np.float64] = FRAME @ affine[:, :, :2].transpose(0, 2, 1) + affine[:, None, :, 2]
    return frames


def _reason(history: Sequence[CycleRecords], cycle: int | None, looked: bool) -> str:
    if looked:
        return "This method transforms no images while it looks ahead, so there is no θ to show."
    if cycle == 0:
        return "The start transforms no candidates; θ begins with cycle 1."
    which = "No cycle has" if cycle is None else f"Cycle {cycle} has not"
    return f"{which} looked ahead yet; θ appears here when it has."


def _reason_afterwards(cycle: int | None, trained: bool) -> str:
    if cycle == 0:
        return "The start transforms no candidates; θ begins with cycle 1."
    if trained:
        which = "No cycle" if cycle is None else f"Cycle {cycle}"
        kept = "has recorded a transform" if cycle is None else "has recorded no transform"
        return f"{which} {kept} of the images that it asked about, so there is no θ to show."
    which = "No cycle has" if cycle is None else f"Cycle {cycle} has not"
    return f"{which} trained yet; this method transforms the images asked about only then, and θ appears here."


def _blank() -> dict[str, object]:
    none, ints, pixels = np.empty(0, np.float32), np.empty(0, np.int64), np.empty((0, 1, 1, 1), np.uint8)
    by_epoch = np.empty((0, 6), np.float32)
    return {
        "cycle": -1, "epochs": ints, "mean": by_epoch, "lower": by_epoch, "upper": by_epoch, "loss": none, "unit": "",
        "query_ids": ints, "originals": pixels, "transforms": pixels, "frames": np.empty((0, 5, 2)), "value": none,
        "own": none, "n_learned": 0, "reason": "",
    }  # fmt: skip


def _nothing(reason: str) -> ThetaOfCycle:
    return ThetaOfCycle(**{**_blank(), "reason": reason})  # type: ignore[arg-type]
