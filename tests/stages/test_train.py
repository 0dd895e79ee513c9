import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from lada_explore.augmentation import (
    AcquiredImages,
    AcquiredPairs,
    MixedPairs,
    RealImages,
    VirtualLoss,
    virtual_loss,
)
from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.errors import NumericsError
from lada_explore.functional import soft_cross_entropy
from lada_explore.models import ResNet
from lada_explore.pool import Pool
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

CONFIG = TrainingConfig(epochs=4, learning_rate=1e-2, batch_size=5)


@pytest.fixture
def classifier(cpu):
    return cpu.place(ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3))


@pytest.fixture
def pool(tiny_data):
    ids = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])
    return Pool(size=60).with_labels(0, ids, tiny_data.train.targets[ids].numpy())


def acquired(mix_layer=1, tau=(0.5, 1.0, 2.0)):
    return AcquiredPairs(
        pair_ids=np.array([[3, 50], [22, 17], [8, 41]]),
        labels=np.array([[0, 2], [1, 2], [2, 1]]),
        tau=np.array(tau, dtype=np.float32),
        mix_layer=mix_layer,
    )


def run(classifier, pool, images, *, pairs=None, config=CONFIG, seed=0, tick=no_tick):
    return train(
        7,
        classifier,
        pool,
        images=images,
        virtual=None if pairs is None else MixedPairs(pairs),
        config=config,
        seed=seed,
        device=torch.device("cpu"),
        tick=tick,
    )


class Lam:
    """Stands in for the generator: every pair gets these coefficients, and the arguments are kept."""

    def __init__(self, *lam):
        self.lam = np.array(lam)

    def beta(self, a, b):
        self.arguments = (a.tolist(), b.tolist())
        return self.lam


def loss_with(classifier, images, pairs, *lam):
    return virtual_loss(classifier, pairs, images, Lam(*lam), torch.device("cpu"))


# Training on labelled images -------------------------------------------------------------------------------------


def test_the_loss_falls_and_what_is_learned_is_the_labels(classifier, pool, tiny_images):
    record = run(classifier, pool, tiny_images, config=replace(CONFIG, epochs=40))
    assert record.train_loss[-1] < 0.3 < 0.9 < record.train_loss[0]
    assert record.train_loss.shape == (40,)
    predicted = classifier(tiny_images.batch(pool.labelled_ids)).argmax(dim=1)
    assert (predicted.numpy() == pool.labels).mean() > 0.9
    assert (record.cycle, record.n_labelled, record.n_virtual) == (7, 12, 0)
    assert record.virtual_loss.shape == (0,)


def test_the_recorded_loss_is_the_mean_over_all_labelled_images(classifier, pool, tiny_images):
    # So small a step leaves the weights alone, and one batch holds all images.
    config = TrainingConfig(epochs=2, learning_rate=1e-12, batch_size=100)
    record = run(classifier, pool, tiny_images, config=config)
    classifier.train()
    logits = classifier(tiny_images.batch(pool.labelled_ids))
    expected = cross_entropy(logits, torch.from_numpy(pool.labels)).item()
    assert record.train_loss.tolist() == pytest.approx([expected] * 2, rel=1e-4)


def test_every_epoch_shows_every_labelled_image_once_in_random_batches(classifier, pool, tiny_images, monkeypatch):
    shown, batch = [], tiny_images.batch
    monkeypatch.setattr(tiny_images, "batch", lambda ids, **more: shown.append(ids.tolist()) or batch(ids, **more))
    run(classifier, pool, tiny_images, config=replace(CONFIG, epochs=3))
    assert [len(ids) for ids in shown] == [5, 5, 2] * 3
    epochs = [shown[i] + shown[i + 1] + shown[i + 2] for i in (0, 3, 6)]
    assert [sorted(ids) for ids in epochs] == [sorted(pool.labelled_ids.tolist())] * 3
    assert epochs[0] != epochs[1] != epochs[2]


def test_a_last_batch_of_one_image_joins_the_one_before_it(cpu, tiny_data, tiny_images, monkeypatch):
    ids = np.arange(11)
    pool = Pool(size=60).with_labels(0, ids, tiny_data.train.targets[ids].numpy())
    # Five stages leave a map of 1 x 1 of 12 x 12 pixels, of which batch-norm needs two.
    deep = cpu.place(ResNet(ClassifierConfig(width=2, blocks=(1, 1, 1, 1, 1)), channels=1, n_classes=3))
    shown, batch, points = [], tiny_images.batch, []
    monkeypatch.setattr(tiny_images, "batch", lambda ids, **more: shown.append(len(ids)) or batch(ids, **more))
    run(deep, pool, tiny_images, config=replace(CONFIG, epochs=2), tick=lambda *point: points.append(point))
    assert shown == [5, 6] * 2
    assert points[-1] == (4, 4, "batches")


def plain_training(classifier, pool, images, config, seed):
    """The same training as one would first write it: contiguous layout, Adam unfused, float images kept whole."""
    rng = np.random.default_rng(seed)
    pixels = images.batch(pool.labelled_ids).contiguous()
    labels = torch.from_numpy(pool.labels)
    optimiser = torch.optim.Adam(classifier.parameters(), lr=config.learning_rate, fused=False, foreach=False)
    classifier.train()
    for _ in range(config.epochs):
        order = torch.from_numpy(rng.permutation(len(labels)))
        for start in range(0, len(order), config.batch_size):
            rows = order[start : start + config.batch_size]
            optimiser.zero_grad()
            cross_entropy(classifier(pixels[rows]), labels[rows]).backward()
            optimiser.step()
    classifier.eval()


def test_the_fast_path_learns_what_a_plain_loop_learns(classifier, pool, tiny_images):
    plain = copy.deepcopy(classifier).to(memory_format=torch.contiguous_format)
    before = copy.deepcopy(plain)
    config = replace(CONFIG, learning_rate=1e-3)
    plain_training(plain, pool, tiny_images, config, seed=0)
    run(classifier, pool, tiny_images, config=config)
    batch = tiny_images.batch(np.arange(60))
    # Adam divides by the gradient's size, so rounding shows in the fourth digit; training moves much more.
    torch.testing.assert_close(classifier(batch), plain(batch), rtol=1e-3, atol=1e-3)
    assert (plain(batch) - before.eval()(batch)).abs().max() > 0.1


def test_the_same_seed_gives_the_same_weights_and_another_seed_others(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}

    def weights(seed):
        classifier.load_state_dict(start)
        record = run(classifier, pool, tiny_images, pairs=acquired(), config=replace(CONFIG, crop_flip=True), seed=seed)
        return torch.cat([t.flatten().double() for t in classifier.state_dict().values()]), record

    (first, record), (again, record_again), (other, _) = weights(1), weights(1), weights(2)
    assert torch.equal(first, again)
    assert record.virtual_loss.tolist() == record_again.virtual_loss.tolist()
    assert not torch.equal(first, other)


def test_crop_and_flip_changes_what_is_shown(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    plain = run(classifier, pool, tiny_images).train_loss
    classifier.load_state_dict(start)
    cropped = run(classifier, pool, tiny_images, config=replace(CONFIG, crop_flip=True)).train_loss
    assert not np.allclose(plain, cropped)


def test_the_classifier_is_left_in_eval_mode(classifier, pool, tiny_images):
    run(classifier, pool, tiny_images)
    assert not any(module.training for module in classifier.modules())


def test_progress_counts_every_batch_real_and_virtual(classifier, pool, tiny_images):
    points = []
    run(classifier, pool, tiny_images, pairs=acquired(), tick=lambda *point: points.append(point))
    # Three batches of labelled images and one of virtual instances, four epochs.
    assert points == [(n, 16, "batches") for n in range(1, 17)]


@pytest.mark.parametrize("pairs", [None, acquired()], ids=["without", "with virtual instances"])
def test_a_loss_that_is_not_finite_names_the_stage_and_the_remedy(classifier, pool, tiny_images, pairs):
    with pytest.raises(
        NumericsError, match=r"Train of cycle 7: the training loss is nan in epoch \d; lower training.learning_rate"
    ):
        run(classifier, pool, tiny_images, pairs=pairs, config=replace(CONFIG, learning_rate=1e30))


def test_a_training_that_runs_away_is_said_to_have_diverged_though_its_loss_is_finite(classifier, pool, tiny_images):
    sentence = (
        r"Train of cycle 7: the training loss is [\d.e+]+ nats in epoch 4, where guessing has 1.10; lower "
        r"training.learning_rate, now 100, in a new run: this training has diverged and is not kept"
    )
    with pytest.raises(NumericsError, match=sentence):
        run(classifier, pool, tiny_images, config=replace(CONFIG, learning_rate=100.0))


class OfOneWeight(RealImages):
    """Its loss at the end of each epoch is what it is told, with a gradient in the classifier's last bias."""

    per_epoch = 1

    def __init__(self, *losses):
        self.losses = list(losses)

    def epoch_loss(self, classifier, images, rng, device):
        loss = torch.tensor(self.losses.pop(0))
        return VirtualLoss(total=classifier.head.bias.sum(), mixed=loss)


def with_virtual(classifier, pool, images, virtual, config):
    device = torch.device("cpu")
    return train(
        7, classifier, pool, images=images, virtual=virtual, config=config, seed=0, device=device, tick=no_tick
    )


def test_the_first_epoch_whose_virtual_loss_is_not_finite_is_named(classifier, pool, tiny_images):
    losses = OfOneWeight(1.0, 2.0, float("inf"), float("nan"))
    with pytest.raises(NumericsError, match="cycle 7: the loss of the virtual instances is inf in epoch 3; lower"):
        with_virtual(classifier, pool, tiny_images, losses, CONFIG)


@pytest.mark.parametrize("wrong_in", [None, 2, 3])
def test_what_a_virtual_batch_adds_is_recorded_in_float32_unless_an_epoch_of_it_is_not_finite(
    classifier, pool, tiny_images, wrong_in
):
    added = np.arange(8.0).reshape(4, 2) + 0.1
    if wrong_in:
        added[wrong_in - 1 :, 1] = np.nan
    virtual = OfOneWeight(1.0, 1.0, 1.0, 1.0)
    virtual.recorded = lambda record: replace(record, own={"added": added})
    if wrong_in:
        with pytest.raises(NumericsError, match=f"added is not finite in epoch {wrong_in}; lower"):
            with_virtual(classifier, pool, tiny_images, virtual, CONFIG)
        return
    own = with_virtual(classifier, pool, tiny_images, virtual, CONFIG).own["added"]
    assert (own.dtype, own.tolist()) == (np.float32, added.astype(np.float32).tolist())


def test_the_virtual_losses_are_recorded_as_they_are_and_the_total_is_what_is_learned_from(
    classifier, pool, tiny_images
):
    config = TrainingConfig(epochs=4, learning_rate=1e-3, batch_size=100)
    before = classifier.head.bias.detach().clone()
    record = with_virtual(classifier, pool, tiny_images, OfOneWeight(1.0, 2.0, 0.5, 4.0), config)
    assert record.virtual_loss.tolist() == [1.0, 2.0, 0.5, 4.0]
    assert (classifier.head.bias.detach() < before).all()


# Virtual instances -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
@pytest.mark.parametrize("end", [0, 1])
def test_lam_1_is_the_first_image_with_its_label_and_lam_0_the_second(classifier, tiny_images, mix_layer, end):
    classifier.eval()
    pairs = acquired(mix_layer)
    lam = 1.0 - end
    expected = cross_entropy(
        classifier(tiny_images.batch(pairs.pair_ids[:, end])), torch.from_numpy(pairs.labels[:, end])
    )
    torch.testing.assert_close(loss_with(classifier, tiny_images, pairs, lam, lam, lam), expected)


def test_in_train_mode_input_mixup_with_lam_1_is_training_on_the_first_images(classifier, tiny_images):
    classifier.train()
    pairs = acquired(mix_layer=0)
    expected = cross_entropy(classifier(tiny_images.batch(pairs.pair_ids[:, 0])), torch.from_numpy(pairs.labels[:, 0]))
    torch.testing.assert_close(loss_with(classifier, tiny_images, pairs, 1.0, 1.0, 1.0), expected)


@pytest.mark.parametrize("mix_layer", [0, 1, 2])
def test_states_and_targets_are_mixed_with_the_same_lam(classifier, tiny_images, mix_layer):
    classifier.eval()
    pairs, lam = acquired(mix_layer), torch.tensor([0.25, 0.9, 0.5])
    first, second = (classifier.to_layer(tiny_images.batch(pairs.pair_ids[:, end]), mix_layer) for end in (0, 1))
    weight = lam[:, None, None, None]
    logits = classifier.from_layer(weight * first + (1 - weight) * second, mix_layer)
    # Labels (0, 2), (1, 2), (2, 1) of three classes.
    targets = torch.tensor([[0.25, 0.0, 0.75], [0.0, 0.9, 0.1], [0.0, 0.5, 0.5]])
    torch.testing.assert_close(
        loss_with(classifier, tiny_images, pairs, *lam.tolist()), soft_cross_entropy(logits, targets)
    )


def test_in_train_mode_batch_norm_before_the_mix_layer_sees_both_ends_of_the_pairs(classifier, tiny_images):
    classifier.train()
    pairs = acquired(mix_layer=1)
    both = classifier.to_layer(tiny_images.batch(np.array([3, 22, 8, 50, 17, 41])), 1)
    logits = classifier.from_layer(0.5 * both[:3] + 0.5 * both[3:], 1)
    targets = torch.tensor([[0.5, 0.0, 0.5], [0.0, 0.5, 0.5], [0.0, 0.5, 0.5]])
    torch.testing.assert_close(
        loss_with(classifier, tiny_images, pairs, 0.5, 0.5, 0.5), soft_cross_entropy(logits, targets)
    )


def test_lam_is_drawn_from_a_beta_with_both_parameters_tau_of_each_pair(classifier, tiny_images):
    lam = Lam(0.5, 0.5, 0.5)
    virtual_loss(classifier, acquired(), tiny_images, lam, torch.device("cpu"))
    assert lam.arguments == ([0.5, 1.0, 2.0], [0.5, 1.0, 2.0])


def test_lam_is_drawn_afresh_in_every_epoch(classifier, pool, tiny_images):
    config = TrainingConfig(epochs=5, learning_rate=1e-12, batch_size=100)
    record = run(classifier, pool, tiny_images, pairs=acquired(), config=config)
    assert record.n_virtual == 3
    assert len(set(record.virtual_loss.round(4).tolist())) == 5


def test_the_gradient_is_cleared_before_every_step(classifier, pool, tiny_images):
    fresh, kept = [], []
    bias = classifier.head.bias
    bias.register_hook(lambda gradient: fresh.append(gradient.clone()))
    bias.register_post_accumulate_grad_hook(lambda parameter: kept.append(parameter.grad.clone()))
    run(classifier, pool, tiny_images, pairs=acquired())
    assert len(fresh) == len(kept) == 16
    for new, accumulated in zip(fresh, kept, strict=True):
        assert torch.equal(new, accumulated)
        assert new.abs().max() > 0


def test_virtual_instances_are_trained_on(classifier, pool, tiny_images):
    start = {name: tensor.clone() for name, tensor in classifier.state_dict().items()}
    # Labels that contradict those of the pool, so that only the virtual instances can teach them.
    pairs = AcquiredPairs(
        pair_ids=np.array([[1, 2], [4, 7]]),
        labels=np.array([[0, 0], [0, 0]]),
        tau=np.full(2, 1.0, dtype=np.float32),
        mix_layer=1,
    )
    record = run(classifier, pool, tiny_images, pairs=pairs, config=replace(CONFIG, epochs=20))
    assert record.virtual_loss[-5:].mean() < 0.5 * record.virtual_loss[0]
    with_virtual = classifier(tiny_images.batch(np.array([1, 2, 4, 7]))).softmax(dim=1)[:, 0].mean()
    classifier.load_state_dict(start)
    run(classifier, pool, tiny_images, config=replace(CONFIG, epochs=20))
    without = classifier(tiny_images.batch(np.array([1, 2, 4, 7]))).softmax(dim=1)[:, 0].mean()
    assert with_virtual > without + 0.2


# Single images acquired, then mixed in random pairs -----------------------------------------------------------------


def acquired_images(n=6, tau=2.0, mix_layer=1):
    ids = np.array([3, 50, 22, 17, 8, 41, 29])[:n]
    return AcquiredImages(ids=ids, labels=ids % 3, tau=tau, mix_layer=mix_layer)


def test_the_pairs_are_disjoint_random_and_drawn_afresh(rng):
    images = acquired_images()
    drawn = [images.pairs(rng) for _ in range(200)]
    for pairs in drawn:
        assert pairs.pair_ids.shape == (3, 2)
        assert sorted(pairs.pair_ids.ravel().tolist()) == sorted(images.ids.tolist())
        assert (pairs.labels == pairs.pair_ids % 3).all()
        assert (pairs.tau.tolist(), pairs.mix_layer) == ([2.0, 2.0, 2.0], 1)
    partners = {int(pair[1 - pair.tolist().index(3)]) for pairs in drawn for pair in pairs.pair_ids if 3 in pair}
    assert partners == {50, 22, 17, 8, 41}


def test_of_an_odd_number_of_images_another_one_sits_out_each_time(rng):
    images = acquired_images(7)
    assert len(images) == 3
    left = {(set(images.ids.tolist()) - set(images.pairs(rng).pair_ids.ravel().tolist())).pop() for _ in range(100)}
    assert left == set(images.ids.tolist())


def test_the_loss_of_mixed_images_worked_out_by_hand(classifier, tiny_images):
    classifier.eval()
    # Permuted, the ids are 22, 3, 50, 17: pairs (22, 50) and (3, 17) with labels (1, 2) and (0, 2).
    images = AcquiredImages(ids=np.array([3, 50, 22, 17]), labels=np.array([0, 2, 1, 2]), tau=2.0, mix_layer=1)

    class Draws(Lam):
        def permutation(self, n):
            return np.array([2, 0, 1, 3])

    draws = Draws(0.25, 0.9)
    loss = virtual_loss(classifier, images.pairs(draws), tiny_images, draws, torch.device("cpu"))
    hidden = classifier.to_layer(tiny_images.batch(np.array([22, 50, 3, 17])), 1)
    mixed = torch.stack([0.25 * hidden[0] + 0.75 * hidden[1], 0.9 * hidden[2] + 0.1 * hidden[3]])
    log_probs = torch.log_softmax(classifier.from_layer(mixed, 1), dim=1)
    by_hand = -(0.25 * log_probs[0, 1] + 0.75 * log_probs[0, 2] + 0.9 * log_probs[1, 0] + 0.1 * log_probs[1, 2]) / 2
    torch.testing.assert_close(loss, by_hand)
    assert draws.arguments == ([2.0, 2.0], [2.0, 2.0])


def test_mixed_images_are_trained_on_and_the_record_says_how_many_and_where(classifier, pool, tiny_images):
    record = run(classifier, pool, tiny_images, pairs=acquired_images())
    assert (record.n_virtual, record.mix_layer, record.virtual_loss.shape) == (3, 1, (4,))
    assert run(classifier, pool, tiny_images).mix_layer == -1
