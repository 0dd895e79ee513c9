"""A table in Markdown, for the modules that show results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

Results = Mapping[str, Any]
"""What a benchmark has written."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows below a head, as many cells in each."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
