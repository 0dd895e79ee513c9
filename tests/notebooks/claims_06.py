"""What the lesson on gradients says in numbers, as `test_lesson_numbers` claims it."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from prose import MINUS, ROOT, Prose, history_of, recorded
from scipy.special import betaincinv

from lada_explore import configure
from lada_explore.analysis import pair_row
from lada_explore.analysis.gradients import parabola_gradient, velocity
from lada_explore.analysis.tau_dynamics import pull
from lada_explore.lookahead import profile_grid
from lada_explore.lookahead.gradients import (
    gradient_errors,
    parabola,
    pathwise_gradients,
    recorded_profile,
    score_function_gradients,
)


def the_gradient_of_the_parabola(text: Prose):
    text.says("which is 1 / (2 * 4) at τ = 0.5")
    assert float(parabola_gradient(0.5)) == pytest.approx(1 / 8)


def the_errors_of_the_estimators_on_the_parabola(text: Prose):
    errors = gradient_errors(parabola(), 0.5, (2, 8, 32), repeats=1000)
    text.says("both sampling estimators fall by half when $N$ grows fourfold")
    for name in ("pathwise", "score function"):
        rms = errors.by_estimator[name].rms
        np.testing.assert_allclose(rms[1:] / rms[:-1], 0.5, atol=0.06)
    assert (errors.by_estimator["score function"].rms > 1.4 * errors.by_estimator["pathwise"].rms).all()
    text.says("With 2 nodes it is as large as the gradient itself")
    assert errors.by_estimator["quadrature"].bias[0] == pytest.approx(-errors.exact)
    text.says("what chance leaves in 1,000 repeats")


def how_fast_the_mass_moves(text: Prose):
    lam = np.linspace(1e-3, 1 - 1e-3, 20_001)
    fastest = {tau: float(np.abs(velocity(lam, tau)).max()) for tau in (0.1, 0.5)}
    text.says(f"race to the middle, at up to {fastest[0.1]:.1f} per unit of $\\tau$")
    text.says(f"At $\\tau = 0.5$ no draw is faster than {fastest[0.5]:.2f}")
    text.says(f"a velocity of at most {fastest[0.5]:.2f}, here at τ = 0.5")


def the_recorded_pair(text: Prose):
    records = history_of("demo")[11]
    ahead, place = records.look_ahead, pair_row(records, None)
    text.says("Recorded: cycle 11 of the demo run, the pair that was acquired first.")
    assert records.subsample.pair_ids[place].tolist() == records.select.pair_ids[0].tolist()
    assert torch.allclose(profile_grid(8), torch.from_numpy(ahead.grid).double())
    text.says("The quadrature of that run had 8 nodes")
    draws = configure("fashion").look_ahead.draws
    text.says(f"the paper draws $N = {draws}$ (Table 1, Fashion-MNIST)")
    text.says("This pair has more than two bits of entropy all along its path")
    assert ahead.profile[place].min() > 2
    scatter = scatter_of_one_draw(ahead) / draws**0.5
    gradients = pull(ahead, 0.5)
    text.says("With the paper's ten draws, one pathwise estimate of this pair")
    text.says(f"has an error of {scatter[place]:.3f}, and its gradient is {gradients[place]:.3f}".replace("-", MINUS))
    over = int((scatter > np.abs(gradients)).sum())
    text.says(f"the error larger than the gradient, for {over} of the {len(gradients)} pairs of the cycle")
    pairs = recorded("demo").config.policy.batch_size
    of_a_batch = ((scatter**2).mean() / pairs) ** 0.5
    text.says(f"over {pairs} pairs the scatter averages to {of_a_batch:.3f}")
    text.says(f"beside a mean gradient of {gradients.mean():.3f}. The loop")
    ten = gradient_errors(recorded_profile(ahead, place), 0.5, (10,), repeats=500)
    assert ten.by_estimator["pathwise"].rms[0] == pytest.approx(scatter[place], rel=0.1)
    assert ten.by_estimator["score function"].rms[0] > 10 * ten.by_estimator["pathwise"].rms[0]


def scatter_of_one_draw(ahead):
    """Standard deviation (P,) of dA/dlam dlam/dtau at tau = 0.5 over the draws, from draws of even ranks."""
    lam = betaincinv(0.5, 0.5, (np.arange(20_000) + 0.5) / 20_000)
    grid = ahead.grid.astype(np.float64)
    slopes = np.diff(ahead.profile.astype(np.float64), axis=1) / np.diff(grid)
    piece = np.clip(np.searchsorted(grid, lam) - 1, 0, len(grid) - 2)
    return (slopes[:, piece] * velocity(lam, 0.5)).std(axis=1)


def the_error_of_the_loops_quadrature(text: Prose):
    place = ROOT / "benchmarks" / "results" / "slope_bias.json"
    found = json.loads(place.read_text(encoding="utf-8"))
    assert found["same_profiles"]
    assert found["cycle"] == 11
    text.says(f"against {found['nodes']['dense']} evaluations of each pair (`benchmarks/slope_bias.py`)")
    usual, racing = found["by_tau"]["0.5"], found["by_tau"]["0.1"]
    assert max(usual["half_dense"]["rms"], racing["half_dense"]["rms"]) < 0.001
    text.says(f"At $\\tau = 0.5$ it errs by {usual['loop']['rms']:.3f} for a single pair (root mean square)")
    text.says("a bias of less than 0.0001 in the mean of all")
    assert abs(usual["loop"]["bias"]) < 0.0001
    text.says(
        f"Chords through the same {found['nodes']['loop']} entropies err by {usual['chords']['rms']:.3f}, with a bias "
        f"of {usual['chords']['bias']:.3f}".replace("-", MINUS)
    )
    text.says(
        f"At $\\tau = 0.1$, where the mass races, the loop's bias is {racing['loop']['bias']:.3f}, beside a mean "
        f"gradient of {racing['mean']:.3f}"
    )


def the_profile_that_wiggles(text: Prose):
    text.says("$A(\\lambda) = 0.01 \\sin(200\\lambda)$ has slopes of 2 and values of 0.01")
    wiggle = lambda lam: 0.01 * (200 * lam).sin()  # noqa: E731
    assert pathwise_gradients(wiggle, 0.5, 8, 500).std() > 5 * score_function_gradients(wiggle, 0.5, 8, 500).std()


CLAIMS_06 = (
    the_gradient_of_the_parabola,
    the_errors_of_the_estimators_on_the_parabola,
    how_fast_the_mass_moves,
    the_recorded_pair,
    the_error_of_the_loops_quadrature,
    the_profile_that_wiggles,
)
