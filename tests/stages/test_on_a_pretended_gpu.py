"""TRAIN, LOOK_AHEAD, SCORE and EVALUATE of the methods with tensors that pretend to be on a GPU."""

from __future__ import annotations

import json

import pytest
import torch
from helpers.pretend_cuda import GPU, pretended
from helpers.small_runs import record_bytes, small_config, small_data

from lada_explore.config import METHODS
from lada_explore.session.session import Session
from lada_explore.stages import look_ahead

QUICK = ("random", "vaal", "ll4al", "lada-entmix", "lada-entstn", "ent-then-adamixup")
"""Methods that are tried in `make quick` too: every network that any method trains."""

CASES = [
    pytest.param(method, estimator, marks=[] if method in QUICK else pytest.mark.slow)
    for method in METHODS
    for estimator in (("quadrature", "pathwise") if METHODS[method].uses_pairs else ("quadrature",))
]


def run(config, path, monkeypatch):
    """A whole run on the pretended GPU; what went wrong."""
    with pretended(monkeypatch) as marks:
        session = Session.create(config, path, data=small_data(), device="cuda")
        session.run()
        session.close()
    assert session.folder.info.device == "cuda:0 (pretended)"
    assert marks.computed > 500
    return marks


@pytest.mark.parametrize(("method", "estimator"), CASES)
def test_no_operation_has_tensors_on_two_devices(tmp_path, monkeypatch, method, estimator):
    settings = {"look_ahead__estimator": estimator, "look_ahead__precision": "bfloat16"}
    assert not run(small_config(method, cycles=1, **settings), tmp_path / "run", monkeypatch).problems


@pytest.mark.parametrize(("gpu", "said"), [("exact", "float32, deterministic"), ("fast", "TF32")])
def test_a_run_records_how_a_gpu_computed_it(tmp_path, monkeypatch, gpu, said):
    run(small_config("random", cycles=0, gpu=gpu), tmp_path / "run", monkeypatch)
    info, seal = (
        json.loads((tmp_path / "run" / name).read_text()) for name in ("run.json", "cycles/000/train/seal.json")
    )
    assert (info["config"]["gpu"], seal["made_with"]["arithmetic"]) == (gpu, said)
    assert {"cuda", "cudnn"} <= set(info["versions"])


def test_nor_have_those_of_crops_and_of_records_without_features(tmp_path, monkeypatch):
    config = small_config(cycles=1, training__crop_flip=True, keep="queried")
    assert not run(config, tmp_path / "run", monkeypatch).problems


def test_pairs_that_do_not_fit_on_the_gpu_stay_with_the_host_and_change_no_record(tmp_path, monkeypatch):
    for name, estimator in (("quadrature", "quadrature"), ("pathwise", "pathwise")):
        config = small_config(cycles=1, look_ahead__estimator=estimator, look_ahead__precision="float32")
        run(config, tmp_path / name, monkeypatch)
        with monkeypatch.context() as patch:
            patch.setattr(look_ahead, "room_on", lambda device: 0)
            assert not run(config, tmp_path / f"{name} on the host", patch).problems
        assert record_bytes(tmp_path / name) == record_bytes(tmp_path / f"{name} on the host")


def test_a_tensor_on_the_wrong_device_is_found(monkeypatch):
    with pretended(monkeypatch) as marks:
        there, here = torch.ones(3, device="cuda"), torch.ones(3)
        assert (there.device, here.device, (there * 2).device) == (GPU, torch.device("cpu"), GPU)
        assert (there.cpu().device, here.to("cuda").device) == (torch.device("cpu"), GPU)
        assert not marks.problems
        _ = there + here
        _ = there[torch.tensor([0, 2])] + 1.0  # Numbers of rows may be on the CPU, and a number is on no device.
        there.numpy()
    (first, second) = marks.problems
    assert first.startswith("add of tensors on two devices")
    assert second.startswith("numpy() of a tensor on the GPU")
