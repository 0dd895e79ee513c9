"""The explorer in a tab beside the notebook, without a browser."""

from __future__ import annotations

import pytest
from helpers.fakes import FakeSession

from lada_explore.errors import ConfigError
from lada_explore.views import Explorer
from lada_explore.views.explorer import beside


@pytest.fixture
def explorer():
    session = FakeSession()
    session.run(2)
    made = Explorer(session)
    yield made
    made.close()


@pytest.fixture
def said(monkeypatch):
    """What is published below the cell, as plain text."""
    texts: list[str] = []
    monkeypatch.setattr(beside, "publish_display_data", lambda data: texts.append(data["text/plain"]))
    return texts


def test_a_tab_shows_the_same_widget_and_a_second_call_replaces_it(explorer, said):
    explorer.open()
    first = explorer._beside._tab
    (output,) = first.outputs
    assert output["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.model_id
    explorer.open()
    assert first.comm is None
    second = explorer._beside._tab
    assert second.comm is not None
    explorer.close()
    assert second.comm is None
    assert said == [beside.OPENED] * 2


def test_an_application_says_that_it_shows_the_explorer_already(explorer, said, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    explorer.open()
    assert explorer._beside._tab is None
    assert said == [beside.SERVED]


def test_a_closed_explorer_is_not_opened(explorer):
    explorer.close()
    with pytest.raises(ConfigError, match=r"closed; make another with Explorer\(session\)"):
        explorer.open()
