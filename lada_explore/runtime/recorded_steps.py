"""A training step that a GPU records once and replays: one launch in place of some hundred.

A step on ten images keeps a GPU busy for less time than Python needs to ask for it. A CUDA graph asks once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor

from lada_explore.errors import ConfigError

Step = Callable[[Tensor], None]
"""Works on tensors that stay where they are; nothing of it may wait for the device or move data to it."""


WARM_UP = 3
"""Batches before the recording, in which libraries choose their algorithms and the optimiser makes its state."""


def can_replay(device: torch.device) -> bool:
    """Whether the device records steps."""
    return device.type == "cuda"


class Recorder(Protocol):
    """What records a step on one batch and replays it."""

    def aside(self, step: Step, batch: Tensor) -> None:
        """Take the step as it is, where it can be recorded later."""

    def record(self, step: Step, batch: Tensor) -> None:
        """Keep what the step asks of the device, without doing it."""

    def replay(self) -> None:
        """Do what was recorded, on what now stands in the batch that it was recorded with."""


class CudaRecorder:
    """Records CUDA graphs. Raises ConfigError for a step that cannot be recorded."""

    def __init__(self, device: torch.device) -> None:
        self._device = device
        with torch.cuda.device(device):
            self._graph, self._stream = torch.cuda.CUDAGraph(), torch.cuda.Stream()

    def aside(self, step: Step, batch: Tensor) -> None:
        """Take the step in the stream that will be recorded: autograd keeps to the stream it first ran in."""
        with torch.cuda.device(self._device):
            self._stream.wait_stream(torch.cuda.current_stream())
            with torch.cuda.stream(self._stream):
                step(batch)
            torch.cuda.current_stream().wait_stream(self._stream)

    def record(self, step: Step, batch: Tensor) -> None:
        """Record the step."""
        try:
            with torch.cuda.device(self._device), torch.cuda.graph(self._graph, stream=self._stream):
                step(batch)
        except RuntimeError as error:
            reason = str(error).splitlines()[0]
            raise ConfigError(
                f"training.cuda_graph is true, but a step could not be recorded ({reason}); set it to false"
            ) from error

    def replay(self) -> None:
        """Replay it in the current stream."""
        with torch.cuda.device(self._device):
            self._graph.replay()


class ReplayedStep:
    """The same step, recorded on the first full batches and replayed on those that follow.

    Args:
        step: what is done to a batch.
        width: length of the batches that are replayed, along their last axis; any other is taken as it is.
        recorder: of the device.
    """

    def __init__(self, step: Step, width: int, recorder: Recorder) -> None:
        self._step = step
        self._width = width
        self._recorder = recorder
        self._taken = 0
        self._batch: Tensor | None = None

    def __call__(self, batch: Tensor) -> None:
        """Take the step on this batch."""
        if batch.shape[-1] != self._width or self._taken < WARM_UP:
            self._recorder.aside(self._step, batch)
            self._taken += batch.shape[-1] == self._width
            return
        if self._batch is None:
            self._batch = batch.clone()
            self._recorder.record(self._step, self._batch)
        else:
            self._batch.copy_(batch)
        self._recorder.replay()
