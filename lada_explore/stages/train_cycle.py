"""TRAIN of a cycle: what `train` is called with, from the records and the networks of a run."""

from __future__ import annotations

import numpy as np

from lada_explore.augmentation import Augmentation, Training, class_loss
from lada_explore.config import RunConfig
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import OracleError
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, IntArray, TrainRecord
from lada_explore.runtime import Runtime
from lada_explore.stages.acquired import acquired_in, new_labels, without_absent
from lada_explore.stages.early_stopping import EarlyStopping
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import Tick
from lada_explore.stages.train import train


def train_cycle(
    done: CycleRecords,
    pool: Pool,
    *,
    config: RunConfig,
    networks: Networks,
    augmentation: Augmentation,
    images: DeviceImages,
    shape: tuple[int, int, int],
    runtime: Runtime,
    seed: int,
    tick: Tick,
) -> TrainRecord:
    """Train the networks of a run on what is labelled and on virtual instances of what this cycle acquired.

    Args:
        done: records of the earlier stages.
        pool: labelled ids and their labels.
        config: settings of the run.
        networks: trained in place.
        augmentation: of the method; makes the virtual instances.
        images: images of the pool.
        shape: (D, H, W) of the images.
        runtime: device of the networks.
        seed: seed of the stage.
        tick: called after each batch.

    Raises:
        OracleError: the labels are all of one class.
    """
    labels, done = _labels_to_train_on(pool), without_absent(done, pool.absent_ids)
    if done.cycle == 0:
        networks.fit_classes()
    classifier, (new_ids, classes) = networks.classifier, new_labels(done)
    training = Training(
        classifier=classifier,
        transformer=networks.transformer,
        images=images,
        new_ids=new_ids,
        new_labels=classes,
        config=config.training,
        shape=shape,
        runtime=runtime,
        seed=seed,
        first_seed=networks.first_seed_of_others,
        class_loss=class_loss(config.training.class_weights, labels, classifier.n_classes, runtime.device),
    )
    layers = augmentation.mix_layers(classifier)
    virtual = augmentation.virtual_batch(acquired_in(done, config, layers, seed), training)
    if config.training.reinitialise:
        networks.reinitialise(done.cycle)
    # Seeded for networks with dropout, which draws from torch's own generator.
    with networks.trainable(), runtime.seeded(seed):
        return train(
            done.cycle,
            classifier,
            pool,
            images=images,
            virtual=virtual,
            config=config.training,
            seed=seed,
            device=runtime.device,
            tick=tick,
            optimiser_state=networks.optimiser_state,
            joint=networks.joint_training(),
            stopping=_early_stopping(config.training.patience, networks, pool, images),
        )


def _labels_to_train_on(pool: Pool) -> IntArray:
    """(L,) class indices; raises OracleError if they are all of one class."""
    labels = pool.labels[pool.in_training_set]
    if len(classes := np.unique(labels)) < 2:
        raise OracleError(
            f"the labels to train on are of {len(classes)} class, and training needs 2; undo an answer that is "
            "wrong, or start a run in which more images are asked at the start"
        )
    return labels


def _early_stopping(patience: int | None, networks: Networks, pool: Pool, images: DeviceImages) -> EarlyStopping | None:
    """What ends TRAIN early; None without `training.patience`, and while no answer is held out."""
    if patience is None or not pool.in_test_set.any():
        return None
    chunk = networks.scoring_chunk()
    return EarlyStopping(networks.classifier, pool, images, patience=patience, trained=networks.weights, chunk=chunk)
