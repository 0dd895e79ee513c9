"""How far each group is, for the teacher: collected from the files that kernels write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lada_explore.apps.served.progress import Progress, read_progress

MAX_KEPT = 200
"""Groups without a page that are remembered; of more, those that left last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One group.

    Attributes:
        pages: pages that are open.
        progress: of the page on which something was done last.
        at: when that was, in seconds since 1970.
    """

    pages: int
    progress: Progress
    at: float


class Board:
    """The groups of a class, with and without open pages.

    Args:
        place_of: the file in which a kernel, by its id, says how far it is.
    """

    def __init__(self, place_of: Callable[[str], Path]) -> None:
        self._place_of = place_of
        self._left: dict[int | None, Row] = {}

    def leave(self, kernel_id: str) -> None:
        """Remember how far a kernel was that is ending, before its folder is removed."""
        found = read_progress(self._place_of(kernel_id))
        if found is None:
            return
        progress, at = found
        before = self._left.pop(progress.group, None)
        row = Row(pages=0, progress=progress, at=at)
        self._left[progress.group] = row if before is None or before.at <= at else before
        while len(self._left) > MAX_KEPT:
            del self._left[next(iter(self._left))]

    def rows(self, pages: Mapping[str, int]) -> list[Row]:
        """A row for each group, by number; those without a number come last.

        Args:
            pages: how many pages are connected to each kernel, by its id.
        """
        groups: dict[int | None, Row] = {}
        for kernel_id, connected in pages.items():
            found = read_progress(self._place_of(kernel_id))
            if found is None:
                continue
            progress, at = found
            row = Row(pages=connected, progress=progress, at=at)
            other = groups.get(progress.group)
            if other is not None:
                newest = max(row, other, key=lambda one: one.at)
                row = Row(pages=row.pages + other.pages, progress=newest.progress, at=newest.at)
            groups[progress.group] = row
        numbered = self._left | groups
        return [numbered[group] for group in sorted(numbered, key=lambda group: (group is None, group))]
