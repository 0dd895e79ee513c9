"""A run as a reader sees it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from helpers.rights import shut
from helpers.small_runs import CLASSES, all_bytes, copied, cut_before, small_session

from lada_explore.errors import StoreError
from lada_explore.records import Stage
from lada_explore.store import RunFolder, open_run

TESTS = Path(__file__).parents[1]
BY_HAND = TESTS / "fixtures" / "run-0.1" / "by-hand"
"""A person added a class to the three of its images."""


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    out = tmp_path_factory.mktemp("recorded") / "run"
    session = small_session(out, cycles=1)
    session.run()
    session.close()
    return out


def test_it_gives_settings_classes_device_and_history(finished):
    run = open_run(finished)
    assert run.path == finished
    assert run.config.method.name == "lada-entmix"
    assert run.class_names == CLASSES
    assert run.device.startswith("cpu (")
    assert run.info.oracle == "ground-truth"
    assert [records.cycle for records in run.history] == [0, 1]
    assert run.history[1].evaluate.n_labelled == 10


def test_it_gives_every_answer_in_order(finished):
    run = open_run(str(finished))
    asked = [int(i) for records in run.history for i in records.select.query_ids]
    assert [answer.id for answer in run.answers()] == asked
    assert [answer.label for answer in run.answers()] == [i % 3 for i in asked]
    assert {answer.annotator for answer in run.answers()} == {"ground-truth"}


def test_reading_leaves_the_folder_as_it_is(finished):
    before = all_bytes(finished)
    open_run(finished).answers()
    assert all_bytes(finished) == before


def test_it_reads_while_another_writes(finished, tmp_path):
    writer = RunFolder(copied(finished, tmp_path / "run"))
    writer.lock()
    assert open_run(tmp_path / "run").history[-1].next_stage is None
    assert len(open_run(tmp_path / "run").answers()) == 10
    writer.unlock()


def test_a_run_under_way_ends_with_the_stage_that_is_next(finished, tmp_path):
    out = copied(finished, tmp_path / "run")
    cut_before(out, 1, Stage.SELECT)
    assert open_run(out).history[-1].next_stage is Stage.SELECT
    assert len(open_run(out).answers()) == 6


def test_it_stays_as_it_was_read_and_calls_nobody(finished, tmp_path):
    out = copied(finished, tmp_path / "run")
    run, heard = open_run(out), []
    forget = run.on_change(lambda: heard.append("changed"))
    cut_before(out, 1, Stage.SELECT)
    assert run.history[-1].next_stage is None
    assert open_run(out).history[-1].next_stage is Stage.SELECT
    forget()
    assert heard == []


def test_without_a_journal_the_records_are_still_read(finished, tmp_path):
    out = copied(finished, tmp_path / "run")
    (out / "labels.sqlite").unlink()
    run = open_run(out)
    assert run.history[1].query.labels.tolist() == [i % 3 for i in run.history[1].query.ids.tolist()]
    with pytest.raises(StoreError, match=r"labels\.sqlite is missing; it holds all answers so far"):
        run.answers()
    assert [note for note in run.notes if "labels.sqlite is missing" in note]


def test_without_the_journal_no_class_is_named_where_a_person_could_have_added_one(tmp_path, call):
    out = copied(BY_HAND, tmp_path / "run")
    assert len(open_run(out).class_names) == 4
    (out / "labels.sqlite").unlink()
    run = open_run(out)
    assert len(run.history[0].query.ids) > 0
    with pytest.raises(StoreError, match=r"labels\.sqlite is missing; it holds all answers so far"):
        _ = run.class_names
    for words in (["--table", "queries"], ["--json"]):
        code, _, err = call("export", out, *words)
        assert (code, "labels.sqlite is missing" in err) == (2, True)
    assert call("show", out)[0] == 0


@pytest.mark.slow
def test_a_folder_that_may_only_be_read_is_read_to_the_last_answer(finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    code = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); from helpers.rights import obey_permissions\n"
        "obey_permissions(); from lada_explore.store import open_run; assert not os.access(sys.argv[1], os.W_OK)\n"
        "run = open_run(sys.argv[1]); print(len(run.history), len(run.answers()))"
    )
    words = [sys.executable, "-c", code, str(run), str(TESTS)]
    with shut(run):
        done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.split() == ["2", "10"]


@pytest.mark.slow
def test_reading_needs_no_torch(finished):
    code = (
        "import sys; sys.modules['torch'] = None\n"
        "from lada_explore import open_run; run = open_run(sys.argv[1]); print(len(run.history), len(run.answers()))"
    )
    done = subprocess.run([sys.executable, "-c", code, str(finished)], check=False, capture_output=True, text=True)
    assert done.stderr == ""
    assert done.stdout.split() == ["2", "10"]


def test_a_run_alone_in_a_cell_is_one_line(tmp_path):
    session = small_session(tmp_path / "run", cycles=1)
    try:
        where = f"{tmp_path / 'run'}: {session.config.data.name}, lada-entmix, seed {session.config.seed}"
        assert repr(session) == f"Session({where}; cycle 0 of 1, Select next; 0 labels)"
        session.run(1)
        assert repr(open_run(tmp_path / "run")) == f"RecordedRun({where}; cycle 1 of 1, Subsample next; 6 labels)"
        session.run()
    finally:
        session.close()
    assert repr(session) == f"Session({where}; cycle 1 of 1, complete, closed; 10 labels)"
