"""A fake run, its layouts, the map of its second cycle, and a view of it."""

from __future__ import annotations

import pytest
from helpers.fakes import FakeSession
from helpers.maps import scene_of
from helpers.waiting import until

from lada_explore.analysis import Layouts
from lada_explore.views import MapView, Selection


@pytest.fixture(scope="module")
def history():
    return FakeSession(cycles=4).run(4)


@pytest.fixture(scope="module")
def layouts():
    return Layouts()


@pytest.fixture
def scene(history, layouts):
    return scene_of(history, layouts, 2)


@pytest.fixture
def drawn():
    """A view whose first map is drawn, its session and its selection."""
    session, selection = FakeSession(cycles=4), Selection()
    session.run(3)
    view = MapView(session, selection)
    until(lambda: view.spec["figure"] is not None)
    yield view, session, selection
    view.close()
