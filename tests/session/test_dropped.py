"""A session that was never closed, or whose opening failed, holds no file of its run once nobody holds it."""

from __future__ import annotations

import gc
import os
from pathlib import Path

import pytest
from helpers.held import OPEN_FILES, counts_files
from helpers.sessions import resume
from helpers.small_runs import small_session

from lada_explore.session import session as session_module
from lada_explore.session.worker import WorkerState
from lada_explore.store import journal as journal_module


@pytest.fixture
def run(tmp_path):
    """Folder of a run that was not begun."""
    small_session(tmp_path / "run", cycles=0).close()
    return tmp_path / "run"


def open_files(folder: Path) -> list[str]:
    """Files below a folder that this process has open."""
    gc.collect()
    opened = []
    for descriptor in os.listdir(OPEN_FILES):
        link = OPEN_FILES / descriptor
        opened += [os.readlink(link)] if link.is_symlink() else []
    return sorted(Path(name).name for name in opened if name.startswith(str(folder)))


@counts_files
def test_one_that_is_dropped_after_it_ran_and_before_its_worker(run):
    session = resume(run)
    assert open_files(run) != []
    worker = session.worker
    del session
    worker.run()
    assert worker.wait(60) is WorkerState.FINISHED
    thread = worker._thread
    del worker
    gc.collect()
    thread.join(20)
    assert open_files(run) == []
    resume(run).close()


@counts_files
@pytest.mark.parametrize(
    "fails", ["oracle_for", "LabellingService", "StageRunner", "RunCheckpoints", "require_same", "Stepping"]
)
def test_one_whose_opening_fails_anywhere(run, monkeypatch, fails):
    def refuse(*args, **more):
        raise ArithmeticError(fails)

    with monkeypatch.context() as patched:
        patched.setattr(session_module, fails, refuse)
        with pytest.raises(ArithmeticError, match=fails):
            resume(run)
    assert open_files(run) == []
    resume(run).close()


@counts_files
def test_a_journal_whose_opening_fails_at_its_very_end(run, monkeypatch):
    class Broken(journal_module.HeadFile):
        def write(self, head):
            raise ArithmeticError("head")

    monkeypatch.setattr(journal_module, "HeadFile", Broken)
    with pytest.raises(ArithmeticError, match="head"):
        resume(run)
    assert open_files(run) == []
