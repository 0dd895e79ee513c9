"""`fidelity=released`: the settings of the authors' release, all at once, and what the presets take from it."""

from contextlib import closing

import pytest
from helpers import command_line
from helpers.small_runs import SETTINGS, small_config, small_data

from lada_explore.config import DataConfig, compose, config_from_dict, flatten
from lada_explore.config.fidelity import DEPARTURES, as_released, departures
from lada_explore.config.presets import PRESETS, configure
from lada_explore.config.statistics import RELEASED_STATISTICS
from lada_explore.datasets import load
from lada_explore.errors import ConfigError
from lada_explore.session.opening import open_session
from lada_explore.session.session import Session
from lada_explore.store import open_run

RELEASED = {"fidelity": "released"}
TABLE = {
    "classifier.initialisation": "torch",
    "data.normalisation": "released",
    "training.reinitialise": False,
    "training.initial_weights": "same",
    "training.optimiser_life": "kept",
    "training.crop_flip": False,
    "training.virtual_images": "plain",
    "training.clear_gradient": False,
    "training.pairs_in_one_pass": False,
    "policy.kept_tau": "lowest_loss",
    "look_ahead.estimator": "pathwise",
    "look_ahead.precision": "float32",
}
OF_CIFAR10 = {"training.crop_flip": True, "training.virtual_images": "crop_flip"}
OF_CIFAR100 = {"training.reinitialise": True, "training.crop_flip": True, "training.virtual_images": "unnormalised"}


def flat(*given, **named):
    return flatten(configure(*given, **named).to_dict())


@pytest.mark.parametrize(
    ("preset", "more"),
    [("demo", {}), ("fashion", {}), ("svhn", {}), ("cifar10", OF_CIFAR10), ("cifar100", OF_CIFAR100)],
)
def test_it_sets_all_that_the_release_does_and_nothing_else(preset, more):
    released, own = flat(preset, settings=RELEASED), flat(preset)
    assert {name: released[name] for name in TABLE} == TABLE | more
    assert {name for name in own if own[name] != released[name]} <= set(TABLE)
    assert [departure.setting for departure in DEPARTURES] == list(TABLE)
    assert departures(configure(preset, settings=RELEASED)) == ()
    assert departures(configure(preset)) != ()


def test_single_settings_beside_it_win():
    config = configure("demo", settings={"training.optimiser_life": "new", **RELEASED, "policy.kept_tau": "last"})
    assert (config.training.optimiser_life, config.policy.kept_tau) == ("new", "last")
    assert departures(config) == ("training.optimiser_life", "policy.kept_tau")
    # Data set and method of the other settings count: the release crops on CIFAR only.
    assert configure("demo", settings=RELEASED | {"data.name": "cifar10"}).training.crop_flip


def test_images_without_numbers_of_the_release_stay_as_measured():
    assert flat("demo", settings=RELEASED, dataset="digits")["data.normalisation"] == "measured"
    assert flat("fashion", dataset="folder:mine")["data.normalisation"] == "measured"
    with pytest.raises(ConfigError, match="the authors' release has no numbers for 'digits'; set it to 'measured', or"):
        configure("demo", dataset="digits", settings={"data.normalisation": "released"})


def test_adamixups_gradient_is_cleared_and_its_images_are_cropped_on_both_cifar_sets():
    for preset in ("cifar10", "cifar100"):
        config = configure(preset, "ent-then-adamixup", settings=RELEASED)
        assert (config.training.clear_gradient, config.training.virtual_images) == (True, "crop_flip")


def test_scores_without_a_gradient_keep_the_estimator_that_needs_none():
    by_chance = compose("random", "manifold_mixup", "learned")
    assert flat("demo", by_chance, settings=RELEASED)["look_ahead.estimator"] == "quadrature"
    fixed = compose("random", "manifold_mixup", "fixed")
    assert flat("demo", fixed, settings=RELEASED)["look_ahead.estimator"] == "pathwise"


def test_another_value_is_refused():
    with pytest.raises(ConfigError, match="fidelity is 'paper'; the only value is 'released', leave it out"):
        configure("demo", settings={"fidelity": "paper"})


# Presets and old runs --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", list(PRESETS))
def test_presets_of_the_paper_depart_only_where_the_supplement_speaks_or_the_release_has_a_fault(preset):
    left = set(departures(configure(preset)))
    ours = {"training.clear_gradient", "policy.kept_tau", "look_ahead.estimator", "look_ahead.precision"}
    if preset == "plane":
        ours.remove("look_ahead.precision")
    if preset in ("demo", "demo-pretrained", "plane"):
        kept = {"initial_weights", "optimiser_life", "pairs_in_one_pass"}
        ours |= {"classifier.initialisation", *(f"training.{name}" for name in kept)}
    if preset.startswith("demo"):
        ours.add("data.normalisation")
    # The release's virtual images of CIFAR-100 have a fault.
    assert left == ours | ({"training.virtual_images"} if preset.startswith("cifar100") else set())


def test_settings_of_an_earlier_version_mean_what_it_did():
    old = configure("fashion").to_dict()
    for part, names in {
        "classifier": ["initialisation"],
        "data": ["normalisation"],
        "training": ["initial_weights", "optimiser_life", "virtual_images", "clear_gradient", "pairs_in_one_pass"],
        "policy": ["kept_tau"],
    }.items():
        for name in names:
            del old[part][name]
    config = flatten(config_from_dict(old).to_dict())
    assert (config["classifier.initialisation"], config["data.normalisation"]) == ("he", "measured")
    assert (config["training.initial_weights"], config["training.optimiser_life"]) == ("new", "new")
    assert (config["training.virtual_images"], config["policy.kept_tau"]) == ("plain", "last")
    assert (config["training.clear_gradient"], config["training.pairs_in_one_pass"]) == (True, True)


# Data ------------------------------------------------------------------------------------------------------------


def test_the_released_numbers_are_those_of_mnist_for_fashion_halves_for_svhn_and_one_set_for_both_cifars():
    assert RELEASED_STATISTICS["fashion-mnist"] == RELEASED_STATISTICS["fashion-mini"] == ((0.1307,), (0.3081,))
    assert RELEASED_STATISTICS["svhn"] == ((0.5,) * 3, (0.5,) * 3)
    cifar = (0.4914, 0.4822, 0.4465), (0.2023, 0.1994, 0.2010)
    assert RELEASED_STATISTICS["cifar10"] == RELEASED_STATISTICS["cifar100"] == cifar


def test_images_are_loaded_with_the_numbers_that_were_asked_for():
    measured = load(DataConfig(name="fashion-mini"))
    released = load(DataConfig(name="fashion-mini", normalisation="released"))
    assert (measured.mean, measured.std) == ((0.2860,), (0.3530,))
    assert (released.mean, released.std) == ((0.1307,), (0.3081,))
    assert released.train.checksum == measured.train.checksum


def test_images_of_ones_own_come_with_their_own_numbers(tmp_path):
    config = small_config(data__normalisation="released")
    with pytest.raises(ConfigError, match=r"small was given with mean \(0.5,\) and std \(0.3,\) of its own; set it to"):
        Session.create(config, tmp_path / "run", data=small_data())
    assert list(tmp_path.iterdir()) == []


# A run -----------------------------------------------------------------------------------------------------------


def test_a_run_made_as_released_says_so_and_is_opened_again_with_the_same_call(tmp_path):
    choices = {"cycles": 1, "settings": SETTINGS | RELEASED, "threads": 1}
    with closing(open_session(tmp_path / "run", "demo", "lada-entmix", **choices)) as session:
        session.run()
        assert open_session(tmp_path / "run", "demo", "lada-entmix", **choices) is session
        ahead, policy = session.history[1].look_ahead, session.config.policy
    assert policy.kept_tau == "lowest_loss"
    assert (ahead.tau != ahead.tau_by_epoch[-1]).any()
    assert any("made as the authors' release" in note for note in open_run(tmp_path / "run").notes)
    assert "made as the authors' release" in " ".join(command_line.call("show", tmp_path / "run")[1].split())
    with closing(open_session(tmp_path / "own", "demo", "random", cycles=0, settings=SETTINGS)) as session:
        assert not any("release" in note for note in session.notes)
    assert as_released(open_run(tmp_path / "run").config) == TABLE


@pytest.mark.parametrize("life", ["new", "kept"])
def test_what_the_optimiser_was_called_before_there_was_a_choice_is_the_life_of_an_adam(life):
    old = configure("fashion").to_dict()
    for name in ("optimiser_life", "momentum", "weight_decay", "schedule", "class_weights", "patience"):
        del old["training"][name]
    old["training"]["optimiser"] = life
    for config in (config_from_dict(old), configure("fashion", settings={"training.optimiser": life})):
        assert (config.training.optimiser, config.training.optimiser_life) == ("adam", life)
        assert (config.training.weight_decay, config.training.schedule) == (0, "constant")
        assert (config.training.class_weights, config.training.patience) == ("none", None)


@pytest.mark.parametrize("preset", list(PRESETS))
def test_every_preset_trains_with_a_plain_adam_for_all_its_epochs(preset):
    config = configure(preset).training
    decay = 0.1 if preset == "demo-pretrained" else 0
    assert (config.optimiser, config.weight_decay, config.schedule) == ("adam", decay, "constant")
    assert (config.class_weights, config.patience) == ("none", None)
