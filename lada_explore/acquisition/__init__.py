"""Acquisitions, one a file; `lada_explore.config.ACQUISITIONS` lists them by name."""

from lada_explore.acquisition.badge import Badge
from lada_explore.acquisition.bald import Bald
from lada_explore.acquisition.coreset import CoreSet
from lada_explore.acquisition.ll4al import Ll4al
from lada_explore.acquisition.margin import Margin
from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.acquisition.protocol import Acquisition, Learned, Preparation, SetRule, scoring_of
from lada_explore.acquisition.random import Random
from lada_explore.acquisition.vaal import Vaal
from lada_explore.acquisition.var_ratio import VarRatio
from lada_explore.config import ACQUISITIONS, RunConfig, unknown
from lada_explore.errors import ConfigError


def acquisition_of(config: RunConfig) -> Acquisition:
    """A new acquisition as the method of a run names it.

    Raises:
        ConfigError: an unknown name, or an acquisition that declares something else than the catalogue says of it.
    """
    name = config.method.acquisition
    if name not in ACQUISITIONS:
        raise unknown("acquisition", name, list(ACQUISITIONS))
    entry = ACQUISITIONS[name]
    acquisition: Acquisition = entry.make(config)
    if (declared := scoring_of(acquisition)) != entry.can:
        raise ConfigError(
            f"acquisition {name!r} declares {declared}, but config/catalogue.py says {entry.can}; make them the same"
        )
    return acquisition


__all__ = [
    "ACQUISITIONS",
    "Acquisition",
    "Badge",
    "Bald",
    "CoreSet",
    "Learned",
    "Ll4al",
    "Margin",
    "MaxEntropy",
    "Preparation",
    "Random",
    "SetRule",
    "Vaal",
    "VarRatio",
    "acquisition_of",
    "scoring_of",
]
