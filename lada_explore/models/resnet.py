"""ResNet with a 3x3 stem, or a 7x7 one for larger images: the classifier of images."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from lada_explore.config import ClassifierConfig, Initialisation, Stem
from lada_explore.models.batch_norm import BatchNorm
from lada_explore.models.classifier import Classifier


def _conv3x3(channels_in: int, channels_out: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(channels_in, channels_out, 3, stride=stride, padding=1, bias=False)


class BasicBlock(nn.Module):
    """Two 3x3 convolutions and a shortcut (He et al., CVPR 2016, Figure 2)."""

    def __init__(self, channels_in: int, channels_out: int, stride: int) -> None:
        super().__init__()
        self.residual = nn.Sequential(
            _conv3x3(channels_in, channels_out, stride),
            BatchNorm(channels_out),
            nn.ReLU(inplace=True),
            _conv3x3(channels_out, channels_out),
            BatchNorm(channels_out),
        )
        self.shortcut: nn.Module = nn.Identity()
        if stride != 1 or channels_in != channels_out:
            # Takes every second pixel and then a 1x1 convolution, which equals a strided 1x1 convolution. The weight
            # gradient of the latter corrupts memory on a CPU, in channels-last with fewer than 8 channels (AVX2, torch
            # 2.14).
            self.shortcut = nn.Sequential(
                nn.AvgPool2d(1, stride),
                nn.Conv2d(channels_in, channels_out, 1, bias=False),
                BatchNorm(channels_out),
            )

    def forward(self, x: Tensor) -> Tensor:
        """Feature maps (B, D', H / stride, W / stride) of feature maps (B, D, H, W)."""
        return torch.relu(self.residual(x) + self.shortcut(x))


class ResNet(Classifier):
    """A ResNet for small images. Layer 0 is the image, 1 the output of the stem, 2 that of the first stage, and so on.

    Each stage after the first halves the resolution and doubles the channels. The stem is a 3x3 convolution with stride
    1, or a 7x7 one with stride 4, without max-pooling. Width 64 and blocks (2, 2, 2, 2) give ResNet-18.

    Args:
        config: width, blocks and initialisation.
        channels: channels of the images.
        n_classes: C.
        stem: SMALL or LARGE.
    """

    def __init__(self, config: ClassifierConfig, channels: int, n_classes: int, stem: Stem = Stem.SMALL) -> None:
        width = config.width
        first = _conv3x3(channels, width)
        if stem is Stem.LARGE:
            first = nn.Conv2d(channels, width, 7, stride=4, padding=3, bias=False)
        segments: list[nn.Module] = [nn.Sequential(first, BatchNorm(width), nn.ReLU(inplace=True))]
        current = width
        for stage, n_blocks in enumerate(config.blocks):
            out = width * 2**stage
            strides = [1 if stage == 0 else 2] + [1] * (n_blocks - 1)
            blocks = [BasicBlock(current if i == 0 else out, out, stride) for i, stride in enumerate(strides)]
            segments.append(nn.Sequential(*blocks))
            current = out
        super().__init__(segments, current, n_classes, [width * 2**stage for stage in range(len(config.blocks))])
        for module in self.modules():
            if isinstance(module, nn.Conv2d) and config.initialisation is Initialisation.HE:
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")


def resnet(config: ClassifierConfig, shape: tuple[int, int, int], n_classes: int) -> ResNet:
    """A ResNet for images of shape (D, H, W)."""
    return ResNet(config, shape[0], n_classes, config.stem_for(*shape[1:]))
