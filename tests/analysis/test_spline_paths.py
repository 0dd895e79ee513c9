"""The class probabilities along a path are read off the same curve as the profile."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.pair_records import pair_cycle

from lada_explore.acquisition import MaxEntropy
from lada_explore.analysis.pair_path import classes_along_path
from lada_explore.lookahead import acquisition_profile, profile_grid, uniform_nodes
from lada_explore.records import Curve


@pytest.mark.parametrize("curve", list(Curve))
def test_their_entropy_is_the_profile_of_a_run_with_either_curve(curve):
    nodes, grid = uniform_nodes(5), profile_grid(5, 48)
    outputs = torch.randn(2, 5, 4, generator=torch.Generator().manual_seed(0)) * 3
    profile = acquisition_profile(MaxEntropy().score, outputs, nodes, grid, curve=curve)
    records = pair_cycle()
    ahead = replace(
        records.look_ahead, nodes=nodes.float().numpy(), grid=grid.float().numpy(), outputs=outputs.numpy(), curve=curve
    )
    logits = np.zeros((4, 4), np.float32)
    for row in range(2):
        found = classes_along_path(ahead, replace(records.score, logits=logits, outputs=logits), row)
        assert len(found.classes) == 4
        entropy = -(found.probabilities * np.log2(found.probabilities)).sum(axis=0)
        np.testing.assert_allclose(entropy, profile[row], atol=1e-4)
