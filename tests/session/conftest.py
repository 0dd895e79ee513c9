"""A finished run that the tests of the session start from."""

from __future__ import annotations

from contextlib import closing

import pytest
from helpers.frozen import drawn_pixels, saved
from helpers.growing import N, finish, opened
from helpers.small_runs import record_bytes, small_session, stage_order


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Folder of a complete run of two cycles, stepped stage by stage."""
    out = tmp_path_factory.mktemp("finished") / "run"
    session = small_session(out)
    order = []
    while session.next_stage is not None:
        record = session.step()
        order.append((record.cycle, record.stage))
    session.close()
    assert order == stage_order(2)
    return out


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A folder of `N` pictures of 8 x 8 pixels, with a cache of its own."""
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "cache"))
    saved(tmp_path / "photos", drawn_pixels(N))
    return tmp_path / "photos"


@pytest.fixture
def uninterrupted(photos, tmp_path):
    """The records of a run on these pictures of which nothing has moved."""
    with closing(opened(photos, tmp_path / "whole")) as session:
        finish(session)
    return record_bytes(tmp_path / "whole")
