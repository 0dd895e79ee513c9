"""Features of a frozen backbone: computed once for each image, and kept on disk."""

from lada_explore.features.backbone import Backbone, backbone_named, backbone_of
from lada_explore.features.embedding import Embedded, embedded, features_of

__all__ = ["Backbone", "Embedded", "backbone_named", "backbone_of", "embedded", "features_of"]
