"""Acquisitions, one a file, chosen from `ACQUISITIONS` by name."""

from collections.abc import Callable, Mapping

from lada_explore.acquisition.badge import Badge
from lada_explore.acquisition.bald import Bald
from lada_explore.acquisition.coreset import CoreSet
from lada_explore.acquisition.ll4al import Ll4al
from lada_explore.acquisition.margin import Margin
from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.acquisition.protocol import Acquisition, Learned, Preparation, SetRule
from lada_explore.acquisition.random import Random
from lada_explore.acquisition.vaal import Vaal
from lada_explore.acquisition.var_ratio import VarRatio
from lada_explore.config import RunConfig, unknown

ACQUISITIONS: Mapping[str, Callable[[RunConfig], Acquisition]] = {
    "random": lambda config: Random(),
    "max_entropy": lambda config: MaxEntropy(),
    "var_ratio": lambda config: VarRatio(),
    "margin": lambda config: Margin(),
    "bald": lambda config: Bald(config.bald),
    "coreset": lambda config: CoreSet(),
    "badge": lambda config: Badge(),
    "vaal": lambda config: Vaal(config.vaal),
    "ll4al": lambda config: Ll4al(config.ll4al),
}
"""How an acquisition is made from the settings of a run, by its name."""


def acquisition_of(config: RunConfig) -> Acquisition:
    """A new acquisition as the method of a run names it. Raises ConfigError, naming the known ones."""
    name = config.method.acquisition
    if name not in ACQUISITIONS:
        raise unknown("acquisition", name, list(ACQUISITIONS))
    return ACQUISITIONS[name](config)


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
]
