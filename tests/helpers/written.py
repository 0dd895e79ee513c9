"""What a writer is given to write, and disks that refuse it."""

from __future__ import annotations

import os
from pathlib import Path

from lada_explore.errors import ConfigError
from lada_explore.files import (
    Refusal,
)

OF_EXPORT = Refusal(error=ConfigError, remedy="choose another file with --out", taken="is taken")


def two_files(folder: Path) -> None:
    (folder / "a").write_text("1")
    (folder / "b").write_text("2")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fail_at(monkeypatch, step, failure):
    """Make the step-th sync from now on fail, 0 the next, and those after it work."""
    calls, sync = [], os.fsync

    def failing(descriptor):
        calls.append(descriptor)
        if len(calls) == step + 1:
            raise failure
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)


def refuse(code):
    def refusing(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    return refusing


def umask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
