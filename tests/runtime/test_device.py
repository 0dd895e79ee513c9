import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

from lada_explore.errors import ConfigError
from lada_explore.runtime import Runtime, device, versions
from lada_explore.runtime.device import _free_in_container


def test_auto_takes_the_gpu_if_there_is_one(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert Runtime.choose("auto").device.type == "cpu"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert Runtime.choose().device.type == "cuda"


@pytest.mark.parametrize("name", ["gpu", "cpu:x", "cuda:99", "", "meta", "hpu"])
def test_a_device_that_is_unknown_or_not_here_is_named_with_the_remedy(name):
    with pytest.raises(ConfigError, match=rf"device '{name}' cannot be used \(.*\); use 'auto', 'cpu' or 'cuda'"):
        Runtime.choose(name)


def test_a_seeded_block_draws_from_its_seed_and_puts_the_generator_back(cpu):
    torch.manual_seed(5)
    undisturbed = torch.rand(3)
    torch.manual_seed(5)
    with cpu.seeded(1):
        inside = torch.rand(3)
    assert torch.equal(torch.rand(3), undisturbed)
    with cpu.seeded(1):
        assert torch.equal(torch.rand(3), inside)
    with cpu.seeded(2):
        assert not torch.equal(torch.rand(3), inside)


def test_a_seeded_block_draws_what_torch_draws_from_its_seed(cpu):
    with cpu.seeded(np.int64(2**40)):
        inside = torch.rand(3)
    torch.manual_seed(2**40)
    assert torch.equal(torch.rand(3), inside)


def test_the_generator_comes_back_after_an_error_too(cpu):
    state = torch.get_rng_state()
    with pytest.raises(ZeroDivisionError), cpu.seeded(1):
        torch.rand(3).fill_(1 / 0)
    assert torch.equal(torch.get_rng_state(), state)


def test_placing_changes_the_layout_and_no_value(cpu):
    states, network = torch.randn(2, 3, 4, 5), nn.Conv2d(3, 2, 3)
    expected = network(states)
    placed = cpu.place_states(states)
    assert placed.is_contiguous(memory_format=torch.channels_last)
    assert torch.equal(placed, states)
    torch.testing.assert_close(cpu.place(network)(placed), expected)
    assert network.weight.is_contiguous(memory_format=torch.channels_last)


FULL_WIDTH_MAP = 64 * 28 * 28 * 4


def test_a_chunk_fills_a_pass_and_a_gpu_takes_larger_ones(cpu, monkeypatch):
    monkeypatch.setattr(device, "free_bytes", lambda device: 2**40)
    assert cpu.chunk(FULL_WIDTH_MAP, 6 * FULL_WIDTH_MAP) == 41
    assert Runtime(torch.device("cuda")).chunk(FULL_WIDTH_MAP, 6 * FULL_WIDTH_MAP) == 2674


def test_a_chunk_takes_a_quarter_of_the_free_memory_at_most_and_never_nothing(cpu, monkeypatch):
    monkeypatch.setattr(device, "free_bytes", lambda device: 4000)
    assert cpu.chunk(1, 100) == 10
    assert cpu.chunk(1, 5000) == 1


def test_a_container_leaves_its_limit_less_what_is_held(tmp_path):
    (tmp_path / "memory.max").write_text("4294967296\n")
    (tmp_path / "memory.stat").write_text("anon 1294967296\nfile 2000000000\n")
    assert _free_in_container(tmp_path) == 3_000_000_000


def test_without_a_limit_the_machine_is_the_limit(tmp_path, cpu):
    (tmp_path / "memory.max").write_text("max\n")
    assert _free_in_container(tmp_path) > 2**60
    assert _free_in_container(tmp_path / "none") > 2**60
    assert 0 < device.free_bytes(cpu.device) < 2**50


def test_an_unknown_precision_is_named_with_the_remedy():
    with pytest.raises(ConfigError, match="precision 'half' is not known; use 'auto', 'float32' or 'bfloat16'"):
        Runtime.choose("cpu", "half")


@pytest.mark.parametrize(("pays", "name"), [(True, "bfloat16"), (False, "float32")])
def test_the_measurement_decides_the_precision_unless_it_is_given(monkeypatch, pays, name):
    monkeypatch.setattr(device, "bfloat16_is_faster", lambda device, gpu: pays)
    assert Runtime.choose("cpu", "auto").precision_name == name
    assert Runtime.choose("cpu", "float32").precision == torch.float32
    assert Runtime.choose("cpu", "bfloat16").precision == torch.bfloat16


def test_a_processor_without_bfloat16_is_not_measured(monkeypatch):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: False)
    monkeypatch.setattr(device.time, "perf_counter", lambda: pytest.fail("measured"))
    assert not device.bfloat16_is_faster.__wrapped__(torch.device("cpu"))


@pytest.mark.parametrize(("bfloat16_s", "pays"), [(0.5, True), (0.95, False)])
def test_bfloat16_pays_from_a_gain_of_a_fifth(monkeypatch, bfloat16_s, pays):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    # Two readings around each convolution, float32 first.
    ticks = itertools.accumulate(itertools.cycle([0, 1.0, 0, bfloat16_s]))
    monkeypatch.setattr(device.time, "perf_counter", lambda: next(ticks))
    monkeypatch.setattr(device.nn, "Conv2d", lambda *args, **more: torch.nn.Identity())
    assert device.bfloat16_is_faster.__wrapped__(torch.device("cpu")) == pays


def test_a_busy_neighbour_does_not_change_what_bfloat16_is_said_to_be_worth(monkeypatch):
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    # As above, but five of the eight convolutions in bfloat16 are interrupted for two seconds.
    slow = itertools.cycle([2.5, 0.5, 2.5, 2.5, 0.5, 2.5, 0.5, 2.5])
    spent = (span for taken in slow for span in (0, 1.0, 0, taken))
    ticks = itertools.accumulate(spent)
    monkeypatch.setattr(device.time, "perf_counter", lambda: next(ticks))
    monkeypatch.setattr(device.nn, "Conv2d", lambda *args, **more: torch.nn.Identity())
    assert device.bfloat16_is_faster.__wrapped__(torch.device("cpu"))


def test_the_description_names_the_device_and_its_threads(cpu):
    assert cpu.describe() == (
        "cpu (1 thread)" if torch.get_num_threads() == 1 else f"cpu ({torch.get_num_threads()} threads)"
    )


def test_versions_name_what_the_results_depend_on():
    found = versions()
    assert list(found) == ["python", "lada-explore", "torch", "numpy", "scipy"]
    assert torch.__version__.startswith(found["torch"].split("+")[0])


@pytest.mark.slow
def test_an_open_session_has_loaded_what_its_first_optimiser_would_have_to_load(tmp_path):
    code = (
        "import sys; from pathlib import Path; from helpers.small_runs import small_session\n"
        "session = small_session(Path(sys.argv[1]), 'max-entropy', cycles=1)\n"
        "loaded = set(sys.modules); session.run()\n"
        "print(*(name for name in set(sys.modules) - loaded if name.startswith('torch._')))"
    )
    here = Path(__file__).parents[1]
    ended = subprocess.run([sys.executable, "-c", code, tmp_path / "run"], capture_output=True, text=True, cwd=here)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "\n"
