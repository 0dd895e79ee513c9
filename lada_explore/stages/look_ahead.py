"""LOOK_AHEAD: what the virtual instances of every pair will be worth, and the tau that makes them worth most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.config import RunConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import NumericsError
from lada_explore.lookahead import (
    LookAheadEstimator,
    Pathwise,
    Quadrature,
    acquisition_profile,
    train_policy,
    uniform_nodes,
)
from lada_explore.models import PolicyNetwork, ResNet
from lada_explore.records import FloatArray, IntArray, LookAheadRecord, Stage, SubsampleRecord
from lada_explore.runtime import Runtime
from lada_explore.stages.progress import Tick


@dataclass(frozen=True, slots=True, eq=False)
class Policy:
    """The outcome of choosing tau: tau* (P,), tau by epoch (E + 1, P) and the policy loss (E,)."""

    tau: Tensor
    tau_by_epoch: Tensor
    loss: Tensor


def look_ahead(
    cycle: int,
    candidates: SubsampleRecord,
    *,
    own_scores: FloatArray,
    acquisition: Acquisition,
    classifier: ResNet,
    images: DeviceImages,
    config: RunConfig,
    runtime: Runtime,
    seed: int,
    tick: Tick,
) -> LookAheadRecord:
    """Evaluate the profile of every pair, choose tau* by the policy, and value the pairs at tau*.

    Args:
        cycle: this cycle.
        candidates: the pairs and their mix layer.
        own_scores: (P, 2) A_i(1) and A_i(0), known from SCORE; they are the ends of the profile.
        acquisition: scores states at the mix layer.
        classifier: in eval mode, weights frozen.
        images: the pool's images.
        config: policy, estimator, nodes, draws.
        runtime: device and chunk.
        seed: of this stage.
        tick: called after each pass.

    Raises:
        NumericsError: a value or tau is not finite; names the ids.

    Source: section 3.2; gradient by supplement C ("pathwise") or `lookahead.quadrature`.
    """
    first = hidden_states(candidates.pair_ids[:, 0], candidates.mix_layer, classifier, images, runtime, tick)
    second = hidden_states(candidates.pair_ids[:, 1], candidates.mix_layer, classifier, images, runtime, tick)

    def score_hidden(hidden: Tensor) -> Tensor:
        return acquisition.score(classifier, hidden, candidates.mix_layer)

    nodes = uniform_nodes(config.look_ahead.nodes)
    inner = acquisition_profile(
        score_hidden,
        first,
        second,
        nodes[1:-1],
        chunk=runtime.scoring_chunk,
        on_chunk=lambda done, total: tick(done, total, "virtual instances"),
    )
    ends = torch.from_numpy(own_scores).to(inner)
    profile = torch.cat([ends[:, 1:], inner, ends[:, :1]], dim=1)
    _check_finite(profile, cycle, candidates.pair_ids, "acquisition along the mixing path")

    with runtime.seeded(seed):
        quadrature = Quadrature(profile, nodes, max(config.policy.tau_max, config.fixed_tau))
        estimator: LookAheadEstimator = quadrature
        if config.look_ahead.estimator == "pathwise":
            estimator = Pathwise(score_hidden, first, second, config.look_ahead.draws, runtime.scoring_chunk)
        best_tau, best_value = quadrature.best(config.policy.tau_max)
        policy = choose_tau(config, estimator, first, second, best_tau, seed, tick)
        with torch.no_grad():
            value = _value_of_all(estimator, policy.tau, runtime.scoring_chunk)
            mean_virtual = _value_of_all(quadrature, policy.tau, len(policy.tau))
    _check_finite(value, cycle, candidates.pair_ids, "look-ahead value")
    return LookAheadRecord(
        cycle=cycle,
        policy=config.method.policy,
        estimator=config.look_ahead.estimator,
        unit=acquisition.unit,
        nodes=nodes.float().numpy(),
        profile=profile.cpu().numpy(),
        tau=policy.tau.cpu().numpy(),
        value=value.cpu().numpy(),
        tau_by_epoch=policy.tau_by_epoch.cpu().numpy(),
        policy_loss=policy.loss.cpu().numpy(),
        best_tau=best_tau.cpu().numpy(),
        best_value=best_value.cpu().numpy(),
        mean_virtual=mean_virtual.cpu().numpy(),
        max_virtual=profile.max(dim=1).values.cpu().numpy(),
    )


def no_look_ahead(cycle: int, unit: str) -> LookAheadRecord:
    """The empty record of a method that scores single images."""
    none = np.empty(0, dtype=np.float32)
    return LookAheadRecord(
        cycle=cycle,
        policy="none",
        estimator="none",
        unit=unit,
        nodes=none,
        profile=np.empty((0, 0), dtype=np.float32),
        tau=none,
        value=none,
        tau_by_epoch=np.empty((0, 0), dtype=np.float32),
        policy_loss=none,
        best_tau=none,
        best_value=none,
        mean_virtual=none,
        max_virtual=none,
    )


@torch.no_grad()
def hidden_states(
    ids: IntArray, mix_layer: int, classifier: ResNet, images: DeviceImages, runtime: Runtime, tick: Tick
) -> Tensor:
    """H = f_to_k(x) of some images: (B, D, H, W), computed once and kept on the device."""
    parts = []
    for start in range(0, len(ids), runtime.scoring_chunk):
        batch = images.batch(ids[start : start + runtime.scoring_chunk])
        parts.append(runtime.place_states(classifier.to_layer(batch, mix_layer)))
        tick(min(start + runtime.scoring_chunk, len(ids)), len(ids), "hidden states")
    return torch.cat(parts)


def choose_tau(
    config: RunConfig,
    estimator: LookAheadEstimator,
    first: Tensor,
    second: Tensor,
    best_tau: Tensor,
    seed: int,
    tick: Tick,
) -> Policy:
    """tau* of every pair (first, second: (P, D, H, W)), by the method's policy.

    "fixed" is `policy.fixed_tau` (Table 1), "exact" each pair's best tau on its own profile, "learned" the policy
    network trained from scratch in this cycle and evaluated after its last epoch.
    """
    n_pairs = len(first)
    if config.method.policy == "learned":
        network = PolicyNetwork(tuple(first.shape[1:]), config.policy.tau_max).to(first.device)
        tau_by_epoch, loss = train_policy(
            network,
            estimator,
            first,
            second,
            config.policy,
            generator=torch.Generator().manual_seed(seed),
            on_batch=lambda done, total: tick(done, total, "policy batches"),
        )
        return Policy(tau=tau_by_epoch[-1], tau_by_epoch=tau_by_epoch, loss=loss)
    tau = best_tau if config.method.policy == "exact" else torch.full_like(best_tau, config.fixed_tau)
    return Policy(tau=tau, tau_by_epoch=tau.reshape(1, n_pairs), loss=torch.zeros(0))


def _value_of_all(estimator: LookAheadEstimator, tau: Tensor, chunk: int) -> Tensor:
    """V_i(tau_i) of every pair, in parts of `chunk` pairs."""
    rows = torch.arange(len(tau), device=tau.device)
    return torch.cat([estimator.value(part, tau[part]) for part in rows.split(chunk)])


def _check_finite(values: Tensor, cycle: int, pair_ids: IntArray, what: str) -> None:
    bad = ~torch.isfinite(values.reshape(len(values), -1)).all(dim=1).cpu().numpy()
    if bad.any():
        i, j = pair_ids[bad][0]
        raise NumericsError(
            f"{Stage.LOOK_AHEAD} of cycle {cycle}: the {what} of {bad.sum()} pairs is not finite, the first is "
            f"({i}, {j}); the classifier has diverged, so lower training.learning_rate"
        )
