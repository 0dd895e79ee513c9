"""Networks: classifiers, the policy network (supplement, Tables 2 and 3), and networks that acquisitions train."""

from lada_explore.config import CLASSIFIERS
from lada_explore.models.borrowed.network import Borrowed
from lada_explore.models.classifier import Classifier
from lada_explore.models.folding import folded
from lada_explore.models.footprint import Footprint, footprint
from lada_explore.models.given import Frozen, Given
from lada_explore.models.loss_prediction import LossPrediction, ranking_loss
from lada_explore.models.mixing_regions import MixingRegions
from lada_explore.models.mlp import MLP
from lada_explore.models.policy import PolicyNetwork
from lada_explore.models.registry import Shape, new_classifier
from lada_explore.models.resnet import ResNet
from lada_explore.models.spatial_transformer import SpatialTransformer
from lada_explore.models.vae import FeatureVae, Vae, discriminator, negative_elbo, released_loss, vae_of

__all__ = [
    "CLASSIFIERS",
    "MLP",
    "Borrowed",
    "Classifier",
    "FeatureVae",
    "Footprint",
    "Frozen",
    "Given",
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
    "vae_of",
]
