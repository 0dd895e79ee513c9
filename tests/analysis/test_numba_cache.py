"""numba keeps what it compiles where this person may write, and where the person said."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

PROGRAM = """
import os, sys, textwrap
from pathlib import Path
from lada_explore.analysis import numba_cache
if sys.argv[1] == "nowhere":
    numba_cache._package_caches = lambda: [Path("/dev/null/umap"), Path("/dev/null/pynndescent")]
if sys.argv[2] == "late":
    import numba
numba_cache.ensure_numba_cache()
import numba
try:
    numba.njit(cache=True)(textwrap.dedent)  # where umap fails: numba seeks the place when a function is declared
    print("kept in", os.environ.get("NUMBA_CACHE_DIR"))
except RuntimeError as error:
    print("failed:", error)
"""


def kept_in(tmp_path, packages="nowhere", when="early", **more) -> str:
    """What a new process says, whose home cannot be written and whose numba never looks beside the sources."""
    own = {"HOME": "/dev/null/home", "TMPDIR": str(tmp_path)}
    locators = {"NUMBA_CACHE_LOCATOR_CLASSES": "UserProvidedCacheLocator,UserWideCacheLocator"}
    environment = {name: text for name, text in os.environ.items() if not name.startswith(("NUMBA", "LADA", "XDG"))}
    ended = subprocess.run(
        [sys.executable, "-c", PROGRAM, packages, when],
        env=environment | own | locators | more,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout.strip()


@pytest.mark.slow
def test_a_person_who_may_write_neither_the_environment_nor_a_home_gets_a_folder(tmp_path):
    folder = f"{tmp_path}/lada-explore-{os.geteuid()}/numba"
    assert kept_in(tmp_path) == f"kept in {folder}"
    assert kept_in(tmp_path, when="late") == f"kept in {folder}"
    assert os.listdir(folder) != []
    assert kept_in(tmp_path, LADA_CACHE=str(tmp_path / "mine")) == f"kept in {tmp_path}/mine/numba"


@pytest.mark.slow
def test_where_numba_finds_a_place_or_the_person_named_one_nothing_is_changed(tmp_path):
    assert kept_in(tmp_path, XDG_CACHE_HOME=str(tmp_path)) == "kept in None"
    assert kept_in(tmp_path, NUMBA_CACHE_DIR=str(tmp_path / "own")) == f"kept in {tmp_path}/own"
    # One that cannot be written is the person's too; numba says so itself.
    assert kept_in(tmp_path, NUMBA_CACHE_DIR="/dev/null/own").startswith("failed: cannot cache function")
