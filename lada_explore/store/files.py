"""What the readers of a run folder share."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lada_explore.errors import StoreError


def foreign(path: Path, what: str) -> StoreError:
    """The error of a file that holds other things than this release reads, and may be whole: keep it.

    Args:
        path: the file.
        what: what is the matter with it, after "PATH ".
    """
    return StoreError(
        f"{path} {what}; another version of lada-explore than {version('lada-explore')} may have written it, so keep "
        "it and open the run with that version, or restore it from a copy"
    )


def read_object(path: Path) -> dict[str, Any]:
    """The names and values that a JSON file holds.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no JSON, or JSON of another kind.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} holds a {type(values).__name__} where names and values should be")
    return values
