"""A finished run that the tests of the session start from."""

from __future__ import annotations

import pytest
from helpers.small_runs import (
    small_session,
    stage_order,
)


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
