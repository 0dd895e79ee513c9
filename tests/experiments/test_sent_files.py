"""A run folder that is sent stage by stage: what arrives can be resumed after every stage, and after every write."""

from __future__ import annotations

import sqlite3

import pytest
from helpers.small_runs import all_bytes, answered, copied, record_bytes, small_data, small_session

from lada_explore.experiments.engines.sent_files import Files, Sent, receive
from lada_explore.session.session import Session
from lada_explore.store import open_run


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """A complete run, and what had arrived elsewhere after each of its stages."""
    folder = tmp_path_factory.mktemp("sent")
    session = small_session(folder / "run", cycles=1)
    sent, sizes = Sent(folder / "run"), []
    place = 0
    while True:
        changes = sent.changes()
        sizes.append(sum(map(len, changes.content.values())))
        receive(folder / "arrived", changes)
        copied(folder / "arrived", folder / f"after-{place}")
        if session.next_stage is None:
            break
        session.step()
        place += 1
    session.close()
    receive(folder / "arrived", sent.changes())
    return folder, sizes


def test_what_arrives_is_the_run(whole):
    folder, _ = whole
    assert record_bytes(folder / "arrived") == record_bytes(folder / "run")
    assert answered(folder / "arrived") == answered(folder / "run")
    own = {"run.lock", "labels.sqlite"}
    there, here = ({k: v for k, v in all_bytes(folder / name).items() if k not in own} for name in ("arrived", "run"))
    assert there == here
    assert open_run(folder / "arrived").history[-1].cycle == 1


@pytest.mark.parametrize("place", [0, 1, 2, 5, 8, 9])
def test_what_has_arrived_after_a_stage_is_resumed_and_comes_to_the_same_records(whole, tmp_path, place):
    folder, _ = whole
    run = copied(folder / f"after-{place}", tmp_path / "run")
    assert sum(len(records.seconds) for records in open_run(run).history) == place
    session = Session.resume(run, data=small_data())
    session.run()
    session.close()
    assert record_bytes(run) == record_bytes(folder / "run")


def test_a_stage_is_sent_alone(whole):
    folder, sizes = whole
    assert len(sizes) == 12
    total = sum(len(content) for name, content in all_bytes(folder / "run").items())
    assert max(sizes) < total / 2


def test_files_that_are_gone_are_removed_and_nothing_is_sent_twice(tmp_path):
    (run := tmp_path / "run" / "cycles").mkdir(parents=True)
    (run / "a").write_bytes(b"1")
    sent = Sent(tmp_path / "run")
    receive(there := tmp_path / "there", sent.changes())
    assert sent.changes() == Files(content={})
    (run / "a").unlink()
    (run / "b").write_bytes(b"2")
    changes = sent.changes()
    assert changes == Files(content={"cycles/b": b"2"}, gone=("cycles/a",))
    receive(there, changes)
    assert all_bytes(there) == {"cycles/b": b"2"}


def test_the_journal_is_sent_with_what_sqlite_keeps_beside_it(tmp_path):
    session = small_session(tmp_path / "run", cycles=0)
    session.step()
    session.step()
    assert (tmp_path / "run" / "labels.sqlite-wal").stat().st_size > 0
    files = Sent(tmp_path / "run").changes()
    assert "labels.sqlite-wal" not in files.content
    (tmp_path / "alone.sqlite").write_bytes(files.content["labels.sqlite"])
    with sqlite3.connect(tmp_path / "alone.sqlite") as database:
        assert database.execute("SELECT count(*) FROM answers").fetchone() == (6,)
    database.close()
    session.close()
