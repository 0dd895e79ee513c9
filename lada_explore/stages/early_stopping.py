"""Ends a training that no longer gets better on the held-out answers (`training.patience`)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.pool import Pool
from lada_explore.records import TrainRecord

HELD_OUT_LOSS = "held_out_loss"
"""Name of the losses in `TrainRecord.own`."""


class EarlyStopping:
    """Tests the classifier on the held-out answers after each epoch, and keeps what TRAIN changes at its best.

    Nothing is drawn at random here, so that a training that is not stopped is the same with and without.

    Args:
        classifier: the classifier that is trained.
        pool: labelled ids and their labels, of which those that are held out count.
        images: images of the pool.
        patience: epochs in a row without a lower loss after which the training ends.
        trained: function that returns everything that TRAIN changes, by name: the tensors themselves.
        chunk: number of images in one pass.
    """

    def __init__(
        self,
        classifier: Classifier,
        pool: Pool,
        images: DeviceImages,
        *,
        patience: int,
        trained: Callable[[], Mapping[str, Tensor]],
        chunk: int,
    ) -> None:
        held_out = pool.in_test_set
        self._ids, self._labels = pool.labelled_ids[held_out], torch.from_numpy(pool.labels[held_out])
        self._classifier, self._images, self._trained = classifier, images, trained
        self._patience, self._chunk = patience, chunk
        self._losses: list[float] = []
        self._best: dict[str, Tensor] = {}

    def ends(self) -> bool:
        """Close an epoch; True if the training is to end with it."""
        loss = self._loss()
        if not self._losses or loss < min(self._losses):
            self._best = {name: tensor.clone() for name, tensor in self._trained().items()}
        self._losses.append(loss)
        return len(self._losses) - 1 - int(np.argmin(self._losses)) >= self._patience

    def finished(self, record: TrainRecord) -> TrainRecord:
        """Put what belongs to the best epoch back.

        Returns:
            The record with the mean cross-entropy (E,) in nats of the held-out answers after each epoch.
        """
        now = self._trained()
        for name, tensor in self._best.items():
            now[name].copy_(tensor)
        return replace(record, own={**record.own, HELD_OUT_LOSS: np.array(self._losses, dtype=np.float32)})

    @torch.no_grad()
    def _loss(self) -> float:
        """Mean cross-entropy in nats of the held-out answers; every class counts as it comes."""
        self._classifier.eval()
        parts = []
        for start in range(0, len(self._ids), self._chunk):
            logits = self._classifier(self._images.batch(self._ids[start : start + self._chunk])).float().cpu()
            parts.append(cross_entropy(logits, self._labels[start : start + self._chunk], reduction="none"))
        self._classifier.train()
        return torch.cat(parts).double().mean().item()
