"""The images that a cycle asks about, pair by pair, with their scores and labels."""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import traitlets
from PIL import Image

from lada_explore.analysis import (
    QueriedImage,
    QueryGroup,
    counts_values,
    drawn_at_random,
    gain_text,
    queried,
    sampled_values,
)
from lada_explore.analysis.theta import NAMES, learned_words, n_learned, size_words
from lada_explore.config import ACQUISITIONS, Method
from lada_explore.errors import ConfigError
from lada_explore.records import ByteArray, CycleRecords, IntArray, SelectRule, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.record_chart import Seen, records_of, same_records
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import source_of
from lada_explore.views.base.state_view import StateView
from lada_explore.views.base.text import ROUNDED, class_name, known_name, tau_text
from lada_explore.views.base.view import LOADING

MAX_IMAGES = 120
"""More images than this are not drawn; the title says how many there are."""


class Marks(TypedDict):
    """The selection, apart from the pictures, so that marking an image does not send them again."""

    ids: list[int]
    pair: list[int]


class ImageView(TypedDict):
    """One image of the gallery."""

    id: int
    url: str
    alt: str
    label: str
    answered: bool
    guess: str
    detail: str
    transform: str


class GroupView(TypedDict):
    """A pair, or a single image."""

    rank: str
    images: list[ImageView]
    lines: list[str]


class GalleryState(TypedDict):
    """Everything that the gallery shows."""

    title: str
    caption: str
    error: str
    groups: list[GroupView]


class QueryGallery(StateView):
    """The queried images of a cycle, best pair first. A click chooses the pair, or marks the single image.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        cycle: which cycle to begin with; None follows the latest that chose a query.

    Raises:
        ConfigError: something that is no run, or a negative cycle.
    """

    _esm = module_of("query_gallery")
    _css = style_of("query_gallery")
    marks = traitlets.Dict().tag(sync=True)

    def __init__(self, session: Any, selection: Selection | None = None, *, cycle: int | None = None) -> None:
        if cycle is not None and cycle < 0:
            raise ConfigError(f"cycle is {cycle}; cycles count from 0, the start")
        self._source = source_of(session)
        self.selection = selection or Selection()
        if cycle is not None:
            self.selection.show_cycle(cycle)
        self._drawn: tuple[Seen, int | None] | None = None
        loading = GalleryState(title=LOADING, caption="", error="", groups=[])
        super().__init__(loading, marks=dict(Marks(ids=[], pair=[])))
        self._follow(self._source.on_change, self.selection.on_change).draw_now()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Choose the pair, or mark the image, that a person picked."""
        ids = content.get("ids", [])
        if content.get("type") != "pick" or not all(isinstance(entry, int) for entry in ids):
            return
        if len(ids) == 2:
            self.selection.choose_pair(*ids)
        else:
            self.selection.mark(ids)

    def _redraw(self) -> None:
        history, selected = self._source.history, self.selection.selected
        self.marks = dict(Marks(ids=list(selected.ids), pair=list(selected.pair or ())))
        seen = records_of(history, (Stage.SELECT, Stage.QUERY, Stage.TRAIN))
        if self._drawn is not None and same_records(self._drawn[0], seen) and self._drawn[1] == selected.cycle:
            return
        made_by = self._source.config if selected.cycle is None else self._source.config_of(selected.cycle)
        meaning = score_meaning(made_by.method)
        self._set_state(gallery_state(history, self._source.class_names, selected.cycle, meaning=meaning))
        self._drawn = seen, selected.cycle


def score_meaning(method: Method) -> str:
    """A sentence on what a score of this method is, where its unit does not say it; otherwise empty."""
    return ACQUISITIONS[method.acquisition].capabilities.meaning


def gallery_state(
    history: Sequence[CycleRecords], class_names: Sequence[str], cycle: int | None, *, meaning: str = ""
) -> GalleryState:
    """What the gallery shows of a cycle's query.

    Args:
        history: records of a run.
        class_names: by label.
        cycle: the cycle; None takes the latest that chose a query.
        meaning: see `score_meaning`.
    """
    chosen = [records for records in history if records.select is not None and cycle in (None, records.cycle)]
    if not chosen:
        title = "No image is asked about yet." if cycle is None else f"Cycle {cycle} has not chosen its query yet."
        return GalleryState(title=title, caption="", error="", groups=[])
    groups = queried(chosen[-1])
    per_group = len(groups[0].images) if groups else 1
    shown = groups[: MAX_IMAGES // per_group]
    return GalleryState(
        title=_title(chosen[-1], len(groups) * per_group, len(shown) * per_group, per_group),
        caption=f"{_caption(chosen[-1], per_group, groups)} {meaning if chosen[-1].score else ''}".strip(),
        error="",
        groups=[
            _group_view(place, group, class_names, "τ" if drawn_at_random(chosen[-1]) else "τ*")
            for place, group in enumerate(shown, start=1)
        ],
    )


def _title(records: CycleRecords, images: int, shown: int, per_group: int) -> str:
    order = "in the order of the draw" if drawn_at_random(records) else "best first"
    what = f"{images:,} images" + (f" in {images // per_group:,} pairs, {order}" if per_group == 2 else "")
    title = f"The start asked about {what}" if records.cycle == 0 else f"Cycle {records.cycle} asked about {what}"
    answered = "" if records.query is not None else "; the answers are still to come"
    left_out = "" if shown == images else f"; the first {shown:,} are shown"
    return f"{title}{answered}{left_out}."


def _caption(records: CycleRecords, per_group: int, groups: Sequence[QueryGroup]) -> str:
    if drawn_at_random(records):
        return _caption_of_draws(records, per_group, groups)
    if per_group == 2 and not counts_values(records):
        return "A pair's score is the sum of the two images' own scores; the method does not look ahead. " + ROUNDED
    if per_group == 2:
        mean = " (a mean over random draws of λ; the pair mixer shows the exact integral)"
        drawn = mean if sampled_values(records) else ""
        gain = " The gain is V(τ*) less V at the τ before learning." if groups and groups[0].gain is not None else ""
        return (
            f"A pair's score is the sum of the two images' own scores and its look-ahead value{drawn}.{gain} {ROUNDED}"
        )
    if records.select is not None and records.select.rule is SelectRule.SET:
        return "The images were chosen together, as a varied set, in this order; their own scores are beside them."
    if groups and groups[0].images[0].transform is not None and groups[0].value is not None:
        affine = records.look_ahead is not None and records.look_ahead.theta.shape[1] == len(NAMES)
        grid = "; the chart of θ draws the grid on which it was taken" if affine else ""
        why = (
            f"An image's score is the sum of its own score and that of its transform, shown beside it{grid}. {ROUNDED}"
        )
        return f"{why} {_size(records, groups)} {_learned(records, groups)}".rstrip()
    why = "Each image was chosen by its own score." if groups and groups[0].images[0].score is not None else ""
    return f"{why} {_afterwards(records, groups)}".strip()


def _caption_of_draws(records: CycleRecords, per_group: int, groups: Sequence[QueryGroup]) -> str:
    """The caption where random draws chose the images."""
    if per_group == 2 and not counts_values(records):
        return (
            "The pairs were drawn at random: a pair's score is the sum of two uniform draws, and the method does not "
            f"look ahead. {ROUNDED}"
        )
    if per_group == 2:
        return "The pairs were drawn at random: a pair's score and its look-ahead value are uniform draws. " + ROUNDED
    if groups and groups[0].value is not None:
        why = f"Each image was drawn at random: its own score and that of its transform are uniform draws. {ROUNDED}"
        return f"{why} {_size(records, groups)} {_learned(records, groups)}".rstrip()
    return f"Each image was drawn at random. {_afterwards(records, groups)}".strip()


def _afterwards(records: CycleRecords, groups: Sequence[QueryGroup]) -> str:
    """The transforms beside the images where TRAIN made them; empty without any."""
    learned = _learned(records, groups)
    if not learned:
        return ""
    made = "Beside it is its transform, made only afterwards, while the classifier trained."
    return f"{made} {_size(records, groups)} {learned}"


def _learned(records: CycleRecords, groups: Sequence[QueryGroup]) -> str:
    """Which of the transforms beside the images TRAIN learned from; empty without any."""
    ids = _transformed(groups)
    return learned_words(n_learned(records, ids), len(ids))


def _size(records: CycleRecords, groups: Sequence[QueryGroup]) -> str:
    """How much the transforms beside the images change them."""
    return size_words(records, _transformed(groups))


def _transformed(groups: Sequence[QueryGroup]) -> IntArray:
    """Ids of the images with a transform beside them."""
    return np.array([image.id for group in groups for image in group.images if image.transform is not None], np.int64)


def _group_view(place: int, group: QueryGroup, class_names: Sequence[str], tau: str) -> GroupView:
    """What is shown of a pair or an image.

    Args:
        place: its place, from 1.
        group: the pair or the image.
        class_names: by label.
        tau: what the tau of a pair is called.
    """
    # The unit stands once: with the sum, where there is one.
    unit = "" if group.total is not None else group.unit
    ahead = "its transform" if group.tau is None else "look-ahead"
    told = [] if group.value is None else [f"{ahead} {group.value:.2f} {unit}".rstrip()]
    told += [] if group.tau is None else [f"{tau} = {tau_text(group.tau)}"]
    told += [] if group.gain is None else [f"gain {gain_text(group.gain)}"]
    lines = [", ".join(told)] if told else []
    if group.total is not None:
        lines.append(f"score {group.total:.2f} {group.unit}")
    return GroupView(
        rank=f"pair {place}" if len(group.images) == 2 else f"{place}",
        images=[_image_view(image, unit, class_names) for image in group.images],
        lines=lines,
    )


def _image_view(image: QueriedImage, unit: str, class_names: Sequence[str]) -> ImageView:
    label = "not labelled yet" if image.label is None else class_name(image.label, class_names)
    detail = [f"id {image.id}"]
    if image.score is not None:
        detail.append(f"own {image.score:.2f} {unit}".rstrip())
    return ImageView(
        id=image.id,
        url=png_url(image.pixels),
        alt=f"image {image.id}, {label}",
        label=label,
        answered=image.label is not None,
        guess="" if image.predicted is None else known_name(image.predicted, class_names),
        detail="\n".join(detail),
        transform="" if image.transform is None else png_url(image.transform),
    )


def png_url(pixels: ByteArray) -> str:
    """An image as a PNG data URL.

    Args:
        pixels: (D, H, W) uint8; three channels are shown in colour, otherwise the first one in grey.
    """
    image = Image.fromarray(np.ascontiguousarray(pixels.transpose(1, 2, 0)) if len(pixels) == 3 else pixels[0])
    file = io.BytesIO()
    image.save(file, format="PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode('ascii')}"
