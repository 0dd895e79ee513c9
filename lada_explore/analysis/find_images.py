"""Finding images of a run by id, by a part of a file name, or by a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lada_explore.analysis.pairs import known_of, pictures
from lada_explore.records import ByteArray, CycleRecords


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundImages:
    """Images that a text finds.

    Attributes:
        ids: of the first of them: the image with this id, then those whose file name holds the text, then those of such
            a class, then those that the classifier takes for such a class; in each of the four by increasing id.
        count: number of all of them.
    """

    ids: tuple[int, ...]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Classes:
    """What is known of the classes of images, by id.

    Attributes:
        known: label, or true class of a candidate as `known_of` tells it, which leaves out the images of an open query.
        guessed: most probable class of each candidate, from the latest cycle that scored it.
    """

    known: Mapping[int, int]
    guessed: Mapping[int, int]


def find_images(
    text: str,
    classes: Classes,
    class_names: Sequence[str],
    *,
    names: Sequence[str] = (),
    pool_size: int | None = None,
    limit: int = 60,
) -> FoundImages:
    """Find images by a text; upper and lower case do not matter.

    Args:
        text: an id, a part of a file name or a part of the name of a class; nothing finds nothing.
        classes: what is known of their classes.
        class_names: by label.
        names: (N,) file names by id; empty where the images have none.
        pool_size: N, number of images to be labelled; None where it is not known.
        limit: most ids that are returned.
    """
    wanted = text.strip().casefold()
    if not wanted:
        return FoundImages(ids=(), count=0)
    found: dict[int, None] = {}
    if wanted.isascii() and wanted.isdecimal() and (pool_size is None or int(wanted) < pool_size):
        found[int(wanted)] = None
    found |= dict.fromkeys(i for i, name in enumerate(names) if wanted in name.casefold())
    of_class = {label for label, name in enumerate(class_names) if wanted in name.casefold()}
    for labels in (classes.known, classes.guessed):
        found |= dict.fromkeys(sorted(i for i, label in labels.items() if label in of_class))
    return FoundImages(ids=tuple(found)[:limit], count=len(found))


def classes_of(history: Sequence[CycleRecords]) -> Classes:
    """What the records tell of the classes of images: the answers, and the candidates' true and predicted classes."""
    known: dict[int, int] = {}
    guessed: dict[int, int] = {}
    for records in history:
        if records.subsample is not None:
            ids = records.subsample.subset_ids.tolist()
            known |= dict(zip(ids, known_of(records, ids), strict=True))
            if records.score is not None:
                guessed |= dict(zip(ids, records.score.predicted.tolist(), strict=True))
        elif records.select is not None and records.query is None:
            known |= dict.fromkeys(records.select.query_ids.tolist(), -1)
        if records.query is not None:
            known |= dict(zip(records.query.ids.tolist(), records.query.labels.tolist(), strict=True))
    return Classes(known={i: label for i, label in known.items() if label >= 0}, guessed=guessed)


def pixels_in(history: Sequence[CycleRecords], ids: Sequence[int]) -> dict[int, ByteArray | None]:
    """Pixels (D, H, W) of images by id, from any cycle that kept them; None for an image that none has kept."""
    found: dict[int, ByteArray | None] = dict.fromkeys(ids)
    for records in reversed(history):
        left = [i for i in ids if found[i] is None]
        if not left:
            break
        kept = records.pixels_kept()
        found |= {i: pictures(kept[i][None])[0] for i in left if i in kept}
        candidates = records.subsample
        if candidates is None or len(candidates.images) != len(candidates.subset_ids):
            continue
        for row in np.flatnonzero(np.isin(candidates.subset_ids, left)).tolist():
            found[int(candidates.subset_ids[row])] = pictures(candidates.images[row][None])[0]
    return found
