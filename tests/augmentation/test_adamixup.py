"""AdaMixup against numbers worked out by hand."""

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.by_hand import by_hand
from helpers.small_runs import small_config, small_session
from helpers.tiny_training import ONE_EPOCH, training_of

from lada_explore.augmentation import (
    AcquiredImages,
    AcquiredPairs,
    AdaMixup,
    MixedInRegions,
    RealImages,
    adamixup_loss,
)
from lada_explore.config import ClassifierConfig, TrainingConfig
from lada_explore.errors import ConfigError
from lada_explore.models import MixingRegions, ResNet
from lada_explore.pool import Pool
from lada_explore.records import TrainRecord
from lada_explore.stages.optimiser import OptimiserState
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

IDS = np.array([3, 50, 22, 17, 8, 41])


class Known(MixingRegions):
    """Regions as they are told, whatever the images."""

    def __init__(self, shares, n_features=8):
        super().__init__((1, 12, 12), n_features)
        last = self.generator[-1]
        torch.nn.init.zeros_(last.weight)
        last.bias.data = torch.log(torch.tensor(shares))


@pytest.fixture
def classifier():
    return ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=3).eval()


@pytest.fixture
def batch(tiny_images):
    first, second = tiny_images.batch(IDS[:3]), tiny_images.batch(IDS[3:])
    targets = torch.eye(3)[[0, 2, 1]], torch.eye(3)[[2, 2, 1]]
    return first, second, targets


class TestRegion:
    def test_is_the_second_of_three_shares_after_the_first(self):
        alpha, delta = Known([0.5, 0.3, 0.2]).region(torch.randn(4, 2, 12, 12))
        assert alpha.tolist() == pytest.approx([0.5] * 4)
        assert delta.tolist() == pytest.approx([0.3] * 4)

    def test_lies_inside_0_and_1_whatever_the_weights(self):
        regions = MixingRegions((1, 12, 12), 8)
        torch.nn.init.normal_(regions.generator[-1].weight, std=20.0)
        alpha, delta = regions.region(torch.randn(100, 2, 12, 12))
        assert alpha.min() >= 0
        assert delta.min() >= 0
        assert (alpha + delta).max() <= 1 + 1e-6

    def test_needs_images_that_its_convolutions_can_see(self):
        with pytest.raises(ConfigError, match="at least 12 x 12 but these are 8 x 8"):
            MixingRegions((1, 8, 8), 4)


class TestLoss:
    def test_pairs_are_mixed_where_the_draw_falls_in_the_region(self, classifier, batch):
        first, second, _ = batch
        found = adamixup_loss(classifier, Known([0.5, 0.3, 0.2]), *batch, torch.tensor([0.0, 0.5, 1.0]))
        # lam = 0.5 + 0.3 * place: 0.5, 0.65 and 0.8.
        mixed = torch.stack([w * a + (1 - w) * b for w, a, b in zip((0.5, 0.65, 0.8), first, second, strict=True)])
        log_probs = torch.log_softmax(classifier(mixed), dim=1)
        by_hand = -(0.5 * log_probs[0, 0] + 0.5 * log_probs[0, 2] + log_probs[1, 2] + log_probs[2, 1]) / 3
        torch.testing.assert_close(found.mixed, by_hand)
        assert found.region.detach().numpy() == pytest.approx(np.tile([0.5, 0.3], (3, 1)))

    def test_a_discriminator_that_knows_nothing_pays_log_2(self, classifier, batch):
        regions = Known([0.5, 0.3, 0.2])
        torch.nn.init.zeros_(regions.discriminator.weight)
        torch.nn.init.zeros_(regions.discriminator.bias)
        found = adamixup_loss(classifier, regions, *batch, torch.zeros(3))
        assert found.intrusion.item() == pytest.approx(math.log(2))

    def test_mixtures_count_as_1_and_the_images_of_the_pairs_as_0(self, classifier, batch):
        regions = Known([0.5, 0.3, 0.2])
        torch.nn.init.zeros_(regions.discriminator.weight)
        regions.discriminator.bias.data.fill_(math.log(3))
        found = adamixup_loss(classifier, regions, *batch, torch.zeros(3))
        # It says 3 to 1 for mixed: right for 3 of 9 (-log 3/4), wrong for the 6 real ones (-log 1/4).
        assert found.intrusion.item() == pytest.approx((3 * math.log(4 / 3) + 6 * math.log(4)) / 9)

    def test_both_losses_reach_the_region_through_lam(self, classifier, batch):
        regions = MixingRegions((1, 12, 12), 8)
        last = regions.generator[-1].weight
        for name in ("mixed", "intrusion"):
            loss = getattr(adamixup_loss(classifier, regions, *batch, torch.tensor([0.2, 0.5, 0.7])), name)
            (gradient,) = torch.autograd.grad(loss, last)
            assert gradient.abs().max() > 0, name

    def test_the_gradient_in_the_region_is_that_of_moving_it(self, classifier, batch):
        regions, place = Known([0.4, 0.4, 0.2]), torch.full((3,), 0.5)
        classifier.head.weight.data.mul_(30)
        bias = regions.generator[-1].bias
        (gradient,) = torch.autograd.grad(adamixup_loss(classifier, regions, *batch, place).mixed, bias)
        for coordinate in range(3):
            around = []
            for step in (0.02, -0.02):
                moved = Known([0.4, 0.4, 0.2])
                moved.generator[-1].bias.data[coordinate] += step
                around.append(adamixup_loss(classifier, moved, *batch, place).mixed.item())
            assert gradient[coordinate].item() == pytest.approx((around[0] - around[1]) / 0.04, rel=0.05, abs=1e-3)
        assert gradient.abs().max() > 0.01


@pytest.mark.parametrize("kept", [False, True])
def test_classifier_regions_and_discriminator_are_trained_together(classifier, tiny_images, kept):
    labels = IDS % 3
    regions = MixingRegions((1, 12, 12), 8)
    before = {name: parameter.detach().clone() for name, parameter in regions.named_parameters()}
    config = TrainingConfig(epochs=25, learning_rate=1e-2, batch_size=3)
    record = train(
        1,
        classifier,
        Pool(size=60).with_labels(0, IDS, labels),
        images=tiny_images,
        virtual=MixedInRegions(AcquiredImages(ids=IDS, labels=labels, tau=1.0, mix_layer=0), regions),
        config=config,
        seed=0,
        device=torch.device("cpu"),
        tick=no_tick,
        # One that is kept from before the regions were made; in the release it trains neither of their networks.
        optimiser_state=OptimiserState(classifier.named_parameters(), config) if kept else None,
    )
    assert (record.n_virtual, record.mix_layer) == (3, 0)
    assert (record.virtual_loss.shape, record.intrusion_loss.shape, record.region.shape) == ((25,), (25,), (25, 3, 2))
    assert record.intrusion_loss[-5:].mean() < record.intrusion_loss[:5].mean() - 0.04
    assert all(not torch.equal(parameter, before[name]) for name, parameter in regions.named_parameters())
    assert (record.region.min(), record.region.sum(axis=2).max()) >= (0, 0)
    assert np.abs(record.region[-1].mean(axis=0) - record.region[0].mean(axis=0)).max() > 1e-3


class TestVirtualBatch:
    @pytest.fixture
    def batch_of(self, classifier, tiny_images, cpu):
        training = training_of(tiny_images, cpu, IDS, classifier=classifier)
        return lambda acquired, seed=0: AdaMixup().virtual_batch(acquired, replace(training, seed=seed))

    def test_without_anything_acquired_is_the_labelled_images_alone(self, batch_of):
        batch = batch_of(None)
        assert type(batch) is RealImages
        assert batch.networks == ()

    def test_has_new_networks_that_the_seed_decides_and_leaves_the_generator_alone(self, batch_of):
        acquired, state = AcquiredImages(ids=IDS, labels=IDS % 3, tau=1.0, mix_layer=0), torch.get_rng_state()
        batches = [batch_of(acquired, seed) for seed in (1, 1, 2)]
        first, again, other = (next(batch.networks[0].parameters()) for batch in batches)
        assert torch.equal(first, again)
        assert not torch.equal(first, other)
        assert torch.equal(torch.get_rng_state(), state)
        assert (batches[0].size(6), batches[0].mix_layer, batches[0].per_epoch) == (3, 0, 1)

    def test_has_the_same_networks_in_each_cycle_where_the_classifier_starts_from_the_same_weights(
        self, tiny_images, classifier, cpu
    ):
        acquired = AcquiredImages(ids=IDS, labels=IDS % 3, tau=1.0, mix_layer=0)

        def first_weight(seed, first_seed=5, **config):
            made = training_of(
                tiny_images,
                cpu,
                IDS,
                classifier=classifier,
                seed=seed,
                first_seed=first_seed,
                config=replace(ONE_EPOCH, **config),
            )
            return next(AdaMixup().virtual_batch(acquired, made).networks[0].parameters())

        same = {"reinitialise": True, "initial_weights": "same"}
        assert torch.equal(first_weight(1, **same), first_weight(2, **same))
        assert not torch.equal(first_weight(1, **same), first_weight(1, first_seed=6, **same))
        for other in ({"reinitialise": True}, {"initial_weights": "same"}):
            assert not torch.equal(first_weight(1, **other), first_weight(2, **other))
            assert torch.equal(first_weight(1, **other), first_weight(1, first_seed=6, **other))

    def test_of_a_run_as_released_on_images_of_100_classes_starts_from_one_set_of_weights(self, tmp_path, monkeypatch):
        seen, make = [], AdaMixup.virtual_batch

        def spied(self, acquired, training):
            batch = make(self, acquired, training)
            seen.extend(torch.cat([p.flatten() for p in network.parameters()]).clone() for network in batch.networks)
            return batch

        monkeypatch.setattr(AdaMixup, "virtual_batch", spied)
        changes = {"training__reinitialise": True, "training__initial_weights": "same"}
        for seed in (0, 1):
            session = small_session(tmp_path / f"run-{seed}", "ent-then-adamixup", seed=seed, **changes)
            session.run()
            session.close()
        assert [torch.equal(seen[0], later) for later in seen] == [True, True, False, False]
        assert torch.equal(seen[2], seen[3])

    def test_draws_the_place_in_the_region_uniformly_from_the_generator_of_the_stage(self, classifier, tiny_images):
        pairs = AcquiredPairs(
            pair_ids=IDS.reshape(3, 2), labels=IDS.reshape(3, 2) % 3, tau=np.ones(3, np.float32), mix_layer=0
        )
        regions = Known([0.5, 0.3, 0.2])
        batch = MixedInRegions(pairs, regions)
        found = batch.epoch_loss(classifier, tiny_images, np.random.default_rng(4), torch.device("cpu"))
        place = torch.from_numpy(np.random.default_rng(4).random(3)).float()
        first, second = (tiny_images.batch(IDS[start::2]) for start in (0, 1))
        targets = torch.eye(3)[IDS[::2] % 3], torch.eye(3)[IDS[1::2] % 3]
        expected = adamixup_loss(classifier, regions, first, second, targets, place)
        torch.testing.assert_close(found.mixed, expected.mixed)
        torch.testing.assert_close(found.total, expected.mixed + expected.intrusion)
        record = batch.recorded(by_hand(TrainRecord, cycle=1, n_labelled=6, n_virtual=3, mix_layer=0))
        assert record.intrusion_loss.tolist() == pytest.approx([expected.intrusion.item()])
        np.testing.assert_allclose(record.region, np.tile([0.5, 0.3], (1, 3, 1)), rtol=1e-6)


def test_images_that_the_networks_cannot_see_are_refused_before_the_run(tiny_data):
    AdaMixup().check(small_config(), tiny_data)
    small = replace(tiny_data, test=None, train=replace(tiny_data.train, pixels=tiny_data.train.images[:, :, :8, :8]))
    with pytest.raises(ConfigError, match="at least 12 x 12 but these are 8 x 8"):
        AdaMixup().check(small_config(), small)
