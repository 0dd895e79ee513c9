"""A grid of settings: every method with every combination of the values, each under a name of its own.

`lada-entmix@policy.tau_max=1` is lada-entmix with one setting of its own. The name stands in the tables, and names the
folder of its runs: OUT/lada-entmix@policy.tau_max=1/seed-0.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import product

from lada_explore.config import RunConfig
from lada_explore.config.method import DEFAULT_AUGMENTATION
from lada_explore.errors import ConfigError

AT = "@"
"""Separates the name of a method from its settings, and these from each other."""

_NAMES_FOLDERS = re.compile(r"[\w.,+-]+", re.ASCII)
"""What a value may be made of, because it is a part of the name of a folder on any system."""


def parts_of(name: str) -> tuple[str, dict[str, str]]:
    """Method and settings of a name, such as "random@schedule.budget=20"; a name without settings is a method's.

    Raises:
        ConfigError: what stands after @ is no setting.
    """
    method, *texts = name.split(AT)
    settings = dict[str, str]()
    for text in texts:
        setting, separator, value = text.partition("=")
        if not separator or not setting or not value or setting in settings:
            raise ConfigError(f"{name!r} does not name a method and settings; write it as random@schedule.budget=20")
        settings[setting] = value
    return method, settings


def axis(text: str) -> tuple[str, tuple[str, ...]]:
    """Setting and values of "policy.tau_max=1,4"; of values that are lists, "classifier.blocks=1,1;2,2".

    Raises:
        ConfigError: there are not two values, or one of them cannot name a folder, or the setting is of the images or
            the seed, which all runs that are compared have in common.
    """
    setting, _, values = text.partition("=")
    found = tuple(value.strip() for value in values.split(";" if ";" in values else ","))
    if len(found) < 2 or not setting:
        raise ConfigError(f"--grid {text!r} does not name a setting and two values; write it as policy.tau_max=1,4")
    if setting == "seed" or setting.startswith("data."):
        raise ConfigError(
            f"--grid {text!r} varies {setting}, and the methods of a table have the same images and seeds; give it "
            "with --set or --seeds, and one --out for each value"
        )
    if bad := [part for part in (setting, *found) if not _NAMES_FOLDERS.fullmatch(part)]:
        raise ConfigError(
            f"--grid {text!r} holds {bad[0]!r}, which cannot be a part of the name of a folder; use letters, digits "
            "and . , + - _ only, or give it with --set and another --out"
        )
    return setting, found


def names_of(
    methods: Sequence[str], grid: Mapping[str, Sequence[str]], config_of: Callable[[str], RunConfig]
) -> tuple[str, ...]:
    """Names of every method with every combination of values; settings that a method does not use are left out.

    Args:
        methods: names of methods.
        grid: values by setting, in the order of the names' parts.
        config_of: settings of the run with a name.

    Raises:
        ConfigError: two names are of the same settings, no method uses a setting, or a combination cannot work.
    """
    names = dict[str, RunConfig]()
    used = set[str]()
    for method in methods:
        for values in product(*grid.values()):
            point = dict(zip(grid, values, strict=True))
            whole = config_of(named(method, point))
            own = {setting: value for setting, value in point.items() if _uses(whole, setting)}
            used.update(own)
            name = named(method, own)
            names.setdefault(name, config_of(name))
    if unused := [setting for setting in grid if setting not in used]:
        raise ConfigError(f"{unused[0]} in --grid changes nothing: none of {', '.join(methods)} uses it; leave it out")
    found = list(names.items())
    for place, (name, config) in enumerate(found):
        if same := [other for other, earlier in found[:place] if earlier == config]:
            raise ConfigError(f"{same[0]} and {name} are the same settings; name each method and each value once")
    return tuple(names)


def named(method: str, settings: Mapping[str, str]) -> str:
    """The name of a method with settings."""
    return AT.join([method, *(f"{setting}={value}" for setting, value in settings.items())])


def _uses(config: RunConfig, setting: str) -> bool:
    """Whether a setting can matter for these runs. A method without virtual instances has no policy that chooses."""
    if setting.startswith("policy.") and config.method.augmentation == DEFAULT_AUGMENTATION:
        return False
    return config.uses(setting)
