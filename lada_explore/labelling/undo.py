"""Which actions can be undone: all that neither a training nor the drawing of candidates has used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lada_explore.labelling.protocol import UndoResult
from lada_explore.records import CycleRecords, JournalAction, RunPosition, Stage, cycle_name
from lada_explore.store.journal_entry import AHEAD, JournalEntry
from lada_explore.store.label_state import LabelState

_LABELLING = (JournalAction.LABEL, JournalAction.ADJUDICATE)
"""Actions that give an image a label."""

_OF_QUERY = (JournalAction.SKIP, JournalAction.ADD_CLASS, JournalAction.CLASS_ABSENT, JournalAction.ENOUGH)
"""Other actions that decide what a query asks about."""


def result_of(action: Sequence[JournalEntry]) -> UndoResult:
    """What an undo of the lines of an action has done."""
    labels = {line.label for line in action}
    return UndoResult(
        action=action[0].action,
        id=action[0].id,
        label=action[0].label if len(labels) == 1 else -1,
        ids=tuple(line.id for line in action if line.id >= 0),
    )


class TrainingUse:
    """Which answers trainings have used. The result is kept until a stage begins or ends, since every click needs it.

    Attributes:
        trained: cycles whose training has used their answers, or is using them.
        used: cycle whose training has used the label of an image, by id.
    """

    def __init__(self) -> None:
        self._key: tuple[Sequence[CycleRecords], bool] | None = None
        self.trained: frozenset[int] = frozenset()
        self.used: Mapping[int, int] = {}
        self._seen: dict[str, tuple[int, int]] = {}

    def at(self, now: RunPosition, history: Sequence[CycleRecords]) -> TrainingUse:
        """Update to a position of the run, and return self.

        Args:
            now: position of the run.
            history: records of the run at that position.
        """
        training = now.running and now.next_stage is Stage.TRAIN
        if self._key is None or self._key[0] is not history or self._key[1] is not training:
            last = now.cycle if training else -1
            trained = [records for records in history if records.train is not None or records.cycle == last]
            queries = [records.query for records in trained if records.query is not None]
            self.trained = frozenset(records.cycle for records in trained)
            self.used = {i: query.cycle for query in queries for i in query.ids.tolist()}
            # Lines that could not be undone stay so; the others are checked again.
            self._seen = {who: (stale, stale) for who, (_, stale) in self._seen.items()}
            self._key = (history, training)
        return self

    def last_stale(self, annotator: str, state: LabelState, stale: Callable[[JournalEntry], object]) -> int:
        """Number of the last line of an annotator that cannot be undone; 0 if all can. Each line is checked once.

        Args:
            annotator: the annotator.
            state: state of the labels.
            stale: function that returns a true value if a training has used the action of a line.
        """
        seen, last = self._seen.get(annotator, (0, 0))
        for line in state.actions_after(annotator, seen):
            seen, last = line.entry, line.entry if stale(line) else last
        self._seen[annotator] = seen, last
        return last


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UndoRules:
    """Which actions can be undone at a position of the run.

    Attributes:
        now: position of the run.
        history: records of the run at that position.
        label_state: state of the labels.
        class_names: names of the classes by label, including added classes.
        use: which answers trainings have used.
    """

    now: RunPosition
    history: Sequence[CycleRecords]
    label_state: LabelState
    class_names: Sequence[str]
    use: TrainingUse

    def last_action(self, annotator: str) -> tuple[JournalEntry, ...]:
        """The lines of the last valid action of an annotator, one for each of its images; empty without any."""
        return self.label_state.last_action(annotator)

    def why_not(self, action: Sequence[JournalEntry]) -> str:
        """A sentence on why the lines of an action cannot be undone; empty if they can."""
        return next(filter(None, map(self.stale, reversed(action))), "")

    def n_undoable(self) -> dict[str, int]:
        """Number of actions that each annotator can undo, one after another."""
        # Any answer can change whether a class is in use, so the few lines that added classes are always checked again.
        added = [line for line in self.label_state.class_lines if self.stale(line)]
        counts = {}
        for who in filter(None, self.label_state.annotators):
            last = self.use.last_stale(who, self.label_state, self._stale_by_training)
            last = max([last, *(line.entry for line in added if line.annotator == who)])
            counts[who] = self.label_state.n_actions_after(who, last)
        return counts

    def stale(self, action: JournalEntry) -> str:
        """A sentence on why a line cannot be undone; empty if it can."""
        if (reason := self._stale_by_training(action)) or action.action is not JournalAction.ADD_CLASS:
            return reason
        return self._class_in_use(action)

    def in_closed_query(self, action: JournalEntry) -> bool:
        """True if the line is part of a QUERY record that no training has used."""
        last = self.history[-1]
        if last.query is None or last.cycle in self.use.trained:
            return False
        if action.action in _LABELLING:
            return action.id in last.query.ids
        return action.action in _OF_QUERY and action.cycle == last.cycle and action.note != AHEAD

    def _stale_by_training(self, action: JournalEntry) -> str:
        """A sentence on why a training or the drawing of candidates prevents an undo; empty if nothing does."""
        used, trained = self.use.used, self.use.trained
        cycle, what = -1, ""
        match action.action:
            case JournalAction.LABEL | JournalAction.ADJUDICATE if action.id in used:
                cycle, what = used[action.id], f"the answer {self.class_names[action.label]!r} to image {action.id}"
            case JournalAction.RELABEL if action.cycle in trained:
                cycle, what = action.cycle, f"the label {self.class_names[action.label]!r} of image {action.id}"
            case JournalAction.SKIP if action.note != AHEAD and action.cycle in trained:
                cycle, what = action.cycle, f"the query without image {action.id}"
            case JournalAction.ADD_CLASS | JournalAction.CLASS_ABSENT if 0 in trained:
                cycle, what = 0, f"what was said about class {self.class_names[action.label]!r}"
            case JournalAction.ENOUGH if 0 in trained:
                cycle, what = 0, "the end of the start"
            case JournalAction.UNSKIP if self._drawn(action.cycle):
                return (
                    f"cycle {action.cycle} has drawn its candidates with image {action.id} among those it may ask; "
                    "taking that back would make them stale, so skip the image when it is asked"
                )
        if cycle < 0:
            return ""
        return (
            f"the training of {cycle_name(cycle)} has used {what}; taking it back would make stale that training, "
            "and every query and every accuracy after it, so nothing was changed"
        )

    def _drawn(self, cycle: int) -> bool:
        """True if the candidates of a cycle are drawn, or are being drawn."""
        drawing = self.now == RunPosition(cycle, Stage.SUBSAMPLE, running=True)
        return drawing or any(r.cycle == cycle and r.subsample is not None for r in self.history)

    def _class_in_use(self, action: JournalEntry) -> str:
        state = self.label_state
        later = [other for other in state.class_lines if other.label > action.label]
        if not later and not state.n_answers_of(action.label):
            return ""
        n = sum(any(vote.label == action.label for vote in votes) for votes in state.answers.values()) or 1
        answered = f"{n} image{' has' if n == 1 else 's have'} it as an answer"
        why = f"class {later[0].note!r} was added after it" if later else answered
        return f"class {action.note!r} cannot be removed, because {why}; those answers would be stale"
