"""What the lines of the journal add up to: the answers that stand."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from lada_explore.records import JournalAction
from lada_explore.store.answers import AHEAD, Answer, AnswerRule

Key = TypeVar("Key", bound=Hashable)


class LabelState:
    """What stands, after everything that was taken back is left out.

    It grows in place: a further line costs the same after 100,000 lines as after 10, an `undo` included. Whatever it
    returns is a value of that moment, which does not change; it is safe to use from several threads.

    Args:
        lines: of the journal, in the order they were written.
    """

    def __init__(self, lines: Iterable[Answer] = ()) -> None:
        self._lock = threading.RLock()
        self._n_lines = 0
        self._lines: dict[int, Answer] = {}
        self._taken_back: set[int] = set()
        self._by_annotator: dict[str, list[Answer]] = {}
        self._answers: dict[int, list[Answer]] = {}
        self._n_answers_of: Counter[int] = Counter()
        self._adjudicated: dict[int, list[Answer]] = {}
        self._aside_lines: dict[int, list[Answer]] = {}
        self._aside: dict[int, Answer] = {}
        self._skips: dict[int, dict[int, Answer]] = {}
        self._skipped_in: dict[int, frozenset[int]] = {}
        self._ahead: dict[int, dict[int, Answer]] = {}
        self._flag_lines: dict[int, list[Answer]] = {}
        self._flagged: set[int] = set()
        self._absent_classes: Counter[int] = Counter()
        self._added_classes: list[Answer] = []
        self._rules: list[Answer] = []
        for line in lines:
            self.add(line)

    def add(self, line: Answer) -> None:
        """Take a further line, which was written after all that are here."""
        with self._lock:
            self._n_lines += 1
            if line.action is JournalAction.UNDO:
                self._take_back(line.undoes)
            elif line.entry not in self._taken_back:
                self._lines[line.entry] = line
                self._by_annotator.setdefault(line.annotator, []).append(line)
                self._include(line)

    # What stands -------------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """How many lines it was made of: equal revisions of one state say the same."""
        return self._n_lines

    @property
    def actions(self) -> tuple[Answer, ...]:
        """All lines that stand, oldest first; costs as much as they are."""
        with self._lock:
            return tuple(self._lines.values())

    @property
    def answers(self) -> Mapping[int, tuple[Answer, ...]]:
        """By image, every answer that was not taken back, oldest first; costs as much as they are."""
        with self._lock:
            return {image_id: tuple(lines) for image_id, lines in self._answers.items()}

    @property
    def set_aside(self) -> Mapping[int, Answer]:
        """Images that were skipped and not let back, with the line that skipped each, oldest first."""
        with self._lock:
            return dict(self._aside)

    @property
    def absent_classes(self) -> frozenset[int]:
        """Labels of which there are no more images in the seed round."""
        with self._lock:
            return frozenset(self._absent_classes)

    @property
    def added_classes(self) -> tuple[str, ...]:
        """Names of the classes that were added, in order."""
        with self._lock:
            return tuple(line.note for line in self._added_classes)

    @property
    def class_lines(self) -> tuple[Answer, ...]:
        """The lines that added a class, oldest first."""
        with self._lock:
            return tuple(self._added_classes)

    @property
    def rule(self) -> AnswerRule:
        """How differing answers are settled."""
        with self._lock:
            return AnswerRule(self._rules[-1].note) if self._rules else AnswerRule.LAST

    @property
    def annotators(self) -> tuple[str, ...]:
        """Everybody with a line that stands, in the order of their first."""
        with self._lock:
            return tuple(self._by_annotator)

    def flagged(self, image_id: int) -> bool:
        """Whether an image is flagged."""
        with self._lock:
            return image_id in self._flagged

    def last_action(self, annotator: str) -> Answer | None:
        """The last line of an annotator that stands."""
        with self._lock:
            lines = self._by_annotator.get(annotator)
            return lines[-1] if lines else None

    def actions_after(self, annotator: str, entry: int) -> tuple[Answer, ...]:
        """The lines of an annotator that stand and were written after line `entry`, oldest first."""
        with self._lock:
            lines = self._by_annotator.get(annotator, [])
            return tuple(lines[bisect_right(lines, entry, key=_entry) :])

    def n_actions_after(self, annotator: str, entry: int) -> int:
        """How many those are."""
        with self._lock:
            lines = self._by_annotator.get(annotator, [])
            return len(lines) - bisect_right(lines, entry, key=_entry)

    def n_answers_of(self, label: int) -> int:
        """How many answers, adjudicated ones included, that stand say this label."""
        with self._lock:
            return self._n_answers_of[label]

    def votes(self, image_id: int, cycle: int) -> tuple[Answer, ...]:
        """Each annotator's standing answer (his last), oldest first, of those given in this cycle or before.

        An image that was answered and then went back to the pool, because its partner was skipped, is answered
        already when a later cycle asks about it.
        """
        last: dict[str, Answer] = {}
        with self._lock:
            for answer in self._answers.get(image_id, ()):
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
        with self._lock:
            adjudicated = self._adjudicated.get(image_id)
            if adjudicated and adjudicated[-1].cycle <= cycle:
                return adjudicated[-1].label
            labels = [answer.label for answer in self.votes(image_id, cycle)]
            rule = self.rule
        if not labels:
            return None
        if rule is AnswerRule.LAST or len(set(labels)) == 1:
            return labels[-1]
        if rule is AnswerRule.ADJUDICATE:
            return None
        (first, most), (_, second) = Counter(labels).most_common(2)
        return first if most > second else None

    def disputed(self, image_id: int, cycle: int) -> bool:
        """Whether the annotators' standing answers differ."""
        return len({answer.label for answer in self.votes(image_id, cycle)}) > 1

    def skipped_in(self, cycle: int) -> frozenset[int]:
        """Images that left the query of this cycle."""
        with self._lock:
            if cycle not in self._skipped_in:
                self._skipped_in[cycle] = frozenset(line.id for line in self._skips.get(cycle, {}).values())
            return self._skipped_in[cycle]

    def not_drawn_in(self, cycle: int) -> frozenset[int]:
        """Images that SUBSAMPLE of this cycle leaves out: set aside before, or answered ahead for this cycle.

        What was said later in the cycle does not count, so that a SUBSAMPLE that is run again draws the same.
        """
        aside: set[int] = set()
        with self._lock:
            lines = sorted((line for lines in self._aside_lines.values() for line in lines), key=_entry)
        for line in lines:
            if line.action is JournalAction.UNSKIP and line.cycle <= cycle:
                aside.discard(line.id)
            elif line.action is JournalAction.SKIP and (
                line.cycle < cycle or (line.cycle == cycle and line.note == AHEAD)
            ):
                aside.add(line.id)
        return frozenset(aside) | frozenset(self.ahead_of(cycle))

    def ahead_of(self, cycle: int) -> tuple[int, ...]:
        """Images that were answered for this cycle before it had drawn its candidates, in the order of answering."""
        with self._lock:
            return tuple(dict.fromkeys(line.id for line in self._ahead.get(cycle, {}).values()))

    # How it grows ------------------------------------------------------------------------------------------------

    def _include(self, line: Answer) -> None:
        match line.action:
            case JournalAction.LABEL:
                self._answers.setdefault(line.id, []).append(line)
                self._n_answers_of[line.label] += 1
                if line.note == AHEAD:
                    self._ahead.setdefault(line.cycle, {})[line.entry] = line
            case JournalAction.ADJUDICATE:
                self._adjudicated.setdefault(line.id, []).append(line)
                self._n_answers_of[line.label] += 1
            case JournalAction.SKIP | JournalAction.UNSKIP:
                self._aside_lines.setdefault(line.id, []).append(line)
                self._set_aside(line)
                if line.action is JournalAction.SKIP and line.note != AHEAD:
                    self._skips.setdefault(line.cycle, {})[line.entry] = line
                    self._skipped_in.pop(line.cycle, None)
            case JournalAction.FLAG | JournalAction.UNFLAG:
                self._flag_lines.setdefault(line.id, []).append(line)
                self._set_flag(line.id)
            case JournalAction.CLASS_ABSENT:
                self._absent_classes[line.label] += 1
            case JournalAction.ADD_CLASS:
                self._added_classes.append(line)
            case JournalAction.SET_RULE:
                self._rules.append(line)

    def _take_back(self, entry: int) -> None:
        self._taken_back.add(entry)
        line = self._lines.pop(entry, None)
        if line is None:  # Taken back already.
            return
        _drop(self._by_annotator, line.annotator, line)
        match line.action:
            case JournalAction.LABEL:
                _drop(self._answers, line.id, line)
                _less(self._n_answers_of, line.label)
                self._ahead.get(line.cycle, {}).pop(entry, None)
            case JournalAction.ADJUDICATE:
                _drop(self._adjudicated, line.id, line)
                _less(self._n_answers_of, line.label)
            case JournalAction.SKIP | JournalAction.UNSKIP:
                _drop(self._aside_lines, line.id, line)
                self._skips.get(line.cycle, {}).pop(entry, None)
                self._skipped_in.pop(line.cycle, None)
                self._aside.pop(line.id, None)
                for other in self._aside_lines.get(line.id, ()):
                    self._set_aside(other)
                self._aside = dict(sorted(self._aside.items(), key=lambda item: item[1].entry))
            case JournalAction.FLAG | JournalAction.UNFLAG:
                _drop(self._flag_lines, line.id, line)
                self._set_flag(line.id)
            case JournalAction.CLASS_ABSENT:
                _less(self._absent_classes, line.label)
            case JournalAction.ADD_CLASS:
                self._added_classes.remove(line)
            case JournalAction.SET_RULE:
                self._rules.remove(line)

    def _set_aside(self, line: Answer) -> None:
        if line.action is JournalAction.SKIP:
            self._aside.setdefault(line.id, line)
        else:
            self._aside.pop(line.id, None)

    def _set_flag(self, image_id: int) -> None:
        lines = self._flag_lines.get(image_id)
        if lines and lines[-1].action is JournalAction.FLAG:
            self._flagged.add(image_id)
        else:
            self._flagged.discard(image_id)


def _entry(line: Answer) -> int:
    return line.entry


def _drop(lists: dict[Key, list[Answer]], key: Key, line: Answer) -> None:
    """Remove a line from the list of its key, searched from the end, where nearly everything is that is taken back."""
    lines = lists[key]
    place = next(place for place in range(len(lines) - 1, -1, -1) if lines[place].entry == line.entry)
    del lines[place]
    if not lines:
        del lists[key]


def _less(counts: Counter[int], key: int) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
