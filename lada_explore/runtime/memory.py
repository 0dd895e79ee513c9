"""Detects that memory has run out, and repeats a computation with less memory at a time."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable
from typing import TypeVar

import torch

from lada_explore.errors import OutOfMemoryError
from lada_explore.runtime.device import free_bytes

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

_MESSAGES = ("can't allocate memory", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""Parts of the messages with which torch reports a lack of memory as a plain RuntimeError."""


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an exception means that the memory of the host or of a GPU did not suffice."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _MESSAGES)


def within_memory(
    attempt: Callable[[], Result], *, halve: Callable[[], bool], what: str, remedy: str, device: torch.device
) -> Result:
    """Call `attempt` and return its result; as long as memory runs out, halve the amount of work at a time and repeat.

    Args:
        attempt: the computation; must give the same result each time it is called.
        halve: halves the amount of work at a time for the next attempt; returns False if that is impossible.
        what: name of the computation, the subject of the error message.
        remedy: what a person can do, the end of the error message.
        device: device whose memory is used.

    Raises:
        OutOfMemoryError: memory does not suffice even for the smallest amount of work at a time.
    """
    while True:
        try:
            return attempt()
        except Exception as error:
            if not ran_out_of_memory(error):
                raise
        # Only after the block, since the traceback holds the tensors of the failed attempt until then.
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
        if not halve():
            raise OutOfMemoryError(
                f"{what} needs more memory than {device} has free ({free_bytes(device) / 2**30:.1f} GiB); {remedy}"
            )
        logger.warning(
            "%s ran out of memory on %s and begins again with half as many at a time; last digits may differ by that",
            what,
            device,
        )
