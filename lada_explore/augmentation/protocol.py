"""The protocol of an augmentation: which layers it mixes, which networks it has, and what TRAIN does with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation.acquired import Acquired
from lada_explore.augmentation.losses import PLAIN_LOSS, ClassLoss
from lada_explore.config import InitialWeights, Policy, PolicyConfig, RunConfig, TrainingConfig
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import Classifier
from lada_explore.records import ByteArray, FloatArray, IntArray, TrainRecord
from lada_explore.runtime import Runtime


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VirtualLoss:
    """Losses of the virtual batch of an epoch.

    Attributes:
        total: scalar that is minimised.
        mixed: soft cross-entropy of the virtual instances, in nats.
    """

    total: Tensor
    mixed: Tensor


class VirtualBatch(Protocol):
    """What TRAIN learns from in addition to the labelled images."""

    @property
    def networks(self) -> tuple[nn.Module, ...]:
        """Networks that are trained together with the classifier, by the same optimiser."""

    @property
    def mix_layer(self) -> int:
        """Layer after which pairs are mixed; -1 without pairs."""

    @property
    def per_epoch(self) -> int:
        """Number of steps on virtual instances at the end of each epoch: 0 or 1."""

    def size(self, n_labelled: int) -> int:
        """Number of virtual instances in one epoch, given the number of labelled images."""

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Losses of a batch of labelled images (B, D, H, W) with labels (B,). Their sum is minimised.

        Returns:
            The cross-entropy in nats of the images, weighted as `Training.class_loss` says, and that of virtual
            instances made from single images of the batch; None in place of the second if there are none.
        """

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Losses of the step at the end of an epoch; called only if `per_epoch` is 1. `rng` is that of the stage."""

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record of the stage, completed by what the epochs of this batch have to add: arrays in `own`, by name.

        TRAIN refuses an array that is not finite.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Training:
    """What an augmentation can use at the beginning of TRAIN.

    Attributes:
        classifier: the classifier that is trained.
        transformer: network that `new_transformer` made, as the last TRAIN left it; None if it made none.
        images: images of the pool, by id.
        new_ids: (B,) images that were asked in this cycle and are trained on; (0,) in the start.
        new_labels: (B,) their class indices.
        config: numbers of the training.
        shape: (D, H, W) of the images.
        runtime: device of the classifier.
        seed: seed of the stage.
        first_seed: seed of the run's first weights of networks of the augmentation's own, see `own_seed`.
        class_loss: cross-entropy for the virtual batch, with the weights of the classes.
    """

    classifier: Classifier
    transformer: nn.Module | None
    images: DeviceImages
    new_ids: IntArray
    new_labels: IntArray
    config: TrainingConfig
    shape: tuple[int, ...]
    runtime: Runtime
    seed: int
    first_seed: int = 0
    class_loss: ClassLoss = PLAIN_LOSS

    @property
    def own_seed(self) -> int:
        """Seed of new weights of the augmentation's own networks: the first one in each cycle if weights are to be."""
        same = self.config.reinitialise and self.config.initial_weights is InitialWeights.SAME
        return self.first_seed if same else self.seed


class Augmentation(Protocol):
    """Makes virtual instances.

    One that mixes pairs meets `PairMixing` too, and one of single images that looks ahead meets `Transforming`.
    """

    def mix_layers(self, classifier: Classifier) -> tuple[int, ...]:
        """Layers from which each cycle draws its mix layer; empty if the augmentation mixes no pairs."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> nn.Module | None:
        """A new network that transforms images, used in LOOK_AHEAD and trained in TRAIN; None without one.

        Its weights are part of the checkpoint of TRAIN.

        Raises:
            ConfigError: the images are too small for it.
        """

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError if the networks do not work on these images; called on torch's "meta" device."""

    def virtual_batch(self, acquired: Acquired | None, training: Training) -> VirtualBatch:
        """What TRAIN learns from in addition to the labelled images.

        Args:
            acquired: what this cycle acquired: pairs, images that are to be mixed in pairs, or images with their
                theta*. None in the start, and for single images without look-ahead.
            training: networks and device of this cycle.
        """


class PairMixing(Protocol):
    """The method of an augmentation with the capability `mixes=Mixes.PAIRS`."""

    def mix(self, first: Tensor, second: Tensor, lam: Tensor | float) -> Tensor:
        """Mix pairs: LOOK_AHEAD values such mixes, SELECT records them and TRAIN learns from them.

        It depends on its arguments alone, because LOOK_AHEAD takes a pair's acquisition for a function of lam. Targets
        are mixed linearly with the same lam.

        Args:
            first: (B, D, H, W) hidden states of x_i after the mix layer; images if that is 0.
            second: (B, D, H, W) hidden states of x'_i.
            lam: share of `first`, in [0, 1]: (B,), one for each row, or one number for all rows.

        Returns:
            (B, D, H, W) mixed states: `first` at lam = 1, `second` at lam = 0. The pathwise estimator needs them to
            be differentiable with respect to lam; see the capability `differentiable`.
        """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LookingAhead:
    """What an augmentation of single images can use in LOOK_AHEAD.

    Attributes:
        ids: (M,) candidates.
        images: images of the pool, by id.
        score: acquisition scores (B,) of normalised images (B, D, H, W), by the frozen classifier; differentiable
            unless the acquisition is declared not to be.
        unit: unit of the scores.
        transformer: network that `new_transformer` made, as TRAIN left it; what it learns here is undone afterwards.
            None if it made none.
        policy: how theta is chosen.
        config: numbers of the policy's training.
        chunk: number of images in one pass.
        gradient_chunk: number of images in one pass with a gradient.
        seed: seed of the stage.
        tick: to be called between batches with (done, total, unit); it may raise StageStopped.
    """

    ids: IntArray
    images: DeviceImages
    score: Callable[[Tensor], Tensor]
    unit: str
    transformer: nn.Module | None
    policy: Policy
    config: PolicyConfig
    chunk: int
    gradient_chunk: int
    seed: int
    tick: Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FoundTheta:
    """The parameters of the candidates' transforms that a look-ahead found.

    Attributes:
        by_epoch: (E + 1, M, K) theta before learning and after each epoch, K numbers for each image; the last row is
            theta*. Only one row (E = 0) if theta is not learned.
        loss: (E,) minus the mean score of the transforms, during each epoch.
    """

    by_epoch: FloatArray
    loss: FloatArray


class Transforming(Protocol):
    """The methods of an augmentation with the capabilities `mixes=Mixes.IMAGES` and `looks_ahead=True`."""

    def find_theta(self, context: LookingAhead) -> FoundTheta:
        """Choose the transform of every candidate, usually to maximise the scores of the transforms."""

    def transform(self, images: Tensor, theta: Tensor, transformer: nn.Module | None) -> Tensor:
        """Transforms of normalised images (B, D, H, W) with theta (B, K); they depend on theta, not on weights."""

    def transform_pixels(self, pixels: ByteArray, theta: FloatArray) -> ByteArray:
        """Pixels of the transforms of images (B, D, H, W) with theta (B, K), to be shown."""
