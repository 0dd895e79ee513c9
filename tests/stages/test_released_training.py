"""What TRAIN does where the authors' release differs: its gradient, its Adam, its virtual images, its passes."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lada_explore.augmentation import AcquiredPairs, MixedPairs, virtual_loss
from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.datasets.transforms import crop_and_flip, draw_crops, normalise
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet
from lada_explore.pool import Pool
from lada_explore.stages.optimiser import OptimiserState
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CPU = torch.device("cpu")
IDS = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])
PAIRS = AcquiredPairs(
    pair_ids=np.array([[3, 50], [22, 17], [8, 41]]),
    labels=np.array([[0, 2], [1, 2], [2, 1]]),
    tau=np.array([0.5, 1.0, 2.0], dtype=np.float32),
    mix_layer=1,
)
STILL = TrainingConfig(epochs=1, learning_rate=1e-12, batch_size=100)
"""One batch of all labelled images, and a step so small that the weights stay as they are."""


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


@pytest.fixture
def pool(tiny_data):
    return Pool(size=60).with_labels(0, IDS, tiny_data.train.targets[IDS].numpy())


def run(classifier, pool, images, config, *, seed=5, one_pass=True, **more):
    virtual = MixedPairs(PAIRS, one_pass=one_pass)
    settings = {"images": images, "config": config, "seed": seed, "device": CPU, "tick": no_tick}
    return train(7, classifier, pool, virtual=virtual, **settings, **more)


class Lam:
    """Stands in for the generator: every pair gets these coefficients."""

    def __init__(self, *lam):
        self.lam = np.array(lam)

    def beta(self, a, b):
        return self.lam


# The gradient of the virtual step --------------------------------------------------------------------------------


def gradients(classifier, losses):
    found = []
    for loss in losses:
        classifier.zero_grad()
        loss.backward()
        found.append([parameter.grad.clone() for parameter in classifier.parameters()])
    return found


@pytest.mark.parametrize("clear", [True, False])
def test_the_last_step_follows_its_own_gradient_or_the_sum_of_both(classifier, pool, tiny_images, clear):
    classifier.train()
    rng = np.random.default_rng(5)
    order = rng.permutation(12)
    lam = rng.beta(*np.array([[0.5, 1.0, 2.0]] * 2))
    labelled = cross_entropy(
        classifier(tiny_images.batch(pool.labelled_ids[order])), torch.from_numpy(pool.labels[order])
    )
    of_labelled, of_virtual = gradients(
        classifier, [labelled, virtual_loss(classifier, PAIRS, tiny_images, Lam(*lam), CPU)]
    )
    run(classifier, pool, tiny_images, replace(STILL, clear_gradient=clear))
    for parameter, first, second in zip(classifier.parameters(), of_labelled, of_virtual, strict=True):
        torch.testing.assert_close(parameter.grad, second if clear else first + second, rtol=1e-4, atol=1e-6)
    assert torch.stack([first.abs().max() for first in of_labelled]).min() > 1e-3


def test_a_replayed_step_leaves_no_gradient_so_keeping_it_is_refused():
    with pytest.raises(ConfigError, match="clear_gradient is false, but training.cuda_graph replays steps that leave"):
        TrainingConfig(epochs=1, learning_rate=1e-3, batch_size=10, cuda_graph=True, clear_gradient=False)


# Adam ------------------------------------------------------------------------------------------------------------


def plain_training(classifier, pool, images, optimisers):
    """Two trainings of two epochs as one would first write them, each with its optimiser."""
    batch, labels = images.batch(pool.labelled_ids).contiguous(), torch.from_numpy(pool.labels)
    for optimiser in optimisers:
        rng = np.random.default_rng(5)
        classifier.train()
        for _ in range(2):
            order = torch.from_numpy(rng.permutation(len(labels)))
            for rows in order.split(6):
                optimiser.zero_grad()
                cross_entropy(classifier(batch[rows]), labels[rows]).backward()
                optimiser.step()
    classifier.eval()
    return torch.cat([tensor.flatten().double() for tensor in classifier.state_dict().values()])


@pytest.mark.parametrize("kept", [True, False])
def test_a_kept_adam_goes_on_as_one_optimiser_and_a_new_one_starts_anew(classifier, pool, tiny_images, kept):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    config = TrainingConfig(epochs=2, learning_rate=1e-3, batch_size=6)
    state = OptimiserState(classifier.named_parameters(), config) if kept else None
    for _ in range(2):
        train(
            7,
            classifier,
            pool,
            images=tiny_images,
            config=config,
            seed=5,
            device=CPU,
            tick=no_tick,
            optimiser_state=state,
        )
    ours = torch.cat([tensor.flatten().double() for tensor in classifier.state_dict().values()])
    if state is not None:
        assert state.tensors()["step.head.weight"].item() == 8  # Two trainings of two epochs of two batches.

    def by_hand(n):
        classifier.load_state_dict(start)
        made = [torch.optim.Adam(classifier.parameters(), lr=1e-3, foreach=False) for _ in range(n)]
        return plain_training(classifier, pool, tiny_images, made * (3 - n))

    one, two = by_hand(1), by_hand(2)
    torch.testing.assert_close(ours, one if kept else two, rtol=1e-3, atol=1e-3)
    assert (one - two).abs().max() > 3e-3


def test_adam_with_an_empty_state_is_a_new_one_to_the_last_bit(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    config = TrainingConfig(epochs=2, learning_rate=1e-3, batch_size=6)
    run(classifier, pool, tiny_images, config)
    new = [tensor.clone() for tensor in classifier.state_dict().values()]
    classifier.load_state_dict(start)
    state = OptimiserState(classifier.named_parameters(), config)
    run(classifier, pool, tiny_images, config, optimiser_state=state)
    assert all(torch.equal(one, two) for one, two in zip(new, classifier.state_dict().values(), strict=True))
    classifier.load_state_dict(start)
    state.clear()
    run(classifier, pool, tiny_images, config, optimiser_state=state)
    assert all(torch.equal(one, two) for one, two in zip(new, classifier.state_dict().values(), strict=True))


# Images of the virtual batch -------------------------------------------------------------------------------------


def shown_in(classifier, pool, images, config, monkeypatch):
    """The images that reached the classifier, batch by batch."""
    shown, to_layer = [], classifier.to_layer
    monkeypatch.setattr(classifier, "to_layer", lambda x, layer: shown.append(x.clone()) or to_layer(x, layer))
    run(classifier, pool, images, replace(STILL, epochs=2, **config))
    return shown


def test_virtual_images_are_cropped_one_by_one_with_draws_of_their_own(
    classifier, pool, tiny_images, tiny_data, monkeypatch
):
    shown = shown_in(classifier, pool, tiny_images, {"virtual_images": "crop_flip"}, monkeypatch)
    generator = torch.Generator().manual_seed(6)  # The seed of the stage, 5, and one.
    pixels = tiny_data.train.images[torch.tensor([3, 22, 8, 50, 17, 41])]
    assert len(shown) == 2
    for batch in shown:
        crops = draw_crops(6, generator)
        torch.testing.assert_close(batch, normalise(crop_and_flip(pixels, crops), (0.5,), (0.3,)))
        assert len(set(map(tuple, crops.T.tolist()))) == 6
    assert not torch.equal(shown[0], shown[1])


def test_the_crops_of_labelled_images_do_not_depend_on_those_of_virtual_ones(
    classifier, pool, tiny_images, monkeypatch
):
    crops, batch = [], tiny_images.batch
    monkeypatch.setattr(tiny_images, "batch", lambda ids, **more: crops.append(more.get("crops")) or batch(ids, **more))
    run(classifier, pool, tiny_images, replace(STILL, crop_flip=True))
    run(classifier, pool, tiny_images, replace(STILL, crop_flip=True, virtual_images="crop_flip"))
    given = [drawn for drawn in crops if drawn is not None]
    assert len(given) == 2
    assert torch.equal(given[0], given[1])


def test_unnormalised_virtual_images_are_pixels_from_0_to_1(classifier, pool, tiny_images, tiny_data, monkeypatch):
    shown = shown_in(classifier, pool, tiny_images, {"virtual_images": "unnormalised"}, monkeypatch)
    torch.testing.assert_close(shown[0], tiny_data.train.images[[3, 22, 8, 50, 17, 41]].float() / 255)


def test_in_two_passes_batch_norm_sees_each_half_of_the_pairs_by_itself(classifier, tiny_images):
    classifier.train()
    left, right = (classifier.to_layer(tiny_images.batch(ids), 1) for ids in PAIRS.pair_ids.T)
    logits = classifier.from_layer(0.5 * left + 0.5 * right, 1)
    log_probs = torch.log_softmax(logits, dim=1)
    expected = -0.5 * (log_probs[[0, 0, 1, 1, 2, 2], [0, 2, 1, 2, 2, 1]]).sum() / 3
    lam = Lam(0.5, 0.5, 0.5)
    apart = virtual_loss(classifier, PAIRS, tiny_images, lam, CPU, one_pass=False)
    together = virtual_loss(classifier, PAIRS, tiny_images, lam, CPU)
    torch.testing.assert_close(apart, expected)
    assert (together - expected).abs() > 5e-5


def test_train_takes_the_passes_that_the_virtual_batch_was_made_for(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    losses = []
    for one_pass in (True, False):
        classifier.load_state_dict(start)
        losses.append(run(classifier, pool, tiny_images, STILL, one_pass=one_pass).virtual_loss[0])
    assert losses[0] != losses[1]
