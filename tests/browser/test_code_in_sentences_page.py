"""Sentences of views that name a command: what stands between backticks is shown as code, without them."""

from __future__ import annotations

import pytest
from bare import show_view
from playwright.sync_api import expect

from lada_explore.views import PairMixer, PlotView
from lada_explore.views.base.plot_view import plot_spec

SAID = "The journal is cut short; let `lada-explore repair runs/one` finish it."
NOTHING = {"error": SAID, "revision": 1, "message": ""}


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()


@pytest.mark.parametrize(
    ("view", "traits"),
    [
        (PairMixer, {"state": NOTHING}),
        (PlotView, {"spec": {**plot_spec(1, None, message="Nothing."), "error": SAID}}),
        (PlotView, {"spec": plot_spec(1, None, message=SAID)}),
        (PlotView, {"spec": plot_spec(1, None, message="Nothing.", caption=SAID)}),
        (PlotView, {"spec": plot_spec(1, None, message="Nothing.", notes=(SAID,))}),
    ],
    ids=["error of pairs", "error of a chart", "message", "caption", "note"],
)
def test_a_command_is_code(page, view, traits):
    show_view(page, view, traits)
    code = page.locator("code")
    code.wait_for()
    assert code.all_inner_texts() == ["lada-explore repair runs/one"]
    expect(page.get_by_text("The journal is cut short; let lada-explore repair runs/one finish it.")).to_be_visible()
    assert "`" not in page.locator(".lada-view").inner_text()
