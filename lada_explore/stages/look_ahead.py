"""LOOK_AHEAD: the look-ahead value of every pair, and the tau that maximises it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.beta import largest_of_instances
from lada_explore.config import POLICIES, Estimator, Policy, RunConfig
from lada_explore.datasets.device_images import DeviceImages, room_on
from lada_explore.functional import Mix
from lada_explore.lookahead import (
    ChosenTau,
    LookAheadEstimator,
    Outputs,
    Pathwise,
    PolicyInputs,
    Quadrature,
    choose_tau,
)
from lada_explore.models import Classifier
from lada_explore.records import IntArray, LookAheadRecord, ScoreRecord, SubsampleRecord, ValueUse
from lada_explore.runtime import Runtime
from lada_explore.stages.profiles import Profiles, check_finite, profile_pairs
from lada_explore.stages.progress import Tick

_Estimators = Mapping[Estimator, Callable[[], LookAheadEstimator]]


def look_ahead(
    cycle: int,
    candidates: SubsampleRecord,
    *,
    scored: ScoreRecord,
    acquisition: Acquisition,
    mix: Mix,
    classifier: Classifier,
    images: DeviceImages,
    config: RunConfig,
    runtime: Runtime,
    chunk: int,
    gradient_chunk: int,
    seed: int,
    tick: Tick,
) -> LookAheadRecord:
    """Compute the profile of every pair, choose tau* by the policy, and compute the look-ahead values at tau*.

    Args:
        cycle: this cycle.
        candidates: the pairs and their mix layer.
        scored: record of SCORE, which gives the ends of the profiles.
        acquisition: scores hidden states after the mix layer.
        mix: how the augmentation mixes pairs.
        classifier: frozen, in eval mode.
        images: images of the pool.
        config: policy, estimator, nodes and draws.
        runtime: device.
        chunk: number of states in one pass.
        gradient_chunk: number of states in one pass with gradients.
        seed: seed of this stage.
        tick: called after each pass.

    Raises:
        NumericsError: a value or tau is not finite; the message names the ids.

    Source: section 3.2; gradient by supplement C ("pathwise") or `lookahead.quadrature`.
    """
    outputs, device = partial(_outputs_of, acquisition, classifier, candidates.mix_layer), runtime.device
    with runtime.passing():
        pairs = hidden_pairs(candidates.pair_ids, candidates.mix_layer, classifier, images, chunk=chunk, tick=tick)
        found = profile_pairs(
            candidates, scored, pairs, outputs, acquisition, mix, config=config, device=device, chunk=chunk, tick=tick
        )
    with runtime.seeded(seed):
        quadrature = Quadrature(found.profile, found.grid, max(config.policy.tau_max, config.fixed_tau))
        pathwise = partial(_pathwise, acquisition, outputs, pairs, config, gradient_chunk, mix)
        estimators: _Estimators = {Estimator.QUADRATURE: lambda: quadrature, Estimator.PATHWISE: pathwise}
        estimator = estimators[config.look_ahead.estimator]()
        best_tau, best_value = _best(quadrature, config)
        inputs = PolicyInputs(
            pairs=pairs,
            estimator=estimator,
            best_tau=best_tau,
            fixed_tau=config.fixed_tau,
            config=config.policy,
            seed=seed,
            on_batch=lambda done, total: tick(done, total, "policy batches"),
        )
        chosen = choose_tau(config.method.policy, inputs)
        with torch.no_grad():
            rows = torch.arange(len(pairs), device=device)
            worth = _Worth(
                value=estimator.value(rows, chosen.tau),
                mean_virtual=quadrature.value(rows, chosen.tau),
                best_tau=best_tau,
                best_value=best_value,
            )
    check_finite(worth.value, candidates, "look-ahead value")
    return _record(cycle, config, acquisition.unit, found, chosen, worth)


def _best(quadrature: Quadrature, config: RunConfig) -> tuple[Tensor, Tensor]:
    """Best tau (P,) of each pair and its value (P,), of a range that contains a fixed tau."""
    # A fixed tau may lie beyond the range of a learned one, or between two points of the grid.
    used = (config.fixed_tau,) if POLICIES[config.method.policy].same_for_all else ()
    return quadrature.best(max((config.policy.tau_max, *used)), also=used)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Worth:
    """For each pair (P,): V_i(tau*) by the estimator and exactly, the best tau of the profile, and V_i at that tau."""

    value: Tensor
    mean_virtual: Tensor
    best_tau: Tensor
    best_value: Tensor


def _outputs_of(acquisition: Acquisition, classifier: Classifier, mix_layer: int, hidden: Tensor) -> Tensor:
    return acquisition.outputs(classifier, hidden, mix_layer)


def _pathwise(
    acquisition: Acquisition, outputs: Outputs, pairs: Tensor, config: RunConfig, chunk: int, mix: Mix
) -> Pathwise:
    first, second = pairs.chunk(2, dim=1)
    return Pathwise(partial(_score_of, acquisition, outputs), first, second, config.look_ahead.draws, chunk, mix)


def _score_of(acquisition: Acquisition, outputs: Outputs, hidden: Tensor) -> Tensor:
    return acquisition.score(outputs(hidden))


def _record(
    cycle: int, config: RunConfig, unit: str, found: Profiles, chosen: ChosenTau, worth: _Worth
) -> LookAheadRecord:
    grid, profile, tau = found.grid.float().numpy(), found.profile.cpu().numpy(), chosen.tau.cpu().numpy()
    return LookAheadRecord(
        cycle=cycle,
        policy=config.method.policy,
        estimator=config.look_ahead.estimator,
        unit=unit,
        nodes=found.nodes.float().numpy(),
        outputs=found.outputs.cpu().numpy(),
        grid=grid,
        profile=profile,
        tau=tau,
        value=worth.value.cpu().numpy(),
        tau_by_epoch=chosen.tau_by_epoch.cpu().numpy(),
        policy_loss=chosen.loss.cpu().numpy(),
        best_tau=worth.best_tau.cpu().numpy(),
        best_value=worth.best_value.cpu().numpy(),
        mean_virtual=worth.mean_virtual.cpu().numpy(),
        max_virtual=profile.max(axis=1),
        max_instance=largest_of_instances(profile, grid, tau),
        use=ValueUse.COUNTED if config.method.look_ahead else ValueUse.RECORDED,
        curve=found.curve,
        evaluations=found.evaluations,
        value_error=found.value_error,
    )


def no_look_ahead(cycle: int, unit: str) -> LookAheadRecord:
    """The empty record of a cycle that looks ahead without pairs, or not at all."""
    none = np.empty(0, dtype=np.float32)
    return LookAheadRecord(
        cycle=cycle,
        policy=Policy.NONE,
        estimator=Estimator.NONE,
        unit=unit,
        nodes=none,
        outputs=np.empty((0, 0, 0), dtype=np.float32),
        grid=none,
        profile=np.empty((0, 0), dtype=np.float32),
        tau=none,
        value=none,
        tau_by_epoch=np.empty((0, 0), dtype=np.float32),
        policy_loss=none,
        best_tau=none,
        best_value=none,
        mean_virtual=none,
        max_virtual=none,
        evaluations=0,
    )


@torch.no_grad()
def hidden_pairs(
    pair_ids: IntArray, mix_layer: int, classifier: Classifier, images: DeviceImages, *, chunk: int, tick: Tick
) -> Tensor:
    """Hidden states [h_i; h'_i] (P, 2 D, H, W) after the mix layer, of pairs of ids (P, 2).

    They are on the device, or in the memory of the host if they take more than half of what a GPU has free.
    """
    pairs = torch.empty(0)
    for start in range(0, len(pair_ids), chunk):
        part = slice(start, start + chunk)
        first, second = (classifier.to_layer(images.batch(ids), mix_layer) for ids in pair_ids[part].T)
        if start == 0:
            _, channels, height, width = first.shape
            shape = (len(pair_ids), 2 * channels, height, width)
            n_bytes = 2 * first[:1].nbytes * len(pair_ids)
            place = first.device if n_bytes <= room_on(first.device) else torch.device("cpu")
            pairs = torch.empty(shape, device=place, memory_format=torch.channels_last)
        pairs[part, :channels], pairs[part, channels:] = first, second
        tick(min(start + chunk, len(pair_ids)), len(pair_ids), "pairs of hidden states")
    return pairs
