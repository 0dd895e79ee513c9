"""What is asked of an augmentation and its mix before a run, of one that is right but for a single thing."""

from __future__ import annotations

import pytest
import torch

from lada_explore.augmentation import InputMixup, NoAugmentation, Stn, augmentation_named, check_mixing
from lada_explore.augmentation.declared import check_announced
from lada_explore.config import AugmentationCapabilities, Mixes
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


OF_PAIRS = AugmentationCapabilities(title="mine", mixes=Mixes.PAIRS, looks_ahead=True, fixed_tau=1.0)
OF_IMAGES = AugmentationCapabilities(title="mine", mixes=Mixes.IMAGES, looks_ahead=True)


@pytest.mark.parametrize(
    ("capabilities", "kind", "method", "declared"),
    [
        (OF_PAIRS, InputMixup, "mix", "mixes=Mixes.PAIRS"),
        (OF_IMAGES, Stn, "find_theta", "looks_ahead=True"),
        (OF_IMAGES, Stn, "transform", "looks_ahead=True"),
        (OF_IMAGES, Stn, "transform_pixels", "looks_ahead=True"),
    ],
)
def test_a_method_that_is_announced_must_be_there(capabilities, kind, method, declared, monkeypatch):
    check_announced("mine", kind(), capabilities)
    monkeypatch.setattr(kind, method, None)
    sentence = (
        f"^augmentation 'mine' has no method '{method}'; add it to {kind.__name__}, or take {declared} out of its line "
        "in config/catalogue.py$"
    )
    with pytest.raises(ConfigError, match=sentence):
        check_announced("mine", kind(), capabilities)


@pytest.mark.parametrize("capabilities", [{"mixes": Mixes.NOTHING}, {"mixes": Mixes.IMAGES}])
def test_without_pairs_or_looking_ahead_no_method_is_asked_for(capabilities):
    check_announced("mine", NoAugmentation(), AugmentationCapabilities(title="mine", **capabilities))


def test_an_augmentation_is_asked_for_its_methods_when_it_is_made_and_an_unknown_one_is_named(monkeypatch):
    assert isinstance(augmentation_named("input_mixup"), InputMixup)
    with pytest.raises(ConfigError, match="'moxup'"):
        augmentation_named("moxup")
    monkeypatch.setattr(InputMixup, "mix", None)
    with pytest.raises(ConfigError, match="augmentation 'input_mixup' has no method 'mix'"):
        augmentation_named("input_mixup")
