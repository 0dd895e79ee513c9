"""The processes of a sweep: what they find when they start, and what is left of the others when one is killed."""

from __future__ import annotations

import os
import signal
from concurrent.futures.process import BrokenProcessPool

import pytest
import torch

from lada_explore.config import Gpu
from lada_explore.experiments import workers as workers_module
from lada_explore.experiments.workers import Machine, Workers, look
from lada_explore.runtime import Runtime
from lada_explore.runtime import device as device_module

VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "CUDA_VISIBLE_DEVICES")


def started_with():
    """What the process had in its environment when Python started."""
    with open("/proc/self/environ", "rb") as file:
        found = dict(entry.split(b"=", 1) for entry in file.read().split(b"\0") if b"=" in entry)
    return os.getpid(), [found.get(name.encode(), b"").decode() for name in VARIABLES]


def die():
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.fixture
def three():
    workers = Workers(3)
    yield workers
    workers.close()


@pytest.mark.slow
def test_each_process_starts_with_one_thread_and_the_next_gpu_and_a_killed_one_ends_alone(three, monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("MKL_NUM_THREADS", raising=False)
    three.machine = Machine(gpus=("4", "GPU-6"))
    found = [three.submit(place, started_with).result() for place in range(3)]
    assert [variables for _, variables in found] == [["1", "1", "4"], ["1", "1", "GPU-6"], ["1", "1", "4"]]
    assert (os.environ["OMP_NUM_THREADS"], "MKL_NUM_THREADS" in os.environ) == ("7", False)
    with pytest.raises(BrokenProcessPool):
        three.submit(1, die).result()
    again = [three.submit(place, started_with).result() for place in range(3)]
    assert [one == other for one, other in zip(found, again, strict=True)] == [True, False, True]
    assert again[1][1] == ["1", "1", "GPU-6"]


@pytest.mark.parametrize(("visible", "names"), [("", ("0", "1", "2")), ("5,3,8", ("5", "3", "8"))])
def test_the_gpus_are_those_that_the_sweep_may_see(monkeypatch, visible, names):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", visible)
    monkeypatch.setattr(torch, "set_num_threads", lambda n: None)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 3)
    monkeypatch.setattr(Runtime, "choose", classmethod(lambda cls, name: cls(torch.device("cuda"))))
    assert look("auto", None) == Machine(names, None)
    assert look("cuda:1", None).gpus == ()


def test_bfloat16_is_measured_only_where_a_run_asks_and_a_device_that_is_not_there_is_left_to_the_runs(monkeypatch):
    monkeypatch.setattr(torch, "set_num_threads", lambda n: None)
    asked = []
    monkeypatch.setattr("lada_explore.runtime.bfloat16_is_faster", lambda *what: asked.append(what) or True)
    assert look("cpu", None) == Machine((), None)
    assert look("cpu", Gpu.EXACT) == Machine((), True)
    assert asked == [(torch.device("cpu"), Gpu.EXACT)]
    assert look("cuda:99", Gpu.EXACT) == Machine()


@pytest.mark.parametrize("answer", [True, False])
def test_a_process_that_is_told_measures_nothing(monkeypatch, answer):
    monkeypatch.setattr(device_module, "_TOLD", [None])
    monkeypatch.setattr(device_module, "bfloat16_is_faster", lambda *what: pytest.fail("measured"))
    device_module.say_if_bfloat16_is_faster(answer)
    assert Runtime.choose("cpu", "auto").precision_name == ("bfloat16" if answer else "float32")


def test_a_machine_with_one_gpu_leaves_the_variable_alone():
    workers = Workers(1)
    workers.machine = Machine(gpus=("0",))
    assert workers._of(0) == dict.fromkeys(workers_module.OF_THREADS, "1")
    workers.close()
