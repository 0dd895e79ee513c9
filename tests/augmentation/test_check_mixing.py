"""What is asked of a mix before a run, of one that is right but for a single thing."""

from __future__ import annotations

import pytest
import torch

from lada_explore.augmentation import InputMixup, check_mixing
from lada_explore.errors import ConfigError
from lada_explore.functional import mix as linear_mix

SHAPE = (2, 3, 4)


def check(mix, linear=True):
    augmentation = InputMixup()
    augmentation.mix = mix
    check_mixing("mine", augmentation, linear, SHAPE)


def test_a_linear_mix_is_taken_also_where_it_is_said_not_to_be_linear():
    check(linear_mix)
    check(linear_mix, linear=False)


def test_the_states_that_are_tried_are_drawn_beside_torchs_generator():
    state = torch.get_rng_state()
    check(linear_mix)
    assert torch.equal(torch.get_rng_state(), state)


def test_a_difference_of_a_rounding_is_none():
    def rounded(first, second, lam):
        inner = isinstance(lam, float) and 0 < lam < 1
        return linear_mix(first, second, lam) + (4e-6 if inner else 0)

    check(rounded)


@pytest.mark.parametrize("end", [0.0, 1.0])
def test_each_end_of_the_path_is_one_of_the_two_states(end):
    def wrong_at_one_end(first, second, lam):
        return linear_mix(first, second, lam) + (0.01 if not torch.is_tensor(lam) and lam == end else 0)

    with pytest.raises(
        ConfigError, match=r"^method 'mix' of augmentation 'mine' does not give the first states at lam"
    ):
        check(wrong_at_one_end)


def test_one_number_gives_what_a_row_of_it_gives_to_a_hundredth_of_a_thousandth():
    def other_in_rows(first, second, lam):
        return linear_mix(first, second, lam) + (1e-3 if torch.is_tensor(lam) else 0)

    with pytest.raises(ConfigError, match=r"gives other states for lam = 0.4 than for a row of the same lam"):
        check(other_in_rows)


def test_a_mix_that_bends_is_refused_where_it_is_said_to_be_linear_only():
    def bent(first, second, lam):
        share = torch.as_tensor(lam).reshape(-1, 1, 1, 1)
        return linear_mix(first, second, lam) + 1e-3 * share * (1 - share)

    check(bent, linear=False)
    with pytest.raises(ConfigError, match=r"'mine' is not linear; declare linear=False in its line"):
        check(bent)


def test_states_of_another_shape_are_named():
    with pytest.raises(
        ConfigError, match=r"makes states of shape \(2, 2, 3, 3\) from states of shape \(2, 2, 3, 4\); keep the shape"
    ):
        check(lambda first, second, lam: linear_mix(first, second, lam)[..., 1:])
