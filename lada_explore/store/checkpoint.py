"""Weights on disk as safetensors; the only file of the store that needs torch."""

from __future__ import annotations

from pathlib import Path

from safetensors import SafetensorError
from safetensors.torch import load_file, save
from torch import Tensor

from lada_explore.errors import StoreError

CHECKPOINT_FILE = "checkpoint.safetensors"


def write_checkpoint(folder: Path, weights: dict[str, Tensor]) -> None:
    """Write weights by name into an existing folder.

    Raises:
        OSError: the disk is full or read-only.
    """
    # Not save_file, which reports a full disk as an error of the format.
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
    (folder / CHECKPOINT_FILE).write_bytes(content)


def read_checkpoint(folder: Path) -> dict[str, Tensor]:
    """Weights by name, on the CPU.

    Raises:
        StoreError: missing or damaged; the message says how to go on.
    """
    path = folder / CHECKPOINT_FILE
    try:
        return load_file(path)
    except (OSError, SafetensorError) as error:
        raise StoreError(
            f"{path} is damaged or missing ({error}); delete {folder} and every later stage, then resume"
        ) from error
