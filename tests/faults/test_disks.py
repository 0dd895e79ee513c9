"""Real disks, made small where this machine lets a test mount one: a sentence, and nothing lost."""

from __future__ import annotations

import pytest
from faults.operations import EXPORTS, OPERATIONS, QUERIES, REPAIRS
from faults.scripts import said_by
from helpers.fuzz import ROUNDS

pytestmark = pytest.mark.slow

FILLED = list(OPERATIONS) if ROUNDS > 1 else ["create", "query of 1", "train of 1", *QUERIES, *EXPORTS, *REPAIRS]


@pytest.fixture(scope="module")
def filled(mounting, templates, tmp_path_factory):
    return said_by("small_disk.py", templates, tmp_path_factory.mktemp("disk"), *FILLED, before=mounting)


@pytest.mark.parametrize("name", FILLED)
def test_a_disk_that_is_full_to_the_last_pages_leaves_what_was_there(filled, name):
    refused, wrong = filled[name]
    assert wrong == []
    assert refused >= 1
