"""The duel in the playground: a person picks on the plane first, then the method, and both go on from one state."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from lada_explore.analysis.pairs import best_first
from lada_explore.errors import ConfigError
from lada_explore.experiments.scoreboard import Round
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.state_view import sentence_of
from lada_explore.views.base.wire import to_wire
from lada_explore.views.duel.board import board_line
from lada_explore.views.duel.rounds import OVER, PICKING, SHOWN, STOPPED, TRAINING, DuelRounds, DuelSides
from lada_explore.views.playground.run import PlaygroundRun, run_view_state
from lada_explore.views.playground.start import Start

OPENING = "opening"
"""Phase of a duel whose two runs are made."""

CHOSEN, TRAINED = "chosen", "trained"
LOOKS: Mapping[str, Stage] = {CHOSEN: Stage.SELECT, TRAINED: Stage.EVALUATE}
"""What of a round can be looked at: what each asked, and what both became of it."""

BEFORE_THE_PICK = ("x", "y", "field", "labelled", "candidates", "asked", "where")
"""What the page is told of a run before the person has picked: nothing that scores, asks or looks ahead."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlaygroundDuel:
    """A duel on the plane.

    Attributes:
        sides: the duel.
        runs: the person's run and the method's, to be drawn.
        close: closes both.
    """

    sides: DuelSides
    runs: tuple[PlaygroundRun, PlaygroundRun]
    close: Callable[[], None]


class OpenDuel(Protocol):
    """Opens a duel; `lada_explore.apps.playground` has one that does it with sessions."""

    def __call__(self, start: Start, seed: int) -> PlaygroundDuel:
        """A new duel against the method of `start` with another seed."""


class Game:
    """The duel of a playground, and what the page shows of it.

    Args:
        open_duel: opens one.
        show: takes what the page shows, from any thread.
        show_picks: takes the ids that are picked.
    """

    def __init__(
        self, open_duel: OpenDuel, show: Callable[[dict[str, Any]], None], show_picks: Callable[[list[int]], None]
    ) -> None:
        self._open_duel, self._show, self._show_picks = open_duel, show, show_picks
        self._work = LatestOnlyExecutor(lambda error: self._publish(sentence_of(error, "the duel")))
        self._seen: set[tuple[str, int]] = set()
        self._start: Start | None = None
        self._seed = 0
        self._duel: PlaygroundDuel | None = None
        self._rounds: DuelRounds | None = None
        self._look = TRAINED
        self._n_begun = 0

    def saw(self, start: Start) -> None:
        """Note that the choices of a method with this data set and seed were shown, so that no duel begins with it."""
        self._seen.add((start.dataset, start.seed))

    def open(self, start: Start) -> None:
        """Begin a duel against the method of a start, unless it is there; with a seed whose choices were not shown."""
        asked = (start.dataset, start.method, start.points)
        if self._start is not None and (self._start.dataset, self._start.method, self._start.points) == asked:
            return
        self._begin(start, self._unseen(start, start.seed + 1))

    def handle(self, content: Mapping[str, Any]) -> None:
        """Do what the page asks of the duel.

        Raises:
            LadaError: it cannot be done; the duel stays as it is.
        """
        what, rounds = content.get("do"), self._rounds
        if what in ("restart", "reseed") and self._start is not None:
            seed = self._seed if what == "restart" else self._unseen(self._start, self._seed + 1)
            self._begin(self._start, seed)
        elif rounds is None:
            return
        elif what == "toggle":
            rounds.toggle(*(int(i) for i in content["ids"]))
        elif what == "clear":
            rounds.clear()
        elif what == "play":
            rounds.play()
        elif what == "next":
            rounds.go_on()
        elif what == "look" and content.get("at") in LOOKS and rounds.phase in (SHOWN, OVER):
            self._look = content["at"]
            self._publish()
        else:
            raise ConfigError(f"{what!r} is nothing that a duel does in the phase {rounds.phase!r}")

    def leave(self) -> None:
        """End the duel and close its runs."""
        self._work.cancel()
        self._close()
        self._start = None

    # Opening and closing -----------------------------------------------------------------------------------------

    def _unseen(self, start: Start, seed: int) -> int:
        while (start.dataset, seed) in self._seen:
            seed += 1
        return seed

    def _begin(self, start: Start, seed: int) -> None:
        self._start, self._seed, self._look = start, seed, TRAINED
        self._seen.add((start.dataset, seed))
        self._n_begun += 1
        self._show({"phase": OPENING, "says": f"Both begin with seed {seed} …", "error": ""})
        self._work.want(self._n_begun, self._open)

    def _open(self, still_wanted: Callable[[], bool]) -> None:
        self._close()
        assert self._start is not None
        duel = self._open_duel(self._start, self._seed)
        if not still_wanted():
            duel.close()
            return
        self._duel = duel
        self._show_picks([])
        self._rounds = DuelRounds(duel.sides, self._publish, self._tell_picks, pauses=True)
        self._rounds.begin()

    def _close(self) -> None:
        if self._rounds is not None:
            self._rounds.cancel()
        if self._duel is not None:
            self._duel.close()
        self._rounds = self._duel = None

    # What the page shows -----------------------------------------------------------------------------------------

    def _tell_picks(self) -> None:
        if self._rounds is not None:
            self._show_picks(list(self._rounds.picked))

    def _publish(self, error: str = "") -> None:
        duel, rounds = self._duel, self._rounds
        if duel is None or rounds is None:
            self._show({"phase": OPENING, "says": "", "error": error})
        else:
            self._show(self._state(duel, rounds) | ({"error": error} if error else {}))

    def _state(self, duel: PlaygroundDuel, rounds: DuelRounds) -> dict[str, Any]:
        sides, phase = duel.sides, rounds.phase
        schedule, board = sides.yours.config.schedule, sides.scoreboard()
        begin = board[0].cycle if board else 0
        ended = phase in (SHOWN, OVER)
        cycle = board[-1].cycle if ended and board else sides.yours.cycle
        state: dict[str, Any] = {
            "phase": phase,
            "title": f"Round {cycle - begin} of {schedule.cycles - begin}",
            "seed": self._seed,
            "method": rounds.method,
            "pairs": sides.pairs,
            "wanted": sides.budget // 2 if sides.pairs else sides.budget,
            "task": "",
            "says": rounds.says,
            "error": rounds.error,
            "look": self._look,
            "board": [board_line(line) for line in board],
            "accuracy": _curves(board),
            "classes": list(sides.yours.class_names),
            "items": [],
            "plane": None,
            "runs": [],
        }
        if phase in (PICKING, TRAINING, STOPPED):
            state |= self._to_pick_from(duel)
        if phase == PICKING:
            offered = sides.candidate_pairs() if sides.pairs else sides.candidates()
            state |= {"task": task_of(sides, len(offered), rounds.method), "says": ""}
        if ended:
            state["says"] = " ".join(filter(None, [standing(board, rounds.method), rounds.says]))
            state["note"] = places_of(sides, cycle, rounds.method, same=cycle == begin + 1)
            moment = (cycle, LOOKS[self._look])
            state["runs"] = [run_view_state(run, moment, run.tau_limit, {}) for run in duel.runs]
        return state

    def _to_pick_from(self, duel: PlaygroundDuel) -> dict[str, Any]:
        """The candidates and where they lie, without anything that tells how the method sees them."""
        sides, run = duel.sides, duel.runs[0]
        records = sides.yours.history[-1]
        drawn = records.subsample
        if drawn is None:
            return {}
        picture = run_view_state(run, (records.cycle, Stage.SUBSAMPLE), run.tau_limit, {})
        plane = {name: picture[name] for name in BEFORE_THE_PICK}
        field = plane["field"]
        # Which class is predicted where, and not how sure the classifier is: that is what it is asked by.
        sure = to_wire(np.zeros(field["side"] ** 2, np.float32))
        plane["field"] = field | {"entropy": sure}
        return {"plane": plane, "items": (drawn.pair_ids if sides.pairs else drawn.subset_ids[:, None]).tolist()}


def task_of(sides: DuelSides, n: int, method: str) -> str:
    """What the person has to do now."""
    if sides.pairs:
        what = f"Pick {sides.budget // 2} of the {n} pairs (dashed) whose two ends you would have labelled and mixed"
    else:
        what = f"Pick {sides.budget} of the {n} candidates (rings) that you would have labelled"
    return f"{what}. {method} picks after you, and you see neither its choice nor its scores before."


def standing(board: Sequence[Round], method: str) -> str:
    """Who is ahead after the last round, in one sentence."""
    *_, last = board
    yours, theirs = last.accuracy
    if yours is None or theirs is None:
        return "These points were drawn by hand: there are no test points, so nobody is ahead."
    points = 100 * (yours - theirs)
    who = f"{'you are' if points > 0 else f'{method} is'} {abs(points):.1f} points ahead"
    if abs(points) < 0.05:
        who = "nobody is ahead"
    scores = f"you {100 * yours:.1f} %, {method} {100 * theirs:.1f} %"
    return f"Test points right after {last.labels[0]} labels: {scores}; {who}."


def places_of(sides: DuelSides, cycle: int, method: str, *, same: bool) -> str:
    """Which places the person's choice has among her candidates by the method's score.

    Args:
        sides: the duel.
        cycle: the round's.
        method: name of the opponent.
        same: whether both chose among the same candidates.
    """
    records = next(records for records in sides.yours.history if records.cycle == cycle)
    select, drawn = records.select, records.subsample
    if select is None or drawn is None:
        return ""
    order = best_first(select.scores)
    place_of = {int(row): place for place, row in enumerate(order.tolist(), start=1)}
    places = sorted(place_of[row] for row in _rows(records, pairs=sides.pairs))
    said = " and ".join(filter(None, [", ".join(map(str, places[:-1])), str(places[-1])]))
    counted = sides.theirs.config.method.look_ahead
    score = ("A(1) + A(0) + V(τ*)" if counted else "A(1) + A(0)") if sides.pairs else "entropy"
    what = "pairs" if sides.pairs else "points"
    among = (
        f"Both chose among the same {len(order)}."
        if same
        else "Each has its own classifier by now, and its own candidates."
    )
    marks = " A thick line is a pair that was asked about, its small circles are virtual instances." * sides.pairs
    return f"Ranked by {score}, your {what} have the places {said} of {len(order)}. {among}{marks}"


def _rows(records: CycleRecords, *, pairs: bool) -> list[int]:
    """Rows of the candidates that were asked about."""
    assert records.select is not None
    assert records.subsample is not None
    drawn = records.subsample.pair_ids[:, 0] if pairs else records.subsample.subset_ids
    row_of = {int(i): row for row, i in enumerate(drawn)}
    asked = records.select.pair_ids[:, 0] if pairs else records.select.query_ids
    return [row_of[int(i)] for i in asked]


def _curves(board: Sequence[Round]) -> list[dict[str, Any]]:
    """Accuracy against labels of both sides."""
    sides = []
    for side in (0, 1):
        known = [(line.labels[side], line.accuracy[side]) for line in board if line.accuracy[side] is not None]
        sides.append({"labels": [n for n, _ in known], "share": [share for _, share in known], "measured": bool(known)})
    return sides
