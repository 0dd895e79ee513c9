"""Lets pytest run the tests of a mutant in the order of how long they took: most mutants are killed by the first."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

MEASURED = Path("mutmut-stats.json")
"""Seconds of each test, which mutmut keeps in the folder that the tests run in."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The fastest first; one that has not been measured goes before all others."""
    if MEASURED.is_file():
        seconds = json.loads(MEASURED.read_text(encoding="utf-8"))["duration_by_test"]
        items.sort(key=lambda item: seconds.get(item.nodeid, 0.0))
