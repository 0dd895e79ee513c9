"""The labelling service of a run: it writes every action of a person to the journal before the action counts."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import numpy as np

from lada_explore.config.names import name_fault, quoted
from lada_explore.errors import OracleError, Renamed, TooLateError
from lada_explore.events import Event, LabelsChanged
from lada_explore.labelling.details import require_in_pool
from lada_explore.labelling.oracles import check_answers
from lada_explore.labelling.protocol import QueryKind, UndoResult
from lada_explore.labelling.query_reader import QueryReader
from lada_explore.labelling.relabelling import (
    changes,
    confirmed_labels,
    labels_of,
    next_training,
    require_known,
    sentence_of,
)
from lada_explore.labelling.task import LabelTask, late_place, skip_note
from lada_explore.labelling.unasked import (
    check_new_class,
    next_to_close,
    places_of,
    require_takes,
)
from lada_explore.labelling.undo import result_of
from lada_explore.labelling.whole_numbers import several, whole
from lada_explore.records import JournalAction, Stage, stage_of_cycle
from lada_explore.store.journal_entry import AnswerRule

logger = logging.getLogger(__name__)


class LabellingService(QueryReader):
    """Takes the answers to the queries of a run; see `lada_explore.labelling.protocol.LabellingFeed`.

    Made like a `QueryReader`, which reads what it shows; the listeners get a `LabelsChanged` event after every action.
    """

    settle, no_more, offer = Renamed("adjudicate"), Renamed("mark_class_absent"), Renamed("task")

    # Actions of a person -----------------------------------------------------------------------------------------

    @contextmanager
    def _action(self, annotator: str | None = None) -> Iterator[None]:
        """Hold the lock during an action. After the action is on disk and the lock is released, notify the listeners.

        Raises:
            OracleError: the annotator's name is invalid; None is no annotator.
        """
        if annotator is not None and not isinstance(annotator, str):
            raise OracleError(f"the annotator's name is {annotator!r}, which is no text; give one such as 'ann'")
        if annotator is not None and (fault := name_fault(annotator)):
            raise OracleError(f"annotator {quoted(annotator)} {fault}")
        with self._run.answering:
            self._run.require_open()
            yield
        self._notify(LabelsChanged())

    def _notify(self, event: Event) -> None:
        try:
            self._listeners.emit(event)
        except Exception:  # The action is on disk in any case.
            logger.exception("a listener failed to take an answer")

    def submit(
        self, labels: Mapping[int, int], annotator: str = "person", *, late: bool = False, unasked: bool = False
    ) -> None:
        """Answer images, by class index and id. A second answer of the same annotator replaces the first."""
        with self._action(annotator):
            answers = {whole(i): whole(label) for i, label in labels.items()}
            task, places = self._unasked(answers) if unasked else self._places(answers, late)
            check_answers(answers, np.array([*task.query.ids, *places]), len(self.class_names))
            self._run.journal.record(task.cycle, answers, annotator, note=task.note, places=places)

    def give(self, labels: Mapping[int, int], annotator: str = "person") -> None:
        """Label images of the pool, asked or not, by class index and id; all of them or none.

        Those of an open query are answers to it. The others are trained on with the next query that closes, which asks
        as many images as it would without them.

        Raises:
            OracleError: an id is not in the pool, is labelled by a closed query, or is skipped; or a label is no class.
        """
        with self._action(annotator):
            answers = {whole(i): whole(label) for i, label in labels.items()}
            history, now = self._run.snapshot()
            require_takes(answers, history, self._run.journal.label_state(), len(self._data.train))
            check_answers(answers, np.array(list(answers), dtype=np.int64), len(self.class_names))
            cycle, note = next_to_close(now)
            asked = frozenset(self.task().query.ids.tolist()) if now.next_stage is Stage.QUERY else frozenset()
            notes = {i: "" if i in asked else note for i in answers}
            self._run.journal.record(cycle, answers, annotator, note=notes)

    def skip(self, images: int | Sequence[int], annotator: str = "person", *, late: bool = False) -> None:
        """Skip images that the person cannot label, one id or several: they are not asked again until `unskip`."""
        with self._action(annotator):
            ids = several(images)
            task, places = self._places(ids, late)
            history, now = self._run.snapshot()
            for image_id in ids:
                if image_id not in places:
                    self._require_asked(task, image_id)
            own = {i: places.get(i, (task.cycle, task.note)) for i in ids}
            noted = {i: (c, note and skip_note(i, c, now, history)) for i, (c, note) in own.items()}
            if ids:
                skip = JournalAction.SKIP
                self._run.journal.act(skip, cycle=task.cycle, annotator=annotator, ids=ids, places=noted)

    def unskip(self, ids: Sequence[int], annotator: str = "person") -> None:
        """Allow skipped images to be drawn again, from the next SUBSAMPLE on."""
        with self._action(annotator):
            skipped = self._run.journal.label_state().set_aside
            wrong = [i for i in ids if i not in skipped]
            if wrong:
                raise OracleError(f"id {wrong[0]} is not skipped; the skipped ids are {list(skipped)}")
            now = self._run.position
            drawn = now.next_stage is not Stage.SUBSAMPLE or now.running
            if ids:
                self._run.journal.act(JournalAction.UNSKIP, cycle=now.cycle + drawn, annotator=annotator, ids=list(ids))

    def flag(self, images: int | Sequence[int], on: bool = True, annotator: str = "person") -> None:
        """Flag images for later inspection, one id or several, or remove the flags; the query does not change."""
        with self._action(annotator):
            require_in_pool(ids := several(images), self._data.train)
            label_state = self._run.journal.label_state()
            ids = [i for i in ids if label_state.flagged(i) is not on]
            if ids:
                action = JournalAction.FLAG if on else JournalAction.UNFLAG
                self._run.journal.act(action, cycle=self._run.position.cycle, annotator=annotator, ids=ids)

    def adjudicate(self, image_id: int, label: int, annotator: str = "person") -> None:
        """Decide the label of a disputed image; this counts before any rule."""
        with self._action(annotator):
            task = self._required_task()
            self._require_asked(task, image_id)
            check_answers({image_id: label}, task.query.ids, len(self.class_names))
            if not self._run.journal.label_state().disputed(image_id, task.cycle):
                raise OracleError(f"the answers to id {image_id} do not differ; answer it instead of adjudicating")
            self._run.journal.act(
                JournalAction.ADJUDICATE, cycle=task.cycle, annotator=annotator, ids=[image_id], label=label
            )

    def relabel(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        """Change labels that closed queries have given, by class index and id; all of them or none.

        The next training to begin is the first to use them; what is recorded stays. `undo` takes them back until then.

        Returns:
            What this means for the run, in a sentence; nothing is written where the labels are these already.

        Raises:
            OracleError: an image has no label of a closed query, or a label is no class.
        """
        with self._action(annotator):
            new = {whole(i): whole(label) for i, label in labels.items()}
            require_in_pool([*new], self._data.train)
            history, now = self._run.snapshot()
            known = labels_of([*new], history, self._run.journal.label_state())
            changed = changes(new, known)
            check_answers(new, np.array([*new], dtype=np.int64), len(self.class_names))
            cycle, last = next_training(now), self._run.folder.info.config.schedule.cycles
            if changed:
                relabel = JournalAction.RELABEL
                self._run.journal.act(relabel, cycle=cycle, annotator=annotator, ids=[*changed], label=changed)
            return sentence_of(changed, known, self.class_names, cycle, last)

    def confirm(self, labels: Mapping[int, int], annotator: str = "person") -> str:
        """Note that labels of closed queries were looked at again and are right, by class index and id; all or none.

        It changes no label. `check_again` lists them no more as long as they stay so; `undo` takes it back.

        Returns:
            A sentence on it.

        Raises:
            OracleError: an image has another label, or none of a closed query.
        """
        with self._action(annotator):
            right = {whole(i): whole(label) for i, label in labels.items()}
            require_in_pool([*right], self._data.train)
            history, now = self._run.snapshot()
            state = self._run.journal.label_state()
            require_known(right, labels_of([*right], history, state), self.class_names)
            known = confirmed_labels(state)
            new = {i: label for i, label in right.items() if known.get(i) != label}
            if new:
                confirm = JournalAction.CONFIRM
                self._run.journal.act(confirm, cycle=now.cycle, annotator=annotator, ids=[*new], label=new)
        what = f"Image {next(iter(right))}" if len(right) == 1 else f"{len(right):,} images"
        return f"{what} confirmed: a further check lists no label that was confirmed."

    def confirmed(self) -> dict[int, int]:
        """Labels that were confirmed, by id: each as it was then."""
        return confirmed_labels(self._run.journal.label_state())

    def add_class(self, name: str, annotator: str = "person") -> int:
        """Add a class, before the first training only; returns its label."""
        with self._action(annotator):
            names, new = self.class_names, name.strip()
            if not self._classes_may_grow():
                raise OracleError(
                    f"class {new!r} cannot be added: classes can be added only in the start of a run on unlabelled "
                    f"images, and this run has {len(names)}; start a new run with it"
                )
            check_new_class(new, names)
            self._run.journal.act(JournalAction.ADD_CLASS, cycle=0, annotator=annotator, label=len(names), note=new)
            return len(names)

    def mark_class_absent(self, label: int, annotator: str = "person") -> None:
        """In the seed round: declare that there are no more images of a class, so that the round does not need them."""
        with self._action(annotator):
            task = self._required_task()
            if not task.is_seed_round:
                raise TooLateError(
                    "no class can be declared absent now, but only in the start of a run on unlabelled images"
                )
            if not 0 <= label < len(self.class_names):
                raise OracleError(f"label {label} is no class; labels run from 0 to {len(self.class_names) - 1}")
            if label not in self._run.journal.label_state().absent_classes:
                self._run.journal.act(JournalAction.CLASS_ABSENT, cycle=0, annotator=annotator, label=label)

    def end_seed_round(self, annotator: str = "person") -> None:
        """In the seed round: train on what was found; possible once two classes have a label that is trained on."""
        with self._action(annotator):
            query = self._required_task().query
            if not query.is_unfinished_seed_round:
                raise TooLateError("the start cannot be ended now, but only while it looks for images of classes")
            if query.n_found < 2:
                raise OracleError(
                    f"the start has found {query.n_found} of the classes, but training needs 2; answer further images"
                )
            self._run.journal.act(JournalAction.ENOUGH, cycle=0, annotator=annotator)

    def set_rule(self, rule: str) -> None:
        """Choose the rule for differing answers, by the text of an `AnswerRule`."""
        with self._action():
            if rule not in list(AnswerRule):
                raise OracleError(f"rule {rule!r} is unknown; use {', '.join(AnswerRule)}")
            if rule != self._run.journal.label_state().rule:
                self._run.journal.act(JournalAction.SET_RULE, cycle=self._run.position.cycle, annotator="", note=rule)

    def undo(self, annotator: str = "person") -> UndoResult:
        """Undo the last valid action of an annotator, in any cycle, unless a training has used it.

        Images that were answered at once are one action. Undoing an answer of a closed query that was not trained on
        opens the query again.
        """
        with self._action(annotator):
            rules = self._undo_rules()
            last = rules.last_action(annotator)
            if not last:
                return UndoResult()
            if stale := rules.why_not(last):
                return UndoResult(stale=stale)
            if any(map(rules.in_closed_query, last)):
                self._run.reopen_query()
            self._run.journal.take_back(last, annotator)
            return result_of(last)

    # Checks ------------------------------------------------------------------------------------------------------

    def _places(self, ids: Iterable[int], late: bool) -> tuple[LabelTask, dict[int, tuple[int, str]]]:
        """The current task; and where to note what comes late, by the ids in the pool that it does not ask."""
        history, now = self._run.snapshot()
        if not late or not self._asks_a_person or history[0].select is None:
            return self._required_task(), {}
        task, pool = self.task(), range(len(self._data.train))
        last = self._run.folder.info.config.schedule.cycles
        gone = [i for i in ids if i in pool and i not in task.query.ids]
        return task, {i: late_place(i, now, history, last_cycle=last) for i in gone}

    def _unasked(self, ids: Iterable[int]) -> tuple[LabelTask, dict[int, tuple[int, str]]]:
        """The current task; and where to note the answers to images that it does not ask, by id."""
        history, now = self._run.snapshot()
        task, size, state = self.task(), len(self._data.train), self._run.journal.label_state()
        others = [i for i in ids if i not in task.query.ids]
        last = self._run.folder.info.config.schedule.cycles
        return task, places_of(others, now, history, state, size=size, last_cycle=last)

    def _required_task(self) -> LabelTask:
        """The current task. Raises OracleError if nothing is asked."""
        task = self.task()
        if task.kind is QueryKind.NONE:
            if task.stage is None:
                raise TooLateError("no query is open, the run is complete; answer the images of another run")
            raise TooLateError(
                f"no query is open, the next stage is {stage_of_cycle(task.stage, task.cycle)}; step to Query first"
            )
        return task

    def _require_asked(self, task: LabelTask, image_id: int) -> None:
        if image_id not in task.query.ids:
            raise TooLateError(f"id {image_id} is not in the open query; it asks for {sorted(task.query.ids.tolist())}")
