"""A network of the acquisition that TRAIN trains with the classifier: the gradients of both by hand."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from lada_explore.acquisition import Ll4al
from lada_explore.augmentation import AcquiredPairs, MixedPairs, RealImages
from lada_explore.config import ClassifierConfig, Ll4alConfig, TrainingConfig
from lada_explore.errors import NumericsError
from lada_explore.models import LossPrediction, ResNet
from lada_explore.pool import Pool
from lada_explore.stages.joint import JointTraining
from lada_explore.stages.optimiser import OptimiserState
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CPU = torch.device("cpu")
IDS = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])
STILL = TrainingConfig(epochs=1, learning_rate=1e-12, batch_size=100)
"""One batch of all labelled images, and a step so small that the weights stay as they are."""
WEIGHT, MARGIN = 2.5, 0.75
JOINT = Ll4alConfig(training="joint", hidden=16, weight=WEIGHT, margin=MARGIN)


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


@pytest.fixture
def module(classifier):
    return LossPrediction(classifier.stage_widths, 16)


@pytest.fixture
def pool(tiny_data):
    return Pool(size=60).with_labels(0, IDS, tiny_data.train.targets[IDS].numpy())


def run(classifier, pool, images, joint, *, config=STILL, virtual=None, seed=5, optimiser_state=None):
    return train(
        7,
        classifier,
        pool,
        images=images,
        virtual=virtual,
        config=config,
        seed=seed,
        device=CPU,
        tick=no_tick,
        optimiser_state=optimiser_state,
        joint=joint,
    )


def gradients(networks, loss):
    for network in networks:
        network.zero_grad()
    loss.backward(retain_graph=True)
    return [[parameter.grad for parameter in network.parameters()] for network in networks]


def by_hand(classifier, module, images, labels):
    """The two losses of a batch, from three separate passes: none of what TRAIN calls but the layers."""
    first, second = classifier.to_layer(images, 2), classifier.to_layer(images, 3)
    log_probs = torch.log_softmax(classifier(images), dim=1)
    losses = [-log_probs[row, label] for row, label in enumerate(labels)]
    predicted, half = module([first.mean(dim=(2, 3)), second.mean(dim=(2, 3))]), len(labels) // 2
    ranking = 0.0
    for i in range(half):
        larger, smaller = (i, half + i) if losses[i] > losses[half + i] else (half + i, i)
        ranking = ranking + max(MARGIN - (predicted[larger] - predicted[smaller]), torch.zeros(())) / half
    return sum(losses) / len(losses), ranking


@pytest.mark.parametrize(("cut_after", "reaches"), [(1.0, True), (0.0, False)])
@pytest.mark.parametrize("n", [12, 11])
def test_the_gradient_of_the_module_reaches_the_classifier_until_it_is_cut(
    classifier, module, tiny_images, tiny_data, n, cut_after, reaches
):
    pool = Pool(size=60).with_labels(0, IDS[:n], tiny_data.train.targets[IDS[:n]].numpy())
    order = np.random.default_rng(5).permutation(n)
    classifier.train()
    shown = tiny_images.batch(pool.labelled_ids[order])
    task, ranking = by_hand(classifier, module, shown, pool.labels[order].tolist())
    of_task = gradients((classifier,), task)[0]
    of_task = [gradient.clone() for gradient in of_task]
    of_ranking, of_module = (
        [g.clone() for g in found if g is not None] for found in gradients((classifier, module), ranking)
    )
    assert max(gradient.abs().max() for gradient in of_ranking) > 1e-2
    joint = JointTraining(Ll4al(replace(JOINT, cut_after=cut_after)), module, 1)
    record = run(classifier, pool, tiny_images, joint)
    # The head has no part in the ranking loss.
    trunk = [parameter.grad for parameter in classifier.segments.parameters()]
    for found, alone, beside in zip(trunk, of_task, of_ranking, strict=False):
        torch.testing.assert_close(found, alone + WEIGHT * beside if reaches else alone, rtol=1e-4, atol=1e-6)
    torch.testing.assert_close(classifier.head.weight.grad, of_task[-2], rtol=1e-4, atol=1e-6)
    for found, gradient in zip(module.parameters(), of_module, strict=True):
        torch.testing.assert_close(found.grad, WEIGHT * gradient, rtol=1e-4, atol=1e-6)
    # Each is recorded by itself.
    assert record.train_loss.tolist() == pytest.approx([task.item()], rel=1e-5)
    assert record.own["companion_loss"].tolist() == pytest.approx([WEIGHT * ranking.item()], rel=1e-5)


def test_the_gradient_is_cut_after_120_of_200_epochs(module):
    acquisition, losses = Ll4al(Ll4alConfig(training="joint", hidden=16)), torch.tensor([1.0, 3.0, 2.0, 0.5])
    for epoch, reaches in ((0, True), (119, True), (120, False), (199, False)):
        stages = [torch.randn(4, width, 3, 3, requires_grad=True) for width in (4, 8)]
        module.zero_grad()
        acquisition.companion_loss(module, stages, losses, epoch / 200).backward()
        assert [stage.grad is not None for stage in stages] == [reaches] * 2
        assert module.last.weight.grad.abs().max() > 0


class Counting:
    """An acquisition whose companion is a scale of the losses that it is shown."""

    def __init__(self):
        self.shown = []

    def companion_loss(self, companion, stages, losses, done):
        self.shown.append((stages, losses, done))
        return (companion.weight * losses).mean()


def test_each_batch_of_an_epoch_is_shown_once_with_its_stages_its_losses_and_the_share_that_is_over(
    classifier, pool, tiny_images
):
    acquisition, scale = Counting(), nn.Linear(1, 1, bias=False)
    joint = JointTraining(acquisition, scale, 4)
    record = run(classifier, pool, tiny_images, joint, config=replace(STILL, epochs=4, batch_size=5))
    assert [done for _, _, done in acquisition.shown] == [0.0] * 3 + [0.25] * 3 + [0.5] * 3 + [0.75] * 3
    assert [len(losses) for _, losses, _ in acquisition.shown] == [5, 5, 2] * 4
    for stages, losses, _ in acquisition.shown:
        assert [tuple(stage.shape[1:]) for stage in stages] == [(4, 12, 12), (8, 6, 6)]
        assert {len(stage) for stage in stages} == {len(losses)}
        assert all(stage.requires_grad for stage in stages)
        assert not losses.requires_grad
    means = [np.concatenate([losses for _, losses, _ in acquisition.shown[at : at + 3]]).mean() for at in (0, 3, 6, 9)]
    assert record.train_loss == pytest.approx(means, rel=1e-5)
    assert record.own["companion_loss"] == pytest.approx(scale.weight.item() * np.array(means), rel=1e-4)


def test_nothing_watches_the_classifier_afterwards(classifier, pool, tiny_images):
    run(classifier, pool, tiny_images, JointTraining(Counting(), nn.Linear(1, 1, bias=False), 1))
    assert not any(part._forward_hooks for part in classifier.modules())


def test_the_classifier_makes_one_pass_a_batch(classifier, pool, tiny_images):
    config = replace(STILL, epochs=2, batch_size=5)
    run(classifier, pool, tiny_images, JointTraining(Counting(), nn.Linear(1, 1, bias=False), 2), config=config)
    assert classifier.segments[0][1].num_batches_tracked.item() == 6


class Doubled(RealImages):
    """Shows the classifier negatives behind the images, and then nothing but black."""

    def labelled_loss(self, classifier, shown, labels):
        first = classifier(torch.cat([shown, -shown]))[: len(labels)]
        second = classifier(torch.zeros_like(shown))
        return nn.functional.cross_entropy(first, labels), nn.functional.cross_entropy(second, labels)


def test_of_more_than_the_images_of_a_batch_the_first_that_are_shown_count(classifier, pool, tiny_images):
    acquisition = Counting()
    joint = JointTraining(acquisition, nn.Linear(1, 1, bias=False), 1)
    order = np.random.default_rng(5).permutation(12)
    record = run(classifier, pool, tiny_images, joint, virtual=Doubled())
    (stages, losses, _), shown = acquisition.shown[0], tiny_images.batch(pool.labelled_ids[order])
    classifier.train()
    expected = classifier.to_layer(torch.cat([shown, -shown]), 2)[:12]
    torch.testing.assert_close(stages[0], expected)
    assert losses.mean().item() == pytest.approx(record.train_loss[0], rel=1e-5)


PAIRS = AcquiredPairs(
    pair_ids=np.array([[3, 50], [22, 17], [8, 41]]),
    labels=np.array([[0, 2], [1, 2], [2, 1]]),
    tau=np.array([0.5, 1.0, 2.0], dtype=np.float32),
    mix_layer=0,
)


@pytest.mark.parametrize("clear", [True, False])
def test_the_step_on_virtual_instances_leaves_the_companion_alone(classifier, module, pool, tiny_images, clear):
    names = (*classifier.named_parameters("classifier"), *module.named_parameters("companion"))
    optimiser_state = OptimiserState(names, STILL)
    config = replace(STILL, epochs=2, batch_size=5, learning_rate=1e-3, clear_gradient=clear)
    joint = JointTraining(Ll4al(JOINT), module, 2)
    run(classifier, pool, tiny_images, joint, config=config, virtual=MixedPairs(PAIRS), optimiser_state=optimiser_state)
    steps = {name: tensor.item() for name, tensor in optimiser_state.tensors().items() if name.startswith("step.")}
    assert {steps[name] for name in steps if "companion" in name} == {6}
    assert {steps[name] for name in steps if "classifier" in name} == {8}


def test_without_a_weight_the_classifier_learns_what_it_learns_alone(pool, tiny_images, classifier, module):
    config = replace(STILL, epochs=3, batch_size=5, learning_rate=1e-2)
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    found = []
    for joint in (
        None,
        JointTraining(Ll4al(replace(JOINT, cut_after=0)), module, 3),
        JointTraining(Ll4al(JOINT), module, 3),
    ):
        classifier.load_state_dict(start)
        record = run(classifier, pool, tiny_images, joint, config=config)
        found.append([tensor.clone() for tensor in classifier.state_dict().values()])
        assert ("companion_loss" in record.own) == (joint is not None)
    assert all(torch.equal(one, other) for one, other in zip(found[0], found[1], strict=True))
    assert not all(torch.equal(one, other) for one, other in zip(found[0], found[2], strict=True))


def test_the_module_learns_to_rank_losses_that_stay_as_they_are(classifier, module, pool, tiny_images):
    classifier.requires_grad_(False)
    config = replace(STILL, epochs=250, learning_rate=2e-2)
    acquisition = Ll4al(replace(JOINT, weight=1.0, margin=1.0, cut_after=0.0))
    record = run(classifier, pool, tiny_images, JointTraining(acquisition, module, 250), config=config)
    losses = record.own["companion_loss"]
    assert losses[:5].mean() > 0.7
    assert losses[-20:].mean() < 0.2


class Lost(Counting):
    """A companion whose loss is no number in the second epoch."""

    def companion_loss(self, companion, stages, losses, done):
        loss = super().companion_loss(companion, stages, losses, done)
        return loss.detach() * (float("nan") if done else 1.0) + 0 * companion.weight.sum()


def test_a_loss_of_the_companion_that_is_no_number_is_named(classifier, pool, tiny_images):
    joint = JointTraining(Lost(), nn.Linear(1, 1, bias=False), 3)
    with pytest.raises(NumericsError, match=r"Train of cycle 7: companion_loss is not finite in epoch 2; lower"):
        run(classifier, pool, tiny_images, joint, config=replace(STILL, epochs=3))
