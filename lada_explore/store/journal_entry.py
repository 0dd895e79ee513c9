"""The lines of the journal of answers.

Each action is one line, and no line is ever changed or removed. An undo is a line too, which names the line it undoes.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """One line of the journal.

    Attributes:
        id: id of the image; -1 for an action without an image.
        label: class index; -1 for an action without a class.
        annotator: name of the person or oracle.
        time: time in seconds since 1970, UTC.
        cycle: cycle whose query the action belongs to; for UNSKIP the first cycle that may draw the image again.
        action: the action.
        note: `AHEAD`, the name of the class of ADD_CLASS, or the rule of SET_RULE; otherwise empty.
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
