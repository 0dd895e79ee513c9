"""Image sets: from the catalogue, or a person's own folders and arrays."""

from lada_explore.datasets.catalogue import CATALOGUE, load, load_for
from lada_explore.datasets.feature_set import FeatureSet
from lada_explore.datasets.handed_over import named
from lada_explore.datasets.image_set import ImageData, ImageSet

__all__ = ["CATALOGUE", "FeatureSet", "ImageData", "ImageSet", "load", "load_for", "named"]
