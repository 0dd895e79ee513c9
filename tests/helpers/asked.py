"""Runs that ask a person, and what is asked."""

from __future__ import annotations

import numpy as np
from helpers.sessions import truth
from helpers.small_runs import small_config, small_data

from lada_explore.records import Stage
from lada_explore.session.session import Session


def run_to(session: Session, cycle: int, stage: Stage) -> Session:
    """Step until this stage is the next one, answering with the truth on the way."""
    while (session.cycle, session.next_stage) != (cycle, stage):
        if len(session.open_query) and session.next_stage is Stage.QUERY:
            session.submit(truth(session.open_query))
        session.step()
    return session


def made(tmp_path_factory, method: str):
    out = tmp_path_factory.mktemp("asked") / method
    session = Session.create(small_config(method, cycles=3), out, data=small_data(), oracle="person")
    run_to(session, 1, Stage.QUERY).close()
    return out


def ranked_pairs(session: Session, cycle: int = 1) -> list[list[int]]:
    records = session.history[cycle]
    return records.subsample.pair_ids[np.argsort(-records.select.scores, kind="stable")].tolist()


def ids_of(sheet) -> list[int]:
    return [image.id for image in sheet.images]


def actions(session: Session) -> list[tuple[str, int, int]]:
    return [(line.action, line.id, line.label) for line in session._run.journal.answers() if line.cycle == 1]
