"""What the readers of a run folder share."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lada_explore.errors import StoreError


def incompatible(path: Path, what: str) -> StoreError:
    """The error for a file that this release cannot read but another one may: the file must be kept.

    Args:
        path: the file.
        what: what is wrong with it; follows "PATH " in the message.
    """
    return StoreError(
        f"{path} {what}; another version of lada-explore than {version('lada-explore')} may have written it, so keep "
        "it and open the run with that version, or restore it from a copy"
    )


def damaged(path: Path, what: str, stage: Path | None = None) -> StoreError:
    """The error of a file that is not what was written.

    Args:
        path: the file.
        what: what is the matter with it.
        stage: the stage folder that it belongs to; None for a file of the whole run.
    """
    run = path.parent if stage is None else stage.parents[2]
    return StoreError(
        f"{path} is damaged ({what}); restore it from a copy, or let `lada-explore repair {run}` set the run back to "
        "its last sound stage"
    )


def read_object(path: Path) -> dict[str, Any]:
    """The object in a JSON file, as names and values.

    Raises:
        OSError: the file cannot be read.
        ValueError: the file is not JSON, or not a JSON object.
    """
    values = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(values, dict):
        raise ValueError(f"{path.name} holds a {type(values).__name__} where names and values should be")
    return values
