"""Whether the images of two runs are the same."""

from __future__ import annotations

from typing import Any

from lada_explore.views.base.source import RunSource
from lada_explore.views.comparison.side import folder_of


def other_images(first: RunSource, second: RunSource) -> str:
    """A sentence on two runs whose images are not the same; empty for the same images."""
    mine, theirs = first.config.data.name, second.config.data.name
    tell = "so nothing that is chosen in one is chosen in the other."
    if mine != theirs:
        return f"A is of {mine} and B of {theirs}: different images, {tell}"
    known = [_checksum(source) for source in (first, second)]
    if all(known) and known[0] != known[1]:
        return f"The images of A and of B, both called {mine}, are not the same, {tell}"
    return ""


def _checksum(source: Any) -> str:
    """Checksum of the images of a run; empty where it is not known."""
    info = getattr(folder_of(source), "info", None)
    return str(getattr(info, "train_checksum", ""))
