"""What every classifier is: a chain of segments, split after any of them so that hidden states can be mixed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """The classifier f, with f = from_layer(to_layer(x, k), k) for every layer k.

    Layer 0 is the image itself, layer k the output of segment k. Features are the last states, averaged over the map.

    Args:
        segments: networks of states (B, D, H, W), one after the other.
        n_features: channels of the last states.
        n_classes: C.
        stage_widths: channels of each stage's output; all segments but the first are stages.

    Attributes:
        stage_widths: see there.
        head: the last layer, from features to logits.
        precision: in which the segments compute; hidden states, features and logits are float32 all the same.
    """

    def __init__(
        self, segments: Sequence[nn.Module], n_features: int, n_classes: int, stage_widths: Sequence[int]
    ) -> None:
        super().__init__()
        self.segments = nn.ModuleList(segments)
        self.stage_widths = list(stage_widths)
        self.head = nn.Linear(n_features, n_classes)
        self.n_classes = n_classes
        self.precision = torch.float32

    @property
    def n_layers(self) -> int:
        """Number of layers after which states can be mixed, the image (layer 0) not counted."""
        return len(self.segments)

    def to_layer(self, images: Tensor, mix_layer: int) -> Tensor:
        """Hidden states after `mix_layer`: (B, D, H, W) images to (B, D', H', W')."""
        return self._through(images, 0, mix_layer)

    def features_from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Penultimate features (B, F) from hidden states after `mix_layer`."""
        return self._through(hidden, mix_layer, self.n_layers).mean(dim=(2, 3))

    def stages_from_layer(self, hidden: Tensor, mix_layer: int) -> list[Tensor]:
        """Outputs of every stage, the first segment not counted, from hidden states after `mix_layer`.

        Args:
            hidden: (B, D, H, W).
            mix_layer: 2 at most, where the states are the first stage's outputs themselves.

        Returns:
            one (B, D_s, H_s, W_s) for each stage.
        """
        states = [hidden]
        for layer in range(mix_layer, self.n_layers):
            states.append(self._through(states[-1], layer, layer + 1))
        return states[1 - self.n_layers :]

    def from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Logits (B, C) from hidden states after `mix_layer`."""
        logits: Tensor = self.head(self.features_from_layer(hidden, mix_layer))
        return logits

    def forward(self, images: Tensor) -> Tensor:
        """Logits (B, C) of images (B, D, H, W)."""
        return self.from_layer(images, 0)

    def _through(self, hidden: Tensor, start: int, stop: int) -> Tensor:
        full = self.precision == torch.float32
        with nullcontext() if full else torch.autocast(hidden.device.type, self.precision):
            for segment in self.segments[start:stop]:
                hidden = segment(hidden)
        return hidden.float()
