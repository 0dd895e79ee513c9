"""Weights from a file: read without executing anything, checked, and loaded into a network by their names."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import torch
from safetensors.torch import load
from torch import Tensor, nn

from lada_explore.config.paths import expanded
from lada_explore.errors import ConfigError, LadaError
from lada_explore.files import Unreadable, converting, read_bytes

SAFETENSORS, PICKLED = ".safetensors", (".pth", ".pt")
UNREADABLE = Unreadable(
    error=ConfigError,
    damaged="holds no weights that can be read safely",
    remedy="give a .safetensors file, or a .pth of tensors alone, as torch.save(network.state_dict(), ...) writes it",
    missing="does not exist; give classifier.weights the path of a .safetensors or .pth file, or 'hub'",
)
_WITHIN = ("state_dict", "model_state_dict", "model")
"""Keys under which files keep the weights beside other values."""

_FOREIGN = re.compile(r"(?:GLOBAL|class|global:?) ([\w.]+\.\w+)")
"""Where torch names what a pickle would execute or make."""


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Tensors by name, the digest of what they were read from, and a name for messages."""

    tensors: Mapping[str, Tensor]
    digest: str
    place: str


def read_weights(path: str) -> Weights:
    """Weights of a file. A .pth is read by torch.load(weights_only=True), which executes no code of it.

    Raises:
        ConfigError: no such file, another ending, a damaged file, one that holds anything else than tensors by name, or
            a tensor that is not dense or not finite.
    """
    place = expanded(path)
    if "://" in path:
        raise ConfigError(f"classifier.weights is {path!r}; download it yourself and give the file, or 'hub'")
    ending = place.suffix.lower()
    if ending not in (SAFETENSORS, *PICKLED):
        raise ConfigError(
            f"classifier.weights is {path!r}; give a file that ends in .safetensors, .pth or .pt, or 'hub' for the "
            "weights that timm and torchvision offer"
        )
    content = read_bytes(place, UNREADABLE)
    with converting(partial(_unread, place, content)):
        if ending == SAFETENSORS:
            found = load(content)
        else:
            found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    tensors = _tensors(found, place)
    _require_sound(tensors, place)
    return Weights(tensors, hashlib.sha256(content).hexdigest(), str(place))


def digest_of(tensors: Mapping[str, Tensor]) -> str:
    """SHA-256 of tensors by name: their names, shapes and bytes."""
    digest = hashlib.sha256()
    for name in sorted(tensors):
        tensor = tensors[name].detach().cpu().contiguous()
        digest.update(f"{name} {tuple(tensor.shape)} {tensor.dtype}\n".encode())
        digest.update(tensor.reshape(-1).view(torch.uint8).numpy().tobytes())
    return digest.hexdigest()


def _tensors(found: object, place: Path) -> dict[str, Tensor]:
    for key in _WITHIN:
        if isinstance(found, Mapping) and isinstance(found.get(key), Mapping):
            found = found[key]
    if not isinstance(found, Mapping) or not found:
        raise UNREADABLE.because(place, f"it holds {type(found).__name__}, and not tensors by name")
    if others := [name for name, value in found.items() if not isinstance(value, Tensor)]:
        raise UNREADABLE.because(place, f"{others[0]!r} in it is {type(found[others[0]]).__name__}, and no tensor")
    return {str(name): tensor for name, tensor in found.items()}


def _unread(place: Path, content: bytes, error: Exception) -> LadaError:
    """The error for what torch or safetensors says, whose own text advises to read such files unsafely."""
    if content.startswith(b"version https://git-lfs"):
        return UNREADABLE.because(place, "it is a pointer of Git LFS, not the file; get that by git lfs pull")
    if (foreign := _FOREIGN.search(str(error))) is not None:
        return UNREADABLE.because(place, f"beside tensors it holds {foreign[1]}, which only its own code could read")
    if place.suffix.lower() != SAFETENSORS and not isinstance(error, MemoryError):
        return UNREADABLE.because(place, "it is cut off, or not a file that torch.save wrote")
    return UNREADABLE.of(place, error)


def _require_sound(tensors: Mapping[str, Tensor], place: Path) -> None:
    for name, tensor in tensors.items():
        if tensor.layout != torch.strided or tensor.is_quantized:
            raise UNREADABLE.because(place, f"{name!r} is not a dense tensor of numbers")
        if tensor.is_complex():
            raise UNREADABLE.because(place, f"{name!r} has complex numbers")
        if tensor.is_floating_point() and not torch.isfinite(tensor).all():
            raise UNREADABLE.because(place, f"{name!r} has values that are not finite")


def load_weights(network: nn.Module, weights: Weights, head: str) -> tuple[str, ...]:
    """Load weights into a network; those of a head for another number of classes are left out, and it says so.

    Args:
        network: the network, changed in place.
        weights: its weights by name.
        head: name of the last linear layer in the network.

    Returns:
        Notes for people.

    Raises:
        ConfigError: a name is missing or surplus, or a shape differs; the message names the first.
    """
    own, kind = network.state_dict(), type(network).__name__
    there, notes = named_as(own, weights.tensors), []
    of_head = [f"{head}.{part}" for part in ("weight", "bias") if f"{head}.{part}" in own]
    if any(name not in there or _other_classes(there[name], own[name]) for name in of_head):
        classes = there[of_head[0]].shape[0] if of_head[0] in there and there[of_head[0]].ndim else 0
        for name in (f"{head}.weight", f"{head}.bias"):
            there.pop(name, None)
            own.pop(name, None)
        n_classes = network.get_submodule(head).out_features
        had = f"its weights have a head for {classes} classes" if classes else "its weights have no head"
        notes.append(f"{had}, so it starts with a new one for {n_classes}")
    # Files of before they were counted have no numbers of batches.
    missing = [name for name in own if name not in there and not name.endswith("num_batches_tracked")]
    if missing:
        raise _unfit(weights, kind, f"lack {missing[0]!r}", len(missing))
    if surplus := [name for name in there if name not in own]:
        raise _unfit(weights, kind, f"have {surplus[0]!r}, which the network has not", len(surplus))
    if other := [name for name, tensor in there.items() if tensor.shape != own[name].shape]:
        shapes = f"{tuple(there[other[0]].shape)} and not {tuple(own[other[0]].shape)}"
        raise _unfit(weights, kind, f"have {other[0]!r} of shape {shapes}", len(other))
    network.load_state_dict(there, strict=False)
    return tuple(notes)


def named_as(own: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors without what all their names begin with, such as DataParallel's "module.", if no own name does."""
    named = dict(tensors)
    while named:
        first = f"{next(iter(named)).partition('.')[0]}."
        if not all(name.startswith(first) for name in named) or any(name.startswith(first) for name in own):
            break
        named = {name.removeprefix(first): tensor for name, tensor in named.items()}
    return named


def _other_classes(there: Tensor, own: Tensor) -> bool:
    """Whether a part of a head differs from the own one in the number of classes, and in nothing else."""
    return there.ndim == own.ndim and there.shape[1:] == own.shape[1:] and len(there) != len(own)


def _unfit(weights: Weights, kind: str, what: str, n: int) -> ConfigError:
    more = f" and {n - 1} more such" if n > 1 else ""
    return ConfigError(
        f"the weights in {weights.place} do not fit {kind}: they {what}{more}; give the weights of this network, or "
        "another classifier.kind"
    )
