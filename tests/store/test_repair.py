"""A run of which anything is damaged is set back to its last sound stage, and goes on to the same end."""

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from helpers.small_runs import (
    all_bytes,
    answered,
    copied,
    record_bytes,
    small_config,
    small_data,
    small_session,
    stage_order,
)

from lada_explore.errors import StoreError
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run, repair
from lada_explore.store.repair import repair_run

pytestmark = pytest.mark.slow


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


BY_HAND = Path(__file__).parents[1] / "fixtures" / "run-0.1" / "by-hand"
"""Of version 0.1, without digests; a person added a class to the three of its images."""


def by_hand(run):
    return Session.resume(run, data=small_data(labelled=False, tested=False, n=40))


@pytest.mark.parametrize("sealed", [False, True])
def test_where_a_class_that_a_person_added_may_be_lost_the_run_goes_back_to_the_query_that_decides_them(
    tmp_path, sealed
):
    if sealed:
        data = small_data(labelled=False, tested=False)
        with closing(Session.create(small_config(cycles=0), tmp_path / "run", data=data)) as session:
            session.step()
            session.labelling.add_class("ring", "ada")
            while len(asked := session.open_query):
                session.submit({i: i % 4 for i in asked.tolist()}, "ada")
            session.run()
    else:
        copied(BY_HAND, tmp_path / "run")
        data = small_data(labelled=False, tested=False, n=40)
    run = tmp_path / "run"
    assert len(open_run(run).class_names) == 4
    with closing(sqlite3.connect(run / "labels.sqlite")) as database, database:
        database.execute("UPDATE answers SET label = label + 1 WHERE entry = 1")
        database.execute("DELETE FROM answers WHERE entry < 4 AND ?", (not sealed,))
    done = repair_run(run)
    assert (done.position.cycle, done.position.next_stage) == (0, Stage.QUERY)
    assert done.n_answers == 0
    assert "cycles/000/train" in done.dropped
    with closing(Session.resume(run, data=data)) as session:
        assert len(session.open_query) > 0
        assert len(session.class_names) == 3


def test_a_run_whose_classes_are_known_keeps_its_stages_when_lines_of_the_journal_are_lost(finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    with closing(sqlite3.connect(run / "labels.sqlite")) as database, database:
        database.execute("UPDATE answers SET label = label + 1 WHERE entry = 1")
    done = repair_run(run)
    assert (done.dropped, done.n_answers, done.position.next_stage) == ((), 0, None)


def test_a_line_that_is_gone_from_a_journal_without_digests_is_noticed_and_repaired(tmp_path):
    run = copied(BY_HAND, tmp_path / "run")
    whole = len(open_run(run).answers())
    with closing(sqlite3.connect(run / "labels.sqlite")) as database, database:
        database.execute("DELETE FROM answers WHERE entry = ?", (whole - 1,))
    with pytest.raises(StoreError, match=f"line {whole} is not what was written, or lines before it are gone"):
        open_run(run).answers()
    with pytest.raises(StoreError, match=f"line {whole} is not what was written, or lines before it are gone"):
        by_hand(run)
    assert repair_run(run).n_answers == whole - 2
    by_hand(run).close()


def test_weights_without_digests_that_cannot_be_read_are_dropped(tmp_path):
    run = copied(BY_HAND, tmp_path / "run")
    weights = sorted(run.glob("cycles/*/train/checkpoint.safetensors"))[-1]
    weights.write_bytes(weights.read_bytes()[:-10])
    done = repair_run(run)
    assert done.faults[0].startswith(f"{weights} is damaged (")
    assert weights.parent.relative_to(run).as_posix() in done.dropped
    by_hand(run).close()


def test_damaged_weights_that_the_run_goes_on_without_are_told_and_kept(finished, tmp_path, call):
    run = copied(finished, tmp_path / "run")
    flip(stage_of(run, 0, Stage.TRAIN) / "checkpoint.safetensors")
    done = repair_run(run)
    assert (done.dropped, done.to, done.position.next_stage) == ((), None, None)
    assert len(done.faults) == 1
    assert "cycles/000/train/checkpoint.safetensors is damaged" in done.faults[0]
    assert done.faults[0].endswith("; it is kept as it is, because the run goes on without it")
    assert "is sound, down to every file" not in call("repair", run)[1]


def test_a_line_without_a_value_ends_the_sound_beginning_of_a_journal(tmp_path):
    run = copied(BY_HAND, tmp_path / "run")
    with closing(sqlite3.connect(run / "labels.sqlite")) as database, database:
        database.execute("CREATE TABLE loose AS SELECT * FROM answers")
        database.execute("UPDATE loose SET annotator = NULL WHERE entry = 20")
        database.execute("DROP TABLE answers")
        database.execute("ALTER TABLE loose RENAME TO answers")
    with pytest.raises(StoreError, match="line 20 is not what was written"):
        open_run(run).answers()
    assert repair_run(run).n_answers == 19


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (10**30, "n_virtual is 1000000000000000000000000000000, which is larger than any number of a run"),
        (10**400, "n_virtual is 1000000000.* …"),
        ("x" * 100_000, "n_virtual is 'xxxxxxxx.* …"),
    ],
    ids=["30 digits", "400 digits", "a long text"],
)
def test_a_value_of_any_size_is_a_sentence_of_one_line(tmp_path, value, words):
    run = copied(BY_HAND, tmp_path / "run")
    place = stage_of(run, 1, Stage.TRAIN) / "record.json"
    place.write_text(json.dumps(json.loads(place.read_text()) | {"n_virtual": value}))
    with pytest.raises(StoreError, match=words) as caught:
        open_run(run)
    assert len(str(caught.value)) < 1000
