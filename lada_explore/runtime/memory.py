"""What is said when memory runs out, and how an attempt is repeated with less of it at a time."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import TypeVar

import torch

from lada_explore.errors import OutOfMemoryError
from lada_explore.runtime.device import free_bytes

Result = TypeVar("Result")

_SAID = ("can't allocate memory", "not enough memory", "out of memory", "CUBLAS_STATUS_ALLOC_FAILED")
"""In the RuntimeErrors that torch raises where it has no type of its own for it, in small letters or as they are."""


def ran_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that the host's or a GPU's memory did not suffice."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    return isinstance(error, RuntimeError) and any(words in str(error) for words in _SAID)


def within_memory(
    attempt: Callable[[], Result], *, halve: Callable[[], bool], what: str, remedy: str, device: torch.device
) -> Result:
    """What `attempt` returns; it is repeated with half as much at a time for as long as memory runs out.

    Args:
        attempt: computes the same however often it is called.
        halve: lets the next attempt take half as much at a time; False if that cannot be.
        what: what is computed, the subject of the sentence.
        remedy: what a person can do, the end of the sentence.
        device: whose memory it is.

    Raises:
        OutOfMemoryError: it ran out at the smallest size too.
    """
    while True:
        try:
            return attempt()
        except Exception as error:
            if not ran_out_of_memory(error):
                raise
        # After the block, where the failed attempt's tensors are no longer held by its traceback.
        gc.collect()
        if device.type == "cuda":
            torch.cuda.empty_cache()
        if not halve():
            raise OutOfMemoryError(
                f"{what} needs more memory than {device} has free ({free_bytes(device) / 2**30:.1f} GiB); {remedy}"
            )
