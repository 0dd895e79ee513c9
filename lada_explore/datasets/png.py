"""PNG files of 16 bits a channel in colour, of which Pillow reads 8: the extra `codecs` reads all."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BIT_DEPTH_AT = 24

SLACK_BYTES = 2**20
"""A file may be so much larger than its pixels uncompressed, for its metadata."""


def is_deep_png(head: bytes) -> bool:
    """Whether the first 25 bytes of a file, or more, are of a PNG of 16 bits a channel."""
    return head.startswith(SIGNATURE) and head[_BIT_DEPTH_AT : _BIT_DEPTH_AT + 1] == b"\x10"


def has_codecs() -> bool:
    """Whether the extra is installed."""
    try:
        return find_spec("imagecodecs") is not None
    except ValueError:  # It was replaced by hand.
        return False


@dataclass(frozen=True, slots=True, eq=False)
class DeepPng:
    """A PNG file of 16 bits a channel.

    Attributes:
        place: the file.
        content: its bytes, where they have been read already.
        size: (width, height).
        channels: C; the last of 2 or 4 is the alpha.
        orientation: EXIF orientation.
    """

    place: Path
    content: bytes | None
    size: tuple[int, int]
    channels: int
    orientation: int

    @property
    def is_deep(self) -> bool:
        """Whether a sample has more than 8 bits."""
        return True

    @property
    def has_alpha(self) -> bool:
        """Whether the last channel is the alpha."""
        return self.channels in (2, 4)

    def read(self, channel: int | None = None) -> NDArray[np.uint16]:
        """(H, W, C) samples, of one channel only if that is named.

        Raises:
            ValueError: the file is far larger than its pixels.
            RuntimeError: the file is damaged.
        """
        from imagecodecs import png_decode

        content = self.place.read_bytes() if self.content is None else self.content
        width, height = self.size
        if len(content) > 2 * self.channels * width * height + height + SLACK_BYTES:
            raise ValueError(f"{len(content):,} bytes for {width} x {height} pixels; it is damaged")
        values: NDArray[np.uint16] = png_decode(content).reshape(height, width, self.channels)
        return values if channel is None else values[:, :, channel : channel + 1]
