"""Which tau a learned policy keeps: that of its last weights, or that met in the epoch of lowest loss."""

from dataclasses import replace

import pytest
import torch

from lada_explore.config import KeptTau, Policy, PolicyConfig
from lada_explore.lookahead import policies
from lada_explore.lookahead.policies import PolicyInputs, choose_tau

CONFIG = PolicyConfig(epochs=3, batch_size=2, learning_rate=1e-3)
AFTER = torch.tensor([[0.5, 0.5], [0.51, 0.61], [0.52, 0.62], [0.53, 0.63]])
DURING = torch.tensor([[0.1, 0.2], [0.3, 0.4], [0.7, 0.8]])


def kept(monkeypatch, which, losses):
    found = AFTER[: len(losses) + 1], DURING[: len(losses)], torch.tensor(losses)
    monkeypatch.setattr(policies, "train_policy", lambda *given, **named: found)
    inputs = PolicyInputs(
        pairs=torch.randn(2, 4, 12, 12),
        estimator=None,
        best_tau=torch.ones(2),
        fixed_tau=2.0,
        config=replace(CONFIG, kept_tau=which),
        seed=0,
        on_batch=lambda done, total: None,
    )
    return choose_tau(Policy.LEARNED, inputs)


@pytest.mark.parametrize(
    ("losses", "epoch"), [([-1.0, -3.0, -2.0], 1), ([-1.0, -2.0, -3.0], 2), ([-3.0, -1.0, -3.0], 0)]
)
def test_of_the_epoch_with_the_lowest_loss_the_first_of_equal_ones(monkeypatch, losses, epoch):
    chosen = kept(monkeypatch, KeptTau.LOWEST_LOSS, losses)
    assert torch.equal(chosen.tau, DURING[epoch])
    assert torch.equal(chosen.tau_by_epoch, AFTER)


def test_by_default_that_of_the_last_weights(monkeypatch):
    assert torch.equal(kept(monkeypatch, KeptTau.LAST, [-1.0, -3.0, -2.0]).tau, AFTER[3])
    assert CONFIG.kept_tau is KeptTau.LAST


def test_without_epochs_that_of_the_new_network(monkeypatch):
    assert torch.equal(kept(monkeypatch, KeptTau.LOWEST_LOSS, []).tau, AFTER[0])
