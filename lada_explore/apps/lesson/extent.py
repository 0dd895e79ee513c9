"""How much of its runs a page holds, so that the page of any run, or of any two, stays below 10 MB.

The demo run (12 cycles of 400 candidates in grey) is held whole. Of a larger run the page holds fewer cycles,
candidates and pairs, evenly spaced, and says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lada_explore.analysis import Kind, MapPoints, acquired_pairs, best_first, pair_terms
from lada_explore.apps.lesson.packing import Packer
from lada_explore.records import ByteArray, CycleRecords, IntArray

MAX_CYCLES = 30
"""Most cycles in a page, of two runs half as many each; the first and the last are always among them."""

MAX_PAIRS = 2600
"""Most mixing paths of all cycles of all runs together, 0.6 kB each when packed."""

MAX_POINTS = 5000
"""Most images on the maps of all cycles of all runs together."""

MAX_PIXEL_BYTES = 3_200_000
"""Most bytes of all images' pixels, before they are compressed."""

MAX_IMAGE_PX = 32
"""Larger images are reduced to this width or height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What a page holds of a run.

    Attributes:
        cycles: the cycles, in order.
        pairs: most mixing paths of a cycle.
        candidates: most images on a map that were neither acquired nor labelled before.
        labelled: most images on a map that were labelled before.
        left_out: sentences on what is left out.
    """

    cycles: tuple[int, ...]
    pairs: int
    candidates: int
    labelled: int
    left_out: tuple[str, ...]


def extents_of(histories: Sequence[Sequence[CycleRecords]]) -> list[Extent]:
    """What a page holds of the records of each of its runs, which share its room."""
    kept = _cycles_kept([[records.cycle for records in history] for history in histories])
    with_map = max(1, sum(cycle > 0 for cycles in kept for cycle in cycles))
    pixel_bytes = max((_pixel_bytes(records) for history in histories for records in history), default=1)
    n_images = sum(_images_drawn(history, cycles) for history, cycles in zip(histories, kept, strict=True))
    images = MAX_POINTS if n_images * pixel_bytes <= MAX_PIXEL_BYTES else MAX_PIXEL_BYTES // pixel_bytes
    pairs, points = MAX_PAIRS // with_map, min(MAX_POINTS, images) // with_map
    return [
        Extent(
            cycles=tuple(cycles),
            pairs=pairs,
            candidates=points,
            labelled=points,
            left_out=_left_out(history, cycles, pairs, points),
        )
        for history, cycles in zip(histories, kept, strict=True)
    ]


def _cycles_kept(runs: Sequence[Sequence[int]]) -> list[list[int]]:
    """The cycles of each run that a page holds: those of the longest, evenly spaced, and the last of each run."""
    longest = max(runs, key=len)
    shown = {longest[place] for place in evenly(len(longest), MAX_CYCLES // len(runs))} | {run[-1] for run in runs}
    return [[cycle for cycle in run if cycle in shown] for run in runs]


def _images_drawn(history: Sequence[CycleRecords], cycles: Sequence[int]) -> int:
    """How many images the cycles of a run drew as candidates; one that several of them drew is held only once."""
    drawn = [records.subsample.subset_ids for records in history if records.subsample and records.cycle in cycles]
    return len(np.unique(np.concatenate([*drawn, []])))


def _left_out(history: Sequence[CycleRecords], kept: Sequence[int], pairs: int, points: int) -> tuple[str, ...]:
    """Sentences on what a page leaves out of a run.

    Args:
        history: the records.
        kept: the cycles in the page.
        pairs: most mixing paths of a cycle.
        points: most images on a map that were neither acquired nor labelled before.
    """
    drawn = max((len(records.subsample.subset_ids) for records in history if records.subsample is not None), default=0)
    most_pairs = max((len(records.look_ahead.tau) for records in history if records.look_ahead is not None), default=0)
    left_out = []
    if len(kept) < len(history):
        left_out.append(f"{len(kept)} of the run's {len(history)} cycles are in this page, evenly spaced.")
    if points < drawn:
        left_out.append(f"Each map shows up to {points:,} of the {drawn:,} candidates, and all that were asked about.")
    if pairs < most_pairs:
        left_out.append(
            f"{pairs:,} of the {most_pairs:,} candidate pairs of a cycle can be mixed: those asked about, the best, "
            "and an even sample of the others."
        )
    return tuple(left_out)


def evenly(n: int, most: int) -> list[int]:
    """Indices of n items: all, or `most` evenly spaced ones, the first and the last included."""
    if n <= most:
        return list(range(n))
    places: list[int] = np.linspace(0, n - 1, most).round().astype(int).tolist()
    return places


def ranks_kept(records: CycleRecords, most: int) -> list[int]:
    """Ranks by score, from 1, of the pairs of a cycle that a page holds, best first."""
    order = best_first(pair_terms(records).sum(axis=1))
    queried = np.flatnonzero(acquired_pairs(records)[order])
    others = np.setdiff1d(np.arange(len(order)), queried)
    room = max(0, most - len(queried))
    best, rest = others[: room // 2], others[room // 2 :]
    spread = rest[evenly(len(rest), room - len(best))] if room > len(best) else rest[:0]
    ranks: list[int] = (1 + np.sort(np.concatenate([queried[:most], best, spread]))).tolist()
    return ranks


def thinned(points: MapPoints, extent: Extent) -> MapPoints:
    """A map with as many candidates and labelled images as the page holds; acquired images and their pairs stay."""
    candidates = np.flatnonzero(points.kind == Kind.CANDIDATE)[: extent.candidates]
    labelled = np.flatnonzero(points.kind == Kind.LABELLED)
    labelled = labelled[max(0, len(labelled) - extent.labelled) :]
    rows: NDArray[np.int64] = np.concatenate([candidates, np.flatnonzero(points.kind == Kind.ACQUIRED), labelled])
    rows.sort()
    if len(rows) == len(points.ids):
        return points
    n_labelled = int((points.kind == Kind.LABELLED).sum())
    return replace(
        points,
        **{name: getattr(points, name)[rows] for name in PER_IMAGE},
        images=points.images[rows] if len(points.images) else points.images,
        n_left_out=points.n_left_out + n_labelled - len(labelled),
    )


PER_IMAGE = (
    *("ids", "kind", "features", "target", "predicted", "entropy_bits", "top_classes", "top_probabilities"),
    *("acquired_cycle", "partner"),
)
"""Fields of `MapPoints` with a row for each image."""


class ImageStore:
    """The pixels of a run's images, each held once, at most `MAX_IMAGE_PX` wide and high."""

    def __init__(self) -> None:
        self._pixels: dict[int, ByteArray] = {}

    def take(self, ids: Sequence[int] | IntArray, images: ByteArray) -> None:
        """Add (N, D, H, W) images by their ids: three channels in colour, otherwise only the first, in grey."""
        for image_id, pixels in zip(ids, images, strict=False):
            if int(image_id) not in self._pixels:
                self._pixels[int(image_id)] = _small(pixels if len(pixels) == 3 else pixels[:1])

    @property
    def ids(self) -> list[int]:
        """The ids held, in the order in which they were added."""
        return list(self._pixels)

    def state(self, packer: Packer) -> dict[str, Any]:
        """What the page gets, packed: the ids, the shape of one image, and the pixels of each."""
        shape = next(iter(self._pixels.values())).shape if self._pixels else (1, 0, 0)
        pixels = packer.pieces([image.tobytes() for image in self._pixels.values()])
        return {"ids": self.ids, "shape": list(shape), "pixels": pixels}


def _pixel_bytes(records: CycleRecords) -> int:
    if records.select is None:
        return 1
    _, depth, height, width = records.select.query_images.shape
    shrink = min(1.0, MAX_IMAGE_PX / max(height, width, 1))
    return max(1, (3 if depth == 3 else 1) * int(height * shrink) * int(width * shrink))


def _small(pixels: ByteArray) -> ByteArray:
    _, height, width = pixels.shape
    shrink = min(1.0, MAX_IMAGE_PX / max(height, width))
    if shrink == 1:
        return pixels
    size = (max(1, round(width * shrink)), max(1, round(height * shrink)))
    return np.stack([np.asarray(Image.fromarray(channel).resize(size, Image.Resampling.BOX)) for channel in pixels])
