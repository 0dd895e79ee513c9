"""What a worker was told to do and how far it has come: plain values behind its commands, without a thread."""

from __future__ import annotations

from dataclasses import dataclass

from lada_explore.records import RunPosition
from lada_explore.session.worker_status import WorkerState

CLOSED = "this run is closed here; open it again to go on with it"


@dataclass(slots=True)
class Orders:
    """The commands that a worker has not yet carried out, and its state.

    The worker holds its lock around every call, so that no view sees half a change.

    Attributes:
        state: what the worker is doing.
        message: see `WorkerStatus.message`.
        stages_left: number of stages that are left to run.
        until_cycle: cycle that has to be complete; None if no command named one.
        pausing: True from `pause` until `resume`, `stop` or the next command to run.
        stopping: True from `stop` until the next stage begins.
        closing: True from `close` on; no command is taken then.
    """

    state: WorkerState
    message: str = ""
    stages_left: int = 0
    until_cycle: int | None = None
    pausing: bool = False
    stopping: bool = False
    closing: bool = False

    # Commands ----------------------------------------------------------------------------------------------------

    def take(self, *, stages: int = 0, until_cycle: int | None = None, asks_a_person: bool) -> None:
        """Note what to run; nothing if the run is complete.

        Args:
            stages: how many stages.
            until_cycle: instead, the cycle that has to be complete.
            asks_a_person: whether the open query waits for a person. Any other oracle may know more by now, and is
                asked again.
        """
        if self.state is WorkerState.FINISHED:
            return
        if self.closing:
            self.message = CLOSED
            return
        self.stages_left, self.until_cycle = stages, until_cycle
        self.pausing = False
        waits = self.state is WorkerState.WAITING and asks_a_person
        if not waits:
            self.message = ""
        if self.state is WorkerState.FAILED or (self.state is WorkerState.WAITING and not waits):
            self.state = WorkerState.IDLE

    def pause(self) -> None:
        """Pause at the next progress point, if a stage runs or is about to."""
        self.pausing = self._in_a_stage or self.has_work

    def resume(self) -> None:
        """Go on after `pause`."""
        self.pausing = False

    def stop(self) -> None:
        """Stop the stage that runs at its next progress point, and run no other."""
        self.nothing_left()
        self.stopping = self._in_a_stage
        if self.state is WorkerState.WAITING:
            self.state = WorkerState.IDLE

    def close(self) -> None:
        """Stop, and take no more commands."""
        self.closing = True
        self.stop()

    # Stages ------------------------------------------------------------------------------------------------------

    def begin_stage(self) -> None:
        """Note that a stage begins."""
        self.state = WorkerState.RUNNING
        self.stopping = False

    def count_stage(self, now: RunPosition) -> None:
        """Note that a stage was committed, after which the run has come to `now`."""
        self.stages_left = max(0, self.stages_left - 1)
        reached = self.until_cycle is not None and now.cycle > self.until_cycle
        if reached or now.next_stage is None:
            self.nothing_left()

    def end_stage(self, state: WorkerState, message: str) -> None:
        """Note the state after a stage, and why it failed or stopped."""
        self.state, self.message = state, message
        if state in (WorkerState.FAILED, WorkerState.FINISHED):
            self.nothing_left()

    def nothing_left(self) -> None:
        """Forget what is left to run."""
        self.stages_left, self.until_cycle = 0, None

    # Questions ---------------------------------------------------------------------------------------------------

    @property
    def _in_a_stage(self) -> bool:
        return self.state in (WorkerState.RUNNING, WorkerState.PAUSED)

    @property
    def has_work(self) -> bool:
        """Whether a stage is to be begun."""
        ready = self.state is WorkerState.IDLE and not self.closing
        return ready and (self.stages_left > 0 or self.until_cycle is not None)

    @property
    def busy(self) -> bool:
        """Whether a stage runs or is about to run, which includes the moment after a command."""
        released = self.state is WorkerState.PAUSED and (self.stopping or not self.pausing)
        return self.state is WorkerState.RUNNING or released or self.has_work

    @property
    def asked(self) -> str:
        """See `WorkerStatus.asked`."""
        if not self._in_a_stage or not self.busy:
            return ""
        return "stop" if self.stopping else "pause" if self.pausing else ""

    def goes_as_far_as(self, cycle: int) -> bool:
        """Whether it was told already to complete this cycle, or a later one."""
        return self.until_cycle is not None and self.until_cycle >= cycle
