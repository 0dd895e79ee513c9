"""Runs on a real Ray cluster of two nodes: what comes back, and what a lost worker, a lost node and Ctrl+C cost."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
import time

import pytest
from helpers import stalling
from helpers.engine_runs import processes_below, stages_there, statuses, sweep_in
from helpers.ray_cluster import add_node, ray_cluster
from helpers.small_runs import answered, record_bytes
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.experiments.engines.local import Local
from lada_explore.experiments.engines.ray import OnRay
from lada_explore.experiments.status import RunState
from lada_explore.experiments.sweep import Sweep, run_sweep

NETWORK = {"classifier.kind": "module:helpers.stalling:network"}
BEFORE = 24
"""Passes after which a run of `sweep_in` is in its third cycle; it has 100."""


@pytest.fixture(scope="module", autouse=True)
def importable():
    """Let every process that is started here import `helpers`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
        yield


@pytest.fixture(scope="module")
def head(tmp_path_factory):
    """Where the runs of the first node are asked to stall."""
    return tmp_path_factory.mktemp("head")


@pytest.fixture(scope="module")
def cluster(head):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(stalling.PLACE, str(head))
        with ray_cluster() as made:
            yield made


@pytest.fixture(scope="module")
def locally(tmp_path_factory):
    """The runs of `sweep_in`, as processes of this machine make them."""
    sweep = sweep_in(tmp_path_factory.mktemp("local") / "out", "random", "max-entropy", **NETWORK)
    assert not any(outcome.error for outcome in run_sweep(sweep, engine=Local(jobs=2)))
    return sweep


def once_stalled(sweep, folder, head, then):
    """A thread that calls `then` with what stalls as soon as it does and then frees the first node; and the stages
    that had come back by then."""
    there = {}

    def watch():
        try:
            until(lambda: stalling.stalled(folder), stalling.LONGEST_S - 60)
            there.update(stages_there(sweep))
            then([one for one in statuses(sweep) if one.state is RunState.RUNNING])
        finally:
            stalling.release(head)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread, there


def kill_worker(going):
    (pid,) = re.findall(r"process (\d+)", going[0].where)
    os.kill(int(pid), signal.SIGKILL)


@pytest.mark.slow
def test_a_lost_node_costs_the_stage_under_way_and_the_records_are_those_of_this_machine(
    cluster, head, locally, tmp_path, monkeypatch
):
    sweep = sweep_in(tmp_path / "out", "random", "max-entropy", **NETWORK)
    monkeypatch.setenv(stalling.PLACE, str(tmp_path))
    stalling.ask(tmp_path, BEFORE)
    node = add_node(cluster)
    # A busy machine begins workers slowly: without this the first node could run all before the second has one.
    stalling.hold(head)
    lose = lambda going: cluster.remove_node(node, allow_graceful=False)  # noqa: E731
    thread, there = once_stalled(sweep, tmp_path, head, lose)
    outcomes = run_sweep(sweep, engine=OnRay(address=cluster.address))
    thread.join()
    assert [outcome.error for outcome in outcomes] == [""] * 4
    assert sorted(status.tries for status in statuses(sweep)) == [1, 1, 1, 2]
    assert {status.state for status in statuses(sweep)} == {RunState.COMPLETE}
    after = stages_there(sweep)
    assert len(there) > 8
    assert {place: after[place] for place in there} == there
    for here, elsewhere in zip(locally.runs(), sweep.runs(), strict=True):
        assert record_bytes(elsewhere.path) == record_bytes(here.path)
        assert answered(elsewhere.path) == answered(here.path)
    assert sorted(path.name for path in tmp_path.rglob("*.part")) == []


@pytest.mark.thorough
@pytest.mark.slow
def test_a_killed_worker_is_a_sentence_without_retries_and_the_same_sweep_goes_on(cluster, head, locally, tmp_path):
    sweep = sweep_in(tmp_path / "out", "random", seeds=1, **NETWORK)
    stalling.ask(head, BEFORE)
    thread, there = once_stalled(sweep, head, head, kill_worker)
    (outcome,) = run_sweep(sweep, engine=OnRay(address=cluster.address, retries=0))
    thread.join()
    assert "its process or node was lost, after 0 retries (" in outcome.error
    assert outcome.error.endswith("); run the sweep again, or give more --retries")
    (status,) = statuses(sweep)
    assert (status.state, status.error) == (RunState.FAILED, outcome.error)

    stalling.ask(head, BEFORE // 3)
    thread, _ = once_stalled(sweep, head, head, kill_worker)
    (outcome,) = run_sweep(sweep, engine=OnRay(address=cluster.address))
    thread.join()
    assert outcome.error == ""
    assert statuses(sweep)[0].tries == 3
    after = stages_there(sweep)
    assert {place: after[place] for place in there} == there
    assert record_bytes(sweep.out / "random/seed-0") == record_bytes(locally.out / "random/seed-0")


@pytest.mark.thorough
@pytest.mark.slow
def test_after_ctrl_c_nothing_runs_on_the_cluster_and_the_same_sweep_goes_on(cluster, locally, tmp_path):
    sweep = sweep_in(tmp_path / "out", "random", "max-entropy", **NETWORK)

    def interrupt(outcome):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_sweep(sweep, engine=OnRay(address=cluster.address), on_outcome=interrupt)
    # Of the two that run at a time, the second may end before the first is told of.
    states = [status.state for status in statuses(sweep)]
    assert states.count(RunState.COMPLETE) in (1, 2)
    assert states.count(RunState.STOPPED) == 4 - states.count(RunState.COMPLETE)
    end = time.monotonic() + 30
    while any("ray::" in " ".join(process.cmdline()) for process in processes_below()) and time.monotonic() < end:
        time.sleep(0.2)
    assert not [process for process in processes_below() if "_stream" in " ".join(process.cmdline())]
    assert not any(outcome.error for outcome in run_sweep(sweep, engine=OnRay(address=cluster.address, jobs=1)))
    for here, elsewhere in zip(locally.runs(), sweep.runs(), strict=True):
        assert record_bytes(elsewhere.path) == record_bytes(here.path)


@pytest.mark.thorough
@pytest.mark.slow
def test_a_run_that_cannot_work_is_a_sentence_and_does_not_stop_the_others(cluster, tmp_path):
    sweep = Sweep(methods=("random", "vaal"), seeds=1, out=tmp_path, preset="plane", cycles=1, device="cpu")
    errors = {one.run.method: one.error for one in run_sweep(sweep, engine=OnRay(address=cluster.address))}
    assert errors["random"] == ""
    assert "method 'vaal' scores by 'vaal', whose networks need feature maps" in errors["vaal"]


def test_a_number_that_is_too_small_is_refused():
    for change, sentence in (
        ({"jobs": 0}, "jobs is 0; it must be at least 1"),
        ({"gpus": -1}, "gpus is -1; it must be at least 0"),
        ({"retries": -2}, "retries is -2; it must be at least 0"),
    ):
        with pytest.raises(ConfigError, match=sentence):
            OnRay(**change)


def test_without_ray_a_person_is_told_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    sentence = r"Ray is not installed; `pip install 'lada-explore\[ray\]'`, or use this machine with --on local"
    with pytest.raises(ConfigError, match=sentence):
        run_sweep(sweep_in(tmp_path, "random"), engine=OnRay())


def test_a_cluster_that_does_not_answer_is_a_sentence(tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{closed.getsockname()[1]}"
    sentence = (
        rf"the Ray cluster {address} cannot be reached \(.*\); see that it runs with `ray status`, and name it as"
    )
    with pytest.raises(ConfigError, match=sentence):
        run_sweep(sweep_in(tmp_path, "random"), engine=OnRay(address=address))
