"""The quadrature estimator: the profile integrated exactly against Beta(tau, tau), with its gradient in tau.

The profile is linear between the points of its grid, so V_i(tau) = sum_r w_r(tau) A_i(lam_r). The weights w_r are
differences of the distribution function F0(x) = I_x(tau, tau) and of the partial first moment
F1(x) = I_x(tau + 1, tau) / 2, where I is the regularised incomplete beta function.

Because the Beta distribution is symmetric, the weights depend on one parameter only. They are computed once, in
float64, on a grid of tau, and interpolated by a cubic spline, whose derivative gives the gradient. The weights are
analytic in tau, also at tau = 0, where half of the mass is at each end.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from torch import Tensor

from lada_explore.beta import beta_weights

GRID_STEP = 1 / 256
"""Step of the grid of tau, with which the spline is within 2e-8 of the exact weights for up to 257 nodes (tested)."""


@lru_cache(maxsize=8)
def _spline(nodes: tuple[float, ...], tau_limit: float) -> NDArray[np.float64]:
    """Coefficients (4, T, G) of the cubic spline of the weights on a uniform grid of tau, highest power first."""
    # The grid ends slightly above the limit, so that tau = tau_limit lies inside the last interval.
    grid = np.arange(math.ceil(tau_limit / GRID_STEP) + 2, dtype=np.float64) * GRID_STEP
    coefficients: NDArray[np.float64] = CubicSpline(grid, beta_weights(np.asarray(nodes), grid)).c
    return coefficients


class Quadrature:
    """V_i(tau) from profiles, without any pass through the classifier.

    Args:
        profile: (P, G) acquisition scores at the nodes.
        nodes: (G,) increasing nodes from 0 to 1; in LOOK_AHEAD the points of the profile's grid.
        tau_limit: largest tau at which values will be computed.
    """

    def __init__(self, profile: Tensor, nodes: Tensor, tau_limit: float) -> None:
        self.profile = profile
        self.tau_limit = tau_limit
        coefficients = _spline(tuple(nodes.tolist()), float(tau_limit))
        self._coefficients = torch.as_tensor(coefficients, dtype=profile.dtype, device=profile.device)

    def weights(self, tau: Tensor) -> Tensor:
        """Weights (B, G) of the nodes for Beta(tau, tau); differentiable in tau (B,)."""
        place = tau / GRID_STEP
        piece = place.detach().floor().long().clamp(0, self._coefficients.shape[1] - 1)
        rest = ((place - piece) * GRID_STEP)[:, None]
        cubic, square, linear, constant = self._coefficients[:, piece]
        weights: Tensor = ((cubic * rest + square) * rest + linear) * rest + constant
        return weights

    def value(self, rows: Tensor, tau: Tensor) -> Tensor:
        """V_i(tau) of the pairs in `rows` (B,) at tau (B,); see `LookAheadEstimator`."""
        return (self.weights(tau) * self.profile[rows]).sum(dim=1)

    @torch.no_grad()
    def best(self, tau_max: float, n_tau: int = 256, *, also: tuple[float, ...] = ()) -> tuple[Tensor, Tensor]:
        """Best tau (P,) of each pair on a uniform grid of `n_tau` values in (0, tau_max], and its value (P,).

        Args:
            tau_max: upper end of the range, at most `tau_limit`.
            n_tau: number of grid points.
            also: more values of tau to compare, such as one that was used and lies between two grid points.
        """
        grid = torch.linspace(tau_max / n_tau, tau_max, n_tau, dtype=self.profile.dtype, device=self.profile.device)
        grid = torch.cat([grid, grid.new_tensor(also)])
        value, at = (self.profile @ self.weights(grid).T).max(dim=1)
        return grid[at], value
