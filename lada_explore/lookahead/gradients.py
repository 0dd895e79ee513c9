"""A comparison of three estimators of dV/dtau on one profile: pathwise (the paper), quadrature (ours), score function.

The first two are `Pathwise` and `Quadrature` as used in LOOK_AHEAD, applied to a pair whose mixed state is lam itself.

Axes: S values of lam, N evaluations of the profile, R repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.distributions import Beta, Dirichlet

from lada_explore.analysis.gradients import EstimatorErrors, GradientErrors, parabola_gradient
from lada_explore.errors import ConfigError
from lada_explore.lookahead.pathwise import Pathwise
from lada_explore.lookahead.profile import uniform_nodes
from lada_explore.lookahead.quadrature import Quadrature
from lada_explore.records import Estimator, LookAheadRecord
from lada_explore.runtime import seed_torch

Profile = Callable[[Tensor], Tensor]
"""A profile: A(lam) (S,) of lam (S,), differentiable."""

EVALUATIONS = (2, 4, 8, 16, 32, 64, 128)
TAU_END = 4.0
"""Largest tau of the quadrature in this module."""
CHUNK = 2**16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ExampleProfile:
    """A profile whose exact gradient is known.

    Attributes:
        name: name in charts.
        profile: A(lam).
        gradient: function from tau to the exact dV/dtau.
    """

    name: str
    profile: Profile
    gradient: Callable[[float], float]


def parabola() -> ExampleProfile:
    """A(lam) = lam (1 - lam), for which dV/dtau = 1 / (2 (2 tau + 1)^2)."""
    return ExampleProfile(
        name="A(lam) = lam (1 - lam)",
        profile=lambda lam: lam * (1 - lam),
        gradient=lambda tau: float(parabola_gradient(tau)),
    )


def recorded_profile(look_ahead: LookAheadRecord, row: int) -> ExampleProfile:
    """The recorded profile of one pair, linear between the points of its grid; quadrature integrates it exactly.

    Args:
        look_ahead: record of a cycle.
        row: row of the pair.

    Raises:
        ConfigError: the record has no such pair.
    """
    if not 0 <= row < len(look_ahead.profile):
        raise ConfigError(f"there is no pair {row}; this cycle has {len(look_ahead.profile)} pairs, counted from 0")
    grid, values = (torch.from_numpy(a).double() for a in (look_ahead.grid, look_ahead.profile[row]))

    def profile(lam: Tensor) -> Tensor:
        right = torch.searchsorted(grid, lam.detach().contiguous()).clamp(1, len(grid) - 1)
        low, high = grid[right - 1], grid[right]
        share = (lam - low) / (high - low)
        mixed: Tensor = (1 - share) * values[right - 1] + share * values[right]
        return mixed

    def gradient(tau: float) -> float:
        return _slope_of(Quadrature(values[None], grid, TAU_END), tau)

    return ExampleProfile(name=f"a recorded pair of cycle {look_ahead.cycle}", profile=profile, gradient=gradient)


def torch_velocity(tau: float, n: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Draws lam (n,) from Beta(tau, tau) and their derivatives dlam/dtau (n,), by torch's `rsample`."""
    with torch.random.fork_rng(devices=[]):
        seed_torch(seed, torch.device("cpu"))
        each = torch.full((n,), tau, dtype=torch.float64, requires_grad=True)
        lam = Beta(each, each).rsample()
    (slope,) = torch.autograd.grad(lam.sum(), each)
    return lam.detach().numpy(), slope.numpy()


def pathwise_gradients(profile: Profile, tau: float, n_draws: int, repeats: int) -> Tensor:
    """Estimates (R,) of dV/dtau by the pathwise estimator with N draws each, from torch's global generator."""
    ends = torch.ones(repeats, 1, 1, 1, dtype=torch.float64)
    estimator = Pathwise(lambda hidden: profile(hidden.flatten()), ends, torch.zeros_like(ends), n_draws, CHUNK)
    each = torch.full((repeats,), tau, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(estimator.value(torch.arange(repeats), each).sum(), each)
    return slope


@torch.no_grad()
def score_function_gradients(profile: Profile, tau: float, n_draws: int, repeats: int) -> Tensor:
    """Estimates (R,) of dV/dtau as the mean over N draws of A(lam) times d log p(lam; tau) / dtau.

    d log p / dtau = log lam + log(1 - lam) - 2 psi(tau) + 2 psi(2 tau). This needs values of A, but not its gradient.

    Source: Williams (Machine Learning, 1992), the likelihood-ratio or REINFORCE estimator.
    """
    # Drawn as a Dirichlet (lam, 1 - lam), because 1 - lam computed from lam would round to 0 for small tau.
    shares = Dirichlet(torch.full((2,), tau, dtype=torch.float64)).sample((n_draws, repeats))
    twice_psi = 2 * torch.digamma(torch.tensor([tau, 2 * tau], dtype=torch.float64))
    score = shares.log().sum(dim=-1) - twice_psi[0] + twice_psi[1]
    return (profile(shares[..., 0].flatten()).reshape(score.shape) * score).mean(dim=0)


def quadrature_gradient(profile: Profile, tau: float, n_nodes: int) -> float:
    """dV/dtau by quadrature with N uniform nodes, between which the profile is linear."""
    nodes = uniform_nodes(n_nodes)
    return _slope_of(Quadrature(profile(nodes)[None], nodes, TAU_END), tau)


def gradient_errors(
    example: ExampleProfile,
    tau: float,
    evaluations: Sequence[int] = EVALUATIONS,
    *,
    repeats: int = 2000,
    seed: int = 0,
) -> GradientErrors:
    """Bias and standard deviation of the three estimators for several N.

    Args:
        example: profile and its exact gradient.
        tau: concentration, above 0 and at most `TAU_END`.
        evaluations: (K,) values of N, numbers of evaluations of the profile, at least 2.
        repeats: R, number of estimates for each N, at least 2.
        seed: seed of the draws.

    Raises:
        ConfigError: tau, N or R is out of range.
    """
    if not 0 < tau <= TAU_END:
        raise ConfigError(f"tau is {tau:g}; it must be above 0 and at most {TAU_END:g}")
    if min(evaluations) < 2 or repeats < 2:
        raise ConfigError(f"N from {min(evaluations)} and {repeats} repeats were asked for; both must be 2 or more")
    exact = example.gradient(tau)
    with torch.random.fork_rng(devices=[]):
        seed_torch(seed, torch.device("cpu"))
        by_draws = {
            Estimator.PATHWISE.value: [pathwise_gradients(example.profile, tau, n, repeats) for n in evaluations],
            "score function": [score_function_gradients(example.profile, tau, n, repeats) for n in evaluations],
        }
    by_nodes = np.array([quadrature_gradient(example.profile, tau, n) for n in evaluations])
    without_chance = np.zeros(len(evaluations))
    return GradientErrors(
        profile=example.name,
        tau=tau,
        exact=exact,
        evaluations=np.array(evaluations),
        repeats=repeats,
        by_estimator={name: _errors(torch.stack(drawn).numpy(), exact) for name, drawn in by_draws.items()}
        | {
            Estimator.QUADRATURE.value: EstimatorErrors(
                bias=by_nodes - exact, standard_error=without_chance, deviation=without_chance
            )
        },
    )


def _slope_of(quadrature: Quadrature, tau: float) -> float:
    at = torch.full((1,), tau, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(quadrature.value(torch.zeros(1, dtype=torch.long), at).sum(), at)
    return float(slope)


def _errors(estimates: NDArray[np.float64], exact: float) -> EstimatorErrors:
    """Errors of the estimates (K, R)."""
    deviation = estimates.std(axis=1, ddof=1)
    return EstimatorErrors(
        bias=estimates.mean(axis=1) - exact,
        standard_error=deviation / np.sqrt(estimates.shape[1]),
        deviation=deviation,
    )
