"""The acquisition profile A_i(lam): everything that looking ahead needs to know about a pair.

The classifier is evaluated at a few nodes of lam only. In between, its outputs are interpolated and then scored, not
the scores themselves: a network of convolutions, ReLUs and eval-mode batch-norm is piecewise linear along the path, so
its logits are easy to interpolate, while the entropy of them bends sharply where two classes meet.

Rms error of V_i(0.5) in bits against 65 nodes, 100 pairs of fashion-mini, mix layer 1; "full" is ResNet-18:

    nodes                                  5       7       8       9      11
    full, 20 labels   scores, linear       0.054   0.022   0.017   0.013   0.008
                      outputs, monotone    0.025   0.008   0.005   0.003   0.002
    full, 100 labels  scores, linear       0.053   0.023   0.019   0.012   0.007
                      outputs, monotone    0.024   0.007   0.005   0.003   0.002
    demo, 220 labels  scores, linear       0.033   0.013   0.009   0.007   0.004
                      outputs, monotone    0.031   0.009   0.007   0.005   0.002

Hence 8 nodes, of which the two ends are known from SCORE. With input mixup (layer 0) 8 nodes leave 0.019 bits late in
a demo run and 11 leave 0.008, so images get 11 (other acquisitions: docs/FIDELITY.md). Cubic splines and Akima's do as
well; monotone pieces never overshoot.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from scipy.interpolate import PchipInterpolator
from torch import Tensor

Outputs = Callable[[Tensor], Tensor]
"""Outputs (B, K) of hidden states (B, D, H, W) at the mix layer."""

GRID_PER_NODE = 8
"""Pieces of the grid between two nodes."""


def uniform_nodes(n_nodes: int) -> Tensor:
    """(G,) float64 nodes from 0 to 1, both included; Chebyshev-Lobatto nodes were worse."""
    return torch.linspace(0.0, 1.0, n_nodes, dtype=torch.float64)


def profile_grid(n_nodes: int) -> Tensor:
    """(R,) float64 grid on which the profile is known, `GRID_PER_NODE` times finer than the nodes, which are on it."""
    return uniform_nodes(GRID_PER_NODE * (n_nodes - 1) + 1)


@torch.no_grad()
def outputs_along_path(
    outputs: Outputs,
    first: Tensor,
    second: Tensor,
    nodes: Tensor,
    *,
    chunk: int,
    on_chunk: Callable[[int, int], None] = lambda done, total: None,
) -> Tensor:
    """What the classifier says at some nodes of the mixing path of every pair, forward passes only.

    Args:
        outputs: of hidden states at the mix layer, by the frozen classifier.
        first: (P, D, H, W) hidden states of x_i.
        second: (P, D, H, W) hidden states of x'_i.
        nodes: (G,) mixing coefficients, the weight of x_i.
        chunk: mixed states evaluated in one pass.
        on_chunk: called with (states done, states in all) after each pass.

    Returns:
        (P, G, K) float32 on the device of the states.
    """
    n_pairs, n_nodes, done = len(first), len(nodes), 0
    parts = []
    for start in range(0, n_pairs, chunk):
        part = slice(start, start + chunk)
        along = []
        for lam in nodes.tolist():
            # lam * first + (1 - lam) * second, in one pass over memory.
            along.append(outputs(torch.lerp(second[part], first[part], lam)).float())
            done += len(along[-1])
            on_chunk(done, n_pairs * n_nodes)
        parts.append(torch.stack(along, dim=1))
    return torch.cat(parts)


@torch.no_grad()
def acquisition_profile(
    score: Callable[[Tensor], Tensor], along: Tensor, nodes: Tensor, grid: Tensor, *, chunk: int = 100
) -> Tensor:
    """A_i(lam) on a grid: outputs interpolated between the nodes by monotone cubics, then scored.

    Args:
        score: scores (B,) of outputs (B, K).
        along: (P, G, K) outputs at the nodes.
        nodes: (G,) from 0 to 1.
        grid: (R,) where the profile is wanted, in [0, 1].
        chunk: pairs interpolated together.

    Returns:
        (P, R) float32 on the device of `along`.

    Source: monotone piecewise cubics, Fritsch and Butland (SIAM J. Sci. Stat. Comput., 1984), by SciPy.
    """
    parts = []
    for some in along.split(chunk):
        curves = PchipInterpolator(nodes.numpy(), some.cpu().numpy().astype(np.float64), axis=1)
        between = torch.from_numpy(curves(grid.numpy())).to(along.device, torch.float32)
        parts.append(score(between.flatten(0, 1)).float().reshape(len(some), len(grid)))
    return torch.cat(parts)
