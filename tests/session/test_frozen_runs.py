"""Runs whose classifier is a head on features: every method, resumed before every stage, on features of any source."""

import json

import numpy as np
import pytest
import torch
from helpers.frozen import Means, means
from helpers.on_features import N_FEATURES, features_of, frozen_session, row_means, small_features
from helpers.small_runs import record_bytes, small_config, small_data

from lada_explore.config import METHODS
from lada_explore.errors import ConfigError, LadaError, StoreError
from lada_explore.models import Classifier
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run

TRANSFORMS = [name for name, method in METHODS.items() if method.augmentation == "stn"]


@pytest.mark.parametrize("hidden", [0, 8])
@pytest.mark.parametrize("method", [name for name in METHODS if name not in TRANSFORMS])
def test_every_method_runs_on_features(tmp_path, method, hidden):
    """Pairs are mixed as features, whether the method calls them images or hidden states."""
    session = frozen_session(tmp_path / "run", method, head__hidden=hidden)
    history = session.run()
    session.close()

    last = history[-1]
    assert last.evaluate.n_test == 12
    assert last.score.features.shape == (20, hidden or N_FEATURES)
    assert last.subsample.images.shape == (20, 1, 12, 12)
    assert last.subsample.mix_layer == (0 if METHODS[method].uses_pairs else -1)
    assert last.train.mix_layer in (-1, 0)
    assert open_run(tmp_path / "run").history[-1].select.query_images.shape == (4, 1, 12, 12)


@pytest.mark.parametrize("method", TRANSFORMS)
def test_methods_that_transform_images_are_refused_with_what_to_choose(tmp_path, method):
    """Features are computed once, so that images cannot be turned in training."""
    words = f"method '{method}' transforms images by 'stn', but the features of .* choose augmentation"
    with pytest.raises(ConfigError, match=words):
        frozen_session(tmp_path / "run", method)
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("method", ["lada-entmix", "lada-vaalmix", "lada-ll4almix"])
def test_a_run_resumed_before_every_stage_equals_one_that_was_not_stopped(tmp_path, method):
    """The head, what the acquisition learns and the features are the same again."""
    whole = frozen_session(tmp_path / "whole", method, head__hidden=8)
    whole.run()
    whole.close()
    session = frozen_session(tmp_path / "stopped", method, head__hidden=8)
    while session.next_stage is not None:
        session.step()
        session.close()
        given = Classifier.frozen(small_features())
        session = Session.resume(tmp_path / "stopped", data=small_data(), classifier=given)
    session.close()

    assert record_bytes(tmp_path / "stopped") == record_bytes(tmp_path / "whole")


def test_the_head_learns_what_the_features_tell(tmp_path):
    """The classes lie four standard deviations apart; guessing has a third."""
    session = frozen_session(tmp_path / "run", "random", cycles=4, training__epochs=40, training__learning_rate=0.01)
    history = session.run()
    session.close()
    assert history[-1].evaluate.accuracy > 0.8


class TestSources:
    def started(self, out, source, data=None, **settings):
        data = data or small_data()
        return Session.create(small_config(**settings), out, data=data, classifier=Classifier.frozen(source))

    def test_a_function_sees_images_between_0_and_1(self, tmp_path):
        seen = []

        def rows(images):
            seen.append((images.dtype, float(images.min()) >= 0, float(images.max()) <= 1, len(images)))
            return row_means(images)

        session = self.started(tmp_path / "run", rows)
        session.close()
        assert seen == [(torch.float32, True, True, 60), (torch.float32, True, True, 12)]
        wanted = small_data().train.images[:3].float().mean(dim=(1, 3)).numpy() / 255
        np.testing.assert_allclose(session.data.features.train.take(np.arange(3)), wanted, atol=1e-3)

    def test_a_run_says_what_its_features_are_of(self, tmp_path):
        self.started(tmp_path / "run", row_means).close()
        said = json.loads((tmp_path / "run" / "run.json").read_text())
        assert said["config"]["classifier"]["kind"] == "frozen:object:helpers.on_features:row_means"
        assert said["features"]["function"] == "helpers.on_features:row_means"
        assert said["features"]["features"] == "12"
        assert said["image_shape"] == [1, 12, 12]

    @pytest.mark.parametrize("kind", ["frozen:module:helpers.frozen:means", None])
    def test_a_network_is_named_or_handed_over(self, tmp_path, kind):
        """Its features are the input of its last layer, computed once and the same again."""
        given = None if kind else Classifier.frozen(means())
        settings = {"classifier__kind": kind} if kind else {}

        def opened(out, call, *config):
            return call(*config, out, data=small_data(), classifier=given)

        for name in ("whole", "stopped"):
            session = opened(tmp_path / name, Session.create, small_config(cycles=1, **settings))
            while session.next_stage is not None:
                session.step()
                if name == "stopped":
                    session.close()
                    session = opened(tmp_path / name, Session.resume)
            session.close()
        assert record_bytes(tmp_path / "stopped") == record_bytes(tmp_path / "whole")
        info = open_run(tmp_path / "whole").info
        assert info.config.classifier.kind == (kind or "frozen:object:helpers.frozen:Means")
        assert info.features["features"] == "6"
        assert len(info.features["weights"]) == len(info.features["digest"]) == 64
        assert json.loads(info.features["transform"])["channels"] == 3
        assert info.precision == "float32"

    def test_another_network_is_refused_at_resume_by_its_weights(self, tmp_path):
        self.started(tmp_path / "run", means()).close()
        with pytest.raises(StoreError, match=r"changed since .*\(weights .*; give the same weights, or start"):
            Session.resume(tmp_path / "run", data=small_data(), classifier=Classifier.frozen(Means(factor=2)))

    def test_settings_of_the_backbone_count(self, tmp_path):
        small, larger = (
            self.started(tmp_path / str(size), means(), backbone__size=size, backbone__normalisation="none")
            for size in (8, 24)
        )
        for session in (small, larger):
            session.close()
        sizes = [json.loads(session.folder.info.features["transform"])["shape"] for session in (small, larger)]
        assert sizes == [[1, 8, 8], [1, 24, 24]]

    def test_features_without_a_test_set_are_one_array(self, tmp_path):
        session = self.started(tmp_path / "run", torch.from_numpy(features_of(60)).double(), small_data(tested=False))
        session.run()
        session.close()
        assert open_run(tmp_path / "run").notes

    def test_a_file_is_named_by_the_kind_and_read_again(self, tmp_path):
        np.savez(tmp_path / "mine.npz", **small_features())
        config = small_config(classifier__kind=f"features:{tmp_path / 'mine.npz'}")
        session = Session.create(config, tmp_path / "run", data=small_data())
        session.run()
        session.close()
        resumed = Session.resume(tmp_path / "run", data=small_data())
        assert resumed.next_stage is None
        resumed.close()
        frozen_session(tmp_path / "object").run()
        assert record_bytes(tmp_path / "run") == record_bytes(tmp_path / "object")

    def test_other_features_are_refused_at_resume(self, tmp_path):
        np.savez(tmp_path / "mine.npz", **small_features())
        config = small_config(classifier__kind=f"features:{tmp_path / 'mine.npz'}")
        Session.create(config, tmp_path / "run", data=small_data()).close()
        np.savez(tmp_path / "mine.npz", **{name: values + 1 for name, values in small_features().items()})
        with pytest.raises(StoreError, match=r"the features of .* changed since the run was made \(digest .*, then "):
            Session.resume(tmp_path / "run", data=small_data())

    def test_an_object_has_to_be_passed_again(self, tmp_path):
        self.started(tmp_path / "run", row_means).close()
        with pytest.raises(ConfigError, match="made by helpers.on_features:row_means, which was handed over"):
            Session.resume(tmp_path / "run", data=small_data())
        with pytest.raises(ConfigError, match="cannot be resumed with 'frozen:object:builtins:dict'"):
            Session.resume(tmp_path / "run", data=small_data(), classifier=Classifier.frozen(small_features()))

    def test_a_cell_that_opens_a_run_can_be_run_again(self, tmp_path):
        given = Classifier.frozen(row_means)
        where = {"dataset": "digits", "cycles": 1, "settings": {"head.hidden": 4}}
        opened = [open_session(tmp_path / "run", classifier=given, **where) for _ in range(2)]
        assert opened[0] is opened[1]
        opened[0].close()

    @pytest.mark.parametrize(
        ("source", "words"),
        [
            (
                features_of(60),
                "holds a single array, and small has a test set of 12 images; give the arrays 'tra",
            ),
            ({"train": features_of(59), "test": features_of(12)}, "has 59 rows .* for the 60 images to label of small"),
            (
                {"train": features_of(60), "test": features_of(60)},
                "has 60 rows .* for the 12 test images of small-te",
            ),
            ({"a": features_of(60)}, "holds the array a, and small has a test set"),
            ({"train": features_of(60)[:, 0], "test": features_of(12)}, r"features of shape \(60,\); they must be \(N"),
            (
                {"train": np.ones((60, 2), int), "test": features_of(12)},
                "that are int64; they must be float16 or flo",
            ),
            (
                {"train": features_of(60)[:, :3], "test": features_of(12)},
                "are 16 numbers each and those of the other",
            ),
            ({"features": features_of(72), "names": np.array(["a"] * 72)}, "names 'a' more than once"),
            ({"features": features_of(2), "names": np.array(["a", "b"])}, "images of small have no names, which only"),
            (7, "got int; pass a network, a function"),
            (torch.nn.Linear, "got a class; pass an object of it"),
            (lambda images: images, r"it returned the shape \(60, 1, 12, 12\) for 60 images"),
            (lambda images: images[:3, 0, 0], r"it returned the shape \(3, 12\) for 60 images"),
            (lambda images: 1 / 0, r"cannot make features \(.*division by zero.*\); it must take float32 images"),
            (
                lambda images: 1e6 * row_means(images),
                "makes features up to .*, which float16 cannot hold; set backb",
            ),
            (
                lambda images: row_means(images) / 0,
                "feature 0 of image 0 of the images to label is inf; features mu",
            ),
        ],
    )
    def test_what_are_no_features_is_refused_in_one_sentence(self, tmp_path, source, words):
        with pytest.raises(LadaError, match=words) as refused:
            self.started(tmp_path / "run", source)
        assert "\n" not in str(refused.value)
        assert not (tmp_path / "run").exists()
