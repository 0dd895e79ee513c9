"""The head of a frozen network: it meets what the stages ask of a classifier, with features as layer 0."""

import pytest
import torch

from lada_explore.augmentation import augmentation_named
from lada_explore.config import ClassifierConfig, HeadConfig
from lada_explore.models import folded, footprint, new_classifier
from lada_explore.models.head import Head
from lada_explore.models.vae import FeatureVae, Vae, vae_of


@pytest.fixture(params=[0, 5])
def head(request):
    made = Head(HeadConfig(hidden=request.param), 4, 3)
    return made.eval().requires_grad_(False)


def test_a_linear_head_is_one_product(head):
    """Logits by hand; a hidden layer has ReLUs before it."""
    features = torch.randn(2, 4, 1, 1)
    seen = features.flatten(1)
    if head.stage_widths == [5]:
        layer = head.segments[0][1]
        seen = (seen @ layer.weight.T + layer.bias).relu()
    assert isinstance(head.head, torch.nn.Linear)
    torch.testing.assert_close(head(features), seen @ head.head.weight.T + head.head.bias)
    torch.testing.assert_close(head.features_from_layer(features, 0), seen)


def test_every_pair_augmentation_mixes_the_features(head):
    assert [augmentation_named(name).mix_layers(head) for name in ("manifold_mixup", "input_mixup", "adamixup")] == [
        (0,),
        (0,),
        (0,),
    ]
    assert head.shape_after(0, (4, 1, 1)) == (4, 1, 1)


def test_its_one_stage_is_what_the_last_layer_sees(head):
    """By each way in which other networks see it."""
    features = torch.randn(2, 4, 1, 1)
    stages, logits = head.stages_and_logits(features, 0)
    with head.outputs_kept() as kept, head.features_kept() as seen:
        passed = head(features)
    assert [stage.shape[1] for stage in stages] == head.stage_widths
    torch.testing.assert_close(logits, passed)
    torch.testing.assert_close(kept[0][0].float(), stages[0])
    torch.testing.assert_close(kept[1][0], passed)
    torch.testing.assert_close(seen[0], stages[0].flatten(1))


def test_it_folds_is_measured_and_trains_as_a_whole(head):
    features = torch.randn(1, 4, 1, 1)
    torch.testing.assert_close(folded(head)(features), head(features))
    assert footprint(head, features).largest >= 4 * 3
    assert all(parameter.requires_grad for parameter in head.requires_grad_(True).parameters())


def test_a_kind_of_features_makes_it():
    config = ClassifierConfig(kind="features:a.npy")
    made = new_classifier(config, (7, 1, 1), 3, head=HeadConfig(hidden=2))
    assert (type(made), made.stage_widths, made.head.in_features) == (Head, [2], 2)
    assert new_classifier(config, (7, 1, 1), 3).head.in_features == 7


def test_the_autoencoder_of_features_codes_and_decodes_vectors():
    """One of images is taken for images; a single labelled image can be a batch."""
    vae = vae_of((6, 1, 1), 2, 3)
    assert isinstance(vae, FeatureVae)
    assert isinstance(vae_of((1, 12, 12), 2, 3), Vae)
    mean, log_variance = vae.encode(torch.randn(1, 6, 1, 1))
    assert mean.shape == log_variance.shape == (1, 3)
    assert vae.decode(mean).shape == (1, 6, 1, 1)
