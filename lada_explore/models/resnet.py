"""ResNet with a 3x3 stem, split at any layer so that hidden states can be mixed."""

from __future__ import annotations

from contextlib import nullcontext

import torch
from torch import Tensor, nn

from lada_explore.config import ClassifierConfig


def _conv3x3(channels_in: int, channels_out: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., CVPR 2016, Figure 2)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            _conv3x3(channels_in, channels_out, stride),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(inplace=True),
            _conv3x3(channels_out, channels_out),
            nn.BatchNorm2d(channels_out),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            # Every second pixel, then a 1x1 convolution: the same as a strided one, whose weight gradient corrupts
            # memory on a CPU, in channels-last, below 8 channels (seen with AVX2, torch 2.14).
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(1, stride),
                nn.Conv2d(channels_in, channels_out, 1, bias=False),
                nn.BatchNorm2d(channels_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """(B, D, H, W) to (B, D', H / stride, W / stride)."""
        return torch.relu(self.residual(x) + self.shortcut(x))


class ResNet(nn.Module):
    """The classifier f, with f = from_layer(to_layer(x, k), k) for every layer k.

    Layer 0 is the image itself, 1 the stem's output, 2 the first stage's, and so on. Stages after the first halve
    the resolution and double the channels. Width 64 and blocks (2, 2, 2, 2) give ResNet-18 for small images: a 3x3
    stem of stride 1 and no max-pooling.

    Args:
        config: width and blocks.
        channels: channels of the images.
        n_classes: C.

    Attributes:
        stage_widths: channels of each stage's output, the stem not counted.
        precision: in which the layers compute; hidden states, features and logits are float32 all the same.
    """

    def __init__(self, config: ClassifierConfig, channels: int, n_classes: int) -> None:
        super().__init__()
        width = config.width
        segments: list[nn.Module] = [
            nn.Sequential(_conv3x3(channels, width), nn.BatchNorm2d(width), nn.ReLU(inplace=True))
        ]
        current = width
        for stage, n_blocks in enumerate(config.blocks):
            out = width * 2**stage
            strides = [1 if stage == 0 else 2] + [1] * (n_blocks - 1)
            blocks = [BasicBlock(current if i == 0 else out, out, stride) for i, stride in enumerate(strides)]
            segments.append(nn.Sequential(*blocks))
            current = out
        self.segments = nn.ModuleList(segments)
        self.stage_widths = [width * 2**stage for stage in range(len(config.blocks))]
        self.head = nn.Linear(current, n_classes)
        self.n_classes = n_classes
        self.precision = torch.float32
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    @property
    def n_layers(self) -> int:
        """Number of layers after which states can be mixed, the image (layer 0) not counted."""
        return len(self.segments)

    def to_layer(self, images: Tensor, mix_layer: int) -> Tensor:
        """Hidden states after `mix_layer`: (B, D, H, W) images to (B, D', H', W')."""
        return self._through(images, 0, mix_layer)

    def features_from_layer(self, hidden: Tensor, mix_layer: int) -> Tensor:
        """Penultimate features (B, 8 * width for four stages) from hidden states after `mix_layer`."""
        return self._through(hidden, mix_layer, self.n_layers).mean(dim=(2, 3))

    def stages_from_layer(self, hidden: Tensor, mix_layer: int) -> list[Tensor]:
        """Outputs of every stage, the stem not counted, from hidden states after `mix_layer`.

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
