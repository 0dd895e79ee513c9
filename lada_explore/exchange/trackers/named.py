"""Trackers by name, as `--track` takes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec

from lada_explore.errors import ConfigError
from lada_explore.exchange.trackers.protocol import Tracker
from lada_explore.exchange.trackers.said import first_line

FORMS = {"mlflow": "mlflow:URI", "tensorboard": "tensorboard:DIR", "trackio": "trackio:PROJECT"}
"""How each is named, by its kind. The package of the same name has to be installed."""

TRACKERS: Mapping[str, str] = {
    "mlflow": "lada_explore.exchange.trackers.mlflow_tracker:MlflowTracker",
    "tensorboard": "lada_explore.exchange.trackers.tensorboard_tracker:TensorboardTracker",
    "trackio": "lada_explore.exchange.trackers.trackio_tracker:TrackioTracker",
}
"""Module and class of each kind."""


def tracker_named(text: str) -> Tracker:
    """The tracker that a person named, ready for a run.

    Args:
        text: "mlflow:URI", where URI is a server's address, "sqlite:///FILE" or a folder, and "#NAME" after it an
            experiment; "tensorboard:DIR"; or "trackio:PROJECT".

    Raises:
        ConfigError: an unknown kind or no place; its package is not installed; the place cannot be reached or written.
    """
    kind, _, place = text.partition(":")
    if kind not in TRACKERS or not place.strip():
        raise ConfigError(f"{text!r} names no tracker; write {', '.join(list(FORMS.values())[:-1])} or trackio:PROJECT")
    if find_spec(kind) is None:
        raise ConfigError(f"{text} needs the package {kind}; run pip install 'lada-explore[trackers]'")
    module, _, name = TRACKERS[kind].partition(":")
    make: Callable[[str], Tracker] = getattr(import_module(module), name)
    try:
        return make(place.strip())
    except ImportError as error:  # Of a part of the package, or of another one that it needs.
        raise ConfigError(
            f"{text} needs the package {kind}, which cannot be imported ({first_line(error)}); run pip install "
            "'lada-explore[trackers]'"
        ) from error
