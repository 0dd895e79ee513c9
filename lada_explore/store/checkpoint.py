"""Weights on disk, as safetensors; the only module of the store that needs torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from safetensors.torch import load, save
from torch import Tensor

from lada_explore.files import read_bytes, reading
from lada_explore.store.files import damaged, incompatible, unreadable_in
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.store.seals import read_seal, require_sealed


def write_checkpoint(folder: Path, weights: dict[str, Tensor]) -> None:
    """Write weights by name into an existing folder.

    Raises:
        OSError: the disk is full or read-only.
    """
    # save_file would report a full disk as an error in the file format.
    content = save({name: tensor.detach().cpu().contiguous() for name, tensor in weights.items()})
    (folder / CHECKPOINT_FILE).write_bytes(content)


def read_checkpoint(folder: Path) -> dict[str, Tensor]:
    """Weights by name, on the CPU.

    Raises:
        StoreError: the file is missing or damaged.
    """
    path = folder / CHECKPOINT_FILE
    if not path.exists():
        raise damaged(path, "it is missing", folder)
    require_sealed(folder, CHECKPOINT_FILE, read_seal(folder))
    unreadable = unreadable_in(folder.parents[2])
    content = read_bytes(path, unreadable)  # safetensors opens no path that is not UTF-8.
    with reading(path, unreadable):
        return load(content)


def require_fit(folder: Path, weights: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> None:
    """Check that weights have the names and shapes of the networks that will load them.

    Args:
        folder: folder from which the weights were read.
        weights: the weights, by name.
        own: current weights of the networks, by name.

    Raises:
        StoreError: a name or a shape differs; the message names the first.
    """
    path = folder / CHECKPOINT_FILE
    for name in [*own, *weights]:
        if name not in weights:
            raise incompatible(path, f"does not fit the classifier: it lacks the weights {name!r}")
        if name not in own:
            raise incompatible(path, f"does not fit the classifier: it has the additional weights {name!r}")
        if weights[name].shape != own[name].shape:
            shapes = f"{tuple(weights[name].shape)} and not {tuple(own[name].shape)}"
            raise damaged(path, f"it does not fit the classifier: it has {name!r} of shape {shapes}", folder)
