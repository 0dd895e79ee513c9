"""The run folder: what it holds, who may write, and what is said about one that is not whole."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.small_runs import all_bytes, copied, stage_order

from lada_explore.errors import StoreError
from lada_explore.records import Stage
from lada_explore.store import RunFolder, RunInfo
from lada_explore.store.unfinished import remove_what_is_unfinished


def info_of(session: FakeSession) -> RunInfo:
    return RunInfo(
        config=session.config,
        class_names=CLASS_NAMES,
        image_shape=(1, 28, 28),
        pool_size=1000,
        n_test=2000,
        train_checksum="a" * 64,
        test_checksum="",
        oracle="ground-truth",
        acquisition_unit="bits",
        device="fake",
        precision="float32",
        threads=2,
        versions={"python": "3"},
        notes=("left out ä.png",),
    )


@pytest.fixture(scope="module")
def session():
    session = FakeSession(cycles=2)
    session.run()
    return session


@pytest.fixture
def empty(tmp_path, session):
    return RunFolder.create(tmp_path / "run", info_of(session))


@pytest.fixture(scope="module")
def committed(tmp_path_factory, session):
    """A run folder with every stage."""
    folder = RunFolder.create(tmp_path_factory.mktemp("committed") / "run", info_of(session))
    for cycle, stage in stage_order(2):
        folder.commit(session.history[cycle].get(stage), 0.25)
    return folder.path


@pytest.fixture
def complete(committed, tmp_path):
    return RunFolder(copied(committed, tmp_path / "run"))


def test_a_new_folder_says_what_was_asked_for_and_is_read_back_equal(empty, session):
    assert sorted(path.name for path in empty.path.iterdir()) == [
        "labels.sqlite",
        "labels.sqlite.head",
        "run.json",
    ]
    info = RunFolder(empty.path).info
    assert len(info.id) == 16
    assert replace(info, id="") == info_of(session)
    assert json.loads((empty.path / "run.json").read_text(encoding="utf-8"))["format"] == 2
    (records,) = empty.history()
    assert (records.cycle, records.next_stage) == (0, Stage.SELECT)


def test_an_empty_folder_may_become_a_run_and_anything_else_is_left_as_it_is(tmp_path, session):
    (tmp_path / "empty").mkdir()
    assert RunFolder.create(tmp_path / "empty", info_of(session)).info.pool_size == 1000
    (tmp_path / "file").write_text("mine")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("mine")
    before = all_bytes(tmp_path)
    for name in ("empty", "file", "full"):
        with pytest.raises(StoreError, match=f"{name} exists already and is left as it is.*choose another folder"):
            RunFolder.create(tmp_path / name, info_of(session))
    assert all_bytes(tmp_path) == before


def test_parents_are_made_and_a_parent_that_is_a_file_is_a_sentence(tmp_path, session):
    RunFolder.create(tmp_path / "a" / "b" / "run", info_of(session))
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="cannot be written"):
        RunFolder.create(tmp_path / "file" / "run", info_of(session))


def test_history_holds_what_was_committed_in_order(complete, session):
    history = complete.history()
    assert [records.cycle for records in history] == [0, 1, 2]
    assert [records.next_stage for records in history] == [None, None, None]
    assert history[0].seconds == dict.fromkeys((Stage.SELECT, Stage.QUERY, Stage.TRAIN, Stage.EVALUATE), 0.25)
    assert history[2].select.query_ids.tolist() == session.history[2].select.query_ids.tolist()


@pytest.mark.parametrize(("cycle", "stage"), stage_order(2))
def test_history_ends_before_the_first_stage_that_is_missing(complete, cycle, stage):
    order = stage_order(2)
    for later_cycle, later in order[order.index((cycle, stage)) :]:
        shutil.rmtree(complete.stage_folder(later_cycle, later))
    last = complete.history()[-1]
    if stage is Stage.SUBSAMPLE:
        assert (last.cycle, last.next_stage) == (cycle - 1, None)
    else:
        assert (last.cycle, last.next_stage) == (cycle, stage)


@pytest.mark.parametrize(("cycle", "stage"), stage_order(2)[:-1])
def test_a_stage_missing_before_others_is_named(complete, cycle, stage):
    shutil.rmtree(complete.stage_folder(cycle, stage))
    with pytest.raises(StoreError) as caught:
        complete.history()
    missing = str(complete.stage_folder(cycle, stage))
    assert str(caught.value).startswith(f"{missing} is missing although the later ")
    assert "restore it from a copy, or let `lada-explore repair" in str(caught.value)


def test_reading_a_run_costs_what_it_holds_not_what_it_plans(complete, monkeypatch):
    looked_at = []
    is_dir = Path.is_dir
    monkeypatch.setattr(Path, "is_dir", lambda path: looked_at.append(path) or is_dir(path))
    history = complete.history()
    n_stages = len(looked_at)
    planned = replace(complete.info.config, schedule=replace(complete.info.config.schedule, cycles=90_000))
    complete.info = replace(complete.info, config=planned)
    assert len(complete.history()) == len(history) == 3
    assert len(looked_at) == 2 * n_stages
    shutil.rmtree(complete.stage_folder(1, Stage.QUERY))
    with pytest.raises(StoreError, match="001/query is missing although the later .*001/train exists"):
        complete.history()


def test_seconds_that_cannot_be_read_are_a_sentence(complete):
    (complete.stage_folder(1, Stage.SCORE) / "seconds.json").write_text("[")
    with pytest.raises(StoreError, match=r"score/seconds.json is damaged \(.*\); restore it"):
        complete.history()
    (complete.stage_folder(1, Stage.SCORE) / "seconds.json").unlink()
    with pytest.raises(StoreError, match="seconds.json is missing; another version of lada-explore"):
        complete.history()


def test_a_stage_is_committed_once(complete, session):
    before = all_bytes(complete.path)
    with pytest.raises(StoreError, match="is there already and is left as it is"):
        complete.commit(replace(session.history[1].query, labels=session.history[1].query.labels + 1), 1.0)
    assert all_bytes(complete.path) == before


def test_a_file_beside_the_record_is_committed_with_it_or_nothing_is(empty, session):
    record = session.history[0].select

    def refuse(folder):
        raise OSError(28, "No space left on device")

    with pytest.raises(StoreError, match="No space left on device"):
        empty.commit(record, 0.1, also=refuse)
    assert not (empty.path / "cycles").exists()
    empty.commit(record, 0.1, also=lambda folder: (folder / "more").write_text("more"))
    assert (empty.stage_folder(0, Stage.SELECT) / "more").read_text() == "more"
    empty.drop_file(0, Stage.SELECT, "more")
    empty.drop_file(0, Stage.SELECT, "more")
    assert not (empty.stage_folder(0, Stage.SELECT) / "more").exists()


def test_clean_removes_half_written_stages_only(complete):
    whole = all_bytes(complete.path)
    part = complete.path / "cycles" / "002" / ".train.part"
    part.mkdir()
    (part / "record.json").write_text("{")
    assert complete.history()[-1].next_stage is None
    remove_what_is_unfinished(complete.path)
    assert all_bytes(complete.path) == whole


def test_one_holder_of_the_lock_at_a_time(empty):
    other = RunFolder(empty.path)
    empty.lock()
    with pytest.raises(StoreError, match="is in use by another process or session; close it there first.*show"):
        other.lock()
    empty.unlock()
    other.lock()
    other.unlock()


def test_the_lock_may_be_let_go_on_another_thread(empty):
    empty.lock()
    thread = threading.Thread(target=empty.unlock)
    thread.start()
    thread.join()
    other = RunFolder(empty.path)
    other.lock()
    with pytest.raises(StoreError, match="is in use"):
        empty.lock()
    other.unlock()


def test_a_lock_that_the_disk_refuses_is_a_sentence(empty, monkeypatch):
    def refuse(*args, **kwargs):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("os.open", refuse)
    with pytest.raises(StoreError, match="cannot be written .*Read-only file system"):
        empty.lock()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text[: len(text) // 2], "run.json is damaged"),
        (lambda text: "", "run.json is damaged"),
        (lambda text: "[1]", "run.json is damaged"),
        (lambda text: "{}", "run.json lacks the field 'format'; another version of lada-explore .* may have"),
        (lambda text: text.replace('"pool_size": 1000', '"pool_size": "many"'), "run.json is damaged .pool_size: "),
        (lambda text: text.replace('"budget": 6', '"budget": 7'), "run.json is damaged"),
        (
            lambda text: text.replace('"pool_size"', '"size_of_pool"'),
            "run.json lacks the field 'pool_size'; another version of lada-explore .* may have written it",
        ),
        (
            lambda text: text.replace('"pool_size"', '"later": 1, "pool_size"'),
            "run.json has the field 'later', which is not known here; another version of lada-explore",
        ),
        (
            lambda text: text.replace('"budget"', '"later": 1, "budget"'),
            "run.json has the field 'config.schedule.later', which is not known here; another version of lada-explore",
        ),
        (lambda text: text.replace('"format": 2', '"format": 3'), "has format 3; this release reads format 2"),
        (lambda text: text.replace('"format": 2', '"format": 1'), "it says format 1 and has a digest"),
        (lambda text: text.replace('"seed": 0', '"seed": 1'), "its digest is not that of what it says"),
        (lambda text: text.replace('"pool_size": 1000', '"pool_size": -1'), "pool_size is -1; it must be at least 1"),
    ],
)
def test_a_run_file_that_is_not_whole_is_one_sentence(empty, change, words):
    place = empty.path / "run.json"
    text = place.read_text(encoding="utf-8")
    assert change(text) != text
    place.write_text(change(text), encoding="utf-8")
    with pytest.raises(StoreError, match=words) as caught:
        RunFolder(empty.path)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["nothing", "", "x" * 300, "file/below"])
def test_what_is_no_run_folder_is_a_sentence(tmp_path, name):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(StoreError, match="is not a run folder .*name one made by `lada-explore run`"):
        RunFolder(tmp_path / name)


def test_a_journal_that_is_gone_is_not_replaced_by_an_empty_one(empty):
    (empty.path / "labels.sqlite").unlink()
    with pytest.raises(StoreError, match=r"labels\.sqlite is missing; it holds all answers so far"):
        empty.open_journal()
    assert not (empty.path / "labels.sqlite").exists()
