"""Experiment trackers: what they are told of a run, when they do not answer, and what is then read back from them."""

from __future__ import annotations

import io
import logging
import re
import socket
import sys
import threading
import time
from contextlib import closing
from importlib.machinery import ModuleSpec
from types import ModuleType
from unittest.mock import Mock

import numpy as np
import pytest
from helpers.mlflow_server import mlflow_server
from helpers.small_runs import SET_OPTIONS, cut_before, small_session
from PIL import Image

from lada_explore import Session, track
from lada_explore.errors import ConfigError, DataError
from lada_explore.exchange.trackers import CycleMeasures, Ending, TrackedRun, measures_of, tracker_named
from lada_explore.records import DRAW_UNIT, Stage
from lada_explore.store import open_run

pytestmark = pytest.mark.slow

RUN = ("run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS, "--threads", "1", "--cycles", "2")


class Kept:
    """A tracker in memory that fails when it is told to."""

    where = "kept:here"

    def __init__(self, there: frozenset[int] = frozenset()) -> None:
        self.there, self.failing, self.answer = there, "", threading.Event()
        self.runs, self.logged, self.endings = [], [], []

    def begin(self, run):
        if self.failing == "begin":
            raise ConnectionError("nobody is there\nand more lines")
        self.runs.append(run)
        return self.there

    def log(self, measures):
        if self.failing == "log":
            raise ConnectionError("http://ada:secret@here: the line is cut")
        if self.failing == "hang":
            self.answer.wait()
        self.logged.append(measures)

    def end(self, ending):
        if self.failing == "end":
            raise ConnectionError("the line is cut")
        self.endings.append(ending)

    @property
    def cycles(self):
        return [measures.cycle for measures in self.logged]


@pytest.fixture
def session(tmp_path):
    with_two_cycles = small_session(tmp_path / "run", cycles=2)
    yield with_two_cycles
    with_two_cycles.close()


def expected(run, cycle):
    """What the records of a cycle hold, written out without the code under test."""
    records = run.history[cycle]
    values = {
        "labels": records.evaluate.n_labelled,
        "accuracy": records.evaluate.accuracy,
        "nll": records.evaluate.mean_nll,
        "loss/labelled": float(records.train.train_loss[-1]),
        "seconds": sum(records.seconds.values()),
    }
    if len(records.train.virtual_loss):
        values["loss/virtual"] = float(records.train.virtual_loss[-1])
    if records.look_ahead is not None:
        ahead = records.look_ahead
        values |= {
            "tau/mean": ahead.tau.mean(),
            "tau/q1": np.quantile(ahead.tau, 0.25),
            "tau/q3": np.quantile(ahead.tau, 0.75),
            "look_ahead": ahead.value.mean(),
            "regret": (ahead.best_value - ahead.mean_virtual).mean(),
        }
    return values | {f"seconds/{stage.value}": seconds for stage, seconds in records.seconds.items()}


def test_every_cycle_is_sent_once_with_the_values_of_its_records(session):
    kept = Kept()
    with track(session, kept, maps=False) as tracking:
        session.run()
    assert tracking.faults == ()
    assert kept.cycles == [0, 1, 2]
    assert kept.endings == [Ending.COMPLETE]
    for measures in kept.logged:
        wanted = expected(session, measures.cycle)
        assert measures.values.keys() == wanted.keys()
        assert measures.values == pytest.approx(wanted, rel=1e-6)
        assert measures.picture == b""
    (run,) = kept.runs
    assert run.id == session.folder.info.id
    assert run.parameters["training.epochs"] == str(session.config.training.epochs)
    assert run.parameters["seed"] == "0"


def test_the_map_goes_along_where_there_is_one(session):
    kept = Kept()
    with track(session, kept):
        session.run()
    starts = [measures.picture[:4] for measures in kept.logged]
    assert starts == [b"", b"\x89PNG", b"\x89PNG"]


def test_a_tracker_that_does_not_answer_holds_nothing_up_and_gets_everything_later(session, caplog):
    kept = Kept()
    kept.failing = "begin"
    with caplog.at_level(logging.WARNING), track(session, kept, maps=False) as tracking:
        session.run(1)
        wait_until(lambda: caplog.records)
        kept.failing = "log"
        session.run(1)
        kept.failing = ""
        session.run()
    assert kept.cycles == [0, 1, 2]
    assert tracking.faults == ()
    assert [record.message for record in caplog.records] == [
        "kept:here does not take the measures (nobody is there); the run goes on, and they are sent again with the "
        "next cycle"
    ]


def test_what_a_tracker_lacks_in_the_end_is_said_with_the_remedy(session):
    kept = Kept()
    kept.failing = "log"
    with track(session, kept, maps=False) as tracking:
        session.run()
    assert tracking.faults == (
        "kept:here lacks 3 cycles of this run (http://ada:***@here: the line is cut); resume the run with it to send "
        "what is missing",
    )
    later = Kept(there=frozenset({0}))
    with track(session, later, maps=False):
        pass
    assert (later.cycles, later.endings) == ([1, 2], [Ending.COMPLETE])


def test_a_tracker_that_hangs_is_given_up_and_said_to_lack_cycles(session, monkeypatch):
    monkeypatch.setattr("lada_explore.exchange.trackers.tracking.MAX_WAIT_S", 0.2)
    kept = Kept()
    kept.failing = "hang"
    with track(session, kept, maps=False) as tracking:
        session.run()
    assert tracking.faults == (
        "kept:here lacks 3 cycles of this run (no answer within 0 s); resume the run with it to send what is missing",
    )
    kept.answer.set()
    wait_until(lambda: kept.endings)
    assert kept.cycles == [0, 1, 2]


def test_a_tracker_that_only_did_not_hear_of_the_end_lacks_no_cycle(session, caplog):
    kept = Kept()
    kept.failing = "end"
    with caplog.at_level(logging.WARNING), track(session, kept, maps=False) as tracking:
        session.run()
    assert kept.cycles == [0, 1, 2]
    assert tracking.faults == ("kept:here has every cycle, but was not told that the run ended (the line is cut)",)
    assert caplog.records == []


def test_a_map_is_made_once_for_all_trackers_and_one_that_fails_keeps_no_other_waiting(session, monkeypatch):
    session.run()
    drawn = []
    monkeypatch.setattr("lada_explore.apps.tracking.map_picture", lambda run, cycle: drawn.append(cycle) or b"map")
    one, two, failing = Kept(), Kept(there=frozenset({1})), Kept()
    failing.failing = "log"
    with track(session, failing, one, two) as tracking:
        pass
    assert (drawn.count(1), drawn.count(2)) == (1, 1)  # 0 is tried again with the tracker that failed
    assert (one.cycles, two.cycles, failing.cycles) == ([0, 1, 2], [0, 2], [])
    assert len(tracking.faults) == 1


def test_a_run_that_is_not_complete_is_stopped_and_one_with_an_error_failed(session, monkeypatch):
    kept = Kept()
    with track(session, kept, maps=False):
        session.run(1)
    assert kept.endings == [Ending.STOPPED]
    failing = Kept()
    with track(session, failing, maps=False):
        monkeypatch.setattr(session._runner, "run", Mock(side_effect=DataError("no image")))
        with pytest.raises(DataError):
            session.step()
    assert failing.endings == [Ending.FAILED]


def test_look_ahead_of_random_draws_is_left_out(session):
    session.run()
    values = measures_of(session.history[1], DRAW_UNIT)
    assert values.keys().isdisjoint({"look_ahead", "regret"})
    assert "tau/mean" in values


@pytest.mark.parametrize("text", ["wandb:project", "mlflow", "mlflow:", "tensorboard: ", "http://127.0.0.1"])
def test_an_unknown_tracker_is_one_sentence(text):
    with pytest.raises(
        ConfigError, match=re.escape(f"{text!r} names no tracker; write mlflow:URI, tensorboard:DIR or")
    ):
        tracker_named(text)


def test_a_package_that_is_not_installed_is_named_with_its_extra(monkeypatch):
    monkeypatch.setattr("lada_explore.exchange.trackers.named.find_spec", lambda name: None)
    with pytest.raises(ConfigError, match=re.escape("pip install 'lada-explore[trackers]'")):
        tracker_named("tensorboard:logs")


def test_a_package_that_cannot_be_imported_is_named_with_the_reason(monkeypatch):
    broken = ModuleType("mlflow")
    broken.__spec__ = ModuleSpec("mlflow", None)
    monkeypatch.setitem(sys.modules, "mlflow", broken)
    sentence = r"mlflow:runs needs the package mlflow, which cannot be imported \(.*\); run pip install 'lada-explore"
    with pytest.raises(ConfigError, match=sentence):
        tracker_named("mlflow:runs")


def test_a_bad_tracker_is_refused_before_a_run_is_made(call, tmp_path):
    (tmp_path / "file").write_text("x")
    code, _, error = call(*RUN, "--out", tmp_path / "run", "--track", f"tensorboard:{tmp_path / 'file'}")
    assert (code, error.count("\n")) == (2, 1)
    assert not (tmp_path / "run").exists()


def test_tensorboard_reads_back_what_the_records_hold_also_of_a_resumed_run(call, tmp_path):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    out, logs = tmp_path / "run", f"tensorboard:{tmp_path / 'logs'}"
    assert call(*RUN, "--out", out, "--track", logs)[0] == 0
    run = open_run(out)
    cut_before(out, 2, Stage.TRAIN)
    for folder in (tmp_path / "logs").iterdir():
        for file in folder.iterdir():  # As if the machine had gone down with the run in cycle 2.
            file.unlink()
    assert call("resume", out, "--track", logs)[0] == 0
    (folder,) = (tmp_path / "logs").iterdir()
    assert folder.name.startswith("lada-entmix-seed-0-")
    assert call("resume", out, "--track", logs)[0] == 0  # Complete: nothing is run, and nothing is sent twice.
    events = EventAccumulator(str(folder), size_guidance={"scalars": 0, "images": 0, "tensors": 0})
    events.Reload()
    tags = events.Tags()
    again = open_run(out)
    for cycle in range(3):
        for name, value in expected(again, cycle).items():
            (found,) = [event.value for event in events.Scalars(name) if event.step == cycle]
            assert found == near(name, value), (name, cycle)
    assert [event.step for event in events.Images("map")] == [1, 2]
    assert "parameters/text_summary" in tags["tensors"]
    text = events.Tensors("parameters/text_summary")[0].tensor_proto.string_val[0].decode()
    assert f"| training.epochs | {run.config.training.epochs} |" in text


def test_trackio_has_each_cycle_once_also_of_a_resumed_run(session, tmp_path, monkeypatch):
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))
    trackio = pytest.importorskip("trackio", reason="trackio holds pillow below 13, so it is not in the dev extra")
    for cycles in (1, None):
        with track(session, "trackio:digits") as tracking:
            session.run(cycles)
        assert tracking.faults == ()
    (name,) = [run.name for run in trackio.Api().runs("digits")]
    logged = trackio.SQLiteStorage.get_logs("digits", name)
    assert [entry["step"] for entry in logged] == [0, 1, 2]
    assert [entry["accuracy"] for entry in logged] == [records.evaluate.accuracy for records in session.history]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with mlflow_server(tmp_path_factory.mktemp("mlflow")) as address:
        yield address


def test_a_server_of_mlflow_shows_what_the_records_hold_also_of_a_resumed_run(call, server, tmp_path):
    from mlflow import MlflowClient

    out, where = tmp_path / "run", f"mlflow:{server}#digits"
    assert call(*RUN, "--out", out, "--track", where)[0] == 0
    client = MlflowClient(server)
    experiment = client.get_experiment_by_name("digits").experiment_id
    (run,) = client.search_runs([experiment])
    recorded = open_run(out)
    assert run.info.status == "FINISHED"
    assert run.info.run_name == f"lada-entmix-seed-0-{recorded.info.id[:8]}"
    assert run.data.params["training.epochs"] == str(recorded.config.training.epochs)
    assert run.data.params["method.policy"] == recorded.config.to_dict()["method"]["policy"]
    for name in expected(recorded, 2):
        history = {metric.step: metric.value for metric in client.get_metric_history(run.info.run_id, name)}
        wanted = {cycle: expected(recorded, cycle)[name] for cycle in range(3) if name in expected(recorded, cycle)}
        assert history == {cycle: near(name, value) for cycle, value in wanted.items()}, name
    pictures = [file.path for file in client.list_artifacts(run.info.run_id, "images")]
    assert sum("step%1%" in path.replace("+", "%") and path.endswith(".png") for path in pictures) == 1

    lost = client.create_run(experiment, tags={"lada_explore.run_id": "cut"}, run_name="cut").info.run_id
    cut = TrackedRun(id="cut", name="cut", parameters={"seed": "0", "method.policy": "learned"})
    assert tracker_named(where).begin(cut) == frozenset()
    assert client.get_run(lost).data.params == cut.parameters

    with closing(Session.resume(out)) as session, track(session, where, maps=False) as tracking:
        pass
    assert tracking.faults == ()
    (again,) = [one for one in client.search_runs([experiment]) if one.info.run_name != "cut"]
    assert again.info.run_id == run.info.run_id
    assert len(client.get_metric_history(run.info.run_id, "accuracy")) == 3


def test_a_server_that_is_down_is_one_sentence_before_the_run_begins(call, tmp_path, monkeypatch):
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    where = f"mlflow:http://127.0.0.1:{port}"
    code, _, error = call(*RUN, "--out", tmp_path / "run", "--track", where)
    assert code == 2
    assert f"{where} does not answer (" in error
    assert "start it with mlflow server, or correct the URI" in error
    assert error.count("\n") == 1
    assert not (tmp_path / "run").exists()


def test_an_experiment_that_was_deleted_is_one_sentence(server):
    from mlflow import MlflowClient

    client = MlflowClient(server)
    client.delete_experiment(client.create_experiment("gone"))
    with pytest.raises(ConfigError, match=f"the experiment 'gone' of mlflow:{server}#gone was deleted; restore it"):
        tracker_named(f"mlflow:{server}#gone")


def test_of_a_cycle_tensorboard_gets_the_labels_last_because_they_say_that_it_is_there(tmp_path):
    from tensorboard.backend.event_processing.event_file_loader import EventFileLoader

    tracker = tracker_named(f"tensorboard:{tmp_path}")
    tracker.begin(TrackedRun(id="a", name="run", parameters={"seed": "0"}))
    picture = io.BytesIO()
    Image.new("RGB", (4, 4)).save(picture, "PNG")
    values = {"labels": 20.0, "accuracy": 0.5, "seconds": 1.0}
    tracker.log(CycleMeasures(cycle=0, values=values, picture=picture.getvalue()))
    tracker.end(Ending.STOPPED)
    (file,) = (tmp_path / "run").iterdir()
    tags = [value.tag for event in EventFileLoader(str(file)).Load() for value in event.summary.value]
    assert tags == ["parameters/text_summary", "map", "accuracy", "seconds", "labels"]


def near(name, value):
    """Float32 of TensorBoard; the records on disk round the seconds of each stage to a tenth of a millisecond."""
    return pytest.approx(value, rel=1e-6, abs=1e-3 if name.startswith("seconds") else 1e-12)


def wait_until(true, timeout_s=30.0):
    end = time.monotonic() + timeout_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
