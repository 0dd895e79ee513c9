"""Networks: the classifier, the policy network (supplement, Tables 2 and 3), and those that acquisitions train."""

from lada_explore.models.folding import folded
from lada_explore.models.footprint import Footprint, footprint
from lada_explore.models.loss_prediction import LossPrediction, ranking_loss
from lada_explore.models.mixing_regions import MixingRegions
from lada_explore.models.policy import PolicyNetwork
from lada_explore.models.resnet import ResNet
from lada_explore.models.spatial_transformer import SpatialTransformer
from lada_explore.models.vae import Vae, discriminator, negative_elbo

__all__ = [
    "Footprint",
    "LossPrediction",
    "MixingRegions",
    "PolicyNetwork",
    "ResNet",
    "SpatialTransformer",
    "Vae",
    "discriminator",
    "folded",
    "footprint",
    "negative_elbo",
    "ranking_loss",
]
