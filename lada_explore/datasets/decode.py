"""Decoding of image files of any size and mode to pixels of a declared shape."""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.datasets.ahead import ahead
from lada_explore.datasets.picture_file import LARGE_PIXELS
from lada_explore.datasets.picture_reader import PictureReader, reason_not_read

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

Pillow by itself cannot read HEIC, see `datasets.heif`. Without the extra, a note names such files.
"""

REMARKS = {
    "frames": "an animation or has several pages; the first one is used",
    "turned": "turned upright, as its EXIF orientation says",
    "cmyk": "in CMYK; its colours are converted without a colour profile",
    "deep": "of more than 8 bits a channel; it is scaled to 8",
    "cut": "a PNG of 16 bits a channel of which 8 are read; pip install 'lada-explore[codecs]' to read all",
    "fourth": "of four channels; the first three are taken as red, green and blue",
    "large": f"larger than {LARGE_PIXELS // 1_000_000} megapixels; it is shrunk like all others",
}
"""Remarks on files that were read, by kind, for the notes."""

LEFT_OUT = "left out "
"""Begins a note on a file that cannot be read."""

MAX_NAMED = 20
"""Largest number of unreadable files that are named; the others are counted."""


Read = tuple[NDArray[np.uint8], bytes, tuple[str, ...], tuple[int, int]]
"""Pixels (D, H, W) of an image, their SHA-256, the kinds of remarks on its file, and the file's width and height."""

Taken = Callable[[Read], None]
"""What takes an image that was read."""

AHEAD = 64
"""Pictures that are decoded and not yet taken, at most."""


def decode_all(
    root: Path,
    items: Sequence[str],
    shape: tuple[int, int, int],
    reader: PictureReader,
    known: Mapping[str, Read],
    take: Taken,
    advance: Callable[[], None],
) -> tuple[list[int], tuple[str, ...]]:
    """Decode image files, one after the other for who takes them; files that cannot be read are left out.

    Args:
        root: folder of the paths.
        items: (N,) posix paths, relative to `root`.
        shape: (D, H, W) of every result.
        reader: how they are read.
        known: what is known already of files, by their paths.
        take: takes the K files that could be read, in order, on this thread.
        advance: is called after each file.

    Returns:
        The positions of these files in `items`, and notes on the other files and on unusual ones.
    """
    kept: list[int] = []
    notes: list[str] = []
    remarked: dict[str, list[str]] = {kind: [] for kind in REMARKS}
    others = (item for item in items if item not in known)
    results = ahead(lambda item: _tried(reader, root / item, shape), others, at_most=AHEAD)
    with warnings.catch_warnings(), closing(results):
        # Pillow warns about unusual metadata and large files; the notes say what matters.
        warnings.simplefilter("ignore")
        for position, item in enumerate(items):
            result = known[item] if item in known else next(results)[1]
            advance()
            if isinstance(result, str):
                notes.append(f"{LEFT_OUT}{readable(item)}: {result}")
                continue
            take(result)
            kept.append(position)
            for kind in result[2]:
                remarked[kind].append(readable(item))
    if len(notes) > MAX_NAMED:
        notes[MAX_NAMED:] = [f"{LEFT_OUT}{len(notes) - MAX_NAMED} more files that cannot be read"]
    notes += [f"{_some(files)} is {REMARKS[kind]}" for kind, files in remarked.items() if files]
    return kept, tuple(notes)


def _tried(reader: PictureReader, path: Path, shape: tuple[int, int, int]) -> Read | str:
    """What is read of a file, or the reason why it cannot be read."""
    try:
        pixels, remarks, size = reader.read_with_remarks(path, shape)
    # On a damaged file, Pillow's plugins raise anything from SyntaxError to struct.error. One such file must not
    # prevent reading the others; a note names each.
    except Exception as error:
        return reason_not_read(error)
    return pixels, hashlib.sha256(np.ascontiguousarray(pixels).data).digest(), remarks, size


def _some(files: Sequence[str]) -> str:
    return files[0] if len(files) == 1 else f"each of {len(files):,} files, the first {files[0]},"


def readable(path: str) -> str:
    """The path as text that can be shown and stored; bytes that are not UTF-8 become replacement characters."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
