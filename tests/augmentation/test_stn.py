"""The spatial transformer as an augmentation: what it learns, what it shows, what it fills with black."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.by_hand import by_hand
from helpers.small_runs import small_config
from helpers.tiny_training import training_of

from lada_explore.augmentation import AcquiredTransforms, LookingAhead, Stn
from lada_explore.config import PolicyConfig
from lada_explore.errors import ConfigError
from lada_explore.models import SpatialTransformer
from lada_explore.models.spatial_transformer import IDENTITY
from lada_explore.records import TrainRecord
from lada_explore.stages.progress import no_tick

IDS = np.array([3, 50, 22, 17, 8, 41, 0])
CONFIG = PolicyConfig(epochs=2, batch_size=3, learning_rate=5e-3)


def brightest(images):
    """A score with a gradient: the sum of the right half."""
    return images[..., 6:].sum(dim=(1, 2, 3))


@pytest.fixture
def transformer():
    network = SpatialTransformer((1, 12, 12), 0.3, (-0.5 / 0.3,))
    torch.nn.init.normal_(network.layers[-1].weight, std=0.1)
    return network.eval()


@pytest.fixture
def context(tiny_images, transformer):
    return LookingAhead(
        ids=IDS,
        images=tiny_images,
        score=brightest,
        unit="light",
        transformer=transformer,
        policy="learned",
        config=CONFIG,
        chunk=4,
        gradient_chunk=2,
        seed=5,
        tick=no_tick,
    )


def test_it_learns_what_a_plain_loop_over_whole_batches_learns(context, transformer, tiny_images):
    plain, points = copy.deepcopy(transformer), []
    found = Stn().find_theta(replace(context, tick=lambda *point: points.append(point)))
    generator, images = torch.Generator().manual_seed(5), tiny_images.batch(IDS)
    optimiser = torch.optim.Adam(plain.parameters(), lr=5e-3)
    thetas, losses = [plain.theta(images).detach()], []
    for _ in range(2):
        worth = []
        for rows in torch.randperm(7, generator=generator).split(3):
            scores = brightest(plain(images[rows]))
            optimiser.zero_grad()
            (-scores.sum() / len(rows)).backward()
            optimiser.step()
            worth += scores.tolist()
        losses.append(-sum(worth) / 7)
        thetas.append(plain.theta(images).detach())
    np.testing.assert_allclose(found.by_epoch, torch.stack(thetas).numpy(), atol=2e-4)
    np.testing.assert_allclose(found.loss, losses, rtol=1e-4)
    assert np.abs(found.by_epoch[2] - found.by_epoch[0]).max() > 5e-3
    assert (found.by_epoch.dtype, found.loss.dtype) == (np.float32, np.float32)
    assert points == [(n, 6, "batches of transforms") for n in range(1, 7)]


def test_without_learning_theta_is_what_the_network_says_and_nothing_is_lost(context, transformer, tiny_images):
    found = Stn().find_theta(replace(context, policy="fixed"))
    np.testing.assert_allclose(
        found.by_epoch, transformer.theta(tiny_images.batch(IDS)).detach().numpy()[None], atol=1e-6
    )
    assert (found.loss.shape, found.loss.dtype) == ((0,), np.float32)


def test_where_there_is_no_gradient_what_has_one_is_offered(context):
    with pytest.raises(ConfigError) as refused:
        Stn().find_theta(replace(context, score=lambda images: brightest(images).detach()))
    said = str(refused.value)
    assert said.startswith("the acquisition in light has no gradient, so no transform can be learned from it; choose")
    policies, acquisitions = said.partition("choose policy ")[2].split(", or acquisition ")
    assert policies == "'fixed'"
    assert "'max_entropy'" in acquisitions
    assert not any(f"'{name}'" in acquisitions for name in ("random", "badge", "coreset"))


def test_pixels_stay_as_they_are_under_the_identity_and_black_comes_in_from_outside():
    pixels = np.array([[[[0, 255, 7, 128], [1, 2, 3, 4], [254, 0, 255, 9], [5, 6, 0, 255]]]], np.uint8)
    theta = np.array([IDENTITY], np.float32)
    assert Stn().transform_pixels(pixels, theta).tolist() == pixels.tolist()
    theta[0, 2] = 0.5  # a quarter of the width: each pixel is that on its right
    moved = Stn().transform_pixels(pixels, theta)
    assert moved.dtype == np.uint8
    assert moved.tolist() == [[[[255, 7, 128, 0], [2, 3, 4, 0], [0, 255, 9, 0], [6, 0, 255, 0]]]]
    theta[0, 2] = 0.25  # half a pixel: means of neighbours, rounded to even
    assert Stn().transform_pixels(pixels, theta)[0, 0, 0].tolist() == [128, 131, 68, 64]


def test_outside_of_a_normalised_image_it_is_as_black_as_a_black_pixel(tiny_data):
    data = replace(tiny_data, mean=(0.4,), std=(0.2,))
    network = Stn().new_transformer(small_config(), data)
    theta = torch.tensor([IDENTITY])
    theta[0, 2] = 10.0
    torch.testing.assert_close(network.transform(torch.ones(1, 1, 12, 12), theta), torch.full((1, 1, 12, 12), -2.0))
    assert network.theta_max == small_config().policy.theta_max
    torch.testing.assert_close(network.theta(torch.randn(2, 1, 12, 12)), torch.tensor([IDENTITY] * 2))


@pytest.fixture
def training(tiny_images, transformer, tiny_classifier, cpu):
    return training_of(tiny_images, cpu, IDS, classifier=tiny_classifier, transformer=transformer)


@pytest.mark.parametrize("found", [False, True], ids=["by the network", "found by looking ahead"])
def test_train_learns_from_the_new_images_under_their_theta_and_records_them(training, transformer, found):
    theta = transformer.theta(training.images.batch(IDS)).detach().numpy()
    acquired = None
    if found:
        theta = theta + np.float32(0.1)
        acquired = AcquiredTransforms(ids=IDS, labels=IDS % 3, theta=theta)
    batch = Stn().virtual_batch(acquired, replace(training, config=replace(training.config, stn_acquired=True)))
    assert batch.per_epoch == 1
    moved = transformer.transform(training.images.batch(IDS), torch.from_numpy(theta))
    expected = torch.nn.functional.cross_entropy(training.classifier(moved), torch.from_numpy(IDS % 3))
    loss = batch.epoch_loss(training.classifier, training.images, np.random.default_rng(0), torch.device("cpu"))
    torch.testing.assert_close(loss.total, expected)
    torch.testing.assert_close(loss.mixed, expected)
    record = batch.recorded(by_hand(TrainRecord, cycle=1, n_labelled=7, n_virtual=7, mix_layer=-1))
    assert record.transformed_ids.tolist() == IDS.tolist()
    np.testing.assert_allclose(record.transformed_theta, theta, atol=1e-6)
    assert np.array_equal(
        record.transformed_images, Stn().transform_pixels(training.images.pixels(IDS).numpy(), record.transformed_theta)
    )


def test_the_start_has_no_new_images_and_a_setting_leaves_them_out(training):
    acquired = AcquiredTransforms(ids=IDS, labels=IDS % 3, theta=np.tile(np.float32(IDENTITY), (7, 1)))
    start = replace(training, new_ids=IDS[:0], new_labels=IDS[:0])
    left_out = replace(training, config=replace(training.config, stn_acquired=False))
    for batch in (Stn().virtual_batch(None, start), Stn().virtual_batch(acquired, left_out)):
        assert batch.per_epoch == 0
        record = by_hand(TrainRecord, cycle=1, n_labelled=7, n_virtual=0, mix_layer=-1)
        assert batch.recorded(record) is record


def test_images_that_are_too_small_are_refused_before_the_run(tiny_data):
    Stn().check(small_config(), tiny_data)
    small = replace(tiny_data, test=None, train=replace(tiny_data.train, pixels=tiny_data.train.images[:, :, :8, :8]))
    with pytest.raises(ConfigError, match="12"):
        Stn().check(small_config(), small)
