"""A person against a method: she picks images among the candidates, the method picks its own, and both train."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import traitlets

from lada_explore.analysis import accuracy_by_labels
from lada_explore.experiments.scoreboard import Round
from lada_explore.records import CycleRecords, IntArray
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.state_view import StateView, sentence_of
from lada_explore.views.labeller.labeller import Labeller
from lada_explore.views.learning.accuracy import AccuracyChart, accuracy_figure_spec
from lada_explore.views.query_gallery.query_gallery import png_url

MAX_ASKED = 40
"""More images of a query than this are not shown."""

PICKING, TRAINING, LABELLING, STOPPED, OVER = "picking", "training", "labelling", "stopped", "over"


class DuelSides(Protocol):
    """What the view needs of a duel, see `lada_explore.experiments.duel.DuelRuns`.

    Attributes:
        yours, theirs: the two sessions.
    """

    yours: Any
    theirs: Any

    @property
    def budget(self) -> int:
        """Number of images that each picks in a round."""

    @property
    def over(self) -> bool:
        """Whether both have had all of their rounds."""

    @property
    def under_way(self) -> bool:
        """Whether a round was begun and is not finished."""

    @property
    def waits_for_labels(self) -> bool:
        """Whether a person has to label what was picked."""

    def candidates(self) -> IntArray:
        """(M,) ids to pick from."""

    def pick(self, ids: Sequence[int]) -> None:
        """Pick the images of this round."""

    def play(self) -> bool:
        """Run the round of both; returns False if it waits for labels."""

    def scoreboard(self) -> Sequence[Round]:
        """A line for the state that both began with and one for each cycle after it."""

    def close(self) -> None:
        """Close both sessions."""


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
        self._rounds = 0
        self._work = LatestOnlyExecutor(lambda error: self._show_error(sentence_of(error, "the round")))
        super().__init__(self._shown(TRAINING, "Drawing the candidates …"), picked=[])
        self._follow(sides.yours.worker.on_change)
        self._work.want("begin", lambda still_wanted: self._to_next())

    def handle(self, content: Mapping[str, Any]) -> None:
        """Pick an image or put it back, or let both sides train."""
        if content.get("type") == "toggle":
            self._toggle(int(content["id"]))
        elif content.get("type") == "clear" and self.state["phase"] == PICKING:
            self.picked = []
        elif content.get("type") == "play" and self.state["phase"] == PICKING:
            self._sides.pick(self.picked)  # Refused here, before anything is computed.
            self._play()
        elif content.get("type") == "play" and self.state["phase"] == STOPPED:
            self._play()

    def close(self) -> None:
        """Take the view off every page; a round under way goes on, and the duel stays open."""
        if hasattr(self, "_work"):
            self._work.cancel()
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
        """Go on with a round when the last picked image is labelled."""
        if self.state["phase"] == LABELLING and not self._sides.waits_for_labels:
            self._play()

    def _toggle(self, image_id: int) -> None:
        """Pick a candidate, or put it back; more than the budget are not taken."""
        if self.state["phase"] != PICKING or image_id not in {card["id"] for card in self.state["cards"]}:
            return
        if image_id in self.picked:
            self.picked = [i for i in self.picked if i != image_id]
        elif len(self.picked) < self._sides.budget:
            self.picked = [*self.picked, image_id]

    def _play(self) -> None:
        self._rounds += 1
        method = self.state["method"]
        self._set_state(
            self.state | {"phase": TRAINING, "says": f"Training with your images, then with those of {method} …"}
        )
        self._work.want(self._rounds, lambda still_wanted: self._round())

    def _round(self) -> None:
        try:
            ended = self._sides.play()
        except Exception as error:
            stuck = self._sides.under_way
            again = "The round was cut short; nothing of it is lost." if stuck else ""
            self._set_state(
                self._shown(STOPPED if stuck else PICKING, again) | {"error": sentence_of(error, "the round")}
            )
            return
        if not ended:
            self._ask_for_labels()
            return
        self.picked = []
        self._to_next()
        self._after_round()

    def _ask_for_labels(self) -> None:
        n = len(self._sides.yours.open_query)
        self._set_state(self._shown(LABELLING, f"Label your {n} images below; then both sides train."))

    def _to_next(self) -> None:
        """Draw the candidates of the next round, or say how the duel ended."""
        if self._sides.over:
            self._set_state(self._shown(OVER, result_of(self._sides.scoreboard(), self._method)))
            return
        if self._sides.waits_for_labels:
            self._ask_for_labels()
            return
        if self._sides.under_way:  # The kernel was restarted in the middle of a round.
            self._play()
            return
        try:
            self._sides.candidates()
        except Exception as error:
            self._set_state(self._shown(OVER, "") | {"error": sentence_of(error, "the candidates")})
            return
        self._set_state(self._shown(PICKING, self._last_round()))

    @property
    def _method(self) -> str:
        name: str = self._sides.theirs.config.method.name
        return name

    def _last_round(self) -> str:
        """What the round before came to; empty before the first."""
        *_, last = self._sides.scoreboard()
        if not last.picked[1]:
            return ""
        n, both = len(last.picked[1]), last.shared
        return f"In cycle {last.cycle} {self._method} asked about {n} images, {both or 'none'} of them yours too."

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

    def _shown(self, phase: str, says: str) -> dict[str, Any]:
        """The state of a phase."""
        sides = self._sides
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
            "says": says,
            "budget": sides.budget,
            "method": self._method,
            "cards": [] if records is None else cards_of(records),
            "plane": plane,
            "board": [_line(line) for line in board],
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


def result_of(board: Sequence[Round], method: str) -> str:
    """How a duel ended, in one sentence; the difference is that of two trainings, and says nothing of others."""
    *_, last = board
    yours, theirs = last.accuracy
    if yours is None or theirs is None:
        return "The duel is over; without a labelled test set there is no accuracy to compare."
    points = 100 * (yours - theirs)
    if abs(points) < 0.05:
        return f"The duel is over: you and {method} end with the same accuracy, {100 * yours:.1f} %."
    ahead = (
        f"you are {points:.1f} points ahead of {method}" if points > 0 else f"{method} is {-points:.1f} points ahead"
    )
    return f"The duel is over: {ahead}. It is one training of each; another seed may end otherwise."


def _line(line: Round) -> dict[str, Any]:
    """A line of the scoreboard as texts."""
    yours, theirs = line.accuracy
    lead = "" if yours is None or theirs is None else f"{100 * (yours - theirs):+.1f}".replace("+0.0", "0.0")
    labels = next((str(n) for n in line.labels if n is not None), "…")
    return {
        "cycle": "begin" if not line.picked[0] and not line.picked[1] else f"{line.cycle}",
        "labels": labels,
        "you": _percent(yours),
        "theirs": _percent(theirs),
        "lead": lead,
        "shared": f"{line.shared} of {len(line.picked[0])}" if line.picked[0] else "",
    }


def _percent(accuracy: float | None) -> str:
    return "…" if accuracy is None else f"{100 * accuracy:.1f} %"


def _records_of(history: Sequence[CycleRecords], cycle: int) -> CycleRecords:
    return next(records for records in history if records.cycle == cycle)
