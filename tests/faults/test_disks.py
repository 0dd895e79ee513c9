"""Real disks, made small or read-only where this machine lets a test mount one: a sentence, and nothing lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from faults.operations import EXPORTS, OPERATIONS, QUERIES, REPAIRS, names_in
from helpers.fuzz import ROUNDS
from helpers.small_runs import all_bytes

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
FILLED = list(OPERATIONS) if ROUNDS > 1 else ["create", "query of 1", "train of 1", *QUERIES, *EXPORTS, *REPAIRS]


def mounting(script: str, *words: object) -> dict:
    """What a script says that mounts disks of its own."""
    command = ["unshare", "--map-root-user", "--mount", sys.executable, str(HERE / script), *map(str, words)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


@pytest.fixture(scope="module", autouse=True)
def _may_mount():
    try:
        subprocess.run(["unshare", "--map-root-user", "--mount", "true"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("this machine lets no test mount a disk")


@pytest.fixture(scope="module")
def filled(templates, tmp_path_factory):
    return mounting("small_disk.py", templates, tmp_path_factory.mktemp("disk"), *FILLED)


@pytest.mark.parametrize("name", FILLED)
def test_a_disk_that_is_full_to_the_last_pages_leaves_what_was_there(filled, name):
    refused, wrong = filled[name]
    assert wrong == []
    assert refused >= 1


def test_a_run_on_a_disk_that_is_read_only_can_be_read_and_says_why_nothing_else_can_be_done(templates, tmp_path):
    folder = tmp_path / "folder"
    shutil.copytree(templates / "labelled", folder)
    before = all_bytes(folder), names_in(folder)
    told = mounting("read_only.py", folder)
    assert (told["history"], told["answers"]) == ("2", "10")
    for name, place in (("resume", "run"), ("create", "new/run"), ("export", "out.csv"), ("folders", "out")):
        assert told[name].startswith(f"refused: {folder / place} cannot be written (Read-only file system); "), name
    assert (all_bytes(folder), names_in(folder)) == before
