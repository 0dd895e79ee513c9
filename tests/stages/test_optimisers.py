"""The optimisers, learning rates and weights of classes that a run can choose, by numbers worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lada_explore.augmentation import (
    AcquiredPairs,
    AcquiredTransforms,
    MixedPairs,
    NoAugmentation,
    RealImages,
    TransformedImages,
    balanced_weights,
    class_loss,
)
from lada_explore.augmentation.stn import Stn
from lada_explore.config import ClassifierConfig, ClassWeights, TrainingConfig
from lada_explore.errors import ConfigError
from lada_explore.models import ResNet, SpatialTransformer
from lada_explore.pool import Pool
from lada_explore.stages.optimiser import OptimiserState, learning_rate, new_optimiser
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CPU = torch.device("cpu")
CONFIG = TrainingConfig(epochs=3, learning_rate=0.1, batch_size=5)
GRADIENTS = (2.0, -1.0, 0.5)


def steps(config, *, weight=1.0, state=None):
    """The weight after each step with these gradients."""
    layer = torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.constant_(layer.weight, weight)
    kept = None if state is None else OptimiserState(layer.named_parameters(), config)
    optimiser = new_optimiser([layer], config, kept, capturable=False)
    found = []
    for gradient in GRADIENTS:
        layer.weight.grad = torch.tensor([[gradient]])
        optimiser.step()
        found.append(layer.weight.item())
    return found


def by_hand(config, weight=1.0):
    """The same from the equations of the optimisers."""
    rate, decay, found = config.learning_rate, config.weight_decay, []
    first = second = speed = 0.0
    for t, gradient in enumerate(GRADIENTS, start=1):
        if config.optimiser == "adamw":
            weight -= rate * decay * weight
        else:
            gradient += decay * weight
        if config.optimiser == "sgd":
            speed = config.momentum * speed + gradient
            weight -= rate * speed
        else:
            first, second = 0.9 * first + 0.1 * gradient, 0.999 * second + 0.001 * gradient**2
            weight -= rate * (first / (1 - 0.9**t)) / (math.sqrt(second / (1 - 0.999**t)) + 1e-8)
        found.append(weight)
    return found


OPTIMISERS = {
    "adam": {},
    "adam, L2": {"weight_decay": 0.5},
    "adamw": {"optimiser": "adamw", "weight_decay": 0.5},
    "sgd": {"optimiser": "sgd"},
    "sgd without momentum": {"optimiser": "sgd", "momentum": 0.0},
    "sgd, L2": {"optimiser": "sgd", "momentum": 0.5, "weight_decay": 0.5},
}


@pytest.mark.parametrize("settings", OPTIMISERS.values(), ids=OPTIMISERS)
@pytest.mark.parametrize("kept", [False, True])
def test_steps_follow_the_equations_with_a_new_state_and_with_an_empty_kept_one(settings, kept):
    config = replace(CONFIG, **settings)
    assert steps(config, state=kept or None) == pytest.approx(by_hand(config), rel=1e-5)


def test_the_equations_differ_in_the_first_or_second_step():
    found = {
        name: tuple(np.round(by_hand(replace(CONFIG, **settings))[1:], 4)) for name, settings in OPTIMISERS.items()
    }
    assert len(set(found.values())) == len(OPTIMISERS)
    # By hand: 1 - 0.1 * 2 = 0.8, and the speed 0.9 * 2 - 1 = 0.8 takes it to 0.72.
    assert by_hand(replace(CONFIG, optimiser="sgd"))[:2] == pytest.approx([0.8, 0.72])
    assert steps(replace(CONFIG, optimiser="sgd"))[:2] == pytest.approx([0.8, 0.72])


# In TRAIN --------------------------------------------------------------------------------------------------------


IDS = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


@pytest.fixture
def pool(tiny_data):
    return Pool(size=60).with_labels(0, IDS, tiny_data.train.targets[IDS].numpy())


def run(classifier, pool, images, config, **more):
    return train(7, classifier, pool, images=images, config=config, seed=5, device=CPU, tick=no_tick, **more)


def flat(classifier):
    return torch.cat([tensor.flatten().double() for tensor in classifier.state_dict().values()])


def plain_training(classifier, pool, images, optimiser, rates):
    """A training as one would first write it, with torch's own optimiser and these learning rates."""
    batch, labels = images.batch(pool.labelled_ids).contiguous(), torch.from_numpy(pool.labels)
    rng, left = np.random.default_rng(5), iter(rates)
    classifier.train()
    for _ in range(3):
        for rows in torch.from_numpy(rng.permutation(len(labels))).split(5):
            for group in optimiser.param_groups:
                group["lr"] = next(left)
            optimiser.zero_grad()
            cross_entropy(classifier(batch[rows]), labels[rows]).backward()
            optimiser.step()
    classifier.eval()
    assert next(left, None) is None
    return flat(classifier)


TORCHS = {
    "adamw": lambda parameters: torch.optim.AdamW(parameters, weight_decay=0.1, foreach=False),
    "sgd": lambda parameters: torch.optim.SGD(parameters, momentum=0.9, weight_decay=0.1, foreach=False),
}


@pytest.mark.parametrize("schedule", ["constant", "cosine"])
@pytest.mark.parametrize("optimiser", TORCHS)
def test_train_does_as_torchs_optimiser_with_the_rates_of_the_schedule(
    classifier, pool, tiny_images, optimiser, schedule
):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    config = replace(CONFIG, learning_rate=1e-2, optimiser=optimiser, weight_decay=0.1, schedule=schedule)
    run(classifier, pool, tiny_images, config)
    ours = flat(classifier)
    # Three epochs of batches of 5, 5 and 2.
    cosine = [1e-2 * (1 + math.cos(math.pi * t / 9)) / 2 for t in range(9)]
    found = {}
    for name, rates in {"constant": [1e-2] * 9, "cosine": cosine}.items():
        classifier.load_state_dict(start)
        found[name] = plain_training(classifier, pool, tiny_images, TORCHS[optimiser](classifier.parameters()), rates)
    torch.testing.assert_close(ours, found[schedule], rtol=1e-3, atol=1e-3)
    assert (found["constant"] - found["cosine"]).abs().max() > 5e-3


def test_the_cosine_starts_at_the_rate_is_half_of_it_in_the_middle_and_ends_above_0():
    config = replace(CONFIG, schedule="cosine")
    assert [learning_rate(config, t, 12) for t in (0, 4, 6, 8)] == pytest.approx([0.1, 0.075, 0.05, 0.025])
    assert learning_rate(config, 11, 12) == pytest.approx(0.1 * (1 - math.cos(math.pi / 12)) / 2)
    assert [learning_rate(CONFIG, t, 12) for t in (0, 6, 11)] == [0.1] * 3


def test_the_virtual_batches_count_among_the_steps_of_the_cosine(classifier, pool, tiny_images, monkeypatch):
    asked = []
    monkeypatch.setattr(
        "lada_explore.stages.train.learning_rate", lambda config, *given: asked.append(given) or config.learning_rate
    )
    run(classifier, pool, tiny_images, replace(CONFIG, epochs=2), virtual=MixedPairs(PAIRS))
    assert asked == [(t, 2 * (3 + 1)) for t in range(8)]


def test_a_kept_state_of_sgd_goes_on_with_its_momentum(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    config = replace(CONFIG, optimiser="sgd", learning_rate=1e-2)
    state = OptimiserState(classifier.named_parameters(), config)
    assert {name.partition(".")[0] for name in state.tensors()} == {"momentum_buffer"}
    assert OptimiserState(classifier.named_parameters(), replace(config, momentum=0.0)).tensors() == {}
    for _ in range(2):
        run(classifier, pool, tiny_images, config, optimiser_state=state)
    ours = flat(classifier)
    classifier.load_state_dict(start)
    one = torch.optim.SGD(classifier.parameters(), lr=1e-2, momentum=0.9, foreach=False)
    plain_training(classifier, pool, tiny_images, one, [1e-2] * 9)
    expected = plain_training(classifier, pool, tiny_images, one, [1e-2] * 9)
    torch.testing.assert_close(ours, expected, rtol=1e-3, atol=1e-3)


# Weights of the classes ------------------------------------------------------------------------------------------


def test_balanced_weights_by_hand():
    # Four of class 0, one of class 1, none of class 2, three of class 3: eight images of three classes.
    weights = balanced_weights(np.array([0, 0, 0, 0, 1, 3, 3, 3]), 4)
    assert weights.tolist() == pytest.approx([8 / 12, 8 / 3, 1, 8 / 9])
    # None of the last class, of three images.
    assert balanced_weights(np.array([0, 0, 1]), 3).tolist() == pytest.approx([3 / 4, 3 / 2, 1])
    assert class_loss(ClassWeights.NONE, np.array([0, 0, 1]), 2, CPU).weights is None


LOGITS = torch.tensor([[math.log(3), 0.0], [0.0, 0.0], [0.0, math.log(3)]])
"""Probabilities 3/4 and 1/4; 1/2 and 1/2; 1/4 and 3/4."""


def test_the_weighted_loss_of_labels_and_of_mixed_targets_by_hand():
    loss = class_loss(ClassWeights.BALANCED, np.array([0, 0, 0, 1]), 2, CPU)  # Weights 2/3 and 2.
    labels = torch.tensor([0, 1, 0])
    expected = (2 / 3 * math.log(4 / 3) + 2 * math.log(2) + 2 / 3 * math.log(4)) / 3
    assert loss.of_labels(LOGITS, labels).item() == pytest.approx(expected)
    assert loss.of_targets(LOGITS, torch.eye(2)[labels]).item() == pytest.approx(expected)
    mixed = torch.tensor([[0.25, 0.75]])
    by_shares = 2 / 3 * 0.25 * math.log(4 / 3) + 2 * 0.75 * math.log(4)
    assert loss.of_targets(LOGITS[:1], mixed).item() == pytest.approx(by_shares)
    # In a batch of one class the weights do not cancel.
    assert loss.of_labels(LOGITS[1:2], torch.tensor([1])).item() == pytest.approx(2 * math.log(2))


UNEVEN = np.array([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2])
STILL = TrainingConfig(epochs=1, learning_rate=1e-12, batch_size=100, class_weights="balanced")
PAIRS = AcquiredPairs(
    pair_ids=np.array([[3, 50], [22, 17]]), labels=np.array([[0, 2], [1, 2]]), tau=np.ones(2, np.float32), mix_layer=0
)


def uneven_pool():
    return Pool(size=60).with_labels(0, IDS, UNEVEN)


def weighted(logits, labels):
    """By torch, whose weighted mean is the sum over that of the weights; these are 12 in all."""
    return cross_entropy(logits, labels, torch.tensor([12 / 27, 12 / 6, 12 / 3]))


def test_train_without_virtual_instances_weighs_its_labels(classifier, tiny_images):
    record = run(classifier, uneven_pool(), tiny_images, STILL)
    classifier.train()
    expected = weighted(classifier(tiny_images.batch(IDS)), torch.from_numpy(UNEVEN)).item()
    assert record.train_loss[0] == pytest.approx(expected, rel=1e-5)
    plain = run(classifier, uneven_pool(), tiny_images, replace(STILL, class_weights="none")).train_loss[0]
    assert abs(plain - expected) > 1e-3


def test_every_augmentation_hands_the_weights_on(classifier, cpu, tiny_images):
    from helpers.tiny_training import training_of

    transformer = SpatialTransformer((1, 12, 12), 0.3, (-1.0,))
    loss = class_loss(ClassWeights.BALANCED, UNEVEN, 3, CPU)
    config = replace(STILL, stn_acquired=True)
    training = training_of(
        tiny_images, cpu, IDS[:2], classifier=classifier, transformer=transformer, class_loss=loss, config=config
    )
    theta = np.tile(np.float32([1, 0, 0, 0, 1, 0]), (2, 1))
    moved = AcquiredTransforms(ids=IDS[[0, 11]], labels=UNEVEN[[0, 11]], theta=theta)
    batch, labels = tiny_images.batch(IDS), torch.from_numpy(UNEVEN)
    classifier.train()
    expected = weighted(classifier(batch), labels)

    plain = NoAugmentation().virtual_batch(None, training)
    assert type(plain) is RealImages
    torch.testing.assert_close(plain.labelled_loss(classifier, batch, labels)[0], expected)

    made = Stn().virtual_batch(moved, training)
    assert type(made) is TransformedImages
    real, shifted = made.labelled_loss(classifier, batch, labels)
    # The transformer starts as the identity, and batch-norm sees every image twice.
    torch.testing.assert_close(real, expected, rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(shifted, expected, rtol=1e-4, atol=1e-5)
    logits = classifier(tiny_images.batch(moved.ids))
    each = cross_entropy(logits, torch.tensor([0, 2]), reduction="none")
    step = made.epoch_loss(classifier, tiny_images, np.random.default_rng(0), CPU)
    torch.testing.assert_close(step.total, (12 / 27 * each[0] + 12 / 3 * each[1]) / 2, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("augmentation", ["manifold_mixup", "input_mixup", "adamixup"])
def test_each_share_of_a_mixed_target_has_the_weight_of_its_class(classifier, cpu, tiny_images, augmentation):
    from helpers.tiny_training import training_of

    from lada_explore.augmentation import augmentation_named

    found = {}
    for how in ClassWeights:
        loss = class_loss(how, UNEVEN, 3, CPU)
        training = training_of(tiny_images, cpu, IDS[:2], classifier=classifier, class_loss=loss)
        batch = augmentation_named(augmentation).virtual_batch(
            replace(PAIRS, labels=np.array([[0, 0], [0, 0]])), training
        )
        assert batch.class_loss is loss
        classifier.train()
        found[how] = batch.epoch_loss(classifier, tiny_images, np.random.default_rng(0), CPU).mixed.item()
    # All shares are of class 0, whose weight is 12 / 27.
    assert found[ClassWeights.BALANCED] == pytest.approx(found[ClassWeights.NONE] * 12 / 27, rel=1e-4)


# What does not work ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"optimiser": "rmsprop"}, "training.optimiser 'rmsprop' is unknown; the known ones are adam, adamw, sgd"),
        ({"schedule": "linear"}, "training.schedule 'linear' is unknown; the known ones are constant, cosine"),
        ({"class_weights": "even"}, "training.class_weights 'even' is unknown; the known ones are none, balanced"),
        ({"momentum": 1.0}, "training.momentum is 1; it must be at least 0 and below 1, try 0.9"),
        ({"weight_decay": -0.1}, "training.weight_decay is -0.1; it must be a finite number of at least 0"),
        ({"weight_decay": float("nan")}, "training.weight_decay is nan; it must be a finite number of at least 0"),
        ({"patience": 0}, "training.patience is 0; it must be at least 1"),
        ({"cuda_graph": True, "schedule": "cosine"}, "training.schedule is 'cosine', but training.cuda_graph replays"),
        ({"cuda_graph": True, "optimiser": "sgd"}, "training.optimiser is 'sgd', but training.cuda_graph records the"),
    ],
)
def test_what_does_not_work_is_one_sentence(settings, sentence):
    with pytest.raises(ConfigError, match=sentence):
        replace(CONFIG, **settings)
