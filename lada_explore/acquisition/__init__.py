"""Acquisitions, one a file, chosen from `ACQUISITIONS` by name."""

from collections.abc import Callable, Mapping

from lada_explore.acquisition.max_entropy import MaxEntropy
from lada_explore.acquisition.protocol import Acquisition
from lada_explore.acquisition.random import Random
from lada_explore.config import unknown

ACQUISITIONS: Mapping[str, Callable[[], Acquisition]] = {
    "random": Random,
    "max_entropy": MaxEntropy,
}


def acquisition_named(name: str) -> Acquisition:
    """A new acquisition of this name. Raises ConfigError, naming the known ones."""
    if name not in ACQUISITIONS:
        raise unknown("acquisition", name, list(ACQUISITIONS))
    return ACQUISITIONS[name]()


__all__ = ["ACQUISITIONS", "Acquisition", "MaxEntropy", "Random", "acquisition_named"]
