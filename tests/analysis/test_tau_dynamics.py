"""Why tau* moves, on profiles worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from helpers.fakes import FakeSession

from lada_explore.analysis.tau_dynamics import best_constant, bulge, policy_path, pull, tau_dynamics
from lada_explore.config import PolicyConfig

GRID = np.linspace(0, 1, 101, dtype=np.float32)


def history(cycles: int = 3, **settings):
    return FakeSession(cycles=8, **settings).run(cycles)


def looked(*profiles):
    """A look-ahead record with these profiles A(lam) of pairs."""
    rows = np.array([[profile(lam) for lam in GRID] for profile in profiles], np.float32)
    record = history()[2].look_ahead
    taus = np.full((3, len(rows)), 0.5, np.float32)
    taus[1], taus[2] = np.linspace(0.2, 0.4, len(rows)), 1.0
    return replace(record, grid=GRID, profile=rows, tau_by_epoch=taus, best_value=np.full(len(rows), 0.25, np.float32))


def hill(lam):
    return lam * (1 - lam)


def sag(lam):
    return 1 - 2 * lam * (1 - lam)


def test_the_bulge_of_a_hill_is_a_sixth_and_that_of_a_sag_is_below_zero():
    # The mean of lam (1 - lam) over [0, 1] is 1/6.
    np.testing.assert_allclose(bulge(looked(hill, sag)), [1 / 6, -1 / 3], atol=1e-4)


@pytest.mark.parametrize("tau", [0.3, 1.0, 2.0])
def test_the_pull_of_a_hill_is_the_closed_form(tau):
    expected = 1 / (2 * (2 * tau + 1) ** 2)
    np.testing.assert_allclose(pull(looked(hill, sag), tau), [expected, -2 * expected], rtol=5e-3)


def test_the_best_constant_is_at_the_end_that_the_mean_profile_wants():
    assert best_constant(looked(hill, hill)) == 4
    assert best_constant(looked(sag, hill)) == 0.01  # the sag is twice as deep
    assert best_constant(looked(sag, hill, hill, hill)) == 4


def test_the_policys_path_counts_steps_and_spans_its_pairs():
    record = looked(hill, hill, sag)
    path = policy_path(record, PolicyConfig(epochs=2, batch_size=2, learning_rate=1e-3))
    assert path.steps.tolist() == [0, 2, 4]
    np.testing.assert_allclose(path.mean, [0.5, 0.3, 1.0], atol=1e-6)
    np.testing.assert_allclose((path.low[1], path.high[1]), (0.2, 0.4), atol=1e-6)
    assert path.spread[1] == pytest.approx(np.std([0.2, 0.3, 0.4]), abs=1e-6)
    # V of the hill is tau / (2 (2 tau + 1)), that of the sag 1 less twice it.
    value = 1 / 6
    assert path.regret[2] == pytest.approx(0.25 - (value + value + 1 - 2 * value) / 3, abs=1e-4)


def test_every_cycle_that_looked_ahead_has_a_row():
    records = history(4)
    found = tau_dynamics(records)
    assert found.cycles.tolist() == [1, 2, 3]
    assert found.tau[1] == pytest.approx(records[2].look_ahead.tau.mean())
    assert found.n_labelled.tolist() == [sum(len(r.query.ids) for r in records[:cycle]) for cycle in (1, 2, 3)]
    assert found.accuracy[0] == pytest.approx(records[1].evaluate.accuracy)
    assert found.low_share[0] == pytest.approx((records[1].look_ahead.best_tau < 0.05).mean())


def test_a_method_without_pairs_has_no_rows():
    assert len(tau_dynamics(history(method="max-entropy")).cycles) == 0
