import numpy as np
import pytest

from lada_explore.augmentation import AcquiredImages, mix_layers_of
from lada_explore.config import AUGMENTATIONS, ClassifierConfig
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet


def test_manifold_mixup_mixes_after_the_stem_or_the_first_stage_and_input_mixup_mixes_images(tiny_classifier):
    assert mix_layers_of("manifold_mixup", tiny_classifier) == (1, 2)
    assert mix_layers_of("input_mixup", tiny_classifier) == (0,)


def test_both_layers_of_manifold_mixup_have_the_shape_that_the_policy_network_expects(tiny_images):
    classifier = ResNet(ClassifierConfig(width=6, blocks=(1, 1, 1)), 1, 3).eval()
    batch = tiny_images.batch(np.arange(2))
    shapes = {tuple(classifier.to_layer(batch, k).shape) for k in mix_layers_of("manifold_mixup", classifier)}
    assert shapes == {(2, 6, 12, 12)}


def test_an_unknown_augmentation_is_named(tiny_classifier):
    with pytest.raises(ConfigError, match="augmentation 'mixup' is unknown; the known ones are"):
        mix_layers_of("mixup", tiny_classifier)


def test_every_augmentation_has_its_fixed_tau_of_table_1():
    assert (
        AUGMENTATIONS["manifold_mixup"].capabilities.fixed_tau == configure(method="lada-entmix-fixed").fixed_tau == 2.0
    )
    assert (
        AUGMENTATIONS["input_mixup"].capabilities.fixed_tau == configure(method="lada-entinmix-fixed").fixed_tau == 0.2
    )


def test_acquired_images_are_paired_anew_each_time_and_an_odd_one_is_left_out():
    ids, labels = np.array([30, 31, 32, 33, 34]), np.array([0, 1, 2, 3, 4])
    acquired = AcquiredImages(ids=ids, labels=labels, tau=0.3, mix_layer=2)
    rng = np.random.default_rng(0)
    first, second = acquired.pairs(rng), acquired.pairs(rng)
    assert len(acquired) == len(first) == 2
    for pairs in (first, second):
        assert len(set(pairs.pair_ids.ravel().tolist())) == 4
        assert (pairs.pair_ids - 30).tolist() == pairs.labels.tolist()
        assert (pairs.tau.dtype, pairs.tau.tolist(), pairs.mix_layer) == (np.float32, [np.float32(0.3)] * 2, 2)
    assert first.pair_ids.tolist() != second.pair_ids.tolist()
