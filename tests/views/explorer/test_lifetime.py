"""What explorers leave behind: nothing, whether they are closed or dropped; one that a page shows stays."""

from __future__ import annotations

import gc
import threading
import time
from dataclasses import dataclass, replace

import comm
import ipywidgets
import pytest
from helpers.fakes import FakeSession
from ipywidgets.widgets import widget as registry

from lada_explore.session.worker import Worker
from lada_explore.views import Explorer, TauChart
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.plain_output import PLAIN_OUTPUTS
from lada_explore.views.explorer.explorer import pages_of

FEW_AND_MANY = pytest.mark.parametrize("n_explorers", [3, pytest.param(50, marks=pytest.mark.slow)])


@dataclass(frozen=True)
class Held:
    """What this process holds of views."""

    widgets: int
    comms: int
    callbacks: int
    threads: int

    def within(self, before: Held) -> bool:
        """Whether nothing is left; threads of what was tested earlier may have ended meanwhile."""
        return self == replace(before, threads=self.threads) and self.threads <= before.threads


def held(worker: Worker) -> Held:
    gc.collect()
    return Held(
        widgets=len(registry._instances),
        comms=len(comm.get_comm_manager().comms),
        callbacks=len(worker._callbacks),
        threads=threading.active_count(),
    )


def explored(session) -> Explorer:
    explorer = Explorer(session)
    for page in pages_of():
        explorer.show(page.title)
    return explorer


@pytest.fixture(scope="module")
def session():
    made = FakeSession()
    made.run(2)
    explored(made).close()  # what is loaded and started once, whatever is made later
    return made


def assert_back_to(before: Held, worker: Worker) -> None:
    """Nothing is left, as soon as nothing is laid out or drawn any more."""
    end = time.monotonic() + 60
    while not (now := held(worker)).within(before):
        assert time.monotonic() < end, (before, now)
        time.sleep(0.1)


@FEW_AND_MANY
def test_explorers_that_are_closed_leave_nothing(session, n_explorers):
    worker = Worker.of(session)
    before = held(worker)
    for _ in range(n_explorers):
        explored(session).close()
    assert_back_to(before, worker)


@FEW_AND_MANY
def test_explorers_that_are_dropped_leave_nothing(session, n_explorers):
    worker = Worker.of(session)
    before = held(worker)
    for _ in range(n_explorers):
        explored(session)
    assert_back_to(before, worker)


@pytest.mark.slow
def test_an_explorer_that_a_page_shows_stays_with_its_views_until_it_is_closed(session):
    worker = Worker.of(session)
    before = held(worker)
    Explorer(session)._repr_mimebundle_()
    shown = held(worker)
    assert shown.callbacks > before.callbacks
    (explorer,) = [widget for widget in registry._instances.values() if isinstance(widget, Explorer)]
    explorer.show("tau*")  # what is made later is shown with it
    assert [widget for widget in registry._instances.values() if isinstance(widget, TauChart)]
    explorer.close()
    del explorer
    assert_back_to(before, worker)


def test_a_view_inside_of_another_packages_box_is_shown_with_it(session):
    worker = Worker.of(session)
    box = ipywidgets.VBox([Panel([TauChart(session)])])
    gc.collect()
    (chart,) = [widget for widget in registry._instances.values() if isinstance(widget, TauChart)]
    assert len(worker._callbacks) == 1
    chart.close()
    box.children[0].close()
    box.close()


def test_a_displayed_view_is_still_held_by_its_plain_output_only_until_it_is_closed(session):
    chart = TauChart(session)
    chart._ipython_display_()
    assert chart in PLAIN_OUTPUTS._shown
    chart.close()
    assert chart not in PLAIN_OUTPUTS._shown
