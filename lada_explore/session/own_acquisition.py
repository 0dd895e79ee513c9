"""An acquisition of a person's own: how a run records it, and by what it is known again."""

from __future__ import annotations

from dataclasses import replace

from lada_explore.acquisition import ACQUISITIONS, Acquisition, acquisition_of
from lada_explore.config import RunConfig
from lada_explore.errors import ConfigError

CUSTOM = "custom"
"""Name of a method that none of `lada_explore.config.METHODS` is."""


def name_of(acquisition: Acquisition) -> str:
    """Qualified name of its class, from the function on that it is defined in, if it is."""
    return type(acquisition).__qualname__.rpartition("<locals>.")[2]


def with_acquisition(config: RunConfig, acquisition: Acquisition | None) -> RunConfig:
    """The settings that a run records: for an acquisition of one's own the method "custom" and `name_of` it."""
    if acquisition is None:
        return config
    method = replace(config.method, name=CUSTOM, acquisition=name_of(acquisition))
    return replace(config, method=method)


def is_recorded(config: RunConfig, acquisition: Acquisition) -> bool:
    """Whether a run with these settings was begun with an acquisition of this kind."""
    name = config.method.acquisition
    if name in ACQUISITIONS:
        return type(acquisition_of(config)) is type(acquisition)
    # Runs of version 0.1 hold the bare name of a class that is defined within another one.
    return name in (name_of(acquisition), type(acquisition).__name__)


def require_recorded(config: RunConfig, acquisition: Acquisition) -> None:
    """Raises ConfigError unless a run that goes on was begun with an acquisition of this kind."""
    if not is_recorded(config, acquisition):
        raise ConfigError(
            f"this run was begun with acquisition {config.method.acquisition!r} and cannot go on with "
            f"{name_of(acquisition)!r}, whose scores are others; pass the acquisition it was begun with, or "
            "start a new run"
        )


def recorded_acquisition(config: RunConfig) -> Acquisition:
    """A new acquisition as a run names it. Raises ConfigError for a person's own, which has to be passed."""
    name = config.method.acquisition
    if name not in ACQUISITIONS:
        raise ConfigError(
            f"acquisition {name!r} is not one of {', '.join(ACQUISITIONS)}; if it is your own, pass "
            f"acquisition={name.rpartition('.')[2]}()"
        )
    return acquisition_of(config)
