import pytest
import torch
from torch import nn

from lada_explore.errors import ConfigError
from lada_explore.runtime import Runtime, versions


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


def test_a_gpu_scores_larger_chunks_than_a_cpu(cpu):
    assert Runtime(torch.device("cuda")).scoring_chunk > cpu.scoring_chunk >= 1
    assert Runtime(torch.device("meta")).scoring_chunk == cpu.scoring_chunk


def test_the_description_names_the_device_and_its_threads(cpu):
    assert cpu.describe() == f"cpu ({torch.get_num_threads()} threads)"


def test_versions_name_what_the_results_depend_on():
    found = versions()
    assert list(found) == ["python", "lada-explore", "torch", "numpy", "scipy"]
    assert torch.__version__.startswith(found["torch"].split("+")[0])
