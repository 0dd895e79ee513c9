"""Features of the images of a set: a row of numbers for each image, which may stay on disk."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lada_explore.errors import DataError
from lada_explore.records import IntArray

Values = NDArray[np.float16] | NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class FeatureSet:
    """Features by the id of their image. Only the rows that are asked for are read, so that a map stays on disk.

    Attributes:
        values: (R, F) float16 or float32, which may be an `np.memmap`; rows that no image has are allowed.
        rows: (N,) int64 row in `values` of each of the N images; -1 for one that is absent, whose features are 0.
        digest: SHA-256 of what the features were made of, by which they are known again.

    Raises:
        DataError: another shape or number format, or a row that is not there.
    """

    values: Values
    rows: IntArray
    digest: str

    def __post_init__(self) -> None:
        values, rows = self.values, self.rows
        if values.ndim != 2 or 0 in values.shape:
            raise DataError(f"features have shape {values.shape}; they must be (R, F), a row of numbers for each image")
        if values.dtype not in (np.float16, np.float32):
            raise DataError(f"features are {values.dtype}; they must be float16 or float32")
        if rows.ndim != 1 or rows.dtype != np.int64:
            raise DataError(f"rows of features are {rows.dtype} of shape {rows.shape}; they must be (N,) int64")
        if len(rows) and not (int(rows.min()) >= -1 and int(rows.max()) < len(values)):
            raise DataError(
                f"rows of features go from {rows.min()} to {rows.max()}, and there are {len(values)}; they must be in "
                f"0..{len(values) - 1}"
            )

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def n_features(self) -> int:
        """F, the length of a row."""
        return int(self.values.shape[1])

    def take(self, ids: IntArray) -> NDArray[np.float32]:
        """(B, F) float32 features of the images with these ids (B,), copied."""
        rows = self.rows[ids]
        taken = np.asarray(self.values[rows], dtype=np.float32)
        if (rows < 0).any():
            taken = np.where((rows < 0)[:, None], np.float32(0), taken)
        return taken

    def spread(self, ids: IntArray, size: int) -> FeatureSet:
        """The features of `size` images, of which the others than these ids (N,) are absent."""
        rows = np.full(size, -1, dtype=np.int64)
        rows[ids] = self.rows
        return FeatureSet(self.values, rows, self.digest)
