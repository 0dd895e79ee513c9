"""The scale of a set: one range of samples, in the units of its files, that goes from black to white in all of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.config import DataConfig, Page
from lada_explore.config.paths import page_name
from lada_explore.config.reading import AUTO, FULL, PERCENTILE, fixed_scale
from lada_explore.datasets.ahead import ahead
from lada_explore.datasets.decoded import cache_root
from lada_explore.datasets.fingerprints import key_of
from lada_explore.datasets.levels import PERCENTILES, narrow_range
from lada_explore.datasets.picture_file import Reading, is_for_axes, pages_of
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.datasets.samples import Scale
from lada_explore.errors import StoreError
from lada_explore.files import if_sound, make_folder, read_json, write_file
from lada_explore.runtime.progress import LateBar

MAX_SAMPLES, MIN_OF_ONE, MAX_OF_ONE = 2**22, 64, 2**16
"""Samples of a whole set, and of one picture. They are drawn at random, the same ones each time."""

MAX_KEPT = 100
"""Largest number of scales that are kept in the cache."""

_FOLDER, _AHEAD = "scales", 16


@dataclass(frozen=True, slots=True)
class Found:
    """The middle of the samples of a set.

    Attributes:
        pictures: number of pictures that were sampled: those of more than 8 bits where there are some.
        deep: whether they have more than 8 bits.
        low, high: the samples at `PERCENTILES`; the smallest and the largest one if these are equal.
    """

    pictures: int
    deep: bool
    low: float
    high: float


def resolved(config: DataConfig, root: Path, items: Sequence[str]) -> tuple[PictureReader, tuple[str, ...]]:
    """How the files of a set are read, with its scale, and a note on that.

    Args:
        config: the settings; a range that they have is taken as it is.
        root: folder of the paths.
        items: (N,) posix paths of the files to label, relative to `root`.
    """
    reader = PictureReader.of(config)
    if config.scale is None or config.range:
        return reader, ()
    if fixed := fixed_scale(config.scale):
        return with_scale(reader, fixed), ()
    special = [item for item in items if is_for_axes(root / item)]
    plain = reader.reading.page is Page.FIRST and reader.reading.channel is None
    if not special and plain and config.scale != PERCENTILE:
        # As from before there was a choice, so that what was decoded and computed of such a set then is found.
        return replace(reader, reading=Reading()), ()
    if config.scale == FULL:
        return reader, ()
    only_deep = config.scale == AUTO
    found = _found(root, special if only_deep else items, reader, only_deep)
    if found is None:
        return reader, ()
    if found.low == found.high:
        return reader, (f"every pixel value that was sampled is {found.low:,g}; data.scale is as 'full'",)
    return with_scale(reader, (found.low, found.high)), (_sentence(found),)


def with_scale(reader: PictureReader, scale: Scale) -> PictureReader:
    """The reader with another scale."""
    return replace(reader, reading=replace(reader.reading, scale=scale))


def with_pages(config: DataConfig, root: Path, items: Sequence[str]) -> list[str]:
    """The items, each of several pages in its pages, if every page is an image."""
    if config.page is not Page.ALL:
        return list(items)
    reading = PictureReader.of(config).reading
    counts = ((item, pages_of(root / item, reading)) for item in items)
    return [
        name for item, count in counts for name in ([page_name(item, n) for n in range(count)] if count > 1 else [item])
    ]


def narrow_notes(counts: NDArray[np.int64], config: DataConfig, reader: PictureReader | None) -> list[str]:
    """A note on a set whose levels are nearly one, where its scale does not depend on it.

    Args:
        counts: (D, 256) pixels of each level.
        config: the settings.
        reader: how its files are read.
    """
    of_the_set = reader is not None and reader.reading.scale is not None and config.scale in (AUTO, PERCENTILE)
    if config.scale is None or of_the_set or not (said := narrow_range(counts)):
        return []
    return [f"with data.scale={config.scale} the images {said}; data.scale=percentile takes the range of the set"]


def _sentence(found: Found) -> str:
    of = " of more than 8 bits" if found.deep else ""
    pictures, are, their = ("picture", "is", "its") if found.pictures == 1 else ("pictures", "are", "their")
    return (
        f"{found.pictures:,} {pictures}{of} {are} read with {found.low:,g} as black and {found.high:,g} as white, "
        f"between which 99.8 % of {their} pixel values lie; data.scale=full takes the range of {their} type"
    )


def _found(root: Path, items: Sequence[str], reader: PictureReader, only_deep: bool) -> Found | None:
    """The middle of the samples of the files, from the cache if none has changed; None if none can be read."""
    about = ["scale", PERCENTILES, MAX_SAMPLES, only_deep, reader.about()]
    place = cache_root() / _FOLDER / f"{key_of(about, root, items)}.json"
    with if_sound():
        known = read_json(place)
        return Found(int(known["pictures"]), bool(known["deep"]), float(known["low"]), float(known["high"]))
    found = _sampled(root, items, reader, only_deep)
    if found is not None:
        with suppress(OSError, StoreError):
            values = {"pictures": found.pictures, "deep": found.deep, "low": found.low, "high": found.high}
            make_folder(place.parent)
            write_file(place, json.dumps(values).encode(), overwrite=True)
            kept = sorted(place.parent.glob("*.json"), key=lambda path: path.stat().st_mtime)
            for old in kept[:-MAX_KEPT]:
                old.unlink()
    return found


def _sampled(root: Path, items: Sequence[str], reader: PictureReader, only_deep: bool) -> Found | None:
    n_each = int(np.clip(MAX_SAMPLES // max(1, len(items)), MIN_OF_ONE, MAX_OF_ONE))
    of: dict[bool, list[NDArray[Any]]] = {True: [], False: []}
    results = ahead(lambda item: _of_file(root / item, reader, n_each, only_deep), items, at_most=_AHEAD)
    with closing(results), LateBar(len(items), "images") as bar:
        for _, samples in results:
            bar.advance(1)
            if samples is not None:
                of[samples.dtype not in (np.uint8, np.bool_)].append(samples)
    deep = bool(of[True])
    if not of[deep]:
        return None
    samples = np.concatenate(of[deep])
    low, high = np.percentile(samples, PERCENTILES)
    if low == high:
        low, high = samples.min(), samples.max()
    if all(part.dtype.kind in "bui" for part in of[deep]):
        low, high = np.floor(low), np.ceil(high)
    return Found(len(of[deep]), deep, float(low), float(high))


def _of_file(file: Path, reader: PictureReader, n: int, only_deep: bool) -> NDArray[Any] | None:
    """At most `n` samples of a file; None if it cannot be read, or has 8 bits and only others are wanted.

    Why it cannot be read stands in the note that comes with decoding it.
    """
    try:
        found = reader.samples(file, only_deep=only_deep)
    except Exception:
        return None
    if found is None:
        return None
    samples = found.reshape(-1)
    return samples[np.random.default_rng(0).integers(samples.size, size=n)] if samples.size > n else samples
