"""Acquisitions, one in each file; `lada_explore.config.ACQUISITIONS` lists them by name."""

from importlib import import_module

from lada_explore.acquisition.badge import Badge
from lada_explore.acquisition.bald import Bald
from lada_explore.acquisition.coreset import CoreSet
from lada_explore.acquisition.declared import check_acquisition, check_announced
from lada_explore.acquisition.ll4al import Ll4al
from lada_explore.acquisition.margin import Margin
from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.acquisition.protocol import (
    Acquisition,
    BatchAcquisition,
    JointAcquisition,
    PairAcquisition,
    Preparation,
    TrainedAcquisition,
    capabilities_of,
)
from lada_explore.acquisition.random import Random
from lada_explore.acquisition.vaal import Vaal
from lada_explore.acquisition.var_ratio import VarRatio
from lada_explore.config import ACQUISITIONS, RunConfig, unknown
from lada_explore.errors import ConfigError


def acquisition_of(config: RunConfig) -> Acquisition:
    """Construct the acquisition of a run's method.

    Raises:
        ConfigError: the name is unknown, the class declares capabilities too, which only the catalogue does, or it
            lacks a method that the catalogue announces.
    """
    name = config.method.acquisition
    if name not in ACQUISITIONS:
        raise unknown("acquisition", name, list(ACQUISITIONS))
    entry = ACQUISITIONS[name]
    constructor = getattr(import_module(entry.module), entry.class_name)
    acquisition: Acquisition = constructor(getattr(config, entry.settings)) if entry.settings else constructor()
    if hasattr(acquisition, "capabilities"):
        raise ConfigError(
            f"acquisition {name!r} has the attribute 'capabilities', but its line in config/catalogue.py declares them "
            "already; remove the attribute"
        )
    check_announced(acquisition, entry.capabilities)
    return acquisition


__all__ = [
    "ACQUISITIONS",
    "Acquisition",
    "Badge",
    "Bald",
    "BatchAcquisition",
    "CoreSet",
    "JointAcquisition",
    "Ll4al",
    "Margin",
    "MaxEntropy",
    "PairAcquisition",
    "Preparation",
    "Random",
    "TrainedAcquisition",
    "Vaal",
    "VarRatio",
    "acquisition_of",
    "capabilities_of",
    "check_acquisition",
]
