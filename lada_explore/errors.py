"""Errors whose message is meant for people: one sentence that names the value, the limit and the remedy.

A name that is about to go says so here too, by `Renamed`.
"""

import warnings
from operator import attrgetter
from typing import Any


class LadaError(Exception):
    """Base class of all errors that this package raises on purpose; the command line exits with code 2 on them."""


class ConfigError(LadaError, ValueError):
    """A setting, or a combination of settings, does not work."""


class DataError(LadaError):
    """Images or targets are missing, unreadable or invalid."""


class StoreError(LadaError):
    """A run folder cannot be read or written, or another process is using it."""


class OracleError(LadaError, ValueError):
    """An answer does not fit the open query."""


class TooLateError(OracleError):
    """An action came too late: the run has gone on since its image was shown, so sending it again cannot help."""


class NumericsError(LadaError, ArithmeticError):
    """A value is not finite. It is reported with its stage and ids and never replaced."""


class OutOfMemoryError(LadaError, MemoryError):
    """The memory of the host or of a GPU does not suffice."""


class StageStopped(LadaError):
    """A person stopped a stage between two batches; the stage committed nothing."""


class Renamed:
    """An old name of an attribute, which works for one version and warns of its end.

    It stands in the class under the old name: `desk = Renamed("labelling")`.

    Args:
        new: the new name, with dots for an attribute of an attribute.
    """

    def __init__(self, new: str) -> None:
        self._new = new
        self._old = ""

    def __set_name__(self, owner: type, old: str) -> None:
        self._old = old

    def __get__(self, held: Any, owner: type) -> Any:
        if held is None:
            return self
        name = owner.__name__
        warnings.warn(f"{name}.{self._old} is now called {name}.{self._new}", DeprecationWarning, stacklevel=2)
        return attrgetter(self._new)(held)
