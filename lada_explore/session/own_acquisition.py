"""An acquisition passed as an object: how a run records it, and how it is recognised when the run is resumed.

A class of the catalogue is recorded by its key. Any other is recorded as its module, its qualified name and its plain
parameters, for example "mine:Confidence(top=2)", beside the unit of its scores. Parameters are the arguments of
`__init__` that the object keeps under the same name, or under that name with a leading underscore, as a number, a text,
a truth value or None. Nothing else is compared when a run is resumed: neither the code of the class nor values of other
types, such as arrays and networks.
"""

from __future__ import annotations

import inspect
from dataclasses import asdict, replace
from numbers import Number

import numpy as np

from lada_explore.acquisition import ACQUISITIONS, Acquisition, acquisition_of, check_acquisition
from lada_explore.config import RunConfig
from lada_explore.config.method import known_method
from lada_explore.errors import ConfigError
from lada_explore.store import RunInfo

CUSTOM = "custom"
"""Recorded name of a method with a custom acquisition."""

_MISSING = object()


def key_of(acquisition: Acquisition) -> str | None:
    """Key in the catalogue of the acquisition's class; None for a class that is not in it, a subclass included."""
    place = f"{type(acquisition).__module__}:{type(acquisition).__qualname__}"
    return next((key for key, entry in ACQUISITIONS.items() if entry.place == place), None)


def name_of(acquisition: Acquisition) -> str:
    """What a run records of an acquisition: its key, or module, qualified name and plain parameters of its class."""
    if (key := key_of(acquisition)) is not None:
        return key
    kind = type(acquisition)
    given = ", ".join(f"{name}={value!r}" for name, value in _parameters(acquisition).items())
    return f"{kind.__module__}:{kind.__qualname__}" + (f"({given})" if given else "")


def _parameters(acquisition: Acquisition) -> dict[str, object]:
    """Arguments of `__init__` that the object keeps as plain values, by name."""
    try:
        names = list(inspect.signature(type(acquisition)).parameters)
    except (TypeError, ValueError):  # A class without a signature that Python can read.
        return {}
    kept = {name: _kept(acquisition, name) for name in names}
    return {name: value for name, value in kept.items() if isinstance(value, (Number, str, type(None)))}


def _kept(acquisition: Acquisition, name: str) -> object:
    """The attribute of this name, or of this name with an underscore; a number of numpy as one of Python."""
    found = next((getattr(acquisition, place) for place in (name, f"_{name}") if hasattr(acquisition, place)), _MISSING)
    return found.item() if isinstance(found, np.generic) else found


def with_acquisition(config: RunConfig, acquisition: Acquisition | None) -> RunConfig:
    """The settings that a run records: the method with the acquisition, named "custom" if that is a custom one.

    Raises:
        ConfigError: see `lada_explore.acquisition.check_acquisition`; or an acquisition of the catalogue that was made
            with other settings than the run's.
    """
    if acquisition is None:
        return config
    check_acquisition(acquisition)
    if (key := key_of(acquisition)) is None:
        return replace(config, method=replace(config.method, name=CUSTOM, acquisition=name_of(acquisition)))
    _require_same_settings(config, key, acquisition)
    if config.method.acquisition == key:
        return config
    return replace(config, method=known_method(replace(config.method, name="", acquisition=key)))


def _require_same_settings(config: RunConfig, key: str, acquisition: Acquisition) -> None:
    """Raises ConfigError if an acquisition of the catalogue was made with other settings than those of the run."""
    field = ACQUISITIONS[key].settings
    wanted = getattr(config, field) if field else None
    for given in vars(acquisition).values():
        if wanted is None or type(given) is not type(wanted) or given == wanted:
            continue
        there = asdict(wanted)
        changed = {f"{field}.{name}": value for name, value in asdict(given).items() if value != there[name]}
        raise ConfigError(
            f"acquisition {type(acquisition).__name__} was made with other settings than those of the run; leave it "
            f"out, and start a run with settings={changed} and method=compose({key!r})"
        )


def is_recorded(config: RunConfig, acquisition: Acquisition) -> bool:
    """Whether a run with these settings was started with an acquisition of this class and these parameters."""
    recorded = config.method.acquisition
    if recorded in ACQUISITIONS or ":" in recorded:
        return recorded == name_of(acquisition)
    # Version 0.1 recorded the bare name of a class.
    return recorded == type(acquisition).__name__


def require_recorded(info: RunInfo, acquisition: Acquisition | None) -> None:
    """Raises ConfigError unless a resumed run was started with an acquisition like this one; None for its own."""
    if acquisition is None:
        return
    check_acquisition(acquisition)
    recorded = info.config.method.acquisition
    if not is_recorded(info.config, acquisition):
        raise ConfigError(
            f"this run was started with acquisition {recorded!r} and cannot be resumed with {name_of(acquisition)!r}, "
            "whose scores are different; pass the acquisition it was started with, or start a new run"
        )
    if acquisition.unit != info.acquisition_unit:
        raise ConfigError(
            f"this run has scores in {info.acquisition_unit!r} and cannot be resumed with acquisition "
            f"{name_of(acquisition)!r}, whose unit is {acquisition.unit!r}; pass the acquisition it was started with, "
            "or start a new run"
        )
    if (key := key_of(acquisition)) is not None:
        _require_same_settings(info.config, key, acquisition)


def recorded_acquisition(config: RunConfig) -> Acquisition:
    """A new acquisition as a run names it. Raises ConfigError for a custom one, which must be passed."""
    recorded = config.method.acquisition
    if recorded not in ACQUISITIONS:
        bare = recorded.partition("(")[0].rpartition(":")[2].rpartition(".")[2]
        raise ConfigError(
            f"acquisition {recorded!r} is not one of {', '.join(ACQUISITIONS)}; if it is your own, open the run in "
            f"Python and pass acquisition={bare}(...)"
        )
    return acquisition_of(config)
