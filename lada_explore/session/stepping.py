"""One stage of a run: computed, measured, committed and reported, or nothing of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from lada_explore.errors import StageStopped
from lada_explore.events import Failed, Listeners, Progress, QueryOpened, StageFinished, StageStarted
from lada_explore.labelling.lost_images import skip_lost
from lada_explore.labelling.service import LabellingService
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, IntArray, Record, Stage, TrainRecord
from lada_explore.session.checkpoints import RunCheckpoints
from lada_explore.session.stopwatch import Stopwatch
from lada_explore.session.worker_status import stopped
from lada_explore.stages.runner import StageRunner
from lada_explore.store.run_writer import RunWriter

NO_CHANGE: tuple[IntArray, IntArray] = np.empty(0, np.int64), np.empty(0, np.int64)
"""No labels that were changed."""


def never_hold() -> None:
    """The gate of a session that no worker runs, so that nothing can pause it."""


class Stepping:
    """Runs one stage at a time, commits its record and reports it.

    Args:
        run: the run, to which records are committed.
        runner: computes the records.
        checkpoints: commits a record with its tensors.
        labelling: knows what a query leaves open.
        listeners: are told what begins, advances, ends and fails.
    """

    def __init__(
        self,
        run: RunWriter,
        runner: StageRunner,
        checkpoints: RunCheckpoints,
        labelling: LabellingService,
        listeners: Listeners,
    ) -> None:
        self._run = run
        self._runner = runner
        self._checkpoints = checkpoints
        self._labelling = labelling
        self._listeners = listeners

    def step(self, cycle: int, stage: Stage, gate: Callable[[], None]) -> Record | None:
        """Run a stage and return its record, as `Session.step` does; the arguments are the run's position."""
        self._listeners.emit(StageStarted(cycle, stage))
        stopwatch = Stopwatch()
        stopwatch.start()

        def held() -> None:
            with stopwatch.held():
                gate()

        history = self._run.history
        done = history[-1] if history[-1].cycle == cycle else CycleRecords(cycle=cycle)
        compute = partial(self._compute, stage, done, held, stopwatch)
        try:
            held()
            if stage is Stage.QUERY:
                skip_lost(self._labelling, self._run.absent_ids)
                # An answer given while the query closes has to come before its record or be refused.
                record, seconds, storing_s = self._runner.ask(done, self._run.answering, gate=held, then=compute)
            else:
                with self._runner.undone_on_failure(stage):
                    record, seconds, storing_s = compute()
            asked = self._labelling.task().query.open_ids if record is None else None
        except BaseException as error:
            if isinstance(error, StageStopped):
                raise
            if self._run.closed and isinstance(error, Exception):
                raise StageStopped(stopped(cycle, stage, closed=True)) from error
            self._listeners.emit(Failed(cycle, stage, str(error)))
            raise
        if record is None:
            assert asked is not None
            self._listeners.emit(QueryOpened(cycle, asked))
        else:
            self._listeners.emit(StageFinished(cycle, stage, record, seconds, storing_s))
        return record

    def _compute(
        self, stage: Stage, done: CycleRecords, gate: Callable[[], None], stopwatch: Stopwatch
    ) -> tuple[Record | None, float, float]:
        """Compute the record of a stage and commit it; returns it with the seconds of both."""

        def tick(n_done: int, total: int, unit: str) -> None:
            self._listeners.emit(Progress(done.cycle, stage, n_done, total, unit))
            self._run.require_open()
            gate()

        self._run.require_open()
        pool = pool_of(self._run, done.cycle)
        if stage is Stage.SUBSAMPLE:
            pool = drawing_pool_of(self._run, done.cycle)
        changed = new_labels(self._run, done.cycle, pool) if stage is Stage.TRAIN else NO_CHANGE
        record = self._runner.run(stage, done.cycle, relabelled(done, *changed), pool.relabelled(*changed), tick)
        if isinstance(record, TrainRecord):
            record = replace(record, relabelled_ids=changed[0], relabelled=changed[1])
        seconds = stopwatch.seconds
        if record is not None:
            self._checkpoints.commit(record, seconds, self._runner.checkpoint(stage))
        return record, seconds, stopwatch.seconds - seconds


def relabelled(done: CycleRecords, ids: IntArray, labels: IntArray) -> CycleRecords:
    """The records of a cycle with (R,) new labels of those of these (R,) ids that its own query has labelled."""
    if done.query is None or not len(ids):
        return done
    label_of = dict(zip(ids.tolist(), labels.tolist(), strict=True))
    pairs = zip(done.query.ids.tolist(), done.query.labels.tolist(), strict=True)
    changed = np.array([label_of.get(i, label) for i, label in pairs], dtype=np.int64)
    return replace(done, query=replace(done.query, labels=changed))


def pool_of(run: RunWriter, cycle: int) -> Pool:
    """What is labelled by the committed queries of a run, among the images that a cycle draws from."""
    head = run.folder.items_head
    size = run.folder.info.pool_size if head is None else head.n_at(cycle)
    return replace(Pool.after(run.history, size), absent_ids=run.absent_ids)


def new_labels(run: RunWriter, cycle: int, pool: Pool) -> tuple[IntArray, IntArray]:
    """(R,) ids of a pool whose labels were changed for the training of a cycle, and (R,) their new labels."""
    label_of = dict(zip(pool.labelled_ids.tolist(), pool.labels.tolist(), strict=True))
    lines = run.journal.label_state().relabels_of(cycle)
    changed = {i: line.label for i, line in sorted(lines.items()) if label_of.get(i, line.label) != line.label}
    return np.array([*changed], dtype=np.int64), np.array([*changed.values()], dtype=np.int64)


def drawing_pool_of(run: RunWriter, cycle: int) -> Pool:
    """The same, without the images that SUBSAMPLE of a cycle leaves out: skipped, or answered for the cycle already.

    Where no others are left, the answered ones are the candidates: without any, no query of this cycle would close, and
    no training would ever use what was given.
    """
    pool, state = pool_of(run, cycle), run.journal.label_state()
    least = 2 if run.folder.info.config.method.uses_pairs else 1
    left = pool.setting_aside(state.not_drawn_in(cycle))
    return left if left.n_unlabelled >= least else pool.setting_aside(state.skipped_before(cycle))
