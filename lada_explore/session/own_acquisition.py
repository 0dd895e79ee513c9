"""A custom acquisition: how a run records it, and how it is recognised when the run is resumed."""

from __future__ import annotations

from dataclasses import replace

from lada_explore.acquisition import ACQUISITIONS, Acquisition, acquisition_of
from lada_explore.config import RunConfig
from lada_explore.errors import ConfigError

CUSTOM = "custom"
"""Recorded name of a method with a custom acquisition."""


def name_of(acquisition: Acquisition) -> str:
    """Qualified name of the acquisition's class, without the function that the class is defined in, if any."""
    return type(acquisition).__qualname__.rpartition("<locals>.")[2]


def with_acquisition(config: RunConfig, acquisition: Acquisition | None) -> RunConfig:
    """The settings that a run records: with a custom acquisition, method "custom" and the acquisition's name."""
    if acquisition is None:
        return config
    method = replace(config.method, name=CUSTOM, acquisition=name_of(acquisition))
    return replace(config, method=method)


def is_recorded(config: RunConfig, acquisition: Acquisition) -> bool:
    """Whether a run with these settings was started with an acquisition of this class."""
    name = config.method.acquisition
    if name in ACQUISITIONS:
        return type(acquisition_of(config)) is type(acquisition)
    # Of a class that is defined within another one, runs of version 0.1 hold the bare name.
    return name in (name_of(acquisition), type(acquisition).__name__)


def require_recorded(config: RunConfig, acquisition: Acquisition) -> None:
    """Raises ConfigError unless a resumed run was started with an acquisition of this class."""
    if not is_recorded(config, acquisition):
        raise ConfigError(
            f"this run was started with acquisition {config.method.acquisition!r} and cannot be resumed with "
            f"{name_of(acquisition)!r}, whose scores are different; pass the acquisition it was started with, or "
            "start a new run"
        )


def recorded_acquisition(config: RunConfig) -> Acquisition:
    """A new acquisition as a run names it. Raises ConfigError for a custom one, which must be passed."""
    name = config.method.acquisition
    if name not in ACQUISITIONS:
        raise ConfigError(
            f"acquisition {name!r} is not one of {', '.join(ACQUISITIONS)}; if it is your own, pass "
            f"acquisition={name.rpartition('.')[2]}()"
        )
    return acquisition_of(config)
