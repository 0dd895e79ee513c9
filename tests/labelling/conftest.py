"""Runs that ask about two pairs, or four images, of their first cycle."""

from __future__ import annotations

import pytest
from helpers.asked import made
from helpers.sessions import resume
from helpers.small_runs import copied


@pytest.fixture(scope="module")
def asked_pairs(tmp_path_factory):
    return made(tmp_path_factory, "lada-entmix-exact")


@pytest.fixture(scope="module")
def asked_singles(tmp_path_factory):
    return made(tmp_path_factory, "max-entropy")


@pytest.fixture
def session(asked_pairs, tmp_path):
    """A run that asks about the two best pairs of its first cycle."""
    opened = resume(copied(asked_pairs, tmp_path / "run"))
    yield opened
    opened.close()
