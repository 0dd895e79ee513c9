"""What a person reads of a run: the open query with its answers, images and their pictures, and who looks where."""

from __future__ import annotations

import logging
from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from lada_explore.datasets import ImageData
from lada_explore.events import Listeners, Progress
from lada_explore.labelling.alike import alike
from lada_explore.labelling.asked_images import asked_images, unasked_images
from lada_explore.labelling.details import Details, require_in_pool
from lada_explore.labelling.hand_over import HandOver
from lada_explore.labelling.presence import Presence
from lada_explore.labelling.protocol import AlikeImages, AskedImage, PictureDetail, QuerySheet
from lada_explore.labelling.relabelling import labels_of
from lada_explore.labelling.task import LabelTask, current_task
from lada_explore.labelling.undo import TrainingUse, UndoRules
from lada_explore.records import ByteArray, CycleRecords, RunPosition
from lada_explore.records.thumbnails import thumbnails
from lada_explore.store.journal_entry import JournalEntry
from lada_explore.store.label_state import LabelState
from lada_explore.store.run_writer import RunWriter

logger = logging.getLogger(__name__)


class QueryReader(HandOver):
    """Reads what `LabellingService` shows; see `lada_explore.labelling.protocol.LabellingFeed`.

    Args:
        run: the run.
        data: the images.
        asks_a_person: True if a person is the oracle.
        listeners: tell of every stage and every action.
    """

    def __init__(self, run: RunWriter, data: ImageData, *, asks_a_person: bool, listeners: Listeners) -> None:
        super().__init__()
        self._run = run
        self.use(data)
        self._asks_a_person = asks_a_person
        self._listeners = listeners
        self._use = TrainingUse()
        self._presence = Presence()

    def use(self, data: ImageData) -> None:
        """Go on with more images, or fewer that can be read; ids stay."""
        self._data, self._details = data, Details(data.train)
        self._known: tuple[RunPosition, tuple[CycleRecords, ...], int, LabelTask] | None = None

    # The open query ----------------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """The run folder."""
        return self._run.folder.path

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes by label, including added classes."""
        return self._names(self._run.journal.label_state())

    def _names(self, label_state: LabelState) -> tuple[str, ...]:
        return (*self._data.train.class_names, *label_state.added_classes)

    def task(self) -> LabelTask:
        """The images that can be answered now; computed again only if the run has changed."""
        with self._run.answering:
            self._run.require_open()
            history, now = self._run.snapshot()
            label_state, known = self._run.journal.label_state(), self._known
            if known is not None and known[0] == now and known[1] is history and known[2] == label_state.revision:
                return known[3]
            task = current_task(
                now,
                history,
                label_state,
                config=self._run.folder.info.config,
                n_classes=len(self._names(label_state)),
                asks_a_person=self._asks_a_person,
            )
            self._known = (now, history, label_state.revision, task)
            return task

    def sheet(self) -> QuerySheet:
        """The open query, with the answers in the journal."""
        with self._run.answering:
            task = self.task()
            label_state = self._run.journal.label_state()
            names = self._names(label_state)
            return QuerySheet(
                cycle=task.cycle,
                kind=task.kind,
                model_cycle=task.model_cycle,
                images=asked_images(task, label_state, self._data.train.item_names),
                skipped=tuple(label_state.set_aside),
                class_names=names,
                classes_may_grow=self._classes_may_grow(),
                absent_classes=tuple(sorted(label_state.absent_classes)),
                wanted=dict(task.query.wanted),
                is_seed_round=task.query.is_seed_round,
                may_end_start=task.query.is_unfinished_seed_round and task.query.n_found >= 2,
                rule=label_state.rule,
                unit=task.unit,
                undo=self._undo_rules().n_undoable(),
                sentence=task.sentence(names),
            )

    def images(self, ids: Sequence[int]) -> tuple[AskedImage, ...]:
        """Images of the pool as they are now, asked or not, in the order of `ids`; those not asked have no pair."""
        require_in_pool(ids, self._data.train)
        with self._run.answering:
            task, label_state, names = self.task(), self._run.journal.label_state(), self._data.train.item_names
            is_asked = set(task.query.ids.tolist())
            others = [i for i in ids if i not in is_asked]
            labels = labels_of(others, self._run.history, label_state)
            found = unasked_images(others, task, label_state, labels, names)
            if len(others) < len(ids):
                found += asked_images(task, label_state, names)
            known = {image.id: image for image in found}
            return tuple(known[i] for i in ids)

    def alike(self, image_id: int) -> AlikeImages:
        """The images of the pool without an answer that are most like one, asked or not; reads what is recorded."""
        require_in_pool([image_id], self._data.train)
        asked, label_state = self.task().query.ids.tolist(), self._run.journal.label_state()
        answered = {*label_state.answers, *label_state.set_aside}
        # Without the lock, since this may take a part of a second, in which others answer.
        history, _ = self._run.snapshot()
        return alike(image_id, self._data, history, asked=asked, answered=answered, pixels=self.pixels)

    def answers(self) -> list[JournalEntry]:
        """All lines of the journal, in order."""
        with self._run.answering:
            self._run.require_open()
            return self._run.journal.answers()

    def pixels(self, ids: Sequence[int]) -> ByteArray:
        """(B, D, h, w) uint8 pixels of images `ids` (B,), or thumbnails of large ones."""
        require_in_pool(ids, self._data.train)
        pixels: ByteArray = thumbnails(self._data.train.take([int(i) for i in ids]).numpy())
        return pixels

    def detail(self, image_id: int, box: Sequence[float], longest: int) -> PictureDetail:
        """The picture of an image as it is in its file, or a part of it; of a set without files, its pixels."""
        return self._details.of(image_id, box, longest)

    # Presence ----------------------------------------------------------------------------------------------------

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every action, every stage, every `look_at` and `leave`.

        Returns:
            A function that ends the subscription.
        """

        def safely() -> None:
            try:
                callback()
            except Exception:
                logger.exception("a view failed to take a change")

        unwatch = self._presence.watch(safely)
        unsubscribe_events = self._listeners.subscribe(lambda event: None if isinstance(event, Progress) else safely())

        def unsubscribe() -> None:
            unwatch()
            unsubscribe_events()

        return unsubscribe

    def presence(self) -> dict[str, int]:
        """Id of the image that each person looks at, so that two people do not begin with the same image."""
        return self._presence.now()

    def look_at(self, view: Hashable, annotator: str, image_id: int) -> None:
        """Note that a person looks at an image now, through a view that says `leave` in the end."""
        self._presence.look_at(view, annotator, image_id)

    def leave(self, view: Hashable) -> None:
        """Note that nobody looks through this view any more; other views of the same person are not concerned."""
        self._presence.leave(view)

    # What answers depend on ----------------------------------------------------------------------------------------

    def _classes_may_grow(self) -> bool:
        return self._data.train.targets is None and self._run.history[0].query is None

    def _undo_rules(self) -> UndoRules:
        history, now = self._run.snapshot()
        label_state = self._run.journal.label_state()
        return UndoRules(
            now=now,
            history=history,
            label_state=label_state,
            class_names=self._names(label_state),
            use=self._use.at(now, history),
        )
