"""Decisions about hardware: device, precision, memory, CPU threads, and training steps that a GPU replays."""

from lada_explore.runtime.device import (
    DEVICE_TYPES,
    PRECISIONS,
    Runtime,
    bfloat16_is_faster,
    free_bytes,
    load_optimisers,
    processor,
    seed_torch,
    versions,
)
from lada_explore.runtime.threads import faster_threads, threads_are_set, warn_of_spinning

__all__ = [
    "DEVICE_TYPES",
    "PRECISIONS",
    "Runtime",
    "bfloat16_is_faster",
    "faster_threads",
    "free_bytes",
    "load_optimisers",
    "processor",
    "seed_torch",
    "threads_are_set",
    "versions",
    "warn_of_spinning",
]
