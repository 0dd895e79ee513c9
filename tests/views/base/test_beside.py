"""The explorer in a tab beside the notebook, without a browser."""

from __future__ import annotations

import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore import open_run
from lada_explore.errors import ConfigError
from lada_explore.views import Explorer
from lada_explore.views.base import beside


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


def test_a_cell_that_is_run_again_leaves_one_tab_for_its_run(explorer, said, tmp_path):
    runs = [record(FakeSession(), tmp_path / name) for name in ("one", "two")]
    made = [Explorer(run) for run in (runs[0], open_run(tmp_path / "one"), runs[1])]
    for one in (explorer, *made):
        one.open()
    tabs = [one._beside._tab for one in (explorer, *made)]
    assert [tab is not None and tab.comm is not None for tab in tabs] == [True, False, True, True]
    again = Explorer(explorer._comparison.sources[0])
    again.open()
    assert explorer._beside._tab is None
    for one in (again, *made):
        one.close()


def test_a_tab_stands_behind_the_last_one_that_the_page_still_has(tmp_path):
    explorers = {name: Explorer(record(FakeSession(), tmp_path / name)) for name in "abc"}
    made = [beside.Beside(explorer, name, name) for name, explorer in explorers.items()]
    made[0].show()
    made[1].show([made[0]._number])
    made[2].show([])
    assert [(one._tab.title, one._tab.anchor) for one in made if one._tab] == [
        ("a", "split-right"),
        ("b", "tab-after"),
        ("c", "split-right"),
    ]
    assert made[1]._tab.ref is made[0]._tab
    made[2].show([made[0]._number, made[1]._number])
    assert made[2]._tab.ref is made[1]._tab
    for one in made:
        one.close()


def test_an_application_says_that_it_shows_the_explorer_already(explorer, said, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    explorer.open()
    assert explorer._beside._tab is None
    assert said == [beside.SERVED]


def test_a_closed_explorer_is_not_opened(explorer):
    explorer.close()
    with pytest.raises(ConfigError, match=r"closed; make another with Explorer\(session\)"):
        explorer.open()
