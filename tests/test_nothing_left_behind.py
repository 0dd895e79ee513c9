"""Sessions, explorers and playgrounds in one process: what is held afterwards is what was held before."""

from __future__ import annotations

import pytest
from helpers.explored import explored, real_session
from helpers.held import assert_back_to, counts_files, settled
from helpers.sessions import resume

from lada_explore import Playground
from lada_explore.session.worker import WorkerState


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Folder of a run that waits for a person."""
    out = tmp_path_factory.mktemp("waiting") / "run"
    real_session(out).close()
    return out


def open_and_close(out, number: int) -> None:
    """Open a session, run it up to its query by its worker if the number is odd, and close it."""
    session = resume(out)
    if number % 2:
        session.worker.on_change(lambda: None)
        session.worker.run()
        assert session.worker.wait(60) is WorkerState.WAITING
    session.close()


def start_again(out) -> None:
    view = Playground(out, method="random")
    view.wait(60)
    view.begin(view.start)
    view.wait(60)
    view.close()


@counts_files
@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_sessions", "n_explorers", "n_restarts"),
    [(4, 2, 1), (40, 10, 4), pytest.param(200, 50, 20, marks=pytest.mark.thorough)],
)
def test_sessions_explorers_and_playgrounds_leave_nothing(out, tmp_path, n_sessions, n_explorers, n_restarts):
    def all_of_it(n_sessions: int, n_explorers: int, n_restarts: int) -> None:
        for number in range(n_sessions):
            open_and_close(out, number)
        session = resume(out)
        for number in range(n_explorers):
            explorer = explored(session)
            if number % 2:
                explorer.close()
        del explorer
        session.close()
        for _ in range(n_restarts):
            start_again(tmp_path)

    all_of_it(2, 1, 1)  # what is loaded and started once
    before = settled()
    all_of_it(n_sessions, n_explorers, n_restarts)
    assert_back_to(before, 60)
