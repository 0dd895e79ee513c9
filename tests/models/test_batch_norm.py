"""Batches of a single value a channel, which torch does not normalise in train mode."""

from __future__ import annotations

import pytest
import torch
from helpers.small_runs import small_session
from torch import nn

from lada_explore.models import Vae
from lada_explore.models.batch_norm import BatchNorm

# Five stages end in maps of one pixel, of 12 x 12 images.
DEEP = {"classifier__blocks": (1, 1, 1, 1, 1), "classifier__width": 2}


def trained(make):
    """A layer of 2 channels whose statistics are those of two batches, in train mode."""
    layer = make(2)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor([2.0, -1.0]))
        layer.bias.copy_(torch.tensor([0.5, 1.0]))
    for seed in (0, 1):
        layer(3 + torch.randn(4, 2, 3, 3, generator=torch.Generator().manual_seed(seed)))
    return layer


def test_a_single_value_is_normalised_by_the_running_statistics_and_leaves_them_alone():
    layer = trained(BatchNorm)
    before = {name: tensor.clone() for name, tensor in layer.state_dict().items()}
    value = torch.tensor([1.5, -2.0]).reshape(1, 2, 1, 1).requires_grad_()
    spread = (layer.running_var + layer.eps).sqrt()
    wanted = layer.weight * (value.flatten() - layer.running_mean) / spread + layer.bias
    found = layer(value)
    assert found.flatten().tolist() == pytest.approx(wanted.tolist())
    found.sum().backward()
    assert value.grad.flatten().tolist() == pytest.approx((layer.weight / spread).tolist())
    assert all(torch.equal(tensor, before[name]) for name, tensor in layer.state_dict().items())


@pytest.mark.parametrize("shape", [(2, 2, 1, 1), (1, 2, 1, 2), (3, 2, 4, 4)])
def test_any_other_batch_is_normalised_as_torch_does_to_the_last_digit(shape):
    ours, theirs = trained(BatchNorm), trained(nn.BatchNorm2d)
    batch = torch.randn(shape, generator=torch.Generator().manual_seed(2))
    assert torch.equal(ours(batch), theirs(batch))
    assert all(torch.equal(tensor, theirs.state_dict()[name]) for name, tensor in ours.state_dict().items())
    assert torch.equal(ours.eval()(batch[:1]), theirs.eval()(batch[:1]))


@pytest.mark.parametrize(
    ("method", "settings"),
    [
        ("lada-entmix", {"schedule__budget": 2}),
        ("lada-entmix", {"schedule__budget": 2, "training__pairs_in_one_pass": False}),
        ("lada-entinmix-fixed", {"schedule__budget": 2}),
        ("ent-then-mixup", {"schedule__budget": 3}),
        ("ent-then-adamixup", {"schedule__budget": 2}),
        ("lada-entstn", {"schedule__budget": 1}),
        ("ent-then-stn", {"schedule__budget": 1}),
        ("random", {"training__batch_size": 1}),
        ("lada-entstn", {"training__batch_size": 1}),
        ("ll4al", {"training__batch_size": 1}),
    ],
)
def test_a_run_whose_batches_shrink_to_one_value_a_channel_is_complete(tmp_path, method, settings):
    session = small_session(tmp_path / "run", method, cycles=1, **DEEP, **settings)
    (_, cycle) = session.run()
    assert session.next_stage is None
    assert torch.isfinite(torch.from_numpy(cycle.train.virtual_loss)).all()
    assert 0 <= cycle.evaluate.accuracy <= 1
    session.close()


def test_an_autoencoder_learns_from_a_single_image_whose_code_is_of_one_pixel():
    mean, log_variance = Vae((1, 8, 8), width=2, latent=3).train().encode(torch.ones(1, 1, 8, 8))
    assert torch.isfinite(mean).all()
    assert torch.isfinite(log_variance).all()
