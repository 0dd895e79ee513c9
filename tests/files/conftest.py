"""The steps that a writer takes on disk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture
def steps(monkeypatch):
    """What was synced and renamed, in order; a part by its place."""
    done = []
    sync, rename, replace, mkdir = os.fsync, os.rename, os.replace, os.mkdir

    def plain(path):
        name = Path(path).name
        return "part" if name.endswith(".part") else name

    def syncing(descriptor):
        done.append(plain(os.readlink(f"/proc/self/fd/{descriptor}")))
        sync(descriptor)

    def moving(move):
        def moved(source, target):
            done.append(f"{plain(source)} to {plain(target)}")
            move(source, target)

        return moved

    def making(path, *args, **kwargs):
        done.append(f"make {plain(path)}")
        mkdir(path, *args, **kwargs)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "rename", moving(rename))
    monkeypatch.setattr(os, "replace", moving(replace))
    monkeypatch.setattr(os, "mkdir", making)
    return done
