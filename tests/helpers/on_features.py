"""Features to train a head on, and what could make them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from helpers.small_runs import small_config, small_data
from numpy.typing import NDArray
from torch import Tensor

from lada_explore.config import Method
from lada_explore.datasets import ImageData
from lada_explore.models import Classifier
from lada_explore.session.session import Session

N_FEATURES = 16


def features_of(n: int, seed: int = 0) -> NDArray[np.float32]:
    """(n, 16) features in which the class of row i, i modulo 3, can be told; the last feature never changes."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 1, (n, N_FEATURES)) + 4 * np.eye(N_FEATURES)[np.arange(n) % 3]
    features[:, -1] = 0.3
    return features.astype(np.float32)


def small_features(data: ImageData | None = None) -> dict[str, NDArray[np.float32]]:
    """Features of `small_data`, of its pool and of its test set."""
    data = data or small_data()
    found = {"train": features_of(len(data.train))}
    return found if data.test is None else found | {"test": features_of(len(data.test), 1)}


def frozen_session(out: Path, method: str | Method = "lada-entmix", **settings: Any) -> Session:
    """A new run on `small_features`; settings as for `small_config`."""
    given = Classifier.frozen(small_features())
    return Session.create(small_config(method, **settings), out, data=small_data(), classifier=given)


def row_means(images: Tensor) -> Tensor:
    """(B, H) means of the rows of images (B, 1, H, W) in [0, 1]."""
    return images.mean(dim=(1, 3))
