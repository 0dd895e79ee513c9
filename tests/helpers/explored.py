"""Explorers of a real run, of which every tab was shown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from helpers.sessions import truth
from helpers.small_runs import small_config, small_data

from lada_explore.session.session import Session
from lada_explore.views import Explorer


def real_session(out: Path) -> Session:
    """A run that has trained twice and waits for a person in cycle 2."""
    session = Session.create(small_config(cycles=2), out, data=small_data(), oracle="person")
    for _ in range(2):
        session.run()
        session.submit(truth(session.open_query))
    session.run()
    return session


def explored(session: Any) -> Explorer:
    """An explorer of a run, of which every part of every tab was shown."""
    explorer = Explorer(session)
    for title, parts in zip(explorer._tabs.titles, explorer._tabs.parts, strict=True):
        for part in parts or [""]:
            explorer.show(title, part)
    return explorer
