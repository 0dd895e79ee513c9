"""What goes on with runs, and so needs torch: it is loaded when a person asks for it, by no view."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError


def resumed(run: Path) -> Any:
    """The session that is open on a run in this process, or else the run resumed. Raises LadaError."""
    with _with_torch():
        return import_module("lada_explore.session.opening").resumed(run)


def branched(run: Path, out: Path, **asked: Any) -> Any:
    """The session of a new branch; arguments and errors are those of `lada_explore.branch`."""
    with _with_torch():
        return import_module("lada_explore.experiments.branches").branch(run, out, **asked)


def compared(*runs: Path) -> Any:
    """The comparison of runs; errors are those of `lada_explore.compare`."""
    with _with_torch():
        return import_module("lada_explore.experiments.compare").compare(*runs)


@contextmanager
def _with_torch() -> Iterator[None]:
    """Raises ConfigError where torch, or another library that the run needs, is not installed."""
    try:
        yield
    except ImportError as error:
        raise ConfigError(
            f"this needs a library that cannot be loaded here ({error}); install it, or open the run in a kernel that "
            "has it"
        ) from error
