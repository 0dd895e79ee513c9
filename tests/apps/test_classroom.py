"""The page of a student, without its server: what is made when, and from which seed."""

from __future__ import annotations

import shutil
import sys
from types import SimpleNamespace
from typing import ClassVar
from urllib.parse import parse_qsl

import ipywidgets
import pytest
from helpers.fake_runs import record
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.apps.classroom import EXPLORER, INTRODUCTION, PLAYGROUND, Classroom, application
from lada_explore.apps.served.progress import PROGRESS, Progress, read_progress
from lada_explore.apps.shown import Shown, shown_of_explorer
from lada_explore.errors import ConfigError
from lada_explore.views import Explorer
from lada_explore.views.base.kept_pair import pairs_by_rank


class FakePlayground(ipywidgets.HTML):
    """Remembers its seed and whether it was closed."""

    made: ClassVar[list[FakePlayground]] = []

    def __init__(self, *, seed: int) -> None:
        super().__init__()
        self.seed, self.release_pages, self.n_answered = seed, False, 0
        FakePlayground.made.append(self)

    def close(self) -> None:
        self.release_pages = True
        super().close()


def begins_at(given, seed):
    return {"seed": given.whole("seed", 0, 99, seed)}


@pytest.fixture(autouse=True)
def made(monkeypatch):
    """The playgrounds made in a test."""
    FakePlayground.made = []
    monkeypatch.setitem(
        sys.modules, "lada_explore.apps.playground", SimpleNamespace(Playground=FakePlayground, begins_at=begins_at)
    )
    return FakePlayground.made


@pytest.fixture
def run(tmp_path):
    session = FakeSession(cycles=2)
    session.run()
    return record(session, tmp_path / "run")


def says(classroom):
    """What stands above the button of the playground."""
    return classroom._pages[PLAYGROUND].children[0].value


def test_a_group_is_a_seed_and_the_page_says_so(made):
    classroom = application("token=abc&group=3", "")
    assert says(classroom).endswith(">Group 3: everything drawn at random follows from seed 3.</p></div>")
    assert made == []
    classroom.start()
    assert [playground.seed for playground in made] == [3]
    assert ">Seed 0; a group of a class has its own number" in says(application("token=abc", ""))
    application("token=abc", "").start()
    assert made[-1].seed == 0


def test_the_teacher_is_told_of_the_group_the_tab_and_what_was_done_last(run, tmp_path, monkeypatch):
    place = tmp_path / "progress.json"
    monkeypatch.setenv(PROGRESS, str(place))
    classroom = application("group=3", str(run.path))
    assert classroom.progress == Progress(group=3, tab=EXPLORER, about="run", last="Map and pairs, The pair", cycle=2)
    (explorer,) = classroom._pages[EXPLORER].children
    explorer.selection.show_cycle(1)
    explorer.show("Learning", "Classes")
    told = Progress(group=3, tab=EXPLORER, about="run", last="Learning, Classes", cycle=1)
    until(lambda: (found := read_progress(place)) is not None and found[0] == told)
    classroom._tabs.shown = 2
    told = Progress(group=3, tab=INTRODUCTION)
    until(lambda: (found := read_progress(place)) is not None and found[0] == told)
    classroom.close()


def test_answers_count_over_playgrounds_that_were_started_again(made, monkeypatch):
    monkeypatch.setattr("lada_explore.apps.classroom.shown_of_playground", lambda view: Shown(last=f"seed {view.seed}"))
    classroom = Classroom(group=7)
    assert classroom.progress == Progress(group=7, tab=PLAYGROUND)
    classroom.start()
    made[0].n_answered = 3
    classroom.start()
    made[1].n_answered = 2
    assert classroom.progress == Progress(group=7, tab=PLAYGROUND, last="seed 7", answers=5)


def wrong(classroom):
    """What is said of the address; empty where nothing is."""
    return classroom._wrong.value if classroom._wrong.layout.display != "none" else ""


def test_an_address_opens_a_cycle_a_pair_tau_and_a_tab_of_the_run(run):
    address = "tab=run&cycle=1&pair=3&tau=0.4&view=Learning&part=Classes"
    classroom = application(address, str(run.path))
    (explorer,) = classroom._pages[EXPLORER].children
    records = run.history[1]
    selected = explorer.selection.selected
    assert (selected.cycle, selected.pair, selected.tau) == (1, pairs_by_rank(records)[2], 0.4)
    assert (classroom.progress.cycle, classroom.progress.last) == (1, "Learning, Classes")
    assert wrong(classroom) == ""
    assert dict(parse_qsl(address)) == {"tab": "run", **shown_of_explorer(explorer, run).address}
    until(lambda: classroom._tabs.address == dict(parse_qsl(address)))
    # Another pair has a tau of its own, and what a page shows without an address is not in it.
    explorer.selection.choose_pair(*pairs_by_rank(records)[0])
    explorer.show("Map and pairs")
    until(lambda: classroom._tabs.address == {"tab": "run", "cycle": "1"})
    explorer.view.children[0].children[1].view.handle({"type": "tau", "tau": 0.7})
    until(lambda: classroom._tabs.address == {"tab": "run", "cycle": "1", "tau": "0.7"})


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tab=labs", "tab &#x27;labs&#x27; in the address is none of run, playground, tau; run is taken instead."),
        ("cycle=3", "cycle &#x27;3&#x27; in the address is no whole number from 0 to 2; 2 is taken instead."),
        ("cycle=0&pair=2", "pair in the address is left out: The start (cycle 0) draws single images at random"),
        ("pair=0", "pair &#x27;0&#x27; in the address is no whole number from 1 to "),
        ("tau=9", "tau &#x27;9&#x27; in the address is no number above 0 and up to "),
        ("view=%3Cb%3E", "view &#x27;&lt;b&gt;&#x27; in the address is none of Map and pairs, Scores, "),
        ("view=Learning&part=x", "part &#x27;x&#x27; in the address is none of Accuracy, Classes, "),
    ],
)
def test_what_an_address_cannot_open_is_one_sentence_and_the_page_is_there(run, address, sentence):
    classroom = application(address, str(run.path))
    assert wrong(classroom).startswith(f'<p role="alert" style="margin: 4px 0">{sentence}')
    assert wrong(classroom).count("in the address") == 1
    assert [type(view) for view in classroom._pages[EXPLORER].children] == [Explorer]


def test_an_address_of_a_playground_starts_it_there_and_starting_again_is_the_groups(made, run, monkeypatch):
    address = {"data": "moons", "seed": "5"}
    monkeypatch.setattr("lada_explore.apps.classroom.shown_of_playground", lambda view: Shown(address=address))
    classroom = application("group=3&seed=5", str(run.path))
    assert [playground.seed for playground in made] == [5]
    assert classroom._pages[EXPLORER].children == ()
    until(lambda: classroom._tabs.address == {"tab": "playground", **address})
    classroom.start()
    assert [playground.seed for playground in made] == [5, 3]
    wrongly = application("tab=playground&seed=100", "")
    assert made[-1].seed == 0
    assert "seed &#x27;100&#x27; in the address is no whole number from 0 to 99; 0 is taken instead." in wrong(wrongly)
    wrongly.start()
    assert wrong(wrongly) == ""
    # The tab alone starts nothing.
    started = len(made)
    assert application("tab=playground", str(run.path))._tabs.shown == 1
    assert application("tab=tau", str(run.path))._tabs.shown == 2
    assert len(made) == started


def test_the_page_says_in_three_lines_what_to_do():
    head = says(application("", ""))
    assert head.count("<li>") == 3
    assert [head.index(word) for word in ("Start the playground", "Press Cycle", "Click a segment")] == sorted(
        head.index(word) for word in ("Start the playground", "Press Cycle", "Click a segment")
    )


def test_starting_again_begins_from_the_same_seed_and_lets_go_of_what_was_there(made):
    classroom = Classroom(group=7)
    classroom.start()
    classroom.start()
    assert [playground.seed for playground in made] == [7, 7]
    assert [playground.release_pages for playground in made] == [True, False]
    assert classroom._place.children == (made[1],)
    assert classroom._start.description == "Start again"
    classroom.close()
    assert made[1].release_pages


def test_a_playground_that_cannot_start_says_why_as_text(monkeypatch):
    def fail(seed):
        raise ConfigError(f"no room for <seed {seed}>; see `df`")

    monkeypatch.setitem(
        sys.modules, "lada_explore.apps.playground", SimpleNamespace(Playground=fail, begins_at=begins_at)
    )
    classroom = Classroom(group=1)
    classroom.start()
    assert classroom._says.value == "no room for &lt;seed 1&gt;; see <code>df</code>"
    assert classroom._start.description == "Start the playground"


def test_a_second_run_is_shown_beside_the_first(run, tmp_path):
    other = shutil.copytree(run.path, tmp_path / "other")
    (explorer,) = application("", str(run.path), str(other))._pages[EXPLORER].children
    assert explorer._comparison.bar.state["choice"].startswith("run:other (")
    assert explorer._comparison.bar.state["settings"].endswith("No setting differs.")


def test_a_run_is_shown_first_and_the_playground_behind_a_tab(run, made):
    classroom = application("", str(run.path))
    assert classroom._tabs.titles == [EXPLORER, PLAYGROUND, INTRODUCTION]
    assert [type(view) for view in classroom._pages[EXPLORER].children] == [Explorer]
    assert classroom._pages[PLAYGROUND].layout.display == "none"
    # The seed is that of the playground; above the run nothing is said of it.
    assert classroom.children == (classroom._tabs, classroom._wrong, *classroom._pages.values())
    assert classroom._wrong.layout.display == "none"
    classroom._tabs.shown = 1
    assert classroom._pages[EXPLORER].layout.display == "none"
    assert classroom._pages[PLAYGROUND].layout.display == ""
    assert made == []


def test_without_a_run_there_are_the_playground_and_the_five_minutes_to_tau():
    classroom = application("", "")
    assert classroom._tabs.titles == [PLAYGROUND, INTRODUCTION]
    assert classroom._pages[PLAYGROUND].layout.display == ""
    assert classroom._pages[INTRODUCTION].children == ()
    classroom._tabs.shown = 1
    shown = classroom._pages[INTRODUCTION].children
    assert [type(view).__name__ for view in shown] == ["TauIntroduction", "Story"]
    assert classroom._pages[PLAYGROUND].layout.display == "none"


@pytest.mark.parametrize(
    ("query", "sentence"), [("group=%3Cb%3E", "group &#x27;&lt;b&gt;&#x27; in the address is no whole")]
)
def test_a_wrong_address_is_answered_with_a_sentence_as_text(query, sentence):
    shown = application(query, "")
    assert shown.value.startswith('<p role="alert">')
    assert sentence in shown.value
