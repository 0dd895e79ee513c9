"""Training of the policy network, which predicts the tau that maximises the look-ahead value of a pair."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from lada_explore.config import PolicyConfig
from lada_explore.errors import NumericsError
from lada_explore.lookahead.estimator import LookAheadEstimator
from lada_explore.models import PolicyNetwork


def train_policy(
    network: PolicyNetwork,
    estimator: LookAheadEstimator,
    pairs: Tensor,
    config: PolicyConfig,
    *,
    generator: torch.Generator,
    on_batch: Callable[[int, int], None] = lambda done, total: None,
) -> tuple[Tensor, Tensor, Tensor]:
    """Maximise the mean of V_i(pi([h_i; h'_i])) over the pairs, by Adam on the weights of the policy network.

    Args:
        network: pi, trained in place.
        estimator: V_i(tau) and its gradient.
        pairs: (P, 2 D, H, W) hidden states [h_i; h'_i], computed once for all epochs; on any device.
        config: epochs, batch size, learning rate.
        generator: a CPU generator that shuffles the pairs.
        on_batch: called with (batches done, total number of batches) after each step.

    Returns:
        tau (E + 1, P) before training and after each epoch; tau (E, P) that each pair had during each epoch, before the
        step of its own batch; and the policy loss (E,): the mean of -V_i(tau_i) over the pairs during each epoch.

    Raises:
        NumericsError: tau or the loss is no longer finite.
    """
    n_pairs, size, device = len(pairs), config.batch_size, next(network.parameters()).device
    n_batches = config.epochs * -(-n_pairs // size)
    optimiser = torch.optim.Adam(network.parameters(), lr=config.learning_rate)
    taus, during, losses, done = [predict_tau(network, pairs)], torch.empty(config.epochs, n_pairs), [], 0
    during = during.to(taus[0])
    for epoch in range(config.epochs):
        total = torch.zeros((), device=device)
        for rows in torch.randperm(n_pairs, generator=generator).to(device).split(size):
            tau = network(pairs[rows.to(pairs.device)].to(device))
            during[epoch, rows] = tau.detach()
            value = estimator.value(rows, tau)
            optimiser.zero_grad()
            (-value.mean()).backward()
            optimiser.step()
            total -= value.detach().sum()
            done += 1
            on_batch(done, n_batches)
        taus.append(predict_tau(network, pairs))
        losses.append(total / n_pairs)
        if not (torch.isfinite(losses[-1]) and torch.isfinite(taus[-1]).all()):
            raise NumericsError(
                f"the policy loss is {losses[-1].item()} after epoch {epoch + 1}; "
                f"lower policy.learning_rate, now {config.learning_rate:g}"
            )
    return torch.stack(taus), during, torch.stack(losses) if losses else torch.zeros(0)


@torch.no_grad()
def predict_tau(network: PolicyNetwork, pairs: Tensor, chunk: int = 100) -> Tensor:
    """Predict tau (P,) of all pairs (P, 2 D, H, W) with the current weights of the network."""
    device = next(network.parameters()).device
    return torch.cat([network(part.to(device)) for part in pairs.split(chunk)])
