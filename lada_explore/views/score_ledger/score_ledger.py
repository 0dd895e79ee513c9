"""Why a pair was queried: its score term by term, and which pairs other weights of the terms would choose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from lada_explore.analysis import (
    Ledger,
    counts_values,
    draws_note,
    known_of,
    pair_row,
    pixels_of,
    predicted_of,
    rerank,
    sampled_values,
    score_ledger,
)
from lada_explore.records import DRAW_UNIT, CycleRecords, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.record_view import RecordView
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.text import ROUNDED, known_name
from lada_explore.views.base.wire import to_wire
from lada_explore.views.query_gallery.query_gallery import png_url

N_DRAWN = 30
"""Best pairs that get a bar; queried ones beyond them get one too."""

MAX_ASKED = 400
"""Most thumbnails that a page may ask for at once."""

CAPTION = (
    "A pair's score is A(1) + A(0) + V(τ*): what its two images are worth by themselves, and what the virtual "
    "instances mixed from them are worth. Change the weights to see which term decides; nothing is trained or asked "
    "again."
)
NOT_COUNTED = (
    "This method chooses pairs by A(1) + A(0), what their two images are worth by themselves. It does not look ahead: "
    "V(τ*), what the virtual instances mixed from them are worth, was recorded and has the weight 0. Raise it to see "
    "which pairs looking ahead would have asked about; nothing is trained or asked again."
)
SAMPLED = (
    " Here V(τ*) is the mean over random draws of λ that the score counted; “Another rule” and the pair mixer show the "
    "exact integral."
)
DRAWN = (
    "This method draws its pairs at random, so there is nothing to look ahead to: each term is a draw, V(τ*) has the "
    "weight 0, and other weights show another draw."
)


class ScoreLedger(RecordView):
    """The best pairs as stacked bars of their three terms, with weights that rank them again in the page.

    A click on a pair selects it in every view that shares the selection.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.

    Raises:
        ConfigError: `session` is no run.
    """

    _esm = module_of("score_ledger")
    _css = style_of("score_ledger")
    stages: ClassVar[tuple[Stage, ...]] = (Stage.LOOK_AHEAD, Stage.SELECT)
    shows_pair = True

    def view_state(self, history: tuple[CycleRecords, ...], selected: Selected) -> Mapping[str, Any]:
        """What the page shows of these records and this selection."""
        return ledger_view_state(history, self._source.class_names, selected)

    def handle(self, content: Mapping[str, Any]) -> None:
        """A chosen pair, {"type": "pair", "ids": [x_i, x'_i]}, or missing thumbnails, {"type": "images", "ids"}."""
        if content.get("type") == "pair":
            first, second = content["ids"]
            self.selection.choose_pair(first, second)
        if content.get("type") == "images":
            shown = next((r for r in self._source.history if r.cycle == self.state.get("cycle")), None)
            if shown is not None:
                self.send({"type": "images", "images": thumbnails(shown, content["ids"][:MAX_ASKED])})


def ledger_view_state(
    history: Sequence[CycleRecords], class_names: Sequence[str], selected: Selected
) -> dict[str, Any]:
    """The state of the ledger, or a sentence on why there is none.

    Args:
        history: records of a run.
        class_names: by label.
        selected: the cycle, and the pair that is marked.
    """
    ledger = score_ledger(history, selected.cycle)
    if ledger.reason:
        return {"message": ledger.reason}
    records = next(entry for entry in history if entry.cycle == ledger.cycle)
    ids = [i for pair in ledger.pair_ids.tolist() for i in pair]
    n_queried = int(ledger.queried.sum())
    shown: dict[str, Any] = to_wire(
        {
            "message": "",
            "title": f"Cycle {ledger.cycle}: {n_queried:,} of {len(ledger.terms):,} pairs were asked about",
            "caption": f"{_caption(records, ledger.unit)} {ROUNDED}{draws_note(ledger.unit, 'the terms of a pair')}",
            "cycle": ledger.cycle,
            "unit": ledger.unit,
            "pair_ids": ledger.pair_ids,
            "terms": ledger.terms,
            "weights": list(ledger.weights),
            "spans": {"bar": [0.0, _longest(ledger)]},
            "queried": ledger.queried,
            "known": [known_name(label, class_names) for label in known_of(records, ids)],
            "guesses": [known_name(label, class_names) for label in predicted_of(records, ids)],
            "selected": _selected_row(records, ledger, selected),
            "images": thumbnails(records, _first_shown(ledger)),
        }
    )
    return shown


def thumbnails(records: CycleRecords, ids: Sequence[int]) -> dict[str, str]:
    """Data URLs of candidates, by their id as text; "" for an image that the record did not keep."""
    wanted = [int(i) for i in ids]
    found = pixels_of(records, wanted)
    return {str(i): "" if pixels is None else png_url(pixels) for i, pixels in zip(wanted, found, strict=True)}


def _caption(records: CycleRecords, unit: str) -> str:
    """What the terms are and what their weights show."""
    if counts_values(records):
        return f"{CAPTION}{SAMPLED if sampled_values(records) else ''}"
    return DRAWN if unit == DRAW_UNIT else NOT_COUNTED


def _longest(ledger: Ledger) -> float:
    """The longest bar at the method's own weights."""
    counted = ledger.terms * np.asarray(ledger.weights, np.float32)
    return float(counted.clip(0).sum(axis=1).max(initial=0.0))


def _first_shown(ledger: Ledger) -> list[int]:
    best = rerank(ledger, ledger.weights).order[:N_DRAWN]
    return [i for pair in ledger.pair_ids[best].tolist() for i in pair]


def _selected_row(records: CycleRecords, ledger: Ledger, selected: Selected) -> int:
    """Row of the selected pair; -1 if no pair of this cycle is selected."""
    row = pair_row(records, selected.pair) if selected.pair is not None else None
    known = row is not None and set(ledger.pair_ids[row].tolist()) == set(selected.pair or ())
    return row if known and row is not None else -1
