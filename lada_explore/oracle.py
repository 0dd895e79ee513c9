"""Who answers a query."""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from lada_explore.errors import OracleError
from lada_explore.records import IntArray


class Oracle(Protocol):
    """Answers as many of the queried ids as it can at once; the session waits for the others."""

    @property
    def name(self) -> str:
        """Written into the journal as the annotator."""

    def answer(self, ids: IntArray) -> dict[int, int]:
        """Labels by id, for any part of `ids` (B,)."""


class GroundTruth:
    """Answers at once from the data set's own targets.

    Args:
        targets: (N,) class indices, or None.

    Raises:
        OracleError: the data set has no targets.
    """

    name = "ground-truth"

    def __init__(self, targets: Tensor | None) -> None:
        if targets is None:
            raise OracleError("these images have no labels of their own; answer by yourself with --oracle person")
        self._targets = targets

    def answer(self, ids: IntArray) -> dict[int, int]:
        """The target of every id."""
        return {int(i): int(self._targets[int(i)]) for i in ids}


class Person:
    """Answers nothing by itself: the session waits for `Session.submit`."""

    name = "person"

    def answer(self, ids: IntArray) -> dict[int, int]:
        """No answers."""
        return {}
