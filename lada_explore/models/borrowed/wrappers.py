"""What torch wraps around networks, taken off: `torch.compile`, `DataParallel`, and compiled submodules."""

from __future__ import annotations

import copy
from typing import Any

from torch import nn

from lada_explore.errors import ConfigError
from lada_explore.files import converting, reason_of

_COMPILED = "_orig_mod"
"""Where `torch.compile` keeps the module that it compiles; it is also the first part of the names of its weights."""

_PARALLEL = (nn.DataParallel, nn.parallel.DistributedDataParallel)


def unwrapped(network: Any) -> nn.Module:
    """The network that a wrapper runs, or the network itself.

    Raises:
        ConfigError: it is no `nn.Module`, or TorchScript, which cannot be cut.
    """
    while isinstance(network, nn.Module) and (_is_compiled(network) or isinstance(network, _PARALLEL)):
        network = getattr(network, _COMPILED) if _is_compiled(network) else network.module
    if not isinstance(network, nn.Module):
        named = f"the class {network.__name__}" if isinstance(network, type) else f"a {type(network).__name__}"
        raise ConfigError(f"{named} is no object of torch.nn.Module; pass one, such as torchvision.models.resnet18()")
    if any(module.__class__.__module__.startswith("torch.jit") for module in network.modules()):
        raise ConfigError(
            "the network is TorchScript (torch.jit), which cannot be cut into stages; pass the nn.Module it was made of"
        )
    return network


def uncompiled(network: nn.Module) -> nn.Module:
    """The network with submodules that are not compiled either: each cut would have them compiled anew."""
    network = unwrapped(network)
    for name, module in list(network.named_modules()):
        module._compiled_call_impl = None
        if name and _is_compiled(module):
            network.set_submodule(name, unwrapped(module))
    return network


def copied(network: nn.Module) -> nn.Module:
    """A copy in the CPU's memory. Raises ConfigError if it cannot be copied."""
    with converting(
        lambda error: ConfigError(
            f"{type(network).__name__} cannot be copied ({reason_of(error)}), and a run computes on a copy; take what "
            "cannot be copied out of it, or name a function that makes it as classifier.kind=module:..."
        )
    ):
        return copy.deepcopy(network).cpu()


def _is_compiled(module: nn.Module) -> bool:
    return _COMPILED in module._modules and len(module._modules) == 1
