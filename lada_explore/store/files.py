"""What the readers of a run folder share."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lada_explore.config.paths import command
from lada_explore.errors import LadaError, StoreError
from lada_explore.files import Unreadable, read_json

MAX_QUOTED = 400
"""Characters of what is wrong with a file; it may quote a value of a megabyte."""

_KINDS = {list: "a list", str: "a text", int: "a number", float: "a number", bool: "true or false", type(None): "null"}


def incompatible(path: Path, what: str) -> StoreError:
    """The error for a file that this release cannot read but another one may: the file must be kept.

    Args:
        path: the file.
        what: what is wrong with it; follows "PATH " in the message.
    """
    return StoreError(f"{path} {_clipped(what)}; {_another_version()}")


def damaged(path: Path, what: str, stage: Path | None = None) -> LadaError:
    """The error of a file that is not what was written.

    Args:
        path: the file.
        what: what is the matter with it.
        stage: the stage folder that it belongs to; None for a file of the whole run.
    """
    return unreadable_in(path.parent if stage is None else stage.parents[2]).because(path, _clipped(what))


def _clipped(what: str) -> str:
    return what if len(what) <= MAX_QUOTED else f"{what[:MAX_QUOTED]} …"


def unreadable_in(run: Path) -> Unreadable:
    """What is said of a file of a run that cannot be read."""
    return Unreadable(
        remedy=f"restore it from a copy, or let {command('repair', run)} set the run back to its last sound stage",
        missing=f"is missing; {_another_version()}",
    )


def read_object(path: Path, unreadable: Unreadable) -> dict[str, Any]:
    """The object in a JSON file, as names and values.

    Raises:
        LadaError: the file cannot be read, is not JSON, or not a JSON object.
    """
    values = read_json(path, unreadable)
    if not isinstance(values, dict):
        kind = _KINDS.get(type(values), "something else")
        raise unreadable.because(path, f"it holds {kind} where names and values should be")
    return values


@lru_cache(maxsize=1)  # Python reads the files of an installed package anew for each question about its version.
def _another_version() -> str:
    return (
        f"another version of lada-explore than {version('lada-explore')} may have written it, so keep it and open the "
        "run with that version, or restore it from a copy"
    )
