"""Branches of fake runs, made without torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from lada_explore.config import RunConfig
from lada_explore.store import RunFolder
from lada_explore.store.branching import make_branch, no_answers, parent_of


def fake_branch(parent: Path, path: Path, at: int, *changed: str, config: RunConfig | None = None) -> Path:
    """Make a branch of a run whose cycles up to `at` are complete; returns its folder."""
    folder = RunFolder(parent)
    info = replace(folder.info, config=config or folder.info.config, parent=parent_of(folder, path, at, changed))
    make_branch(folder, path, info, None, no_answers)
    return path
