"""What the journal's lines add up to: replaying them gives the answers that stand.

Every action is a line; nothing is ever changed or removed. `undo` is a line too: it names the line that it takes back.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelState:
    """What stands, after everything that was taken back is left out. Make one with `replay`.

    Attributes:
        actions: the lines that stand, oldest first.
        answers: by image, every answer that was not taken back, oldest first.
        adjudicated: by image, the line that settled it last.
        set_aside: images that were skipped and not let back, with the line that skipped each, oldest first.
        flagged: flagged images.
        absent_classes: labels of which there are no more images in the seed round.
        added_classes: names of the classes that were added, in order.
        rule: how differing answers are settled.
    """

    actions: tuple[Answer, ...]
    answers: Mapping[int, tuple[Answer, ...]]
    adjudicated: Mapping[int, Answer]
    set_aside: Mapping[int, Answer]
    flagged: frozenset[int]
    absent_classes: frozenset[int]
    added_classes: tuple[str, ...]
    rule: AnswerRule

    def votes(self, image_id: int, cycle: int) -> tuple[Answer, ...]:
        """Each annotator's standing answer (his last), oldest first, of those given in this cycle or before.

        An image that was answered and then went back to the pool, because its partner was skipped, is answered
        already when a later cycle asks about it.
        """
        last: dict[str, Answer] = {}
        for answer in self.answers.get(image_id, ()):
            if answer.cycle <= cycle:
                last.pop(answer.annotator, None)  # So that the order is that of the standing answers.
                last[answer.annotator] = answer
        return tuple(last.values())

    def label(self, image_id: int, cycle: int) -> int | None:
        """The label that stands for an image in this cycle; None while it is open.

        What was adjudicated stands above every rule. Else, by the rule: "last" takes the answer given last; "majority"
        the most frequent one, and leaves a tie open; "adjudicate" leaves answers that differ open. One answer, or
        answers that agree, suffice under every rule.
        """
        adjudicated = self.adjudicated.get(image_id)
        if adjudicated is not None and adjudicated.cycle <= cycle:
            return adjudicated.label
        labels = [answer.label for answer in self.votes(image_id, cycle)]
        if not labels:
            return None
        if self.rule is AnswerRule.LAST or len(set(labels)) == 1:
            return labels[-1]
        if self.rule is AnswerRule.ADJUDICATE:
            return None
        (first, most), (_, second) = Counter(labels).most_common(2)
        return first if most > second else None

    def disputed(self, image_id: int, cycle: int) -> bool:
        """Whether the annotators' standing answers differ."""
        return len({answer.label for answer in self.votes(image_id, cycle)}) > 1

    def skipped_in(self, cycle: int) -> frozenset[int]:
        """Images that left the query of this cycle."""
        return frozenset(
            a.id for a in self.actions if a.action is JournalAction.SKIP and a.cycle == cycle and a.note != AHEAD
        )

    def not_drawn_in(self, cycle: int) -> frozenset[int]:
        """Images that SUBSAMPLE of this cycle leaves out: set aside before, or answered ahead for this cycle.

        What was said later in the cycle does not count, so that a SUBSAMPLE that is run again draws the same.
        """
        aside: set[int] = set()
        for action in self.actions:
            before = action.cycle < cycle or (action.cycle == cycle and action.note == AHEAD)
            if action.action is JournalAction.SKIP and before:
                aside.add(action.id)
            elif action.action is JournalAction.UNSKIP and action.cycle <= cycle:
                aside.discard(action.id)
        return frozenset(aside) | frozenset(self.ahead_of(cycle))

    def ahead_of(self, cycle: int) -> tuple[int, ...]:
        """Images that were answered for this cycle before it had drawn its candidates, in the order of answering."""
        ahead = (a.id for a in self.actions if a.action is JournalAction.LABEL and a.cycle == cycle and a.note == AHEAD)
        return tuple(dict.fromkeys(ahead))


def replay(lines: Iterable[Answer]) -> LabelState:
    """What stands after these lines, in the order they were written."""
    every = list(lines)
    taken_back = {line.undoes for line in every if line.action is JournalAction.UNDO}
    actions = tuple(line for line in every if line.action is not JournalAction.UNDO and line.entry not in taken_back)
    answers: dict[int, list[Answer]] = {}
    adjudicated: dict[int, Answer] = {}
    aside: dict[int, Answer] = {}
    flagged: set[int] = set()
    absent_classes: set[int] = set()
    classes: list[str] = []
    rule = AnswerRule.LAST
    for line in actions:
        match line.action:
            case JournalAction.LABEL:
                answers.setdefault(line.id, []).append(line)
            case JournalAction.ADJUDICATE:
                adjudicated[line.id] = line
            case JournalAction.SKIP:
                aside.setdefault(line.id, line)
            case JournalAction.UNSKIP:
                aside.pop(line.id, None)
            case JournalAction.FLAG:
                flagged.add(line.id)
            case JournalAction.UNFLAG:
                flagged.discard(line.id)
            case JournalAction.CLASS_ABSENT:
                absent_classes.add(line.label)
            case JournalAction.ADD_CLASS:
                classes.append(line.note)
            case JournalAction.SET_RULE:
                rule = AnswerRule(line.note)
    return LabelState(
        actions=actions,
        answers={image_id: tuple(of_image) for image_id, of_image in answers.items()},
        adjudicated=adjudicated,
        set_aside=aside,
        flagged=frozenset(flagged),
        absent_classes=frozenset(absent_classes),
        added_classes=tuple(classes),
        rule=rule,
    )
