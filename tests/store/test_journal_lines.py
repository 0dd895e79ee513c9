"""What the lines of a journal may hold: what no line of a run can be is refused, even where every digest fits it."""

import json
import sqlite3
from contextlib import closing

import pytest
from helpers.reseal import rechain, unseal
from helpers.small_runs import copied, small_data, small_session

from lada_explore.errors import StoreError
from lada_explore.session.session import Session
from lada_explore.store import Journal, open_run
from lada_explore.store.journal_entry import Bounds
from lada_explore.store.repair import repair_run

BOUNDS = Bounds(n_images=40, n_classes=3, cycles=2)


@pytest.fixture
def path(tmp_path):
    place = tmp_path / "labels.sqlite"
    with closing(Journal(place, bounds=BOUNDS)) as journal:
        journal.record(0, {7: 2, 8: 1, 9: 0}, "ada")
    return place


@pytest.fixture(scope="module")
def begun(tmp_path_factory):
    """A run after its start, whose journal holds answers of cycle 0 alone, which the seals know."""
    session = small_session(tmp_path_factory.mktemp("whole") / "run", cycles=1)
    session.run(until=0)
    session.close()
    return session.folder.path


def changed(place, statement, *values):
    with closing(sqlite3.connect(place)) as database, database:
        database.execute(statement, values)


def run_id(run):
    return json.loads((run / "run.json").read_text(encoding="utf-8"))["id"]


WRONG = {
    "a label that is no class": ("label", 3, "its label is 3, which is not within 0 to 2"),
    "an answer without a class": ("label", -1, "its label is -1, which is not within 0 to 2"),
    "an image that is not in the pool": ("id", 40, "its id is 40, which is not within 0 to 39"),
    "an answer without an image": ("id", -1, "its id is -1, which is not within 0 to 39"),
    "a cycle after the last": ("cycle", 4, "its cycle is 4, which is not within 0 to 3"),
    "a cycle before the first": ("cycle", -1, "its cycle is -1, which is not within 0 to 3"),
    "a time that has no date": ("time", 1e300, "its time is 1e+300, which is not within 0 to 253402300799"),
    "no end of time": ("time", float("inf"), "its time is inf, which is not within 0 to 253402300799"),
    "text for a number": ("label", "cat", "its label is no whole number"),
    "a fraction of a class": ("label", 0.5, "its label is no whole number"),
    "bytes for a name": ("annotator", b"\x00\xff", "its annotator is no text"),
    "bytes for a time": ("time", b"noon", "its time is no number"),
    "an answer that takes something back": ("undoes", 1, "its undoes is 1, which is not within 0 to 0"),
}


@pytest.mark.parametrize(("column", "value", "said"), WRONG.values(), ids=WRONG)
def test_a_line_that_no_run_has_is_a_sentence_with_and_without_digests(path, column, value, said):
    changed(path, f"UPDATE answers SET {column} = ? WHERE entry = 2", value)
    if not isinstance(value, bytes):  # Of bytes there is no digest.
        rechain(path)
    for read_only in (True, False):
        with pytest.raises(StoreError, match="labels.sqlite is damaged .*repair") as raised:
            Journal(path, read_only=read_only, bounds=BOUNDS)
        assert f"line 2 is not what was written: {said}" in str(raised.value)
    changed(path, "ALTER TABLE answers DROP COLUMN chain")
    changed(path, "DROP TABLE head")
    with pytest.raises(StoreError, match="line 2 is not what was written"):
        Journal(path, bounds=BOUNDS)
    with closing(sqlite3.connect(path)) as database:
        assert "chain" not in {row[1] for row in database.execute("PRAGMA table_info(answers)")}


def test_a_class_that_a_person_added_may_be_answered_from_its_line_on(path):
    with closing(Journal(path, bounds=BOUNDS)) as journal:
        with pytest.raises(StoreError, match=r"takes no such line: its label is 3, .* 0 to 2; nothing was written"):
            journal.record(0, {10: 3}, "ada")
        journal.act("class", cycle=0, annotator="ada", label=3, note="ring")
        journal.record(0, {10: 3}, "ada")
    with closing(Journal(path, bounds=BOUNDS)) as journal:
        assert [line.label for line in journal.answers()] == [2, 1, 0, 3, 3]


def test_a_line_can_take_back_only_one_before_it(path):
    with closing(Journal(path, bounds=BOUNDS)) as journal:
        journal.act("undo", cycle=0, annotator="ada", undoes=3)
        with pytest.raises(StoreError, match="its undoes is 5, which is not within 1 to 4"):
            journal.act("undo", cycle=0, annotator="ada", undoes=5)
        assert len(journal.answers()) == 4


HIDDEN = {
    "trigger": "CREATE TRIGGER other BEFORE INSERT ON answers BEGIN SELECT RAISE(IGNORE); END",
    "view": "CREATE VIEW other AS SELECT * FROM answers",
    "index": "CREATE UNIQUE INDEX other ON answers (label, id)",
}


@pytest.mark.parametrize(("kind", "statement"), HIDDEN.items())
def test_what_could_change_or_refuse_later_lines_is_a_sentence_and_a_repair_takes_it_out(
    begun, tmp_path, kind, statement
):
    run = copied(begun, tmp_path / "run")
    before = open_run(run).answers()
    changed(run / "labels.sqlite", statement)
    with pytest.raises(StoreError, match=f"it has the {kind} 'other', which no version of lada-explore makes"):
        Session.resume(run, data=small_data())
    done = repair_run(run)
    assert (len(done.faults), done.dropped) == (1, ())
    assert open_run(run).answers() == before
    assert not open_run(run).notes


def test_a_repair_keeps_the_lines_that_a_stage_found_and_drops_those_after_that_it_did_not(begun, tmp_path):
    run = copied(begun, tmp_path / "run")
    n = len(open_run(run).answers())
    changed(run / "labels.sqlite", "UPDATE answers SET label = 1 - min(label, 1) WHERE entry = ?", n)
    rechain(run / "labels.sqlite", run_id(run))
    assert f"its lines up to {n} are not those that were written" in open_run(run).notes[0]
    done = repair_run(run)
    assert done.n_answers == 0  # The first stage found none, and the next ones all.
    assert open_run(run).answers() == []
    assert len(list((run / "dropped" / "1").glob("labels.sqlite"))) == 1
    assert repair_run(run).faults == ()


def test_a_line_of_an_unsealed_run_that_it_cannot_have_is_dropped_with_those_after_it(begun, tmp_path):
    run = copied(begun, tmp_path / "run")
    unseal(run)
    before = open_run(run).answers()
    changed(run / "labels.sqlite", "UPDATE answers SET id = 1000000 WHERE entry = 5")
    assert "its id is 1000000" in open_run(run).notes[-1]
    assert repair_run(run).n_answers == 4
    assert open_run(run).answers() == before[:4]


def test_a_note_of_the_last_line_with_something_after_it_is_written_anew(path):
    note = path.with_name("labels.sqlite.head")
    sound = note.read_bytes()
    note.write_bytes(sound + b"x" * 500)
    Journal(path, bounds=BOUNDS).close()
    assert note.read_bytes() == sound


@pytest.mark.parametrize("said", ["-1", "1e308", '"9"', "9" * 400, "null"])
def test_a_note_of_the_last_line_that_no_journal_can_have_says_nothing(path, said):
    path.with_name("labels.sqlite.head").write_text(f'{{"entries": {said}, "chain": "x"}}')
    with closing(Journal(path, read_only=True, bounds=BOUNDS)) as journal:
        assert len(journal.answers()) == 3
