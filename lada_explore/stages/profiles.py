"""The acquisition profiles of all pairs of a cycle, from as many nodes as are set, or as a trial finds to be needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lada_explore.acquisition import Acquisition
from lada_explore.config import POLICIES, RunConfig
from lada_explore.errors import NumericsError
from lada_explore.functional import Mix
from lada_explore.lookahead import (
    GRID_AT_LEAST,
    NodeTrial,
    Outputs,
    acquisition_profile,
    n_tried,
    outputs_along_path,
    profile_grid,
    try_nodes,
    uniform_nodes,
)
from lada_explore.records import Curve, ScoreRecord, Stage, SubsampleRecord, stage_of_cycle
from lada_explore.stages.progress import Tick
from lada_explore.stages.select import rows_of_pairs

TRIAL_FROM = 128
"""Number of pairs from which a trial is made. Its 8 pairs or more take up to 23 evaluations each, and it saves one or
two of the six of every other pair: of 20 pairs at full width, a trial made 12.2 evaluations a pair."""

ROUNDING = 1e-6
"""Error of the scores in float32, as a share of the largest; no tolerance is below it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Profiles:
    """The profiles of the pairs of a cycle.

    Attributes:
        nodes: (G,) nodes of lam.
        outputs: (P, G, K) outputs at the nodes.
        curve: how they are interpolated.
        grid: (R,) finer grid of lam.
        profile: (P, R) A_i(lam) on the grid.
        evaluations: number of mixed states that were evaluated.
        value_error: estimated rms error of V; None without a trial.
    """

    nodes: Tensor
    outputs: Tensor
    curve: Curve
    grid: Tensor
    profile: Tensor
    evaluations: int
    value_error: float | None


def profile_pairs(
    candidates: SubsampleRecord,
    scored: ScoreRecord,
    pairs: Tensor,
    outputs: Outputs,
    acquisition: Acquisition,
    mix: Mix,
    *,
    config: RunConfig,
    device: torch.device,
    chunk: int,
    tick: Tick,
) -> Profiles:
    """The profile of every pair. Outputs are computed at the inner nodes; those at the two ends come from SCORE.

    Args:
        candidates: P pairs.
        scored: outputs and scores of each candidate itself.
        pairs: (P, 2 D, H, W) hidden states [h_i; h'_i].
        outputs: function from hidden states (B, D, H, W) to outputs (B, K).
        acquisition: scores outputs.
        mix: how the augmentation mixes pairs.
        config: number of nodes, or the tolerance by which a cycle of `TRIAL_FROM` pairs or more chooses it.
        device: of the classifier; the pairs may be in the memory of the host.
        chunk: number of states in one pass.
        tick: called after each pass.

    Raises:
        NumericsError: an output or a score is not finite; the message names the ids.
    """
    rows = rows_of_pairs(candidates)
    ends = torch.from_numpy(scored.outputs[rows][:, ::-1].copy()).to(device)  # of x'_i (lam = 0), and of x_i
    path = _Path(candidates=candidates, pairs=pairs, outputs=outputs, mix=mix, device=device, chunk=chunk, tick=tick)
    n_nodes, trial, tried = config.nodes, None, []
    if n_nodes is None and len(pairs) < TRIAL_FROM:
        n_nodes = config.usual_nodes
    if n_nodes is None:
        trial = _try_nodes(path, ends, scored, acquisition, config)
        n_nodes, tried = trial.n_nodes, [trial.at_nodes()]
    nodes, rest = uniform_nodes(n_nodes), slice(0 if trial is None else len(trial.along), len(pairs))
    n_rest = rest.stop - rest.start
    inner = torch.cat([*tried, path.along(rest, nodes[1:-1], "virtual instances")] if n_rest else tried)
    at_nodes = torch.cat([ends[:, :1], inner, ends[:, 1:]], dim=1)
    curve = Curve.MONOTONE if trial is None else Curve.SPLINE
    grid = profile_grid(n_nodes, 0 if trial is None else GRID_AT_LEAST)
    profile = acquisition_profile(acquisition.score, at_nodes, nodes, grid, curve=curve)
    # The scores at the ends are known exactly, while interpolation has a rounding error there.
    profile[:, [-1, 0]] = torch.from_numpy(scored.scores[rows]).to(profile)
    check_finite(profile, candidates, "acquisition along the mixing path")
    return Profiles(
        nodes=nodes,
        outputs=at_nodes,
        curve=curve,
        grid=grid,
        profile=profile,
        evaluations=n_rest * (n_nodes - 2) + (0 if trial is None else trial.evaluations),
        value_error=None if trial is None else trial.error,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Path:
    """The mixing paths of all pairs; see the arguments of `profile_pairs`."""

    candidates: SubsampleRecord
    pairs: Tensor
    outputs: Outputs
    mix: Mix
    device: torch.device
    chunk: int
    tick: Tick

    def along(self, part: slice, nodes: Tensor, unit: str) -> Tensor:
        """Outputs (B, G, K) of some pairs at inner nodes (G,)."""
        first, second = self.pairs[part].chunk(2, dim=1)
        found = outputs_along_path(
            self.outputs,
            first,
            second,
            nodes,
            chunk=self.chunk,
            mix=self.mix,
            device=self.device,
            on_chunk=lambda done, total: self.tick(done, total, unit),
        )
        check_finite(found, self.candidates, "output along the mixing path", begin=part.start)
        return found


def _try_nodes(
    path: _Path, ends: Tensor, scored: ScoreRecord, acquisition: Acquisition, config: RunConfig
) -> NodeTrial:
    """A trial with the first pairs, which are as random as any, at the tau that the policy can use."""
    some = slice(0, n_tried(len(ends)))
    fixed = (config.fixed_tau,) if POLICIES[config.method.policy].same_for_all else ()
    limit = config.policy.tau_max
    assert config.look_ahead.tolerance is not None
    wanted = config.look_ahead.tolerance * float(scored.scores.std(dtype=np.float64))
    return try_nodes(
        lambda nodes: path.along(some, nodes, "instances of the trial"),
        ends[some],
        acquisition.score,
        tolerance=max(wanted, ROUNDING * float(np.abs(scored.scores).max())),
        tau=(limit / 4, limit / 2, limit, *fixed),
    )


def check_finite(values: Tensor, candidates: SubsampleRecord, what: str, *, begin: int = 0) -> None:
    """Check values of some pairs, one after the other from that in row `begin` on.

    Raises:
        NumericsError: some of them are not finite; the message names the ids of the first pair.
    """
    bad = ~torch.isfinite(values.reshape(len(values), -1)).all(dim=1).cpu().numpy()
    if bad.any():
        i, j = candidates.pair_ids[begin + np.flatnonzero(bad)[0]]
        raise NumericsError(
            f"{stage_of_cycle(Stage.LOOK_AHEAD, candidates.cycle)}: the {what} of {bad.sum()} pairs is not finite, "
            f"the first is ({i}, {j}); the classifier has diverged, so lower training.learning_rate"
        )
