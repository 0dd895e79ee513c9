"""Algorithm 1, lines 8 and 10 to 13: what TRAIN learns from with a spatial transformer."""

from __future__ import annotations

import copy
import json
from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.asked import run_to
from helpers.by_hand import by_hand
from helpers.own_augmentations import Lighter
from helpers.sessions import at, truth
from helpers.small_runs import copied, cut_before, record_bytes, small_config, small_data, small_session
from helpers.tiny_training import training_of
from torch.nn.functional import cross_entropy

from lada_explore.augmentation import (
    AcquiredTransforms,
    Stn,
    TransformedAcquired,
    TransformedImages,
    transformed_loss,
)
from lada_explore.config import StnSees, TrainingConfig
from lada_explore.errors import ConfigError
from lada_explore.models import SpatialTransformer
from lada_explore.pool import Pool
from lada_explore.records import CycleRecords, QueryRecord, SelectRecord, Stage
from lada_explore.seeds import is_held_out
from lada_explore.session.session import Session
from lada_explore.stages.acquired import new_labels
from lada_explore.stages.progress import no_tick
from lada_explore.stages.train import train

IDENTITY = np.array([1, 0, 0, 0, 1, 0], np.float32)
LABELLED = np.array([3, 50, 22, 17, 8, 41]), np.array([0, 2, 1, 2, 2, 1])
NEW = np.array([8, 41]), np.array([2, 1])
ONE_BATCH = TrainingConfig(epochs=1, learning_rate=1e-2, batch_size=6, stn_sees="transformed", stn_acquired=True)


@pytest.fixture
def transformer():
    """Moves every image a little: its last layer is not zero."""
    network = SpatialTransformer((1, 12, 12), 0.3, (-0.5 / 0.3,))
    torch.nn.init.normal_(network.layers[-1].weight, std=0.1)
    return network


def flat(network):
    return torch.cat([tensor.flatten().double() for tensor in network.state_dict().values()]).detach().clone()


def new_images(images, transformer, theta, *, cpu, config=ONE_BATCH):
    """The set of line 8: the two new images under theta."""
    acquired = AcquiredTransforms(ids=NEW[0], labels=NEW[1], theta=np.tile(np.float32(theta), (2, 1)))
    return Stn().virtual_batch(acquired, training_of(images, cpu, *NEW, transformer=transformer, config=config))


def trained(classifier, virtual, images, config=ONE_BATCH):
    """Copies of classifier and transformer after a training, and the record."""
    classifier, virtual = copy.deepcopy((classifier, virtual))
    (transformer,) = virtual.networks
    record = train(
        2,
        classifier.requires_grad_(True),
        Pool(size=60).with_labels(0, *LABELLED),
        images=images,
        virtual=virtual,
        config=config,
        seed=0,
        device=torch.device("cpu"),
        tick=no_tick,
    )
    return classifier, transformer, record


@pytest.fixture(scope="module")
def before_training(tmp_path_factory):
    """A run of which TRAIN of cycle 1 comes next."""
    out = tmp_path_factory.mktemp("runs") / "run"
    at(out, 1, Stage.TRAIN, "lada-entstn").close()
    return out


class TestTwoQueries:
    """The same images with the same answers, whose theta* differ."""

    def weights(self, run, tmp_path, shift):
        """Weights after TRAIN, if LOOK_AHEAD had found every theta* shifted by `shift`."""
        session = Session.resume(copied(run, tmp_path), data=small_data())
        records, runner = session.history[1], session._runner
        theta = records.look_ahead.theta + np.float32([0, 0, shift, 0, 0, 0])
        records = replace(records, look_ahead=replace(records.look_ahead, theta=theta))
        runner.run(Stage.TRAIN, 1, records, session.pool, no_tick)
        found = {name: tensor.clone() for name, tensor in runner.networks.weights().items()}
        session.close()
        return found

    def test_train_different_networks(self, before_training, tmp_path):
        one = self.weights(before_training, tmp_path / "one", 0.0)
        other = self.weights(before_training, tmp_path / "other", 0.3)
        assert any(not torch.equal(one[name], other[name]) for name in one)

    def test_train_the_same_network_bit_for_bit_where_theta_is_the_same(self, before_training, tmp_path):
        one = self.weights(before_training, tmp_path / "one", 0.3)
        other = self.weights(before_training, tmp_path / "other", 0.3)
        assert all(torch.equal(one[name], other[name]) for name in one)


class TestLine11:
    def test_the_loss_is_that_of_the_transforms_and_reaches_both_networks(
        self, tiny_classifier, transformer, tiny_images
    ):
        batch, labels = tiny_images.batch(LABELLED[0]), torch.from_numpy(LABELLED[1])
        tiny_classifier.requires_grad_(True)
        loss, beside = TransformedImages(transformer, StnSees.TRANSFORMED).labelled_loss(tiny_classifier, batch, labels)
        by_hand = -torch.log_softmax(tiny_classifier(transformer(batch)), dim=1)[torch.arange(6), labels].mean()
        torch.testing.assert_close(loss, by_hand)
        assert beside is None
        loss.backward()
        for network in (tiny_classifier, transformer):
            assert any(parameter.grad is not None and parameter.grad.any() for parameter in network.parameters())

    def test_both_networks_have_moved_after_a_training_without_line_12(self, tiny_classifier, transformer, tiny_images):
        virtual = TransformedImages(transformer, StnSees.TRANSFORMED)
        classifier, moved, record = trained(tiny_classifier, virtual, tiny_images)
        assert not torch.equal(flat(classifier), flat(tiny_classifier))
        assert not torch.equal(flat(moved), flat(transformer))
        assert (record.n_virtual, len(record.virtual_loss), len(record.transformed_ids)) == (0, 0, 0)

    def test_the_images_themselves_are_there_too_if_wanted(self, tiny_classifier, transformer, tiny_images, cpu):
        batch, labels = tiny_images.batch(LABELLED[0]), torch.from_numpy(LABELLED[1])
        found = TransformedImages(transformer, StnSees.BOTH).labelled_loss(tiny_classifier, batch, labels)
        torch.testing.assert_close(found, transformed_loss(tiny_classifier, transformer, batch, labels))
        virtual = new_images(
            tiny_images, transformer, IDENTITY, cpu=cpu, config=replace(ONE_BATCH, stn_sees=StnSees.BOTH)
        )
        _, _, record = trained(tiny_classifier, virtual, tiny_images)
        # Six transforms of labelled images beside the images, and two of the new ones.
        assert (record.n_virtual, len(record.virtual_loss), len(record.transform_loss)) == (8, 1, 1)
        assert record.virtual_loss[0] != record.transform_loss[0]


class TestLine12:
    @pytest.mark.parametrize("clear", [True, False])
    def test_the_classifier_takes_a_step_and_the_localisation_network_none(
        self, tiny_classifier, transformer, tiny_images, cpu, clear
    ):
        config = replace(ONE_BATCH, clear_gradient=clear)
        line_11 = TransformedImages(transformer, StnSees.TRANSFORMED)
        both = new_images(tiny_images, transformer, IDENTITY, cpu=cpu)
        classifier, moved, _ = trained(tiny_classifier, line_11, tiny_images, config)
        after, moved_after, record = trained(tiny_classifier, both, tiny_images, config)
        # One epoch of one batch: line 12 comes last, so what it changes is all that differs.
        assert torch.equal(flat(moved_after), flat(moved))
        assert not torch.equal(flat(after), flat(classifier))
        assert all(parameter.grad is None for parameter in moved_after.parameters())
        assert (record.n_virtual, record.virtual_loss.shape) == (2, (1,))

    def test_its_loss_is_the_cross_entropy_under_theta_worked_out_by_hand(
        self, tiny_classifier, transformer, tiny_images, cpu
    ):
        shifted = IDENTITY + np.float32([0, 0, 0.5, 0, 0, 0])
        virtual = new_images(tiny_images, transformer, shifted, cpu=cpu)
        found = virtual.epoch_loss(tiny_classifier, tiny_images, np.random.default_rng(0), torch.device("cpu"))
        # Half of the image's half width of 6 pixels: three columns to the left, black behind.
        moved = torch.full((2, 1, 12, 12), -0.5 / 0.3)
        moved[..., :9] = tiny_images.batch(NEW[0])[..., 3:]
        torch.testing.assert_close(virtual._acquired.images, moved, atol=1e-5, rtol=0)
        torch.testing.assert_close(found.total, cross_entropy(tiny_classifier(moved), torch.from_numpy(NEW[1])))

    def test_the_set_stays_the_same_while_the_localisation_network_learns(
        self, tiny_classifier, transformer, tiny_images, cpu
    ):
        virtual = new_images(tiny_images, transformer, IDENTITY, cpu=cpu)
        before = virtual._acquired.images.clone()
        with torch.no_grad():
            transformer.layers[-1].bias.add_(1)
        virtual.epoch_loss(tiny_classifier, tiny_images, np.random.default_rng(0), torch.device("cpu"))
        assert torch.equal(virtual._acquired.images, before)
        assert not virtual._acquired.images.requires_grad


class TestRecord:
    """What TRAIN records as learned from is what the classifier saw, in every way a query can end."""

    @pytest.fixture
    def seen(self, monkeypatch):
        """Images that line 12 showed the classifier, one tensor for each training."""
        shown, original = [], TransformedAcquired.epoch_loss

        def epoch_loss(self, *args):
            shown.append(self.images)
            return original(self, *args)

        monkeypatch.setattr(TransformedAcquired, "epoch_loss", epoch_loss)
        return shown

    def agrees(self, records, seen, ids):
        train = records.train
        assert train.transformed_ids.tolist() == ids
        rows = [records.subsample.subset_ids.tolist().index(i) for i in ids]
        np.testing.assert_array_equal(train.transformed_theta, records.look_ahead.theta[rows])
        pixels = 255 * (seen.numpy() * 0.3 + 0.5)
        np.testing.assert_allclose(train.transformed_images, pixels, atol=0.51)
        shown = dict(zip(records.select.query_ids.tolist(), records.select.transformed_images, strict=True))
        for image_id, learned in zip(ids, train.transformed_images, strict=True):
            if image_id in shown:
                np.testing.assert_array_equal(learned, shown[image_id])

    @pytest.mark.parametrize("method", ["lada-entstn", "lada-entstn-fixed"])
    def test_of_a_query_that_was_answered_as_it_was_asked(self, tmp_path, seen, method):
        session = small_session(tmp_path / "run", method, policy__learning_rate=5e-3)
        history = session.run()
        session.close()
        # Two epochs in each of two cycles, always the same images; none in the start.
        assert [torch.equal(seen[0], seen[1]), torch.equal(seen[2], seen[3]), len(seen)] == [True, True, 4]
        assert len(history[0].train.transformed_ids) == 0
        for records, images in zip(history[1:], seen[::2], strict=True):
            self.agrees(records, images, records.select.query_ids.tolist())
            assert records.train.n_virtual == 4

    def test_of_a_query_in_which_an_image_was_skipped_and_replaced(self, tmp_path, seen):
        config = small_config("lada-entstn", policy__learning_rate=5e-3)
        session = Session.create(config, tmp_path / "run", data=small_data(), oracle="person")
        run_to(session, 1, Stage.QUERY)
        best = session.history[1].select.query_ids.tolist()
        session.labelling.skip(best[1])
        asked = session.open_query.tolist()
        session.submit(truth(session.open_query))
        session.step()
        session.step()
        assert asked[:3] == [best[0], *best[2:]]
        assert asked[3] not in best
        self.agrees(session.history[1], seen[0], asked)
        session.close()

    def test_of_a_query_with_answers_that_are_held_out(self, tmp_path, seen):
        # Which images are asked depends on the last digits of their scores. So they are 16 of 20, of which 5 to 15 are
        # held out: whatever the 16 are, some of them are held out and others not.
        settings = {"data__holdout": 0.4, "schedule__budget": 16, "policy__learning_rate": 5e-3}
        config = small_config("lada-entstn", cycles=1, **settings)
        session = Session.create(config, tmp_path / "run", data=small_data(tested=False))
        records = session.run()[1]
        session.close()
        candidates = records.subsample.subset_ids.tolist()
        assert len(candidates) == 20
        assert 5 <= sum(is_held_out(config.seed, i, config.data.holdout) for i in candidates) <= 15
        held_out = records.query.held_out_ids.tolist()
        assert held_out
        self.agrees(records, seen[0], [i for i in records.select.query_ids.tolist() if i not in held_out])

    def test_is_not_of_images_that_were_answered_ahead(self):
        # Image 9 was answered before the cycle drew its candidates, so that nothing was looked ahead to for it.
        pairs = {"pair_ids": np.empty((0, 2), np.int64), "pair_tau": np.empty(0, np.float32)}
        query = by_hand(QueryRecord, cycle=2, ids=np.array([5, 6, 9]), labels=np.array([0, 1, 2]), **pairs)
        query = replace(query, ahead_ids=np.array([9]), ahead_model_cycle=0)
        select = by_hand(SelectRecord, cycle=2, rule="singles", query_ids=np.array([5, 6]))
        done = CycleRecords(cycle=2).including(select, 0.0).including(query, 0.0)
        ids, labels = new_labels(done)
        assert (ids.tolist(), labels.tolist()) == ([5, 6], [0, 1])

    def test_without_look_ahead_of_the_network_as_the_last_training_left_it(self, tmp_path, seen):
        session = at(tmp_path / "run", 1, Stage.TRAIN, "ent-then-stn", training__reinitialise=True)
        network, images, asked = session._runner.networks.transformer, session._runner._images, session.history[1].asked
        with torch.no_grad():
            network.layers[-1].bias.add_(0.2)
            theta, moved = network.theta(images.batch(asked.ids)), network(images.batch(asked.ids))
        record = session.step()
        session.close()
        assert record.transformed_ids.tolist() == asked.ids.tolist()
        np.testing.assert_allclose(record.transformed_theta, theta, atol=1e-6)
        torch.testing.assert_close(seen[0], moved)


class TestSettings:
    def test_runs_without_them_train_as_before_and_presets_as_printed(self):
        before = TrainingConfig(epochs=1, learning_rate=1e-3, batch_size=10)
        assert (before.stn_sees, before.stn_acquired) == (StnSees.BOTH, False)
        printed = small_config("lada-entstn").training
        assert (printed.stn_sees, printed.stn_acquired) == (StnSees.TRANSFORMED, True)
        with pytest.raises(ConfigError, match=r"training.stn_sees 'real' is unknown; the known ones are transformed"):
            small_config("lada-entstn", training__stn_sees="real")

    def test_as_before_every_labelled_image_is_seen_twice_and_nothing_else(self, tmp_path):
        session = small_session(
            tmp_path / "run", "lada-entstn", training__stn_sees="both", training__stn_acquired=False
        )
        for records in session.run():
            train = records.train
            assert train.n_virtual == train.n_labelled
            assert (train.virtual_loss.shape, train.transform_loss.shape, len(train.transformed_ids)) == ((2,), (0,), 0)
        session.close()

    def test_a_run_whose_settings_do_not_name_them_goes_on_as_it_was(self, tmp_path):
        settings = {"training__stn_sees": "both", "training__stn_acquired": False}
        session = small_session(tmp_path / "run", "lada-entstn", **settings)
        session.run()
        session.close()
        old = copied(tmp_path / "run", tmp_path / "old")
        info = json.loads((old / "run.json").read_text())
        for name in ("stn_sees", "stn_acquired"):
            del info["config"]["training"][name]
        (old / "run.json").write_text(json.dumps(info))
        cut_before(old, 2, Stage.TRAIN)
        session = Session.resume(old, data=small_data())
        session.run()
        session.close()
        assert record_bytes(old) == record_bytes(tmp_path / "run")


def test_an_augmentation_of_ones_own_can_take_the_step_of_line_12(tiny_classifier, tiny_images, cpu):
    acquired = AcquiredTransforms(ids=NEW[0], labels=NEW[1], theta=np.full((2, 1), 0.25, np.float32))
    training = training_of(tiny_images, cpu, *NEW, classifier=tiny_classifier, config=ONE_BATCH)
    batch = TransformedAcquired(Lighter(), acquired, training)
    found = batch.epoch_loss(tiny_classifier, tiny_images, np.random.default_rng(0), torch.device("cpu"))
    moved = tiny_images.batch(NEW[0]) + 0.25
    torch.testing.assert_close(found.mixed, cross_entropy(tiny_classifier(moved), torch.from_numpy(NEW[1])))
    assert batch.size(99) == 2
