"""The policies that choose tau for methods that look ahead with pairs, one function for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lada_explore.config import KeptTau, Policy, PolicyConfig
from lada_explore.lookahead.estimator import LookAheadEstimator
from lada_explore.lookahead.policy_training import train_policy
from lada_explore.models import PolicyNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PolicyInputs:
    """What a policy can use to choose tau.

    Attributes:
        pairs: (P, 2 D, H, W) hidden states [h_i; h'_i]; a GPU that cannot hold them leaves them with the host.
        estimator: V_i(tau) and its gradient.
        best_tau: (P,) argmax of V_i(tau) over the range of tau, from the profile of each pair.
        fixed_tau: tau of the "fixed" policy.
        config: range of tau, and training of the policy network.
        seed: seed of the stage.
        on_batch: called with (batches done, total number of batches) after each training step.
    """

    pairs: Tensor
    estimator: LookAheadEstimator
    best_tau: Tensor
    fixed_tau: float
    config: PolicyConfig
    seed: int
    on_batch: Callable[[int, int], None]


@dataclass(frozen=True, slots=True, eq=False)
class ChosenTau:
    """The chosen tau* (P,), tau by epoch (E + 1, P) and the policy loss (E,); see `LookAheadRecord`."""

    tau: Tensor
    tau_by_epoch: Tensor
    loss: Tensor


def learned_tau(inputs: PolicyInputs) -> ChosenTau:
    """tau* by the policy network, trained from scratch in this cycle; see `KeptTau` for which of its tau is kept."""
    pairs = inputs.pairs
    _, channels, height, width = pairs.shape
    network = PolicyNetwork((channels // 2, height, width), inputs.config.tau_max)
    network.to(inputs.best_tau.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    tau_by_epoch, during, loss = train_policy(
        network,
        inputs.estimator,
        pairs,
        inputs.config,
        generator=torch.Generator().manual_seed(inputs.seed),
        on_batch=inputs.on_batch,
    )
    tau = tau_by_epoch[-1]
    if inputs.config.kept_tau is KeptTau.LOWEST_LOSS and len(loss):
        tau = during[int(loss.cpu().numpy().argmin())]  # numpy takes the first of equal losses, as the release does.
    return ChosenTau(tau=tau, tau_by_epoch=tau_by_epoch, loss=loss)


def fixed_tau(inputs: PolicyInputs) -> ChosenTau:
    """The same tau* for every pair: `policy.fixed_tau` (Table 1)."""
    return _without_training(torch.full_like(inputs.best_tau, inputs.fixed_tau))


def exact_tau(inputs: PolicyInputs) -> ChosenTau:
    """tau* is the best tau of each pair, from its own profile."""
    return _without_training(inputs.best_tau)


TAU_POLICIES: Mapping[Policy, Callable[[PolicyInputs], ChosenTau]] = {
    Policy.LEARNED: learned_tau,
    Policy.FIXED: fixed_tau,
    Policy.EXACT: exact_tau,
}
"""Function of each policy that can look ahead with pairs; `lada_explore.config.POLICIES` has their capabilities."""


def choose_tau(policy: Policy, inputs: PolicyInputs) -> ChosenTau:
    """Choose tau* of every pair by the method's policy."""
    return TAU_POLICIES[policy](inputs)


def _without_training(tau: Tensor) -> ChosenTau:
    return ChosenTau(tau=tau, tau_by_epoch=tau.reshape(1, len(tau)), loss=torch.zeros(0))
