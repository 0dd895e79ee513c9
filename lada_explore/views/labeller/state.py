"""What the labeller shows, as plain values: its texts are made here, the page only lays them out.

There are two parts: `Asked` changes when other images are asked, `Marks` with every answer. The picture of an image is
sent once, in a message of its own.
"""

from __future__ import annotations

import statistics
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TypedDict

from lada_explore.labelling.protocol import AskedImage, QueryKind, QuerySheet
from lada_explore.records import DRAW_UNIT
from lada_explore.views.base.text import class_name, duration

LONGEST_GAP_S = 120.0
"""A longer time between two answers is a break, not part of the pace."""


UNASKED = "not asked: an answer counts as a label from before, and is trained on with the next ones"
"""Why an image is shown that no query asks about."""


MAX_SHELF = 300
"""Most images that are put before a person at once."""


class ImageView(TypedDict):
    """One queried image, without its answers."""

    id: int
    pair: int
    partner: int
    name: str
    why: list[str]
    guess: str
    guessed: int
    replaces: bool


class Asked(TypedDict):
    """What is asked, and the classes to choose from.

    Attributes:
        counts_classes: whether each class shows how many images of it are still wanted.
    """

    cycle: int
    kind: str
    counts_classes: bool
    class_names: list[str]
    may_grow: bool
    images: list[ImageView]


class Shelf(TypedDict):
    """Images that are put before a person beside those of the query.

    Attributes:
        number: grows with every shelf, also from kernel to kernel, so that a page knows a new one; 0 before the first.
        page: page that asked for it; empty for all.
        of: id of the image that they are like; -1 if they were chosen in another view, to be answered.
        sentence: what they are, or why there are none.
        images: the images, the one that they are like first; empty if there are no others.
    """

    number: int
    page: str
    of: int
    sentence: str
    images: list[ImageView]


class MarkView(TypedDict):
    """Answers and marks of one image; an image without any has no entry.

    Attributes:
        label: current class index, -1 while the image is open.
        answers: (index in `Marks.people`, class index) of each person's current answer.
    """

    id: int
    label: int
    answers: list[tuple[int, int]]
    disputed: bool
    flagged: bool


class Marks(TypedDict):
    """What changes with every answer.

    Attributes:
        people: names of the people who answered or may undo.
        undo: (index in `people`, number of actions) that can be taken back without making a training stale.
        at: (name, id) of the image that each person looks at.
        pace: (name, text) on the pace of each person who answered lately.
        wanted: (label, number of images) that the seed round still looks for.
        may_end_start: whether the seed round can be ended before it has found them.
        looks: whether a look for new images is under way.
        found: how far it is, or what came of the last one.
    """

    sentence: str
    progress: str
    answered: int
    total: int
    rule: str
    people: list[str]
    images: list[MarkView]
    undo: list[tuple[int, int]]
    at: list[tuple[str, int]]
    pace: list[tuple[str, str]]
    skipped: list[int]
    wanted: list[tuple[int, int]]
    may_end_start: bool
    absent_classes: list[int]
    go_on: bool
    looks: bool
    found: str


def asked_of(sheet: QuerySheet) -> Asked:
    """The part of a sheet that stays as long as the same images are asked."""
    return Asked(
        cycle=sheet.cycle,
        kind=sheet.kind,
        counts_classes=sheet.is_seed_round,
        class_names=list(sheet.class_names),
        may_grow=sheet.classes_may_grow,
        images=[_image_view(image, sheet) for image in sheet.images],
    )


def shelf_of(
    images: Sequence[AskedImage], sheet: QuerySheet, *, number: int, page: str, of: int, sentence: str
) -> Shelf:
    """A shelf of these images, of which the sheet may ask some."""
    asked = {image.id for image in sheet.images}
    views = [_image_view(image, sheet, asked=image.id in asked) for image in images]
    return Shelf(number=number, page=page, of=of, sentence=sentence, images=views)


def handed_over(images: Sequence[AskedImage], sheet: QuerySheet) -> tuple[list[int], str]:
    """Ids of those of some images that can be answered, those that are asked first, and a sentence on all of them."""
    asked = {image.id for image in sheet.images}
    skipped = set(sheet.skipped)
    free = [image.id for image in images if image.label is None and image.id not in skipped]
    ids = sorted(free, key=lambda i: i not in asked)
    n_asked = sum(i in asked for i in ids)
    parts = [
        (n_asked, "{} asked"),
        (len(ids) - n_asked, "{} not asked (an answer counts as a label from before)"),
        (sum(image.label is not None for image in images), "{} answered already"),
        (sum(image.label is None and image.id in skipped for image in images), "{} set aside"),
    ]
    told = ", ".join(f"{n:,} {words.format('is' if n == 1 else 'are')}" for n, words in parts if n)
    shown = f"; the first {MAX_SHELF} are shown" if len(ids) > MAX_SHELF else ""
    n = len(images)
    none = "" if ids else ", so there is none to answer"
    sentence = f"Of the {n:,} images marked on the map, {told}{none}{shown}."
    return ids[:MAX_SHELF], sentence if n > 1 else f"The image marked on the map {told.removeprefix('1 ')}{none}."


def marks_of(
    sheet: QuerySheet,
    paces: Mapping[str, Pace],
    at: Mapping[str, int] | None = None,
    *,
    go_on: bool = False,
    beside: Sequence[AskedImage] = (),
    looks: bool = False,
    found: str = "",
) -> Marks:
    """The part of a sheet that changes with every answer.

    Args:
        sheet: the sheet, as it is on disk.
        paces: how fast each person answers.
        at: id of the image that each person looks at.
        go_on: whether the run can be continued now.
        beside: images of a shelf that are not asked.
        looks: whether a look for new images is under way.
        found: how far it is, or what came of the last one.
    """
    marked = [*sheet.images, *beside]
    people = sorted({name for image in marked for name in image.answers} | set(sheet.undo))
    place = {name: i for i, name in enumerate(people)}
    answered = sum(image.label is not None for image in sheet.images)
    return Marks(
        sentence=sheet.sentence,
        progress=_progress(sheet, answered),
        answered=answered,
        total=len(sheet.images),
        rule=sheet.rule,
        people=people,
        images=[
            MarkView(
                id=image.id,
                label=-1 if image.label is None else image.label,
                answers=[(place[name], label) for name, label in sorted(image.answers.items())],
                disputed=image.disputed,
                flagged=image.flagged,
            )
            for image in marked
            if image.answers or image.label is not None or image.disputed or image.flagged
        ],
        undo=[(place[name], steps) for name, steps in sorted(sheet.undo.items())],
        at=sorted((at or {}).items()),
        pace=[(name, pace.words(len(sheet.images) - answered)) for name, pace in sorted(paces.items())],
        skipped=list(sheet.skipped),
        wanted=sorted(sheet.wanted.items()),
        may_end_start=sheet.may_end_start,
        absent_classes=list(sheet.absent_classes),
        go_on=go_on,
        looks=looks,
        found=found,
    )


class Pace:
    """How fast somebody answers: the median of the last twenty gaps between two answers, breaks left out."""

    def __init__(self) -> None:
        self._last_s: float | None = None
        self._gaps_s: deque[float] = deque(maxlen=20)

    def note(self, at_s: float, n_images: int = 1) -> None:
        """Note an answer to one or more images at this time, in seconds since a fixed moment."""
        if self._last_s is not None and 0 < at_s - self._last_s <= LONGEST_GAP_S:
            self._gaps_s.append((at_s - self._last_s) / n_images)
        self._last_s = at_s

    def words(self, n_open: int) -> str:
        """Seconds an image, and the time that so many images will take; empty before the second answer."""
        if not self._gaps_s:
            return ""
        gap_s = statistics.median(self._gaps_s)
        left = f", about {duration(gap_s * n_open)} left" if n_open else ""
        return f"{gap_s:.1f} s an image{left}"


def _progress(sheet: QuerySheet, answered: int) -> str:
    if not sheet.images:
        return ""
    disputed = sum(image.disputed and image.label is None for image in sheet.images)
    differ = f", {disputed} disputed" if disputed else ""
    return f"{answered:,} of {len(sheet.images):,} answered{differ}"


def _image_view(image: AskedImage, sheet: QuerySheet, *, asked: bool = True) -> ImageView:
    return ImageView(
        id=image.id,
        pair=image.pair,
        partner=image.partner_id,
        name=image.name,
        why=_why(image, sheet) if asked else [UNASKED],
        guess=_guess(image, sheet.class_names),
        guessed=-1 if image.guess is None else image.guess,
        replaces=image.replaces,
    )


def _why(image: AskedImage, sheet: QuerySheet) -> list[str]:
    """Why this image is asked, a line for each reason."""
    unit = f" {sheet.unit}" if sheet.unit else ""
    lines = []
    if image.score is not None:
        lines.append(f"its own score: {image.score:.2f}{unit}")
    if image.partner_id >= 0:
        lines.append(f"pair {image.pair + 1}, with image {image.partner_id}")
    if image.pair_score is not None:
        lines.append(f"score of the pair: {image.pair_score:.2f}{unit}")
    if image.tau is not None:
        name = "τ" if sheet.unit == DRAW_UNIT else "τ*"  # Nothing chooses a tau for pairs that are draws.
        lines.append(f"{name} of the pair: {image.tau:.2f}")
    if image.replaces:
        lines.append("replaces an image that was set aside")
    if not lines:
        if sheet.is_seed_round:
            lines.append("to start from: drawn at random, or near an image of a class that still misses some")
        elif sheet.kind is QueryKind.INITIAL:
            lines.append("to start from: as many of each class, drawn at random")
        else:
            lines.append("chosen at random")
    return lines


def _guess(image: AskedImage, class_names: Sequence[str]) -> str:
    if image.guess is None:
        return ""
    sure = "" if image.guess_probability is None else f", {100 * image.guess_probability:.0f} %"
    return f"{class_name(image.guess, class_names)}{sure}"
