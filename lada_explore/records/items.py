"""What a run knows of each of its images, so that it finds them again and its labels can be read without them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Item:
    """An image of a folder.

    Attributes:
        name: path relative to the folder, with slashes; bytes that are no text in UTF-8 are lone surrogates.
        digest: SHA-256 in hex of the pixels that the run reads of it.
        width, height: of its file as it is stored, in pixels.
    """

    name: str
    digest: str
    width: int
    height: int
