"""What each side of `peers.py` is given: network, data, schedule and training of a preset with a seed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from lada_explore.config import RunConfig
from lada_explore.datasets import ImageData, load_for
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.models.registry import new_classifier
from lada_explore.pool import Pool
from lada_explore.records import IntArray, Stage
from lada_explore.runtime import Runtime
from lada_explore.seeds import stage_seed, weights_seed
from lada_explore.stages.select import select_initial

PREDICTED_AT_ONCE = 256
"""Images in a pass of the other libraries that predicts; a run here chooses this number itself."""


class Side(Protocol):
    """One library with one acquisition and one seed, which goes on cycle by cycle.

    Attributes:
        labelled: (L,) ids of the labelled images.
    """

    labelled: IntArray

    def begin(self) -> float:
        """Train on the images of the start; returns the test accuracy."""

    def cycle(self) -> float:
        """Score the candidates, label the best, train and test; returns the test accuracy."""

    def close(self) -> None:
        """Release what it holds."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Given:
    """What is the same for all sides.

    Attributes:
        config: settings of the run here.
        data: the images.
        images: (N, D, H, W) normalised float32 images of the pool.
        targets: (N,) their classes.
        test_images: (T, D, H, W) normalised images to test on.
        test_targets: (T,) their classes.
        start: (L,) ids of the images that are labelled at the start.
    """

    config: RunConfig
    data: ImageData
    images: Tensor
    targets: Tensor
    test_images: Tensor
    test_targets: Tensor
    start: IntArray

    @classmethod
    def by(cls, config: RunConfig) -> Given:
        """What the settings say."""
        data, runtime = load_for(config), Runtime(torch.device("cpu"))
        sets = (data.train, data.test)
        assert data.test is not None
        shown = [DeviceImages(images, data.mean, data.std, runtime) for images in sets if images is not None]
        targets = [images.targets for images in sets if images is not None and images.targets is not None]
        start = select_initial(
            targets=targets[0],
            pool_size=len(data.train),
            n_classes=data.train.n_classes,
            per_class=config.schedule.initial_per_class,
            images=shown[0],
            seed=stage_seed(config.seed, 0, Stage.SELECT),
        )
        pool, test = (images.batch(np.arange(len(images))).contiguous() for images in shown)
        return cls(
            config=config,
            data=data,
            images=pool,
            targets=targets[0],
            test_images=test,
            test_targets=targets[1],
            start=start.query_ids,
        )

    def network(self) -> Classifier:
        """The classifier with the first weights of the run here."""
        with Runtime(torch.device("cpu")).seeded(weights_seed(self.config.seed, 0)):
            return new_classifier(self.config.classifier, self.data.input_shape, self.data.train.n_classes)

    def candidates(self, cycle: int, labelled: IntArray) -> IntArray:
        """(M,) ids that the run here would draw in this cycle, with these images labelled."""
        pool = Pool(size=len(self.targets)).with_labels(0, labelled, self.targets.numpy()[labelled])
        rng = np.random.default_rng(stage_seed(self.config.seed, cycle, Stage.SUBSAMPLE))
        return pool.draw_unlabelled(self.config.schedule.subset_size, rng)

    def accuracy(self, predicted: IntArray) -> float:
        """Share of the test images whose class (T,) was predicted."""
        return float((predicted == self.test_targets.numpy()).mean())

    def new_optimiser(self, network: torch.nn.Module) -> torch.optim.Optimizer:
        """The optimiser of one training, as TRAIN makes it."""
        return torch.optim.Adam(network.parameters(), lr=self.config.training.learning_rate, fused=True)
