"""The comparison with other libraries: that all sides are given the same, take turns, and how it is added up.

The other libraries are stood in for by classes that keep what they are given, so that nothing has to be installed.
"""

from __future__ import annotations

import importlib.util
import sys
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch

from lada_explore.config.presets import configure

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"
SMALL = {
    "classifier.width": 4,
    "classifier.blocks": (1, 1),
    "schedule.subset_size": 40,
    "training.epochs": 2,
    "look_ahead.precision": "float32",
}


def module_of(name):
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", BENCHMARKS / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def peers(monkeypatch):
    monkeypatch.syspath_prepend(BENCHMARKS)
    return module_of("peers")


def small(method, seed=3):
    return configure("demo", method, seed=seed, dataset="digits", cycles=2, settings=SMALL)


@pytest.fixture
def given(peers):
    return peers.Given.by(small("margin"))


@pytest.fixture
def here(peers, given, tmp_path):
    with closing(peers.Here(given, "margin", tmp_path / "run")) as side:
        yield side


def weights_of(network):
    return {name: tensor.clone() for name, tensor in network.state_dict().items()}


def are_equal(weights, others):
    return weights.keys() == others.keys() and all(torch.equal(weights[name], others[name]) for name in weights)


@pytest.mark.slow
def test_what_is_given_is_what_a_run_here_has(given, here):
    first = weights_of(here.session.classifier)
    assert are_equal(weights_of(given.network()), first)
    here.begin()
    assert here.labelled.tolist() == given.start.tolist()
    assert not are_equal(weights_of(here.session.classifier), first)
    for cycle in (1, 2):
        before = here.labelled
        accuracy = here.cycle()
        records = here.session.history[cycle]
        assert records.subsample.subset_ids.tolist() == given.candidates(cycle, before).tolist()
        assert accuracy == records.evaluate.accuracy
    shown = here.session.classifier(given.test_images).argmax(dim=1).numpy()
    assert given.accuracy(shown) == here.session.history[-1].evaluate.accuracy


class Wrapper:
    """Stands for baal's ModelWrapper; what it was trained on is kept."""

    def __init__(self, model, args):
        self.model, self.args, self.trainings = model, args, []

    def train_on_dataset(self, dataset):
        rate = self.args.optimizer.param_groups[0]["lr"]
        self.trainings.append((self.args.epoch, self.args.batch_size, rate, np.flatnonzero(dataset.labelled)))

    def predict_on_dataset(self, images, iterations, verbose):
        shown = torch.stack([images[row][0] for row in range(len(images))])
        with torch.no_grad():
            return torch.stack([self.model(shown)] * iterations, dim=-1).numpy()


class Labelled:
    """Stands for baal's ActiveLearningDataset."""

    def __init__(self, dataset, labelled):
        self.dataset, self.labelled, self.asked = dataset, labelled.astype(bool), []

    @property
    def pool(self):
        return torch.utils.data.Subset(self.dataset, np.flatnonzero(~self.labelled).tolist())

    def label(self, places):
        self.labelled[np.flatnonzero(~self.labelled)[places]] = True


class Ranked:
    """Stands for a heuristic: the candidates in the order of their margin."""

    def __call__(self, probabilities):
        first, second = np.sort(probabilities.mean(axis=-1), axis=1)[:, :-3:-1].T
        return np.argsort(first - second)


class Classifier:
    """Stands for skorch's classifier."""

    def __init__(self, **given):
        self.given, self.module, self.trainings = given, given["module"], []

    def fit(self, images, known):
        self.trainings.append((images, known))

    def predict_proba(self, images):
        with torch.no_grad():
            return self.module(torch.from_numpy(images))[0].softmax(dim=1).numpy()

    def predict(self, images):
        return self.predict_proba(images).argmax(axis=1).astype(float)


class Strategy:
    """Stands for a query strategy: the candidates with the smallest margin."""

    def __init__(self, **given):
        self.given = given

    def query(self, images, known, *, candidates, batch_size, clf, fit_clf):
        self.candidates, self.known = candidates, known.copy()
        assert not fit_clf
        return candidates[Ranked()(clf.predict_proba(images[candidates])[..., None])[:batch_size]]


STAND_INS = {
    "structlog": {"configure": lambda **given: None, "make_filtering_bound_logger": lambda level: None},
    "baal.active.dataset": {"ActiveLearningDataset": Labelled},
    "baal.active.heuristics": dict.fromkeys(
        ("AbstractHeuristic", "BALD", "Certainty", "Entropy", "Margin", "Random"), Ranked
    ),
    "baal.bayesian.dropout": {"MCDropoutModule": lambda network: network},
    "baal.modelwrapper": {"ModelWrapper": Wrapper, "TrainingArgs": Namespace},
    "baal.utils.array_utils": {"to_prob": lambda logits: torch.from_numpy(logits).softmax(dim=1).numpy()},
    "skactiveml.base": {"SingleAnnotatorPoolQueryStrategy": Strategy},
    "skactiveml.classifier": {"SkorchClassifier": Classifier},
    "skactiveml.pool": dict.fromkeys(
        ("Badge", "CoreSet", "GreedyBALD", "RandomSampling", "UncertaintySampling"), Strategy
    ),
}


@pytest.fixture
def others(peers, monkeypatch):
    """The sides of both libraries, with stand-ins for what is not installed."""
    for name, content in STAND_INS.items():
        parts = name.split(".")
        for length in range(1, len(parts) + 1):
            package = ".".join(parts[:length])
            module = ModuleType(package)
            module.__path__ = []
            if length < len(parts) and package in sys.modules and not hasattr(sys.modules[package], "__file__"):
                continue
            monkeypatch.setitem(sys.modules, package, module)
        vars(sys.modules[name]).update(content)
    return module_of("peers_baal").Baal, module_of("peers_skactiveml").Skactiveml


@pytest.mark.slow
def test_all_three_sides_have_the_network_the_data_the_schedule_and_the_training_of_the_run_here(given, here, others):
    baal, skactiveml = (make(given, "margin") for make in others)
    training, first = given.config.training, weights_of(here.session.classifier)
    assert are_equal(weights_of(baal.network), first)
    assert are_equal(weights_of(skactiveml.network), first)
    for side in (here, baal, skactiveml):
        side.begin()
        assert sorted(side.labelled) == sorted(given.start)
    start = given.start
    ((epochs, batch, rate, fitted_ids),) = baal._trainer.trainings
    assert (epochs, batch, rate) == (training.epochs, training.batch_size, training.learning_rate)
    assert sorted(fitted_ids) == sorted(start)
    assert torch.equal(baal._dataset.dataset.tensors[0], given.images)
    net = skactiveml._classifier.given["neural_net_param_dict"]
    assert (net["max_epochs"], net["batch_size"], net["lr"]) == (epochs, batch, rate)
    ((images, known),) = skactiveml._classifier.trainings
    assert np.array_equal(images, given.images.numpy()[start])
    assert np.array_equal(known, given.targets.numpy()[start])

    # With the weights of the run here, the others ask what it asks: candidates, scores and number are the same.
    trained = weights_of(here.session.classifier)
    for network in (baal.network, skactiveml.network):
        network.load_state_dict(trained)
        network.eval()
    for side in (here, baal, skactiveml):
        side.cycle()
    asked = here.session.history[1].query.ids
    assert len(asked) == given.config.schedule.budget
    for side in (baal, skactiveml):
        assert sorted(set(side.labelled) - set(start)) == sorted(asked)
    assert skactiveml._strategy.given["method"] == "margin_sampling"
    assert np.isnan(skactiveml._strategy.known[skactiveml._strategy.candidates]).all()


def test_the_methods_that_are_compared_are_methods_here(peers, others, monkeypatch):
    monkeypatch.setitem(sys.modules, "peers_baal", module_of("peers_baal"))
    monkeypatch.setitem(sys.modules, "peers_skactiveml", module_of("peers_skactiveml"))
    for method in peers.shared():
        assert small(method).method.name == method
        assert not small(method).method.look_ahead
    assert list(peers.shared()) == ["random", "max-entropy", "margin", "var-ratio", "bald", "coreset", "badge"]


def test_libraries_that_are_not_installed_are_one_sentence(peers, monkeypatch):
    monkeypatch.setitem(sys.modules, "structlog", None)
    with pytest.raises(SystemExit, match=r"^structlog is not installed; pip install -c constraints.txt 'lada-explore"):
        peers.other_sides()


class Counting:
    """A side that takes so many seconds a cycle by a clock of its own."""

    clock = 0.0

    def __init__(self, takes):
        self.takes, self.cycles = takes, 0

    def begin(self):
        Counting.clock += 100
        return 0.5

    def cycle(self):
        Counting.clock += self.takes
        self.cycles += 1
        return 0.5 + self.cycles / 10

    def close(self):
        pass


def test_sides_take_turns_and_the_first_of_a_cycle_is_another_each_time(peers, monkeypatch):
    Counting.clock = 0.0
    monkeypatch.setattr(peers.time, "perf_counter", lambda: Counting.clock)
    monkeypatch.setattr(peers.time, "process_time", lambda: Counting.clock / 2)
    order, sides = [], {"here": Counting(1.0), "one": Counting(2.0), "two": Counting(5.0)}
    for name, side in sides.items():
        monkeypatch.setattr(side, "cycle", lambda name=name, of=side.cycle: order.append(name) or of())
    turns = peers.taking_turns(sides, 3, first=1)
    assert order == ["two", "here", "one", "here", "one", "two", "one", "two", "here"]
    assert turns["one"] == [(100.0, 50.0, 0.5), (2.0, 1.0, 0.6), (2.0, 1.0, 0.7), (2.0, 1.0, 0.8)]


def test_of_the_start_only_the_accuracy_counts_and_ratios_are_to_the_side_here(peers, monkeypatch):
    turns = {
        0: {"here": [(9, 9, 0.1), (1, 2, 0.3)], "one": [(9, 9, 0.2), (3, 2, 0.4)]},
        1: {"here": [(9, 9, 0.3), (2, 2, 0.5)], "one": [(9, 9, 0.2), (4, 3, 0.2)]},
    }
    monkeypatch.setattr(peers, "of_seed", lambda method, seed, others, options: turns[seed])
    found = peers.compared("margin", {"one": None}, Namespace(seeds=2, cycles=1))
    assert found["seconds_a_cycle"]["here"] == {"median_s": 1.5, "spread_s": 1, "runs": 2}
    assert found["times_as_fast"] == {"one": 2.5}  # 3 / 1 and 4 / 2.
    assert found["processor_times_as_fast"] == {"one": 1.25}
    assert found["mean_accuracy_by_seed"]["one"] == pytest.approx([0.3, 0.2])
    assert found["mean_accuracy"]["here"] == pytest.approx({"mean": 0.3, "sd": 0.2 / 2**0.5})
    assert "one 2.50 s, 25.0 %" in peers.line(found)
    results = {
        "by_method": {"margin": found},
        "settings": {"seeds": 2, "cycles": 1},
        "packages": {"one": "1.2"},
        "load_before_and_after": [0.5, 2.0],
    }
    table = module_of("show_sweeps").peers([results])
    assert "| `margin` | one | 2.50 | 3.50 | **1.25** | **2.50** | 25.0 (sd 7.1) |" in table
    assert "| `margin` | here | 2.00 | 1.50 |  |  | 30.0 (sd 14.1) |" in table
    assert "2 seeds, 1 cycles after the start, one 1.2. Load of the machine before and after: 0.5 and 2.0." in table


@pytest.mark.slow
def test_the_side_here_runs_beside_another_and_leaves_no_folder(peers, monkeypatch, tmp_path):
    monkeypatch.setattr(peers, "settings", lambda method, seed, options: small(method, seed))
    monkeypatch.setattr(peers.tempfile, "tempdir", str(tmp_path))

    def other(given, method):
        return peers.Here(given, method, tmp_path / "other" / str(given.config.seed))

    found = peers.compared("max-entropy", {"other": other}, Namespace(seeds=2, cycles=1))
    assert found["mean_accuracy"]["here"] == found["mean_accuracy"]["other"]
    assert found["seconds_a_cycle"]["here"]["runs"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["other"]
