"""Errors whose message is meant for people: one sentence that names the value, the limit and the remedy.

A name that is about to go says so here too, by `Renamed`, and a package that is not installed, by `missing_extra`.
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


EXTRAS = dict.fromkeys(
    (
        "IPython",
        "anywidget",
        "comm",
        "ipykernel",
        "ipywidgets",
        "jupyter_client",
        "jupyter_server",
        "jupyterlab",
        "matplotlib",
        "openTSNE",
        "plotly",
        "sidecar",
        "tornado",
        "traitlets",
        "umap",
        "voila",
    ),
    "lab",
)
"""Extra by the name of what is imported. Only what is imported at the head of modules or behind a view stands here;
whatever is optional in one place alone says so there."""


class MissingExtraError(ConfigError, ImportError):
    """A package of an extra is not installed."""


def missing_extra(error: ImportError, what: str) -> MissingExtraError | None:
    """The sentence for a person whose installation lacks an extra; None if it is another import that failed.

    Args:
        error: the failed import.
        what: what was asked for, such as "Explorer" or "this command".
    """
    package = (error.name or "").partition(".")[0]
    if not isinstance(error, ModuleNotFoundError) or package not in EXTRAS:
        return None
    return MissingExtraError(
        f"{what} needs {package}, which is not installed here; run pip install 'lada-explore[{EXTRAS[package]}]'"
    )


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
