"""A person against a method: she picks images among the candidates, the method picks its own, and both train."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import traitlets

from lada_explore.analysis import accuracy_by_labels
from lada_explore.records import CycleRecords
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.state_view import StateView
from lada_explore.views.duel.board import board_line
from lada_explore.views.duel.rounds import OVER, PICKING, TRAINING, DuelRounds, DuelSides
from lada_explore.views.labeller.labeller import Labeller
from lada_explore.views.learning.accuracy import AccuracyChart, accuracy_figure_spec
from lada_explore.views.query_gallery.query_gallery import png_url

MAX_ASKED = 40
"""More images of a query than this are not shown."""


class DuelBoard(StateView):
    """The candidates of the round, to pick from by a click, and the scoreboard.

    Args:
        sides: the duel.
        after_round: called on another thread when a round has ended.

    Attributes:
        state: what the page shows.
        picked: ids that are picked, in order.
    """

    _esm = module_of("duel")
    _css = style_of("duel")
    picked: traitlets.List[int] = traitlets.List().tag(sync=True)

    def __init__(self, sides: DuelSides, after_round: Callable[[], None] = lambda: None) -> None:
        self._sides, self._after_round = sides, after_round
        self._rounds = DuelRounds(sides, self._show_phase, self._show_picks)
        super().__init__(self._shown(), picked=[])
        self._follow(sides.yours.worker.on_change)
        self._rounds.begin()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Pick an image or put it back, or let both sides train."""
        match content.get("type"):
            case "toggle":
                self._rounds.toggle(int(content["id"]))
            case "clear":
                self._rounds.clear()
            case "play":
                self._rounds.play()

    def close(self) -> None:
        """Take the view off every page; a round under way goes on, and the duel stays open."""
        if hasattr(self, "_rounds"):
            self._rounds.cancel()
        super().close()

    def plain(self) -> str:
        """The scoreboard as HTML, for a place where no widget can be shown."""
        columns = {"cycle": "cycle", "labels": "labels", "you": "you", "theirs": self.state["method"]}
        columns |= {"lead": "you ahead by (points)", "shared": "both asked"}
        rows = [[*columns.values()], *([line[name] for name in columns] for line in self.state["board"])]
        return (
            "<table>" + "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows) + "</table>"
        )

    def _redraw(self) -> None:
        self._rounds.labelled()

    def _show_picks(self) -> None:
        self.picked = list(self._rounds.picked)

    def _show_phase(self) -> None:
        rounds = self._rounds
        if rounds.phase == TRAINING:  # What was picked stays in sight.
            self._change(phase=rounds.phase, says=rounds.says)
            return
        self._set_state(self._shown())
        if rounds.phase in (PICKING, OVER):
            self._after_round()

    @property
    def _method(self) -> str:
        return self._rounds.method

    def _asked(self) -> list[dict[str, Any]]:
        """What each side asked about in the last round: its name and the pictures; none before, and none of points."""
        board = self._sides.scoreboard()
        if not board or not all(board[-1].picked):
            return []
        both = (("you", self._sides.yours), (self._method, self._sides.theirs))
        chosen = [(name, _records_of(session.history, board[-1].cycle).select) for name, session in both]
        if any(select is None or select.query_images.dtype != np.uint8 for _, select in chosen):
            return []
        return [
            {"name": name, "urls": [png_url(image) for image in select.query_images[:MAX_ASKED]]}
            for name, select in chosen
            if select is not None
        ]

    def _shown(self) -> dict[str, Any]:
        """The state of the phase."""
        sides, phase = self._sides, self._rounds.phase
        yours, schedule = sides.yours, sides.yours.config.schedule
        records = yours.history[-1] if phase == PICKING else None
        plane = None if records is None else plane_of(records, yours.history)
        what = "images" if plane is None else "points"
        board = sides.scoreboard()
        begin = board[0].cycle if board else 0
        title = f"Round {yours.cycle - begin} of {schedule.cycles - begin}"
        return {
            "phase": phase,
            "title": title if phase != OVER else "The duel",
            "task": "" if records is None else f"Pick {sides.budget} {what} that you would have labelled.",
            "says": self._rounds.says,
            "error": self._rounds.error,
            "budget": sides.budget,
            "method": self._method,
            "cards": [] if records is None else cards_of(records),
            "plane": plane,
            "board": [board_line(line) for line in board],
            "asked": self._asked(),
        }


class _Accuracy(AccuracyChart):
    """The accuracy of the person's run, and of the method's beside it."""

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        others = {name: accuracy_by_labels(other.history) for name, other in self._compared}
        return accuracy_figure_spec(history, "your run", others, selected.cycle)


class DuelView(Panel):
    """The board of a duel, the accuracy of both sides, and a labeller where the person answers too.

    Args:
        sides: the duel; closing the view leaves it open.
    """

    def __init__(self, sides: DuelSides) -> None:
        self.sides = sides
        selection = Selection()
        self.chart = _Accuracy(sides.yours, selection, compare={sides.theirs.config.method.name: sides.theirs})
        self.board = DuelBoard(sides, self.chart.redraw)
        below = [Labeller(sides.yours)] if sides.yours.asks_a_person else []
        super().__init__([self.board, *below, self.chart])


def cards_of(records: CycleRecords) -> list[dict[str, Any]]:
    """The candidates of a cycle: id and picture of each; the picture of a point, or one that is not kept, is empty."""
    drawn = records.subsample
    assert drawn is not None
    pictures = len(drawn.images) == len(drawn.subset_ids) and drawn.images.dtype == np.uint8
    return [
        {"id": int(i), "url": png_url(drawn.images[row]) if pictures else ""} for row, i in enumerate(drawn.subset_ids)
    ]


def plane_of(records: CycleRecords, history: Sequence[CycleRecords]) -> dict[str, Any] | None:
    """Where candidates and labelled points lie, in [-1, 1]; None for images."""
    drawn = records.subsample
    assert drawn is not None
    if drawn.images.dtype == np.uint8 or drawn.images.shape[1:] != (2, 1, 1):
        return None
    at = drawn.images.reshape(-1, 2).astype(float)
    labelled = [
        {"x": float(x), "y": float(y), "label": int(label)}
        for records_of_cycle in history
        if records_of_cycle.select is not None and records_of_cycle.query is not None
        for x, y, label in _answered(records_of_cycle)
    ]
    return {"x": at[:, 0].tolist(), "y": at[:, 1].tolist(), "labelled": labelled}


def _answered(records: CycleRecords) -> list[tuple[float, float, int]]:
    """Coordinates and label of the points that a cycle asked about."""
    select, query = records.select, records.query
    assert select is not None
    assert query is not None
    label_of = dict(zip(query.ids.tolist(), query.labels.tolist(), strict=True))
    at = select.query_images.reshape(-1, 2)
    return [(*map(float, at[row]), label_of[i]) for row, i in enumerate(select.query_ids.tolist()) if i in label_of]


def _records_of(history: Sequence[CycleRecords], cycle: int) -> CycleRecords:
    return next(records for records in history if records.cycle == cycle)
