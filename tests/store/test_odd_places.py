"""What is in the place of a file or a folder of a run and is none: a sentence, and a repair moves it away."""

import os
import shutil
import sqlite3
from contextlib import closing

import pytest
from helpers.small_runs import copied, small_data

from lada_explore.errors import StoreError
from lada_explore.session.session import Session
from lada_explore.store import Journal, open_run
from lada_explore.store.repair import repair_run


@pytest.mark.parametrize("make", [os.mkfifo, os.mkdir], ids=["pipe", "folder"])
@pytest.mark.parametrize("ending", ["-wal", "-shm", "-journal"])
def test_what_is_no_file_beside_the_journal_is_named_and_costs_no_answer(finished, tmp_path, ending, make):
    run = copied(finished, tmp_path / "run")
    before = open_run(run).answers()
    make(run / f"labels.sqlite{ending}")
    assert f"(labels.sqlite{ending} beside it is no file)" in open_run(run).notes[0]
    with pytest.raises(StoreError, match="beside it is no file.*lada-explore repair"):
        Session.resume(run, data=small_data())
    done = repair_run(run)
    assert (done.dropped, done.n_answers) == ((), len(before))
    assert os.path.lexists(run / "dropped" / "1" / f"labels.sqlite{ending}")
    assert open_run(run).answers() == before
    Session.resume(run, data=small_data()).close()


@pytest.mark.parametrize(("name", "kept"), [("cycles", 0), ("cycles/000", 0), ("cycles/001", 4)])
def test_a_file_in_the_place_of_a_folder_is_moved_away_and_the_run_goes_on_before_it(finished, tmp_path, name, kept):
    run = copied(finished, tmp_path / "run")
    shutil.rmtree(run / name)
    (run / name).write_text("mine")
    with pytest.raises(StoreError, match=f"{name} is damaged .*lada-explore repair"):
        open_run(run)
    done = repair_run(run)
    assert "is no folder of a run" in done.faults[0]
    assert (run / "dropped" / "1" / name).read_text() == "mine"
    assert sum(len(list(cycle.iterdir())) for cycle in run.glob("cycles/*")) == kept
    Session.resume(run, data=small_data()).close()


def test_a_file_in_the_place_of_what_is_dropped_is_named_with_what_helps(finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    (run / "dropped").write_text("mine")
    (run / "cycles" / "001" / "select" / "record.json").write_text("")
    with pytest.raises(StoreError, match=r"dropped cannot be written .*move away what is in its place.*repair again"):
        repair_run(run)
    (run / "dropped").unlink()
    assert repair_run(run).dropped[-1] == "cycles/001/evaluate"


def test_lines_that_a_killed_writer_was_changing_are_read_as_they_were(tmp_path):
    """Where there can be no write-ahead log, SQLite keeps what was there in a file beside the database."""
    with closing(Journal(tmp_path / "labels.sqlite")) as journal:
        journal.record(0, dict.fromkeys(range(500), 1), "ada")
        lines = journal.answers()
    with closing(sqlite3.connect(tmp_path / "labels.sqlite")) as writer:
        for setting in ("journal_mode = DELETE", "cache_size = 1"):
            writer.execute(f"PRAGMA {setting}")
        writer.execute("UPDATE answers SET note = ?", ("x" * 500,))  # Not committed, but on disk already.
        (tmp_path / "killed").mkdir()
        for name in ("labels.sqlite", "labels.sqlite-journal"):
            shutil.copy(tmp_path / name, tmp_path / "killed" / name)
    for read_only in (True, False):
        with closing(Journal(tmp_path / "killed" / "labels.sqlite", read_only=read_only)) as journal:
            assert journal.answers() == lines
