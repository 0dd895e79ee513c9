"""The acquisition's part in TRAIN: a network that is trained together with the classifier, by a loss of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from lada_explore.acquisition import JointAcquisition
from lada_explore.models import Classifier
from lada_explore.records import TrainRecord

COMPANION_LOSS = "companion_loss"
"""Name of the losses in `TrainRecord.own`."""


class JointTraining:
    """The loss of the acquisition's companion, batch after batch of one training.

    The companion sees the labelled images in the same pass by which the classifier learns from them, since a second one
    would count twice in the running statistics of batch-norm.

    Args:
        acquisition: says what the loss is.
        companion: the network, trained in place.
        epochs: number of epochs of the training.
    """

    def __init__(self, acquisition: JointAcquisition, companion: nn.Module, epochs: int) -> None:
        self.companion = companion.train()
        self._acquisition = acquisition
        self._epochs = epochs
        self._seen: list[list[Tensor]] = []
        self._total, self._n = torch.zeros(()), 0
        self._means: list[Tensor] = []

    @contextmanager
    def watching(self, classifier: Classifier) -> Iterator[None]:
        """Keep what the stages and the head of the classifier put out inside the block."""
        with classifier.outputs_kept() as self._seen:
            yield

    def loss(self, labels: Tensor) -> Tensor:
        """Loss of the companion for the batch that was watched.

        An augmentation may have shown the classifier more than the B images of the batch; the first B rows of its first
        pass count, which are the images themselves where these are shown too.

        Args:
            labels: (B,) labels of the batch.
        """
        *stages, logits = (made[0][: len(labels)] for made in self._seen)
        self._seen = []
        losses = cross_entropy(logits.detach(), labels, reduction="none")
        done = len(self._means) / self._epochs
        loss = self._acquisition.companion_loss(self.companion, stages, losses, done)
        # On the device, so that no step waits for it.
        self._total = self._total.to(loss.device) + loss.detach() * len(labels)
        self._n += len(labels)
        return loss

    def end_epoch(self) -> None:
        """Close an epoch; `loss` counts those that are over."""
        self._means.append(self._total / self._n)
        self._total, self._n = torch.zeros(()), 0

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record with the mean loss of each epoch (E,)."""
        losses = torch.stack(self._means).cpu().numpy()
        return replace(record, own={**record.own, COMPANION_LOSS: losses})
