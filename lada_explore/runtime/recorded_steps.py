"""Training steps that a GPU records once and replays: one kernel launch instead of a few hundred.

For a step on ten images, a GPU computes for a shorter time than Python takes to launch the kernels. A CUDA graph
launches all of them at once.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Protocol

import torch
from torch import Tensor

from lada_explore.errors import ConfigError
from lada_explore.runtime.memory import ran_out_of_memory

Step = Callable[[Tensor], None]
"""A training step on a batch. It must work on tensors at fixed addresses, must not wait for the device, and must not
copy data to it."""


WARM_UP = 3
"""Number of batches before the recording, in which libraries choose algorithms and the optimiser creates its state."""


def can_replay(device: torch.device) -> bool:
    """Whether steps can be recorded on the device."""
    return device.type == "cuda"


class Recorder(Protocol):
    """Records a step on one batch and replays it."""

    def run_unrecorded(self, work: Callable[[], None]) -> None:
        """Do some work without recording it, in a way that allows recording a step on the same parameters later."""

    def record(self, step: Step, batch: Tensor) -> None:
        """Record the operations of the step without executing them."""

    def replay(self) -> None:
        """Execute the recorded operations, on the current content of the recorded batch."""


@lru_cache
def _stream_of(device: torch.device) -> torch.cuda.Stream:
    """The stream in which steps are recorded, one for a process: memory that one stream has freed stays its own."""
    return torch.cuda.Stream(device)


class CudaRecorder:
    """Records CUDA graphs.

    Args:
        device: a CUDA device.
    """

    def __init__(self, device: torch.device) -> None:
        self._device, self._stream = device, _stream_of(device)
        with torch.cuda.device(device):
            self._graph = torch.cuda.CUDAGraph()

    def run_unrecorded(self, work: Callable[[], None]) -> None:
        """Do the work in the stream that will be recorded, because autograd stays in the stream of its first run."""
        with torch.cuda.device(self._device):
            self._stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self._stream):
                work()
            torch.cuda.current_stream().wait_stream(self._stream)

    def record(self, step: Step, batch: Tensor) -> None:
        """Record the step.

        Only this thread is recorded, so that others may go on using the GPU.

        Raises:
            ConfigError: it cannot be recorded.
            RuntimeError: memory does not suffice, see `runtime.memory.ran_out_of_memory`.
        """
        try:
            # The outer stream is for a recording that fails at its end, where torch stays in the recorded stream.
            with (
                torch.cuda.device(self._device),
                torch.cuda.stream(torch.cuda.current_stream()),
                torch.cuda.graph(self._graph, stream=self._stream, capture_error_mode="thread_local"),
            ):
                step(batch)
        except RuntimeError as error:
            if ran_out_of_memory(error) or (error.__context__ is not None and ran_out_of_memory(error.__context__)):
                raise torch.OutOfMemoryError(f"{error.__context__ or error}") from error
            reason = str(error).splitlines()[0]
            raise ConfigError(
                f"training.cuda_graph is true, but a step could not be recorded ({reason}); set it to false"
            ) from error

    def replay(self) -> None:
        """Replay the recorded step in the current stream."""
        with torch.cuda.device(self._device):
            self._graph.replay()


class ReplayedStep:
    """A step that runs unrecorded on the first full batches, is recorded, and is replayed on all later full batches.

    Args:
        step: the step.
        width: size of a full batch along its last axis; the step runs unrecorded on batches of other sizes.
        recorder: recorder of the device.
    """

    def __init__(self, step: Step, width: int, recorder: Recorder) -> None:
        self._step = step
        self._width = width
        self._recorder = recorder
        self._taken = 0
        self._batch: Tensor | None = None

    def __call__(self, batch: Tensor) -> None:
        """Run the step on this batch."""
        if batch.shape[-1] != self._width or self._taken < WARM_UP:
            self._recorder.run_unrecorded(partial(self._step, batch))
            self._taken += batch.shape[-1] == self._width
            return
        if self._batch is None:
            self._batch = batch.clone()
            self._recorder.record(self._step, self._batch)
        else:
            self._batch.copy_(batch)
        self._recorder.replay()

    def beside(self, work: Callable[[], None]) -> None:
        """Do other work on the same parameters between two steps. What it makes for a gradient must not outlive it."""
        self._recorder.run_unrecorded(work)
