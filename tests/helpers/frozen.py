"""Backbones and pictures for the tests of features: what they compute can be worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from torch import Tensor, nn

from lada_explore.config import BackboneConfig, ClassifierConfig
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.features import Backbone, Embedded, backbone_named, embedded
from lada_explore.features.at_hand import AtHand
from lada_explore.runtime import Runtime
from lada_explore.session import own_folder

CPU = Runtime(torch.device("cpu"))
SETTINGS = {"normalisation": "none", "precision": "float32", "size": 8}


class Means(nn.Module):
    """Features: the mean of each channel, then that of their squares; logits: a linear layer of these."""

    def __init__(self, n_classes: int = 3, factor: float = 1.0) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1, groups=3, bias=False)
        nn.init.constant_(self.conv.weight, factor)
        self.fc = nn.Linear(6, n_classes)

    def forward(self, images: Tensor) -> Tensor:
        seen = self.conv(images)
        return self.fc(torch.cat([seen.mean(dim=(2, 3)), seen.square().mean(dim=(2, 3))], dim=1))


def means(n_classes: int = 3) -> Means:
    """The same weights in every call, but for the head."""
    return Means(n_classes)


def large(n_classes: int = 3) -> Means:
    """Features above the largest float16."""
    return Means(n_classes, factor=1e4)


def not_finite(n_classes: int = 3) -> Means:
    """Features that are no numbers."""
    return Means(n_classes, factor=float("nan"))


def features_by_hand(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """(N, 6) features by `means` of pixels (N, 3, H, W)."""
    seen = pixels.astype(np.float64) / 255
    return np.concatenate([seen.mean(axis=(2, 3)), np.square(seen).mean(axis=(2, 3))], axis=1)


def drawn_pixels(n: int, side: int = 8, seed: int = 0) -> NDArray[np.uint8]:
    """(n, 3, side, side) random pixels."""
    return np.random.default_rng(seed).integers(0, 256, (n, 3, side, side), dtype=np.uint8)


class Silent:
    """Tells nobody how far a pass is."""

    def begin(self, total: int, backbone: str) -> None:
        pass

    def advance(self, pictures: int) -> None:
        pass

    def say(self, sentence: str) -> None:
        pass

    def end(self) -> None:
        pass


def image_set(pixels: NDArray[np.uint8], files: list[Path] | None = None, name: str = "drawn") -> ImageSet:
    """Images in two classes."""
    return ImageSet.create(
        name=name,
        images=pixels,
        targets=np.arange(len(pixels)) % 2,
        class_names=("a", "b"),
        source="Random pixels.",
        files=files,
    )


def data_of(train: ImageSet, test: ImageSet | None = None) -> ImageData:
    """A data set with plain statistics."""
    return ImageData(train=train, test=test, mean=(0.5,) * 3, std=(0.25,) * 3)


def saved(folder: Path, pixels: NDArray[np.uint8], first: int = 0) -> list[Path]:
    """Pictures (N, 3, H, W) as PNG files."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"{first + number:04d}.png" for number in range(len(pixels))]
    for file, picture in zip(files, pixels, strict=True):
        Image.fromarray(picture.transpose(1, 2, 0)).save(file)
    return files


def backbone(data: ImageData, kind: str = "means", **settings: object) -> Backbone:
    """A function of this module as a backbone, or any other kind."""
    name = kind if ":" in kind else f"module:helpers.frozen:{kind}"
    return backbone_named(ClassifierConfig(kind=f"frozen:{name}"), BackboneConfig(**(SETTINGS | settings)), data)  # type: ignore[arg-type]


def embed(data: ImageData, kind: str = "means", **settings: object) -> Embedded:
    """The features of a data set, said to nobody."""
    return embedded(data, backbone(data, kind, **settings), runtime=CPU, progress=Silent())


@contextmanager
def at_hand(*kinds: str) -> Iterator[None]:
    """Only these networks are at hand inside the block, functions of this module."""
    found = [AtHand(kind=f"module:helpers.frozen:{kind}", weights="", where="are worked out by hand") for kind in kinds]
    with patch.object(own_folder, "networks_at_hand", lambda weights: iter(found)):
        yield


@contextmanager
def shown() -> Iterator[list[int]]:
    """A list that gets the number of pictures of each pass of a network inside the block."""
    sizes: list[int] = []
    own = Backbone.features

    def counted(self: Backbone, pixels: Tensor) -> Tensor:
        sizes.append(len(pixels))
        return own(self, pixels)

    with patch.object(Backbone, "features", counted):
        yield sizes
