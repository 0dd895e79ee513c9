"""The sessions that are open in this process, by their folder; it needs no torch, so that views can ask."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lada_explore.session.session import Session

OPEN_RUNS: weakref.WeakValueDictionary[Path, Session] = weakref.WeakValueDictionary()
"""Sessions that were opened by name, by the real path of their folder; closed ones too, until nobody holds them."""


def session_in(place: Path) -> Session | None:
    """The session that is open in this process on a run folder, by its real path; None if there is none."""
    known = OPEN_RUNS.get(place)
    return None if known is None or known.closed else known
