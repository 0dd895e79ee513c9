"""A fake session with the features of a whole pool."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
from helpers.fakes import FakeSession

BLOCK = 100


class SessionWithPool(FakeSession):
    """Its pool of 500 images lies around the candidates; `passes` counts how often one begins."""

    data = SimpleNamespace(train=range(500))
    passes = 0

    def pool_sample(self):
        return np.arange(500)

    def pool_features(self, cycle, ids, goes_on):
        score = self.history[cycle].score
        noise = np.random.default_rng(0).normal(0, 0.1, (500, score.features.shape[1]))
        features = (np.resize(score.features, noise.shape) + noise).astype(np.float16)
        self.passes += 1
        for start in range(0, 500, BLOCK):
            if not goes_on(start):
                return
            yield ids[start : start + BLOCK], features[start : start + BLOCK]
