"""Why not this one? Any image of a run, and how it stood in every cycle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from lada_explore.analysis import draws_note
from lada_explore.analysis.find_images import Classes, FoundImages, classes_of, find_images, pixels_in
from lada_explore.analysis.why_not import Outcome, Place, why_not
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, SelectRule, Stage, cycle_name
from lada_explore.store.items import Items
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.record_view import RecordView
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.text import ROUNDED, known_name
from lada_explore.views.query_gallery.query_gallery import png_url

MAX_FOUND = 24
"""Images that are shown of those that a text finds."""

LEAST = 0.01
"""Smallest difference that is printed; two numbers of two decimals hide a smaller one."""

TITLE = "Why not this one?"
HINT = "Find an image by its id, a part of its file name or a class, or choose one on the map or in the gallery."
CAPTION = (
    "What an image lacked is the score of the last pair or image that was asked about minus its own. All of it is read "
    "from the records; nothing is computed again."
)
TOGETHER = "no rank: the images were chosen together"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownImages:
    """What a run knows of its images beside the records.

    Attributes:
        names: (N,) file names by id; empty where the images have none.
        pool_size: N; None where it is not known.
        items: where each of them is told of; None without.
    """

    names: tuple[str, ...] = ()
    pool_size: int | None = None
    items: Items | None = None

    def name(self, image_id: int) -> str:
        """File name of an image; empty where it is not known."""
        return self.names[image_id] if image_id < len(self.names) else ""

    def there_from(self, image_id: int) -> int:
        """First cycle that draws from an image."""
        return 0 if self.items is None else self.items.head.there_from(image_id)


class WhyNot(RecordView):
    """A search for images, and for one of them a table of all cycles: what it scored, its rank and what it lacked.

    It shows the first of the marked images; a person may change to another, until others are marked. While none is
    marked it shows the first image of the chosen pair, or the best of a cycle without pairs. One that is found here is
    marked in every view that shares the selection.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("why_not")
    _css = style_of("why_not")
    stages: ClassVar[tuple[Stage, ...]] = (Stage.SUBSAMPLE, Stage.SCORE, Stage.SELECT, Stage.QUERY)
    shows_pair: ClassVar[bool] = True

    def __init__(self, session: Any, selection: Selection | None = None) -> None:
        self._text = ""
        self._image: int | None = None
        self._marked: tuple[int, ...] = ()
        self._known = KnownImages()
        super().__init__(session, selection)

    def find(self, text: str) -> None:
        """Show the images that a text finds."""
        self._text = text
        self.redraw()

    def looked_at(self, selected: Selected) -> object:
        """The cycle and the marked images, or the pair where there are none."""
        return selected.cycle, selected.ids, None if selected.ids else selected.pair

    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection."""
        if selected.ids != self._marked or self._image not in selected.ids:
            self._image, self._marked = next(iter(selected.ids), None), selected.ids
        opened, why = (self._image, "") if self._image is not None else first_image(history, selected)
        known = self._known_images()
        return why_not_view_state(
            history, self._source.class_names, selected, text=self._text, image=opened, known=known, why=why
        )

    def handle(self, content: Mapping[str, Any]) -> None:
        """A text, an image, or a cycle with the pair of the image in it.

        {"type": "find", "text": ...}, {"type": "image", "id": ...} or {"type": "cycle", "cycle": ..., "pair": [] or
        [x_i, x'_i]}.
        """
        match content.get("type"):
            case "find":
                self.find(str(content.get("text", "")))
            case "image":
                image, marked = int(content["id"]), self.selection.selected.ids
                if image in marked:
                    self._image, self._marked = image, marked
                    self.redraw()
                else:
                    self.selection.mark([image])
            case "cycle":
                looked_at = (self.state.get("image") or {}).get("id")
                self.selection.show_cycle(int(content["cycle"]))
                if content.get("pair"):
                    self.selection.choose_pair(*content["pair"], looked_at=looked_at)

    def _known_images(self) -> KnownImages:
        """Names and number of the images, read again when images were added."""
        pool_size = getattr(self._source, "pool_size", None)
        if pool_size != self._known.pool_size:
            items: Items | None = getattr(self._source, "items", None)
            names = () if items is None else tuple(item.name for item in items.train)
            self._known = KnownImages(names=names, pool_size=pool_size, items=items)
        return self._known


def why_not_view_state(
    history: Sequence[CycleRecords],
    class_names: Sequence[str],
    selected: Selected,
    *,
    text: str = "",
    image: int | None = None,
    known: KnownImages | None = None,
    why: str = "",
) -> dict[str, Any]:
    """The state of the view.

    Args:
        history: records of a run.
        class_names: by label.
        selected: the cycle and the marked images.
        text: what is searched for.
        image: the image whose table is shown; None for none.
        known: what the run knows of its images beside the records; None for nothing.
        why: why the image is shown though nobody chose it; empty for one that a person chose.
    """
    about = known or KnownImages()
    classes = classes_of(history)
    found = find_images(text, classes, class_names, names=about.names, pool_size=about.pool_size, limit=MAX_FOUND)
    places: tuple[Place, ...] = ()
    error = ""
    if image is not None:
        try:
            places = why_not(history, image, pool_size=about.pool_size, there_from=about.there_from(image))
        except ConfigError as refused:
            error = str(refused)
    shown = [*found.ids, *selected.ids, *([] if image is None or error else [image])]
    pictures = _pictures(history, shown, classes, class_names, about)
    unit = next((place.unit for place in reversed(places) if place.unit), "")
    latest = history[-1].cycle if history else -1
    return {
        "title": TITLE,
        "message": "",
        "error": error,
        "caption": f"{CAPTION} {ROUNDED}{draws_note(unit, 'its scores and ranks')}",
        "hint": f"{why} {HINT}".strip() if image is None or why else "",
        "text": text,
        "found": [pictures[i] for i in found.ids],
        "summary": _summary(text, found),
        "marked": [pictures[i] for i in selected.ids] if len(selected.ids) > 1 else [],
        "image": pictures[image] if image is not None and not error else None,
        "rows": _rows(places, latest if selected.cycle is None else selected.cycle),
    }


def first_image(history: Sequence[CycleRecords], selected: Selected) -> tuple[int | None, str]:
    """The image to begin with while none is marked, and why it is that one: of the pair, or of the cycle that is shown.

    Args:
        history: records of a run.
        selected: the cycle and the pair that are shown.
    """
    if selected.pair is not None:
        return selected.pair[0], f"Image {selected.pair[0]} is the first of the chosen pair."
    chosen = [records.select for records in history if records.select is not None and len(records.select.query_ids)]
    shown = next((one for one in chosen if one.cycle == selected.cycle), chosen[-1] if chosen else None)
    if shown is None:
        return None, ""
    best = int(shown.query_ids[0])
    return best, f"Image {best} is the first that {cycle_name(shown.cycle)} chose."


def _summary(text: str, found: FoundImages) -> str:
    """How many images a text finds."""
    if not text.strip():
        return ""
    if not found.count:
        return f"No image is found by “{text.strip()}”."
    images = f"{found.count:,} image{'' if found.count == 1 else 's'}"
    return images if found.count <= len(found.ids) else f"{images}; the first {len(found.ids)} are shown"


def _pictures(
    history: Sequence[CycleRecords],
    ids: Sequence[int],
    classes: Classes,
    class_names: Sequence[str],
    about: KnownImages,
) -> dict[int, dict[str, Any]]:
    """What the page shows of images, by id."""
    pixels = pixels_in(history, list(dict.fromkeys(ids)))
    return {
        i: {
            "id": i,
            "name": about.name(i),
            "url": "" if kept is None else png_url(kept),
            "known": known_name(classes.known.get(i, -1), class_names),
            "guess": known_name(classes.guessed.get(i, -1), class_names),
        }
        for i, kept in pixels.items()
    }


def _rows(places: Sequence[Place], cycle: int) -> list[dict[str, Any]]:
    """The rows of the table, the latest cycle first; cycles in which it was no candidate, for one reason, share one."""
    rows: list[dict[str, Any]] = []
    for place in reversed(places):
        row = _row(place, cycle)
        if rows and not place.drawn and place.place is None and row["cells"] == rows[-1]["cells"]:
            rows[-1] |= {"from": place.cycle, "shown": rows[-1]["shown"] or row["shown"]}
        else:
            rows.append(row)
    return rows


def _row(place: Place, cycle: int) -> dict[str, Any]:
    """A row of one cycle."""
    pair: list[int] = []
    if place.partner is not None:
        pair = [place.image, place.partner] if place.is_first else [place.partner, place.image]
    return {
        "cycle": place.cycle,
        "from": place.cycle,
        "shown": place.cycle == cycle,
        "outcome": place.outcome.name.lower(),
        "pair": pair,
        "cells": [became(place), _own(place), _counted(place), _rank(place), _lacked(place)],
    }


def became(place: Place) -> str:
    """What became of an image in a cycle, in words."""
    since = "" if place.since is None else cycle_name(place.since)
    match place.outcome:
        case Outcome.NOT_THERE:
            return f"not in the pool yet; {since} was the first to draw from it"
        case Outcome.LABELLED:
            return f"labelled already, in {since}"
        case Outcome.START:
            return "not one of the first images"
        case Outcome.SET_ASIDE:
            return f"not drawn; skipped in {since} and set aside until it is brought back"
        case Outcome.NOT_DRAWN:
            return f"not among the {place.n_drawn:,} candidates that were drawn"
        case Outcome.UNDECIDED:
            return "a candidate, nothing is chosen yet" if place.drawn else "not decided yet"
        case Outcome.SKIPPED:
            return "skipped by a person"
        case Outcome.PARTNER_SKIPPED:
            return f"left out because image {place.partner} of its pair was skipped"
        case Outcome.NOT_CHOSEN:
            return "a candidate, not chosen"
        case Outcome.CHOSEN:
            what = "pair" if _of_pairs(place) else "place"
            return f"chosen, {what} {place.place:,}"
        case Outcome.AHEAD:
            return "answered before it was asked, so it was not asked again"
        case Outcome.GIVEN:
            return "labelled without being asked about"


def _of_pairs(place: Place) -> bool:
    return place.rule is not None and place.rule.of_pairs


def _own(place: Place) -> str:
    return "" if place.score is None else f"{place.score:.2f} {place.unit}"


def _counted(place: Place) -> str:
    """The score that ranked it as the sum that it is."""
    if place.total is None or place.rule is SelectRule.SET:
        return ""
    total = f"{place.total:.2f} {place.unit}"
    if place.terms is None:
        return total
    summed = " + ".join(f"{term:.2f}" for term in place.terms)
    return f"{summed} = {total}" + ("" if place.partner is None else f", with image {place.partner}")


def _rank(place: Place) -> str:
    if place.rule is not None and place.rule.together:
        return TOGETHER
    if place.rank is None:
        return ""
    return f"{place.rank:,} of {place.n_ranked:,}{' pairs' if _of_pairs(place) else ''}"


def _lacked(place: Place) -> str:
    if place.lacked is None:
        return ""
    if place.lacked == 0:
        return "nothing: a tie, which the order of the draw decided"
    return f"below {LEAST} {place.unit}" if place.lacked < LEAST else f"{place.lacked:.2f} {place.unit}"
