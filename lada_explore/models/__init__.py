"""Networks: classifiers, the policy network (supplement, Tables 2 and 3), and networks that acquisitions train."""

from collections.abc import Callable, Mapping

from lada_explore.config import ClassifierConfig, ClassifierKind
from lada_explore.models.classifier import Classifier
from lada_explore.models.folding import folded
from lada_explore.models.footprint import Footprint, footprint
from lada_explore.models.loss_prediction import LossPrediction, ranking_loss
from lada_explore.models.mixing_regions import MixingRegions
from lada_explore.models.mlp import MLP
from lada_explore.models.policy import PolicyNetwork
from lada_explore.models.resnet import ResNet
from lada_explore.models.spatial_transformer import SpatialTransformer
from lada_explore.models.vae import Vae, discriminator, negative_elbo, released_loss

Shape = tuple[int, int, int]

CLASSIFIERS: Mapping[ClassifierKind, Callable[[ClassifierConfig, Shape, int], Classifier]] = {
    ClassifierKind.RESNET: lambda config, shape, n_classes: ResNet(config, shape[0], n_classes),
    ClassifierKind.MLP: MLP,
}
"""Constructor of each kind of classifier: takes its config, the image shape (D, H, W) and C."""


def new_classifier(config: ClassifierConfig, shape: Shape, n_classes: int) -> Classifier:
    """A new classifier; its initial weights come from torch's global generator.

    Args:
        config: kind, width and blocks.
        shape: (D, H, W) of the images.
        n_classes: C.
    """
    return CLASSIFIERS[config.kind](config, shape, n_classes)


__all__ = [
    "CLASSIFIERS",
    "MLP",
    "Classifier",
    "Footprint",
    "LossPrediction",
    "MixingRegions",
    "PolicyNetwork",
    "ResNet",
    "Shape",
    "SpatialTransformer",
    "Vae",
    "discriminator",
    "folded",
    "footprint",
    "negative_elbo",
    "new_classifier",
    "ranking_loss",
    "released_loss",
]
