"""What explorers leave behind: nothing, whether they are closed or dropped; one that a page shows stays."""

from __future__ import annotations

import gc

import ipywidgets
import pytest
from helpers.explored import explored, real_session
from helpers.fakes import FakeSession
from helpers.held import assert_back_to, counts_files, held, settled
from ipywidgets.widgets import widget as registry

from lada_explore.session.worker import Worker
from lada_explore.views import Explorer, TauChart
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.plain_output import PLAIN_OUTPUTS

pytestmark = pytest.mark.slow

FEW_AND_MANY = pytest.mark.parametrize("n_explorers", [3, pytest.param(50, marks=pytest.mark.thorough)])


@pytest.fixture(scope="module", params=["fake", "real"])
def session(request, tmp_path_factory):
    if request.param == "fake":
        made = FakeSession()
        made.run(2)
    else:
        made = real_session(tmp_path_factory.mktemp("explored") / "run")
    assert len(made.history) > 1
    explored(made).close()  # what is loaded and started once, whatever is made later
    yield made
    made.close()


@counts_files
@FEW_AND_MANY
def test_explorers_that_are_closed_leave_nothing(session, n_explorers):
    before = settled()
    for _ in range(n_explorers):
        explored(session).close()
    assert_back_to(before, 60)


@counts_files
@FEW_AND_MANY
def test_explorers_that_are_dropped_leave_nothing(session, n_explorers):
    before = settled()
    for _ in range(n_explorers):
        explored(session)
    assert_back_to(before, 60)


@counts_files
@pytest.mark.slow
def test_an_explorer_that_a_page_shows_stays_with_its_views_until_it_is_closed(session):
    before = settled()
    Explorer(session)._repr_mimebundle_()
    shown = held()
    assert shown.callbacks > before.callbacks
    (explorer,) = [widget for widget in registry._instances.values() if isinstance(widget, Explorer)]
    explorer.show("τ*")  # what is made later is shown with it
    assert [widget for widget in registry._instances.values() if isinstance(widget, TauChart)]
    explorer.close()
    del explorer
    assert_back_to(before, 60)


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
