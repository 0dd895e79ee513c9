"""Fixtures for all tests, where tests run; and what is imported is no garbage."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest

LONGEST = (Path(__file__).parent / "longest.txt").read_text(encoding="utf-8").split()
"""Files that take more than about 15 s alone on two cores, the longest first."""


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures, but not in the process that hands out the tests to others: these wait until it is up."""
    if config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("helpers.fixtures")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Two processes more than cores: two fifths of the time these tests wait for threads, processes and queues."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_finish() -> None:
    """Keep what is imported out of every later search for garbage, which would take a third of a second each time."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with the longest files where several processes share them, so that none of them is alone at the end."""
    here = Path(__file__).parent
    gone = [name for name in LONGEST if not (here / f"{name}.py").is_file()]
    if gone:
        raise pytest.UsageError(f"tests/longest.txt names {gone[0]}, which is no file of tests/; take it out")
    if hasattr(config, "workerinput"):
        place = {here / f"{name}.py": at for at, name in enumerate(LONGEST)}
        items.sort(key=lambda item: place.get(item.path, len(LONGEST)))
