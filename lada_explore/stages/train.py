"""TRAIN: the classifier on all labelled images, and in each epoch on virtual instances of the acquired pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lada_explore.augmentation import AdaMixupLoss, adamixup_loss
from lada_explore.config import TrainingConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.datasets.transforms import draw_crops
from lada_explore.errors import NumericsError
from lada_explore.functional import mix, soft_cross_entropy
from lada_explore.models import Classifier, MixingRegions, SpatialTransformer
from lada_explore.pool import Pool
from lada_explore.records import FloatArray, IntArray, Stage, TrainRecord
from lada_explore.runtime.recorded_steps import CudaRecorder, ReplayedStep, can_replay
from lada_explore.stages.progress import Tick

DIVERGED = 10
"""A last loss this many times that of guessing is a training that ran away (ours). From a learning rate of 0.001 to
0.03 no training of 1 to 30 epochs on the digits ended above 1.6 times; at 100 they ended at 16 to 400,000 times."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredPairs:
    """The pairs acquired in this cycle, from which virtual instances are made.

    Attributes:
        pair_ids: (Q, 2) ids.
        labels: (Q, 2) class indices.
        tau: (Q,) tau* of each pair.
        mix_layer: depth at which they are mixed.
    """

    pair_ids: IntArray
    labels: IntArray
    tau: FloatArray
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.pair_ids)

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """The same pairs in every epoch: they were chosen as pairs."""
        return self


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AcquiredImages:
    """Single images acquired in this cycle, mixed in random pairs: the paper's pipelined baselines.

    Attributes:
        ids: (B,) ids, at least 2.
        labels: (B,) class indices.
        tau: concentration of every pair.
        mix_layer: depth at which they are mixed.
    """

    ids: IntArray
    labels: IntArray
    tau: float
    mix_layer: int

    def __len__(self) -> int:
        """Number of pairs."""
        return len(self.ids) // 2

    def pairs(self, rng: np.random.Generator) -> AcquiredPairs:
        """B // 2 disjoint random pairs, drawn afresh in each epoch as in the authors' release; an odd one sits out."""
        n = len(self)
        rows = rng.permutation(len(self.ids))[: 2 * n].reshape(2, n).T
        return AcquiredPairs(
            pair_ids=self.ids[rows],
            labels=self.labels[rows],
            tau=np.full(n, self.tau, dtype=np.float32),
            mix_layer=self.mix_layer,
        )


def train(
    cycle: int,
    classifier: Classifier,
    pool: Pool,
    *,
    images: DeviceImages,
    acquired: AcquiredPairs | AcquiredImages | None,
    transformer: SpatialTransformer | None = None,
    regions: MixingRegions | None = None,
    config: TrainingConfig,
    seed: int,
    device: torch.device,
    tick: Tick,
) -> TrainRecord:
    """Train in place with a fresh Adam: each epoch all labelled images in random batches, then one virtual batch.

    Args:
        cycle: this cycle.
        classifier: starts from the weights it comes with.
        pool: labelled ids and their labels; those that are held out are left out.
        images: the pool's images.
        acquired: pairs, or images to be paired, of this cycle; None for the start and for methods without augmentation.
        transformer: trained with the classifier; the transform of every labelled image is learned from too.
        regions: trained with the classifier; the acquired images are mixed in them (AdaMixup).
        config: epochs, batch size, learning rate, crop and flip, CUDA graph.
        seed: of this stage.
        device: of the classifier.
        tick: called after each batch.

    Raises:
        NumericsError: the training has diverged: a loss is not finite, or the last one is `DIVERGED` times guessing.

    Source: section 3.4 and A.3; with a transformer Algorithm 1 (section E), lines 10 to 13. The gradient is cleared
    before the virtual step, which the authors' release omits.
    """
    rng = np.random.default_rng(seed)
    crop_flip = torch.Generator().manual_seed(seed) if config.crop_flip else None
    networks = [network for network in (classifier, transformer, regions) if network is not None]
    parameters = [parameter for network in networks for parameter in network.parameters()]
    replays = config.cuda_graph and can_replay(device) and images.on_device
    optimiser = torch.optim.Adam(parameters, lr=config.learning_rate, fused=True, capturable=replays)
    labelled = _LabelledStep(classifier, transformer, images, pool, optimiser, device)
    step = ReplayedStep(labelled, config.batch_size, CudaRecorder(device)) if replays else labelled
    n = labelled.n
    per_epoch = len(_batches(torch.arange(n), config.batch_size)) + (acquired is not None)
    losses, virtual_losses, intrusion_losses, found_regions = [], [], [], []
    classifier.train()
    for epoch in range(config.epochs):
        done = epoch * per_epoch
        for batch in _batches(_plan(n, rng, crop_flip, device), config.batch_size):
            step(batch)
            done += 1
            tick(done, config.epochs * per_epoch, "batches")
        loss, moved_loss = labelled.take_losses()
        losses.append(loss)
        if transformer is not None:
            virtual_losses.append(moved_loss)
        if acquired is not None:
            pairs = acquired.pairs(rng)
            if regions is None:
                loss = virtual_loss(classifier, pairs, images, rng, device)
                _step(optimiser, loss)
            else:
                found = regions_loss(classifier, regions, pairs, images, rng, device)
                loss = found.mixed
                _step(optimiser, loss + found.intrusion)
                intrusion_losses.append(found.intrusion.detach())
                found_regions.append(found.region.detach().cpu().numpy())
            virtual_losses.append(loss.detach())
            tick(done + 1, config.epochs * per_epoch, "batches")
    classifier.eval()
    return TrainRecord(
        cycle=cycle,
        n_labelled=n,
        n_virtual=n if transformer is not None else 0 if acquired is None else len(acquired),
        train_loss=_converging(losses, cycle, "training loss", config.learning_rate, classifier.n_classes),
        virtual_loss=_finite(virtual_losses, cycle, "loss of the virtual instances", config.learning_rate),
        mix_layer=-1 if acquired is None else acquired.mix_layer,
        intrusion_loss=_finite(intrusion_losses, cycle, "loss of the intrusion discriminator", config.learning_rate),
        region=np.stack(found_regions) if found_regions else np.empty((0, 0, 2), dtype=np.float32),
    )


class _LabelledStep:
    """A step of Adam on a batch of the labelled images; the losses add up on the device, so that nobody waits for it.

    Args:
        classifier, transformer: as for `train`.
        images: the pool's images.
        pool: labelled ids and their labels; those that are held out are left out.
        optimiser: of all that is trained.
        device: of the classifier.
    """

    def __init__(
        self,
        classifier: Classifier,
        transformer: SpatialTransformer | None,
        images: DeviceImages,
        pool: Pool,
        optimiser: torch.optim.Optimizer,
        device: torch.device,
    ) -> None:
        known = pool.in_training_set
        self._ids, self._labels = (
            torch.from_numpy(array[known]).to(device) for array in (pool.labelled_ids, pool.labels)
        )
        self._classifier = classifier
        self._transformer = transformer
        self._images = images
        self._optimiser = optimiser
        self._total, self._moved_total = torch.zeros((), device=device), torch.zeros((), device=device)
        self.n = len(self._labels)

    def __call__(self, batch: Tensor) -> None:
        """Take the step on columns (1, B) or (4, B) of an epoch's plan."""
        rows, crops = batch[0], batch[1:]
        shown = self._images.batch(self._ids[rows], crops=crops if len(crops) else None)
        if self._transformer is None:
            loss = nn.functional.cross_entropy(self._classifier(shown), self._labels[rows])
            _step(self._optimiser, loss)
        else:
            loss, moved_loss = transformed_loss(self._classifier, self._transformer, shown, self._labels[rows])
            _step(self._optimiser, loss + moved_loss)
            self._moved_total += moved_loss.detach() * len(rows)
        self._total += loss.detach() * len(rows)

    def take_losses(self) -> tuple[Tensor, Tensor]:
        """Mean loss of the images, and of their transforms, since the last call."""
        means = self._total / self.n, self._moved_total / self.n
        self._total.zero_()
        self._moved_total.zero_()
        return means


def _plan(n: int, rng: np.random.Generator, crop_flip: torch.Generator | None, device: torch.device) -> Tensor:
    """What an epoch shows, a column for each image: (1, n) rows in random order, (4, n) with their crops and flips."""
    order = torch.from_numpy(rng.permutation(n))[None]
    # One copy to the device an epoch: a copy for each batch would hold up a GPU.
    return (order if crop_flip is None else torch.cat([order, draw_crops(n, crop_flip)])).to(device)


def transformed_loss(
    classifier: Classifier, transformer: SpatialTransformer, batch: Tensor, labels: Tensor
) -> tuple[Tensor, Tensor]:
    """Cross-entropy in nats of a batch of images (B, D, H, W), and of their transforms with the same labels (B,).

    Source: Algorithm 1 (section E), lines 11 and 12.
    """
    # One pass for both, so that batch-norm sees them together.
    real, moved = classifier(torch.cat([batch, transformer(batch)])).chunk(2)
    return nn.functional.cross_entropy(real, labels), nn.functional.cross_entropy(moved, labels)


def virtual_loss(
    classifier: Classifier,
    acquired: AcquiredPairs,
    images: DeviceImages,
    rng: np.random.Generator,
    device: torch.device,
) -> Tensor:
    """Soft cross-entropy in nats of one virtual instance of each acquired pair, lam drawn afresh from Beta(tau*, tau*).

    Hidden states and targets are mixed with the same lam (manifold mixup; layer 0 is input mixup).
    """
    tau = acquired.tau.astype(np.float64)
    lam = torch.from_numpy(rng.beta(tau, tau)).to(device, torch.float32)
    # One pass for both ends of the pairs, so that batch-norm sees them together.
    hidden = classifier.to_layer(images.batch(acquired.pair_ids.T.reshape(-1)), acquired.mix_layer)
    targets = nn.functional.one_hot(torch.from_numpy(acquired.labels.T.reshape(-1)).to(device), classifier.n_classes)
    n = len(lam)
    logits = classifier.from_layer(mix(hidden[:n], hidden[n:], lam), acquired.mix_layer)
    return soft_cross_entropy(logits, mix(targets[:n].float(), targets[n:].float(), lam))


def regions_loss(
    classifier: Classifier,
    regions: MixingRegions,
    acquired: AcquiredPairs,
    images: DeviceImages,
    rng: np.random.Generator,
    device: torch.device,
) -> AdaMixupLoss:
    """AdaMixup's losses of the acquired pairs, each mixed at a place in its region that is drawn afresh, uniformly."""
    place = torch.from_numpy(rng.random(len(acquired))).to(device, torch.float32)
    first, second = (images.batch(ids) for ids in acquired.pair_ids.T)
    labels = torch.from_numpy(acquired.labels).to(device)
    targets = nn.functional.one_hot(labels, classifier.n_classes).float()
    return adamixup_loss(classifier, regions, first, second, (targets[:, 0], targets[:, 1]), place)


def _batches(plan: Tensor, size: int) -> list[Tensor]:
    """Batches of `size` along the last axis, the last one smaller; a last one of a single image joins the one before.

    Batch-norm has nothing to normalise over where the feature map of a single image is 1 x 1.
    """
    batches = list(plan.split(size, dim=-1))
    if len(batches) > 1 and batches[-1].shape[-1] == 1:
        batches[-2:] = [torch.cat(batches[-2:], dim=-1)]
    return batches


def _step(optimiser: torch.optim.Optimizer, loss: Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def _finite(losses: list[Tensor], cycle: int, what: str, learning_rate: float) -> FloatArray:
    """(E,) losses, fetched from the device once; raises NumericsError for one that is not finite."""
    values: FloatArray = torch.stack(losses).cpu().numpy() if losses else np.empty(0, dtype=np.float32)
    if not np.isfinite(values).all():
        epoch = int(np.flatnonzero(~np.isfinite(values))[0])
        raise _diverged(cycle, f"the {what} is {values[epoch]} in epoch {epoch + 1}", learning_rate)
    return values


def _converging(losses: list[Tensor], cycle: int, what: str, learning_rate: float, n_classes: int) -> FloatArray:
    """What `_finite` gives; raises NumericsError, too, for a last loss that is far above that of guessing."""
    values = _finite(losses, cycle, what, learning_rate)
    guessing = float(np.log(n_classes))
    if len(values) and values[-1] > DIVERGED * guessing:
        found = f"the {what} is {values[-1]:.4g} nats in epoch {len(values)}, where guessing has {guessing:.2f}"
        raise _diverged(cycle, found, learning_rate)
    return values


def _diverged(cycle: int, found: str, learning_rate: float) -> NumericsError:
    return NumericsError(
        f"{Stage.TRAIN} of cycle {cycle}: {found}; lower training.learning_rate, now {learning_rate:g}, in a new run: "
        "this training has diverged and is not kept, all that was committed before it is"
    )
