"""The journal of answers."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from lada_explore.errors import StoreError
from lada_explore.store import Journal, JournalEntry
from lada_explore.store.journal_entry import AnswerRule


def labels(journal, cycle):
    """The label that stands for each id that was answered in a cycle."""
    ids = {answer.id for answer in journal.answers() if answer.cycle == cycle and answer.action == "label"}
    return {i: journal.label_state().label(i, cycle) for i in ids}


@pytest.fixture
def path(tmp_path):
    return tmp_path / "labels.sqlite"


@pytest.fixture
def journal(path):
    journal = Journal(path)
    yield journal
    journal.close()


def test_answers_come_back_in_the_order_they_were_given_with_who_when_and_for_which_cycle(journal):
    before = time.time()
    journal.record(0, {7: 1, 3: 0}, "ada")
    journal.record(1, {5: 2}, "ben")
    answers = journal.answers()
    assert [(a.id, a.label, a.annotator, a.cycle, a.action) for a in answers] == [
        (7, 1, "ada", 0, "label"),
        (3, 0, "ada", 0, "label"),
        (5, 2, "ben", 1, "label"),
    ]
    assert all(before <= answer.time <= time.time() for answer in answers)
    assert isinstance(answers[0], JournalEntry)


def test_the_last_answer_stands_and_the_first_stays_in_the_journal(journal):
    journal.record(1, {7: 1, 3: 0}, "ada")
    journal.record(1, {7: 2}, "ada")
    assert labels(journal, 1) == {7: 2, 3: 0}
    assert [answer.label for answer in journal.answers()] == [1, 0, 2]


def test_a_cycle_does_not_see_the_answers_of_another(journal):
    journal.record(1, {7: 1}, "ada")
    journal.record(2, {7: 2, 8: 0}, "ada")
    assert labels(journal, 1) == {7: 1}
    assert labels(journal, 2) == {7: 2, 8: 0}
    assert labels(journal, 3) == {}
    assert [answer.id for answer in journal.answers() if answer.cycle == 2] == [7, 8]


def test_it_syncs_every_answer_and_lets_others_read_meanwhile(journal, path):
    assert journal._database.execute("PRAGMA synchronous") == [(2,)]
    assert journal._database.execute("PRAGMA journal_mode") == [("wal",)]
    journal.record(0, {1: 1}, "ada")
    reader = Journal(path, read_only=True)
    assert labels(reader, 0) == {1: 1}
    journal.record(0, {2: 2}, "ada")
    assert labels(reader, 0) == {1: 1, 2: 2}
    reader.close()


@pytest.mark.slow
def test_what_was_recorded_survives_sigkill(path):
    code = (
        "import os, signal, sys; from pathlib import Path; from lada_explore.store import Journal\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        "for i in range(5): journal.record(0, {i: i % 3}, 'ada')\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(path)], check=False).returncode == -signal.SIGKILL
    again = Journal(path)
    assert labels(again, 0) == {0: 0, 1: 1, 2: 2, 3: 0, 4: 1}
    again.close()


def test_of_answers_given_together_all_are_kept_or_none(journal):
    journal._database.execute(
        "CREATE TRIGGER full BEFORE INSERT ON answers WHEN NEW.id = 13 "
        "BEGIN SELECT RAISE(FAIL, 'database or disk is full'); END"
    )
    journal.record(0, {1: 1}, "ada")
    with pytest.raises(StoreError, match="3 answers could not be written to .*disk is full.*free some space"):
        journal.record(0, {11: 1, 12: 1, 13: 1}, "ada")
    assert labels(journal, 0) == {1: 1}
    journal.record(0, {11: 0}, "ada")
    assert labels(journal, 0) == {1: 1, 11: 0}


def test_four_threads_may_answer_and_read_at_once(journal):
    def answer(number: int) -> None:
        for i in range(25):
            journal.record(number, {100 * number + i: number}, f"thread {number}")
            assert labels(journal, number)[100 * number + i] == number

    threads = [threading.Thread(target=answer, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(labels(journal, number)) for number in range(4)] == [25] * 4
    assert len(journal.answers()) == 100


def test_a_reader_makes_no_journal_and_writes_nothing(path):
    with pytest.raises(StoreError, match="cannot be opened as a journal of answers"):
        Journal(path, read_only=True)
    assert not path.exists()
    Journal(path).close()
    reader = Journal(path, read_only=True)
    with pytest.raises(StoreError, match="1 answers could not be written .*readonly"):
        reader.record(0, {1: 1}, "ada")
    reader.close()


@pytest.mark.parametrize("content", [b"not a database, but long enough to be one" * 100, b"SQLite format 3\0" * 9])
def test_a_file_that_is_no_journal_is_a_sentence_and_stays_as_it_is(path, content):
    path.write_bytes(content)
    with pytest.raises(StoreError, match="cannot be opened as a journal of answers .*restore it from a copy"):
        Journal(path)
    assert path.read_bytes() == content


def test_a_database_of_other_columns_is_a_sentence(path):
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE answers (name TEXT)")
    database.close()
    with pytest.raises(StoreError, match="cannot be opened as a journal of answers"):
        Journal(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("ALTER TABLE answers RENAME COLUMN label TO class", "journal of answers: it lacks the column 'label'"),
        ("ALTER TABLE answers ADD COLUMN sure REAL", "journal of answers: it has the unknown column 'sure'"),
    ],
)
def test_a_column_missing_or_unknown_is_named_and_said_to_be_of_another_version(path, change, words):
    Journal(path).close()
    with sqlite3.connect(path) as database:
        database.execute(change)
    database.close()
    for read_only in (False, True):
        with pytest.raises(StoreError, match=f"{words}; another version of lada-explore .* may have written it"):
            Journal(path, read_only=read_only)


def test_a_rule_that_is_not_known_is_not_passed_over(path):
    journal = Journal(path)
    journal.act("rule", cycle=0, annotator="", note="majority")
    assert journal.label_state().rule is AnswerRule.MAJORITY
    journal.act("rule", cycle=0, annotator="", note="loudest")
    with pytest.raises(StoreError, match="has the rule 'loudest' in line 2, which is not known here"):
        journal.label_state()
    journal.close()


def test_an_action_that_is_not_known_is_not_passed_over(path):
    journal = Journal(path)
    journal.record(0, {1: 1}, "ada")
    journal.act("mark", cycle=0, annotator="ada")
    with pytest.raises(StoreError, match="has the action 'mark' in line 2, which is not known here; another version"):
        journal.label_state()
    journal.close()


def test_a_journal_damaged_in_its_middle_is_a_sentence_on_reading(path):
    journal = Journal(path)
    journal.record(0, dict.fromkeys(range(2000), 0), "ada")
    journal.close()
    size = path.stat().st_size
    with open(path, "r+b") as file:
        file.seek(size // 2)
        file.write(os.urandom(size - size // 2))
    with pytest.raises(StoreError, match=r"labels\.sqlite is damaged .*restore it from a copy"):
        Journal(path)


def test_a_closed_journal_is_a_sentence_and_may_be_closed_again(path):
    journal = Journal(path)
    journal.close()
    journal.close()
    with pytest.raises(StoreError, match="cannot be read"):
        labels(journal, 0)
    with pytest.raises(StoreError, match=r"labels\.sqlite is closed; open the run again with Session\.resume"):
        journal.record(0, {1: 1}, "ada")


def test_a_journal_of_an_earlier_version_gets_its_digests_wholly_or_not_at_all(path, monkeypatch):
    def end(journal):
        raise KeyboardInterrupt

    columns = (
        "entry INTEGER PRIMARY KEY, id INTEGER, label INTEGER, annotator TEXT, time REAL, cycle INTEGER, action TEXT"
    )
    with closing(sqlite3.connect(path)) as database, database:
        database.execute(f"CREATE TABLE answers ({columns})")
        database.execute("INSERT INTO answers VALUES (1, 7, 2, 'ada', 0.0, 0, 'label')")
    with monkeypatch.context() as patch:
        patch.setattr(Journal, "_add_digests", end)
        with pytest.raises(KeyboardInterrupt):
            Journal(path)
    for _ in range(2):
        with closing(Journal(path)) as journal:
            assert labels(journal, 0) == {7: 2}
