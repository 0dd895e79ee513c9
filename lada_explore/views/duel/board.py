"""The scoreboard of a duel in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lada_explore.experiments.scoreboard import Round


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


def board_line(line: Round) -> dict[str, Any]:
    """A line of the scoreboard as texts."""
    yours, theirs = line.accuracy
    lead = "" if yours is None or theirs is None else f"{100 * (yours - theirs):+.1f}".replace("+0.0", "0.0")
    labels = next((str(n) for n in line.labels if n is not None), "…")
    return {
        "cycle": "begin" if not line.picked[0] and not line.picked[1] else f"{line.cycle}",
        "labels": labels,
        "you": _percent(yours),
        "theirs": _percent(theirs),
        "lead": lead.replace("-0.0", "0.0"),
        "shared": f"{line.shared} of {len(line.picked[0])}" if line.picked[0] else "",
    }


def _percent(accuracy: float | None) -> str:
    return "…" if accuracy is None else f"{100 * accuracy:.1f} %"
