"""A sweep with trackers: what each run is sent, once, on whatever engine, and when a tracker does not answer."""

from __future__ import annotations

import logging
import threading

import pytest
from helpers.engine_runs import SETTINGS, sweep_in
from helpers.mlflow_server import mlflow_server

from lada_explore.errors import ConfigError
from lada_explore.exchange.trackers import Ending, measures_of
from lada_explore.experiments import tracking
from lada_explore.experiments.status import kept_for
from lada_explore.experiments.sweep import run_sweep
from lada_explore.experiments.task import complete
from lada_explore.store import open_run

pytestmark = pytest.mark.slow


class Here:
    """Stands for an engine: it completes the runs one after the other in this process, and may be interrupted."""

    at_once, name = 1, "ray"

    def __init__(self, stop_after=None):
        self.stop_after = stop_after

    def complete(self, tasks, ended):
        for n, task in enumerate(tasks):
            if n == self.stop_after:
                raise KeyboardInterrupt
            ended(task, complete(task))


class Place:
    """A server in memory: what each of its runs was sent."""

    def __init__(self):
        self.runs, self.cycles, self.endings = {}, {}, {}
        self.failing, self.answers = "", threading.Event()

    def tracker(self):
        return Tracker(self)


class Tracker:
    where = "place:here"

    def __init__(self, place):
        self.place = place

    def begin(self, run):
        if self.place.failing == "away":
            raise ConnectionError("nobody is there")
        if self.place.failing == "hang":
            self.place.answers.wait()
        self.id = run.id
        self.place.runs[run.id] = run
        return frozenset(measures.cycle for measures in self.place.cycles.setdefault(run.id, []))

    def log(self, measures):
        self.place.cycles[self.id].append(measures)

    def end(self, ending):
        if self.place.failing == "end":
            raise ConnectionError("the line is cut")
        self.place.endings.setdefault(self.id, []).append(ending)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(tracking, "LOOK_S", 0.05)


@pytest.fixture
def place():
    return Place()


def run(sweep, *trackers, engine=None):
    faults = []
    outcomes = run_sweep(sweep, engine=engine or Here(), track=trackers, on_fault=faults.append)
    assert not any(outcome.error for outcome in outcomes)
    return faults


def recorded(sweep):
    return {run: open_run(run.path) for run in sweep.runs()}


def test_every_run_has_a_run_of_its_own_with_the_values_of_its_records(tmp_path, place):
    sweep = sweep_in(tmp_path / "compare", "random@schedule.budget=5", "margin", cycles=2)
    assert run(sweep, place.tracker) == []
    assert len(place.runs) == 4
    for of, made in recorded(sweep).items():
        told = place.runs[made.info.id]
        assert told.name == f"{of.method}-seed-{of.seed}-{made.info.id[:8]}"
        assert told.parameters["schedule.budget"] == ("5" if "@" in of.method else str(SETTINGS["schedule.budget"]))
        own = {"schedule.budget": "5"} if "@" in of.method else {}
        assert told.tags == {"sweep": "compare", "method": of.method.split("@")[0], "seed": str(of.seed)} | own
        sent = place.cycles[made.info.id]
        assert [measures.cycle for measures in sent] == [0, 1, 2]
        for measures in sent:
            assert measures.values == measures_of(made.history[measures.cycle], made.info.acquisition_unit)
        assert place.endings[made.info.id] == [Ending.COMPLETE]


def test_an_interrupted_sweep_is_gone_on_with_and_no_cycle_is_sent_twice(tmp_path, place):
    sweep = sweep_in(tmp_path / "out", "random", "margin", seeds=1, cycles=2)
    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, engine=Here(stop_after=1), track=[place.tracker])
    assert [len(sent) for sent in place.cycles.values()] == [3]
    assert run(sweep, place.tracker) == []
    assert [[measures.cycle for measures in sent] for sent in place.cycles.values()] == [[0, 1, 2]] * 2


def test_a_tracker_that_is_away_ends_nothing_is_said_once_and_gets_everything_from_the_same_sweep(
    tmp_path, place, caplog
):
    sweep = sweep_in(tmp_path / "out", "random", cycles=1)
    place.failing = "away"
    with caplog.at_level(logging.WARNING):
        faults = run(sweep, place.tracker)
    said = "place:here does not take the measures (nobody is there); the sweep goes on, and they are sent later"
    assert [record.message for record in caplog.records] == [said]
    lacks = "place:here lacks 4 cycles of 2 runs (nobody is there); run the sweep again with it to send what is missing"
    assert faults == [lacks]
    place.failing = "end"
    assert run(sweep, place.tracker) == [
        "place:here lacks 2 cycles of 1 run (the line is cut); run the sweep again with it to send what is missing"
    ]
    place.failing = ""
    assert run(sweep, place.tracker) == []
    assert [[measures.cycle for measures in sent] for sent in place.cycles.values()] == [[0, 1]] * 2


def test_a_tracker_that_hangs_keeps_neither_the_sweep_nor_another_tracker_waiting(tmp_path, place, monkeypatch):
    monkeypatch.setattr(tracking, "MAX_WAIT_S", 0.2)
    sweep = sweep_in(tmp_path / "out", "random", seeds=1, cycles=1)
    hanging = Place()
    hanging.failing = "hang"

    class LetsTheOtherSend(Here):
        def complete(self, tasks, ended):
            super().complete(tasks, ended)
            until = threading.Event()
            while not place.endings and not until.wait(0.01):
                kept_for(tasks[0].run.path)(tasks[0].status())

    faults = run(sweep, hanging.tracker, place.tracker, engine=LetsTheOtherSend())
    assert faults == [
        "place:here lacks 2 cycles of 1 run (no answer within 0 s); run the sweep again with it to send what is missing"
    ]
    assert list(place.endings.values()) == [[Ending.COMPLETE]]
    hanging.answers.set()


def test_a_run_whose_folder_is_damaged_is_named_and_the_others_are_sent(tmp_path, place):
    sweep = sweep_in(tmp_path / "out", "random", cycles=1)
    assert run(sweep) == []
    (first, second) = recorded(sweep).values()
    record = next((first.path / "cycles").glob("*1/train/record.json"))
    record.write_text("{")

    class Nothing(Here):
        def complete(self, tasks, ended):
            for task in tasks:
                ended(task, "it is damaged")

    faults = []
    run_sweep(sweep, engine=Nothing(), track=[place.tracker], on_fault=faults.append)
    assert len(faults) == 1
    assert faults[0].startswith(f"random, seed 0 was not sent to place:here: {record}")
    assert list(place.cycles) == [second.info.id]


def test_a_tracker_that_cannot_be_used_is_refused_before_anything_runs(tmp_path):
    (tmp_path / "file").write_text("x")
    sweep = sweep_in(tmp_path / "out", "random")
    for text, sentence in (("wandb:x", "names no tracker"), (f"tensorboard:{tmp_path / 'file'}", "after tensorboard:")):
        with pytest.raises(ConfigError, match=sentence):
            run_sweep(sweep, engine=Here(), track=[text])
    assert not (tmp_path / "out").exists()


def test_the_command_sends_to_tensorboard_and_to_a_server_of_mlflow_and_again_nothing(call, tmp_path):
    from mlflow import MlflowClient
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    out, logs = tmp_path / "compare", tmp_path / "logs"
    words = ["sweep", "--methods", "random", "margin", "--seeds", "1", "--cycles", "1", "--dataset", "digits"]
    settings = [f"{name}={value}" for name, value in SETTINGS.items() if name != "schedule.budget"]
    words += [part for setting in settings for part in ("--set", setting)]
    words += ["--grid", "schedule.budget=2,3", "--device", "cpu", "--jobs", "2", "--out", str(out)]
    (tmp_path / "server").mkdir()
    with mlflow_server(tmp_path / "server") as address:
        for _ in range(2):  # The second time everything is there.
            code, _, error = call(*words, "--track", f"mlflow:{address}", "--track", f"tensorboard:{logs}")
            assert (code, error) == (0, "")
        client = MlflowClient(address)
        runs = client.search_runs([client.get_experiment_by_name("compare").experiment_id])
        assert {run.data.tags["schedule.budget"] for run in runs} == {"2", "3"}
        by_id = {run.data.tags["lada_explore.run_id"]: run for run in runs}
        made = [open_run(path) for path in out.glob("*/seed-*")]
        assert len(made) == len(runs) == 4
        for one in made:
            run = by_id[one.info.id]
            assert (run.info.status, run.data.tags["method"]) == ("FINISHED", one.config.method.name)
            assert run.info.run_name == f"{one.path.parent.name}-seed-0-{one.info.id[:8]}"
            history = client.get_metric_history(run.info.run_id, "accuracy")
            wanted = [records.evaluate.accuracy for records in one.history]
            assert [metric.value for metric in sorted(history, key=lambda metric: metric.step)] == wanted
            events = EventAccumulator(str(logs / run.info.run_name))
            events.Reload()
            assert [event.value for event in events.Scalars("accuracy")] == pytest.approx(wanted)
            assert [event.step for event in events.Scalars("labels")] == [0, 1]
    assert len(list(logs.iterdir())) == 4
