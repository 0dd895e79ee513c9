"""A multilayer perceptron: the classifier of points on the plane."""

from __future__ import annotations

from math import prod

from torch import nn

from lada_explore.config import ClassifierConfig
from lada_explore.models.classifier import Classifier


class MLP(Classifier):
    """Linear layers with ReLUs. Each segment returns `width` numbers as a feature map of one pixel.

    Layer 0 is the image (a point is an image of two channels and one pixel), layer k the output of segment k. Hidden
    states are (B, width, 1, 1), so that all code that mixes, scores or records feature maps works on them.

    Args:
        config: width, and in `blocks` the number of linear layers of each segment.
        shape: (D, H, W) of the images, whose D * H * W numbers are the input.
        n_classes: C.
    """

    def __init__(self, config: ClassifierConfig, shape: tuple[int, int, int], n_classes: int) -> None:
        segments, n_inputs = [], prod(shape)
        for n_linear in config.blocks:
            layers: list[nn.Module] = [nn.Flatten()]
            for _ in range(n_linear):
                layers += [nn.Linear(n_inputs, config.width), nn.ReLU()]
                n_inputs = config.width
            segments.append(nn.Sequential(*layers, nn.Unflatten(1, (config.width, 1, 1))))
        super().__init__(segments, config.width, n_classes, [config.width] * (len(segments) - 1))
