"""What ends with a session: its worker, its writing; and what waits for whom."""

from __future__ import annotations

import gc
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.fakes import FakeSession
from helpers.sessions import at, resume, truth
from helpers.small_runs import all_bytes, copied, cut_before, record_bytes, small_config, small_data

from lada_explore.errors import StageStopped, StoreError
from lada_explore.events import Failed, Progress
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.store import Journal

pytestmark = pytest.mark.slow

OPEN_FILES = Path("/proc/self/fd")


def n_alive(*kinds: type) -> int:
    gc.collect()
    return sum(issubclass(type(thing), kinds) for thing in gc.get_objects())


class TestClosing:
    @pytest.mark.skipif(not OPEN_FILES.is_dir(), reason="counts open files as Linux shows them")
    @pytest.mark.parametrize("n_sessions", [10, pytest.param(200, marks=pytest.mark.slow)])
    def test_sessions_leave_no_thread_no_file_and_no_worker(self, finished, tmp_path, n_sessions):
        out = copied(finished, tmp_path / "run")
        resume(out).close()

        def held() -> tuple[int, int, int]:
            n_kept = n_alive(Session, Worker)
            return threading.active_count(), len(os.listdir(OPEN_FILES)), n_kept

        before = held()
        for number in range(n_sessions):
            session = resume(out)
            if number % 2:
                Worker.of(session).on_change(lambda: None)
            session.close()
        del session
        # Less may be held, where something that an earlier test left ended in the meantime.
        assert all(now <= then for now, then in zip(held(), before, strict=True)), (before, held())

    def test_it_ends_the_worker_in_the_middle_of_a_stage_which_commits_nothing(self, tmp_path):
        session = at(tmp_path / "run", 1, Stage.TRAIN)
        before, worker = record_bytes(tmp_path / "run"), Worker.of(session)
        training = threading.Event()
        worker.on_change(lambda: training.set() if worker.status.progress is not None else None)
        worker.run()
        assert training.wait(20)
        session.close()
        assert not worker._thread.is_alive()
        assert worker.closed
        assert record_bytes(tmp_path / "run") == before

    def test_a_session_and_its_worker_hold_each_other_and_nothing_else_holds_them(self):
        before = n_alive(FakeSession, Worker)
        session = FakeSession()
        session.worker.step()
        session.worker.wait(20)
        assert session.worker is Worker.of(session)
        session.close()
        del session
        assert n_alive(FakeSession, Worker) == before

    def test_the_worker_of_a_closed_session_shows_it_and_takes_no_order(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, Stage.TRAIN)
        session = resume(out)
        session.close()
        worker, n_threads = Worker.of(session), threading.active_count()
        worker.step()
        assert worker.wait(5) is WorkerState.IDLE
        assert worker.status.message == "this run is closed here; open it again to go on with it"
        assert (worker.status.cycle, worker.status.stage) == (1, Stage.TRAIN)
        assert threading.active_count() == n_threads

    @pytest.mark.parametrize("stage", [Stage.SCORE, Stage.QUERY])
    def test_it_waits_for_a_commit_under_way_and_nothing_is_written_afterwards(self, tmp_path, monkeypatch, stage):
        out = tmp_path / "run"
        session = at(out, 1, stage)
        rename, renaming, seen = os.rename, threading.Event(), []

        def slowly(path, target, **options):
            renaming.set()
            closing.join(0.5)
            return rename(path, target, **options)

        def close() -> None:
            assert renaming.wait(20)
            session.close()
            seen.append(record_bytes(out))
            resume(out).close()

        closing = threading.Thread(target=close)
        monkeypatch.setattr(os, "rename", slowly)
        closing.start()
        session.step()
        closing.join(20)
        assert [record_bytes(out)] == seen
        assert session.history[1].get(stage) is not None

    def test_a_thread_that_closes_within_its_own_commit_commits_nothing(self, tmp_path, monkeypatch):
        out = tmp_path / "run"
        session = at(out, 1, Stage.TRAIN)
        before = record_bytes(out)
        monkeypatch.setattr("lada_explore.session.checkpoints.write_checkpoint", lambda *_: session.close())
        with pytest.raises(
            StageStopped, match="^Stopped during Train .cycle 1. because the run was closed here"
        ) as told:
            session.step()
        assert isinstance(told.value.__cause__, StoreError)
        assert "is closed" in str(told.value.__cause__)
        assert record_bytes(out) == before

    def test_a_stage_without_a_worker_ends_at_its_next_progress_point(self, tmp_path):
        session = at(tmp_path / "run", 1, Stage.TRAIN)
        points = []

        def gate():
            points.append(session.closed)
            if len(points) == 2:
                session.close()

        with pytest.raises(StageStopped, match="^Stopped during Train .cycle 1. because the run was closed here"):
            session.step(gate)
        assert points == [False, False]

    def test_an_answer_and_a_layout_after_it_are_refused(self, tmp_path):
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle="person")
        session.run()
        ids, layouts = session.open_query, session.layouts
        session.close()
        with pytest.raises(StoreError, match="is closed"):
            session.submit(truth(ids))
        with pytest.raises(StoreError, match=r"labels\.sqlite is closed; open the run again"):
            session._run.journal.record(0, truth(ids), "late")
        layouts.keep("key", None)
        assert not (tmp_path / "run" / "layouts").exists()


class Thinking:
    """An oracle that thinks until it is let go, and then knows the truth, or says what `fails` raises."""

    name = "thinking"

    def __init__(self, fails: Exception | None = None) -> None:
        self.thinks, self.answers, self.fails = threading.Event(), threading.Event(), fails

    def answer(self, ids, cycle):
        self.thinks.set()
        assert self.answers.wait(60)
        if self.fails is not None:
            raise self.fails
        return truth(ids)


WHY = "Stopped during Query (cycle 0) because the run was closed here"
STOPPED = f"{WHY}. Later answers are dropped; open the run again to go on"


class TestClosingWhileAnOracleThinks:
    def run_of(self, out: Path, oracle: Thinking) -> Session:
        return Session.create(small_config(cycles=0), out, data=small_data(), oracle=oracle)

    def test_it_returns_soon_and_drops_what_the_oracle_answers_later(self, tmp_path):
        out, oracle = tmp_path / "run", Thinking()
        session = self.run_of(out, oracle)
        worker = session.worker
        worker.run()
        assert oracle.thinks.wait(20)
        began = time.monotonic()
        session.close()
        assert time.monotonic() - began < 5
        before = all_bytes(out)
        oracle.answers.set()
        worker._thread.join(20)
        assert not worker._thread.is_alive()
        assert (worker.status.state, worker.status.message) == (WorkerState.IDLE, STOPPED)
        assert all_bytes(out) == before
        again = resume(out, oracle="ground-truth")
        assert [line.id for line in again.labelling.answers()] == []
        again.run()
        assert again.next_stage is None
        again.close()

    @pytest.mark.parametrize("fails", [None, RuntimeError("the oracle has lost its way")])
    def test_a_step_that_waits_for_it_is_stopped_and_nothing_has_failed(self, tmp_path, fails):
        out, oracle = tmp_path / "run", Thinking(fails)
        session = self.run_of(out, oracle)
        session.step()
        told, events = [], []
        session.subscribe(events.append)

        def step() -> None:
            with pytest.raises(StageStopped) as stopped:
                session.step()
            told.append(str(stopped.value))

        stepping = threading.Thread(target=step)
        stepping.start()
        assert oracle.thinks.wait(20)
        session.close()
        before = all_bytes(out)
        oracle.answers.set()
        stepping.join(20)
        assert told == [STOPPED]
        assert not [event for event in events if isinstance(event, Failed)]
        assert all_bytes(out) == before

    def test_what_is_stopped_keeps_the_answers_that_were_given(self, tmp_path):
        oracle = Thinking()
        session = self.run_of(tmp_path / "run", oracle)
        worker = session.worker
        worker.run()
        assert oracle.thinks.wait(20)
        worker.stop()
        oracle.answers.set()
        assert worker.wait(20) is WorkerState.IDLE
        assert (
            worker.status.message == "Stopped during Query (cycle 0). The answers so far are kept; step again to go on"
        )
        assert len(session.labelling.answers()) == 6
        oracle.thinks.clear()
        worker.run()
        assert worker.wait(60) is WorkerState.FINISHED
        assert not oracle.thinks.is_set()
        session.close()


class TestNobodyHoldsIt:
    def test_a_session_that_was_not_closed_ends_its_worker_and_lets_go_of_its_folder(self, tmp_path):
        out = tmp_path / "run"
        session = Session.create(small_config(cycles=1), out, data=small_data(), oracle="person")
        session.worker.run()
        assert session.worker.wait(20) is WorkerState.WAITING
        thread = session.worker._thread
        del session
        gc.collect()
        thread.join(20)
        assert not thread.is_alive()
        resume(out).close()

    def test_a_stage_under_way_is_finished_and_so_is_all_that_was_asked_for(self, tmp_path):
        session = at(tmp_path / "run", 1, Stage.SUBSAMPLE, cycles=2)
        training, drops = threading.Event(), threading.Event()

        def hold(event) -> None:
            if isinstance(event, Progress) and event.stage is Stage.TRAIN:
                training.set()
                drops.wait(20)

        session.subscribe(hold)
        session.worker.run(1)
        thread = session.worker._thread
        assert training.wait(20)
        del session
        gc.collect()
        drops.set()
        # Which thread collects a worker that is done, and when, is up to Python.
        end = time.monotonic() + 20
        while thread.is_alive() and time.monotonic() < end:
            gc.collect()
            thread.join(0.05)
        assert not thread.is_alive()
        again = resume(tmp_path / "run")
        assert (again.cycle, again.next_stage) == (2, Stage.SUBSAMPLE)
        again.close()

    def test_whoever_holds_the_worker_holds_the_session(self):
        worker = FakeSession().worker
        gc.collect()
        worker.step()
        assert worker.wait(20) is WorkerState.IDLE
        assert worker.history[0].select is not None
        worker.close()


class TestNobodyWaits:
    def test_an_oracle_that_thinks_holds_up_neither_the_sheet_nor_an_answer(self, tmp_path):
        thinks, answers = threading.Event(), threading.Event()

        class Slow:
            name = "slow"

            def answer(self, ids, cycle):
                thinks.set()
                assert answers.wait(20)
                return truth(ids)

        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=Slow())
        session.step()
        stepping = threading.Thread(target=session.step)
        stepping.start()
        assert thinks.wait(20)
        began = time.monotonic()
        sheet = session.labelling.sheet()
        first, second = (image.id for image in sheet.images[:2])
        session.labelling.submit({first: (first + 1) % 3}, "ada")
        session.labelling.skip(second, "ada")
        assert time.monotonic() - began < 5
        answers.set()
        stepping.join(20)
        # What a person said meanwhile stands, and the skipped image is in no record.
        query = session.history[0].query
        assert dict(zip(query.ids.tolist(), query.labels.tolist(), strict=True)) == {
            image.id: (image.id + (image.id == first)) % 3 for image in sheet.images if image.id != second
        }
        assert {line.annotator for line in session.labelling.answers() if line.id == first} == {"ada"}
        session.close()

    def test_the_status_waits_for_no_disk(self, tmp_path, monkeypatch):
        session = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle="person")
        worker, record = Worker.of(session), Journal.record
        worker.run()
        assert worker.wait(20) is WorkerState.WAITING

        def slowly(journal, *args, **kwargs):
            record(journal, *args, **kwargs)
            time.sleep(0.4)

        monkeypatch.setattr(Journal, "record", slowly)
        ids = session.open_query.tolist()
        people = [threading.Thread(target=session.submit, args=({i: 0},)) for i in ids[:3]]
        for person in people:
            person.start()
        waited = []
        while any(person.is_alive() for person in people):
            began = time.monotonic()
            assert worker.status.stage is Stage.QUERY
            waited.append(time.monotonic() - began)
            time.sleep(0.01)
        assert len(waited) > 20
        assert max(waited) < 0.3
        session.close()


class TestOneMoment:
    def test_cycle_and_stage_of_a_status_are_of_the_same_moment(self):
        class Committing(FakeSession):
            """A session that commits between any two looks at its history, as long as there is something to come."""

            coming = ()

            @property
            def history(self):
                if self.coming:
                    self.whole, *self.coming = self.coming
                return self.whole

            @history.setter
            def history(self, history):
                self.whole = history

        session, done = Committing(cycles=3), FakeSession(cycles=3)
        worker = Worker.of(session)
        last = done.run(2)[-1]
        session.coming = [(*done.history[:-1], replace(last, evaluate=None)), done.history]
        status = worker.status
        assert (status.cycle, status.stage) == (1, Stage.EVALUATE)
        status = worker.status
        assert (status.cycle, status.stage) == (2, Stage.SUBSAMPLE)
        worker.close()

    def test_what_is_shown_of_a_real_run_never_goes_back(self, tmp_path):
        session = Session.create(small_config(cycles=2), tmp_path / "run", data=small_data())
        worker, seen = Worker.of(session), []
        worker.run()
        while not seen or worker.status.stage is not None:
            status = worker.status
            seen.append((status.cycle, 99 if status.stage is None else list(Stage).index(status.stage)))
            time.sleep(0.0005)  # a loop without a pause takes the interpreter from the stages
        assert seen == sorted(seen)
        assert len(set(seen)) > 5
        session.close()
