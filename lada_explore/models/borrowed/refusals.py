"""Why a network cannot be the classifier, one sentence each."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from lada_explore.errors import ConfigError
from lada_explore.files import reason_of
from lada_explore.models.borrowed.cutting import Call


def unseen_by(
    network: nn.Module, shape: tuple[int, int, int], made_for: tuple[int, int] | None, error: Exception
) -> ConfigError:
    """It fails on images of shape (D, H, W), perhaps since it was made for (H, W), or is of another number format."""
    sizes = " x ".join(str(side) for side in shape)
    formats = {parameter.dtype for parameter in network.parameters() if parameter.is_floating_point()}
    others = sorted(str(dtype).removeprefix("torch.") for dtype in formats - {torch.float32})
    remedy = "use other images or another network"
    if made_for not in (None, shape[1:]):
        remedy = f"it was made for {made_for[0]} x {made_for[1]} pixels: give it such images, or name another network"
    if others:
        remedy = f"its parameters are {others[0]} and images float32, so call its float() first"
    return ConfigError(f"{_name(network)} cannot see images of {sizes} ({reason_of(error)}); {remedy}")


def without_head(network: nn.Module, returned: object, linear: Sequence[Call]) -> ConfigError:
    """It does not return the output (B, C) of a linear layer, of which these are the calls."""
    if not isinstance(returned, Tensor):
        why = f"it returns {type(returned).__name__}"
    elif linear:
        why = f"what its last one, {linear[-1].name!r}, puts out is not what it returns"
    else:
        why = "it has none"
    return ConfigError(
        f"{_name(network)} does not end in a linear layer (nn.Linear) whose output (B, C) it returns: {why}; give it "
        "one, whose logits are the classes"
    )


def not_finite(network: nn.Module) -> ConfigError:
    """Its logits are not numbers."""
    return ConfigError(
        f"the logits of {_name(network)} for random images are not finite; give it sound weights, or new ones"
    )


def not_cut(network: nn.Module, name: str, why: str) -> ConfigError:
    """Its logits cannot be computed from the output of a stage."""
    return ConfigError(
        f"{_name(network)} cannot be cut after stage {name!r}: going on from its output alone, {why}, so something "
        "passes the stage by; name other submodules in classifier.segments"
    )


def not_cut_by(network: nn.Module, name: str, error: Exception) -> ConfigError:
    """It fails where it is to go on from the output of a stage."""
    return not_cut(network, name, f"it fails ({reason_of(error)})")


def only_head_left(network: nn.Module) -> ConfigError:
    """What was to be trained beside its head was frozen before."""
    return ConfigError(
        f"the parameters of {_name(network)} that were to be trained have no requires_grad; call its "
        "requires_grad_(True), or set classifier.train=head"
    )


def _name(network: nn.Module) -> str:
    return type(network).__name__
