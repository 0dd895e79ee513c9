"""Samples of pictures as they are stored, of any type and number of channels, to 8-bit grey or colour."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Scale = tuple[float, float]
"""The samples that become black and white, in the units of the files."""

FULL_DEPTH, FULL_FLOAT = (0.0, 65_535.0), (0.0, 1.0)
"""From black to white where nothing else is said: of integers of more than 8 bits, and of floats."""

_BLOCK = 2**20
"""Samples that are scaled at once: 8 MB in double precision."""

_REMEDY = "set data.scale to percentile or to fixed:LOW,HIGH, or save it with 8 or 16 bits a channel"


def eight_bits(values: NDArray[Any], scale: Scale | None) -> NDArray[np.uint8]:
    """Samples in 8 bits.

    Args:
        values: of any shape; integers, floats or truth values.
        scale: the values that become black and white, low < high; those beyond become black and white too. None for
            0 to 65,535 of integers of more than 8 bits, 0 to 1 of floats, and those of 8 bits as they are.

    Returns:
        As `values`, uint8, rounded to the nearest level.

    Raises:
        ValueError: a value is not finite, or outside of its range where none is given.
    """
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    if values.dtype == np.uint8 and scale is None:
        return values
    low, high = scale or (FULL_FLOAT if values.dtype.kind == "f" else FULL_DEPTH)
    if values.dtype in (np.uint8, np.uint16):
        every = np.arange(np.iinfo(values.dtype).max + 1)
        levels: NDArray[np.uint8] = _scaled(every, low, high)[values]
        return levels
    require_finite(values)
    flat, found = values.reshape(-1), np.empty(values.size, dtype=np.uint8)
    for start in range(0, flat.size, _BLOCK):
        block = flat[start : start + _BLOCK]
        if scale is None and not (block.min() >= low and block.max() <= high):
            raise ValueError(f"pixel values outside {low:,.0f}..{high:,.0f}; {_REMEDY}")
        found[start : start + _BLOCK] = _scaled(block, low, high)
    return found.reshape(values.shape)


def most_of(kind: np.dtype[Any]) -> float:
    """The largest sample of a type: 1 of floats."""
    return 1.0 if kind.kind in "fb" else float(np.iinfo(kind).max)


def require_finite(values: NDArray[Any]) -> None:
    """Raises ValueError if a value is not finite."""
    if values.dtype.kind == "f" and not (finite := np.isfinite(values)).all():
        raise ValueError(f"pixel values that are NaN or infinite: {np.count_nonzero(~finite):,}; save it without them")


def picture_of(values: NDArray[np.uint8], *, has_alpha: bool = False) -> Image.Image:
    """A picture in grey or RGB, composited on white if it is transparent.

    Args:
        values: (H, W, C) levels: grey, or red, green and blue, and the alpha. Of four channels without an alpha, the
            last one is left out.
        has_alpha: whether the last channel is the alpha.
    """
    height, width, channels = values.shape
    mode = {1: "L", 2: "LA", 3: "RGB", 4: "RGBA" if has_alpha else "RGB"}[channels]
    shown = np.ascontiguousarray(values[:, :, : len(mode)])
    return without_transparency(Image.frombuffer(mode, (width, height), shown.reshape(-1), "raw", mode, 0, 1))


def without_transparency(image: Image.Image) -> Image.Image:
    """An 8-bit picture in grey or RGB, composited on white if it is transparent."""
    if image.has_transparency_data:
        image = in_mode(image, "RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return in_mode(image, "L" if image.mode in ("1", "L") else "RGB")


def in_mode(image: Image.Image, mode: str) -> Image.Image:
    """The image in a mode; itself, and no copy, if that is its own."""
    return image if image.mode == mode else image.convert(mode)


def require_channel(channel: int, channels: int) -> None:
    """Raises ValueError if there is no such channel."""
    if channel >= channels:
        there = f"{channels} channels" if channels > 1 else "1 channel"
        raise ValueError(f"it has {there}, and data.channel is {channel}; give one from 0 to {channels - 1}")


def _scaled(values: NDArray[Any], low: float, high: float) -> NDArray[np.uint8]:
    levels = np.rint((values.astype(np.float64) - low) * (255 / (high - low)))
    return np.clip(levels, 0, 255).astype(np.uint8)
