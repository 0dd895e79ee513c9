"""Predictions of the classifier on a grid over the plane, for runs on points; the playground draws them."""

from __future__ import annotations

import numpy as np
import torch

from lada_explore.datasets import ImageData
from lada_explore.datasets.transforms import normalise
from lada_explore.models import Classifier
from lada_explore.records import FloatArray
from lada_explore.runtime import Runtime

GRID_SIDE = 61
"""S, number of grid points along each side of the square: one every 8 pixels of a drawing 500 pixels wide."""


@torch.no_grad()
def logits_on_plane(classifier: Classifier, data: ImageData, runtime: Runtime) -> FloatArray:
    """(S, S, C) logits on a uniform grid of the square [-1, 1] x [-1, 1]; rows are y and columns x, both increasing.

    Args:
        classifier: a classifier of points, in eval mode.
        data: image set that gives the normalisation of points.
        runtime: device.
    """
    ends = torch.linspace(-1, 1, GRID_SIDE)
    y, x = torch.meshgrid(ends, ends, indexing="ij")
    points = torch.stack([x, y], dim=-1).reshape(-1, 2, 1, 1)
    logits = classifier(runtime.place_states(normalise(points, data.mean, data.std)))
    on_grid: FloatArray = logits.reshape(GRID_SIDE, GRID_SIDE, -1).cpu().numpy().astype(np.float32)
    return on_grid
