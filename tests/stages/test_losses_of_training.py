"""What TRAIN records of its losses and what it refuses, and how an epoch falls into batches."""

import numpy as np
import pytest
import torch

from lada_explore.augmentation import RealImages, VirtualLoss
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


LABELS = np.array([2, 2, 2, 2, 1, 0, 0])
"""Of seven images, in batches of 5 and 2; their mean is 9 / 7."""


class Given(RealImages):
    """The loss of an image is its label, and so is that of its transform, unless it is told what that is.

    The gradient of the first is 0, and that of the second is 100 in each bias of the head.
    """

    def __init__(self, *of_transforms, virtual=()):
        self.of_transforms, self.virtual = list(of_transforms), list(virtual)
        self.per_epoch = 1 if virtual else 0

    def labelled_loss(self, classifier, shown, labels):
        bias, mean = classifier.head.bias.sum(), labels.float().mean()
        of_transform = self.of_transforms.pop(0) if self.of_transforms else mean
        return mean + 0 * bias, of_transform + 100 * (bias - bias.detach())

    def epoch_loss(self, classifier, images, rng, device):
        return VirtualLoss(total=0 * classifier.head.bias.sum(), mixed=torch.tensor(self.virtual.pop(0)))


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


def trained(classifier, virtual, images):
    return train(
        3,
        classifier,
        Pool(size=60).with_labels(0, np.arange(7), LABELS),
        images=images,
        virtual=virtual,
        config=TrainingConfig(epochs=3, learning_rate=1e-3, batch_size=5),
        seed=0,
        device=torch.device("cpu"),
        tick=no_tick,
    )


def test_each_loss_is_the_mean_over_all_images_of_unequal_batches(classifier, tiny_images):
    record = trained(classifier, Given(), tiny_images)
    np.testing.assert_allclose(record.train_loss, [9 / 7] * 3, rtol=1e-6)
    # Without a step on a virtual batch that of the transforms is the loss of the virtual instances.
    np.testing.assert_allclose(record.virtual_loss, [9 / 7] * 3, rtol=1e-6)
    assert record.transform_loss.shape == (0,)


def test_with_a_virtual_batch_the_loss_of_the_transforms_stands_beside_that_of_the_batch(classifier, tiny_images):
    record = trained(classifier, Given(virtual=(0.5, 4.0, 0.25)), tiny_images)
    assert record.virtual_loss.tolist() == [0.5, 4.0, 0.25]
    np.testing.assert_allclose(record.transform_loss, [9 / 7] * 3, rtol=1e-6)


def test_the_loss_of_the_transforms_is_added_to_what_is_learned_from(classifier, tiny_images):
    before = classifier.head.bias.detach().clone()
    trained(classifier, Given(), tiny_images)
    # Six steps of Adam down a slope that does not change are six learning rates.
    np.testing.assert_allclose((before - classifier.head.bias.detach()).numpy(), [6e-3] * 3, rtol=1e-3)


def test_the_first_epoch_whose_loss_of_the_transforms_is_not_finite_is_named(classifier, tiny_images):
    sentence = (
        r"^Train of cycle 3: the loss of the transforms is nan in epoch 2; lower training.learning_rate, now 0.001, in "
        r"a new run: this training has diverged and is not kept, all that was committed before it is$"
    )
    with pytest.raises(NumericsError, match=sentence):
        trained(classifier, Given(1.0, 1.0, float("nan")), tiny_images)


def test_without_transforms_no_loss_of_them_is_recorded(classifier, tiny_images):
    record = trained(classifier, None, tiny_images)
    assert (record.train_loss.shape, record.transform_loss.shape, record.virtual_loss.shape) == ((3,), (0,), (0,))


def last_losses(*values):
    return _converging([torch.tensor(value) for value in values], 3, "training loss", 0.1, 3)


def test_a_training_has_diverged_above_ten_times_the_loss_of_guessing():
    limit = DIVERGED * np.log(3)
    assert DIVERGED == 10
    assert last_losses(50.0, limit - 0.1).tolist() == pytest.approx([50, limit - 0.1])
    assert last_losses(float(limit)).tolist() == [np.float32(limit)]
    with pytest.raises(NumericsError, match=r"the training loss is 11.09 nats in epoch 3, where guessing has 1.10"):
        last_losses(1.0, 2.0, limit + 0.1)


def test_losses_are_single_precision_even_where_there_are_none():
    assert {last_losses().dtype, last_losses(1.0).dtype} == {np.dtype(np.float32)}
