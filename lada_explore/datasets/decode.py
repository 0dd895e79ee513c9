"""One image file of any size and mode -> pixels of the declared shape."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

ENDINGS = frozenset(
    {
        ".avif",
        ".bmp",
        ".gif",
        ".heic",
        ".heif",
        ".jfif",
        ".jpe",
        ".jpeg",
        ".jpg",
        ".pbm",
        ".pgm",
        ".png",
        ".pnm",
        ".ppm",
        ".tif",
        ".tiff",
        ".webp",
    }
)
"""File endings, in lower case, that are taken for images.

Pillow alone reads no HEIC; such a file gets a note instead of being passed over in silence.
"""

MAX_PIXELS = 89_478_485
"""Larger files are left out, before they are decoded: Pillow's own limit, a quarter of a GiB of RGB."""

MAX_NAMED = 20
"""Files left out that are named one by one; the rest are counted."""


def decode_all(
    root: Path, items: Sequence[str], shape: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], list[int], tuple[str, ...]]:
    """Decode files, leaving out those that cannot be.

    Args:
        root: folder that the paths are relative to.
        items: (N,) posix paths.
        shape: (D, H, W) of every result.

    Returns:
        (K, D, H, W) uint8, the positions in `items` of the K files that could be read, and notes on the others.
    """
    arrays: list[NDArray[np.uint8]] = []
    kept: list[int] = []
    notes: list[str] = []
    with warnings.catch_warnings():
        # Pillow warns about odd metadata and large files; what matters of it comes back as a note.
        warnings.simplefilter("ignore")
        for position, item in enumerate(items):
            try:
                arrays.append(decode(root / item, shape))
                kept.append(position)
            # Pillow's plugins raise anything from SyntaxError to struct.error on a bad file, and one bad file must
            # not take the others down: each is named.
            except Exception as error:
                notes.append(f"left out {readable(item)}: {_reason(error)}")
    if len(notes) > MAX_NAMED:
        notes[MAX_NAMED:] = [f"left out {len(notes) - MAX_NAMED} more files that cannot be read"]
    pixels = np.stack(arrays) if arrays else np.empty((0, *shape), dtype=np.uint8)
    return pixels, kept, tuple(notes)


def decode(path: Path, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Decode one file.

    The first frame is turned upright (EXIF), composited on white where it is transparent, cut to the largest centred
    rectangle of the declared proportions, and resized with Pillow's bilinear filter: it averages over all source
    pixels when it shrinks, and unlike Lanczos it never overshoots into false edges. Grey is Rec. 601 luma. 16-bit
    grey keeps its scale, 65,535 being white. Colour profiles are not applied.

    Args:
        path: the file.
        shape: (D, H, W) of the result.

    Returns:
        (D, H, W) uint8.

    Raises:
        ValueError: a file that is not regular, too large, or has pixels without a known range.
        Exception: whatever Pillow raises on a broken file.
    """
    channels, height, width = shape
    if not path.is_file():
        raise ValueError("not a file, or a link that leads nowhere")
    with Image.open(path) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise ValueError(
                f"{opened.width} x {opened.height} pixels, above the limit of {MAX_PIXELS:,}; save a smaller copy"
            )
        # A JPEG can be decoded at a fraction of its size; twice the target leaves the resize enough to average over.
        side = 2 * max(height, width)
        opened.draft(None, (side, side))
        image = _upright(opened)
        image = _eight_bit(image)
        image = image.convert("L" if channels == 1 else "RGB")
        image = ImageOps.fit(image, (width, height), method=Image.Resampling.BILINEAR)
        pixels = np.asarray(image, dtype=np.uint8)
    return pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))


def readable(path: str) -> str:
    """The path as text that can be shown and stored: bytes that are not UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _upright(opened: Image.Image) -> Image.Image:
    opened.load()
    try:
        return ImageOps.exif_transpose(opened)
    except Exception:
        # Metadata that cannot be read says nothing about the orientation; the pixels are whole.
        return opened


def _eight_bit(image: Image.Image) -> Image.Image:
    """Grey or RGB of 8 bits a channel, without transparency. Raises ValueError without a known range."""
    if image.mode in ("I", "F") or image.mode.startswith("I;16"):
        values = np.asarray(image).astype(np.float64)
        top = 1 if image.mode == "F" else 65_535
        if not ((values >= 0) & (values <= top)).all():
            raise ValueError(f"pixel values outside 0..{top:,}; save it with 8 or 16 bits a channel")
        return Image.fromarray(np.rint(values * (255 / top)).astype(np.uint8))
    if image.has_transparency_data:
        image = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
    return image.convert("L" if image.mode in ("1", "L") else "RGB")


def _reason(error: Exception) -> str:
    if isinstance(error, UnidentifiedImageError):
        return "not an image that Pillow can read"
    if isinstance(error, Image.DecompressionBombError):
        return f"more pixels than the limit of {MAX_PIXELS:,}; save a smaller copy"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(str(error).split())[:120] or type(error).__name__
