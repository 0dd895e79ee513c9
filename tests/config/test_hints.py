"""What the sentence about an unknown name suggests: a name like it or one of its words, never an unrelated one."""

from collections.abc import Iterator

import pytest

from lada_explore.config import METHODS, flatten, unknown
from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError

SETTINGS = list(flatten(configure("demo").to_dict()))


def sentence(name: str) -> str:
    with pytest.raises(ConfigError) as caught:
        configure("demo", settings={name: "1"})
    return str(caught.value)


@pytest.mark.parametrize(
    ("name", "suggested"),
    [
        ("class_weights", "training.class_weights"),
        ("class_wieghts", "training.class_weights"),
        ("training.class_wieghts", "training.class_weights"),
        ("trainng.class_weights", "training.class_weights"),
        ("classweights", "training.class_weights"),
        ("schedule.bugdet", "schedule.budget"),
        ("optimizer", "training.optimiser"),
        ("optimizer_life", "training.optimiser_life"),
        ("weight_decay", "training.weight_decay"),
        ("weights", "classifier.weights"),
        ("classifier.weight", "classifier.weights"),
        ("initial_weight", "training.initial_weights"),
        ("training.dropout", "bald.dropout"),
        ("epochs", "policy.epochs or training.epochs"),
    ],
)
def test_a_setting_is_suggested_for_its_misspelt_or_shortened_name(name, suggested):
    assert sentence(name) == f"setting {name!r} is unknown; did you mean {suggested}?"


@pytest.mark.parametrize("name", ["training.warmup", "training.lr"])
def test_of_a_part_in_which_nothing_is_like_it_the_settings_are_listed(name):
    words = sentence(name)
    assert "did you mean" not in words
    assert words.startswith(f"setting {name!r} is unknown; the known ones of 'training' are training.epochs, training.")
    assert "policy." not in words


def test_the_name_of_a_part_lists_its_settings():
    listed = "schedule.initial_per_class, schedule.budget, schedule.cycles, schedule.subset_size"
    assert sentence("schedule") == (
        f"setting 'schedule' is unknown; the known ones of 'schedule' are {listed}; did you mean 'training.schedule'?"
    )


@pytest.mark.parametrize("name", ["lr", "tpu", "warmup", "x"])
def test_for_a_name_like_no_other_all_are_listed(name):
    assert sentence(name) == f"setting {name!r} is unknown; the known ones are {', '.join([*SETTINGS, 'data.size'])}"


def misspelt(name: str) -> Iterator[str]:
    """The name with a letter left out, doubled, or exchanged with the next one."""
    for i in range(len(name)):
        yield name[:i] + name[i + 1 :]
        yield name[: i + 1] + name[i:]
        yield name[:i] + name[i + 1 : i + 2] + name[i] + name[i + 2 :]


@pytest.mark.parametrize("name", SETTINGS)
def test_the_first_suggestion_for_a_misspelt_setting_is_that_setting(name):
    part, dot, last = name.rpartition(".")
    for wrong in {part + dot + text for text in misspelt(last)} - {*SETTINGS, part + dot}:
        words = str(unknown("setting", wrong, SETTINGS))
        assert words.startswith(f"setting {wrong!r} is unknown; did you mean {name}"), words


def test_methods_are_compared_as_a_whole():
    assert str(unknown("method", "lada-entmx", list(METHODS))).startswith(
        "method 'lada-entmx' is unknown; did you mean lada-entmix or "
    )
    assert "did you mean" not in str(unknown("method", "gradient-descent", list(METHODS)))
