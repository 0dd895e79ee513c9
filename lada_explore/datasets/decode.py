"""Decoding of image files of any size and mode to pixels of a declared shape."""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from functools import lru_cache
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps

from lada_explore.files import if_sound, reason_of

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
"""Endings of image files, in lower case.

Pillow by itself cannot read HEIC. Such files are listed here so that a note names them, instead of being ignored.
"""

MAX_PIXELS = 178_956_970
"""Images with more pixels are left out without decoding them: Pillow's own limit, half a GiB of RGB."""

LARGE_PIXELS = 50_000_000
"""Images with more pixels are decoded one at a time, so that a folder of scans fits into memory, and get a note."""

_ONE_LARGE = threading.Lock()

REMARKS = {
    "frames": "an animation or has several pages; the first one is used",
    "turned": "turned upright, as its EXIF orientation says",
    "cmyk": "in CMYK; its colours are converted without a colour profile",
    "deep": "of more than 8 bits a channel; it is scaled to 8",
    "large": f"larger than {LARGE_PIXELS // 1_000_000} megapixels; it is shrunk like all others",
}
"""Remarks on files that were read, by kind, for the notes."""

FULL_RESOLUTION_PX = 384
"""Longer side in pixels of an image that is shown to a person at full resolution."""

MAX_NAMED = 20
"""Largest number of unreadable files that are named; the others are counted."""


def decode_all(
    root: Path, items: Sequence[str], shape: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], list[int], tuple[str, ...]]:
    """Decode image files; files that cannot be read are left out.

    Args:
        root: folder of the paths.
        items: (N,) posix paths, relative to `root`.
        shape: (D, H, W) of every result.

    Returns:
        Pixels (K, D, H, W) uint8 of the K files that could be read, the positions of these files in `items`, and notes
        on the other files and on unusual ones.
    """
    arrays: list[NDArray[np.uint8]] = []
    kept: list[int] = []
    notes: list[str] = []
    remarked: dict[str, list[str]] = {kind: [] for kind in REMARKS}
    with warnings.catch_warnings(), ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as threads:
        # Pillow warns about unusual metadata and large files; the notes say what matters.
        warnings.simplefilter("ignore")
        for position, (item, result) in enumerate(
            zip(items, threads.map(lambda item: _tried(root / item, shape), items), strict=True)
        ):
            if isinstance(result, str):
                notes.append(f"left out {readable(item)}: {result}")
                continue
            pixels, remarks = result
            arrays.append(pixels)
            kept.append(position)
            for kind in remarks:
                remarked[kind].append(readable(item))
    if len(notes) > MAX_NAMED:
        notes[MAX_NAMED:] = [f"left out {len(notes) - MAX_NAMED} more files that cannot be read"]
    notes += [f"{_some(files)} is {REMARKS[kind]}" for kind, files in remarked.items() if files]
    return np.stack(arrays) if arrays else np.empty((0, *shape), dtype=np.uint8), kept, tuple(notes)


def _tried(path: Path, shape: tuple[int, int, int]) -> tuple[NDArray[np.uint8], tuple[str, ...]] | str:
    """Pixels and the kinds of remarks on them, or the reason why the file cannot be read."""
    try:
        return _decoded(path, shape)
    # On a damaged file, Pillow's plugins raise anything from SyntaxError to struct.error. One such file must not
    # prevent reading the others; a note names each.
    except Exception as error:
        return _reason(error)


def _some(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"each of {len(files):,} files, the first {files[0]},"


def decode(path: Path, shape: tuple[int, int, int], content: bytes | None = None) -> NDArray[np.uint8]:
    """Decode one image file.

    The first frame is turned upright (EXIF), composited on white if it is transparent, cropped to the largest centred
    rectangle of the declared proportions, and resized with Pillow's bilinear filter. When shrinking, this filter
    averages over all source pixels, and unlike Lanczos it does not overshoot at edges. Grey is Rec. 601 luma. 16-bit
    grey is scaled so that 65,535 is white. Colour profiles are not applied.

    Args:
        path: the file.
        shape: (D, H, W) of the result.
        content: its bytes, where they have been read already.

    Returns:
        (D, H, W) uint8.

    Raises:
        ValueError: the path is not a regular file, the image is too large, or the range of its pixels is unknown.
        Exception: any error that Pillow raises on a damaged file.
    """
    return _decoded(path, shape, content)[0]


@lru_cache(maxsize=32)
def load_full_resolution(
    path: Path, shape: tuple[int, int, int], longest: int = FULL_RESOLUTION_PX
) -> NDArray[np.uint8] | None:
    """The same part of an image as `decode` gives, in colour and in a size that a person can judge.

    Args:
        path: the file.
        shape: (D, H, W) to which it was decoded for the classifier.
        longest: largest length of the longer side, in pixels.

    Returns:
        (3, H', W') uint8; None if the file has no more detail than that, or can no longer be read.
    """
    _, height, width = shape
    # The image as decoded for the classifier can be shown in any case.
    with if_sound():
        with Image.open(path) as opened:
            times = min(min(opened.size) / max(height, width), longest / max(height, width))
        return None if times <= 1 else decode(path, (3, round(times * height), round(times * width)))
    return None


def _decoded(
    path: Path, shape: tuple[int, int, int], content: bytes | None = None
) -> tuple[NDArray[np.uint8], tuple[str, ...]]:
    channels, height, width = shape
    if content is None and not path.is_file():
        raise ValueError("not a file, or a broken link")
    with Image.open(path if content is None else BytesIO(content)) as opened:
        area = opened.width * opened.height
        if area > MAX_PIXELS:
            raise ValueError(
                f"{opened.width} x {opened.height} pixels, above the limit of {MAX_PIXELS:,}; save a smaller copy"
            )
        remarks = tuple(kind for kind, found in _remarkable(opened, area).items() if found)
        # A JPEG can be decoded at a fraction of its size; twice the target size leaves enough pixels to average over.
        side = 2 * max(height, width)
        opened.draft(None, (side, side))
        with _ONE_LARGE if area > LARGE_PIXELS else nullcontext():
            image, turned = _upright(opened)
            image = _eight_bit(image)
            image = image.convert("L" if channels == 1 else "RGB")
            image = ImageOps.fit(image, (width, height), method=Image.Resampling.BILINEAR)
        pixels = np.asarray(image, dtype=np.uint8)
    whole = pixels[None] if channels == 1 else np.ascontiguousarray(pixels.transpose(2, 0, 1))
    return whole, (*remarks, "turned") if turned else remarks


def _remarkable(opened: Image.Image, area: int) -> dict[str, bool]:
    return {
        "frames": bool(getattr(opened, "is_animated", False)),
        "cmyk": opened.mode == "CMYK",
        "deep": opened.mode in ("I", "F") or opened.mode.startswith("I;16"),
        "large": area > LARGE_PIXELS,
    }


def readable(path: str) -> str:
    """The path as text that can be shown and stored; bytes that are not UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _upright(opened: Image.Image) -> tuple[Image.Image, bool]:
    """The image in its intended orientation, and whether it had to be rotated or mirrored."""
    opened.load()
    try:
        turned = opened.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
        return (ImageOps.exif_transpose(opened), True) if turned else (opened, False)
    except Exception:
        # The metadata cannot be read, but the pixels can: the orientation is unknown.
        return opened, False


def _eight_bit(image: Image.Image) -> Image.Image:
    """The image as 8-bit grey or RGB, without transparency. Raises ValueError if the range of its pixels is unknown."""
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
    if isinstance(error, Image.DecompressionBombError):
        return f"more pixels than the limit of {MAX_PIXELS:,}; save a smaller copy"
    return reason_of(error)
