"""Oracles that are no person: a run never waits for an image that they were not asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from helpers.sessions import step_to, truth
from helpers.small_runs import small_config, small_data

from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.session.worker import WorkerState
from lada_explore.views.stepper.state import stepper_state


class Told:
    """Knows the truth of all but some images.

    Attributes:
        unknown: ids that it leaves open.
        asked: ids of each question.
        meanwhile: called once with the ids that are asked, before they are answered.
    """

    name = "told"

    def __init__(self):
        self.unknown, self.asked, self.meanwhile = set(), [], None

    def answer(self, ids, cycle):
        self.asked.append(ids.tolist())
        if self.meanwhile is not None:
            call, self.meanwhile = self.meanwhile, None
            call(ids.tolist())
        return {i: label for i, label in truth(ids).items() if i not in self.unknown}


class CallsWhenReleased:
    """A lock that calls `then` once, when it is next let go."""

    def __init__(self, lock):
        self.lock, self.then, self.depth = lock, None, 0

    def __enter__(self):
        self.lock.acquire()
        self.depth += 1

    def __exit__(self, *_):
        self.depth -= 1
        self.lock.release()
        if self.depth == 0 and self.then is not None:
            call, self.then = self.then, None
            call()


@pytest.fixture
def oracle():
    return Told()


@pytest.fixture
def session(tmp_path: Path, oracle):
    """A run that is about to ask about two pairs."""
    made = Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle=oracle)
    step_to(made, 1, Stage.QUERY)
    oracle.asked.clear()
    yield made
    made.close()


def test_an_image_that_takes_a_skipped_ones_place_after_the_last_answer_is_asked_too(session, oracle):
    released = session._run.answering = CallsWhenReleased(session._run.answering)

    def meanwhile(ids):
        released.then = lambda: session.labelling.skip(ids[0], "ada")

    oracle.meanwhile = meanwhile
    record = session.step()
    first, second = oracle.asked
    assert (len(first), len(second)) == (4, 2)
    assert record.ids.tolist() == first[2:] + second
    assert record.labels.tolist() == [i % 3 for i in record.ids.tolist()]


def test_an_image_that_takes_a_skipped_ones_place_is_asked_though_another_was_left_open(session, oracle):
    def meanwhile(ids):
        oracle.unknown = {ids[0]}
        session.labelling.skip(ids[2], "ada")

    oracle.meanwhile = meanwhile
    assert session.step() is None
    first, second = oracle.asked
    assert (len(first), len(second)) == (4, 2)
    assert not set(first) & set(second)
    assert session.open_query.tolist() == [first[0]]


def test_no_image_is_asked_twice_in_a_step_and_what_is_left_open_is_asked_in_the_next(session, oracle):
    oracle.meanwhile = lambda ids: oracle.unknown.update(ids[:3])
    assert session.step() is None
    assert session.step() is None
    oracle.unknown.clear()
    assert session.step() is not None
    first = oracle.asked[0]
    assert oracle.asked == [first, first[:3], first[:3]]


@pytest.mark.parametrize("command", ["run", "step"])
def test_a_run_that_waits_asks_its_oracle_again_when_it_is_told_to_go_on(session, oracle, command):
    worker = session.worker
    oracle.meanwhile = lambda ids: oracle.unknown.update(ids[:1])
    worker.run()
    assert worker.wait(60) is WorkerState.WAITING
    assert worker.status.message == "1 image waits for an answer"
    can = stepper_state(worker)["can"]
    assert (can["step"], can["cycle"], can["run"], can["all"], can["stop"]) == (True,) * 5
    getattr(worker, command)()
    assert worker.wait(60) is WorkerState.WAITING
    oracle.unknown.clear()
    getattr(worker, command)()
    assert worker.wait(60) is (WorkerState.FINISHED if command == "run" else WorkerState.IDLE)
    assert session.history[1].query is not None
    assert [len(ids) for ids in oracle.asked] == [4, 1, 1]


def test_a_run_that_waits_for_a_person_goes_on_waiting_when_it_is_told_to_go_on(tmp_path):
    session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle="person")
    worker = session.worker
    worker.run()
    assert worker.wait(60) is WorkerState.WAITING
    assert not stepper_state(worker)["can"]["run"]
    worker.run()
    assert worker.wait(60) is WorkerState.WAITING
    assert worker.status.message == "6 images wait for an answer"
    session.close()


class Leaves:
    """Answers all but two images, which it leaves to a person."""

    name, asks_a_person = "leaves two", True

    def __init__(self):
        self.asked = []

    def answer(self, ids, cycle):
        self.asked.append(ids.tolist())
        return truth(ids[:-2])


def test_an_oracle_may_declare_that_it_leaves_images_to_a_person(tmp_path):
    oracle = Leaves()
    session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), oracle=oracle)
    worker = session.worker
    worker.run()
    assert worker.wait(20) is WorkerState.WAITING
    assert session.asks_a_person
    assert worker.status.message == "2 images wait for an answer"
    worker.run()  # A person is waited for, so that the oracle is not asked again.
    assert worker.wait(20) is WorkerState.WAITING
    assert [len(ids) for ids in oracle.asked] == [6]
    session.submit(truth(session.open_query))
    assert worker.wait(20) is WorkerState.FINISHED
    session.close()
