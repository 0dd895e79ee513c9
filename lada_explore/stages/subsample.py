"""SUBSAMPLE: draw the candidates of a cycle from the unlabelled pool, and form pairs."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError
from lada_explore.pool import Pool
from lada_explore.records import SubsampleRecord


def subsample(
    cycle: int,
    pool: Pool,
    *,
    size: int,
    mix_layers: tuple[int, ...],
    images: DeviceImages,
    targets: Tensor | None,
    keep_images: bool,
    rng: np.random.Generator,
) -> SubsampleRecord:
    """Draw M ids; for a method with pairs, also split them into P = M / 2 disjoint pairs and draw the mix layer.

    The ids are in random order, so two consecutive ids form a random pair.

    Args:
        cycle: this cycle.
        pool: the pool.
        size: M. If fewer images are left, all of them are drawn; for pairs, one less if their number is odd.
        mix_layers: layers from which the mix layer is drawn; empty for a method without pairs.
        images: images of the pool.
        targets: (N,) true classes, only for the record; None if they are unknown.
        keep_images: whether the record keeps the pixels of the candidates.
        rng: random generator of this stage.

    Raises:
        ConfigError: no image, or no pair, is left.

    Source: section 3.3 and supplement A.2 (M = 2,000); Algorithm 1 (section E), line 3. The mix layer is drawn once a
    cycle, as in the authors' release.
    """
    n = min(size, pool.n_unlabelled)
    if mix_layers:
        n -= n % 2
    if n == 0:
        raise ConfigError(
            f"cycle {cycle} has {pool.n_unlabelled} images to choose from, because the others have a label or are "
            f"skipped, and it needs {2 if mix_layers else 1}; export the labels, or bring back skipped images"
        )
    subset_ids = pool.draw_unlabelled(n, rng)
    kept = images.thumbnails(subset_ids if keep_images else subset_ids[:0])
    true = np.full(n, -1, dtype=np.int64) if targets is None else targets[torch.from_numpy(subset_ids)].numpy()
    return SubsampleRecord(
        cycle=cycle,
        subset_ids=subset_ids,
        pair_ids=subset_ids.reshape(-1, 2) if mix_layers else np.empty((0, 2), dtype=np.int64),
        mix_layer=int(rng.choice(mix_layers)) if mix_layers else -1,
        targets=true,
        images=kept,
    )
