"""The charts of the lessons: what they draw is what is computed, and plotly takes it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import FakeSession
from scipy.stats import beta

from lada_explore.analysis.gradients import EstimatorErrors, GradientErrors, cdf_slope, velocity
from lada_explore.analysis.tau_dynamics import bulge, pull
from lada_explore.errors import ConfigError
from lada_explore.views import BetaShape, CdfSlopeChart, GradientErrorsChart, PolicySteps, PullChart, TauRuns
from lada_explore.views.learning.gradient_errors import gradient_errors_figure_spec
from lada_explore.views.tau.beta_charts import RANKS, beta_shape, cdf_slope_figure_spec, mass_flow, near_a_parent
from lada_explore.views.tau.lesson import policy_steps_figure_spec, pull_figure_spec, tau_runs_figure_spec


def trace(figure, name: str, axis: str | None = None):
    found = [entry for entry in go.Figure(figure).data if entry.name == name]
    return next(entry for entry in found if axis is None or (entry.xaxis or "x") == axis)


def run(**settings):
    session = FakeSession(cycles=8, **settings)
    session.run(3)
    return session


def test_at_tau_1_a_fifth_of_the_virtual_instances_is_near_a_parent_and_more_below():
    assert float(near_a_parent(1.0)) == pytest.approx(0.2)
    assert float(near_a_parent(0.05)) == pytest.approx(2 * beta.cdf(0.1, 0.05, 0.05))
    assert (np.diff(near_a_parent(np.array([0.05, 0.5, 1.0, 4.0]))) < 0).all()


def test_the_shape_is_the_density_and_its_slider_draws_it_anew():
    line = trace(beta_shape(2.0).figure, "density of λ")
    np.testing.assert_allclose(line.y, beta.pdf(line.x, 2, 2), rtol=1e-9)
    view = BetaShape(tau=0.5)
    assert "At τ = 0.50" in view.chart.spec["caption"]
    view.tau = 2.0
    assert "At τ = 2.00, 6 % of the virtual" in view.chart.spec["caption"]


def test_a_slider_refuses_a_tau_that_is_not_on_it():
    with pytest.raises(ConfigError, match="tau is 9; this slider goes from 0.05 to 4"):
        BetaShape(tau=9)


def test_the_paths_hold_their_ranks_and_the_tangents_have_the_velocity():
    figure = mass_flow(0.5).figure
    paths = trace(figure, "a draw that keeps its rank")
    taus = np.asarray(paths.x, float).reshape(len(RANKS), -1)
    lams = np.asarray(paths.y, float).reshape(len(RANKS), -1)
    assert np.isnan(lams[:, -1]).all()
    np.testing.assert_allclose(beta.cdf(lams[3, 10:-1], taus[3, 10:-1], taus[3, 10:-1]), RANKS[3], rtol=1e-6)
    tangents = trace(figure, "its velocity dλ/dτ")
    x, y = (np.asarray(values, float).reshape(len(RANKS), 3)[:, :2] for values in (tangents.x, tangents.y))
    slopes = np.diff(y, axis=1)[:, 0] / np.diff(x, axis=1)[:, 0]
    np.testing.assert_allclose(slopes, velocity(y[:, 0], 0.5), rtol=1e-6, atol=1e-9)


def test_torchs_velocity_is_drawn_as_a_slope_of_the_distribution_function():
    lam = np.array([0.1, 0.5, 0.8])
    figure = cdf_slope_figure_spec(0.7, lam, velocity(lam, 0.7)).figure
    np.testing.assert_allclose(trace(figure, "torch, at its own draws").y, cdf_slope(lam, 0.7), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(trace(figure, "differences of F").y, cdf_slope(trace(figure, "differences of F").x, 0.7),
                               atol=1e-6)  # fmt: skip
    assert "At the 3 draws" in CdfSlopeChart(0.7, (lam, velocity(lam, 0.7))).spec["caption"]


def test_the_errors_are_drawn_by_size_with_bars_of_two_standard_errors():
    found = EstimatorErrors(
        bias=np.array([-0.2, 0.1]), standard_error=np.array([0.01, 0.02]), deviation=np.array([1.0, 0.5])
    )
    still = EstimatorErrors(bias=np.array([0.3, -0.1]), standard_error=np.zeros(2), deviation=np.zeros(2))
    errors = GradientErrors(
        profile="hill", tau=0.5, exact=0.125, evaluations=np.array([2, 8]), repeats=100,
        by_estimator={"pathwise": found, "quadrature": still},
    )  # fmt: skip
    figure = gradient_errors_figure_spec(errors).figure
    bias = trace(figure, "pathwise", "x")
    assert list(bias.y) == [0.2, 0.1]
    assert list(bias.error_y.array) == [0.02, 0.04]
    assert list(trace(figure, "pathwise", "x2").y) == [1.0, 0.5]
    assert [entry.xaxis for entry in go.Figure(figure).data if entry.name == "quadrature"] == [None]
    assert "0.125" in GradientErrorsChart(errors).spec["caption"]
    assert found.rms.tolist() == pytest.approx([np.hypot(0.2, 1), np.hypot(0.1, 0.5)])


def test_runs_are_drawn_by_name_tau_left_and_the_bulge_right():
    first, second = run(), run(seed=1)
    figure = tau_runs_figure_spec({"one": first, "two": second}).figure
    expected = [records.look_ahead.tau.mean() for records in second.history[1:3]]
    np.testing.assert_allclose(trace(figure, "two", "x").y, expected, rtol=1e-6)
    expected = [bulge(records.look_ahead).mean() for records in first.history[1:3]]
    np.testing.assert_allclose(trace(figure, "one", "x2").y, expected, rtol=1e-6)
    assert TauRuns({"one": first}).spec["figure"] is not None


def test_the_policys_steps_are_drawn_for_each_run():
    session = run()
    figure = policy_steps_figure_spec({"one": session}, 2).figure
    ahead = session.history[2].look_ahead
    np.testing.assert_allclose(trace(figure, "one", "x").y, ahead.tau_by_epoch.mean(axis=1), rtol=1e-6)
    np.testing.assert_allclose(trace(figure, "one", "x2").y, ahead.tau_by_epoch.std(axis=1), rtol=1e-5)
    assert PolicySteps({"one": session}).spec["figure"] is not None


def test_the_pull_of_every_pair_is_counted_once():
    session = run()
    ahead = session.history[2].look_ahead
    picture = pull_figure_spec(ahead, 2)
    pulls = pull(ahead, float(ahead.tau_by_epoch[0].mean()))
    (bars,) = go.Figure(picture.figure).data
    assert int(np.sum(bars.y)) == len(pulls)
    against = int((pulls * pulls.mean() < 0).sum())
    assert int(np.sum(np.asarray(bars.y)[np.asarray(bars.x) < 0])) == int((pulls < 0).sum())
    assert f"{against} of {len(pulls)} pairs pull against the mean" in picture.caption
    assert PullChart(session, 2).spec["caption"] == picture.caption


def test_pairs_that_all_pull_alike_are_one_bar():
    """As those whose images and mixtures all score 0 do."""
    ahead = run().history[2].look_ahead
    picture = pull_figure_spec(replace(ahead, profile=np.zeros_like(ahead.profile)), 2)
    (bars,) = go.Figure(picture.figure).data
    assert list(bars.y) == [len(ahead.profile)]


def test_runs_that_have_nothing_to_show_are_named():
    singles = run(method="max-entropy")
    with pytest.raises(ConfigError, match="the run 'plain' has no pairs to show"):
        TauRuns({"plain": singles})
    with pytest.raises(ConfigError, match="cycle 1 has no pairs to show"):
        PullChart(singles, 1)
    with pytest.raises(ConfigError, match="the policy of the run 'fixed' learned nothing in cycle 1"):
        PolicySteps({"fixed": run(method="lada-entmix-fixed")})
