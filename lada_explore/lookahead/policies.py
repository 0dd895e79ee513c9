"""Who chooses tau: the policies of the methods that look ahead at pairs, one function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from lada_explore.config import Policy, PolicyConfig
from lada_explore.lookahead.estimator import LookAheadEstimator
from lada_explore.lookahead.policy_training import train_policy
from lada_explore.models import PolicyNetwork


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Choice:
    """What a policy may choose by.

    Attributes:
        pairs: (P, 2 D, H, W) hidden states [h_i; h'_i].
        estimator: V_i(tau) and its gradient.
        best_tau: (P,) where each pair's own profile is worth most.
        fixed_tau: of the "fixed" policy.
        config: range of tau, and the training of the policy network.
        seed: of the stage.
        on_batch: called with (batches done, batches in all) after each step of a training.
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
    """The outcome of choosing tau: tau* (P,), tau by epoch (E + 1, P) and the policy loss (E,)."""

    tau: Tensor
    tau_by_epoch: Tensor
    loss: Tensor


def learned_tau(choice: Choice) -> ChosenTau:
    """By the policy network, trained from scratch in this cycle and evaluated after its last epoch."""
    pairs = choice.pairs
    _, channels, height, width = pairs.shape
    network = PolicyNetwork((channels // 2, height, width), choice.config.tau_max)
    network.to(pairs.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    tau_by_epoch, loss = train_policy(
        network,
        choice.estimator,
        pairs,
        choice.config,
        generator=torch.Generator().manual_seed(choice.seed),
        on_batch=choice.on_batch,
    )
    return ChosenTau(tau=tau_by_epoch[-1], tau_by_epoch=tau_by_epoch, loss=loss)


def fixed_tau(choice: Choice) -> ChosenTau:
    """The same for every pair: `policy.fixed_tau` (Table 1)."""
    return _at_once(torch.full_like(choice.best_tau, choice.fixed_tau))


def exact_tau(choice: Choice) -> ChosenTau:
    """Each pair's best tau on its own profile."""
    return _at_once(choice.best_tau)


CHOOSERS: Mapping[Policy, Callable[[Choice], ChosenTau]] = {
    Policy.LEARNED: learned_tau,
    Policy.FIXED: fixed_tau,
    Policy.EXACT: exact_tau,
}
"""Each policy that can look ahead at pairs; what it declares stands in `lada_explore.config.POLICIES`."""


def choose_tau(policy: Policy, choice: Choice) -> ChosenTau:
    """tau* of every pair, by the method's policy."""
    return CHOOSERS[policy](choice)


def _at_once(tau: Tensor) -> ChosenTau:
    return ChosenTau(tau=tau, tau_by_epoch=tau.reshape(1, len(tau)), loss=torch.zeros(0))
