"""Whether the images of two runs are the same, and which settings one of them is too old for."""

from __future__ import annotations

from typing import Any

from lada_explore.config import flatten
from lada_explore.files import OF_RUN_FILE
from lada_explore.store.files import read_object
from lada_explore.store.run_info import RUN_FILE
from lada_explore.views.base.source import RunSource
from lada_explore.views.comparison.side import folder_of


def unrecorded(run: RunSource) -> frozenset[str]:
    """Dotted names of the settings that `run.json` of a run lacks, because it is older than they are.

    Raises:
        StoreError: it cannot be read.
    """
    folder = folder_of(run)
    if folder is None:
        return frozenset()
    recorded = flatten(read_object(folder.path / RUN_FILE, OF_RUN_FILE).get("config", {}))
    return frozenset(flatten(run.config.to_dict())) - frozenset(recorded)


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
