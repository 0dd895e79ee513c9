import numbers

import pytest

from lada_explore.config import METHODS, flatten
from lada_explore.config.presets import PRESETS, configure, preset_named
from lada_explore.errors import ConfigError

CLASSES = {"fashion": 10, "svhn": 10, "cifar10": 10, "cifar100": 100, "cifar10-large": 10, "cifar100-large": 100}


NUMBERED = (
    *("classifier", "backbone", "head", "schedule", "training", "policy", "look_ahead", "bald", "vaal", "ll4al"),
    *("checkpoints", "keep", "gpu"),
)


@pytest.mark.parametrize("name", list(PRESETS))
def test_every_number_of_a_preset_has_a_source(name):
    preset = PRESETS[name]
    config = flatten(preset.config(METHODS["lada-entmix"]).to_dict())
    chosen = {
        setting
        for setting, value in config.items()
        if (setting.split(".")[0] in NUMBERED or setting == "data.normalisation")
        and (isinstance(value, numbers.Number) or value is None or isinstance(value, (str, tuple)))
    }
    assert chosen == set(preset.sources)
    assert all(preset.sources.values())


@pytest.mark.parametrize(
    ("name", "per_class", "budget", "draws", "batch", "fresh", "crop"),
    [
        ("fashion", 2, 10, 10, 10, False, False),
        ("svhn", 2, 10, 1, 10, False, False),
        ("cifar10", 2, 10, 10, 10, False, True),
        ("cifar100", 10, 100, 5, 100, True, True),
    ],
)
def test_the_papers_presets_hold_the_numbers_of_table_1(name, per_class, budget, draws, batch, fresh, crop):
    preset = PRESETS[name]
    assert (preset.schedule.initial_per_class, preset.schedule.budget) == (per_class, budget)
    assert (preset.schedule.cycles, preset.schedule.subset_size, preset.look_ahead.draws) == (100, 2000, draws)
    assert (preset.training.epochs, preset.training.learning_rate, preset.training.batch_size) == (50, 1e-3, batch)
    assert (preset.policy.epochs, preset.policy.batch_size, preset.policy.learning_rate) == (10, 100, 5e-5)
    assert (preset.training.reinitialise, preset.training.crop_flip, preset.policy.tau_max) == (fresh, crop, 1.0)
    assert (preset.classifier.width, preset.classifier.blocks) == (64, (2, 2, 2, 2))


@pytest.mark.parametrize(("name", "start", "end"), [("cifar10-large", 1000, 10_000), ("cifar100-large", 5000, 20_000)])
def test_the_large_presets_reach_the_labels_of_section_b3(name, start, end):
    schedule = PRESETS[name].schedule
    first = schedule.initial_per_class * CLASSES[name]
    assert first == start
    assert first + schedule.cycles * schedule.budget == end


@pytest.mark.parametrize("preset", list(PRESETS))
@pytest.mark.parametrize("method", list(METHODS))
def test_every_method_can_be_configured_on_every_preset(preset, method):
    assert configure(preset, method).method == METHODS[method]


def test_the_fixed_tau_is_2_for_manifold_and_a_fifth_for_input_mixup():
    assert configure(method="lada-entmix-fixed").fixed_tau == 2.0
    assert configure(method="lada-entinmix-fixed").fixed_tau == 0.2
    assert configure(method="lada-entinmix-fixed", settings={"policy.fixed_tau": "0.7"}).fixed_tau == 0.7


def test_an_unknown_preset_is_named_with_the_nearest():
    with pytest.raises(ConfigError, match=r"preset 'fasion' is unknown; .* did you mean 'fashion'\?"):
        preset_named("fasion")
