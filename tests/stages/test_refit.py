"""A classifier trained on some labelled images alone, as TRAIN trains."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.small_runs import small_config, small_data

from lada_explore.augmentation import augmentation_named
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import StageStopped
from lada_explore.models import folded
from lada_explore.pool import Pool
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import no_tick
from lada_explore.stages.refit import refitting
from lada_explore.stages.train import train

IDS, LABELS = np.array([3, 50, 7, 20, 31]), np.array([0, 2, 1, 2, 1])


@pytest.fixture
def world(cpu):
    config, data = small_config("ll4al"), small_data()
    images = DeviceImages(data.train, data.mean, data.std, cpu)
    augmentation = augmentation_named("none")
    networks = Networks(config, data, images=images, augmentation=augmentation, n_classes=lambda: 3, runtime=cpu)
    return networks, images, replace(config.training, batch_size=2), cpu


def test_it_is_what_train_makes_of_new_weights_in_whole_epochs(world):
    networks, images, how, cpu = world
    found = refitting(4, networks, images, how, cpu, no_tick)(IDS, LABELS, 5, 9)
    expected = networks.new_classifier(0).requires_grad_(True)
    pool = Pool(size=60).with_labels(0, IDS, LABELS)
    # Batches of 2 and 3: 2 steps an epoch, so 5 steps are 3 epochs.
    for_three = replace(how, epochs=3)
    train(4, expected, pool, images=images, config=for_three, seed=9, device=cpu.device, tick=no_tick)
    batch = images.batch(np.arange(12))
    torch.testing.assert_close(found(batch), folded(expected)(batch))
    assert not any(parameter.requires_grad for parameter in found.parameters())


def test_the_runs_own_classifier_stays_as_it_is(world):
    networks, images, how, cpu = world
    before = {name: tensor.clone() for name, tensor in networks.weights().items()}
    refitting(4, networks, images, how, cpu, no_tick)(IDS, LABELS, 5, 9)
    assert all(torch.equal(tensor, before[name]) for name, tensor in networks.weights().items())


@pytest.mark.parametrize(
    ("reinitialise", "initial_weights", "cycle"), [(False, "new", 0), (True, "new", 4), (True, "same", 0)]
)
def test_with_one_image_it_has_the_weights_that_the_runs_classifier_started_from(
    world, reinitialise, initial_weights, cycle
):
    networks, images, how, cpu = world
    how = replace(how, reinitialise=reinitialise, initial_weights=initial_weights)
    found = refitting(4, networks, images, how, cpu, no_tick)(IDS[:1], LABELS[:1], 5, 9)
    batch = images.batch(np.arange(12))
    torch.testing.assert_close(found(batch), folded(networks.new_classifier(cycle))(batch))


def test_it_stops_between_batches(world):
    networks, images, how, cpu = world
    seen = []

    def tick(done, total, unit):
        seen.append((done, total, unit))
        if done == 2:
            raise StageStopped("stopped")

    with pytest.raises(StageStopped):
        refitting(4, networks, images, how, cpu, tick)(IDS, LABELS, 5, 9)
    assert seen == [(1, 6, "batches"), (2, 6, "batches")]
