"""A thread that runs the stages of a session, and the commands that control it.

Views and scripts give commands, which return at once; the stages run on the worker's thread, so that a notebook stays
responsive while a stage trains. This module never imports torch: it runs anything that satisfies `Steppable`.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from lada_explore import background
from lada_explore.config import RunConfig
from lada_explore.errors import ConfigError, LadaError, StageStopped
from lada_explore.events import REDRAWS, Event, LabelsChanged, Progress, StageFinished, StageStarted, weakly
from lada_explore.labelling.protocol import LabellingFeed
from lada_explore.records import CycleRecords, Stage
from lada_explore.session.image_search import ImageSearch
from lada_explore.session.old_names import OldWorkerNames
from lada_explore.session.orders import CLOSED, Orders
from lada_explore.session.stopwatch import Stopwatch
from lada_explore.session.worker_status import Steppable, WorkerState, WorkerStatus, stopped, waiting

__all__ = ["Steppable", "Worker", "WorkerState", "WorkerStatus"]

logger = logging.getLogger(__name__)

DRAWN_S = 20.0
"""Longest time that `Worker.wait` waits for views to draw; the first map takes the longest."""
ENDS_S = 10.0
"""How long `Worker.close` waits for the running stage to come to a progress point."""
ASKED_ENDS_S = 0.5
"""How long it waits in QUERY, which has no progress point while an oracle computes its answers."""
GOES_ON = "only the waiting ended, the run goes on; to stop it call `stop()` of its worker, or press Stop on the page"
"""Message for a person who interrupts a cell that waits, because that does not stop the training."""


class Worker(OldWorkerNames):
    """Runs a session's stages on one daemon thread.

    Every method except `wait` and `close` returns at once, and each may be called from any thread. Callbacks given to
    `on_change` run on the thread that made the change, so they should only note it and return. The thread ends with
    `close`, and when nobody holds the worker or its session any more and no stage runs.

    Attributes:
        session: the session it runs; nothing else should call its `step`.
        image_search: looks for images that were added to the folder of the run, between two stages.
    """

    def __init__(self, session: Steppable) -> None:
        self.session = session
        self._changed = threading.Condition()
        self._callbacks: list[Callable[[], None]] = []
        complete = session.position.next_stage is None
        self._orders = Orders(WorkerState.FINISHED if complete else WorkerState.IDLE)
        self._progress: Progress | None = None
        self._stopwatch = Stopwatch()
        self._told = True  # whether the callbacks were called after the last stage ended
        self._n_answered = 0  # how often the labels changed
        self.image_search = ImageSearch(weakly(self._notify))
        self._forget = session.subscribe(self._on_event)
        self._thread = background.start_for(
            self, self._changed, "lada-worker", is_called=Worker._is_called, work=Worker._run_next, give_up=Worker.end
        )

    @classmethod
    def of(cls, session: Steppable) -> Worker:
        """The one worker of this session, made at the first call: views of one session share it."""
        return session.worker

    # What views read ---------------------------------------------------------------------------------------------

    @property
    def config(self) -> RunConfig:
        """Settings of the run."""
        return self.session.config

    def config_of(self, cycle: int) -> RunConfig:
        """Settings by which a cycle was made: of a branch, those of its parent for the cycles that they share."""
        return self.session.config_of(cycle)

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes, by label."""
        return self.session.class_names

    @property
    def device(self) -> str:
        """Device that the session runs on."""
        return self.session.device

    @property
    def notes(self) -> tuple[str, ...]:
        """What a person should know of the run; empty for a session without a folder."""
        return getattr(self.session, "notes", ())

    @property
    def image_notes(self) -> tuple[str, ...]:
        """What was said of the images when the run began, as in `RunInfo.notes`; empty without a folder."""
        folder = getattr(self.session, "folder", None)
        return () if folder is None else folder.info.notes

    @property
    def asks_a_person(self) -> bool:
        """Whether the oracle is a person, so that a query waits for answers."""
        return self.session.asks_a_person

    @property
    def history(self) -> tuple[CycleRecords, ...]:
        """Records so far, one entry a cycle."""
        return self.session.history

    @property
    def labelling(self) -> LabellingFeed:
        """Takes a person's answers."""
        return self.session.labelling

    @property
    def layouts(self) -> Any:
        """Store of the layouts of the run's map; None for a session without a folder."""
        return getattr(self.session, "layouts", None)

    @property
    def items(self) -> Any:
        """The images by id, as in `RecordedRun.items`; None where nothing is known of them, or without a folder."""
        return getattr(getattr(self.session, "folder", None), "items", None)

    @property
    def pool_size(self) -> int | None:
        """Number of images to be labelled; None for a session without a folder."""
        folder = getattr(self.session, "folder", None)
        return None if folder is None else folder.info.pool_size

    @property
    def status(self) -> WorkerStatus:
        """A snapshot of what the worker is doing; it never waits for the disk or for a stage."""
        with self._changed:
            now = self.session.position
            return WorkerStatus(
                # Between two stages of one command the state is IDLE for a moment, which no view should show.
                state=WorkerState.RUNNING if self._orders.busy else self._orders.state,
                cycle=now.cycle,
                stage=now.next_stage,
                progress=self._progress,
                stage_s=self._stopwatch.seconds,
                message=self._orders.message,
                asked=self._orders.asked,
            )

    def on_change(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` after every change of status or history; returns a function that ends the subscription."""
        with self._changed:
            self._callbacks.append(callback)

        def forget() -> None:
            with self._changed:
                if callback in self._callbacks:
                    self._callbacks.remove(callback)

        return forget

    def wait(self, timeout_s: float | None = None) -> WorkerState:
        """Block until nothing runs and the views show the result; returns the state.

        For scripts, tests and notebooks that are executed without a page. Called on the worker's own thread it returns
        at once, because that thread would wait for itself.

        Args:
            timeout_s: longest time to wait; None waits for the run without a limit, and for the views up to `DRAWN_S`.

        Raises:
            KeyboardInterrupt: the wait was interrupted; the message says that the run continues.
        """
        if threading.current_thread() is self._thread:
            return self._orders.state
        end = time.monotonic() + (math.inf if timeout_s is None else timeout_s)
        try:
            with self._changed:
                self._changed.wait_for(lambda: not self._orders.busy and self._told, timeout=timeout_s)
                state = self._orders.state
        except KeyboardInterrupt:
            raise KeyboardInterrupt(GOES_ON) from None
        REDRAWS.wait(min(DRAWN_S, max(0.0, end - time.monotonic())))
        return state

    # Commands ----------------------------------------------------------------------------------------------------

    def step(self) -> None:
        """Run the next stage."""
        self._command(lambda orders: orders.take(stages=1, asks_a_person=self.asks_a_person))

    def run(self, cycles: int | None = None, *, until: int | None = None) -> None:
        """Run until `cycles` more cycles are complete, the current one counting as the first; None = to the end.

        Args:
            cycles: how many more. Each call runs as many again.
            until: instead of `cycles`, the cycle that has to be complete. If it is complete already, or the run was
                told to go at least as far (and may be paused), nothing changes, so a notebook cell with this call can
                be run again.

        Raises:
            ConfigError: fewer than one cycle, both `cycles` and `until`, or an `until` below 0.
        """
        if cycles is not None and cycles < 1:
            raise ConfigError(f"{cycles} cycles were asked for; run at least 1")
        with self._changed:
            cycle = self.session.position.cycle
            last = self.config.schedule.last_cycle(cycle, cycles, until)
            if until is not None and (self._orders.goes_as_far_as(last) or cycle > last):
                return
        self._command(lambda orders: orders.take(until_cycle=last, asks_a_person=self.asks_a_person))

    def pause(self) -> None:
        """Pause the running stage at its next progress point; nothing is lost, `resume` continues from there."""
        self._command(Orders.pause)

    def resume(self) -> None:
        """Continue after `pause`."""
        self._command(Orders.resume)

    def stop(self) -> None:
        """Stop the running stage at its next progress point; it commits nothing and can be run again."""
        self._command(Orders.stop)

    def close(self) -> None:
        """Stop the running stage at its next progress point, end the thread and unsubscribe from the session.

        It waits at most `ENDS_S` for the thread, and hardly at all while an oracle answers, which may take any time.
        The session stays open and makes another worker when asked for one.
        """
        self.end()
        if threading.current_thread() is not self._thread:
            now = self.session.position
            self._thread.join(ASKED_ENDS_S if now.running and now.next_stage is Stage.QUERY else ENDS_S)
        self._forget()

    def end(self) -> None:
        """Do as `close`, but return at once: the thread ends after the running stage's next progress point."""
        self._command(Orders.close)

    @property
    def closed(self) -> bool:
        """Whether `close` was called; after that no command is taken."""
        return self._orders.closing

    def _command(self, give: Callable[[Orders], None]) -> None:
        """Give an order, and notify if it changed anything: callbacks may give orders too, and be called by them."""
        with self._changed:
            before = replace(self._orders)
            give(self._orders)
            changed = self._orders != before
        if changed:
            self._notify()

    # The thread --------------------------------------------------------------------------------------------------

    def _is_called(self) -> bool:
        """Whether its thread has something to do or is to end. Called with the lock held."""
        return self._orders.closing or self._orders.has_work

    def _run_next(self) -> bool:
        """Run the stage that was asked for; returns False once the worker is closed."""
        with self._changed:
            if self._orders.closing or not self._orders.has_work:
                return not self._orders.closing
            self._orders.begin_stage()
        self._notify()
        state, message = self._run_one()
        with self._changed:
            self._told, self._progress = False, None
            self._stopwatch.stop()
            if state is not WorkerState.WAITING:
                self._orders.end_stage(state, message)
        if state is WorkerState.WAITING:
            self._wait_for_answers(WorkerState.RUNNING)
        self._notify()
        with self._changed:
            self._told = True
            self._changed.notify_all()
        return True

    def _run_one(self) -> tuple[WorkerState, str]:
        """Run one stage; returns the state to be in afterwards, and its message."""
        try:
            record = self.session.step(self._gate)
        except StageStopped as error:
            with self._changed:
                self._orders.nothing_left()
                self._orders.resume()
            return WorkerState.IDLE, str(error)
        except LadaError as error:
            # Closed between a command and its stage, which did not begin.
            return (WorkerState.IDLE, CLOSED) if self._orders.closing else (WorkerState.FAILED, str(error))
        except Exception as error:
            logger.exception("a stage failed")
            return WorkerState.FAILED, f"{type(error).__name__}: {error}"
        if record is None:
            return WorkerState.WAITING, ""
        now = self.session.position
        with self._changed:
            self._orders.count_stage(now)
        return (WorkerState.FINISHED if now.next_stage is None else WorkerState.IDLE), ""

    def _wait_for_answers(self, before: WorkerState) -> None:
        """Set WAITING while images wait for an answer, otherwise IDLE; nothing if the state is no longer `before`.

        The open query is read without the lock, because that may wait for the disk, and again if an answer came
        meanwhile.
        """
        while True:
            with self._changed:
                seen, stands = self._n_answered, self._orders.state is before
            if not stands:
                return
            missing = self._n_open()
            with self._changed:
                if self._orders.state is before and self._n_answered == seen:
                    waits = (WorkerState.WAITING, waiting(missing))
                    self._orders.end_stage(*(waits if missing else (WorkerState.IDLE, "")))
                    return

    def _n_open(self) -> int:
        """Number of images that wait for an answer; 0 in a closed session."""
        try:
            return len(self.session.open_query)
        except LadaError:
            return 0

    def _gate(self) -> None:
        """Called by the session at every progress point: blocks while paused, raises StageStopped when stopped."""
        orders = self._orders
        with self._changed:
            held = orders.pausing and not orders.stopping
            if held:
                orders.state = WorkerState.PAUSED
        if held:
            with self._stopwatch.held():
                self._notify()
                with self._changed:
                    self._changed.wait_for(lambda: orders.stopping or not orders.pausing)
                    orders.state = WorkerState.RUNNING
            self._notify()
        if orders.stopping:
            now = self.session.position
            assert now.next_stage is not None
            raise StageStopped(stopped(now.cycle, now.next_stage, closed=orders.closing))

    def _on_event(self, event: Event) -> None:
        with self._changed:
            if isinstance(event, LabelsChanged):
                self._n_answered += 1
            elif isinstance(event, StageStarted):
                self._stopwatch.start()
            elif isinstance(event, Progress):
                self._progress = event
            elif isinstance(event, StageFinished):
                self._progress = None
                self._stopwatch.stop()
        if isinstance(event, LabelsChanged):
            self._wait_for_answers(WorkerState.WAITING)
        self._notify()

    def _notify(self) -> None:
        with self._changed:
            self._changed.notify_all()
            callbacks = list(self._callbacks)
        for callback in callbacks:
            try:
                callback()
            except Exception:
                logger.exception("a view failed to show a change")
