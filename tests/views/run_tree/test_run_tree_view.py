"""The tree of runs: what it shows, what it does with a run, and what it refuses."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from helpers.fake_branches import fake_branch
from helpers.fake_runs import info_of, record
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.session.open_runs import OPEN_RUNS
from lada_explore.store import RunFolder, open_run
from lada_explore.views import ComparedRuns, Explorer, RunTree
from lada_explore.views.run_tree import runs_panel
from lada_explore.views.run_tree.rows import in_bytes


@pytest.fixture
def runs(tmp_path):
    for name, method in {"first": "lada-entmix", "other": "max-entropy"}.items():
        session = FakeSession(cycles=3, method=method)
        session.run(2)
        record(session, tmp_path / name)
    fake_branch(tmp_path / "first", tmp_path / "branch", 0, "seed: 0 → 1")
    return tmp_path


@pytest.fixture
def tree(runs):
    made = RunTree(runs)
    yield made
    made.close()


def rows(tree) -> dict[str, dict]:
    return {row["run"]: row for row in tree.tree.state["rows"]}


def sent(tree, kind: str, *names: str, tabs=None) -> dict:
    """Send what a page does, wait until it is done, and return what is shown."""
    tree.tree._on_message(None, {"type": kind, "runs": list(names), "tabs": tabs}, [])
    until(lambda: not tree.tree.state["busy"], 30)
    return tree.tree.state


class OpenSession(FakeSession):
    """A session that is open on a run folder, as far as the tree asks it."""

    closed = False

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def opened(runs, monkeypatch):
    """A session that is open on the first run in this process."""
    session = OpenSession(cycles=3)
    session.run(2)
    monkeypatch.setitem(OPEN_RUNS, (runs / "first").resolve(), session)
    return session


def test_what_is_in_the_rows_equals_run_json_and_the_records(tree, runs):
    assert list(rows(tree)) == ["first", "branch", "other"]
    for name, row in rows(tree).items():
        run = open_run(runs / name)
        parent = run.info.parent
        assert row["method"] == f"{run.config.method.name}, seed {run.config.seed}"
        assert row["level"] == (1 if parent is None else 2)
        assert row["begun"] == ("" if parent is None else f"after the start; {parent.changed[0]}")
        evaluated = [records.evaluate for records in run.history if records.evaluate is not None]
        assert row["labels"] == str(evaluated[-1].n_labelled)
        assert row["accuracy"] == f"{100 * evaluated[-1].accuracy:.1f} %"
        assert row["curve"] == [round(100 * one.accuracy, 2) for one in evaluated]
        assert row["stands"] == f"cycle {len(evaluated)} of 3, Subsample next"


def test_a_run_that_a_person_answers_waits_for_answers_and_a_complete_one_is_complete(tmp_path):
    session = FakeSession(cycles=1)
    session.step()
    for name, oracle in {"person": "person", "truth": "ground-truth"}.items():
        folder = RunFolder.create(tmp_path / name, replace(info_of(session), oracle=oracle))
        folder.commit(session.history[0].select, 0.1)
    session.run(2)
    record(session, tmp_path / "whole")
    assert {name: row["stands"] for name, row in rows(RunTree(tmp_path)).items()} == {
        "person": "the start, waits for answers",
        "truth": "the start, Query next",
        "whole": "complete, 1 cycle",
    }


def test_a_run_names_the_folder_that_it_is_in_and_is_marked(runs):
    for given in (runs / "first", open_run(runs / "first"), str(runs / "first")):
        state = RunTree(given).tree.state
        assert (state["folder"], state["shown"]) == (str(runs.resolve()), "first")
    assert RunTree(runs).tree.state["shown"] == ""


def test_what_is_neither_a_folder_nor_a_run_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="a FakeSession has no folder; give the path of a folder with runs"):
        RunTree(FakeSession())
    with pytest.raises(ConfigError, match="is no folder"):
        RunTree(tmp_path / "none")


def test_an_empty_folder_says_that_it_is_empty_until_a_run_comes(tmp_path):
    tree = RunTree(tmp_path)
    assert tree.tree.state["note"] == "No run is in this folder yet."
    session = FakeSession()
    record(session, tmp_path / "new")
    tree.tree._redraw()
    assert (list(rows(tree)), tree.tree.state["note"]) == (["new"], "")


def test_the_page_hears_nothing_while_nothing_changes(tree):
    before = tree.tree.state["revision"]
    tree.tree._redraw()
    assert tree.tree.state["revision"] == before


def test_opening_shows_an_explorer_of_the_run_below_where_there_are_no_tabs(tree):
    state = sent(tree, "open", "first")
    (shown,) = tree.children[1].children
    assert isinstance(shown, Explorer)
    assert (state["says"], tree.children[1].layout.display) == ("first is below.", "")
    sent(tree, "open", "other")
    (other,) = tree.children[1].children
    assert other is not shown
    assert shown.comm is None  # closed


def test_opening_shows_it_in_a_tab_where_there_are_tabs(tree):
    assert sent(tree, "open", "first", tabs=[])["says"] == "first is in a tab beside this one."
    assert tree.children[1].children == ()


def test_a_run_that_is_open_here_is_shown_live(tree, opened):
    tree.tree._redraw()
    assert rows(tree)["first"]["open"] == "here"
    assert rows(tree)["first"]["stands"] == "cycle 2 of 3, Subsample next; open in this kernel"
    sent(tree, "open", "first")
    (shown,) = tree.children[1].children
    assert type(shown.bar).__name__ == "Stepper"


def test_closing_closes_the_session_and_what_shows_it(tree, opened):
    assert sent(tree, "close", "first")["says"] == "first is closed; all finished stages are kept."
    assert opened.closed
    assert rows(tree)["first"]["open"] == ""


def test_comparing_shows_what_the_runs_asked(tree):
    assert sent(tree, "compare", "first", "other")["says"] == "The comparison of first and other is below."
    (shown,) = tree.children[1].children
    assert isinstance(shown, ComparedRuns)
    assert [side.runs[0].path for side in shown._comparison.sides] == [
        rows_path(tree, "first"),
        rows_path(tree, "other"),
    ]


def rows_path(tree, name: str) -> str:
    return str(Path(tree.tree.state["folder"]) / name)


def test_one_run_is_no_comparison_and_damaged_ones_are_one_sentence(tree, runs):
    assert sent(tree, "compare", "first")["error"] == "1 runs were chosen; choose two or more"
    (runs / "torn").mkdir()
    (runs / "torn" / "run.json").write_text("{")
    tree.tree._redraw()
    assert "torn/run.json is damaged" in rows(tree)["torn"]["fault"]
    assert "torn/run.json is damaged" in sent(tree, "open", "torn")["error"]


def test_going_on_opens_the_session_or_says_what_is_missing(tree, opened, monkeypatch):
    monkeypatch.setattr(runs_panel, "resumed", lambda run: opened)
    assert sent(tree, "continue", "first")["says"] == "first is open below: its buttons go on with it."
    monkeypatch.undo()
    monkeypatch.setitem(sys.modules, "lada_explore.session.opening", None)
    error = sent(tree, "continue", "other")["error"]
    assert error.startswith("this needs a library that cannot be loaded here (")
    assert error.endswith("; install it, or open the run in a kernel that has it")


def test_deleting_asks_first_and_names_the_run_its_size_and_its_branches(tree, runs):
    question = sent(tree, "ask", "first")["question"]
    assert (question["run"], question["title"]) == ("first", "Delete first?")
    said = " ".join(question["lines"])
    n_bytes = sum(path.stat().st_size for path in (runs / "first").rglob("*") if path.is_file())
    for part in (str(runs / "first"), "lada-entmix, seed 0", in_bytes(n_bytes), "stay on the disk", "branch was begun"):
        assert part in said
    assert (runs / "first").exists()
    assert sent(tree, "keep")["question"] is None
    assert (runs / "first").exists()


def test_deleting_removes_the_run_alone_and_its_branch_says_so(tree, runs):
    sent(tree, "ask", "first")
    state = sent(tree, "delete", "first")
    assert (state["says"], state["question"]) == ("first is deleted.", None)
    assert {path.name for path in runs.iterdir()} == {"branch", "other"}
    assert rows(tree)["branch"]["begun"].startswith("after the start of ../first, which is not there any more; ")
    assert len(open_run(runs / "branch").history) == 1


def test_nothing_is_deleted_that_was_not_asked_about(tree, runs):
    sent(tree, "ask", "first")
    assert sent(tree, "delete", "other")["question"]["run"] == "other"
    assert {path.name for path in runs.iterdir()} == {"branch", "first", "other"}
    assert sent(tree, "ask", "../outside")["error"] == f"../outside is not in {runs.resolve()} any more"


def test_a_run_that_is_open_somewhere_is_not_deleted(tree, runs, opened):
    folder = RunFolder(runs / "other")
    folder.lock()
    assert sent(tree, "ask", "other")["error"] == "other is open in another kernel or process; close it there first"
    assert sent(tree, "ask", "first")["error"] == "first is open in this kernel; press Close first"
    folder.unlock()
    sent(tree, "ask", "other")
    folder.lock()
    assert "is open in another kernel" in sent(tree, "delete", "other")["error"]
    folder.unlock()
    assert {path.name for path in runs.iterdir()} == {"branch", "first", "other"}


def test_a_run_that_is_gone_since_is_one_sentence(tree, runs):
    shutil.rmtree(runs / "other")
    assert "other is not a run folder" in sent(tree, "open", "other")["error"]


def test_a_name_that_is_no_text_can_be_shown_and_opened(runs):
    odd = runs / "caf\udce9"
    shutil.copytree(runs / "other", odd)
    tree = RunTree(runs)
    assert "caf\ufffd" in rows(tree)
    assert sent(tree, "open", "caf\ufffd")["error"] == ""


def test_below_a_page_it_is_a_table(tree):
    assert "<td>first</td><td></td><td>lada-entmix, seed 0</td>" in tree.plain()


@pytest.mark.parametrize(("n_bytes", "said"), [(0, "0 bytes"), (999, "999 bytes"), (1200, "1.2 kB"), (3.4e8, "340 MB")])
def test_sizes_are_for_people(n_bytes, said):
    assert in_bytes(n_bytes) == said
