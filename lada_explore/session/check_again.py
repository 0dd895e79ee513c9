"""Labels to look at again: those that classifiers which were trained without them find unlikely."""

from __future__ import annotations

import base64
import html
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from lada_explore.errors import ConfigError
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.pool import Pool
from lada_explore.records import ByteArray, IntArray, class_name
from lada_explore.session.session import Session
from lada_explore.stages.progress import Tick, no_tick
from lada_explore.store import JournalEntry

FOLDS = 5
"""Folds (ours): each classifier still has four fifths of the labels."""

THUMBNAIL_PX = 72
"""Longer side of an image in the table; small ones are enlarged without smoothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A label that is worth another look.

    Attributes:
        id: id of the image.
        name: path of its file; empty for images without files.
        cycle: cycle in which it was labelled.
        label: its label.
        suggested: class that is most probable without it.
        label_probability: probability of `label` by the classifier that was trained without the image.
        suggested_probability: probability of `suggested` by the same.
        reason: a sentence of these.
    """

    id: int
    name: str
    cycle: int
    label: int
    suggested: int
    label_probability: float
    suggested_probability: float
    reason: str


class Doubts(Sequence[Doubt]):
    """The doubtful labels, least likely first; a notebook shows them as a table with the images.

    `lada_explore.views.CheckAgain` shows them with buttons that change a label.

    Attributes:
        n_checked: number of labels that were checked.
        note: a sentence on labels that were not checked; empty if all were.
        labelling: what the labels are changed with; None for a list without a run.
    """

    def __init__(
        self,
        rows: Sequence[Doubt],
        pixels: ByteArray | None,
        n_checked: int,
        note: str = "",
        labelling: LabellingFeed | None = None,
    ) -> None:
        self._rows = tuple(rows)
        self._pixels = pixels
        self.n_checked = n_checked
        self.note = note
        self.labelling = labelling

    def __getitem__(self, place: Any) -> Any:
        return self._rows[place]

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return "\n".join([self.sentence, *(f"image {row.id}: {row.reason}" for row in self._rows)])

    @property
    def sentence(self) -> str:
        """How many labels are doubtful, of how many."""
        n = len(self)
        said = (
            f"{n} of {self.n_checked:,} labels {'is' if n == 1 else 'are'} worth another look"
            if n
            else (f"None of {self.n_checked:,} labels is unlikely")
        )
        return f"{said}. {self.note}".strip()

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"  # JupyterLab puts every cell to the right, which is for numbers.
        cells = [
            f"<tr><td>{self._picture(place)}</td><td>{row.id}</td><td {left}>{html.escape(row.name)}</td>"
            f"<td {left}>{html.escape(row.reason)}</td></tr>"
            for place, row in enumerate(self._rows)
        ]
        head = f"<tr><th>image</th><th>id</th><th {left}>file</th><th {left}>why</th></tr>"
        table = f"<table>{head}{''.join(cells)}</table>" if cells else ""
        return f"<p>{html.escape(self.sentence)}</p>{table}"

    def picture_url(self, place: int) -> str:
        """The image of a row, as a data URL of a PNG; empty for points."""
        if self._pixels is None:
            return ""
        pixels = self._pixels[place].transpose(1, 2, 0)
        image = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
        content = io.BytesIO()
        image.save(content, format="PNG")
        return f"data:image/png;base64,{base64.b64encode(content.getvalue()).decode()}"

    def _picture(self, place: int) -> str:
        url, side = self.picture_url(place), f"max-width:{THUMBNAIL_PX}px;max-height:{THUMBNAIL_PX}px"
        style = f"width:{THUMBNAIL_PX}px;object-fit:contain;image-rendering:pixelated;{side}"
        return f'<img alt="image {self._rows[place].id}" style="{style}" src="{url}">' if url else ""


def check_again(session: Session, *, folds: int = FOLDS, tick: Tick = no_tick) -> Doubts:
    """Find the labels that are unlikely by confident learning, least likely first. Changes nothing of the run.

    A classifier is trained without each fold of the labelled images, as TRAIN trains, and predicts that fold: a head on
    features of a frozen network if the run has one, its whole network otherwise. Of these probabilities cleanlab finds
    the labels that are probably wrong; those that a person has confirmed are counted and not listed. The same run gives
    the same table. Waits for a stage that runs.

    Args:
        session: an open session.
        folds: number of classifiers to train, at least 2.
        tick: called after each with (done, total, "folds").

    Raises:
        ConfigError: cleanlab is not installed, `folds` is below 2, or fewer than two classes have two labels.

    Source: Northcutt, Jiang and Chuang, *Confident Learning* (J. Artif. Intell. Res., 2021), as cleanlab has it.
    """
    if folds < 2:
        raise ConfigError(f"folds is {folds}; at least 2 are needed, so that each is predicted by another training")
    pool, names = with_changes(session.pool, session._run.journal.label_state().relabels), session.class_names
    confirmed = session.labelling.confirmed()
    counts = np.bincount(pool.labels, minlength=len(names))
    enough = counts[pool.labels] >= 2
    if (counts >= 2).sum() < 2:
        raise ConfigError(
            f"{len(pool.labels)} labels cannot be checked: at least two classes need two labels each, so label more"
        )
    with session._stepping, session._runtime.computing():
        probabilities = session._runner.out_of_fold(session.cycle, pool, folds, tick)
    places = np.flatnonzero(enough)
    found = places[issues(pool.labels[places], probabilities[places])]
    ids, labels = pool.labelled_ids, pool.labels
    doubtful = np.array([place for place in found if confirmed.get(int(ids[place])) != labels[place]], np.int64)
    cycles, train = pool.cycles[doubtful], session.data.train
    rows = [
        _doubt(train.item_names, names, int(pool.labelled_ids[place]), int(cycle), int(pool.labels[place]), of_image)
        for place, cycle, of_image in zip(doubtful.tolist(), cycles.tolist(), probabilities[doubtful], strict=True)
    ]
    alone = int((~enough).sum())
    right = len(found) - len(doubtful)
    notes = (
        f"{alone} {'is' if alone == 1 else 'are'} not checked, being the only one of their class." if alone else "",
        f"{right} more {'is' if right == 1 else 'are'} unlikely and confirmed by a person." if right else "",
    )
    note = " ".join(filter(None, notes))
    pixels = None if train.holds_points or not rows else session.labelling.pixels([row.id for row in rows])
    return Doubts(rows, pixels, len(places), note, session.labelling)


def with_changes(pool: Pool, changes: Mapping[int, JournalEntry]) -> Pool:
    """The pool with the labels that were changed, by id, whether or not a training has used them."""
    known = set(pool.labelled_ids.tolist())
    changed = {i: line.label for i, line in changes.items() if i in known}
    return pool.relabelled(np.array([*changed], np.int64), np.array([*changed.values()], np.int64))


def issues(labels: IntArray, probabilities: NDArray[np.float64]) -> IntArray:
    """Places of the labels that confident learning finds wrong, least probable first.

    Args:
        labels: (L,) classes.
        probabilities: (L, C) of classifiers that were trained without each.

    Raises:
        ConfigError: cleanlab is not installed.
    """
    try:
        from cleanlab.filter import find_label_issues
    except ImportError:
        raise ConfigError(
            "labels are checked by cleanlab, which is not installed; run pip install 'lada-explore[check]'"
        ) from None
    present = np.unique(labels)
    # A class without a label has no threshold of its own; what is probable of it is left to the others.
    kept = np.maximum(probabilities[:, present], np.finfo(np.float64).tiny)
    kept /= kept.sum(axis=1, keepdims=True)
    found = find_label_issues(
        np.searchsorted(present, labels), kept, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return np.asarray(found, np.int64)


def _doubt(
    files: Sequence[str] | None,
    names: Sequence[str],
    image_id: int,
    cycle: int,
    label: int,
    probabilities: NDArray[np.float64],
) -> Doubt:
    suggested = int(probabilities.argmax())
    given, other = (class_name(one, names) for one in (label, suggested))
    likely = probabilities[suggested]
    reason = f"labelled {given}; trained without it the model gives {100 * likely:.0f} % to {other}"
    return Doubt(
        id=image_id,
        name="" if files is None else files[image_id],
        cycle=cycle,
        label=label,
        suggested=suggested,
        label_probability=float(probabilities[label]),
        suggested_probability=float(likely),
        reason=f"{reason} and {100 * probabilities[label]:.0f} % to {given}",
    )
