"""Gradients through Beta(tau, tau): the distribution function, its derivative in tau, and the velocity of its mass.

If tau changes and a draw keeps its quantile u = F(lam; tau), the draw moves with the velocity

    dlam/dtau = - (dF/dtau) / p(lam; tau),

where p is the density. The pathwise gradient of one draw is this velocity times dA/dlam.

Source: LADA (NeurIPS 2021), supplement, section C, Equations 3 to 5; Jankowiak and Obermeyer (ICML 2018).
Axes: S values of lam, N evaluations of the profile, K choices of N.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betainc, betaln, digamma

from lada_explore.beta import beta_pdf
from lada_explore.errors import ConfigError

Float = NDArray[np.float64]

SERIES_LIMIT = 8.0
"""Largest tau for the series; for larger tau its alternating terms cancel too many digits."""

SERIES_TERMS = 64
"""Number of terms. At lam = 1/2, where the series converges most slowly, each is about half of the previous one."""


def beta_cdf(lam: ArrayLike, tau: float) -> Float:
    """Distribution function F(lam; tau) (S,) of Beta(tau, tau), the regularised incomplete beta function.

    Source: supplement, section C.
    """
    return np.asarray(betainc(tau, tau, np.asarray(lam, dtype=np.float64)))


def cdf_slope(lam: ArrayLike, tau: float, terms: int = SERIES_TERMS) -> Float:
    """dF/dtau (S,) by the power series of F in lam, differentiated term by term.

    F = lam^tau / B(tau, tau) * sum_n c_n lam^n with c_n = (1 - tau)(2 - tau)...(n - tau) / (n! (tau + n)). The series
    converges quickly only near 0, so the symmetry F(1 - lam) = 1 - F(lam) is used above lam = 1/2.

    Args:
        lam: (S,) in [0, 1].
        tau: concentration, above 0 and at most `SERIES_LIMIT`.
        terms: number of terms; small numbers show how the series converges.

    Raises:
        ConfigError: tau or the number of terms is out of range.

    Source: supplement, section C, Equation 5.
    """
    if not 0 < tau <= SERIES_LIMIT:
        raise ConfigError(f"tau is {tau:g}; the series needs a value above 0 and at most {SERIES_LIMIT:g}")
    if terms < 1:
        raise ConfigError(f"terms is {terms}; a series needs at least 1")
    lam = np.asarray(lam, dtype=np.float64)
    small = np.minimum(lam, 1 - lam)
    inner = np.maximum(small, np.finfo(np.float64).tiny)  # avoids log 0; lam^tau log lam is 0 there to all digits
    total, slope, power = np.zeros_like(inner), np.zeros_like(inner), np.ones_like(inner)
    # product = (1 - tau)...(n - tau) / n!, and its derivative without dividing by n - tau, which is 0 for integer tau.
    product, change = 1.0, 0.0
    for n in range(terms):
        total += product / (tau + n) * power
        slope += (change / (tau + n) - product / (tau + n) ** 2) * power
        product, change = product * (n + 1 - tau) / (n + 1), (change * (n + 1 - tau) - product) / (n + 1)
        power *= inner
    front = np.exp(tau * np.log(inner) - betaln(tau, tau))
    derivative = front * (slope + total * (np.log(inner) - 2 * digamma(tau) + 2 * digamma(2 * tau)))
    return np.asarray(np.where(lam <= 0.5, derivative, -derivative))


def cdf_slope_numeric(lam: ArrayLike, tau: float, step: float = 1e-4) -> Float:
    """dF/dtau (S,) by a central difference of `beta_cdf`; the error is of order step^2."""
    return (beta_cdf(lam, tau + step) - beta_cdf(lam, tau - step)) / (2 * step)


def velocity(lam: ArrayLike, tau: float) -> Float:
    """Velocity dlam/dtau (S,) of the mass of Beta(tau, tau) at lam in (0, 1).

    Raises:
        ConfigError: tau is out of the range of `cdf_slope`.

    Source: supplement, section C, Equations 3 to 5.
    """
    lam = np.asarray(lam, dtype=np.float64)
    return -cdf_slope(lam, tau) / beta_pdf(lam, tau)


def parabola_gradient(tau: ArrayLike) -> Float:
    """dV/dtau = 1 / (2 (2 tau + 1)^2) of the profile A(lam) = lam (1 - lam), whose V(tau) is tau / (2 (2 tau + 1))."""
    return np.asarray(1 / (2 * (2 * np.asarray(tau, dtype=np.float64) + 1) ** 2))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EstimatorErrors:
    """Errors of one estimator of dV/dtau over R repeats.

    Attributes:
        bias: (K,) mean of the estimates minus the exact gradient.
        standard_error: (K,) standard error of the bias over R repeats; 0 for a deterministic estimator.
        deviation: (K,) standard deviation of one estimate; 0 for a deterministic estimator.
    """

    bias: Float
    standard_error: Float
    deviation: Float

    @property
    def rms(self) -> Float:
        """(K,) root mean squared error, from bias and deviation."""
        return np.hypot(self.bias, self.deviation)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GradientErrors:
    """Errors of estimators of dV/dtau for one profile at one tau, against their cost.

    Attributes:
        profile: name of the profile.
        tau: the concentration.
        exact: exact dV/dtau.
        evaluations: (K,) N, number of evaluations of the profile for one estimate.
        repeats: R, number of estimates for each N by an estimator that draws at random.
        by_estimator: errors by name of the estimator.
    """

    profile: str
    tau: float
    exact: float
    evaluations: NDArray[np.int64]
    repeats: int
    by_estimator: Mapping[str, EstimatorErrors]
