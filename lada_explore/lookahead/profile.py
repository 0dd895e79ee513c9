"""The acquisition profile A_i(lam) of a pair, from which all look-ahead values are computed.

The classifier is evaluated only at a few nodes of lam. Between nodes, its outputs are interpolated and then scored; the
scores themselves are not interpolated. A network of convolutions, ReLUs and eval-mode batch-norm is piecewise linear
along the path, so its logits are easy to interpolate, while their entropy has a kink where the predicted class changes.

Rms error of V_i(0.5) in bits, compared with 65 nodes, for 100 pairs of fashion-mini, mix layer 1; "full" is ResNet-18:

    nodes                                  5       7       8       9      11
    full, 20 labels   scores, linear       0.054   0.022   0.017   0.013   0.008
                      outputs, monotone    0.025   0.008   0.005   0.003   0.002
    full, 100 labels  scores, linear       0.053   0.023   0.019   0.012   0.007
                      outputs, monotone    0.024   0.007   0.005   0.003   0.002
    demo, 220 labels  scores, linear       0.033   0.013   0.009   0.007   0.004
                      outputs, monotone    0.031   0.009   0.007   0.005   0.002

Hence runs without `look_ahead.tolerance` have 8 nodes, of which SCORE has already evaluated the two ends. With input
mixup (layer 0) late in a demo run, the error is 0.019 bits with 8 nodes and 0.008 with 11, so images have 11 there
(other acquisitions: docs/FIDELITY.md). Monotone cubics never overshoot. With a tolerance, each cycle finds by a trial
how many nodes it needs, see `trial.py`, and outputs are interpolated by cubic splines, which need fewer nodes at full
width.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.interpolate import CubicSpline, PchipInterpolator
from torch import Tensor

from lada_explore.functional import Mix, mix
from lada_explore.records import Curve

Outputs = Callable[[Tensor], Tensor]
"""Outputs (B, K) of an acquisition for hidden states (B, D, H, W) after the mix layer."""

GRID_PER_NODE = 8
"""Number of intervals of the grid between two nodes."""

GRID_AT_LEAST = 48
"""Least number of intervals of the grid of a spline, which may have few nodes."""


def uniform_nodes(n_nodes: int) -> Tensor:
    """(G,) uniform float64 nodes from 0 to 1, including both; Chebyshev-Lobatto nodes gave larger errors."""
    return torch.linspace(0.0, 1.0, n_nodes, dtype=torch.float64)


def profile_grid(n_nodes: int, at_least: int = 0) -> Tensor:
    """(R,) float64 grid of the profile, at least `GRID_PER_NODE` times finer than the nodes, which it contains.

    Args:
        n_nodes: G, number of nodes.
        at_least: least number of intervals of the grid.
    """
    intervals = n_nodes - 1
    return uniform_nodes(max(GRID_PER_NODE, -(-at_least // intervals)) * intervals + 1)


def spline_weights(nodes: Tensor, grid: Tensor) -> Tensor:
    """(R, G) float64 weights that give the cubic spline through values at nodes (G,), at the points of a grid (R,).

    Three nodes at least, through which it is a parabola; through more of them it is the spline whose third derivative
    is continuous at the second node and at the last but one ("not a knot").
    """
    return torch.from_numpy(CubicSpline(nodes.numpy(), np.eye(len(nodes)))(grid.numpy()))


@torch.no_grad()
def outputs_along_path(
    outputs: Outputs,
    first: Tensor,
    second: Tensor,
    nodes: Tensor,
    *,
    chunk: int,
    mix: Mix = mix,
    device: torch.device | None = None,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> Tensor:
    """Outputs at some nodes of the mixing path of every pair, by forward passes only.

    Args:
        outputs: function from hidden states after the mix layer to outputs, with a frozen classifier.
        first: (P, D, H, W) hidden states of x_i.
        second: (P, D, H, W) hidden states of x'_i.
        nodes: (G,) mixing coefficients, weights of x_i; or (P, G) those of each pair.
        chunk: number of mixed states in one pass.
        mix: how a pair is mixed.
        device: where they are mixed, if the states are not there; None for where they are.
        on_chunk: called with (states done, total number of states) after each pass.

    Returns:
        (P, G, K) float32 outputs.
    """
    n_pairs, n_nodes, done = len(first), nodes.shape[-1], 0
    parts = []
    for start in range(0, n_pairs, chunk):
        part = slice(start, start + chunk)
        one, other = (states[part].to(device or states.device) for states in (first, second))
        along = []
        # One number for all pairs is mixed in one pass over memory; see `functional.mix`.
        for lam in nodes.tolist() if nodes.ndim == 1 else nodes[part].to(one.device).unbind(dim=1):
            along.append(outputs(mix(one, other, lam)).float())
            done += len(along[-1])
            on_chunk(done, n_pairs * n_nodes)
        parts.append(torch.stack(along, dim=1))
    return torch.cat(parts)


@torch.no_grad()
def acquisition_profile(
    score: Callable[[Tensor], Tensor],
    along: Tensor,
    nodes: Tensor,
    grid: Tensor,
    *,
    curve: Curve = Curve.MONOTONE,
    chunk: int = 100,
) -> Tensor:
    """A_i(lam) on a grid: the outputs are interpolated between the nodes and then scored.

    Args:
        score: function from outputs (B, K) to scores (B,).
        along: (P, G, K) outputs at the nodes.
        nodes: (G,) nodes from 0 to 1.
        grid: (R,) values of lam in [0, 1] at which the profile is computed.
        curve: how they are interpolated.
        chunk: number of pairs that are interpolated together.

    Returns:
        (P, R) float32 profile on the device of `along`.

    Source: monotone piecewise cubics, Fritsch and Butland (SIAM J. Sci. Stat. Comput., 1984), by SciPy.
    """
    parts = []
    weights = spline_weights(nodes, grid).to(along) if curve is Curve.SPLINE else None
    for some in along.split(chunk):
        if weights is not None:
            between = torch.einsum("rg,pgk->prk", weights, some)
        else:
            curves = PchipInterpolator(nodes.numpy(), some.cpu().numpy().astype(np.float64), axis=1)
            between = torch.from_numpy(curves(grid.numpy())).to(along.device, torch.float32)
        parts.append(score(between.flatten(0, 1)).float().reshape(len(some), len(grid)))
    return torch.cat(parts)
