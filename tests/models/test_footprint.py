import torch

from lada_explore.config import ClassifierConfig
from lada_explore.models import ResNet, footprint


def test_the_maps_of_a_small_network_counted_by_hand():
    classifier = ResNet(ClassifierConfig(width=2, blocks=(1, 1)), channels=1, n_classes=3).eval()
    found = footprint(classifier, torch.zeros(1, 1, 12, 12))
    large, small = 4 * 2 * 12 * 12, 4 * 4 * 6 * 6
    assert found.largest == large
    # Stem: convolution, norm, ReLU. Each block's path has five layers. The first shortcut passes its input on, the
    # second takes every other pixel of 2 channels (half of `small`), then convolution and norm. Last come the logits.
    assert found.total == 3 * large + (5 + 1) * large + (5 + 0.5 + 2) * small + 4 * 3
    assert (found.scoring, found.differentiating) == (6 * large, 2 * found.total + 6 * large)


def test_counting_leaves_no_hook_behind(tiny_classifier):
    footprint(tiny_classifier, torch.zeros(1, 1, 12, 12))
    assert not any(module._forward_hooks for module in tiny_classifier.modules())
