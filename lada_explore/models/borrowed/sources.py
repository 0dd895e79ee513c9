"""Networks by name: of timm, of torchvision, or from a function of a person's own module."""

from __future__ import annotations

import inspect
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from torch import Tensor, nn

from lada_explore.config import unknown
from lada_explore.errors import ConfigError
from lada_explore.files import converting, reason_of
from lada_explore.models.borrowed.preprocessing import Wanted

HUB = "hub"
"""The value of `classifier.weights` that asks for the weights that timm or torchvision offers."""

REACHED_S = 5.0
"""Seconds within which the hub of timm's weights has to be reached."""

_HUB_FILE = "model.safetensors"
"""Name of a file of weights in that hub."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Source:
    """A network that was made by name.

    Attributes:
        network: the network, with new weights.
        wanted: images that it was trained on, and that its weights therefore want.
        fixed: (H, W) that it takes, whatever its weights; None for any.
        hub: fetches the weights that are offered for it; None where there are none.
    """

    network: nn.Module
    wanted: Wanted = field(default_factory=Wanted)
    fixed: tuple[int, int] | None = None
    hub: Callable[[], Mapping[str, Tensor]] | None = None


def of_timm(name: str, n_classes: int) -> Source:
    """A model of timm. Raises ConfigError if timm is not installed, or has no such model."""
    if find_spec("timm") is None:
        raise ConfigError(
            f"classifier.kind is 'timm:{name}', but timm is not installed; run pip install 'lada-explore[timm]'"
        )
    timm: Any = import_module("timm")
    known = timm.list_models()
    if name.partition(".")[0] not in known:
        raise unknown("the model of timm", name, known)
    with converting(lambda error: _unmade(f"timm:{name}", error)):
        network = timm.create_model(name, pretrained=False, num_classes=n_classes)
    config = timm.data.resolve_model_data_config(network)
    size = tuple(config["input_size"][1:])
    return Source(
        network=network,
        wanted=Wanted(channels=config["input_size"][0], size=size, mean=config["mean"], std=config["std"]),
        fixed=size if network.pretrained_cfg.get("fixed_input_size") else None,
        hub=lambda: _fetched_by_timm(timm, name, network.pretrained_cfg),
    )


def _fetched_by_timm(timm: Any, name: str, config: Mapping[str, Any]) -> Mapping[str, Tensor]:
    """The weights of a model of timm, from what was downloaded before if it was.

    Raises:
        OSError: the hub is not reached; timm itself would try for a minute.
    """
    hub: Any = import_module("huggingface_hub")
    repository, other_file = config.get("hf_hub_id"), config.get("custom_load") or config.get("hf_hub_filename")
    kept = hub.try_to_load_from_cache(repository, _HUB_FILE) if repository and not other_file else None
    if isinstance(kept, str):
        made = timm.create_model(name, pretrained=True, pretrained_cfg_overlay={"file": kept})
    else:
        if repository and not getproxies():
            place = urlsplit(hub.constants.ENDPOINT)
            socket.create_connection((place.hostname, place.port or 443), timeout=REACHED_S).close()
        made = timm.create_model(name, pretrained=True)
    state: Mapping[str, Tensor] = made.state_dict()
    return state


def of_torchvision(name: str, n_classes: int) -> Source:
    """A classifier of torchvision. Raises ConfigError if it has no such model."""
    from torchvision import models  # it imports torch's compiler, which takes longer than all of this package

    known = models.list_models(module=models)
    if name not in known:
        raise unknown("the model of torchvision", name, known)
    with converting(lambda error: _unmade(f"torchvision:{name}", error)):
        network = models.get_model(name, weights=None, num_classes=n_classes)
    weights = models.get_model_weights(name).DEFAULT
    shown = weights.transforms()
    size = (shown.crop_size[0],) * 2
    fixed = getattr(network, "image_size", None)
    return Source(
        network=network,
        wanted=Wanted(channels=3, size=size, mean=tuple(shown.mean), std=tuple(shown.std)),
        fixed=(fixed, fixed) if isinstance(fixed, int) else None,
        hub=lambda: weights.get_state_dict(progress=False, check_hash=True, weights_only=True),
    )


def of_module(place: str, n_classes: int) -> Source:
    """What a function of a person's own makes, named as "package.module:function".

    It is called with the number of classes if it has a parameter `num_classes` or `n_classes`, else without arguments.

    Raises:
        ConfigError: no such module or function, or it makes no `nn.Module`.
    """
    kind, (module, _, name) = f"module:{place}", place.partition(":")
    if not module or not name:
        raise ConfigError(f"classifier.kind is {kind!r}; write it as module:package.module:function")
    with converting(lambda error: _unmade(kind, error)):
        make = getattr(import_module(module), name, None)
    if not callable(make):
        raise ConfigError(f"classifier.kind is {kind!r}, but {module} has no function {name!r}; name one that it has")
    with converting(lambda error: _unmade(kind, error)):
        network = make(**_classes_for(make, n_classes))
    if not isinstance(network, nn.Module):
        raise ConfigError(
            f"classifier.kind is {kind!r}, but {name} makes {type(network).__name__}; it must make a torch.nn.Module"
        )
    return Source(network=network)


def _classes_for(make: Callable[..., Any], n_classes: int) -> dict[str, int]:
    known = inspect.signature(make).parameters
    return next(({name: n_classes} for name in ("num_classes", "n_classes") if name in known), {})


FAMILIES: Mapping[str, Callable[[str, int], Source]] = {
    "timm": of_timm,
    "torchvision": of_torchvision,
    "module": of_module,
}
"""Makers by what stands before the colon of `classifier.kind`; each takes what follows, and the number of classes."""


def _unmade(kind: str, error: Exception) -> ConfigError:
    remedy = "name another network, or repair it"
    if isinstance(error, ModuleNotFoundError) and f"{kind.partition(':')[2]}.".startswith(f"{error.name}"):
        remedy = "install it, or set PYTHONPATH to the folder in which it is, PYTHONPATH=. for this one"
    return ConfigError(f"classifier.kind is {kind!r}, which cannot be made ({reason_of(error)}); {remedy}")
