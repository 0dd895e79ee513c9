"""What the lesson on gradients says in numbers, as `test_lesson_numbers` claims it."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from prose import Prose, history_of

from lada_explore import configure
from lada_explore.analysis import pair_row
from lada_explore.analysis.gradients import parabola_gradient
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
    text.says("grows up to 1/2 at $\\tau = 0$")
    assert float(parabola_gradient(1e-9)) == pytest.approx(1 / 2)


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


def the_recorded_pair(text: Prose):
    place = pair_row(history_of("demo")[11], None)
    records = history_of("demo")[11]
    text.says("The profile below was recorded: cycle 11 of the demo run, the pair that was acquired first.")
    assert records.subsample.pair_ids[place].tolist() == records.select.pair_ids[0].tolist()
    assert torch.allclose(profile_grid(8), torch.from_numpy(records.look_ahead.grid).double())
    text.says("The quadrature of that run had 8 nodes")
    text.says(f"the paper draws $N = {configure('fashion').look_ahead.draws}$ (Table 1, Fashion-MNIST)")
    example = recorded_profile(records.look_ahead, place)
    text.says("this pair has more than two bits of entropy all along its path")
    assert records.look_ahead.profile[place].min() > 2
    ten = gradient_errors(example, 0.5, (10,), repeats=500)
    text.says("with the paper's ten draws one estimate of a *single* pair is further off than the gradient is large")
    assert ten.by_estimator["pathwise"].rms[0] > abs(ten.exact)
    assert ten.by_estimator["score function"].rms[0] > 10 * ten.by_estimator["pathwise"].rms[0]


def the_profile_that_wiggles(text: Prose):
    text.says("$A(\\lambda) = 0.01 \\sin(200\\lambda)$, has slopes of 2 and values of 0.01")
    wiggle = lambda lam: 0.01 * (200 * lam).sin()  # noqa: E731
    assert pathwise_gradients(wiggle, 0.5, 8, 500).std() > 5 * score_function_gradients(wiggle, 0.5, 8, 500).std()


CLAIMS_06 = (
    the_gradient_of_the_parabola,
    the_errors_of_the_estimators_on_the_parabola,
    the_recorded_pair,
    the_profile_that_wiggles,
)
