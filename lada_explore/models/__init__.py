"""Networks: the classifier, split at any layer, and the policy network of the supplement's Tables 2 and 3."""

from lada_explore.models.folding import folded
from lada_explore.models.footprint import Footprint, footprint
from lada_explore.models.policy import PolicyNetwork
from lada_explore.models.resnet import ResNet

__all__ = ["Footprint", "PolicyNetwork", "ResNet", "folded", "footprint"]
