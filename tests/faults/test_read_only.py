"""Folders and disks that nothing can be written to: who writes gets one sentence, who reads gets what is there."""

from __future__ import annotations

import re

import pytest
from faults.operations import IN_A_RUN, OPERATIONS
from faults.readers import READERS
from faults.scripts import said_by

pytestmark = pytest.mark.slow

WRITTEN = [*OPERATIONS]
FROM_SOURCES = [f"{name} from sources" for name in IN_A_RUN]
READ = [name for name in READERS if name != "resume"]
PLACES = {"create": "new/run", "create of pictures": "new/run", "csv": "out.csv", "folders": "new/out"}
"""What is named, where it is not the run; by operation."""


@pytest.fixture(scope="module")
def shut(templates, quick_folder):
    """By what was tried where the permissions of files forbid to write: what it said, and what was wrong."""
    return said_by("read_only.py", "permissions", templates, quick_folder, *WRITTEN, *FROM_SOURCES, *READ)


@pytest.fixture(scope="module")
def mounted(mounting, templates, quick_folder):
    """The same on a disk that is read-only, for some of it."""
    (folder := quick_folder / "mounted").mkdir()
    return said_by("read_only.py", "mounted", templates, folder, *ON_A_DISK, *READ_ON_A_DISK, before=mounting)


ON_A_DISK = ["create", "evaluate of 1", "an import", "csv", "folders", "a lesson", "a stage repaired"]
READ_ON_A_DISK = ["open_run", "show", "views"]


def check(told, name, reason):
    said, wrong = told[name]
    assert wrong == []
    place = PLACES.get(name, "run" if name in IN_A_RUN else "")
    assert re.fullmatch(rf"[^\n]*work/{place}[^\n]* cannot be written \({reason}\); [^\n]+", said)


@pytest.mark.parametrize("name", WRITTEN)
def test_who_may_not_write_is_told_so_in_a_sentence_and_nothing_is_changed(shut, name):
    check(shut, name, "Permission denied")


@pytest.mark.parametrize("name", FROM_SOURCES)
def test_labels_and_pictures_that_may_only_be_read_are_enough_for_a_run_that_may_be_written(shut, name):
    assert shut[name] == ["", []]


@pytest.mark.parametrize("name", READ)
def test_who_reads_a_run_that_may_not_be_written_learns_the_same(shut, name):
    assert shut[name] == ["", []]


@pytest.mark.parametrize("name", ON_A_DISK)
def test_a_disk_that_is_read_only_is_said_to_be(mounted, name):
    check(mounted, name, "Read-only file system")


@pytest.mark.parametrize("name", READ_ON_A_DISK)
def test_a_run_on_a_disk_that_is_read_only_can_be_read(mounted, name):
    assert mounted[name] == ["", []]
