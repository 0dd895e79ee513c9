"""The lines of the journal of answers.

Every action is a line; nothing is ever changed or removed. `undo` is a line too: it names the line that it takes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lada_explore.records import JournalAction


class AnswerRule(StrEnum):
    """How answers of several people to one image are settled.

    The last one given; the most frequent one, and while none leads the image stays open; or, when they differ, only
    what `adjudicate` says.
    """

    LAST = "last"
    MAJORITY = "majority"
    ADJUDICATE = "adjudicate"


AHEAD = "ahead"
"""Note of an answer or a skip that was given before its cycle had drawn its candidates."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the journal.

    Attributes:
        id: image that it is about; -1 for an action that is about none.
        label: class index; -1 for an action without one.
        annotator: who did it.
        time: seconds since 1970, UTC.
        cycle: cycle whose query it belongs to; for "unskip" the first cycle that may draw the image again.
        action: one of `ACTIONS`.
        note: `AHEAD`; the name of a "class"; the rule of a "rule"; empty otherwise.
        undoes: line that an "undo" takes back; 0 otherwise.
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
