"""What a person hands over as an object in place of a classifier's name: a network, or what makes features."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from torch import Tensor, nn

from lada_explore.models.borrowed.wrappers import unwrapped


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A person's network and where it is cut; `Session.create(..., classifier=...)` takes it.

    Attributes:
        network: from images (B, D, H, W) to logits (B, C), with a linear layer at the end. It is copied, never changed.
            What torch.compile or DataParallel made is taken for the network within.
        segments: names of its submodules after which states are mixed; empty for the usual ones.

    Raises:
        ConfigError: `network` is no `nn.Module`, or is TorchScript.
    """

    network: nn.Module
    segments: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "network", unwrapped(self.network))


@dataclass(frozen=True, slots=True, eq=False)
class Frozen:
    """What makes the features that a head is trained on; `Session.create(..., classifier=...)` takes it.

    Attributes:
        source: a network that is never trained, of which the input of its last linear layer is taken; or a function
            from float32 images (B, D, H, W) in [0, 1] to features (B, F); or the features (N, F) themselves, or a
            dict of arrays as a .npz file has them, see `datasets.given_features`.
    """

    source: nn.Module | Callable[[Tensor], Any] | Any

    @property
    def name(self) -> str:
        """Module and name of the network's class, of the function, or of the class of the features."""
        named = self.source if hasattr(self.source, "__qualname__") else type(self.source)
        return f"{named.__module__}:{named.__qualname__}"
