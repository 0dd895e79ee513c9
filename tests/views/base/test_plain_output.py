"""The plain output below a view's widget: one of its own, brought up to date without touching the widget's."""

import time
from types import SimpleNamespace

import pytest
from helpers.fakes import FakeSession

from lada_explore import AccuracyChart, Explorer, MapView, QueryGallery, Stepper, Worker
from lada_explore.events import REDRAWS
from lada_explore.views.base import plain_output
from lada_explore.views.base.panel import Panel

WIDGET = "application/vnd.jupyter.widget-view+json"


@pytest.fixture
def published(monkeypatch):
    """What is sent to the page, as (data, display id, whether it replaces what has the id)."""
    sent = []

    def take(data, metadata=None, transient=None, update=False):
        sent.append((data, (transient or {}).get("display_id"), update))

    monkeypatch.setattr(plain_output, "publish_display_data", take)
    monkeypatch.setattr(plain_output.PLAIN_OUTPUTS, "_shown", {})
    return sent


@pytest.fixture
def session():
    return FakeSession(cycles=3)


@pytest.mark.parametrize("view", [Stepper, Explorer])
def test_a_view_is_displayed_as_its_widget_and_below_it_a_plain_output_that_has_a_name(session, published, view):
    made = view(session)
    made._ipython_display_()
    (widget, no_name, _), (plain, name, update) = published
    assert widget[WIDGET]["model_id"] == made.model_id
    assert set(widget) == {WIDGET, "text/plain"}
    assert no_name is None
    assert set(plain) == {"text/html", "text/plain"}
    assert "lada-plain-output" in plain["text/html"]
    assert name
    assert not update
    made.close()


def test_who_waits_for_a_run_finds_its_end_in_every_plain_output(session, published):
    views = Stepper(session), QueryGallery(session), AccuracyChart(session)
    for view in views:
        view._ipython_display_()
    names = [name for _, name, _ in published[1::2]]
    assert "0 of 38 labels used" in published[1][0]["text/html"]
    published.clear()
    worker = Worker.of(session)
    worker.run()
    worker.wait()
    assert {name for _, name, _ in published} == set(names)
    assert all(update and WIDGET not in data for data, _, update in published)
    last = {name: data["text/html"] for data, name, _ in published}
    assert "38 of 38 labels used" in last[names[0]]
    assert "Cycle 3 asked about 6 images" in last[names[1]]
    assert ">38</text>" in last[names[2]]
    published.clear()
    worker.wait()
    assert published == []  # nothing is new
    for view in views:
        view.close()


def test_a_notebook_is_not_rewritten_with_every_step_but_once_it_is_quiet(session, published, monkeypatch):
    monkeypatch.setattr(plain_output, "QUIET_S", 1.0)
    view = Stepper(session)
    view._ipython_display_()
    published.clear()
    for step in range(20):
        view.state = view.state | {"text": f"step {step}"}
        time.sleep(0.02)
    assert published == []
    end = time.monotonic() + 10
    while not published and time.monotonic() < end:
        time.sleep(0.02)
    ((data, _, update),) = published
    assert update
    assert "<p>step 19</p>" in data["text/html"]
    view.close()


def test_a_view_that_is_closed_is_left_as_it_was_and_says_so_when_it_is_displayed(session, published):
    view = Stepper(session)
    view._ipython_display_()
    view.close()
    published.clear()
    plain_output.PLAIN_OUTPUTS.renew()
    assert published == []
    view._ipython_display_()
    assert published == [({"text/plain": "Stepper: closed"}, None, False)]


def test_an_application_which_always_has_a_page_gets_the_widget_only(published, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.8")
    panel = Panel([])
    panel._ipython_display_()
    assert [set(data) for data, _, _ in published] == [{WIDGET, "text/plain"}]
    panel.close()


@pytest.mark.parametrize("asks", [False, True], ids=["executed by a program", "in a page"])
def test_only_a_program_that_executes_a_notebook_waits_for_a_map_that_is_being_laid_out(
    session, published, monkeypatch, asks
):
    session.run()
    monkeypatch.setattr(plain_output, "get_ipython", lambda: SimpleNamespace(kernel=SimpleNamespace(_allow_stdin=asks)))
    view = MapView(session)
    view._ipython_display_()
    assert ("<svg" in published[1][0]["text/html"]) is not asks
    REDRAWS.wait(20)
    view.close()


def test_a_plain_output_that_cannot_be_made_does_not_stop_the_others(session, published, monkeypatch, caplog):
    broken, sound = Stepper(session), AccuracyChart(session)
    broken._ipython_display_()
    sound._ipython_display_()
    published.clear()
    monkeypatch.setattr(type(broken), "plain", lambda self: 1 / 0)
    sound.show(None, message="Renewed.")
    plain_output.PLAIN_OUTPUTS.renew()
    assert ["Renewed." in data["text/html"] for data, _, _ in published] == [True]
    assert "a plain output could not be made" in caplog.text
    broken.close()
    sound.close()


@pytest.mark.parametrize("view", [Stepper, Explorer])
def test_a_renewed_plain_output_is_also_kept_for_a_page_that_comes_later(session, published, view):
    made = view(session)
    made._ipython_display_()
    name = published[1][1]
    carrier = made if view is Stepper else made.bar
    assert carrier.renewed == {}
    worker = Worker.of(session)
    worker.run()
    worker.wait()
    assert list(carrier.renewed) == [name]
    assert "38 of 38 labels used" in carrier.renewed[name]["text/html"]
    assert f'data-name="{name}"' in carrier.renewed[name]["text/html"]
    made.close()
