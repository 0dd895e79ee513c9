"""LL4AL: the ranking loss by hand, the module's shape, its training and what it keeps."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from scipy.stats import spearmanr
from torch.nn.modules.module import register_module_forward_hook

from lada_explore.acquisition import Ll4al, Preparation, capabilities_of
from lada_explore.augmentation import augmentation_named
from lada_explore.config import ClassifierConfig, Ll4alConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.errors import StageStopped
from lada_explore.models import LossPrediction, ResNet, folded, ranking_loss
from lada_explore.pool import Pool
from lada_explore.runtime import Runtime, seed_torch
from lada_explore.stages.networks import Networks
from lada_explore.stages.progress import no_tick
from lada_explore.stages.refit import refitting
from lada_explore.stages.train import train

SMALL = Ll4alConfig(virtual=60, steps=30, batch_size=16)


def test_the_ranking_loss_by_hand():
    # Pairs (0, 2) and (1, 3). 3 > 1 and is predicted 0.5 above it: 1 - 0.5. 2 < 5 but predicted 2 above: 1 + 2.
    predicted, true = torch.tensor([1.5, 4.0, 1.0, 2.0]), torch.tensor([3.0, 2.0, 1.0, 5.0])
    assert ranking_loss(predicted, true, 1.0).item() == pytest.approx((0.5 + 3.0) / 2)
    # Ordered by more than the margin: nothing to learn. The odd one out is left out.
    assert ranking_loss(torch.tensor([5.0, 1.0, 99.0]), torch.tensor([2.0, 1.0, 0.0]), 1.0).item() == 0.0


def test_the_module_is_that_of_figure_2b():
    module = LossPrediction([64, 128, 256, 512], 128)
    shapes = [tuple(tensor.shape) for name, tensor in module.state_dict().items() if name.endswith("weight")]
    assert shapes == [(128, 64), (128, 128), (128, 256), (128, 512), (1, 512)]
    means = [torch.randn(3, width) for width in (64, 128, 256, 512)]
    hidden = [
        torch.relu(mean @ layer[0].weight.T + layer[0].bias) for mean, layer in zip(means, module.stages, strict=True)
    ]
    expected = torch.cat(hidden, dim=1) @ module.last.weight[0] + module.last.bias
    torch.testing.assert_close(module(means), expected)


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_the_stage_outputs_are_the_same_from_every_layer(tiny_classifier, tiny_images, mix_layer):
    batch = tiny_images.batch(np.arange(4))
    found = tiny_classifier.stages_from_layer(tiny_classifier.to_layer(batch, mix_layer), mix_layer)
    assert [tuple(stage.shape) for stage in found] == [(4, 4, 12, 12), (4, 8, 6, 6)]
    for stage, layer in zip(found, (2, 3), strict=True):
        torch.testing.assert_close(stage, tiny_classifier.to_layer(batch, layer))


def test_the_lowest_prediction_for_what_it_was_trained_on_is_0_and_the_seed_decides_the_rest(preparation, tiny_images):
    scores = []
    for seed in (3, 3, 4):
        acquisition = Ll4al(SMALL)
        acquisition.prepare(replace(preparation, seed=seed))
        scores.append(acquisition.outputs(preparation.classifier, tiny_images.batch(np.arange(20)), 0)[:, 0].tolist())
    assert scores[0] == scores[1]
    assert scores[0] != scores[2]
    assert np.ptp(scores[0]) > 1e-3


def test_the_lowest_prediction_for_anything_it_learned_from_is_0(preparation):
    acquisition, seen = Ll4al(SMALL), []

    def record(module, given, _):
        if isinstance(module, LossPrediction):
            seen.append([mean.detach() for mean in given[0]])

    hook = register_module_forward_hook(record)
    acquisition.prepare(preparation)
    hook.remove()
    trained = LossPrediction(preparation.classifier.stage_widths, SMALL.hidden)
    trained.load_state_dict(acquisition.state_dict())
    everything = [torch.cat(stage) for stage in zip(*seen, strict=True)]
    assert trained(everything).min().item() == pytest.approx(0, abs=1e-5)


@pytest.fixture
def deep_preparation(preparation, cpu):
    """With three stages, so that the last is not also the second."""
    network = ResNet(ClassifierConfig(width=4, blocks=(1, 1, 1)), channels=1, n_classes=3)
    return replace(preparation, classifier=cpu.place(network).eval().requires_grad_(False))


def test_a_plain_loop_over_mixes_made_one_by_one_learns_the_same(deep_preparation):
    config = replace(SMALL, steps=8, learning_rate=1e-2)
    acquisition, classifier, points = Ll4al(config), deep_preparation.classifier, []
    acquisition.prepare(replace(deep_preparation, tick=lambda *point: points.append(point)))
    rng = np.random.default_rng(deep_preparation.seed)
    (first, second), lam = rng.integers(12, size=(2, 60)), rng.random(60, dtype=np.float32)
    chosen = np.where(rng.random(60) < lam, first, second)
    images = deep_preparation.images.batch(np.arange(12))
    mixed = torch.stack([w * images[a] + (1 - w) * images[b] for w, a, b in zip(lam, first, second, strict=True)])
    means = [classifier.to_layer(mixed, layer).flatten(2).sum(dim=2) for layer in (2, 3, 4)]
    means = [total / (size * size) for total, size in zip(means, (12, 6, 3), strict=True)]
    log_probs = torch.log_softmax(classifier(mixed), dim=1)
    losses = -log_probs[torch.arange(60), torch.from_numpy(chosen % 3)]  # labels are 0, 1, 2, 0, ...
    seed_torch(deep_preparation.seed, torch.device("cpu"))
    module = LossPrediction(classifier.stage_widths, SMALL.hidden)
    optimiser = torch.optim.Adam(module.parameters(), lr=config.learning_rate)
    for _ in range(config.steps):
        rows = torch.randperm(60)[:16]
        optimiser.zero_grad()
        ranking_loss(module([mean[rows] for mean in means]), losses[rows], SMALL.margin).backward()
        optimiser.step()
    module.last.bias.data -= module(means).min().detach()
    learned = LossPrediction(classifier.stage_widths, SMALL.hidden)
    learned.load_state_dict(acquisition.state_dict())
    torch.testing.assert_close(learned(means), module(means), rtol=0, atol=1e-3)
    # Adam divides by the size of a gradient: one that is rounding alone takes a weight anywhere within its steps.
    apart = [
        (one - other).abs().flatten() for one, other in zip(learned.parameters(), module.parameters(), strict=True)
    ]
    assert (torch.cat(apart) > 1e-3).float().mean().item() < 0.02
    assert torch.cat(apart).max().item() < 8 * config.learning_rate
    assert [point for point in points if point[2] == "steps of the loss module"] == [
        (n, 8, "steps of the loss module") for n in range(1, 9)
    ]


def test_what_it_has_learned_is_frozen(preparation, tiny_images):
    acquisition = Ll4al(SMALL)
    acquisition.prepare(preparation)
    assert not acquisition.outputs(preparation.classifier, tiny_images.batch(np.arange(3)), 0).requires_grad


def test_the_score_is_the_prediction_itself():
    assert Ll4al(SMALL).score(torch.tensor([[2.5], [-1.0]])).tolist() == [2.5, -1.0]


def test_the_learning_rate_decides_how_far_the_module_moves(preparation):
    weights = []
    for rate in (1e-9, 2e-9, 1e-2):
        acquisition = Ll4al(replace(SMALL, learning_rate=rate))
        acquisition.prepare(preparation)
        weights.append(acquisition.state_dict()["last.weight"])
    torch.testing.assert_close(weights[0], weights[1], rtol=0, atol=1e-6)
    assert (weights[2] - weights[0]).abs().max() > 1e-2


def test_it_sees_the_mean_of_each_map_of_each_stage(preparation, tiny_images):
    acquisition, batch = Ll4al(SMALL), tiny_images.batch(np.arange(20))
    acquisition.prepare(preparation)
    trained = LossPrediction(preparation.classifier.stage_widths, SMALL.hidden)
    trained.load_state_dict(acquisition.state_dict())
    maps = [preparation.classifier.to_layer(batch, layer) for layer in (2, 3)]  # of the two stages of a tiny network
    expected = trained([stage.sum(dim=(2, 3)) / (stage.shape[2] * stage.shape[3]) for stage in maps])
    torch.testing.assert_close(acquisition.outputs(preparation.classifier, batch, 0)[:, 0], expected)


def test_what_it_learned_is_taken_over_exactly_and_nothing_is_learned_then(preparation, tiny_images):
    first, second, ticks = Ll4al(SMALL), Ll4al(SMALL), []
    first.prepare(preparation)
    assert capabilities_of(first).trains
    saved = {name: tensor.clone() for name, tensor in first.state_dict().items()}
    second.prepare(replace(preparation, saved=saved, tick=lambda *point: ticks.append(point)))
    batch = tiny_images.batch(np.arange(20))
    of = [a.outputs(preparation.classifier, batch, 0) for a in (first, second)]
    assert torch.equal(*of)
    assert ticks == []


def test_a_module_that_train_has_trained_is_taken_over_with_an_offset_of_its_own(preparation, tiny_images):
    acquisition, ticks = Ll4al(replace(SMALL, training="joint")), []
    companion = acquisition.new_companion(preparation.classifier).requires_grad_(False)
    before = {name: tensor.clone() for name, tensor in companion.state_dict().items()}
    acquisition.prepare(replace(preparation, companion=companion, tick=lambda *point: ticks.append(point)))
    of = acquisition.outputs(preparation.classifier, tiny_images.batch(np.arange(20)), 0)[:, 0]
    maps = [preparation.classifier.to_layer(tiny_images.batch(np.arange(20)), layer) for layer in (2, 3)]
    predicted = companion([stage.mean(dim=(2, 3)) for stage in maps])
    torch.testing.assert_close(of, predicted - predicted[:12].min())  # 12 of them are labelled
    assert all(torch.equal(tensor, before[name]) for name, tensor in companion.state_dict().items())
    assert ticks == [(0, 12, "labelled images")] * 3  # in passes of 5


@pytest.mark.parametrize("training", ["mixes", "out_of_fold"])
def test_a_module_that_score_trains_is_none_of_trains(preparation, training):
    assert Ll4al(replace(SMALL, training=training)).new_companion(preparation.classifier) is None


def test_a_preparation_stops_between_steps(preparation):
    points = []

    def tick(done, total, unit):
        points.append((done, total, unit))
        if unit == "steps of the loss module" and done == 7:
            raise StageStopped("stopped")

    with pytest.raises(StageStopped):
        Ll4al(SMALL).prepare(replace(preparation, tick=tick))
    assert points[0] == (5, 60, "mixes of labelled images")
    assert points[-1] == (7, 30, "steps of the loss module")


@pytest.fixture(scope="module")
def demo_preparation():
    """A demo classifier trained on as many labels as a demo run ends with, drawn at random, and 1,000 unseen images."""
    config = configure("demo", "ll4al")
    cpu, data = Runtime(torch.device("cpu")), load(config.data)
    images = DeviceImages(data.train, data.mean, data.std, cpu)
    torch.manual_seed(0)
    classifier = cpu.place(ResNet(ClassifierConfig(width=16, blocks=(1, 1, 1, 1)), 1, 10))
    ids = np.random.default_rng(0).permutation(6000)[:220]
    pool = Pool(size=6000).with_labels(0, ids, data.train.targets[torch.from_numpy(ids)].numpy())
    how = config.training
    own = {"images": images, "augmentation": augmentation_named("none"), "n_classes": lambda: 10, "runtime": cpu}
    networks = Networks(config, data, **own)
    train(0, classifier, pool, images=images, config=how, seed=0, device=cpu.device, tick=no_tick)
    preparation = Preparation(
        seed=0,
        classifier=folded(classifier.requires_grad_(False)),
        images=images,
        labelled_ids=pool.labelled_ids,
        labels=pool.labels,
        unlabelled_ids=np.setdiff1d(np.arange(6000), ids),
        runtime=cpu,
        chunk=100,
        tick=no_tick,
        refit=refitting(0, networks, images, how, cpu, no_tick),
    )
    return preparation, DeviceImages(data.test, data.mean, data.std, cpu).batch(np.arange(1000)), data.test.targets


@pytest.mark.slow
def test_it_ranks_the_true_losses_of_images_that_nobody_labelled(demo_preparation):
    preparation, unseen, targets = demo_preparation
    acquisition = Ll4al(configure("demo", "ll4al").ll4al)
    acquisition.prepare(preparation)
    with torch.no_grad():
        predicted = acquisition.outputs(preparation.classifier, unseen, 0)[:, 0]
        true = torch.nn.functional.cross_entropy(preparation.classifier(unseen), targets[:1000], reduction="none")
    assert spearmanr(predicted, true).statistic > 0.5
