"""A run in short equals what its records say, and is read again when it has changed."""

from __future__ import annotations

import pytest
from helpers.fake_branches import fake_branch
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.records import Stage, position
from lada_explore.store import RunFolder, open_run
from lada_explore.store.run_summary import SummaryReader, is_at_work


@pytest.fixture
def session():
    made = FakeSession(cycles=3)
    made.run(2)
    return made


def test_it_is_what_the_records_of_the_run_say(session, tmp_path):
    record(session, tmp_path / "run")
    folder, run = RunFolder(tmp_path / "run"), open_run(tmp_path / "run")
    short = SummaryReader().read(tmp_path / "run")
    assert (short.info, short.digest, short.fault) == (run.info, folder.digest, "")
    assert short.position == position(run.history, 3)
    evaluated = [records.evaluate for records in run.history if records.evaluate is not None]
    assert list(short.accuracy) == [one.accuracy for one in evaluated]
    assert short.labels == evaluated[-1].n_labelled


@pytest.mark.parametrize("stages", range(12))
def test_the_next_stage_is_told_after_every_stage(stages, tmp_path):
    session = FakeSession(cycles=1)
    for _ in range(min(stages, 11)):
        session.step()
    record(session, tmp_path / "run")
    assert SummaryReader().read(tmp_path / "run").position == position(session.history, 1)


def test_a_run_is_read_again_after_a_stage_and_else_not(session, tmp_path):
    record(session, tmp_path / "run")
    reader = SummaryReader()
    first = reader.read(tmp_path / "run")
    assert reader.read(tmp_path / "run") is first
    session.step()
    folder = RunFolder(tmp_path / "run")
    last = session.history[-1]
    folder.commit(last.subsample, 0.1)
    assert reader.read(tmp_path / "run").position == position(session.history, 3)


def test_a_run_that_is_no_longer_asked_for_is_forgotten(session, tmp_path):
    record(session, tmp_path / "run")
    reader = SummaryReader()
    first = reader.read(tmp_path / "run")
    reader.keep_only(set())
    assert reader.read(tmp_path / "run") is not first


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}'])
def test_a_damaged_run_json_is_a_sentence(content, tmp_path):
    (tmp_path / "run.json").write_text(content)
    short = SummaryReader().read(tmp_path)
    assert (short.info, short.position) == (None, None)
    assert str(tmp_path) in short.fault


def test_a_damaged_record_costs_its_cycle_and_those_after_it(session, tmp_path):
    record(session, tmp_path / "run")
    (tmp_path / "run/cycles/001/evaluate/record.json").write_text("[]")
    short = SummaryReader().read(tmp_path / "run")
    assert len(short.accuracy) == 1
    assert "001/evaluate/record.json" in short.fault


def test_a_stage_that_is_missing_before_others_is_a_sentence(session, tmp_path):
    record(session, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    folder.retract(1, Stage.QUERY)
    assert "is missing although the later" in SummaryReader().read(tmp_path / "run").fault


def test_a_branch_has_the_cycles_that_it_shares(session, tmp_path):
    record(session, tmp_path / "run")
    short = SummaryReader().read(fake_branch(tmp_path / "run", tmp_path / "branch", 0))
    assert len(short.accuracy) == 1
    assert short.info is not None
    assert short.info.last_shared == 0


def test_a_run_is_at_work_while_its_folder_is_locked(session, tmp_path):
    record(session, tmp_path / "run")
    folder = RunFolder(tmp_path / "run")
    assert not is_at_work(tmp_path / "run")
    folder.lock()
    assert is_at_work(tmp_path / "run")
    folder.unlock()
    assert not is_at_work(tmp_path / "run")
