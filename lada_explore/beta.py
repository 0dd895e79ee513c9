"""Exact integrals of piecewise linear functions under Beta(tau, tau), for the look-ahead value and for the views.

The mean of a function that is linear between nodes is a weighted sum of its values at the nodes. The weights are
differences of the distribution function F0(x) = I_x(tau, tau) and of the partial first moment
F1(x) = I_x(tau + 1, tau) / 2, where I is the regularised incomplete beta function.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, betaln

N_INSTANCES = 10
"""V, number of virtual instances by which a pair is shown and of which the maximum is told: N, the draws of Table 1."""


def beta_weights(nodes: NDArray[np.float64], tau: NDArray[np.float64]) -> NDArray[np.float64]:
    """Exact weights of the piecewise linear interpolant under Beta(tau, tau).

    Args:
        nodes: (G,) increasing nodes from 0 to 1.
        tau: (T,) concentrations, at least 0; tau = 0 is the limit with half of the mass at 0 and half at 1.

    Returns:
        (T, G) weights; each row sums to 1 and has first moment 1/2.
    """
    tau = np.asarray(tau, dtype=np.float64)[:, None]
    safe = np.where(tau > 0, tau, 1.0)
    mass = np.diff(betainc(safe, safe, nodes), axis=1)  # (T, G - 1) probability between two nodes
    moment = np.diff(betainc(safe + 1, safe, nodes) / 2, axis=1)
    left, width = nodes[:-1], np.diff(nodes)
    to_right = (moment - left * mass) / width
    weights = np.zeros((len(tau), len(nodes)))
    weights[:, :-1] += mass - to_right
    weights[:, 1:] += to_right
    limit = np.zeros(len(nodes))
    limit[[0, -1]] = 0.5
    return np.where(tau > 0, weights, limit)


def beta_quantiles(tau: NDArray[np.float64], shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Values (T, S) of lam below which Beta(tau, tau), with tau (T,) above 0, has these shares (S,) of its mass."""
    at = np.asarray(tau, dtype=np.float64)[:, None]
    # For a small tau, lam is closer to 1 than floating point can represent. By symmetry, it is computed near 0 instead.
    low = betaincinv(at, at, np.minimum(shares, 1 - shares))
    lam: NDArray[np.float64] = np.where(shares < 0.5, low, 1 - low)
    return lam


def instance_lam(tau: NDArray[Any]) -> NDArray[np.float32]:
    """Mixing coefficients of the virtual instances by which pairs are shown: V equally likely values.

    They are the middles of V parts of Beta(tau, tau) that have 1 / V of the mass each: the quantiles at 1/20, 3/20, ...
    19/20. Quantiles and no draws, so that the same tau gives the same instances. TRAIN draws others, afresh in each
    epoch.

    Args:
        tau: (P,) concentrations, above 0.

    Returns:
        (P, V) increasing values in [0, 1]. For tau below 1 most lie near 0 and 1, where the two images themselves are.
    """
    middles = (np.arange(N_INSTANCES) + 0.5) / N_INSTANCES
    return beta_quantiles(np.asarray(tau, dtype=np.float64), middles).astype(np.float32)


def largest_of_instances(profile: NDArray[Any], grid: NDArray[Any], tau: NDArray[Any]) -> NDArray[np.float32]:
    """The red number of the paper's Figures 6 to 8: the largest acquisition of a pair's virtual instances.

    Args:
        profile: (P, R) acquisition along the mixing path of each pair.
        grid: (R,) increasing lam in [0, 1] at which it is known; it is read linearly between them.
        tau: (P,) concentration of each pair.

    Returns:
        (P,) largest value at `instance_lam(tau)`.
    """
    rows = zip(instance_lam(tau), profile, strict=True)
    return np.array([np.interp(lam, grid, along).max() for lam, along in rows], dtype=np.float32)


def beta_pdf(lam: NDArray[np.float64], tau: float) -> NDArray[np.float64]:
    """Density (S,) of Beta(tau, tau), tau > 0, at the points lam (S,) in (0, 1)."""
    density: NDArray[np.float64] = np.exp((tau - 1) * (np.log(lam) + np.log1p(-lam)) - betaln(tau, tau))
    return density
