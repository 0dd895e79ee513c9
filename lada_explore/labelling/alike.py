"""The images without an answer that are most like one: by features that are there already, so that no network runs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets import ImageData
from lada_explore.labelling.protocol import AlikeImages
from lada_explore.labelling.seed_round import shrunk
from lada_explore.records import ByteArray, CycleRecords, FloatArray, IntArray, cycle_name

N_ALIKE = 15
"""Number of images that are shown beside the one looked at (ours): two rows of a page."""

MAX_READ = 200
"""Largest number of asked images whose pixels are read to be compared (ours); others of the query are left out."""

BLOCK = 256
"""Number of images whose features are normalised at a time (ours): few enough to stay in a processor's cache."""


def alike(
    image_id: int,
    data: ImageData,
    history: Sequence[CycleRecords],
    *,
    asked: Sequence[int],
    answered: Collection[int],
    pixels: Callable[[Sequence[int]], ByteArray],
) -> AlikeImages:
    """The images that are most like one and that nobody has answered, most alike first.

    They are compared by the features of the frozen network, of the whole pool; where a run has none, by those that the
    classifier had at its last scoring that saw the image, among the images it scored; before the first, by the
    neighbours that the seed round recorded; and otherwise by the pixels, among the images asked. Features are compared
    by the cosine, those of a frozen network after normalisation, pixels by their distance.

    Args:
        image_id: index in the data set.
        data: the images.
        history: records of the run.
        asked: ids of the images that are asked now.
        answered: ids of images that are answered, or skipped.
        pixels: reads the pixels of images.
    """
    is_open = np.ones(len(data.train), dtype=bool)
    labelled = [records.query.ids for records in history if records.query is not None]
    for ids in (*labelled, data.train.absent_ids, np.array([image_id, *answered], dtype=np.int64)):
        is_open[ids] = False
    if data.features is not None:
        by = f"by the features of the frozen network, in the whole pool of {len(is_open):,}"
        return _said(image_id, _in_pool(image_id, data, is_open), by)
    if (scored := _last_scoring(image_id, history)) is not None:
        among, found = _scored(image_id, scored, is_open)
        by = (
            f"by the features of the model of {cycle_name(scored.cycle - 1)}, among the {among:,} images that it scored"
        )
        return _said(image_id, found, by)
    if (near := _recorded_neighbours(image_id, history)) is not None:
        by = "by their pixels, because no model has been trained yet, among the candidates of the start"
        return _said(image_id, near[is_open[near]][:N_ALIKE], by)
    some = np.array([i for i in asked if is_open[i]][:MAX_READ], dtype=np.int64)
    by = "by their pixels, because no features of a model are kept of it, among the images asked"
    return _said(image_id, _by_pixels(image_id, some, pixels), by)


def _said(image_id: int, ids: IntArray, by: str) -> AlikeImages:
    if len(ids) == 0:
        return AlikeImages(ids=(), sentence=f"There is no image without an answer like image {image_id}: {by}.")
    what = "The image without an answer" if len(ids) == 1 else f"The {len(ids)} images without an answer"
    are = "is" if len(ids) == 1 else "are"
    return AlikeImages(ids=tuple(ids.tolist()), sentence=f"{what} that {are} most like image {image_id}, {by}.")


def cosines(to: FloatArray, rows: FloatArray) -> FloatArray:
    """(B,) cosines of rows (B, F) with one row (F,); -1 where either is 0 throughout."""
    lengths = np.sqrt(np.einsum("bf,bf->b", rows, rows)) * np.sqrt(to @ to)
    products = rows @ to
    found: FloatArray = np.divide(products, lengths, out=np.full_like(products, -1), where=lengths > 0)
    return found


def _in_pool(image_id: int, data: ImageData, is_open: NDArray[np.bool_]) -> IntArray:
    features = data.features
    assert features is not None
    ids = np.flatnonzero(is_open)

    def normalised(some: IntArray) -> FloatArray:
        rows = features.train.take(some)
        rows -= features.mean
        rows /= features.std
        return rows

    to = normalised(np.array([image_id]))[0]
    blocks = [cosines(to, normalised(ids[start : start + BLOCK])) for start in range(0, len(ids), BLOCK)]
    return _highest(ids, np.concatenate(blocks) if blocks else np.empty(0, dtype=np.float32))


def _last_scoring(image_id: int, history: Sequence[CycleRecords]) -> CycleRecords | None:
    """The last records that keep features of an image; None if there are none."""
    for records in reversed(history):
        if records.score is not None and image_id in _ids_scored(records):
            return records
    return None


def _ids_scored(records: CycleRecords) -> IntArray:
    """Ids of the rows of `features` of a SCORE record."""
    assert records.subsample is not None
    assert records.score is not None
    return records.subsample.subset_ids[: len(records.score.features)]


def _scored(image_id: int, records: CycleRecords, is_open: NDArray[np.bool_]) -> tuple[int, IntArray]:
    assert records.score is not None
    ids = _ids_scored(records)
    rows = np.asarray(records.score.features, dtype=np.float32)
    to = rows[np.flatnonzero(ids == image_id)[0]]
    kept = is_open[ids]
    return len(ids), _highest(ids[kept], cosines(to, rows[kept]))


def _recorded_neighbours(image_id: int, history: Sequence[CycleRecords]) -> IntArray | None:
    select = history[0].select
    if select is None or select.seed_neighbours.size == 0:
        return None
    rows = np.flatnonzero(select.seed_ids == image_id)
    return select.seed_neighbours[rows[0]] if len(rows) else None


def _by_pixels(image_id: int, ids: IntArray, pixels: Callable[[Sequence[int]], ByteArray]) -> IntArray:
    if len(ids) == 0:
        return ids
    rows = shrunk(pixels([image_id, *ids.tolist()]))
    return _highest(ids, -np.linalg.norm(rows[1:] - rows[0], axis=1))


def _highest(ids: IntArray, values: FloatArray) -> IntArray:
    """The `N_ALIKE` ids of the highest values, highest first; equal ones in the order of the ids."""
    if len(ids) > N_ALIKE:
        least = np.partition(values, -N_ALIKE)[-N_ALIKE]
        ids, values = ids[values >= least], values[values >= least]
    found: IntArray = ids[np.argsort(-values, kind="stable")[:N_ALIKE]]
    return found
