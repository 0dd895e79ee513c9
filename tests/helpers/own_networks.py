"""Networks that a person might bring along, of a few lines each."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class TwentyLines(nn.Module):
    """Two convolutions with functions between them, among them some that write into their input."""

    def __init__(self, channels: int = 1, n_classes: int = 3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, 4, 3, padding=1)
        self.norm = nn.BatchNorm2d(4)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.drop = nn.Dropout(0.3)
        self.fc = nn.Linear(6, n_classes)

    def forward(self, images: Tensor) -> Tensor:
        maps = functional.relu(self.norm(self.conv1(images)), inplace=True)
        maps = functional.max_pool2d(maps, 2)
        maps = functional.relu_(self.conv2(maps))
        return self.fc(self.drop(maps.mean(dim=(2, 3))))


class PassedBy(TwentyLines):
    """Its second convolution is passed by."""

    def forward(self, images: Tensor) -> Tensor:
        maps = self.conv1(images)
        return self.fc((self.conv2(maps) + images.mean()).mean(dim=(2, 3)))


class Twice(TwentyLines):
    """Its stage is called twice."""

    def forward(self, images: Tensor) -> Tensor:
        return self.fc(self.conv2(self.norm(self.norm(self.conv1(images)))).mean(dim=(2, 3)))


class Convolutional(nn.Module):
    """It ends in no linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 3, 3)

    def forward(self, images: Tensor) -> Tensor:
        return self.conv(images).mean(dim=(2, 3))


def seeded(seed: int = 0, n_classes: int = 3) -> TwentyLines:
    """`TwentyLines` with the weights of a seed."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        return TwentyLines(n_classes=n_classes)
