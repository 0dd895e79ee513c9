"""Runs whose classifier is a network that others made: by name, from a module, or handed over as an object."""

import json

import numpy as np
import pytest
import torch
from helpers.own_networks import TwentyLines, Twice, seeded
from helpers.small_runs import record_bytes, small_config, small_data
from safetensors.torch import save_file
from scipy.special import betainc

from lada_explore.config import CLASSIFIERS
from lada_explore.errors import ConfigError
from lada_explore.functional import entropy_bits
from lada_explore.models import Classifier
from lada_explore.records import Stage
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run

STAGES = ["conv1", "conv2"]


def given(seed=0, **changes):
    return Classifier.from_module(seeded(seed, **changes), segments=STAGES)


def started(out, method="lada-entmix", network=None, **settings):
    data = small_data()
    return Session.create(small_config(method, **settings), out, data=data, classifier=network or given())


class TestObject:
    def test_a_run_resumed_before_every_stage_equals_one_that_was_not_stopped(self, tmp_path):
        whole = started(tmp_path / "whole", cycles=1)
        whole.run()
        whole.close()
        session = started(tmp_path / "stopped", cycles=1)
        while session.next_stage is not None:
            session.step()
            session.close()
            session = Session.resume(tmp_path / "stopped", data=small_data(), classifier=given())
        session.close()
        assert record_bytes(tmp_path / "stopped") == record_bytes(tmp_path / "whole")

    def test_it_is_recorded_by_its_class_its_stages_and_its_parameters_and_stays_as_it_was(self, tmp_path):
        network = seeded()
        before = {name: value.clone() for name, value in network.state_dict().items()}
        started(tmp_path / "run", network=Classifier.from_module(network, STAGES), cycles=0).run()
        assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
        said = json.loads((tmp_path / "run" / "run.json").read_text())
        assert said["config"]["classifier"]["kind"] == "object:helpers.own_networks:TwentyLines"
        assert said["config"]["classifier"]["segments"] == STAGES
        numbers = (4 * 9 + 4) + (4 * 4 + 1) + (6 * 4 * 9 + 6)
        assert said["classifier_parameters"].startswith(f"{numbers} numbers in 9 tensors, ")

    def test_a_head_that_was_replaced_is_told_in_the_notes_of_the_run(self, tmp_path):
        session = started(tmp_path / "run", network=given(n_classes=9), cycles=0)
        session.close()
        replaced = "its head for 9 classes was replaced by a new one for 3"
        for notes in (session.notes, open_run(tmp_path / "run").notes):
            assert f"of the classifier object:helpers.own_networks:TwentyLines: {replaced}" in notes

    def test_without_it_the_run_is_refused_in_one_sentence_and_can_be_read(self, tmp_path):
        started(tmp_path / "run", cycles=0).close()
        sentence = (
            "^the classifier of this run is a helpers.own_networks:TwentyLines that was handed over.*pass classifier="
        )
        with pytest.raises(ConfigError, match=sentence):
            Session.resume(tmp_path / "run", data=small_data())
        assert open_run(tmp_path / "run").config.classifier.segments == tuple(STAGES)

    @pytest.mark.parametrize(
        ("network", "sentence"),
        [
            (
                Twice(),
                "cannot be resumed with 'object:helpers.own_networks:Twice'; pass the network it was started",
            ),
            (given(1), "has other values than the one this run was started with, and they are still needed"),
            (
                Classifier.from_module(seeded(), ["conv1"]),
                "mixes after conv1, conv2 of its classifier and not after conv",
            ),
        ],
    )
    def test_another_one_is_refused(self, tmp_path, network, sentence):
        started(tmp_path / "run", cycles=0).close()
        with pytest.raises(ConfigError, match=sentence):
            Session.resume(tmp_path / "run", data=small_data(), classifier=network)

    def test_one_of_another_structure_is_refused(self, tmp_path):
        started(tmp_path / "run", cycles=0).close()
        wider = seeded()
        wider.conv2, wider.fc = torch.nn.Conv2d(4, 8, 3, padding=1), torch.nn.Linear(8, 3)
        sentence = "was started with a classifier of 279 numbers in 9 tensors, .*, and this one has 353 numbers in 9"
        with pytest.raises(ConfigError, match=sentence):
            Session.resume(tmp_path / "run", data=small_data(), classifier=wider)

    def test_other_values_are_taken_once_a_training_has_replaced_them(self, tmp_path):
        session = started(tmp_path / "run", cycles=1)
        session.run(1)
        session.close()
        resumed = Session.resume(tmp_path / "run", data=small_data(), classifier=given(5))
        resumed.run()
        resumed.close()
        started(tmp_path / "whole", cycles=1).run()
        assert record_bytes(tmp_path / "run") == record_bytes(tmp_path / "whole")

    @pytest.mark.parametrize(
        ("classifier", "sentence"),
        [
            (TwentyLines, r"^classifier=TwentyLines is a class; pass an object of it, classifier=TwentyLines\(...\)$"),
            ("resnet18", "^classifier='resnet18' is no torch.nn.Module; pass a network, or name one by the setting"),
        ],
    )
    def test_what_is_no_network_is_refused(self, tmp_path, classifier, sentence):
        with pytest.raises(ConfigError, match=sentence):
            Session.create(small_config(), tmp_path / "run", data=small_data(), classifier=classifier)
        assert not (tmp_path / "run").exists()

    def test_a_notebook_cell_with_it_can_be_run_again(self, tmp_path):
        how = {
            "dataset": "digits",
            "settings": {"schedule.subset_size": 20, "schedule.budget": 4, "training.epochs": 1},
        }
        first = open_session(tmp_path / "run", classifier=given(), cycles=1, **how)
        assert open_session(tmp_path / "run", classifier=given(), cycles=1, **how) is first
        first.close()
        open_session(tmp_path / "run", classifier=given(), cycles=1, **how).close()


@pytest.mark.parametrize(
    "method",
    [
        "lada-ll4almix",
        "lada-entmix-exact",
        "bald",
        "badge",
        "ent-then-adamixup",
        "lada-entstn",
        "lada-vaalmix",
        "coreset",
    ],
)
def test_every_kind_of_method_runs_on_it(tmp_path, method):
    session = started(tmp_path / "run", method, cycles=1)
    session.run()
    assert session.next_stage is None
    session.close()


def test_the_loss_module_is_trained_with_it(tmp_path):
    session = started(tmp_path / "run", "ll4al", cycles=1, ll4al__training="joint")
    session.run()
    assert np.isfinite(session.history[1].train.own["companion_loss"]).all()
    session.close()


@pytest.mark.parametrize("cycle_seed", [0, 1])
def test_v_is_that_of_plain_recomputation_through_the_network(tmp_path, cycle_seed):
    """The network applied by hand to mixes of its own states on 400 nodes, integrated over Beta(tau, tau)."""
    session = started(tmp_path / "run", cycles=1, seed=cycle_seed, look_ahead__nodes=33)
    while session.next_stage is not Stage.SELECT or session.cycle == 0:
        session.step()
    done = session.history[1]
    network = session.classifier.network.eval()
    mean, std = 0.5, 0.3
    pixels = session.data.train.images.float() / 255
    assert done.subsample.mix_layer in (1, 2)

    def before(images):
        hidden = network.conv1(images)
        return hidden if done.subsample.mix_layer == 1 else network.conv2(after_first(hidden))

    def after_first(hidden):
        return torch.nn.functional.max_pool2d(torch.relu(network.norm(hidden)), 2)

    def after(hidden):
        maps = network.conv2(after_first(hidden)) if done.subsample.mix_layer == 1 else hidden
        return network.fc(torch.relu(maps).mean(dim=(2, 3)))

    edges = np.linspace(0, 1, 401)
    with torch.no_grad():
        for pair, tau, value in zip(done.subsample.pair_ids, done.look_ahead.tau, done.look_ahead.value, strict=True):
            first, second = (before((pixels[i][None] - mean) / std) for i in pair)
            lam = torch.from_numpy((edges[1:] + edges[:-1]) / 2).float().view(-1, 1, 1, 1)
            entropies = entropy_bits(torch.log_softmax(after(lam * first + (1 - lam) * second), dim=1)).numpy()
            by_hand = float((entropies * np.diff(betainc(float(tau), float(tau), edges))).sum())
            assert value == pytest.approx(by_hand, abs=2e-3)
    session.close()


class TestWeights:
    @pytest.fixture
    def kind(self, monkeypatch):
        monkeypatch.setitem(CLASSIFIERS, "two", lambda config, shape, n: _two(n))
        return "two"

    def test_the_digest_is_recorded_and_checked_when_the_run_is_resumed(self, tmp_path, kind):
        place = tmp_path / "weights.safetensors"
        save_file(_two(3).state_dict(), place)
        config = small_config(cycles=0, classifier__kind=kind, classifier__weights=str(place))
        session = Session.create(config, tmp_path / "run", data=small_data())
        assert torch.equal(session.classifier.state_dict()["segments.0.weight"], _two(3).segments[0].weight)
        session.close()
        Session.resume(tmp_path / "run", data=small_data()).close()
        save_file({name: value + 1 for name, value in _two(3).state_dict().items()}, place)
        with pytest.raises(ConfigError, match="the weights of classifier.weights=.* changed since the run was made"):
            Session.resume(tmp_path / "run", data=small_data())
        place.unlink()
        with pytest.raises(ConfigError, match="weights.safetensors does not exist"):
            Session.resume(tmp_path / "run", data=small_data())

    def test_weights_that_do_not_fit_make_no_run(self, tmp_path, kind):
        save_file({"a": torch.ones(2)}, tmp_path / "weights.safetensors")
        config = small_config(classifier__kind=kind, classifier__weights=str(tmp_path / "weights.safetensors"))
        with pytest.raises(ConfigError, match="do not fit"):
            Session.create(config, tmp_path / "run", data=small_data())
        assert not (tmp_path / "run").exists()


def _two(n_classes):
    with torch.random.fork_rng():
        torch.manual_seed(4)
        return Classifier([torch.nn.Conv2d(1, 3, 3), torch.nn.Conv2d(3, 5, 3)], 5, n_classes, [5])


@pytest.mark.parametrize(("part", "changed"), [("all", {"conv1", "norm", "conv2", "fc"}), ("head", {"fc"})])
def test_only_the_trained_part_changes(tmp_path, part, changed):
    session = started(tmp_path / "run", cycles=1, classifier__train=part)
    before = {name: value.clone() for name, value in session.classifier.network.state_dict().items()}
    session.run()
    now = session.classifier.network.state_dict()
    assert {name.split(".")[0] for name, value in now.items() if not torch.equal(value, before[name])} == changed
    session.close()
