"""What Ray is asked for and answers, with a Ray that starts nothing."""

from __future__ import annotations

import logging
import sys
import threading
from dataclasses import replace

import pytest
from helpers.engine_runs import sweep_in
from helpers.fake_ray import FakeRay, RayError
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.events import Progress
from lada_explore.experiments import status
from lada_explore.experiments.engines import ray as engines_ray
from lada_explore.experiments.engines.fitting import lacking
from lada_explore.experiments.engines.ray import OnRay
from lada_explore.experiments.engines.sent_files import Files
from lada_explore.experiments.engines.slurm import OnSlurm
from lada_explore.experiments.status import RunState, status_file
from lada_explore.experiments.sweep import run_sweep


@pytest.fixture
def ray(monkeypatch):
    """Makes a cluster of these nodes the one that is there."""

    def made(*nodes, **options):
        monkeypatch.setitem(sys.modules, "ray", found := FakeRay(*nodes, **options))
        return found

    return made


class TestImagesInAFolder:
    def test_by_a_relative_path_are_refused_on_another_cluster_before_a_run_starts(self, ray, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        cluster = ray((4, 0))
        sweep = replace(sweep_in(tmp_path / "out", "random", seeds=1), dataset="folder:photos")
        with pytest.raises(ConfigError, match=f"folder:photos names its .*; name it as folder:{tmp_path}/photos, a"):
            run_sweep(sweep, engine=OnRay(address="auto"))
        assert cluster.started == []

    def test_by_a_whole_path_or_on_this_machine_are_sent_as_they_are_named(self, ray, tmp_path):
        cluster = ray((4, 0))
        for number, (dataset, address) in enumerate(
            ((f"folder:{tmp_path}", "auto"), ("folder:~/photos", "auto"), ("hf:owner/name", "auto"), ("folder:a", None))
        ):
            sweep = replace(sweep_in(tmp_path / f"out-{number}", "random", seeds=1), dataset=dataset)
            run_sweep(sweep, engine=OnRay(address=address))
            assert cluster.started[-1][0].dataset == dataset


class TestWhatNoNodeHas:
    def test_is_refused_before_a_run_starts_on_a_cluster_of_this_machine(self, ray, tmp_path):
        cluster = ray((4, 0))
        sentence = (
            r"a run asks for 1 CPU and 1 GPU, and no node of the Ray cluster has them \(nodes with 4 CPUs and no GPU\)"
            r"; lower --threads or --gpus, or name a cluster that has them as --address HOST:PORT"
        )
        with pytest.raises(ConfigError, match=sentence):
            run_sweep(sweep_in(tmp_path, "random"), engine=OnRay(gpus=1))
        assert cluster.started == []

    def test_is_said_and_waited_for_on_another_cluster_which_may_grow(self, ray, tmp_path, caplog):
        cluster = ray((4, 0))
        with caplog.at_level(logging.WARNING):
            run_sweep(sweep_in(tmp_path, "random", seeds=1), engine=OnRay(address="auto", gpus=1))
        assert len(cluster.started) == 1
        (said,) = caplog.messages
        assert said.startswith("a run asks for 1 CPU and 1 GPU, and no node of the Ray cluster has them (nodes with 4 ")
        assert "the runs wait until it gets such a node" in said

    @pytest.mark.parametrize(
        ("nodes", "threads", "gpus", "there"),
        [
            ([(4, 0)], 4, 0, ""),
            ([(1, 0), (2, 2)], 2, 0.5, ""),
            ([(4, 0), (8, 0)], 9, 0, "8 CPUs and no GPU; 4 CPUs and no GPU"),
            ([(8, 0), (1, 4)], 2, 1, "8 CPUs and no GPU; 1 CPU and 4 GPUs"),  # each has one of the two
            ([], 1, 0, "no node is there"),
        ],
    )
    def test_is_found_node_by_node(self, nodes, threads, gpus, there):
        said = lacking(FakeRay(*nodes).nodes(), threads, gpus)
        assert said.endswith(f"(nodes with {there})" if there else "")
        assert bool(said) is bool(there)


@pytest.mark.parametrize("engine", [OnRay(), OnSlurm()])
def test_runs_on_a_gpu_that_are_given_none_are_refused(engine, tmp_path):
    sweep = replace(sweep_in(tmp_path, "random"), device="cuda:0")
    with pytest.raises(ConfigError, match="compute on cuda:0 and have no GPU; give --gpus 1, or leave --device out"):
        engine.complete(list(sweep.tasks()), lambda task, error: None)


class TestWhatARunSendsBack:
    def test_is_its_status_while_a_stage_goes_on(self, tmp_path, monkeypatch):
        (task,) = sweep_in(tmp_path, "random", seeds=1).tasks()
        arrived, within = threading.Event(), []

        def steps(task, path, follower):
            session = FakeSession(cycles=0)
            follower.begin(session)
            session.subscribe(lambda event: within.append(arrived.wait(10)) if isinstance(event, Progress) else None)
            yield
            session.step()
            yield

        for module in (engines_ray, status):
            monkeypatch.setattr(module, "HEARD_S", 0.0)
        monkeypatch.setattr(engines_ray, "steps", steps)
        came = []
        for said, files in engines_ray._stream(task, task.status(), Files(content={})):
            came.append(said)
            if said.stage:
                arrived.set()
            assert files == Files(content={})
        assert all(within)
        assert within
        assert came[-1].state is RunState.RUNNING
        assert len(came) > 3

    def test_is_what_went_wrong(self, tmp_path, monkeypatch):
        (task,) = sweep_in(tmp_path, "random", seeds=1).tasks()

        def steps(task, path, follower):
            raise ValueError("the driver is broken")
            yield

        monkeypatch.setattr(engines_ray, "steps", steps)
        with pytest.raises(ValueError, match="the driver is broken"):
            list(engines_ray._stream(task, task.status(), Files(content={})))


def test_a_status_that_is_damaged_here_ends_no_other_run(ray, tmp_path):
    def damaged(task, status, files):
        status_file(task.run.path).write_text("{")
        return iter([RayError("lost")]) if task.run.seed else iter(())

    cluster = ray((4, 0), answers=damaged)
    outcomes = run_sweep(sweep_in(tmp_path, "random", "margin"), engine=OnRay(retries=1))
    errors = {(outcome.run.method, outcome.run.seed): outcome.error for outcome in outcomes}
    assert (errors["random", 0], errors["margin", 0]) == ("", "")
    assert errors["random", 1].startswith("its process or node was lost, after 1 retries (lost)")
    assert len(cluster.started) == 6  # Two runs were begun again.


def test_a_node_that_is_lost_while_bfloat16_is_measured_leaves_it_to_each_run(ray, tmp_path):
    answers = iter([RayError("lost"), iter(())])
    cluster = ray((4, 0), answers=lambda *given: next(answers))
    run_sweep(sweep_in(tmp_path, "random", seeds=1, **{"look_ahead.precision": "auto"}), engine=OnRay())
    (device, _), (task, _, _) = cluster.started
    assert (device, task.bfloat16) == ("cpu", None)
