"""The lines of the journal of answers.

Each action is one line, and no line is ever changed or removed. An undo is a line too, which names the line it undoes.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lada_explore.records import JournalAction


class AnswerRule(StrEnum):
    """How the label of an image is chosen from the answers of several people.

    LAST: the latest answer. MAJORITY: the most frequent answer; with a tie the image stays open. ADJUDICATE: if the
    answers differ, the image stays open until a person decides it with `adjudicate`.
    """

    LAST = "last"
    MAJORITY = "majority"
    ADJUDICATE = "adjudicate"


AHEAD = "ahead"
"""Note of an answer or a skip given ahead, that is before its cycle had drawn its candidates."""

GIVEN = "given"
"""Note of a label that was given unasked, as by an import, before its cycle had drawn its candidates."""

GIVEN_LATE = "given after the draw"
"""Note of a label that was given unasked after its cycle had drawn its candidates, among which its image may be."""

UNASKED = (AHEAD, GIVEN, GIVEN_LATE)
"""Notes of the labels that no query asked for."""


ROW = ("id", "label", "annotator", "time", "cycle", "action", "note", "undoes", "entry")
"""Values of a line, in the order in which it is read, written and digested."""

_TEXTS = ("annotator", "action", "note")
_KINDS = {str: "text", float: "number", int: "whole number"}

LAST_SECOND = 253_402_300_799
"""Latest time of a line: the end of the year 9999, the last that Python has dates for."""

_WITH_IMAGE = frozenset(
    {
        JournalAction.LABEL,
        JournalAction.SKIP,
        JournalAction.UNSKIP,
        JournalAction.FLAG,
        JournalAction.UNFLAG,
        JournalAction.ADJUDICATE,
        JournalAction.RELABEL,
        JournalAction.CONFIRM,
    }
)
_WITH_CLASS = frozenset(
    {
        JournalAction.LABEL,
        JournalAction.ADJUDICATE,
        JournalAction.RELABEL,
        JournalAction.CONFIRM,
        JournalAction.CLASS_ABSENT,
        JournalAction.ADD_CLASS,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What the lines of a run's journal can name.

    Attributes:
        n_images: N of the pool.
        n_classes: of the run, without those that a person adds.
        cycles: acquisition rounds.
    """

    n_images: float = math.inf
    n_classes: float = math.inf
    cycles: float = math.inf


UNBOUNDED = Bounds()


def row_fault(row: Sequence[Any], bounds: Bounds, n_added: int) -> str:
    """What is wrong with a line; empty if nothing is.

    Args:
        row: its values, see `ROW`.
        bounds: what it can name.
        n_added: lines before it that added a class.
    """
    for name, value in zip(ROW, row, strict=True):
        kind = str if name in _TEXTS else float if name == "time" else int
        if type(value) is not kind:
            return f"its {name} is no {_KINDS[kind]}"
    image_id, label, _, moment, cycle, action, _, undoes, entry = row
    n_classes = bounds.n_classes + n_added + (action == JournalAction.ADD_CLASS)
    undo = action == JournalAction.UNDO
    ranges = (
        ("id", image_id, 0 if action in _WITH_IMAGE else -1, bounds.n_images - 1),
        ("label", label, 0 if action in _WITH_CLASS else -1, n_classes - 1),
        # An image that is skipped in the last cycle can be allowed again from the one after it on.
        ("cycle", cycle, 0, bounds.cycles + 1),
        ("undoes", undoes, 1 if undo else 0, entry - 1 if undo else 0),
        ("time", moment, 0, LAST_SECOND),
    )
    for name, number, least, most in ranges:
        if not least <= number <= most:
            return f"its {name} is {number}, which is not within {least} to {most}"
    return ""


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal.

    Attributes:
        id: id of the image; -1 for an action without an image.
        label: class index; -1 for an action without a class.
        annotator: name of the person or oracle.
        time: time in seconds since 1970, UTC.
        cycle: cycle whose query the action belongs to; for UNSKIP the first cycle that may draw the image again, for
            RELABEL the first cycle whose training uses the new label.
        action: the action.
        note: `AHEAD`, `GIVEN` or `GIVEN_LATE`, the name of the class of ADD_CLASS, or the rule of SET_RULE; otherwise
            empty.
        undoes: number of the line that UNDO undoes; otherwise 0.
        entry: number of this line, from 1.
    """

    id: int
    label: int
    annotator: str
    time: float
    cycle: int
    action: JournalAction
    note: str = ""
    undoes: int = 0
    entry: int = 0


def row_of(line: JournalEntry) -> tuple[object, ...]:
    """The values of a line as they are stored, in the order of `ROW`."""
    values = (getattr(line, name) for name in ROW)
    return tuple(str(value) if value is line.action else value for value in values)


def chain_of(run_id: str) -> str:
    """Digest that the first line of a run's journal goes on from."""
    return f"run {run_id}"


def chained(chain: str, row: Sequence[object]) -> str:
    """Digest of a line and all before it.

    Args:
        chain: digest of those before it.
        row: the values of the line, its number last.
    """
    return hashlib.sha256(json.dumps([chain, *row]).encode()).hexdigest()
