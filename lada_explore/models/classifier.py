"""Base class of classifiers: a chain of segments that can be split after any segment, to mix hidden states there."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext

import torch
from torch import Tensor, nn


class Classifier(nn.Module):
    """The classifier f; f(x) = from_layer(to_layer(x, k), k) for every layer k.

    Layer 0 is the image itself, layer k the output of segment k. The penultimate features are the states after the last
    segment, averaged over height and width.

    Args:
        segments: networks from states (B, D, H, W) to states (B, D', H', W'), applied one after another.
        n_features: F, channels of the states after the last segment.
        n_classes: C.
        stage_widths: channels of the output of each stage; all segments except the first are stages.

    Attributes:
        stage_widths: as in Args.
        head: linear layer from features (B, F) to logits (B, C).
        precision: number format of the segments; their outputs, the features and the logits are always float32.
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
        """Number of layers after which states can be mixed, without layer 0 (the image)."""
        return len(self.segments)

    def to_layer(self, images: Tensor, mix_layer: int) -> Tensor:
        """Hidden states (B, D', H', W') after `mix_layer`, of images (B, D, H, W)."""
        return self._through(images, 0, mix_layer)

    def features_from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Penultimate features (B, F) of hidden states (B, D, H, W) after `mix_layer`."""
        return self._through(hidden, mix_layer, self.n_layers).mean(dim=(2, 3))

    def stages_from_layer(self, hidden: Tensor, mix_layer: int) -> list[Tensor]:
        """Outputs of all stages, which are all segments except the first, from hidden states after `mix_layer`.

        Args:
            hidden: (B, D, H, W) hidden states.
            mix_layer: layer of the states, at most 2, the output of the first stage.

        Returns:
            One tensor (B, D_s, H_s, W_s) for each stage.
        """
        states = [hidden]
        for layer in range(mix_layer, self.n_layers):
            states.append(self._through(states[-1], layer, layer + 1))
        return states[1 - self.n_layers :]

    def from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Logits (B, C) of hidden states (B, D, H, W) after `mix_layer`."""
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
