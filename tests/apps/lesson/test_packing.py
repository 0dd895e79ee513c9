"""Values of a page: packed and unpacked again."""

from __future__ import annotations

import numpy as np
import pytest

from lada_explore.apps.lesson.packing import COARSE, FINE, Packer, restored, unpacked
from lada_explore.views.base.wire import to_wire


def test_what_is_packed_comes_back_and_equal_bytes_are_held_once():
    packer = Packer()
    state = to_wire({"x": np.arange(5.0), "ids": np.array([[1, -2], [3, 400]]), "name": "</script>", "none": None})
    values = [packer.take(state), packer.take(state)]
    back, content = unpacked(packer.packed(values))
    assert len(content) == 5 * 4 + 4 * 4
    for copy in restored(back, content):
        np.testing.assert_array_equal(copy["x"], np.arange(5.0))
        np.testing.assert_array_equal(copy["ids"], [[1, -2], [3, 400]])
        assert copy["name"] == "</script>"
        assert copy["none"] is None


@pytest.mark.parametrize("count", [FINE, COARSE])
def test_an_array_in_steps_is_off_by_half_a_step_at_most_and_exact_at_both_ends(rng, count):
    values = np.concatenate([rng.uniform(-3, 7, 200), [-3, 7]]).astype(np.float32).reshape(2, 101)
    packer = Packer()
    back, content = unpacked(packer.packed(packer.take(to_wire(values), steps=count)))
    shown = restored(back, content)
    assert shown.shape == (2, 101)
    assert np.abs(shown - values).max() <= 10 / count / 2 + 1e-6
    assert (shown.min(), shown.max()) == (-3, 7)


@pytest.mark.parametrize("values", [np.full(50, 2.5), np.append(np.arange(50.0), np.nan)])
def test_a_constant_and_an_array_that_is_not_finite_come_back_as_they_were(values):
    packer = Packer()
    back, content = unpacked(packer.packed(packer.take(to_wire(values), steps=FINE)))
    np.testing.assert_array_equal(restored(back, content), values.astype(np.float32))


def test_plain_numbers_keep_six_figures():
    packer = Packer()
    assert packer.take([1 / 3, 12345.678, 7, True]) == [0.333333, 12345.7, 7, True]
