"""Decoding of image files of any size and mode to pixels of a declared shape."""

from __future__ import annotations

import os
import warnings
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets.picture_reader import LARGE_PIXELS, PLAIN_READER, PictureReader, reason_not_read

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

REMARKS = {
    "frames": "an animation or has several pages; the first one is used",
    "turned": "turned upright, as its EXIF orientation says",
    "cmyk": "in CMYK; its colours are converted without a colour profile",
    "deep": "of more than 8 bits a channel; it is scaled to 8",
    "large": f"larger than {LARGE_PIXELS // 1_000_000} megapixels; it is shrunk like all others",
}
"""Remarks on files that were read, by kind, for the notes."""

MAX_NAMED = 20
"""Largest number of unreadable files that are named; the others are counted."""


def decode_all(
    root: Path, items: Sequence[str], shape: tuple[int, int, int], reader: PictureReader = PLAIN_READER
) -> tuple[NDArray[np.uint8], list[int], tuple[str, ...]]:
    """Decode image files; files that cannot be read are left out.

    Args:
        root: folder of the paths.
        items: (N,) posix paths, relative to `root`.
        shape: (D, H, W) of every result.
        reader: how they are read.

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
            zip(items, threads.map(lambda item: _tried(reader, root / item, shape), items), strict=True)
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


def _tried(
    reader: PictureReader, path: Path, shape: tuple[int, int, int]
) -> tuple[NDArray[np.uint8], tuple[str, ...]] | str:
    """Pixels and the kinds of remarks on them, or the reason why the file cannot be read."""
    try:
        return reader.read_with_remarks(path, shape)
    # On a damaged file, Pillow's plugins raise anything from SyntaxError to struct.error. One such file must not
    # prevent reading the others; a note names each.
    except Exception as error:
        return reason_not_read(error)


def _some(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"each of {len(files):,} files, the first {files[0]},"


def readable(path: str) -> str:
    """The path as text that can be shown and stored; bytes that are not UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
