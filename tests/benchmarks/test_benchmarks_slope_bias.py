"""The error of dV/dtau: what it is computed by, on a profile whose slope is known."""

import sys
from pathlib import Path

import numpy as np
import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def slope_bias(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import slope_bias

    yield slope_bias
    sys.modules.pop("slope_bias")


def test_the_slope_of_a_parabola_is_an_eighth_at_a_half(slope_bias):
    grid = np.linspace(0, 1, 2001)
    profiles = np.stack([grid * (1 - grid), -grid * (1 - grid)])
    assert slope_bias.slope(grid, profiles, 0.5) == pytest.approx([1 / 8, -1 / 8], abs=1e-5)


def test_errors_have_their_sign_in_the_bias_and_their_size_in_the_rest(slope_bias):
    found = slope_bias.errors(np.array([1.0, 0.0]), np.array([0.0, 3.0]))
    assert found == {"bias": -1.0, "rms": pytest.approx(5**0.5), "largest": 3.0}
