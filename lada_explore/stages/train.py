"""TRAIN: train the classifier on all labelled images and, in each epoch, on virtual instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, fields, replace
from functools import partial

import numpy as np
import torch
from torch import Tensor

from lada_explore.augmentation import RealImages, VirtualBatch, VirtualLoss, class_loss
from lada_explore.config import TrainingConfig, VirtualImages
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.datasets.transforms import draw_crops
from lada_explore.errors import NumericsError
from lada_explore.models import Classifier
from lada_explore.pool import Pool
from lada_explore.records import FloatArray, Stage, TrainRecord, stage_of_cycle
from lada_explore.runtime.recorded_steps import CudaRecorder, ReplayedStep, can_replay
from lada_explore.stages.early_stopping import EarlyStopping
from lada_explore.stages.joint import JointTraining
from lada_explore.stages.optimiser import OptimiserState, learning_rate, new_optimiser
from lada_explore.stages.progress import Tick

DIVERGED = 10
"""A training counts as diverged if its last loss is more than this many times the loss of guessing (ours). With
learning rates from 0.001 to 0.03, no training of 1 to 30 epochs on the digits ended above 1.6 times the loss of
guessing; with a learning rate of 100, they ended at 16 to 400,000 times."""


def train(
    cycle: int,
    classifier: Classifier,
    pool: Pool,
    *,
    images: DeviceImages,
    virtual: VirtualBatch | None = None,
    config: TrainingConfig,
    seed: int,
    device: torch.device,
    tick: Tick,
    optimiser_state: OptimiserState | None = None,
    joint: JointTraining | None = None,
    stopping: EarlyStopping | None = None,
) -> TrainRecord:
    """Train in place, with Adam by default: in each epoch all labelled images in random batches, then a virtual batch.

    The labelled images train every network. The virtual batch trains those that its loss has a gradient in: a network
    without one takes no step, not even one of the momentum.

    Args:
        cycle: this cycle.
        classifier: the classifier, trained from its current weights.
        pool: labelled ids and their labels; held-out ids are not trained on.
        images: images of the pool.
        virtual: what is trained on in addition to the labelled images, weighted as it has been told; None for nothing.
        config: how to train.
        seed: seed of this stage.
        device: device of the classifier.
        tick: called after each batch.
        optimiser_state: what a kept optimiser remembers of earlier trainings, changed in place; None for a new one.
        joint: loss of a network of the acquisition, which the labelled images alone train too; None without one.
        stopping: ends the training early and puts the best weights back; None to train for all epochs.

    Raises:
        NumericsError: a loss is not finite, or the last one is above `DIVERGED` times that of guessing.

    Source: section 3.4 and A.3; with a transformer Algorithm 1 (section E), lines 10 to 13, whose numbers stand beside
    the code. What the authors' release does otherwise is in `lada_explore.config.fidelity`.
    """
    virtual = virtual or _labelled_alone(config, pool, classifier.n_classes, device)
    rng = np.random.default_rng(seed)
    crop_flip = torch.Generator().manual_seed(seed) if config.crop_flip else None
    replays = config.cuda_graph and can_replay(device) and images.on_device
    beside = virtual.networks if joint is None else (*virtual.networks, joint.companion)
    optimiser = new_optimiser((classifier, *beside), config, optimiser_state, capturable=replays)
    of_virtual = _virtual_images(images, config, seed)
    labelled = _LabelledStep(classifier, virtual, images, pool, optimiser, device, joint)
    step = ReplayedStep(labelled, config.batch_size, CudaRecorder(device)) if replays else labelled
    n_steps = config.epochs * (len(batches(torch.arange(labelled.n), config.batch_size)) + virtual.per_epoch)
    steps, losses = _Steps(optimiser, config, n_steps, tick), _Losses()

    classifier.train()
    for _ in range(config.epochs):  # Line 10.
        for batch in batches(_plan(labelled.n, rng, crop_flip, device), config.batch_size):
            with steps.one():
                step(batch)  # Line 11.
        losses.add_labelled(*labelled.take_losses())
        if virtual.per_epoch:
            # Line 12 leaves the other networks alone also where the classifier's gradient is not cleared.
            for network in beside:
                network.zero_grad()
            epoch_loss = partial(virtual.epoch_loss, classifier, of_virtual, rng, device)
            with steps.one():
                _virtual_step(epoch_loss, optimiser, config, losses, step)  # Line 12.
        if stopping is not None and stopping.ends():
            break
    classifier.eval()  # Line 13 ends the epochs.
    record = labelled.recorded(losses.record(cycle, labelled.n, virtual, config.learning_rate, classifier.n_classes))
    return _complete(record if stopping is None else stopping.finished(record), config.learning_rate)


@dataclass(slots=True, eq=False)
class _Losses:
    """Losses of the epochs so far; they stay on the device until the end of the training."""

    labelled: list[Tensor] = field(default_factory=list)
    moved: list[Tensor] = field(default_factory=list)
    virtual: list[Tensor] = field(default_factory=list)

    def add_labelled(self, loss: Tensor, moved_loss: Tensor | None) -> None:
        """Add the loss of an epoch's labelled images, and that of virtual instances made from single images."""
        self.labelled.append(loss)
        if moved_loss is not None:
            self.moved.append(moved_loss)

    def add_virtual(self, found: VirtualLoss) -> None:
        """Add the losses of an epoch's virtual batch."""
        self.virtual.append(found.mixed.detach())

    def record(self, cycle: int, n: int, virtual: VirtualBatch, learning_rate: float, n_classes: int) -> TrainRecord:
        """The record of a finished training on n images. Raises NumericsError if it has diverged."""
        labelled = _converging(self.labelled, cycle, "training loss", learning_rate, n_classes)
        moved = _finite(self.moved, cycle, "loss of the transforms", learning_rate)
        of_batch = _finite(self.virtual, cycle, "loss of the virtual instances", learning_rate)
        return TrainRecord(
            cycle=cycle,
            n_labelled=n,
            n_virtual=virtual.size(n),
            train_loss=labelled,
            virtual_loss=of_batch if self.virtual else moved,
            transform_loss=moved if self.virtual else moved[:0],
            mix_layer=virtual.mix_layer,
        )


class _LabelledStep:
    """A step of the optimiser on labelled images. Losses are summed on the device, so that no step waits for it.

    Args:
        classifier, virtual: as in `train`.
        images: images of the pool.
        pool: labelled ids and their labels; held-out ids are not trained on.
        optimiser: optimiser of all trained parameters.
        device: device of the classifier.
        joint: as in `train`.
    """

    def __init__(
        self,
        classifier: Classifier,
        virtual: VirtualBatch,
        images: DeviceImages,
        pool: Pool,
        optimiser: torch.optim.Optimizer,
        device: torch.device,
        joint: JointTraining | None,
    ) -> None:
        known = pool.in_training_set
        self._ids, self._labels = (
            torch.from_numpy(array[known]).to(device) for array in (pool.labelled_ids, pool.labels)
        )
        self._classifier = classifier
        self._virtual = virtual
        self._images = images
        self._optimiser = optimiser
        self._joint = joint
        self._total, self._moved_total = torch.zeros((), device=device), torch.zeros((), device=device)
        self._has_moved = False
        self.n = len(self._labels)

    def __call__(self, batch: Tensor) -> None:
        """Run the step on columns (1, B) or (4, B) of the plan of an epoch."""
        rows, crops = batch[0], batch[1:]
        shown = self._images.batch(self._ids[rows], crops=crops if len(crops) else None)
        labels = self._labels[rows]
        with nullcontext() if self._joint is None else self._joint.watching(self._classifier):
            loss, moved_loss = self._virtual.labelled_loss(self._classifier, shown, labels)
        total = loss if moved_loss is None else loss + moved_loss
        _step(self._optimiser, total if self._joint is None else total + self._joint.loss(labels))
        if moved_loss is not None:
            self._has_moved = True
            self._moved_total += moved_loss.detach() * len(rows)
        self._total += loss.detach() * len(rows)

    def take_losses(self) -> tuple[Tensor, Tensor | None]:
        """Close an epoch: mean loss of its images, and of virtual instances made from single images."""
        if self._joint is not None:
            self._joint.end_epoch()
        means = self._total / self.n, self._moved_total / self.n if self._has_moved else None
        self._total.zero_()
        self._moved_total.zero_()
        return means

    def recorded(self, record: TrainRecord) -> TrainRecord:
        """The record, completed by the virtual batch and by the companion."""
        record = self._virtual.recorded(record)
        return record if self._joint is None else self._joint.recorded(record)


def _plan(n: int, rng: np.random.Generator, crop_flip: torch.Generator | None, device: torch.device) -> Tensor:
    """The plan of an epoch, a column for each image: (1, n) rows in random order, or (4, n) with crops and flips."""
    order = torch.from_numpy(rng.permutation(n))[None]
    # Copied to the device once an epoch, because a copy for each batch would make a GPU wait.
    return (order if crop_flip is None else torch.cat([order, draw_crops(n, crop_flip)])).to(device)


def batches(plan: Tensor, size: int) -> list[Tensor]:
    """Split the last axis into batches of `size`; a last batch of a single image is joined to the batch before.

    Of a single image with feature maps of 1 x 1 batch-norm has no statistics. Where it cannot be joined, as the only
    image or with `size` 1, it is normalised by the running ones, see `models.batch_norm`.
    """
    batches = list(plan.split(size, dim=-1))
    if len(batches) > 1 and batches[-1].shape[-1] == 1:
        batches[-2:] = [torch.cat(batches[-2:], dim=-1)]
    return batches


def _virtual_images(images: DeviceImages, config: TrainingConfig, seed: int) -> DeviceImages:
    """The images as the virtual batch is to see them."""
    if config.virtual_images is VirtualImages.CROP_FLIP:
        # Another stream than that of the labelled images, whose crops then do not depend on the virtual batch.
        return images.cropping(torch.Generator().manual_seed(seed + 1))
    return images.unnormalised() if config.virtual_images is VirtualImages.UNNORMALISED else images


def _labelled_alone(config: TrainingConfig, pool: Pool, n_classes: int, device: torch.device) -> RealImages:
    """What is trained on without virtual instances."""
    return RealImages(class_loss(config.class_weights, pool.labels[pool.in_training_set], n_classes, device))


class _Steps:
    """Counts the steps of a training: each has its learning rate before, and is told of after."""

    def __init__(self, optimiser: torch.optim.Optimizer, config: TrainingConfig, n_steps: int, tick: Tick) -> None:
        self._optimiser, self._config, self._n_steps, self._tick = optimiser, config, n_steps, tick
        self._done = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """One step is taken inside the block."""
        for group in self._optimiser.param_groups:
            group["lr"] = learning_rate(self._config, self._done, self._n_steps)
        yield
        self._done += 1
        self._tick(self._done, self._n_steps, "batches")


def _virtual_step(
    epoch_loss: Callable[[], VirtualLoss],
    optimiser: torch.optim.Optimizer,
    config: TrainingConfig,
    losses: _Losses,
    beside: Callable[[Tensor], None],
) -> None:
    """Take a step on the virtual batch, on a GPU that replays the others in their stream."""

    def work() -> None:
        # What the loss was computed by ends with this function: none of it may be left when a step is recorded.
        found = epoch_loss()
        losses.add_virtual(found)
        _step(optimiser, found.total, clear=config.clear_gradient)

    if isinstance(beside, ReplayedStep):
        beside.beside(work)
    else:
        work()


def _step(optimiser: torch.optim.Optimizer, loss: Tensor, *, clear: bool = True) -> None:
    if clear:
        optimiser.zero_grad()
    loss.backward()
    optimiser.step()


def _finite(losses: list[Tensor], cycle: int, what: str, learning_rate: float) -> FloatArray:
    """(E,) losses, copied from the device. Raises NumericsError if one is not finite."""
    values: FloatArray = torch.stack(losses).cpu().numpy() if losses else np.empty(0, dtype=np.float32)
    if not np.isfinite(values).all():
        epoch = int(np.flatnonzero(~np.isfinite(values))[0])
        raise _diverged(cycle, f"the {what} is {values[epoch]} in epoch {epoch + 1}", learning_rate)
    return values


def _converging(losses: list[Tensor], cycle: int, what: str, learning_rate: float, n_classes: int) -> FloatArray:
    """As `_finite`; also raises NumericsError if the last loss is above `DIVERGED` times that of guessing."""
    values = _finite(losses, cycle, what, learning_rate)
    guessing = float(np.log(n_classes))
    if len(values) and values[-1] > DIVERGED * guessing:
        found = f"the {what} is {values[-1]:.4g} nats in epoch {len(values)}, where guessing has {guessing:.2f}"
        raise _diverged(cycle, found, learning_rate)
    return values


def _complete(record: TrainRecord, learning_rate: float) -> TrainRecord:
    """The record, with what an augmentation added to it; raises NumericsError for an array that is not finite."""
    own = {name: np.asarray(values, dtype=np.float32) for name, values in record.own.items()}
    for name, values in ({entry.name: getattr(record, entry.name) for entry in fields(record)} | own).items():
        if isinstance(values, np.ndarray) and not np.isfinite(values).all():
            epoch = int(np.argwhere(~np.isfinite(values))[0, 0])
            raise _diverged(record.cycle, f"{name} is not finite in epoch {epoch + 1}", learning_rate)
    return replace(record, own=own)


def _diverged(cycle: int, found: str, learning_rate: float) -> NumericsError:
    return NumericsError(
        f"{stage_of_cycle(Stage.TRAIN, cycle)}: {found}; lower training.learning_rate, now {learning_rate:g}, in a "
        "new run: this training has diverged and is not kept, all that was committed before it is"
    )
