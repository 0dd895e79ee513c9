"""The explorer without a browser: one selection for all, redraws only where somebody looks, live and recorded."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.events import REDRAWS
from lada_explore.session.worker import Worker
from lada_explore.views import AccuracyChart, Explorer, Stepper, TauChart
from lada_explore.views.base.panel import Panel
from lada_explore.views.stepper.control_bar import RecordedBar


def views_of(view) -> list:
    """Every view in it, however deep."""
    if isinstance(view, Panel):
        return [inner for child in view.children for inner in views_of(child)]
    return [view]


def seen(view) -> list:
    """Every view in it that is not hidden behind a tab."""
    if not isinstance(view, Panel):
        return [view]
    return [inner for child in view.children if child.layout.display != "none" for inner in seen(child)]


def every_part(explorer: Explorer):
    """Open each part of each tab in turn; yields the titles."""
    for title, parts in zip(explorer._tabs.titles, explorer._tabs.parts, strict=True):
        for part in parts or [""]:
            explorer.show(title, part)
            yield title, part


def one(explorer: Explorer, kind: type):
    (found,) = [view for view in views_of(explorer) if isinstance(view, kind)]
    return found


@pytest.fixture
def explorer():
    session = FakeSession()
    session.run(4)
    made = Explorer(session)
    yield made
    made.close()


def test_a_tab_is_made_when_it_is_first_opened(explorer):
    assert not [view for view in views_of(explorer) if isinstance(view, AccuracyChart)]
    explorer.show("Learning")
    chart = one(explorer, AccuracyChart)
    explorer.show("τ*")
    explorer.show("Learning")
    assert one(explorer, AccuracyChart) is chart


def test_every_part_of_every_tab_shows_its_views_without_an_error(explorer):
    opened = []
    for title, part in every_part(explorer):
        assert explorer._tabs.titles[explorer._tabs.shown] == title
        views = seen(explorer._shown)
        opened.extend(type(view).__name__ for view in views)
        assert 1 <= len(views) <= 3
        for view in views:
            state = getattr(view, "spec", None) or view.state
            assert not state.get("error"), (type(view).__name__, part)
    assert len(opened) == 19
    assert len(set(opened)) == 17  # the map and the gallery stand beside two parts


def test_a_part_that_does_not_exist_is_refused_and_a_tab_keeps_its_part(explorer):
    explorer.show("Learning", "Classes")
    explorer.show("Scores")
    explorer.show("Learning")
    assert {type(view).__name__ for view in seen(explorer._shown)} == {"ConfusionChart", "ClassBalanceChart"}
    with pytest.raises(ValueError, match="'Score ledger' is not in list"):
        explorer.show("Learning", "Score ledger")


@pytest.mark.parametrize("method", ["lada-entmix-fixed", "max-entropy", "random"])
@pytest.mark.parametrize("cycles", [1, 3])
@pytest.mark.parametrize("tested", [True, False])
def test_no_method_and_no_length_of_a_run_gives_an_error(method, cycles, tested):
    session = FakeSession(method=method, tested=tested)
    session.run(cycles)
    made = Explorer(session)
    assert len(list(every_part(made))) >= 6
    for cycle in (0, cycles - 1, None):
        made.selection.show_cycle(cycle)
        REDRAWS.wait(20)
        errors = [
            view for view in views_of(made) if (getattr(view, "spec", None) or getattr(view, "state", {})).get("error")
        ]
        assert errors == []
    made.close()


def test_only_the_views_that_are_seen_follow_and_the_others_when_they_are_opened(explorer):
    explorer.show("Learning")
    explorer.show("τ*")
    seen, hidden = one(explorer, TauChart), one(explorer, AccuracyChart)
    before = hidden.spec["revision"]
    explorer.selection.show_cycle(1)
    until(lambda: seen.spec["label"].endswith("in cycle 1"))
    time.sleep(0.3)
    assert hidden.spec["revision"] == before
    explorer.show("Learning")
    until(lambda: hidden.spec["revision"] == before + 1)
    assert "cycle 1" in [entry.get("name") for entry in hidden.spec["figure"]["data"]]


def test_a_live_run_gets_buttons_and_its_views_follow_it():
    session = FakeSession(cycles=2)
    explorer = Explorer(session)
    assert isinstance(explorer.bar, Stepper)
    explorer.show("Learning")
    chart = one(explorer, AccuracyChart)
    Worker.of(session).run()
    until(lambda: chart.spec["figure"] and len(chart.spec["figure"]["data"][2]["x"]["bytes"]) == 12)
    explorer.close()


@pytest.mark.slow
def test_the_control_bar_says_how_long_the_rest_will_take():
    session = FakeSession(points=20, delay_s=0.01)
    stepper = Stepper(session)
    session_worker = Worker.of(session)
    session_worker.run(2)
    session_worker.wait(30)
    until(lambda: stepper.state["now"].startswith("Cycle 1 done"))
    # Two cycles done of four, and seven stages of 0.2 s in each that is left.
    assert 3 <= int(stepper.state["left"].split()[1]) <= 15
    session_worker.step()
    until(lambda: " for this stage, " in stepper.state["left"])
    session.delay_s = 0
    session_worker.run()
    session_worker.wait(60)
    until(lambda: stepper.state["run_state"] == "finished")
    assert stepper.state["left"] == ""


def test_a_recorded_run_gets_a_sentence_and_no_buttons_and_its_track_follows_the_cycle(tmp_path):
    session = FakeSession(cycles=3)
    session.run(3)
    session.step()
    recorded = record(session, tmp_path / "demo")
    explorer = Explorer(recorded)
    bar = explorer.bar
    assert isinstance(bar, RecordedBar)
    assert bar.state["about"] == "fashion-mini · lada-entmix · preset demo · seed 0 · fake"
    assert bar.state["labels"] == "32 of 38 labels used · 2 of 3 cycles done"
    assert bar.state["can"] == {}
    assert f"To continue it, run `lada-explore resume {tmp_path / 'demo'}`, then open it again." in bar.state["now"]
    assert [stage["status"] for stage in bar.state["stages"]] == ["done"] + ["todo"] * 6
    explorer.selection.show_cycle(0)
    until(lambda: [stage["status"] for stage in bar.state["stages"]] == ["skipped"] * 3 + ["done"] * 4)
    assert bar.state["now"].startswith("The start took ")
    explorer.close()


def test_a_complete_recorded_run_says_so(tmp_path):
    session = FakeSession(cycles=1)
    session.run()
    bar = RecordedBar(record(session, tmp_path / "demo"))
    assert bar.state["now"].endswith("This run is recorded and complete.")


def test_closing_ends_every_subscription():
    session = FakeSession()
    session.run(2)
    worker = Worker.of(session)
    explorer = Explorer(session)
    assert list(every_part(explorer))
    assert worker._callbacks
    assert explorer.selection._listeners
    explorer.close()
    assert worker._callbacks == []
    assert explorer.selection._listeners == []


def test_what_is_no_run_is_refused_with_a_sentence():
    with pytest.raises(ConfigError, match="a str is no run"):
        Explorer("runs/demo")
    with pytest.raises(ConfigError, match="a str is no run"):
        Explorer(FakeSession(), compare=["runs/other"]).show("Learning")


def test_views_that_nobody_sees_rest_and_draw_what_they_missed_once_they_are_seen(explorer):
    explorer.show("τ*")
    chart = one(explorer, TauChart)
    explorer.show("Scores")
    before = chart.spec["revision"]
    explorer.selection.show_cycle(1)
    explorer.selection.show_cycle(2)
    time.sleep(0.3)
    assert chart.spec["revision"] == before
    explorer.show("τ*")
    until(lambda: chart.spec["revision"] == before + 1)


def signal(event: threading.Event, change: object) -> None:
    event.set()


@pytest.mark.slow
def test_a_cycle_change_redraws_every_seen_view_at_subset_2000():
    session = FakeSession(subset_size=2000, budget=10, cycles=4)
    session.run(4)
    explorer = Explorer(session)
    for title, _ in every_part(explorer):
        time.sleep(0.3)
        views = seen(explorer._shown)
        changed = {id(view): threading.Event() for view in views}
        for view in views:
            name = "spec" if hasattr(view, "spec") else "state"
            view.observe(partial(signal, changed[id(view)]), name)
        for cycle in (1, 2, 3):
            for event in changed.values():
                event.clear()
            explorer.selection.show_cycle(cycle)
            assert all(event.wait(60) for event in changed.values()), (title, cycle)
    explorer.close()


SCRIPT = """
import sys

class NoTorch:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("torch", "torchvision"):
            raise ImportError(f"{name} is blocked in this test")

sys.meta_path.insert(0, NoTorch())
from lada_explore import Explorer, open_run

explorer = Explorer(open_run(sys.argv[1]))
for title, parts in zip(explorer._tabs.titles, explorer._tabs.parts):
    for part in parts or [""]:
        explorer.show(title, part)
assert not [name for name in list(sys.modules) if name.split(".")[0] in ("torch", "torchvision")]
print(explorer.bar.state["now"])
"""


@pytest.mark.slow
def test_a_recorded_run_is_explored_where_there_is_no_torch(tmp_path):
    session = FakeSession(cycles=2)
    session.run()
    record(session, tmp_path / "demo")
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "demo")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().endswith("This run is recorded and complete."), done.stderr


def test_the_tab_of_answers_says_how_many_wait_and_none_where_nobody_is_asked(explorer):
    assert explorer._tabs.waiting == {}
    session = FakeSession(person=True)
    session.run(1)
    asked = Explorer(session)
    waiting = session.open_query.tolist()
    assert asked._tabs.waiting == {"Label": len(waiting)}
    session.submit({waiting[0]: 1})
    until(lambda: asked._tabs.waiting == {"Label": len(waiting) - 1})
    asked.close()
