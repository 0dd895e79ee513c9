"""Algorithm 1: a spatial transformer that looks ahead, and is trained with the classifier."""

import sys

import numpy as np
import pytest
import torch
from helpers.small_runs import small_session

from lada_explore.acquisition import MaxEntropy, Random
from lada_explore.augmentation import Stn, TransformedAcquired, TransformedImages, transformed_loss
from lada_explore.config import PolicyConfig, TrainingConfig
from lada_explore.errors import ConfigError, NumericsError
from lada_explore.functional import entropy_bits
from lada_explore.models import SpatialTransformer
from lada_explore.models.spatial_transformer import IDENTITY
from lada_explore.pool import Pool
from lada_explore.records import Stage
from lada_explore.stages.look_ahead_theta import look_ahead_theta
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

IDS = np.array([3, 50, 22, 17, 8, 41, 0, 33, 29, 12, 5, 58])
look_ahead_theta_module = sys.modules[look_ahead_theta.__module__]
CONFIG = PolicyConfig(epochs=3, batch_size=5, learning_rate=5e-3)


@pytest.fixture
def tiny_classifier(tiny_classifier):
    """Sure enough of some images that there is entropy to gain."""
    tiny_classifier.head.weight.mul_(100)
    return tiny_classifier


@pytest.fixture
def transformer():
    """Moves every image a little: its last layer is not zero."""
    network = SpatialTransformer((1, 12, 12), 0.3, (-0.5 / 0.3,))
    torch.nn.init.normal_(network.layers[-1].weight, std=0.1)
    return network.eval().requires_grad_(False)


def looked(classifier, transformer, images, *, policy="learned", config=CONFIG, acquisition=None, **more):
    return look_ahead_theta(
        4,
        IDS,
        augmentation=Stn(),
        acquisition=acquisition or MaxEntropy(),
        classifier=classifier,
        transformer=transformer,
        images=images,
        policy=policy,
        config=config,
        **({"chunk": 5, "gradient_chunk": 3, "seed": 0, "tick": no_tick} | more),
    )


def entropy(classifier, moved):
    return entropy_bits(torch.log_softmax(classifier(moved), dim=1))


def weights_of(network):
    return torch.cat([tensor.flatten() for tensor in network.state_dict().values()])


class TestLookAhead:
    def test_raises_the_mean_entropy_of_the_transforms(self, tiny_classifier, transformer, tiny_images):
        record = looked(
            tiny_classifier, transformer, tiny_images, config=PolicyConfig(epochs=20, batch_size=12, learning_rate=5e-3)
        )
        before = entropy(tiny_classifier, transformer(tiny_images.batch(IDS))).mean().item()
        assert record.policy_loss[0] == pytest.approx(-before, abs=1e-5)
        assert record.value.mean() > before + 0.01
        assert record.policy_loss[-1] < record.policy_loss[0]

    def test_values_each_image_by_the_entropy_of_its_transform(self, tiny_classifier, transformer, tiny_images):
        record = looked(tiny_classifier, transformer, tiny_images)
        batch = tiny_images.batch(IDS)
        moved = transformer.transform(batch, torch.from_numpy(record.theta))
        np.testing.assert_allclose(record.value, entropy(tiny_classifier, moved), atol=1e-5)
        assert (record.theta.shape, record.theta_by_epoch.shape, record.policy_loss.shape) == (
            (12, 6),
            (4, 12, 6),
            (3,),
        )
        assert np.array_equal(record.theta_by_epoch[-1], record.theta)
        np.testing.assert_allclose(record.theta_by_epoch[0], transformer.theta(batch), atol=1e-6)
        assert np.abs(record.theta - record.theta_by_epoch[0]).max() > 1e-3
        assert np.abs(record.theta - np.array(IDENTITY)).max() <= 0.3 + 1e-6
        assert (record.policy, record.estimator, record.unit, len(record.tau)) == ("learned", "none", "bits", 0)

    def test_fixed_takes_the_transformer_as_training_left_it(self, tiny_classifier, transformer, tiny_images):
        record = looked(tiny_classifier, transformer, tiny_images, policy="fixed")
        np.testing.assert_allclose(record.theta, transformer.theta(tiny_images.batch(IDS)), atol=1e-6)
        assert (record.theta_by_epoch.shape, record.policy_loss.shape) == ((1, 12, 6), (0,))

    def test_leaves_transformer_and_classifier_as_they_were_and_frozen(self, tiny_classifier, transformer, tiny_images):
        before = weights_of(transformer), weights_of(tiny_classifier)
        looked(tiny_classifier, transformer, tiny_images)
        assert torch.equal(weights_of(transformer), before[0])
        assert torch.equal(weights_of(tiny_classifier), before[1])
        assert not any(parameter.requires_grad for parameter in transformer.parameters())

    def test_a_stop_half_way_puts_the_saved_copy_back_too(self, tiny_classifier, transformer, tiny_images):
        before, points = weights_of(transformer), []

        def stop(done, total, unit):
            points.append((done, total, unit))
            if done == 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            looked(tiny_classifier, transformer, tiny_images, tick=stop)
        assert points[-1] == (4, 9, "batches of transforms")
        assert torch.equal(weights_of(transformer), before)

    def test_the_size_of_a_pass_changes_nothing(self, tiny_classifier, transformer, tiny_images):
        small = looked(tiny_classifier, transformer, tiny_images, chunk=2, gradient_chunk=1)
        large = looked(tiny_classifier, transformer, tiny_images, chunk=100, gradient_chunk=100)
        np.testing.assert_allclose(small.theta, large.theta, atol=1e-4)
        np.testing.assert_allclose(small.policy_loss, large.policy_loss, atol=1e-5)

    def test_what_is_not_finite_is_named_and_never_replaced(self, tiny_classifier, transformer, tiny_images):
        transformer.layers[-1].bias.fill_(float("nan"))
        with pytest.raises(
            NumericsError, match="Look ahead of cycle 4: the theta of 12 images .* first has id 3; lower"
        ):
            looked(tiny_classifier, transformer, tiny_images, policy="fixed")

    def test_an_acquisition_without_a_gradient_is_refused(self, tiny_classifier, transformer, tiny_images):
        acquisition = Random()
        with pytest.raises(
            ConfigError, match="has no gradient, so no transform can be learned .* choose policy 'fixed'"
        ):
            looked(tiny_classifier, transformer, tiny_images, acquisition=acquisition)


class TestTraining:
    POOL = (np.array([3, 50, 22, 17, 8, 41]), np.array([0, 2, 1, 2, 2, 1]))

    def test_real_and_transformed_images_are_both_in_the_loss(self, tiny_classifier, transformer, tiny_images):
        batch, labels = tiny_images.batch(self.POOL[0]), torch.from_numpy(self.POOL[1])
        real, moved = transformed_loss(tiny_classifier, transformer, batch, labels)
        rows = torch.arange(6)
        by_hand = -torch.log_softmax(tiny_classifier(batch), dim=1)[rows, labels].mean()
        torch.testing.assert_close(real, by_hand)
        by_hand = -torch.log_softmax(tiny_classifier(transformer(batch)), dim=1)[rows, labels].mean()
        torch.testing.assert_close(moved, by_hand)

    def test_classifier_and_transformer_learn_together(self, tiny_classifier, transformer, tiny_images):
        before = weights_of(tiny_classifier), weights_of(transformer)
        pool = Pool(size=60).with_labels(0, *self.POOL)
        record = train(
            2,
            tiny_classifier.requires_grad_(True),
            pool,
            images=tiny_images,
            virtual=TransformedImages(transformer.requires_grad_(True)),
            config=TrainingConfig(epochs=15, learning_rate=1e-2, batch_size=3),
            seed=0,
            device=torch.device("cpu"),
            tick=no_tick,
        )
        assert (record.n_virtual, record.virtual_loss.shape) == (6, (15,))
        assert record.virtual_loss[-1] < 0.5 * record.virtual_loss[0]
        assert record.train_loss[-1] < 0.5 * record.train_loss[0]
        assert not torch.equal(weights_of(tiny_classifier), before[0])
        assert not torch.equal(weights_of(transformer), before[1])


def test_the_steps_of_algorithm_1_come_in_its_order(tmp_path, monkeypatch):
    """Save (2), maximise (4), load (9), select (5), query (6), augment (8), then in each epoch lines 11 and 12."""
    session = small_session(tmp_path / "run", "lada-entstn", training__epochs=2, policy__epochs=1, cycles=1)
    while (session.cycle, session.next_stage) != (1, Stage.LOOK_AHEAD):
        session.step()
    network, trace = session._runner.networks.transformer, []
    left_by_training = weights_of(network)
    save, load, step = look_ahead_theta_module.saved_copy, network.load_state_dict, torch.optim.Adam.step
    augment, of_labelled, of_acquired = (
        TransformedAcquired.__init__,
        TransformedImages.labelled_loss,
        TransformedAcquired.epoch_loss,
    )
    own = {id(parameter) for parameter in network.parameters()}
    everything = own | {id(parameter) for parameter in session.classifier.parameters()}

    def saved(transformer):
        trace.append("save")
        return save(transformer)

    def loaded(weights):
        trace.append("load")
        assert torch.equal(torch.cat([tensor.flatten() for tensor in weights.values()]), left_by_training)
        return load(weights)

    def told(name, call):
        def calls(*args):
            trace.append(name)
            return call(*args)

        return calls

    def stepped(optimiser, *args, **more):
        held = {id(parameter) for group in optimiser.param_groups for parameter in group["params"]}
        assert held in (own, everything)
        if held == everything and trace.count("train") == 1:
            # Training begins from the saved copy, not from what was learned to look ahead.
            assert torch.equal(weights_of(network), left_by_training)
        trace.append("update" if held == own else "train")
        return step(optimiser, *args, **more)

    monkeypatch.setattr(look_ahead_theta_module, "saved_copy", saved)
    monkeypatch.setattr(network, "load_state_dict", loaded)
    monkeypatch.setattr(torch.optim.Adam, "step", stepped)
    monkeypatch.setattr(TransformedAcquired, "__init__", told("line 8", augment))
    monkeypatch.setattr(TransformedImages, "labelled_loss", told("line 11", of_labelled))
    monkeypatch.setattr(TransformedAcquired, "epoch_loss", told("line 12", of_acquired))
    for stage in (Stage.LOOK_AHEAD, Stage.SELECT, Stage.QUERY, Stage.TRAIN):
        trace.append(stage.value)
        session.step()
    session.close()
    # 20 candidates in batches of 5; 10 labelled images in one batch, twice.
    epoch = ["line 11", "train", "line 12", "train"]
    learned = ["save", *["update"] * 4, "load"]
    assert trace == ["look_ahead", *learned, "select", "query", "train", "line 8", *epoch, *epoch]
    assert not torch.equal(weights_of(network), left_by_training)


def test_the_queried_images_are_shown_as_their_theta_moves_them():
    pixels = np.arange(16, dtype=np.uint8).reshape(1, 1, 4, 4)
    theta = np.array([[1, 0, 0.5, 0, 1, 0]], np.float32)
    assert Stn().transform_pixels(pixels, theta)[0, 0].tolist() == [
        [1, 2, 3, 0],
        [5, 6, 7, 0],
        [9, 10, 11, 0],
        [13, 14, 15, 0],
    ]
