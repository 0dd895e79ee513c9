"""Pictures of a set in a size of one's own: from their files, where the set holds thumbnails of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.datasets.ahead import ahead
from lada_explore.datasets.decode import AHEAD
from lada_explore.datasets.image_set import ImageSet
from lada_explore.errors import DataError
from lada_explore.files import Unreadable, converting

UNREADABLE = Unreadable(
    error=DataError,
    damaged="cannot be read as a picture",
    remedy="restore it, or remove it and open its folder again",
    missing="is gone; restore it, or open its folder again",
)


def blocks_of_shape(images: ImageSet, shape: tuple[int, int, int], size: int) -> Iterator[Tensor]:
    """The pictures of a set in order of their ids, in blocks (B, D, H, W) uint8 of `size`, but for the last.

    Args:
        images: the set.
        shape: (D, H, W): that of the set, or any for a set with files.
        size: B.

    Raises:
        DataError: a file is gone, or cannot be read.
    """
    reader = images.reader
    if images.files is None or reader is None or shape == images.shape:
        yield from images.blocks(size)
        return

    def read(file: Path) -> NDArray[np.uint8]:
        with converting(lambda error: UNREADABLE.of(file, error)):
            return reader.read(file, shape)

    with closing(ahead(read, images.files, at_most=AHEAD)) as pictures:
        block: list[NDArray[np.uint8]] = []
        for _, picture in pictures:
            block.append(picture)
            if len(block) == size:
                yield torch.from_numpy(np.stack(block))
                block = []
        if block:
            yield torch.from_numpy(np.stack(block))
