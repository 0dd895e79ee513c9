"""A run is deleted whole, and nothing else is; what may not be deleted is refused with one sentence."""

from __future__ import annotations

import os
import shutil

import pytest
from helpers.fake_branches import fake_branch
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.errors import StoreError
from lada_explore.store import RunFolder, open_run
from lada_explore.store.removal import removable, remove_run


@pytest.fixture
def run(tmp_path):
    session = FakeSession(cycles=2)
    session.run(2)
    record(session, tmp_path / "runs" / "run")
    return tmp_path / "runs" / "run"


def test_a_run_is_gone_and_what_is_beside_it_stays(run):
    beside = run.parent / "notes.txt"
    beside.write_text("keep")
    remove_run(run)
    assert os.listdir(run.parent) == ["notes.txt"]
    assert beside.read_text() == "keep"


def test_its_size_is_that_of_its_files_and_what_a_branch_has_too_is_said(run):
    files = [path for path in run.rglob("*") if path.is_file()]
    assert removable(run).n_bytes == sum(path.stat().st_size for path in files)
    assert removable(run).shared_bytes == 0
    branch = fake_branch(run, run.parent / "branch", 0)
    shared = [path for path in (branch / "cycles").rglob("*") if path.is_file()]
    assert removable(run).shared_bytes == sum(path.stat().st_size for path in shared) > 0


def test_a_branch_outlives_its_parent_with_every_byte(run):
    branch = fake_branch(run, run.parent / "branch", 1)
    before = {path: path.read_bytes() for path in branch.rglob("*") if path.is_file()}
    remove_run(run)
    assert {path: path.read_bytes() for path in branch.rglob("*") if path.is_file()} == before
    assert len(open_run(branch).history) == 2


def test_a_run_that_somebody_works_at_is_kept(run):
    folder = RunFolder(run)
    folder.lock()
    with pytest.raises(StoreError, match="is in use by another process or session"):
        remove_run(run)
    folder.unlock()
    assert len(open_run(run).history) == 2


def test_a_link_to_a_run_is_kept_and_so_is_the_run(run):
    link = run.parent / "link"
    link.symlink_to(run)
    with pytest.raises(StoreError, match=r"is a link, so the run is elsewhere; delete it where it is: .*/run$"):
        remove_run(link)
    assert link.is_symlink()
    assert open_run(run).history


def test_links_in_a_run_are_not_followed(run, tmp_path):
    moved = tmp_path / "large-disk"
    shutil.move(run / "cycles", moved)
    (run / "cycles").symlink_to(moved)
    remove_run(run)
    assert not run.exists()
    assert (moved / "000" / "evaluate" / "record.json").exists()


@pytest.mark.parametrize("name", ["notes.txt", "pictures", "first"])
def test_a_run_that_holds_something_else_is_kept(run, name):
    if "." in name:
        (run / name).write_text("mine")
    else:
        shutil.copytree(run / "cycles", run / name)
    with pytest.raises(StoreError, match=f"holds {name} too, which is no part of the run; move that elsewhere"):
        remove_run(run)
    assert (run / name).exists()
    assert open_run(run).history


@pytest.mark.parametrize("content", [None, "{", '{"name": "package"}'])
def test_a_folder_that_is_no_run_is_kept(tmp_path, content):
    place = tmp_path / "other"
    place.mkdir()
    (place / "file").write_text("mine")
    if content is not None:
        (place / "run.json").write_text(content)
    with pytest.raises(StoreError):
        remove_run(place)
    assert (place / "file").read_text() == "mine"
