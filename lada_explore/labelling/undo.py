"""What a person can take back: everything but what a training has used, or the drawing of candidates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lada_explore.records import CycleRecords, JournalAction, RunPosition, Stage
from lada_explore.store.answers import AHEAD, Answer, LabelState

_LABELLING = (JournalAction.LABEL, JournalAction.ADJUDICATE)
"""Actions that give an image a label."""

_OF_QUERY = (JournalAction.SKIP, JournalAction.ADD_CLASS, JournalAction.CLASS_ABSENT)
"""Other actions that decide what a query asks about."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UndoRules:
    """What can be taken back at one moment.

    Attributes:
        now: how far the run is.
        history: its records.
        label_state: what stands in the journal.
        class_names: by label, with those that were added.
    """

    now: RunPosition
    history: Sequence[CycleRecords]
    label_state: LabelState
    class_names: Sequence[str]

    def last_action(self, annotator: str) -> Answer | None:
        """The last action of an annotator that still stands."""
        return next((action for action in reversed(self.label_state.actions) if action.annotator == annotator), None)

    def n_undoable(self) -> dict[str, int]:
        """How many actions each annotator can take back, one after the other, without making anything stale."""
        used, ended = self._used(), set[str]()
        counts = dict.fromkeys((action.annotator for action in self.label_state.actions if action.annotator), 0)
        for action in reversed(self.label_state.actions):
            who = action.annotator
            if who and who not in ended:
                if self._stale(action, used):
                    ended.add(who)
                else:
                    counts[who] += 1
        return counts

    def stale(self, action: Answer) -> str:
        """Why an action cannot be taken back any more; empty when it can."""
        return self._stale(action, self._used())

    def in_closed_query(self, action: Answer) -> bool:
        """Whether the action went into the record of a query that no training has used."""
        last = self.history[-1]
        if last.query is None or last.cycle in self._trained():
            return False
        if action.action in _LABELLING:
            return action.id in last.query.ids
        return action.action in _OF_QUERY and action.cycle == last.cycle and action.note != AHEAD

    def _trained(self) -> dict[int, CycleRecords]:
        """Cycles whose training has used their answers, or uses them now."""
        training = self.now.cycle if self.now.running and self.now.next_stage is Stage.TRAIN else -1
        return {
            records.cycle: records for records in self.history if records.train is not None or records.cycle == training
        }

    def _used(self) -> dict[int, int]:
        """Image -> cycle whose training has used its label."""
        queries = [records.query for records in self._trained().values() if records.query is not None]
        return {i: query.cycle for query in queries for i in query.ids.tolist()}

    def _stale(self, action: Answer, used: Mapping[int, int]) -> str:
        cycle, what = -1, ""
        match action.action:
            case JournalAction.LABEL | JournalAction.ADJUDICATE if action.id in used:
                cycle, what = used[action.id], f"the answer {self.class_names[action.label]!r} to image {action.id}"
            case JournalAction.SKIP if action.note != AHEAD and action.cycle in self._trained():
                cycle, what = action.cycle, f"the query without image {action.id}"
            case JournalAction.ADD_CLASS | JournalAction.CLASS_ABSENT if 0 in self._trained():
                cycle, what = 0, f"what was said about class {self.class_names[action.label]!r}"
            case JournalAction.UNSKIP if self._drawn(action.cycle):
                return (
                    f"cycle {action.cycle} has drawn its candidates with image {action.id} among those it may ask; "
                    "taking that back would make them stale, so skip the image when it is asked"
                )
            case JournalAction.ADD_CLASS:
                return self._class_in_use(action)
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
        added = [other for other in state.actions if other.action is JournalAction.ADD_CLASS]
        later = [other for other in added if other.label > action.label]
        votes = [votes for votes in state.answers.values() if any(vote.label == action.label for vote in votes)]
        adjudicated = [line for line in state.adjudicated.values() if line.label == action.label]
        if not (later or votes or adjudicated):
            return ""
        why = f"class {later[0].note!r} was added after it" if later else f"{len(votes) or 1} images were answered so"
        return f"class {action.note!r} cannot be taken back, for {why}; those answers would be stale"
