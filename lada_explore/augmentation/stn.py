"""A spatial transformer in front of the classifier, and the images that it transforms (supplement, section E)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation.acquired import Acquired, AcquiredTransforms
from lada_explore.augmentation.losses import PLAIN_LOSS, ClassLoss
from lada_explore.augmentation.none import NoAugmentation, RealImages
from lada_explore.augmentation.protocol import FoundTheta, LookingAhead, Training, VirtualBatch, VirtualLoss
from lada_explore.augmentation.transformed import TransformedAcquired
from lada_explore.config import ACQUISITIONS, POLICIES, Mixes, RunConfig, StnSees
from lada_explore.config.limits import one_of
from lada_explore.datasets import ImageData
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import ConfigError
from lada_explore.functional import affine_transform
from lada_explore.models import Classifier, SpatialTransformer
from lada_explore.records import ByteArray, FloatArray, TrainRecord


class TransformedImages(RealImages):
    """The labelled images through the transformer, and the newly acquired ones under their theta*.

    Args:
        transformer: spatial transformer, trained together with the classifier by the labelled images alone.
        sees: what the classifier sees of each labelled image. The supplement says "end to end" and leaves open whether
            the image itself is there too.
        acquired: transforms of the newly acquired images; None for none.
        class_loss: cross-entropy, with the weights of the classes.

    Source: Algorithm 1 (section E), lines 11 and 12.
    """

    def __init__(
        self,
        transformer: SpatialTransformer,
        sees: StnSees = StnSees.BOTH,
        acquired: TransformedAcquired | None = None,
        class_loss: ClassLoss = PLAIN_LOSS,
    ) -> None:
        super().__init__(class_loss)
        self._transformer = transformer
        self._sees = sees
        self._acquired = acquired or RealImages()
        self.networks = (transformer,)
        self.per_epoch = self._acquired.per_epoch

    def size(self, n_labelled: int) -> int:
        """Transforms of the newly acquired images, and one of each labelled image that is there beside it."""
        beside = n_labelled if self._sees is StnSees.BOTH else 0
        return beside + self._acquired.size(n_labelled)

    def labelled_loss(self, classifier: Classifier, shown: Tensor, labels: Tensor) -> tuple[Tensor, Tensor | None]:
        """Losses of images (B, D, H, W) with labels (B,), with a gradient in both networks. Source: line 11."""
        if self._sees is StnSees.TRANSFORMED:
            return self.class_loss.of_labels(classifier(self._transformer(shown)), labels), None
        return transformed_loss(classifier, self._transformer, shown, labels, self.class_loss)

    def epoch_loss(
        self, classifier: Classifier, images: DeviceImages, rng: np.random.Generator, device: torch.device
    ) -> VirtualLoss:
        """Loss of the transforms of the newly acquired images. Source: line 12."""
        return self._acquired.epoch_loss(classifier, images, rng, device)

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record with the transforms of the newly acquired images."""
        return self._acquired.recorded(record)


class Stn(NoAugmentation):
    """Transforms single images with a localisation network that is trained together with the classifier."""

    def new_transformer(self, config: RunConfig, data: ImageData) -> SpatialTransformer | None:
        """A spatial transformer that starts as the identity. Raises ConfigError if the images are too small."""
        black = tuple(-mean / std for mean, std in zip(data.mean, data.std, strict=True))
        return SpatialTransformer(data.train.shape, config.policy.theta_max, black)

    def check(self, config: RunConfig, data: ImageData) -> None:
        """Raises ConfigError if the images are too small."""
        self.new_transformer(config, data)

    def find_theta(self, context: LookingAhead) -> FoundTheta:
        """Theta by the localisation network: as training left it, or trained on to maximise the scores.

        Raises:
            ConfigError: scores without a gradient cannot be learned from.

        Source: Algorithm 1 (section E), line 4.
        """
        network = _spatial(context.transformer)
        by_epoch, loss = [predict_theta(network, context)], np.empty(0, np.float32)
        if POLICIES[context.policy].trains:
            later, loss = learn_theta(network, context)
            by_epoch += later
        return FoundTheta(by_epoch=np.stack(by_epoch), loss=loss)

    def transform(self, images: Tensor, theta: Tensor, transformer: nn.Module | None) -> Tensor:
        """Normalised images (B, D, H, W) under theta (B, 6); see `functional.affine_transform`."""
        return _spatial(transformer).transform(images, theta)

    def transform_pixels(self, pixels: ByteArray, theta: FloatArray) -> ByteArray:
        """Images (B, D, H, W) under theta (B, 6) as they look, black where the grid leaves them."""
        black = torch.zeros(pixels.shape[1])
        moved = affine_transform(torch.from_numpy(pixels).float(), torch.from_numpy(theta), black)
        shown: ByteArray = moved.round().clamp(0, 255).to(torch.uint8).numpy()
        return shown

    def virtual_batch(self, acquired: Acquired | None, training: Training) -> VirtualBatch:
        """What `training.stn_sees` and `training.stn_acquired` say. Source: Algorithm 1 (section E), lines 8, 11, 12.

        Without look-ahead there is no theta*: the newly acquired images then get the theta that the network gives them
        as the last training left it, which is our reading.
        """
        network, config = _spatial(training.transformer), training.config
        if acquired is None and len(training.new_ids):
            with torch.no_grad():
                theta = network.theta(training.images.batch(training.new_ids)).cpu().numpy()
            acquired = AcquiredTransforms(ids=training.new_ids, labels=training.new_labels, theta=theta)
        if acquired is None or not config.stn_acquired:
            return TransformedImages(network, config.stn_sees, None, training.class_loss)
        assert isinstance(acquired, AcquiredTransforms)
        moved = TransformedAcquired(self, acquired, training)
        return TransformedImages(network, config.stn_sees, moved, training.class_loss)


def _spatial(transformer: nn.Module | None) -> SpatialTransformer:
    """The network that `Stn.new_transformer` made."""
    assert isinstance(transformer, SpatialTransformer)
    return transformer


@torch.no_grad()
def predict_theta(transformer: SpatialTransformer, context: LookingAhead) -> FloatArray:
    """Theta (M, 6) of the candidates by the localisation network as it is now."""
    starts = range(0, len(context.ids), context.chunk)
    batches = (context.images.batch(context.ids[start : start + context.chunk]) for start in starts)
    theta: FloatArray = torch.cat([transformer.theta(batch).cpu() for batch in batches]).numpy()
    return theta


def learn_theta(transformer: SpatialTransformer, context: LookingAhead) -> tuple[list[FloatArray], FloatArray]:
    """Train the localisation network alone with Adam, to maximise the mean score of the candidates' transforms.

    Returns:
        theta (M, 6) after each of the E epochs, and the loss (E,): minus the mean score, during each epoch.
    """
    ids, config = context.ids, context.config
    generator = torch.Generator().manual_seed(context.seed)
    optimiser = torch.optim.Adam(transformer.parameters(), lr=config.learning_rate)
    thetas, losses, done = [], [], 0
    n_batches = config.epochs * -(-len(ids) // config.batch_size)
    for _ in range(config.epochs):
        total = torch.zeros((), dtype=torch.float64, device=next(transformer.parameters()).device)
        for rows in torch.randperm(len(ids), generator=generator).split(config.batch_size):
            optimiser.zero_grad()
            for part in rows.split(context.gradient_chunk):
                value = context.score(transformer(context.images.batch(ids[part.numpy()]))).sum()
                if not value.requires_grad:
                    raise _without_gradient(context.unit)
                (-value / len(rows)).backward()
                total -= value.detach()
            optimiser.step()
            done += 1
            context.tick(done, n_batches, "batches of transforms")
        losses.append(total.item() / len(ids))
        thetas.append(predict_theta(transformer, context))
    return thetas, np.array(losses, dtype=np.float32)


def _without_gradient(unit: str) -> ConfigError:
    policies = [
        name
        for name, policy in POLICIES.items()
        if Mixes.IMAGES in policy.mixes and policy.looks_ahead and not policy.trains
    ]
    scored = {name: entry.capabilities for name, entry in ACQUISITIONS.items()}
    others = [name for name, known in scored.items() if known.differentiable and not known.chooses_set]
    return ConfigError(
        f"the acquisition in {unit} has no gradient, so no transform can be learned from it; choose policy "
        f"{one_of(policies)}, or acquisition {one_of(others)}"
    )


def transformed_loss(
    classifier: Classifier,
    transformer: SpatialTransformer,
    batch: Tensor,
    labels: Tensor,
    class_loss: ClassLoss = PLAIN_LOSS,
) -> tuple[Tensor, Tensor]:
    """Cross-entropies in nats of a batch of images (B, D, H, W) and of their transforms, both with labels (B,).

    Source: Algorithm 1 (section E), line 11, read so that it has the real images too.
    """
    # One pass, so that batch-norm normalises over images and transforms together.
    real, moved = classifier(torch.cat([batch, transformer(batch)])).chunk(2)
    return class_loss.of_labels(real, labels), class_loss.of_labels(moved, labels)
