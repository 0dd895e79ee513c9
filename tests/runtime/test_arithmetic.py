"""How a GPU computes: torch's settings inside the blocks, which hold without a GPU too."""

from __future__ import annotations

import threading
import warnings

import pytest
import torch

from lada_explore.config import Gpu
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.runtime import Runtime, device
from lada_explore.runtime.arithmetic import computed

CUDA = torch.device("cuda")


def settings():
    cudnn = torch.backends.cudnn
    return {
        "products": torch.get_float32_matmul_precision(),
        "convolutions": cudnn.allow_tf32,
        "deterministic": cudnn.deterministic,
        "benchmark": cudnn.benchmark,
        "algorithms": torch.are_deterministic_algorithms_enabled(),
        "fills": torch.utils.deterministic.fill_uninitialized_memory,
    }


EXACT = {
    "products": "highest",
    "convolutions": False,
    "deterministic": True,
    "benchmark": False,
    "algorithms": True,
    "fills": False,
}
FAST = {
    "products": "high",
    "convolutions": True,
    "deterministic": False,
    "benchmark": True,
    "algorithms": False,
    "fills": False,
}


@pytest.fixture(autouse=True)
def _as_before():
    """The settings are the process's."""
    before = settings()
    yield
    assert settings() == before


@pytest.mark.parametrize(("how", "expected"), [(Gpu.EXACT, EXACT), (Gpu.FAST, FAST)])
def test_a_gpu_computes_as_it_is_told_and_the_settings_come_back(how, expected):
    with computed(CUDA, how):
        assert settings() == expected
    with pytest.raises(ZeroDivisionError), computed(CUDA, how):
        _ = 1 / 0


def test_a_cpu_changes_nothing(cpu):
    before = settings()
    with cpu.arithmetic():
        assert settings() == before


def test_runs_that_overlap_compute_exactly_if_one_of_them_has_to():
    began, ends = threading.Event(), threading.Event()

    def exact():
        with computed(CUDA, Gpu.EXACT):
            began.set()
            ends.wait(10)

    other = threading.Thread(target=exact)
    with computed(CUDA, Gpu.FAST):
        assert settings() == FAST
        other.start()
        assert began.wait(10)
        assert settings() == EXACT
    assert settings() == EXACT
    ends.set()
    other.join()


def test_settings_of_a_program_in_the_newer_way_come_back_too():
    convolutions = torch.backends.cudnn.conv
    before = convolutions.fp32_precision
    convolutions.fp32_precision = "ieee"
    try:
        with pytest.raises(RuntimeError):
            _ = torch.backends.cudnn.allow_tf32
        with computed(CUDA, Gpu.EXACT):
            assert settings() == EXACT
        assert convolutions.fp32_precision == "ieee"
    finally:
        convolutions.fp32_precision = before


def test_the_gradient_of_a_grid_is_deterministic_though_torch_warns_of_that_of_the_images():
    # The filter stays, as a run of another thread may still need it.
    with warnings.catch_warnings(record=True) as caught, computed(CUDA, Gpu.EXACT):
        warnings.warn("grid_sampler_2d_backward_cuda does not have a deterministic implementation, but", stacklevel=1)
        warnings.warn("cumsum_cuda_kernel does not have a deterministic implementation, but", stacklevel=1)
    assert [str(warning.message).partition(" ")[0] for warning in caught] == ["cumsum_cuda_kernel"]


def test_a_run_is_exact_unless_it_is_told_to_be_fast():
    assert configure("fashion", "lada-entmix").gpu is Gpu.EXACT
    assert configure("fashion", "lada-entmix", settings={"gpu": "fast"}).gpu is Gpu.FAST
    with pytest.raises(ConfigError, match="gpu 'quick' is unknown; the known ones are exact, fast"):
        configure("fashion", "lada-entmix", settings={"gpu": "quick"})


@pytest.mark.parametrize(("free", "chunk"), [(2**40, 20), (2**20, 20)])
def test_the_size_of_an_exact_pass_does_not_depend_on_what_is_free(monkeypatch, free, chunk):
    monkeypatch.setattr(device, "free_bytes", lambda device: free)
    needed = device.EXACT_BYTES // 20
    assert Runtime(CUDA).chunk(1, needed) == chunk
    assert Runtime(CUDA, gpu=Gpu.FAST).chunk(1, needed) == max(1, free // 4 // needed)


def test_what_torch_keeps_for_itself_is_free(monkeypatch):
    for name, n_bytes in {"mem_get_info": (1000, 9000), "memory_reserved": 500, "memory_allocated": 200}.items():
        monkeypatch.setattr(torch.cuda, name, lambda device, n_bytes=n_bytes: n_bytes)
    assert device.free_bytes(CUDA) == 1300
