"""A network that a person hands over as an object."""

from __future__ import annotations

from dataclasses import dataclass

from torch import nn


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """A person's network and where it is cut; `Session.create(..., classifier=...)` takes it.

    Attributes:
        network: from images (B, D, H, W) to logits (B, C), with a linear layer at the end. It is copied, never changed.
        segments: names of its submodules after which states are mixed; empty for the usual ones.
    """

    network: nn.Module
    segments: tuple[str, ...] = ()
