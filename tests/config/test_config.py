import json

import pytest

from lada_explore.config import Method, config_from_dict, flatten
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError


def test_a_config_survives_json():
    config = configure("cifar100", "lada-entinmix", seed=3, settings={"policy.tau_max": 4})
    assert config_from_dict(json.loads(json.dumps(config.to_dict()))) == config


def test_settings_given_as_text_become_values_of_their_type():
    config = configure(
        settings={"schedule.budget": "20", "classifier.blocks": "1,2", "training.crop_flip": "true", "seed": "5"}
    )
    assert (config.schedule.budget, config.classifier.blocks, config.seed) == (20, (1, 2), 5)
    assert config.training.crop_flip is True


def test_flatten_gives_dotted_names():
    assert flatten({"a": {"b": 1, "c": {"d": 2}}, "e": 3}) == {"a.b": 1, "a.c.d": 2, "e": 3}


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"schedule.budget": 11}, "budget 11 is odd; pairs need an even budget, try 10 or 12"),
        ({"schedule.budget": 1}, "budget 1 is odd; pairs need an even budget, try 2"),
        ({"schedule.subset_size": 401}, "subset_size 401 is odd; it is cut into pairs, try 400 or 402"),
        ({"schedule.budget": 402}, "schedule.budget 402 is above schedule.subset_size 400"),
        ({"schedule.budget": 0}, "schedule.budget is 0; it must be at least 1"),
        ({"schedule.cycles": -1}, "schedule.cycles is -1; it must be at least 0"),
        ({"schedule.cycles": "x"}, "schedule.cycles is 'x'; input should be a valid integer"),
        ({"schedule.bugdet": 1}, "setting 'schedule.bugdet' is unknown; did you mean schedule.budget"),
        ({"schedule": 1}, "setting 'schedule' is unknown"),
        ({"seed": -1}, "seed is -1; seeds are whole numbers from 0 upwards"),
        ({"policy.fixed_tau": -1}, "policy.fixed_tau is -1; it must be a finite number above 0"),
        ({"policy.tau_max": 0}, "policy.tau_max is 0; it must be a finite number above 0"),
        ({"policy.learning_rate": "nan"}, "policy.learning_rate is nan; it must be a finite number above 0"),
        ({"training.learning_rate": "inf"}, "training.learning_rate is inf; it must be a finite number above 0"),
        ({"training.epochs": 0}, "training.epochs is 0; it must be at least 1"),
        ({"look_ahead.estimator": "exact"}, "look_ahead.estimator 'exact' is unknown; the known ones are quadrature"),
        ({"look_ahead.nodes": 2}, "look_ahead.nodes is 2; it must be at least 3"),
        ({"look_ahead.tolerance": 0.0}, "look_ahead.tolerance is 0; it must be above 0 and below 1, try 0.0125"),
        ({"look_ahead.tolerance": 1}, "look_ahead.tolerance is 1; it must be above 0 and below 1, try 0.0125"),
        ({"classifier.blocks": "2,0"}, r"classifier.blocks is \(2, 0\); each stage needs at least 1 block"),
        ({"look_ahead.estimator": "none"}, "look_ahead.estimator 'none' is unknown; the known ones are quadrature"),
        ({"look_ahead.precision": "half"}, "look_ahead.precision 'half' is unknown; the known ones are auto, float32"),
        ({"classifier.kind": "vit"}, "classifier.kind 'vit' is unknown; the known ones are resnet, mlp"),
        ({"checkpoints": "some"}, "checkpoints 'some' is unknown; the known ones are all, last"),
        ({"keep": "nothing"}, "keep 'nothing' is unknown; the known ones are candidates, queried"),
        ({"keep": ["queried"]}, r"keep \"\['queried'\]\" is unknown; the known ones are candidates, queried"),
        ({"data.channels": 2}, r"data.channels is 2; images are grey \(1\) or RGB \(3\)"),
        ({"data.test_share": 1}, "data.test_share is 1; it must be at least 0 and below 1, try 0.2"),
        ({"classifier.width": 10**9}, "classifier.width is 1,000,000,000; it must be at most 8,192"),
        ({"classifier.width": 8192}, "the width of the classifier's last stage is .*; it must be at most 8,192"),
        ({"classifier.blocks": (1,) * 17}, "the number of stages in classifier.blocks is 17; it must be at most 16"),
        ({"classifier.blocks": "2,300"}, "the largest stage of classifier.blocks is 300; it must be at most 256"),
        ({"training.epochs": 10**21}, "training.epochs is 1,000,0.*000; it must be at most 1,000,000"),
        ({"training.epochs": "9" * 5000}, r"training.epochs is '9{12}\.\.\.9{13}'; "),
        ({"training.epochs": 10**400}, r"training.epochs is about 10\^400; it must be at most 1,000,000"),
        ({"schedule.cycles": -(10**400)}, r"schedule.cycles is about -10\^400; it must be at least 0"),
        ({"look_ahead.nodes": 100_000}, "look_ahead.nodes is 100,000; it must be at most 1,001"),
        ({"schedule.cycles": 300_000}, "schedule.cycles is 300,000; it must be at most 100,000"),
        ({"seed": 2**63}, "seed is 9,223,372,036,854,775,808; it must be at most 9,223,372,036,854,775,807"),
        ({"data.height": 100_000}, "data.height is 100,000; it must be at most 2,048"),
    ],
)
def test_a_bad_setting_is_one_sentence(settings, sentence):
    with pytest.raises(ConfigError, match=sentence) as caught:
        configure(settings=settings)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("method", "nodes"), [("lada-entmix", 8), ("lada-entinmix", 11), ("lada-vaalmix", 11)])
def test_without_a_tolerance_images_get_more_nodes_than_hidden_states_unless_it_is_said_how_many(method, nodes):
    assert configure(method=method, settings={"look_ahead.tolerance": None}).nodes == nodes
    assert configure(method=method, settings={"look_ahead.nodes": "5", "look_ahead.tolerance": None}).nodes == 5


def test_each_cycle_chooses_its_nodes_by_the_tolerance_unless_it_is_said_how_many():
    assert configure().look_ahead.tolerance == 0.0125
    assert configure().nodes is None
    assert configure(settings={"look_ahead.nodes": "5"}).nodes == 5
    assert configure("plane").nodes == 33
    assert configure(method="lada-entinmix").nodes == 11
    assert configure(settings={"classifier.kind": "features:mine.npy"}).nodes == 17


def test_a_run_from_before_there_was_a_tolerance_keeps_its_number_of_nodes():
    stored = configure(method="lada-entinmix").to_dict()
    del stored["look_ahead"]["tolerance"]
    assert config_from_dict(stored).nodes == 11


def test_vaal_scores_images_and_no_hidden_states():
    with pytest.raises(
        ConfigError, match=r"'mine' cannot score hidden states with 'vaal'.*use augmentation .*'input_mixup'"
    ):
        Method(name="mine", acquisition="vaal", augmentation="manifold_mixup", policy="learned", look_ahead=True)


def test_a_method_without_pairs_may_have_an_odd_budget():
    assert configure(method="max-entropy", settings={"schedule.budget": 11}).schedule.budget == 11


def test_looking_ahead_needs_an_augmentation_and_a_policy():
    with pytest.raises(ConfigError, match="looks ahead without an augmentation"):
        Method(name="mine", acquisition="max_entropy", policy="fixed", look_ahead=True)
    with pytest.raises(ConfigError, match="looks ahead without a policy"):
        Method(name="mine", acquisition="max_entropy", augmentation="manifold_mixup", look_ahead=True)
    with pytest.raises(ConfigError, match="policy 'learnt' is unknown"):
        Method(name="mine", acquisition="max_entropy", policy="learnt")


@pytest.mark.parametrize(
    ("choices", "sentence"),
    [
        (
            {"policy": "fixed"},
            "has policy 'fixed', which has nothing to decide without an augmentation; choose .*'none'",
        ),
        (
            {"augmentation": "manifold_mixup"},
            "has policy 'none', which leaves the strength of its augmentation open; choose policy 'fixed'",
        ),
        (
            {"augmentation": "input_mixup", "policy": "learned"},
            "has policy 'learned', which is found by looking ahead, and this method does not; choose policy 'fixed'",
        ),
        (
            {"augmentation": "manifold_mixup", "policy": "exact"},
            "has policy 'exact', which is found by looking ahead, and this method does not; choose policy 'fixed'",
        ),
        (
            {"augmentation": "stn", "policy": "exact", "look_ahead": True},
            "which reads tau off the profile of a pair, where an STN transforms .*; choose policy 'learned' or 'fixed'",
        ),
        (
            {"augmentation": "adamixup", "policy": "learned", "look_ahead": True},
            "looks ahead with AdaMixup, which learns where to mix only while .*; set look_ahead=False, or choose aug",
        ),
        (
            {"augmentation": "adamixup", "policy": "fixed"},
            "has policy 'fixed', where AdaMixup learns where to mix in training; choose policy 'learned_after'",
        ),
        (
            {"augmentation": "input_mixup", "policy": "learned_after"},
            "has policy 'learned_after', which only AdaMixup has; choose policy 'fixed'",
        ),
        ({"augmentation": "manifold_mixpu"}, "augmentation 'manifold_mixpu' is unknown; .* did you mean 'manifold_mix"),
    ],
)
def test_what_contradicts_itself_is_refused_with_what_would_work(choices, sentence):
    with pytest.raises(ConfigError, match=sentence) as caught:
        Method(**({"name": "mine", "acquisition": "max_entropy"} | choices))
    assert "\n" not in str(caught.value)


def test_mixing_what_was_acquired_needs_two_images():
    with pytest.raises(ConfigError, match="budget 1 leaves nothing to mix; ent-then-mixup mixes .* at least 2"):
        configure(method="ent-then-mixup", settings={"schedule.budget": 1})
    assert configure(method="ent-then-mixup", settings={"schedule.budget": 3}).fixed_tau == 2.0
