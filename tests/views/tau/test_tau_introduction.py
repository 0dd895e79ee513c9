"""The introduction to tau*, and the numbers of SciPy and of LOOK_AHEAD with which its page is compared."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import betainc, betaincinv

from lada_explore import open_run
from lada_explore.analysis.tau_dynamics import policy_path
from lada_explore.errors import ConfigError
from lada_explore.lookahead.profile import GRID_AT_LEAST, acquisition_profile, profile_grid, uniform_nodes
from lada_explore.lookahead.quadrature import Quadrature
from lada_explore.views import TauIntroduction

REPOSITORY = Path(__file__).parents[3]
NUMBERS = json.loads((REPOSITORY / "tests" / "page" / "look_ahead_values.json").read_text(encoding="utf-8"))
"""What tests/page/look_ahead.test.js expects of the page."""
ADAM_RATE = 0.025
"""Of z in the page, see optimiser.js."""


def test_the_page_is_held_against_the_distribution_of_scipy():
    for case in NUMBERS["beta"]:
        tau, x = case["tau"], case["x"]
        assert case["cdf"] == pytest.approx(betainc(tau, tau, x), rel=1e-12)
        assert case["quantile"] == pytest.approx(betaincinv(tau, tau, x), rel=1e-9, abs=1e-15)


def test_the_page_is_held_against_the_profile_and_the_value_of_look_ahead():
    nodes, grid = uniform_nodes(3), profile_grid(3, GRID_AT_LEAST)
    for case in NUMBERS["look_ahead"]:
        along = torch.tensor(case["values"], dtype=torch.float64).reshape(1, 3, 1)
        profile = acquisition_profile(lambda outputs: outputs[:, 0], along, nodes, grid)
        np.testing.assert_allclose(case["profile"], profile[0].numpy(), atol=1e-6)
        found = Quadrature(profile.double(), grid, 1.0)
        tau = torch.tensor(case["taus"], dtype=torch.float64, requires_grad=True)
        value = found.value(torch.zeros(len(tau), dtype=torch.long), tau)
        value.sum().backward()
        np.testing.assert_allclose(case["value"], value.detach(), atol=1e-6)
        np.testing.assert_allclose(case["slope"], tau.grad, atol=1e-4)


def test_the_rate_of_the_page_is_that_of_a_recorded_policy_network():
    run = open_run(REPOSITORY / "data" / "runs" / "tau" / "rate-5e-5")
    path = policy_path(run.history[1].look_ahead, run.config.policy)
    logit = np.log(path.mean / (1 - path.mean))
    at = path.steps.tolist().index(100)
    assert (logit[at] - logit[0]) / 100 == pytest.approx(ADAM_RATE, rel=0.02)
    source = (REPOSITORY / "lada_explore" / "views" / "tau" / "optimiser.js").read_text(encoding="utf-8")
    assert f"ADAM_RATE = {ADAM_RATE};" in source


@pytest.mark.parametrize("values", [(1.0, 2.0), (1.0, 2.0, 3.4), (-0.1, 2.0, 1.0), (1.0, float("nan"), 1.0)])
def test_values_that_are_no_entropies_of_ten_classes_are_refused(values):
    with pytest.raises(ConfigError, match="three entropies from 0 to 3.32 bits"):
        TauIntroduction(values)


def test_a_place_without_widgets_has_its_sentences():
    assert "Drag the three points" in TauIntroduction().plain()
