"""Augmentations of a person's own: pairs mixed in another way, single images transformed without an STN."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from helpers.own_augmentations import Halves, Lighter, LighterImages, Steep
from helpers.sessions import step_to
from helpers.small_runs import cut_before, record_bytes, small_config, small_data
from helpers.tiny_training import training_of
from torch.nn.functional import one_hot

from lada_explore.analysis import describe, theta_of_cycle
from lada_explore.augmentation import (
    AcquiredImages,
    AcquiredPairs,
    AcquiredTransforms,
    FoundTheta,
    Training,
    augmentation_named,
)
from lada_explore.augmentation.none import NoAugmentation
from lada_explore.config import AUGMENTATIONS, AugmentationCapabilities, Entry, Mixes, Policy, compose
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError, NumericsError
from lada_explore.functional import soft_cross_entropy
from lada_explore.records import Stage
from lada_explore.session.checks import check_data_suffices
from lada_explore.session.session import Session
from lada_explore.stages.networks import TRANSFORMER
from lada_explore.store import open_run
from lada_explore.store.checkpoint import read_checkpoint
from lada_explore.views import Explorer


@pytest.fixture
def added(monkeypatch):
    """Puts a class into the catalogue for the length of a test."""

    def add(kind, **capabilities):
        name = kind.__name__.lower()
        declared = AugmentationCapabilities(title=name, **capabilities)
        monkeypatch.setitem(AUGMENTATIONS, name, Entry(f"{kind.__module__}:{kind.__name__}", declared))
        return name

    return add


@pytest.fixture
def halves(added):
    return added(Halves, mixes=Mixes.PAIRS, looks_ahead=True, linear=False, fixed_tau=1.0)


@pytest.fixture
def lighter(added):
    return added(Lighter, mixes=Mixes.IMAGES, looks_ahead=True)


def session_of(out, method, **settings):
    settings = {"look_ahead__precision": "float32"} | settings
    return Session.create(small_config(method, **({"cycles": 1} | settings)), out, data=small_data())


class TestPairs:
    def test_look_ahead_and_select_see_what_the_augmentation_mixes(self, halves, tmp_path):
        session = step_to(session_of(tmp_path / "run", compose("max_entropy", halves, "fixed")), 1, Stage.QUERY)
        records = session.history[1]
        networks, images = session._runner.networks, session._runner._images
        first, second = (images.batch(ids) for ids in records.subsample.pair_ids.T)
        width = first.shape[-1]
        for node, lam in enumerate(records.look_ahead.nodes.tolist()):
            cut = int(lam * width)  # 0, 3, 6, 9 and 12 of 12 columns.
            by_hand = torch.cat([first[..., :cut], second[..., cut:]], dim=-1)
            logits = networks.folded()(by_hand).detach().numpy()
            np.testing.assert_allclose(records.look_ahead.outputs[:, node], logits, atol=1e-5)
        first, second = (images.batch(ids) for ids in records.select.pair_ids.T)
        for instance, lam in enumerate(torch.from_numpy(records.select.virtual_lam).unbind(dim=1)):
            mixed = augmentation_named(halves).mix(first, second, lam)
            logits = networks.folded()(mixed).detach().numpy()
            np.testing.assert_allclose(records.select.virtual_logits[:, instance], logits, atol=1e-5)
        session.close()

    @pytest.mark.parametrize("single", [False, True])
    def test_train_learns_from_what_the_augmentation_mixes(self, halves, tiny_classifier, tiny_images, cpu, single):
        ids, labels = np.array([[3, 50], [22, 17]]), np.array([[0, 2], [1, 2]])
        pairs = AcquiredPairs(pair_ids=ids, labels=labels, tau=np.array([0.5, 2], np.float32), mix_layer=0)
        acquired = pairs
        if single:
            acquired = AcquiredImages(ids=ids.reshape(-1), labels=labels.reshape(-1), tau=1.0, mix_layer=0)
        training = training_of(tiny_images, cpu, ids.reshape(-1), labels.reshape(-1), classifier=tiny_classifier)
        batch = augmentation_named(halves).virtual_batch(acquired, training)
        found = batch.epoch_loss(tiny_classifier, tiny_images, np.random.default_rng(5), torch.device("cpu"))
        rng = np.random.default_rng(5)
        paired = acquired.pairs(rng)
        lam = rng.beta(paired.tau.astype(np.float64), paired.tau.astype(np.float64)).astype(np.float32)
        mixed, targets = [], []
        for pair, classes, share in zip(paired.pair_ids, paired.labels, lam, strict=True):
            one, two = tiny_images.batch(pair)
            columns = 12 * share
            whole = int(columns)
            between = (columns - whole) * one[..., whole] + (1 - columns + whole) * two[..., whole]
            mixed.append(torch.cat([one[..., :whole], between[..., None], two[..., whole + 1 :]], dim=-1))
            both = one_hot(torch.from_numpy(classes), 3)
            targets.append(share * both[0] + (1 - share) * both[1])
        by_hand = soft_cross_entropy(tiny_classifier(torch.stack(mixed)), torch.stack(targets))
        torch.testing.assert_close(found.mixed, by_hand)

    def test_mixes_without_a_gradient_are_refused_where_the_policy_learns_by_it(self, added):
        name = added(Steep, mixes=Mixes.PAIRS, looks_ahead=True, linear=False, differentiable=False, fixed_tau=1.0)
        settings = {"look_ahead.estimator": "pathwise"}
        words = "'pathwise', whose gradient goes through mixed pairs, but those of 'steep' have none in lam; use 'quad"
        with pytest.raises(ConfigError, match=words):
            configure("demo", compose("margin", name, "learned"), settings=settings)
        assert configure("demo", compose("margin", name, "fixed"), settings=settings).method.policy == "fixed"
        assert configure("demo", compose("margin", name, "learned")).method.policy == "learned"


class TestSingleImages:
    @pytest.mark.parametrize("policy", ["learned", "fixed"])
    def test_look_ahead_by_their_own_transforms_through_records_resume_and_views(self, lighter, tmp_path, policy):
        out = tmp_path / "run"
        method = compose("margin", lighter, policy)
        assert method.name == f"lada-margin-lighter-{policy}"
        session = session_of(out, method, cycles=2)
        history = session.run()
        network = session._runner.networks.transformer
        session.close()
        whole = record_bytes(out)
        for stage in (Stage.LOOK_AHEAD, Stage.SELECT, Stage.TRAIN):
            cut_before(out, 2, stage)
            session = Session.resume(out, data=small_data())
            session.run()
            session.close()
            assert record_bytes(out) == whole, stage
        ahead, select, train = history[2].look_ahead, history[2].select, history[2].train
        epochs = 2 if policy == "learned" else 0
        assert (ahead.theta.shape, ahead.theta_by_epoch.shape) == ((20, 1), (epochs + 1, 20, 1))
        assert (len(ahead.policy_loss), len(ahead.value), ahead.policy) == (epochs, 20, policy)
        np.testing.assert_allclose(select.scores, history[2].score.scores + ahead.value, atol=1e-6)
        row = history[2].subsample.subset_ids.tolist().index(select.query_ids[0])
        lighter_by = 255 * ahead.theta[row, 0]
        np.testing.assert_array_equal(
            select.transformed_images[0], np.clip(select.query_images[0] + lighter_by, 0, 255).astype(np.uint8)
        )
        rows = [history[2].subsample.subset_ids.tolist().index(i) for i in select.query_ids.tolist()]
        assert train.own["lightness"].tolist() == pytest.approx([ahead.theta[rows].mean()] * 2)
        assert train.n_virtual == 4
        weights = read_checkpoint(out / "cycles/002/train")
        assert torch.equal(weights[f"{TRANSFORMER}layer.weight"], network.layer.weight)

    def test_the_network_is_as_training_left_it_after_the_look_ahead(self, lighter, tmp_path):
        session = step_to(session_of(tmp_path / "run", compose("margin", lighter, "learned")), 1, Stage.LOOK_AHEAD)
        network = session._runner.networks.transformer
        before = network.layer.weight.clone()
        ahead = session.step()
        assert np.abs(ahead.theta - ahead.theta_by_epoch[0]).max() > 1e-6
        assert torch.equal(network.layer.weight, before)
        assert not network.layer.weight.requires_grad
        session.close()

    def test_a_theta_of_another_shape_is_an_error_before_anything_is_recorded(self, lighter, tmp_path, monkeypatch):
        wrong = FoundTheta(by_epoch=np.zeros((1, 3)), loss=np.zeros(0))
        monkeypatch.setattr(Lighter, "find_theta", lambda self, context: wrong)
        session = step_to(session_of(tmp_path / "run", compose("margin", lighter, "fixed")), 1, Stage.LOOK_AHEAD)
        with pytest.raises(ConfigError, match=r"Lighter found theta of shape \(1, 3\) for 20 candidates; let"):
            session.step()
        session.close()

    def test_views_draw_them_without_an_affine_theta(self, lighter, tmp_path):
        session_of(tmp_path / "run", compose("margin", lighter, "learned")).run()
        run = open_run(tmp_path / "run")
        explorer = Explorer(run)
        for title in explorer._tabs.titles:
            explorer.show(title)
        explorer.close()
        assert theta_of_cycle(run.history).reason.startswith("This method transforms images by numbers of its own")
        assert "to transform 20 images; the transforms are worth" in describe(
            run.history[1].look_ahead, run.class_names
        )

    def test_those_that_do_not_look_ahead_are_refused_with_a_sentence_and_augment_what_was_acquired(
        self, added, tmp_path
    ):
        name = added(Lighter, mixes=Mixes.IMAGES)
        words = (
            "^method 'lada-margin-lighter-learned' looks ahead with lighter, which makes virtual instances only while "
            "the classifier trains on labelled images; set look_ahead=False, or choose augmentation .*'stn'"
        )
        with pytest.raises(ConfigError, match=words):
            compose("margin", name, "learned")
        method = compose("margin", name)
        assert (method.name, method.policy) == ("margin-then-lighter", Policy.FIXED)
        session = session_of(tmp_path / "run", method)
        session.run()
        session.close()


class TestDeclarations:
    """What cannot work is one sentence before a run is made."""

    class Lopsided(Halves):
        def mix(self, first, second, lam):
            return 0.5 * super().mix(first, second, lam)

    class Restless(Halves):
        def mix(self, first, second, lam):
            inner = not isinstance(lam, torch.Tensor) and 0 < lam < 1
            return super().mix(first, second, lam / 2 if inner else lam)

    class Narrow(Halves):
        def mix(self, first, second, lam):
            return super().mix(first, second, lam)[..., 1:]

    class Nowhere(Halves):
        def mix_layers(self, classifier):
            return ()

    class Mute(NoAugmentation):
        pass

    @pytest.mark.parametrize(
        ("kind", "capabilities", "sentence"),
        [
            (Lopsided, {"linear": False}, "does not give the first states at lam = 1 and the second at lam = 0"),
            (Restless, {"linear": False}, "gives other states for lam = 0.4 than for a row of the same lam"),
            (
                Narrow,
                {"linear": False},
                r"makes states of shape \(2, 1, 12, 11\) from states of shape \(2, 1, 12, 12\)",
            ),
            (Halves, {}, "is not linear; declare linear=False in its line in config/catalogue.py"),
            (Nowhere, {"linear": False}, "mixes pairs, but its mix_layers are empty; name one"),
            (Mute, {}, "has no method 'mix'; add it to Mute, or take mixes=Mixes.PAIRS out of its line in config"),
            (
                Mute,
                {"mixes": Mixes.IMAGES, "fixed_tau": None},
                "has no method 'find_theta'; add it to Mute, or take looks_ahead=True out of its line in config",
            ),
        ],
    )
    def test_of_a_class(self, monkeypatch, kind, capabilities, sentence):
        declared = {"mixes": Mixes.PAIRS, "looks_ahead": True, "fixed_tau": 1.0} | capabilities
        capabilities = AugmentationCapabilities(title="odd", **declared)
        monkeypatch.setitem(AUGMENTATIONS, "odd", Entry(f"{__name__}:{kind.__name__}", capabilities))
        monkeypatch.setitem(globals(), kind.__name__, kind)
        config = small_config(compose("margin", "odd", "fixed"))
        with pytest.raises(ConfigError, match=sentence) as refused:
            check_data_suffices(config, small_data())
        assert "'odd'" in str(refused.value)

    @pytest.mark.parametrize(
        ("capabilities", "sentence"),
        [
            ({"mixes": Mixes.PAIRS}, "'odd' mixes pairs and has no fixed_tau; declare one, such as 1.0"),
            (
                {"mixes": Mixes.NOTHING, "looks_ahead": True},
                "'odd' makes nothing to look ahead at; leave looks_ahead out",
            ),
            (
                {"mixes": Mixes.IMAGES, "looks_ahead": True, "own_policy": Policy.LEARNED_AFTER},
                "'odd' looks ahead with an own_policy; leave one of them out",
            ),
            (
                {"mixes": Mixes.IMAGES, "looks_ahead": True, "on_points": True},
                "'odd' looks ahead at transforms of single images, whose pixels are recorded, .*; leave on_points out",
            ),
        ],
    )
    def test_of_capabilities(self, capabilities, sentence):
        with pytest.raises(ConfigError, match=sentence):
            AugmentationCapabilities(title="odd", **capabilities)

    @pytest.mark.parametrize("name", AUGMENTATIONS)
    def test_of_what_ships_are_kept(self, name):
        augmentation, capabilities = augmentation_named(name), AUGMENTATIONS[name].capabilities
        assert hasattr(augmentation, "mix") is (capabilities.mixes is Mixes.PAIRS)
        transforms = capabilities.mixes is Mixes.IMAGES and capabilities.looks_ahead
        assert hasattr(augmentation, "find_theta") is transforms


def test_an_array_that_an_augmentation_records_and_that_is_not_finite_is_an_error(lighter, tmp_path, monkeypatch):
    recorded = LighterImages.recorded
    wrong = {"lightness": np.array([0, np.nan], np.float32)}
    monkeypatch.setattr(LighterImages, "recorded", lambda self, record: replace(recorded(self, record), own=wrong))
    session = step_to(session_of(tmp_path / "run", compose("margin", lighter, "fixed")), 1, Stage.TRAIN)
    with pytest.raises(
        NumericsError, match="Train of cycle 1: lightness is not finite in epoch 2; lower training.lear"
    ):
        session.step()
    session.close()


def test_train_is_given_what_was_found_of_the_images_that_it_may_learn_from(lighter, tmp_path, monkeypatch):
    given = []
    virtual_batch = Lighter.virtual_batch
    monkeypatch.setattr(Lighter, "virtual_batch", lambda self, *args: given.append(args) or virtual_batch(self, *args))
    # 16 of 20 candidates are asked, so that some are held out and others not, whatever their scores.
    config = small_config(compose("margin", lighter, "fixed"), cycles=1, data__holdout=0.4, schedule__budget=16)
    session = Session.create(config, tmp_path / "run", data=small_data(tested=False))
    records = session.run()[1]
    session.close()
    (start, _), (acquired, training) = given
    assert start is None
    assert isinstance(acquired, AcquiredTransforms)
    assert isinstance(training, Training)
    held_out = set(records.query.held_out_ids.tolist())
    assert held_out
    assert acquired.ids.tolist() == [i for i in records.query.ids.tolist() if i not in held_out]
    assert acquired.labels.tolist() == [i % 3 for i in acquired.ids.tolist()]
    rows = [records.subsample.subset_ids.tolist().index(i) for i in acquired.ids.tolist()]
    np.testing.assert_array_equal(acquired.theta, records.look_ahead.theta[rows])
