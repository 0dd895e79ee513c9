"""The classifier over the whole plane, for runs on points: what the playground draws behind them."""

from __future__ import annotations

import numpy as np
import torch

from lada_explore.datasets import ImageData
from lada_explore.datasets.transforms import normalise
from lada_explore.models import Classifier
from lada_explore.records import FloatArray
from lada_explore.runtime import Runtime

GRID_SIDE = 61
"""S, points of the grid on each side of the square: one every 8 pixels of a drawing 500 wide."""


@torch.no_grad()
def logits_on_plane(classifier: Classifier, data: ImageData, runtime: Runtime) -> FloatArray:
    """(S, S, C) logits on a grid of the square [-1, 1] x [-1, 1]: [row, column] is at y = ends[row], x = ends[column].

    Args:
        classifier: of points, in eval mode.
        data: how points are scaled for it.
        runtime: device.
    """
    ends = torch.linspace(-1, 1, GRID_SIDE)
    y, x = torch.meshgrid(ends, ends, indexing="ij")
    points = torch.stack([x, y], dim=-1).reshape(-1, 2, 1, 1)
    logits = classifier(runtime.place_states(normalise(points, data.mean, data.std)))
    on_grid: FloatArray = logits.reshape(GRID_SIDE, GRID_SIDE, -1).cpu().numpy().astype(np.float32)
    return on_grid
