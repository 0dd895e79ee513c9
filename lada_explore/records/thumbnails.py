"""Thumbnails: what records, views and pages hold of large images, which are read from their files to be looked at."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MAX_BYTES = 2**16
"""Largest size of a thumbnail, as raw pixels: 147 x 147 in colour, 256 x 256 in grey."""


def thumbnail_shape(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """(D, h, w) of the thumbnail of an image (D, H, W): its own if it has at most `MAX_BYTES`, else in proportion."""
    depth, height, width = shape
    if depth * height * width <= MAX_BYTES:
        return shape
    shrink = math.sqrt(MAX_BYTES / (depth * height * width))
    # A side of less than a pixel leaves the other one more room, but no more than there is.
    h = max(1, math.floor(shrink * height))
    w = max(1, min(math.floor(shrink * width), MAX_BYTES // (depth * h)))
    return depth, min(h, MAX_BYTES // (depth * w)), w


def thumbnails(pixels: NDArray[Any]) -> NDArray[Any]:
    """Thumbnails of images (B, D, H, W) uint8, D in {1, 3}; what is small enough, and points, are returned as they are.

    Larger ones are resized with Pillow's bilinear filter, which averages over all pixels.
    """
    _, depth, height, width = pixels.shape
    shape = thumbnail_shape((depth, height, width))
    if shape == (depth, height, width) or pixels.dtype != np.uint8:
        return pixels
    made = np.empty((len(pixels), *shape), dtype=np.uint8)
    for row, image in enumerate(pixels):
        given = Image.fromarray(image[0] if depth == 1 else np.ascontiguousarray(image.transpose(1, 2, 0)))
        shrunk = np.asarray(given.resize(shape[:0:-1], Image.Resampling.BILINEAR))
        made[row] = shrunk[None] if depth == 1 else shrunk.transpose(2, 0, 1)
    return made
