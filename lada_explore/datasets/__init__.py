"""Image sets: uint8 pixels in memory, from the catalogue or from a person's own folder."""

from lada_explore.datasets.catalogue import CATALOGUE, load
from lada_explore.datasets.image_set import ImageData, ImageSet

__all__ = ["CATALOGUE", "ImageData", "ImageSet", "load"]
