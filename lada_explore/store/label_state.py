"""The state of all labels, computed from the lines of the journal."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

from lada_explore.records import JournalAction
from lada_explore.store.journal_entry import AHEAD, GIVEN, GIVEN_LATE, UNASKED, AnswerRule, JournalEntry

Key = TypeVar("Key", bound=Hashable)


class LabelState:
    """The state of all labels. A line is valid if no later line undid it; only valid lines count.

    The state is updated in place: adding a line, also an undo, takes the same time after 100,000 lines as after 10.
    Returned values do not change when lines are added. Safe to use from several threads.

    Args:
        lines: lines of the journal, in the order they were written.
    """

    def __init__(self, lines: Iterable[JournalEntry] = ()) -> None:
        self._lock = threading.RLock()
        self._ids: list[int] = []  # of every line, undone ones too
        self._lines: dict[int, JournalEntry] = {}
        self._undone: set[int] = set()
        self._by_annotator: dict[str, list[JournalEntry]] = {}
        self._steps: dict[str, list[list[JournalEntry]]] = {}
        self._answers: dict[int, list[JournalEntry]] = {}
        self._n_answers_of: Counter[int] = Counter()
        self._adjudicated: dict[int, list[JournalEntry]] = {}
        self._aside_lines: dict[int, list[JournalEntry]] = {}
        self._aside: dict[int, JournalEntry] = {}
        self._skips: dict[int, dict[int, JournalEntry]] = {}
        self._skipped_in: dict[int, frozenset[int]] = {}
        self._ahead: dict[int, dict[int, JournalEntry]] = {}
        self._relabels: dict[int, JournalEntry] = {}
        self._flag_lines: dict[int, list[JournalEntry]] = {}
        self._flagged: set[int] = set()
        self._absent_classes: Counter[int] = Counter()
        self._n_enough = 0
        self._added_classes: list[JournalEntry] = []
        self._rules: list[JournalEntry] = []
        for line in lines:
            self.add(line)

    def add(self, line: JournalEntry) -> None:
        """Add a line that was written after all lines so far."""
        with self._lock:
            self._ids.append(line.id)
            if line.action is JournalAction.UNDO:
                self._undo(line.undoes)
            elif line.entry not in self._undone:
                self._lines[line.entry] = line
                self._by_annotator.setdefault(line.annotator, []).append(line)
                steps = self._steps.setdefault(line.annotator, [])
                if steps and _written_together(steps[-1][-1], line):
                    steps[-1].append(line)
                else:
                    steps.append([line])
                self._include(line)

    # Current state -----------------------------------------------------------------------------------------------

    @property
    def revision(self) -> int:
        """Number of lines so far; as long as it is the same, the state is the same."""
        return len(self._ids)

    def touched_after(self, revision: int) -> frozenset[int]:
        """Images of the lines that were added after there were `revision` of them; -1 stands for no image."""
        with self._lock:
            return frozenset(self._ids[revision:])

    @property
    def actions(self) -> tuple[JournalEntry, ...]:
        """All valid lines, oldest first; takes time in proportion to their number."""
        with self._lock:
            return tuple(self._lines.values())

    @property
    def answers(self) -> Mapping[int, tuple[JournalEntry, ...]]:
        """Valid answers of each image, oldest first; takes time in proportion to their number."""
        with self._lock:
            return {image_id: tuple(lines) for image_id, lines in self._answers.items()}

    @property
    def set_aside(self) -> Mapping[int, JournalEntry]:
        """Images that are skipped, with the line that skipped each, oldest first."""
        with self._lock:
            return dict(self._aside)

    def is_set_aside(self, image_id: int) -> bool:
        """Whether the image is skipped."""
        with self._lock:
            return image_id in self._aside

    @property
    def absent_classes(self) -> frozenset[int]:
        """Labels of the classes that were declared to have no more images in the seed round."""
        with self._lock:
            return frozenset(self._absent_classes)

    @property
    def start_is_enough(self) -> bool:
        """Whether a person ended the seed round before it found every class."""
        with self._lock:
            return self._n_enough > 0

    @property
    def added_classes(self) -> tuple[str, ...]:
        """Names of the added classes, in order."""
        with self._lock:
            return tuple(line.note for line in self._added_classes)

    @property
    def class_lines(self) -> tuple[JournalEntry, ...]:
        """Valid lines that added a class, oldest first."""
        with self._lock:
            return tuple(self._added_classes)

    @property
    def rule(self) -> AnswerRule:
        """The rule that chooses the label if answers differ."""
        with self._lock:
            return AnswerRule(self._rules[-1].note) if self._rules else AnswerRule.LAST

    @property
    def annotators(self) -> tuple[str, ...]:
        """Annotators with a valid line, in the order of their first valid line."""
        with self._lock:
            return tuple(self._by_annotator)

    def flagged(self, image_id: int) -> bool:
        """Whether the image is flagged."""
        with self._lock:
            return image_id in self._flagged

    def last_action(self, annotator: str) -> tuple[JournalEntry, ...]:
        """The valid lines of the last action of an annotator, oldest first; empty without any.

        An action has one line, or one for each image if several were answered, skipped or let back at once.
        """
        with self._lock:
            steps = self._steps.get(annotator)
            return tuple(steps[-1]) if steps else ()

    def actions_after(self, annotator: str, entry: int) -> tuple[JournalEntry, ...]:
        """Valid lines of an annotator that were written after line `entry`, oldest first."""
        with self._lock:
            lines = self._by_annotator.get(annotator, [])
            return tuple(lines[bisect_right(lines, entry, key=_entry) :])

    def n_actions_after(self, annotator: str, entry: int) -> int:
        """Number of actions of an annotator all of whose valid lines were written after line `entry`."""
        with self._lock:
            steps = self._steps.get(annotator, [])
            return len(steps) - bisect_right(steps, entry, key=_first_entry)

    def n_answers_of(self, label: int) -> int:
        """Number of valid answers with this label, including adjudications."""
        with self._lock:
            return self._n_answers_of[label]

    def votes(self, image_id: int, cycle: int) -> tuple[JournalEntry, ...]:
        """The last valid answer of each annotator that was given up to this cycle, oldest first.

        If an image was answered and then returned to the pool, because its partner was skipped, its answers count when
        a later cycle asks about it.
        """
        if image_id not in self._answers:  # As of most images of a long list, which is looked through at each click.
            return ()
        last: dict[str, JournalEntry] = {}
        with self._lock:
            for answer in self._answers.get(image_id, ()):
                if answer.cycle <= cycle:
                    last.pop(answer.annotator, None)  # Keeps the order of the last answers.
                    last[answer.annotator] = answer
        return tuple(last.values())

    def label(self, image_id: int, cycle: int) -> int | None:
        """The label of an image in this cycle; None while the image is open.

        The last adjudication counts before any rule. Otherwise the rule decides, see `AnswerRule`; under every rule, a
        single answer, or answers that agree, give the label.
        """
        if image_id not in self._answers and image_id not in self._adjudicated:
            return None
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
        """Whether the last answers of the annotators differ."""
        return len({answer.label for answer in self.votes(image_id, cycle)}) > 1

    def skipped_in(self, cycle: int) -> frozenset[int]:
        """Images that were skipped in the query of this cycle."""
        with self._lock:
            if cycle not in self._skipped_in:
                self._skipped_in[cycle] = frozenset(line.id for line in self._skips.get(cycle, {}).values())
            return self._skipped_in[cycle]

    def not_drawn_in(self, cycle: int) -> frozenset[int]:
        """Images that SUBSAMPLE of this cycle leaves out: skipped before, or answered ahead or given for this cycle.

        Later actions of the cycle do not count, so that SUBSAMPLE draws the same images if it runs again.
        """
        with self._lock:
            ahead = {line.id for line in self._ahead.get(cycle, {}).values() if line.note != GIVEN_LATE}
            return self.skipped_before(cycle) | ahead

    def skipped_before(self, cycle: int) -> frozenset[int]:
        """Those of `not_drawn_in` that are skipped."""
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
        return frozenset(aside)

    def ahead_of(self, cycle: int) -> tuple[int, ...]:
        """Images that were answered ahead or given for this cycle, in the order of the answers."""
        with self._lock:
            return tuple(dict.fromkeys(line.id for line in self._ahead.get(cycle, {}).values()))

    def given_of(self, cycle: int) -> frozenset[int]:
        """Those of `ahead_of` that were given, and not offered by the ranking of the cycle before."""
        with self._lock:
            lines = self._ahead.get(cycle, {}).values()
            return frozenset(line.id for line in lines if line.note in (GIVEN, GIVEN_LATE))

    def is_given(self, image_id: int, cycle: int) -> bool:
        """Whether the image is one of `given_of`; in the same time for any number of them."""
        with self._lock:
            answers = self._answers.get(image_id, ())
            return any(line.cycle == cycle and line.note in (GIVEN, GIVEN_LATE) for line in answers)

    def relabels_of(self, cycle: int) -> Mapping[int, JournalEntry]:
        """The valid change of the label of each image that the training of this cycle is the first to use.

        Of the changes up to this cycle the last one counts, and an answer after it counts in its place. A change during
        a training that was stopped is for the cycle after, and a later one may still be for this cycle.
        """
        return {i: line for i, line in self._last_relabels(cycle).items() if line.cycle == cycle}

    @property
    def relabels(self) -> Mapping[int, JournalEntry]:
        """The last valid change of the label of each image, whichever training uses it."""
        return self._last_relabels(None)

    def _last_relabels(self, cycle: int | None) -> dict[int, JournalEntry]:
        with self._lock:
            lines = [line for line in self._relabels.values() if cycle is None or line.cycle <= cycle]
            last = {line.id: line for line in sorted(lines, key=_entry)}
            return {i: line for i, line in last.items() if not self._answered_after(line)}

    def _answered_after(self, line: JournalEntry) -> bool:
        of_image = (*self._answers.get(line.id, ())[-1:], *self._adjudicated.get(line.id, ())[-1:])
        return any(other.entry > line.entry for other in of_image)

    # Updates -----------------------------------------------------------------------------------------------------

    def _include(self, line: JournalEntry) -> None:
        match line.action:
            case JournalAction.LABEL:
                self._answers.setdefault(line.id, []).append(line)
                self._n_answers_of[line.label] += 1
                if line.note in UNASKED:
                    self._ahead.setdefault(line.cycle, {})[line.entry] = line
            case JournalAction.ADJUDICATE:
                self._adjudicated.setdefault(line.id, []).append(line)
                self._n_answers_of[line.label] += 1
            case JournalAction.RELABEL:
                self._relabels[line.entry] = line
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
            case JournalAction.ENOUGH:
                self._n_enough += 1
            case JournalAction.ADD_CLASS:
                self._added_classes.append(line)
            case JournalAction.SET_RULE:
                self._rules.append(line)

    def _undo(self, entry: int) -> None:
        self._undone.add(entry)
        line = self._lines.pop(entry, None)
        if line is None:  # Undone already.
            return
        _drop(self._by_annotator, line.annotator, line)
        self._drop_from_steps(line)
        match line.action:
            case JournalAction.LABEL:
                _drop(self._answers, line.id, line)
                _decrement(self._n_answers_of, line.label)
                self._ahead.get(line.cycle, {}).pop(entry, None)
            case JournalAction.ADJUDICATE:
                _drop(self._adjudicated, line.id, line)
                _decrement(self._n_answers_of, line.label)
            case JournalAction.RELABEL:
                del self._relabels[entry]
                _decrement(self._n_answers_of, line.label)
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
                _decrement(self._absent_classes, line.label)
            case JournalAction.ENOUGH:
                self._n_enough -= 1
            case JournalAction.ADD_CLASS:
                self._added_classes.remove(line)
            case JournalAction.SET_RULE:
                self._rules.remove(line)

    def _drop_from_steps(self, line: JournalEntry) -> None:
        steps = self._steps[line.annotator]
        place = bisect_right(steps, line.entry, key=_first_entry) - 1
        steps[place] = [other for other in steps[place] if other.entry != line.entry]
        if not steps[place]:
            del steps[place]

    def _set_aside(self, line: JournalEntry) -> None:
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


def _entry(line: JournalEntry) -> int:
    return line.entry


def _first_entry(step: list[JournalEntry]) -> int:
    return step[0].entry


def _written_together(line: JournalEntry, following: JournalEntry) -> bool:
    """Whether two lines of an annotator were written at once; a journal gives no other two lines one time."""
    return (line.time, line.action, line.entry + 1) == (following.time, following.action, following.entry)


def _drop(lists: dict[Key, list[JournalEntry]], key: Key, line: JournalEntry) -> None:
    """Remove a line from the list of its key; searches from the end, because most undone lines are recent."""
    lines = lists[key]
    place = next(place for place in range(len(lines) - 1, -1, -1) if lines[place].entry == line.entry)
    del lines[place]
    if not lines:
        del lists[key]


def _decrement(counts: Counter[int], key: int) -> None:
    counts[key] -= 1
    if not counts[key]:
        del counts[key]
