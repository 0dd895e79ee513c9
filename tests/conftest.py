"""Fixtures for all tests, where tests run; and what is imported is no garbage."""

from __future__ import annotations

import gc

import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Load the fixtures, but not in the process that hands out the tests to others: these wait until it is up."""
    if config.getoption("dist", "no") == "no":
        config.pluginmanager.import_plugin("helpers.fixtures")


def pytest_collection_finish() -> None:
    """Keep what is imported out of every later search for garbage, which would take a third of a second each time."""
    gc.collect()
    gc.freeze()
