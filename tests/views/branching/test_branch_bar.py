"""The button of the explorer that begins a branch: what it proposes, refuses, and makes."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path

import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.small_runs import record_bytes, small_config, small_data
from helpers.waiting import until

from lada_explore import branch, open_run
from lada_explore.errors import ConfigError, DataError
from lada_explore.session.open_runs import session_in
from lada_explore.store.places import CHECKPOINT_FILE
from lada_explore.views import Explorer
from lada_explore.views.branching import branch_bar
from lada_explore.views.branching.branch_bar import BranchBar
from lada_explore.views.branching.form import asked, form_of, free_name
from lada_explore.views.run_tree.runs_panel import RunsPanel

DEMO = Path(__file__).parents[3] / "data" / "runs" / "demo"
EMPTY = {"method": "", "seed": "", "cycles": "", "oracle": "", "settings": ""}


@pytest.fixture
def run(tmp_path):
    """A recorded run with weights after its start and its first cycle."""
    session = FakeSession(cycles=3)
    session.run(2)
    made = record(session, tmp_path / "first")
    for cycle in (0, 1):
        (tmp_path / f"first/cycles/{cycle:03d}/train" / CHECKPOINT_FILE).touch()
    return made


def last_of(explorer):
    """The last view in the head of an explorer."""
    return explorer.children[0].children[-1]


def bar_of(run) -> BranchBar:
    """The bar of an explorer, which lives as long as this bar."""
    explorer = Explorer(run)
    bar = last_of(explorer)
    bar.explorer = explorer
    return bar


def sent(bar, kind: str, **content) -> dict:
    """Send what a page does, wait until it is done, and return what is shown."""
    bar._on_message(None, {"type": kind, "tabs": None} | content, [])
    until(lambda: not bar.state["busy"])
    return bar.state


def test_the_form_proposes_a_free_name_and_shows_what_stays(run):
    (run.path.parent / "first-after-1").mkdir()
    form = sent(bar_of(run), "form")["form"]
    assert (form["at"], form["title"], form["name"]) == (1, "Branch after cycle 1 of first", "first-after-1-2")
    assert (form["method"], form["seed"], form["oracle"], form["cycles"]) == ("lada-entmix", 0, "ground-truth", 3)
    assert "random" in form["methods"]
    assert free_name(run.path, 0) == "first-after-0"


def test_where_the_run_ends_more_cycles_are_proposed(tmp_path):
    session = FakeSession(cycles=1)
    session.run(2)
    assert form_of(record(session, tmp_path / "run").folder, 1)["cycles"] == 6


def test_it_begins_at_the_cycle_that_is_shown(run):
    bar = bar_of(run)
    bar.explorer.selection.show_cycle(0)
    assert sent(bar, "form")["form"]["title"] == "Branch after the start of first"
    assert sent(bar, "cancel")["form"] is None


def test_a_cycle_without_weights_says_why_not(run):
    bar = bar_of(run)
    (run.path / "cycles/001/train" / CHECKPOINT_FILE).unlink()
    bar._redraw()
    assert bar.state["why"] == (
        "A branch goes on from the weights after cycle 1, and it kept those of the start only. A run with the setting "
        "`checkpoints=all` keeps those of every cycle."
    )
    assert sent(bar, "form")["form"] is None


def test_the_bundled_run_kept_no_weights_and_says_so():
    assert "A branch goes on from the weights after cycle 12, and it kept none." in bar_of(open_run(DEMO)).state["why"]


def test_a_cycle_under_way_says_which_one_is_complete(run):
    shutil.rmtree(run.path / "cycles/001/evaluate")
    assert bar_of(open_run(run.path)).state["why"] == (
        "Cycle 1 is not complete, and a branch begins after a complete cycle; the last one is the start."
    )


def test_a_run_without_a_folder_and_an_application_have_no_such_buttons(run, monkeypatch):
    session = FakeSession()
    session.run(1)
    assert not isinstance(last_of(Explorer(session)), BranchBar)
    assert isinstance(last_of(Explorer(run)), BranchBar)
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    assert not isinstance(last_of(Explorer(run)), BranchBar)


def test_fields_are_understood_as_the_command_line_does(run):
    given = {"name": "b", "method": "random", "seed": " 7 ", "cycles": "9", "oracle": "noisy:0.1"}
    out, arguments = asked(given | {"settings": "schedule.budget=5\n\n policy.tau_max = 4 \n"}, run.path)
    assert out == run.path.parent / "b"
    assert arguments == {
        "method": "random",
        "seed": 7,
        "cycles": 9,
        "oracle": "noisy:0.1",
        "settings": {"schedule.budget": "5", "policy.tau_max": "4"},
    }
    assert asked(EMPTY | {"name": "b"}, run.path)[1] == {
        "method": None,
        "seed": None,
        "cycles": None,
        "oracle": None,
        "settings": {},
    }


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": ""}, "'' is no name"),
        ({"name": "../up"}, "'../up' is no name"),
        ({"name": ".hidden"}, "'.hidden' is no name"),
        ({"name": "first"}, "first is there already; choose another name, such as first-2"),
        ({"seed": "seven"}, "the seed is 'seven'; give a whole number, or leave it out for that of the run"),
        ({"cycles": "1.5"}, "the last cycle is '1.5'; give a whole number"),
        ({"settings": "schedule.budget"}, "the line 'schedule.budget' has no value; write it as schedule.budget=20"),
    ],
)
def test_a_field_that_cannot_be_understood_is_one_sentence_in_the_form(run, given, said):
    bar = bar_of(run)
    sent(bar, "form")
    state = sent(bar, "branch", at=1, **(EMPTY | {"name": "b"} | given))
    assert said in state["error"]
    assert state["form"] is not None


def test_a_refusal_of_the_branch_stays_in_the_form_with_its_advice(run, monkeypatch):
    def refuse(*_: object, **__: object) -> None:
        raise ConfigError("this cannot work; set look_ahead=False, or choose another")

    monkeypatch.setattr(branch_bar, "branched", refuse)
    bar = bar_of(run)
    sent(bar, "form")
    state = sent(bar, "branch", at=1, name="b", **EMPTY)
    assert state["error"] == "this cannot work; add the line method.look_ahead=false, or choose another"
    assert state["form"]["name"] == "first-after-1"


def test_a_redraw_that_began_before_a_branch_leaves_it_busy(run, monkeypatch):
    bar = bar_of(run)
    sent(bar, "form")
    reads, begun = threading.Event(), threading.Event()

    def slow(*_: object) -> str:
        reads.set()
        assert begun.wait(60)
        return ""

    monkeypatch.setattr(branch_bar, "why_not", slow)

    def refuse(*_: object, **__: object) -> None:
        assert begun.wait(60)
        redraw.join(60)
        raise ConfigError("this cannot work")

    monkeypatch.setattr(branch_bar, "branched", refuse)
    redraw = threading.Thread(target=bar._redraw)
    redraw.start()
    assert reads.wait(60)
    bar._on_message(None, {"type": "branch", "tabs": None, "at": 1, "name": "b"} | EMPTY, [])
    shown = []
    bar.observe(lambda change: shown.append(change["new"]["busy"]), "state")
    begun.set()
    until(lambda: bar.state["error"] == "this cannot work")
    assert shown == [""]  # Not twice, by the redraw and at the end.


def test_the_runs_beside_it_are_shown(run):
    bar = bar_of(run)
    assert sent(bar, "runs")["says"] == "The runs are below."
    (panel,) = bar.below.children
    assert isinstance(panel, RunsPanel)
    assert panel.tree.state["shown"] == "first"


@pytest.mark.slow
class TestRealRuns:
    @pytest.fixture
    def parent(self, tmp_path):
        from lada_explore.session.session import Session

        session = Session.create(small_config(cycles=3), tmp_path / "parent", data=small_data(), threads=1)
        session.run(until=2)
        yield session
        session.close()

    def test_a_branch_of_the_button_equals_one_of_the_function_to_the_byte(self, parent, tmp_path):
        bar = bar_of(parent)
        bar.explorer.selection.show_cycle(1)
        at = sent(bar, "form")["form"]["at"]
        fields = EMPTY | {"method": "random", "seed": "4", "settings": "schedule.budget=5"}
        state = sent(bar, "branch", at=at, name="button", **fields)
        assert (state["error"], state["form"]) == ("", None)
        made = session_in((tmp_path / "button").resolve())
        asked = {"method": "random", "seed": 4, "settings": {"schedule.budget": "5"}}
        other = branch(tmp_path / "parent", tmp_path / "function", at=1, data=small_data(), **asked)
        for session in (made, other):
            session.run()
            session.close()
        assert record_bytes(tmp_path / "button") == record_bytes(tmp_path / "function")
        both = [open_run(tmp_path / name).info for name in ("button", "function")]
        assert both[0].parent == both[1].parent
        assert both[0].config == both[1].config

    def test_a_setting_that_the_shared_cycles_decided_is_refused_in_the_form(self, parent, tmp_path):
        bar = bar_of(parent)
        bar.explorer.selection.show_cycle(1)
        sent(bar, "form")
        state = sent(bar, "branch", at=1, name="b", **(EMPTY | {"settings": "classifier.width=8"}))
        assert "classifier.width is 4 in the cycles that the branch shares with its parent" in state["error"]
        assert not (tmp_path / "b").exists()

    def test_the_tree_cannot_go_on_with_images_that_were_handed_over_and_says_what_can(self, parent, tmp_path):
        parent.close()
        panel = RunsPanel(tmp_path, Explorer)
        with pytest.raises(DataError, match="was handed over in Python; open the run there and pass the same images"):
            panel._do("continue", [tmp_path.resolve() / "parent"], None)
