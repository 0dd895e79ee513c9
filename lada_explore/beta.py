"""Exact integrals of piecewise linear functions under Beta(tau, tau), for the look-ahead value and for the views.

The mean of a function that is linear between nodes is a weighted sum of its values at the nodes. The weights are
differences of the distribution function F0(x) = I_x(tau, tau) and of the partial first moment
F1(x) = I_x(tau + 1, tau) / 2, where I is the regularised incomplete beta function.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaln


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


def beta_pdf(lam: NDArray[np.float64], tau: float) -> NDArray[np.float64]:
    """Density (S,) of Beta(tau, tau), tau > 0, at the points lam (S,) in (0, 1)."""
    density: NDArray[np.float64] = np.exp((tau - 1) * (np.log(lam) + np.log1p(-lam)) - betaln(tau, tau))
    return density
