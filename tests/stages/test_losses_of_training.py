"""What TRAIN records of its losses and what it refuses, and how an epoch falls into batches."""

import numpy as np
import pytest
import torch

from lada_explore.augmentation import RealImages
from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.errors import NumericsError
from lada_explore.models import ResNet
from lada_explore.pool import Pool
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import DIVERGED, _converging, batches, train


@pytest.mark.parametrize(
    ("n", "sizes"), [(1, [1]), (2, [2]), (10, [10]), (11, [11]), (12, [10, 2]), (21, [10, 11]), (22, [10, 10, 2])]
)
def test_the_last_image_joins_the_batch_before_where_it_would_be_alone(n, sizes):
    parts = batches(torch.arange(n), 10)
    assert [len(part) for part in parts] == sizes
    assert torch.cat(parts).tolist() == list(range(n))


class WithLossOfTransforms(RealImages):
    """The loss of an image's virtual instance is its label."""

    def labelled_loss(self, classifier, shown, labels):
        loss, _ = super().labelled_loss(classifier, shown, labels)
        return loss, labels.float().mean() + 0 * classifier.head.bias.sum()


def trained(virtual, images, cpu):
    classifier = cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))
    return train(
        3,
        classifier,
        Pool(size=60).with_labels(0, np.arange(7), np.array([2, 2, 2, 2, 1, 0, 0])),
        images=images,
        virtual=virtual,
        config=TrainingConfig(epochs=3, learning_rate=1e-3, batch_size=5),
        seed=0,
        device=torch.device("cpu"),
        tick=no_tick,
    )


def test_the_loss_of_the_transforms_is_the_mean_over_all_images_of_unequal_batches(tiny_images, cpu):
    record = trained(WithLossOfTransforms(), tiny_images, cpu)
    # Without a step on a virtual batch it is the loss of the virtual instances.
    np.testing.assert_allclose(record.virtual_loss, [9 / 7] * 3, rtol=1e-6)
    assert record.transform_loss.shape == (0,)


def test_without_transforms_no_loss_of_them_is_recorded(tiny_images, cpu):
    record = trained(None, tiny_images, cpu)
    assert (record.train_loss.shape, record.transform_loss.shape, record.virtual_loss.shape) == ((3,), (0,), (0,))


def last_losses(*values):
    return _converging([torch.tensor(value) for value in values], 3, "training loss", 0.1, 3)


def test_a_training_has_diverged_above_ten_times_the_loss_of_guessing():
    limit = DIVERGED * np.log(3)
    assert DIVERGED == 10
    assert last_losses(50.0, limit - 0.1).tolist() == pytest.approx([50, limit - 0.1])
    with pytest.raises(NumericsError, match=r"the training loss is 11.09 nats in epoch 3, where guessing has 1.10"):
        last_losses(1.0, 2.0, limit + 0.1)


def test_losses_are_single_precision_even_where_there_are_none():
    assert {last_losses().dtype, last_losses(1.0).dtype} == {np.dtype(np.float32)}
