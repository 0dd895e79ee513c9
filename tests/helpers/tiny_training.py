"""What an augmentation is given at the beginning of TRAIN."""

from typing import Any

import numpy as np

from lada_explore.augmentation import Training
from lada_explore.config import TrainingConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.runtime import Runtime

ONE_EPOCH = TrainingConfig(epochs=1, learning_rate=1e-2, batch_size=3)


def training_of(images: DeviceImages, runtime: Runtime, ids: Any, labels: Any = None, **others: Any) -> Training:
    """On the 1 x 12 x 12 tiny images, with seed 0.

    Args:
        images: the tiny images.
        runtime: where they are.
        ids: (B,) newly acquired images.
        labels: (B,) their class indices; `ids` modulo 3 when None.
        others: other fields of `Training`: there is no transformer, and no classifier, unless one is given here.
    """
    fields = {"classifier": None, "transformer": None, "config": ONE_EPOCH, "shape": (1, 12, 12), "seed": 0} | others
    new_labels = np.asarray(ids) % 3 if labels is None else labels
    return Training(images=images, runtime=runtime, new_ids=ids, new_labels=new_labels, **fields)
