"""Data sets as torch has them, of random pictures, and what `module:helpers.torch_sets:made` makes."""

from __future__ import annotations

from typing import Any

import numpy as np
from PIL import Image


class Pictures:
    """`n` random RGB pictures (H, W) with `target(i)`; without targets if that is None."""

    def __init__(self, n: int = 12, size: tuple[int, int] = (20, 10), target: Any = lambda i: i % 2) -> None:
        self.n, self.size, self.target = n, size, target
        self.classes = ["cat", "dog"]

    def __len__(self) -> int:
        return self.n

    def __getitem__(self, index: int) -> Any:
        image = Image.fromarray(self.pixels(index))
        return image if self.target is None else (image, self.target(index))

    def pixels(self, index: int) -> np.ndarray:
        return np.random.default_rng(index).integers(0, 256, (*self.size, 3), dtype=np.uint8)


def made() -> Pictures:
    return Pictures(60, (12, 12))


def nothing() -> None:
    """Makes no images."""
