"""What a person can take back: everything but what a training has used, or the drawing of candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lada_explore.records import CycleRecords, JournalAction, RunPosition, Stage
from lada_explore.store.answers import AHEAD, Answer
from lada_explore.store.label_state import LabelState

_LABELLING = (JournalAction.LABEL, JournalAction.ADJUDICATE)
"""Actions that give an image a label."""

_OF_QUERY = (JournalAction.SKIP, JournalAction.ADD_CLASS, JournalAction.CLASS_ABSENT)
"""Other actions that decide what a query asks about."""


class TrainingUse:
    """What trainings have used, remembered for as long as no stage begins or ends: a click asks for it every time."""

    def __init__(self) -> None:
        self._key: tuple[Sequence[CycleRecords], bool] | None = None
        self.trained: frozenset[int] = frozenset()
        self.used: Mapping[int, int] = {}
        self._seen: dict[str, tuple[int, int]] = {}

    def at(self, now: RunPosition, history: Sequence[CycleRecords]) -> TrainingUse:
        """Bring it up to date.

        Args:
            now: how far the run is.
            history: its records at that moment.
        """
        training = now.running and now.next_stage is Stage.TRAIN
        if self._key is None or self._key[0] is not history or self._key[1] is not training:
            last = now.cycle if training else -1
            trained = [records for records in history if records.train is not None or records.cycle == last]
            queries = [records.query for records in trained if records.query is not None]
            self.trained = frozenset(records.cycle for records in trained)
            self.used = {i: query.cycle for query in queries for i in query.ids.tolist()}
            # What was stale stays so; what was not is looked at again.
            self._seen = {who: (stale, stale) for who, (_, stale) in self._seen.items()}
            self._key = (history, training)
        return self

    def last_stale(self, annotator: str, state: LabelState, stale: Callable[[Answer], object]) -> int:
        """The last line of an annotator that cannot be taken back, 0 for none; each line is asked about once.

        Args:
            annotator: whose.
            state: what stands in the journal.
            stale: whether a line cannot be taken back, by what trainings used.
        """
        seen, last = self._seen.get(annotator, (0, 0))
        for line in state.actions_after(annotator, seen):
            seen, last = line.entry, line.entry if stale(line) else last
        self._seen[annotator] = seen, last
        return last


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UndoRules:
    """What can be taken back at one moment.

    Attributes:
        now: how far the run is.
        history: its records.
        label_state: what stands in the journal.
        class_names: by label, with those that were added.
        use: what trainings have used by then.
    """

    now: RunPosition
    history: Sequence[CycleRecords]
    label_state: LabelState
    class_names: Sequence[str]
    use: TrainingUse

    def last_action(self, annotator: str) -> Answer | None:
        """The last action of an annotator that still stands."""
        return self.label_state.last_action(annotator)

    def n_undoable(self) -> dict[str, int]:
        """How many actions each annotator can take back, one after the other, without making anything stale."""
        # Whether a class is in use changes with any answer, so the few lines that added one are asked anew each time.
        added = [line for line in self.label_state.class_lines if self.stale(line)]
        counts = {}
        for who in filter(None, self.label_state.annotators):
            last = self.use.last_stale(who, self.label_state, self._stale_by_training)
            last = max([last, *(line.entry for line in added if line.annotator == who)])
            counts[who] = self.label_state.n_actions_after(who, last)
        return counts

    def stale(self, action: Answer) -> str:
        """Why an action cannot be taken back any more; empty when it can."""
        if (said := self._stale_by_training(action)) or action.action is not JournalAction.ADD_CLASS:
            return said
        return self._class_in_use(action)

    def in_closed_query(self, action: Answer) -> bool:
        """Whether the action went into the record of a query that no training has used."""
        last = self.history[-1]
        if last.query is None or last.cycle in self.use.trained:
            return False
        if action.action in _LABELLING:
            return action.id in last.query.ids
        return action.action in _OF_QUERY and action.cycle == last.cycle and action.note != AHEAD

    def _stale_by_training(self, action: Answer) -> str:
        """Why an action cannot be taken back, for a training or the drawing of candidates; empty when it can."""
        used, trained = self.use.used, self.use.trained
        cycle, what = -1, ""
        match action.action:
            case JournalAction.LABEL | JournalAction.ADJUDICATE if action.id in used:
                cycle, what = used[action.id], f"the answer {self.class_names[action.label]!r} to image {action.id}"
            case JournalAction.SKIP if action.note != AHEAD and action.cycle in trained:
                cycle, what = action.cycle, f"the query without image {action.id}"
            case JournalAction.ADD_CLASS | JournalAction.CLASS_ABSENT if 0 in trained:
                cycle, what = 0, f"what was said about class {self.class_names[action.label]!r}"
            case JournalAction.UNSKIP if self._drawn(action.cycle):
                return (
                    f"cycle {action.cycle} has drawn its candidates with image {action.id} among those it may ask; "
                    "taking that back would make them stale, so skip the image when it is asked"
                )
        if cycle < 0:
            return ""
        name = "the start" if cycle == 0 else f"cycle {cycle}"
        return (
            f"the training of {name} has used {what}; taking it back would make stale that training, and every query "
            "and every accuracy after it, so nothing was changed"
        )

    def _drawn(self, cycle: int) -> bool:
        """Whether the candidates of a cycle are drawn, or are being drawn."""
        drawing = self.now == RunPosition(cycle, Stage.SUBSAMPLE, running=True)
        return drawing or any(r.cycle == cycle and r.subsample is not None for r in self.history)

    def _class_in_use(self, action: Answer) -> str:
        state = self.label_state
        later = [other for other in state.class_lines if other.label > action.label]
        if not later and not state.n_answers_of(action.label):
            return ""
        votes = [votes for votes in state.answers.values() if any(vote.label == action.label for vote in votes)]
        why = f"class {later[0].note!r} was added after it" if later else f"{len(votes) or 1} images were answered so"
        return f"class {action.note!r} cannot be taken back, for {why}; those answers would be stale"
