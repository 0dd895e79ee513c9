"""The service of a session: what a person sees of the open query, and every action, written down before it counts."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import Protocol

import torch

from lada_explore.datasets import ImageData
from lada_explore.datasets.decode import load_full_resolution
from lada_explore.errors import OracleError
from lada_explore.labelling.oracles import check_answers
from lada_explore.labelling.protocol import AskedImage, QueryKind, QuerySheet, UndoResult
from lada_explore.labelling.task import MOST_NAMED, LabelTask, RunPosition, current_task
from lada_explore.records import ByteArray, CycleRecords, Stage
from lada_explore.store.answers import AHEAD, Answer, AnswerRule, LabelState
from lada_explore.store.journal import Journal


class LabellableRun(RunPosition, Protocol):
    """What a service needs of its session."""

    @property
    def data(self) -> ImageData:
        """The images."""

    def require_open(self) -> None:
        """Raises StoreError once the session is closed."""

    def reopen_query(self) -> None:
        """Take back the record of the query that was closed last and that no training has used."""


class LabellingService:
    """Takes the answers of a session's query, see `lada_explore.labelling.protocol.Answering`.

    Args:
        session: whose query it is.
        journal: of the run.
        lock: held over every action, and by the session while it closes a query or begins a stage; never while a stage
            computes.
    """

    def __init__(self, session: LabellableRun, journal: Journal, lock: threading.RLock) -> None:
        self._session = session
        self._journal = journal
        self._lock = lock

    # What is asked -----------------------------------------------------------------------------------------------

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes by label, with those that were added."""
        return (*self._session.data.train.class_names, *self._journal.label_state().added_classes)

    def task(self) -> LabelTask:
        """What can be answered now."""
        with self._lock:
            self._session.require_open()
            return current_task(self._session, self._journal.label_state(), len(self.class_names))

    def sheet(self) -> QuerySheet:
        """What is asked now, read from the journal."""
        with self._lock:
            self._session.require_open()
            label_state, names = self._journal.label_state(), self.class_names
            task = current_task(self._session, label_state, len(names))
            annotators = dict.fromkeys(action.annotator for action in label_state.actions if action.annotator)
            return QuerySheet(
                cycle=task.cycle,
                kind=task.kind,
                model_cycle=task.model_cycle,
                images=self._images(task, label_state),
                skipped=tuple(label_state.set_aside),
                class_names=names,
                classes_may_grow=self._classes_may_grow(),
                absent_classes=tuple(sorted(label_state.absent_classes)),
                wanted=dict(task.query.wanted),
                rule=label_state.rule,
                unit=task.unit,
                undo={annotator: self._n_undoable(label_state, annotator) for annotator in annotators},
                sentence=task.sentence(names),
            )

    def answers(self) -> list[Answer]:
        """Every line of the journal, in order."""
        with self._lock:
            self._session.require_open()
            return self._journal.answers()

    def pixels(self, ids: Sequence[int]) -> ByteArray:
        """(len(ids), D, H, W) uint8 pixels as the classifier sees them, before normalising."""
        train = self._session.data.train
        wrong = [int(i) for i in ids if not 0 <= i < len(train)]
        if wrong:
            raise OracleError(f"id {wrong[0]} is not in the pool; ids run from 0 to {len(train) - 1}")
        pixels: ByteArray = train.images[torch.tensor([int(i) for i in ids], dtype=torch.int64)].numpy()
        train.release_pages()
        return pixels

    def picture(self, image_id: int) -> ByteArray | None:
        """(3, H', W') uint8 of the image's file, larger than `pixels`; None without a file of more detail."""
        train = self._session.data.train
        return None if train.files is None else load_full_resolution(train.files[image_id], train.shape)

    def _images(self, task: LabelTask, label_state: LabelState) -> tuple[AskedImage, ...]:
        query, names = task.query, self._session.data.train.item_names
        known = task.known()
        places = {int(i): place for place, pair in enumerate(query.pair_ids) for i in pair}
        partners = {int(a): int(b) for first, second in query.pair_ids for a, b in ((first, second), (second, first))}
        images = []
        for place, image_id in enumerate(query.ids.tolist()):
            pair = places.get(image_id)
            score, guess, probability = known.get(image_id, (None, None, None))
            images.append(
                AskedImage(
                    id=image_id,
                    partner_id=partners.get(image_id, -1),
                    pair=place if pair is None else pair,
                    name="" if names is None else names[image_id],
                    score=score,
                    pair_score=None if pair is None else float(query.pair_scores[pair]),
                    tau=None if pair is None else float(query.pair_tau[pair]),
                    guess=guess,
                    guess_probability=probability,
                    answers={vote.annotator: vote.label for vote in label_state.votes(image_id, task.cycle)},
                    label=query.labels.get(image_id),
                    disputed=label_state.disputed(image_id, task.cycle),
                    flagged=image_id in label_state.flagged,
                    replaces=image_id in query.replacing,
                )
            )
        return tuple(images)

    # What a person does ------------------------------------------------------------------------------------------

    def submit(self, labels: Mapping[int, int], annotator: str = "person") -> None:
        """Answer: class index by id. A second answer by the same annotator takes the place of the first."""
        with self._lock:
            task = self._something_asked()
            answers = {int(i): int(label) for i, label in labels.items()}
            check_answers(answers, task.query.ids, len(self.class_names))
            self._journal.record(task.cycle, answers, annotator, note=task.note)

    def skip(self, image_id: int, annotator: str = "person") -> None:
        """Cannot tell: the image leaves the query and is not asked again until `unskip`."""
        with self._lock:
            task = self._something_asked()
            self._require_asked(task, image_id)
            self._journal.act("skip", cycle=task.cycle, annotator=annotator, ids=[image_id], note=task.note)

    def unskip(self, ids: Sequence[int], annotator: str = "person") -> None:
        """Let skipped images be asked again, from the next SUBSAMPLE on."""
        with self._lock:
            self._session.require_open()
            skipped = self._journal.label_state().set_aside
            wrong = [i for i in ids if i not in skipped]
            if wrong:
                raise OracleError(f"id {wrong[0]} is not skipped; those that are: {list(skipped)}")
            session = self._session
            drawn = session.next_stage is not Stage.SUBSAMPLE or session.running is not None
            if ids:
                self._journal.act("unskip", cycle=session.cycle + drawn, annotator=annotator, ids=list(ids))

    def flag(self, image_id: int, on: bool = True, annotator: str = "person") -> None:
        """Mark an image for a later look, or take the mark away; it does not change the query."""
        with self._lock:
            self._session.require_open()
            if not 0 <= image_id < (size := len(self._session.data.train)):
                raise OracleError(f"id {image_id} is not in the pool; ids run from 0 to {size - 1}")
            if (image_id in self._journal.label_state().flagged) is not on:
                action = "flag" if on else "unflag"
                self._journal.act(action, cycle=self._session.cycle, annotator=annotator, ids=[image_id])

    def adjudicate(self, image_id: int, label: int, annotator: str = "person") -> None:
        """Decide a disputed image; stands above every rule."""
        with self._lock:
            task = self._something_asked()
            self._require_asked(task, image_id)
            check_answers({image_id: label}, task.query.ids, len(self.class_names))
            if not self._journal.label_state().disputed(image_id, task.cycle):
                raise OracleError(f"nobody disagrees about id {image_id}; answer it instead of settling it")
            self._journal.act("settle", cycle=task.cycle, annotator=annotator, ids=[image_id], label=label)

    def add_class(self, name: str, annotator: str = "person") -> int:
        """A further class, before the first training only; returns its label."""
        with self._lock:
            self._session.require_open()
            names, new = self.class_names, name.strip()
            if not self._classes_may_grow():
                raise OracleError(
                    f"class {new!r} cannot be added: classes are added while the start of unlabelled images is asked, "
                    f"and this run has {len(names)} for good; start a new run with it"
                )
            if not new or new in names:
                wrong = "is there already" if new else "is no name"
                beyond = "" if len(names) <= MOST_NAMED else f" and {len(names) - MOST_NAMED:,} more"
                there = f"{', '.join(names[:MOST_NAMED])}{beyond}"
                raise OracleError(f"class {new!r} {wrong}; the classes are {there}")
            self._journal.act("class", cycle=0, annotator=annotator, label=len(names), note=new)
            return len(names)

    def mark_class_absent(self, label: int, annotator: str = "person") -> None:
        """In the seed round: there are no (more) images of this class, so do not look for its initial number."""
        with self._lock:
            task = self._something_asked()
            if not task.seeds:
                raise OracleError("no class is looked for now; that is only so at the start of unlabelled images")
            if not 0 <= label < (n_classes := len(self.class_names)):
                raise OracleError(f"label {label} is no class; labels run from 0 to {n_classes - 1}")
            if label not in self._journal.label_state().absent_classes:
                self._journal.act("no-more", cycle=0, annotator=annotator, label=label)

    def set_rule(self, rule: str) -> None:
        """Choose how differing answers are settled, by the text of an `AnswerRule`."""
        with self._lock:
            self._session.require_open()
            if rule not in list(AnswerRule):
                raise OracleError(f"rule {rule!r} is unknown; use {', '.join(AnswerRule)}")
            if rule != self._journal.label_state().rule:
                self._journal.act("rule", cycle=self._session.cycle, annotator="", note=rule)

    def undo(self, annotator: str = "person") -> UndoResult:
        """Take back the annotator's last action that still stands, across cycles as long as no training used it.

        An answer to a query that is closed but not trained on opens the query again.
        """
        with self._lock:
            self._session.require_open()
            label_state = self._journal.label_state()
            last = next((action for action in reversed(label_state.actions) if action.annotator == annotator), None)
            if last is None:
                return UndoResult()
            if stale := self._stale(last, label_state, self._used()):
                return UndoResult(stale=stale)
            if self._in_closed_query(last):
                self._session.reopen_query()
            self._journal.act(
                "undo", cycle=last.cycle, annotator=annotator, ids=[last.id], label=last.label, undoes=last.entry
            )
            return UndoResult(action=last.action, id=last.id, label=last.label)

    # What may be done --------------------------------------------------------------------------------------------

    def _something_asked(self) -> LabelTask:
        """Raises OracleError when nothing is asked."""
        task = self.task()
        if task.kind is QueryKind.NONE:
            raise OracleError(f"no query is open, the next stage is {self._session.next_stage}; step to QUERY first")
        return task

    def _require_asked(self, task: LabelTask, image_id: int) -> None:
        if image_id not in task.query.ids:
            raise OracleError(f"id {image_id} is not in the open query; it asks for {sorted(task.query.ids.tolist())}")

    def _classes_may_grow(self) -> bool:
        return self._session.data.train.targets is None and self._session.history[0].query is None

    def _trained(self) -> dict[int, CycleRecords]:
        """Cycles whose training has used their answers, or uses them now."""
        running = self._session.running
        return {
            records.cycle: records
            for records in self._session.history
            if records.train is not None or running == (records.cycle, Stage.TRAIN)
        }

    def _used(self) -> dict[int, int]:
        """Image -> cycle whose training has used its label."""
        queries = [records.query for records in self._trained().values() if records.query is not None]
        return {i: query.cycle for query in queries for i in query.ids.tolist()}

    def _in_closed_query(self, action: Answer) -> bool:
        """Whether the action went into the record of a query that no training has used."""
        last = self._session.history[-1]
        if last.query is None or last.cycle in self._trained():
            return False
        if action.action in ("label", "settle"):
            return action.id in last.query.ids
        return action.action in ("skip", "class", "no-more") and action.cycle == last.cycle and action.note != AHEAD

    def _stale(self, action: Answer, label_state: LabelState, used: Mapping[int, int]) -> str:
        """Why an action cannot be taken back any more; empty when it can."""
        cycle, what = -1, ""
        match action.action:
            case "label" | "settle" if action.id in used:
                cycle, what = used[action.id], f"the answer {self.class_names[action.label]!r} to image {action.id}"
            case "skip" if action.note != AHEAD and action.cycle in self._trained():
                cycle, what = action.cycle, f"the query without image {action.id}"
            case "class" | "no-more" if 0 in self._trained():
                cycle, what = 0, f"what was said about class {self.class_names[action.label]!r}"
            case "unskip" if self._drawn(action.cycle):
                return (
                    f"cycle {action.cycle} has drawn its candidates with image {action.id} among those it may ask; "
                    "taking that back would make them stale, so skip the image when it is asked"
                )
            case "class":
                return self._class_in_use(action, label_state)
        if cycle < 0:
            return ""
        name = "the start" if cycle == 0 else f"cycle {cycle}"
        return (
            f"the training of {name} has used {what}; taking it back would make stale that training, and every query "
            "and every accuracy after it, so nothing was changed"
        )

    def _drawn(self, cycle: int) -> bool:
        running = self._session.running == (cycle, Stage.SUBSAMPLE)
        return running or any(r.cycle == cycle and r.subsample is not None for r in self._session.history)

    def _class_in_use(self, action: Answer, label_state: LabelState) -> str:
        later = [other for other in label_state.actions if other.action == "class" and other.label > action.label]
        votes = [votes for votes in label_state.answers.values() if any(vote.label == action.label for vote in votes)]
        adjudicated = [line for line in label_state.adjudicated.values() if line.label == action.label]
        if not (later or votes or adjudicated):
            return ""
        why = f"class {later[0].note!r} was added after it" if later else f"{len(votes) or 1} images were answered so"
        return f"class {action.note!r} cannot be taken back, for {why}; those answers would be stale"

    def _n_undoable(self, label_state: LabelState, annotator: str) -> int:
        used, n = self._used(), 0
        for action in reversed(label_state.actions):
            if action.annotator == annotator:
                if self._stale(action, label_state, used):
                    break
                n += 1
        return n
