"""The GPUs of runs on a real Ray cluster whose node is said to have two: what a run finds when it begins."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.engine_runs import statuses, sweep_in
from helpers.ray_cluster import ray_cluster

from lada_explore.experiments.engines import ray as engines_ray
from lada_explore.experiments.engines.ray import OnRay
from lada_explore.experiments.sweep import run_sweep

RUNS = 4


@pytest.fixture(scope="module")
def cluster():
    with ray_cluster(gpus=2) as made:
        yield made


def seen(cluster, monkeypatch, tmp_path, gpus):
    """Of each run: what CUDA would show it, whether torch was imported before, its process, and what Ray gave it."""

    def look(task, status, files):  # Not a name of a module, so Ray sends it as it is.
        import os
        import sys

        import ray

        given = ray.get_runtime_context().get_assigned_resources()
        found = os.environ["CUDA_VISIBLE_DEVICES"], "torch" in sys.modules, os.getpid(), given
        yield replace(status, where=repr(found)), files

    monkeypatch.setattr(engines_ray, "_stream", look)
    sweep = sweep_in(tmp_path / "out", "random", seeds=RUNS)
    run_sweep(sweep, engine=OnRay(address=cluster.address, gpus=gpus))
    return list(zip(*(eval(status.where) for status in statuses(sweep)), strict=True))


@pytest.mark.slow
def test_a_run_has_a_process_of_its_own_that_sees_its_gpu_alone_before_torch_is_there(cluster, monkeypatch, tmp_path):
    visible, has_torch, processes, given = seen(cluster, monkeypatch, tmp_path, 1)
    assert set(visible) <= {"0", "1"}
    assert has_torch == (False,) * RUNS
    assert len(set(processes)) == RUNS
    assert given == ({"CPU": 1.0, "GPU": 1.0},) * RUNS


@pytest.mark.slow
@pytest.mark.thorough
def test_a_run_without_gpus_sees_none_on_a_node_that_has_some(cluster, monkeypatch, tmp_path):
    visible, _, _, given = seen(cluster, monkeypatch, tmp_path, 0)
    assert visible == ("",) * RUNS
    assert given == ({"CPU": 1.0},) * RUNS
