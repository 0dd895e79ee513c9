"""A run of which anything is damaged is set back to its last sound stage, and goes on to the same end."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from helpers.small_runs import all_bytes, answered, copied, record_bytes, small_data, small_session, stage_order

from lada_explore.errors import StoreError
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run, repair
from lada_explore.store.repair import repair_run


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    session = small_session(tmp_path_factory.mktemp("whole") / "run", cycles=1)
    session.run()
    session.close()
    return session.folder.path


def resumed_to_its_end(run):
    session = Session.resume(run, data=small_data())
    session.run()
    session.close()


def stage_of(run, cycle, stage):
    return run / "cycles" / f"{cycle:03d}" / stage.value


def flip(place):
    content = bytearray(place.read_bytes())
    content[len(content) // 2] ^= 0x55
    place.write_bytes(content)


def test_a_sound_run_is_left_as_it_is(finished, tmp_path, call):
    run = copied(finished, tmp_path / "run")
    before = all_bytes(run / "cycles")
    repair = repair_run(run)
    assert (repair.faults, repair.dropped, repair.to) == ((), (), None)
    assert repair.position.next_stage is None
    assert all_bytes(run / "cycles") == before
    code, out, _ = call("repair", run)
    assert code == 0
    assert "is sound, down to every file; nothing was changed" in out
    assert f"the journal holds {len(answered(finished))} lines; it is complete" in out


@pytest.mark.parametrize(("cycle", "stage"), stage_order(1))
@pytest.mark.parametrize("damage", ["flipped", "emptied", "gone", "folder gone", "of another cycle"])
def test_a_damaged_stage_is_dropped_with_all_later_ones_and_made_again(finished, tmp_path, cycle, stage, damage):
    run = copied(finished, tmp_path / "run")
    folder = stage_of(run, cycle, stage)
    if damage == "folder gone":
        shutil.rmtree(folder)
    elif damage == "of another cycle":
        others = [stage_of(finished, 1 - cycle, stage)]
        if not others[0].is_dir():
            others = [stage_of(finished, 1, Stage.TRAIN)]
        shutil.rmtree(folder)
        shutil.copytree(others[0], folder)
    else:
        place = folder / ("arrays.npz" if (folder / "arrays.npz").exists() else "record.json")
        {"flipped": flip, "emptied": lambda file: file.write_bytes(b""), "gone": Path.unlink}[damage](place)
    last = (cycle, stage) == stage_order(1)[-1]
    if not (damage == "folder gone" and last):
        with pytest.raises(StoreError, match=r"lada-explore repair|restore it from a copy"):
            open_run(run)
    repair = repair_run(run)
    order = stage_order(1)
    at = order[: order.index((cycle, stage))]
    kept_weights = [place for place in at if place[1] is Stage.TRAIN]
    assert (repair.position.cycle, repair.position.next_stage) == (cycle, stage)
    assert len(repair.faults) == (0 if damage == "folder gone" and last else 1)
    for dropped in repair.dropped:
        assert (repair.to / dropped).is_dir()
        assert not (run / dropped).exists()
    assert kept_weights or cycle == 0
    resumed_to_its_end(run)
    assert record_bytes(run) == record_bytes(finished)
    assert answered(run)[: len(answered(finished))] == answered(finished)


def test_weights_that_a_run_would_go_on_from_take_their_training_with_them(finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    flip(stage_of(run, 1, Stage.TRAIN) / "checkpoint.safetensors")
    assert open_run(run).history[-1].evaluate is not None
    with pytest.raises(StoreError, match=r"checkpoint\.safetensors is damaged .*lada-explore repair"):
        Session.resume(run, data=small_data())
    repair = repair_run(run)
    assert (repair.position.cycle, repair.position.next_stage) == (1, Stage.TRAIN)
    resumed_to_its_end(run)
    assert record_bytes(run) == record_bytes(finished)


@pytest.mark.parametrize("kind", ["a line changed", "the last lines gone", "not a database", "gone", "another run's"])
def test_a_damaged_journal_keeps_its_lines_up_to_the_damage(finished, tmp_path, kind):
    run = copied(finished, tmp_path / "run")
    place = run / "labels.sqlite"
    lines = answered(run)
    if kind in ("a line changed", "the last lines gone"):
        with sqlite3.connect(place) as database:
            if kind == "a line changed":
                database.execute("UPDATE answers SET label = 1 - label WHERE entry = 4")
            else:
                database.execute("DELETE FROM answers WHERE entry > 3")
        database.close()
    elif kind == "not a database":
        place.write_bytes(b"lost")
    elif kind == "gone":
        place.unlink()
    else:
        other = small_session(tmp_path / "other", cycles=1)
        other.run()
        other.close()
        shutil.copy(tmp_path / "other" / "labels.sqlite", place)
    assert [note for note in open_run(run).notes if "labels.sqlite" in note]
    with pytest.raises(StoreError, match=r"labels\.sqlite"):
        Session.resume(run, data=small_data())
    repair = repair_run(run)
    assert len(repair.faults) == 1
    kept = 3 if kind in ("a line changed", "the last lines gone") else 0
    assert repair.n_answers == kept
    assert answered(run) == lines[:kept]
    if kind != "gone":
        assert (repair.to / "labels.sqlite").is_file()
    assert record_bytes(run) == record_bytes(finished)
    assert open_run(run).notes == ()
    Session.resume(run, data=small_data()).close()
    assert repair_run(run).faults == ()


def test_a_repair_that_is_cut_short_is_finished_before_anybody_goes_on(finished, tmp_path, monkeypatch):
    run = copied(finished, tmp_path / "run")
    with sqlite3.connect(run / "labels.sqlite") as database:
        database.execute("UPDATE answers SET label = 1 - label WHERE entry = 4")
    database.close()
    edited, lines = (run / "labels.sqlite").read_bytes(), answered(finished)

    def stop(pending, run):
        raise KeyboardInterrupt

    monkeypatch.setattr(repair, "_put_in_place", stop)
    with pytest.raises(KeyboardInterrupt):
        repair_run(run)
    monkeypatch.undo()
    assert (run / "labels.sqlite").read_bytes() == edited
    with pytest.raises(StoreError, match=r"a repair of .* was cut short, .*; let `lada-explore repair .*` finish it"):
        Session.resume(run, data=small_data())
    done = repair_run(run)
    said = f"an earlier repair was cut short; what it had made in {done.to}/pending is in its place now"
    assert done.faults == (said,)
    assert answered(run) == lines[:3]
    assert not (done.to / "pending").exists()
    assert record_bytes(run) == record_bytes(finished)
    assert repair_run(run).faults == ()
    Session.resume(run, data=small_data()).close()
