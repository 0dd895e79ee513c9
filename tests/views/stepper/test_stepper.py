"""The stepper without a browser: messages in, state out."""

from __future__ import annotations

import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.session.worker import Worker, WorkerState
from lada_explore.views import Stepper
from lada_explore.views.base.source import source_of
from lada_explore.views.stepper.control_bar import RecordedBar
from lada_explore.views.stepper.state import recorded_state
from lada_explore.views.stepper.stepper import cycles_asked

TIMEOUT_S = 20


def click(stepper: Stepper, name: str, **more) -> None:
    """What the page sends when a button is clicked."""
    stepper._handle_custom_msg({"type": "command", "name": name, **more}, [])


def test_next_stage_runs_one_stage_and_its_sentence_arrives():
    stepper = Stepper(FakeSession())
    click(stepper, "step")
    until(lambda: stepper.state["log"] and stepper.state["run_state"] == "idle")
    assert stepper.state["log"] == [{"where": "The start · Select", "text": "Chose 20 to start from."}]
    assert stepper.state["now"] == "Next: Query (cycle 0)."
    statuses = [stage["status"] for stage in stepper.state["stages"]]
    assert statuses == ["skipped", "skipped", "skipped", "done", "next", "todo", "todo"]


def test_next_cycle_takes_the_start_along_and_then_one_acquisition_at_a_time():
    session = FakeSession()
    stepper = Stepper(session)
    click(stepper, "cycle")
    until(lambda: stepper.state["now"].startswith("Cycle 1 done"))
    assert (session.cycle, session.next_stage) == (2, Stage.SUBSAMPLE)
    click(stepper, "cycle")
    until(lambda: stepper.state["now"].startswith("Cycle 2 done"))
    assert stepper.state["labels"] == "32 of 44 labels used · 2 of 4 cycles done"
    assert stepper.state["cycles_left"] == 2
    assert [stage["status"] for stage in stepper.state["stages"]] == ["done"] * 7
    assert [entry["where"] for entry in stepper.state["log"]][::6] == ["Cycle 2 · Evaluate", "Cycle 2 · Subsample"]


def test_while_a_person_is_asked_no_time_to_the_end_is_told_and_before_that_the_time_until_then():
    session = FakeSession(cycles=3, person=True)
    stepper = Stepper(session)
    click(stepper, "cycle")
    for where in ("cycle 0", "cycle 1"):
        until(lambda at=where: stepper.state["now"].startswith(f"Asking for labels (Query, {at})"))
        assert stepper.state["left"] == ""
        session.submit(dict.fromkeys(session.open_query.tolist(), 1))
    until(lambda: stepper.state["run_state"] == "idle")
    assert stepper.state["now"].endswith("Next: Subsample (cycle 2).")
    assert stepper.state["left"] == "about 1 s until you are asked"


def test_run_takes_the_number_that_was_typed():
    session = FakeSession()
    stepper = Stepper(session)
    click(stepper, "run", cycles=" 3 ")
    until(lambda: stepper.state["now"].startswith("Cycle 3 done"))
    assert session.cycle == 4


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "'' is no number of cycles; type a whole number, 1 or more"),
        ("2.5", "'2.5' is no number of cycles; type a whole number, 1 or more"),
        ("0", "0 cycles were asked for; run at least 1"),
        ("-3", "-3 cycles were asked for; run at least 1"),
    ],
)
def test_run_with_a_number_that_cannot_be_says_so_and_runs_nothing(typed, sentence):
    session = FakeSession()
    stepper = Stepper(session)
    click(stepper, "run", cycles=typed)
    assert stepper.state["error"] == sentence
    assert session.reached == []
    click(stepper, "step")
    until(lambda: stepper.state["error"] == "")


def test_cycles_asked_takes_numbers_too():
    assert cycles_asked(4) == 4
    with pytest.raises(ConfigError):
        cycles_asked(None)


def test_run_to_the_end_then_only_looking_is_left():
    stepper = Stepper(FakeSession(cycles=1))
    click(stepper, "all")
    until(lambda: stepper.state["run_state"] == "finished")
    assert stepper.state["now"] == "The run is complete."
    assert not any(stepper.state["can"].values())


def test_pause_resume_and_stop():
    session = FakeSession(points=100, delay_s=0.005)
    stepper = Stepper(session)
    click(stepper, "all")
    until(lambda: session.reached)
    began = time.monotonic()
    click(stepper, "pause")
    until(lambda: stepper.state["run_state"] == "paused", 1)
    assert time.monotonic() - began < 0.5
    assert stepper.state["now"] == "Paused during Select (cycle 0)."
    assert stepper.state["can"]["resume"]
    assert not stepper.state["can"]["pause"]
    assert [stage["status"] for stage in stepper.state["stages"]][3] == "paused"
    click(stepper, "resume")
    until(lambda: stepper.state["run_state"] == "running")
    click(stepper, "stop")
    until(lambda: stepper.state["run_state"] == "idle")
    assert stepper.state["now"].endswith("Nothing was saved; the next step starts it again.")
    assert session.history[0].select is None


def test_a_click_returns_at_once_while_a_stage_runs():
    session = FakeSession(points=2, delay_s=0.3)
    stepper = Stepper(session)
    began = time.monotonic()
    click(stepper, "all")
    click(stepper, "pause")
    click(stepper, "resume")
    assert time.monotonic() - began < 0.25
    click(stepper, "stop")


def test_a_failed_stage_shows_its_sentence_and_can_be_stepped_again():
    session = FakeSession(fail_at=(0, Stage.TRAIN))
    stepper = Stepper(session)
    click(stepper, "all")
    until(lambda: stepper.state["run_state"] == "failed")
    assert stepper.state["error"] == "the fake failed as it was told to"
    assert "Nothing was saved" in stepper.state["now"]
    assert stepper.state["stages"][5]["status"] == "failed"
    assert stepper.state["can"]["step"]
    click(stepper, "step")
    until(lambda: stepper.state["error"] == "" and stepper.state["stages"][5]["status"] == "done")


def test_waiting_for_answers_is_said_and_only_stop_makes_sense():
    session = FakeSession(person=True)
    stepper = Stepper(session)
    click(stepper, "all")
    until(lambda: stepper.state["run_state"] == "waiting")
    assert stepper.state["now"] == "Asking for labels (Query, cycle 0): 20 images wait for an answer."
    assert [name for name, can in stepper.state["can"].items() if can] == ["stop"]


@pytest.mark.slow
def test_the_state_is_sent_at_most_ten_times_a_second_and_the_last_one_is_final():
    session = FakeSession(points=200, delay_s=0.001)
    stepper = Stepper(session)
    sent = []
    stepper.observe(lambda change: sent.append(change["new"]["revision"]), "state")
    began = time.monotonic()
    click(stepper, "cycle")
    worker = Worker.of(session)
    worker.wait(TIMEOUT_S)
    until(lambda: stepper.state["now"].startswith("Cycle 1 done"))
    took_s = time.monotonic() - began
    assert len(session.reached) == 11 * 200
    # One more for the answer to the click and one for the final state.
    assert len(sent) <= 10 * took_s + 2
    assert sent == sorted(set(sent))
    assert stepper.state["run_state"] == "idle"
    time.sleep(0.3)
    assert stepper.state["log"][0]["where"] == "Cycle 1 · Evaluate"


def test_an_unknown_command_is_said_in_the_page_and_other_messages_are_ignored():
    stepper = Stepper(FakeSession())
    click(stepper, "fly")
    assert stepper.state["error"] == "'fly' is no command of the stepper"
    revision = stepper.state["revision"]
    stepper._handle_custom_msg({"type": "other"}, [])
    assert stepper.state["revision"] == revision


def test_every_command_is_answered_with_a_new_state_even_one_that_changes_nothing():
    stepper = Stepper(FakeSession())
    revision = stepper.state["revision"]
    click(stepper, "stop")
    assert stepper.state["revision"] > revision


def test_two_steppers_of_one_session_show_the_same_run():
    session = FakeSession()
    one, two = Stepper(session), Stepper(Worker.of(session))
    click(one, "cycle")
    until(lambda: two.state["now"].startswith("Cycle 1 done"))
    assert two.state["log"] == one.state["log"] or until(lambda: two.state["log"] == one.state["log"]) is None


def test_a_closed_stepper_no_longer_follows_and_the_run_goes_on():
    session = FakeSession(points=5, delay_s=0.01)
    stepper = Stepper(session)
    click(stepper, "cycle")
    stepper.close()
    shown = stepper.state
    assert Worker.of(session).wait(TIMEOUT_S) is WorkerState.IDLE
    time.sleep(0.3)
    assert stepper.state == shown
    assert session.cycle == 2


class Recorded:
    """A recorded run: it can be looked at only."""

    def __init__(self, session: FakeSession) -> None:
        self.config, self.class_names, self.device = session.config, session.class_names, session.device
        self.history, self.config_of = session.history, session.config_of

    def on_change(self, callback):
        return lambda: None


def test_a_recorded_run_can_be_looked_at_but_not_stepped():
    recorded = Recorded(FakeSession())
    assert source_of(recorded) is recorded
    with pytest.raises(ConfigError, match="a Recorded can be looked at but not stepped"):
        Stepper(recorded)


def test_something_that_is_no_run_is_refused_with_a_sentence():
    with pytest.raises(ConfigError, match="a str is no run; give a view a session"):
        Stepper("runs/demo")


def test_all_that_is_said_of_a_recorded_run_is_of_one_moment(tmp_path):
    class Growing:
        """A run that another process completes between two looks at its history."""

        def __init__(self, run, whole):
            self.config, self.config_of = run.config, run.config_of
            self.class_names, self.device = run.class_names, run.device
            self.coming = [run.history, whole]

        @property
        def history(self):
            return self.coming.pop(0) if len(self.coming) > 1 else self.coming[0]

    session = FakeSession(cycles=2)
    before = session.run(2)
    run = Growing(session, session.run())
    run.coming[0] = before
    state = recorded_state(run, None)
    assert state["labels"].endswith(" 1 of 2 cycles done")
    assert state["now"].endswith("This run is recorded, not live.")
    state = recorded_state(run, None)
    assert state["labels"].endswith(" 2 of 2 cycles done")
    assert state["cycles_left"] == 0
    assert state["now"].endswith("This run is recorded and complete.")


def test_what_a_person_should_know_of_a_run_is_said_in_the_bar_and_of_many_notes_the_first(tmp_path):
    session = FakeSession(cycles=0)
    session.run()
    run = record(session, tmp_path / "run")
    assert recorded_state(run, None)["notes"] == []
    run.notes = ("it was begun by hand",)
    assert RecordedBar(run).state["notes"] == ["Note: it was begun by hand."]
    run.notes = ("one", "two", "three", "four", "five")
    told = ["Note: one.", "Note: two.", "Note: three.", "There are 2 more notes; `lada-explore show` lists all."]
    assert recorded_state(run, None)["notes"] == told
    session.notes = ("its journal is old",)
    assert Stepper(session).state["notes"] == ["Note: its journal is old."]
    assert Stepper(FakeSession()).state["notes"] == []


def test_what_was_said_of_the_images_is_in_the_bar_of_a_live_and_of_a_recorded_run(tmp_path):
    session = FakeSession(cycles=0)
    session.run()
    run = record(session, tmp_path / "run")
    assert recorded_state(run, None)["images"]["notes"] == []
    run.info = replace(run.info, notes=("left out c.jpg: not an image that Pillow can read",))
    said = {"title": "1 note on the images", "notes": ["left out c.jpg: not an image that Pillow can read"]}
    assert RecordedBar(run).state["images"] == said
    session.folder = SimpleNamespace(info=SimpleNamespace(notes=("one", "two", "three", "four")))
    assert Stepper(session).state["images"] == {
        "title": "4 notes on the images",
        "notes": ["one", "two", "three", "four"],
    }
    assert Stepper(FakeSession()).state["images"]["notes"] == []


def test_the_log_says_what_a_method_does_that_does_not_look_ahead():
    stepper = Stepper(FakeSession(method="ent-then-mixup"))
    click(stepper, "cycle")
    until(lambda: stepper.state["now"].startswith("Cycle 1 done"))
    log = {entry["where"]: entry["text"] for entry in stepper.state["log"]}
    said = "This method does not look ahead: it scores single images, and mixes those asked about in random pairs"
    assert log["Cycle 1 · Look ahead"].startswith(said)
