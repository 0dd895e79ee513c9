"""Batch-norm of borrowed networks that can be trained on a batch with a single value a channel."""

from __future__ import annotations

from typing import Any

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm


def allow_single_values(network: nn.Module) -> nn.Module:
    """Let every batch-norm of a network take such a batch, by its running statistics; see `models.batch_norm`."""
    for module in network.modules():
        if isinstance(module, _BatchNorm) and module.track_running_stats and _before not in _hooks_of(module):
            module.register_forward_pre_hook(_before)
            module.register_forward_hook(_after, always_call=True)
    return network


def _hooks_of(module: nn.Module) -> list[Any]:
    return list(module._forward_pre_hooks.values())


def _before(module: nn.Module, given: tuple[Tensor, ...]) -> None:
    if module.training and given[0].numel() == given[0].shape[1]:
        module.training = False
        module.__dict__["single_value"] = True


def _after(module: nn.Module, given: Any, made: Any) -> None:
    if module.__dict__.pop("single_value", False):
        module.training = True
