"""The query of a cycle: each queried image with its score and label, and tau* and look-ahead value of its pair.

After QUERY, these are the images that were asked in the end, after skips. Images that were answered ahead come last, as
single images.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lada_explore.analysis.pairs import counts_values, pictures
from lada_explore.analysis.theta import transforms_of
from lada_explore.analysis.worth import gained
from lada_explore.records import ByteArray, CycleRecords


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueriedImage:
    """A queried image.

    Attributes:
        id: index in the data set.
        pixels: (D, H, W) pixels.
        score: acquisition score of the image itself, in the unit of the group; None in the start.
        label: class index of the answer; None until it is answered.
        predicted: most probable class before training on the image; None in the start.
        transform: (D, H, W) pixels of its transform by theta*; without look-ahead, of the one that TRAIN learned from.
            None without either.
    """

    id: int
    pixels: ByteArray
    score: float | None
    label: int | None
    predicted: int | None
    transform: ByteArray | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class QueryGroup:
    """A queried pair, or a single queried image.

    Attributes:
        images: the two images of a pair, or one image.
        tau: tau* of the pair; None for a single image.
        value: look-ahead value of the pair, or acquisition score of the image's transform, in `unit`; None without
            either, and for pairs that were chosen without looking ahead.
        total: A_i(1) + A_i(0) + V_i(tau*), the score of the pair, or the sum of the scores of image and transform; None
            for an image without a transform.
        gain: V_i(tau*) less V_i at the tau before the policy learned; None for a single image, and where none learned.
        unit: unit of scores, value, total and gain.
    """

    images: tuple[QueriedImage, ...]
    tau: float | None
    value: float | None
    total: float | None
    gain: float | None
    unit: str


def queried(records: CycleRecords) -> tuple[QueryGroup, ...]:
    """The query of a cycle, best first, with the scores, predictions and labels of its images; empty before SELECT."""
    asked = records.asked
    if asked is None:
        return ()
    ahead: list[int] = []
    if records.query is not None:
        # Of images whose label was given nobody asked anything.
        ahead = np.setdiff1d(records.query.ahead_ids, records.query.given_ids).tolist()
    images = _images(records, asked.ids.tolist() + ahead)
    unit = records.score.unit if records.score is not None else ""
    terms = _score_terms(records)
    counted = counts_values(records)
    gains = _gains(records)
    groups = []
    for place, (first, second) in enumerate(asked.pair_ids.tolist()):
        own, other, value = terms.get((first, second), (None, None, None))
        groups.append(
            QueryGroup(
                images=(images[2 * place], images[2 * place + 1]),
                tau=float(asked.pair_tau[place]),
                value=value if counted else None,
                total=None if own is None or other is None or value is None else own + other + value,
                gain=gains.get((first, second)),
                unit=unit,
            )
        )
    alone = images[2 * len(groups) :]
    groups += [_single(image, records, unit) for image in alone]
    return tuple(groups)


def _single(image: QueriedImage, records: CycleRecords, unit: str) -> QueryGroup:
    value = None
    ahead = records.look_ahead
    if image.transform is not None and records.subsample is not None and ahead is not None and len(ahead.value):
        (places,) = np.nonzero(records.subsample.subset_ids == image.id)
        value = float(ahead.value[places[0]])
    total = None if value is None or image.score is None else image.score + value
    return QueryGroup(images=(image,), tau=None, value=value, total=total, gain=None, unit=unit)


def _images(records: CycleRecords, ids: list[int]) -> list[QueriedImage]:
    score: dict[int, float] = {}
    predicted: dict[int, int] = {}
    if records.subsample is not None and records.score is not None:
        scored = records.subsample.subset_ids.tolist()
        score = dict(zip(scored, records.score.scores.tolist(), strict=True))
        predicted = dict(zip(scored, records.score.predicted.tolist(), strict=True))
    label: dict[int, int] = {}
    if records.query is not None:
        label = dict(zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True))
    pixels = records.pixels_kept()
    moved = transforms_of(records)
    return [
        QueriedImage(
            id=i,
            pixels=pictures(pixels[i][None])[0],
            score=score.get(i),
            label=label.get(i),
            predicted=predicted.get(i),
            transform=moved.get(i),
        )
        for i in ids
    ]


def _gains(records: CycleRecords) -> dict[tuple[int, int], float]:
    """What learning gained for each candidate pair, by the ids of the pair; empty where nothing learned."""
    gains = None if records.look_ahead is None else gained(records.look_ahead)
    if records.subsample is None or gains is None:
        return {}
    pairs = records.subsample.pair_ids.tolist()
    return {(first, second): gain for (first, second), gain in zip(pairs, gains.tolist(), strict=True)}


def _score_terms(records: CycleRecords) -> dict[tuple[int, int], tuple[float, float, float]]:
    """A_i(1), A_i(0) and V_i(tau*) of every candidate pair, by the ids of the pair."""
    if records.subsample is None or records.select is None or not records.select.rule.of_pairs:
        return {}
    pairs = records.subsample.pair_ids.tolist()
    terms = records.select.score_terms.tolist()
    return {(i, j): (own, other, value) for (i, j), (own, other, value) in zip(pairs, terms, strict=True)}
