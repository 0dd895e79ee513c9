"""A or B: two cycles of a run, or two runs at one cycle, linked; without a browser."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from helpers.fake_runs import record
from helpers.fake_service import FakeLabellingService
from helpers.fakes import FakeSession
from helpers.waiting import until

from lada_explore.config.differences import differences
from lada_explore.errors import ConfigError
from lada_explore.events import REDRAWS
from lada_explore.views import AnswerEffects, Explorer, Labeller, PairMixer, ScoreLedger
from lada_explore.views.base.panel import Panel
from lada_explore.views.comparison.differences import other_images, unrecorded
from lada_explore.views.comparison.sides import SideHeading
from lada_explore.views.explorer.pages import ALONE, MapPage


def run_of(cycles: int = 4, **settings) -> FakeSession:
    session = FakeSession(**settings)
    session.run(cycles)
    return session


def views_of(view, kind: type) -> list:
    """Every view of a kind in it, however deep, A's before B's."""
    if isinstance(view, Panel):
        return [found for child in view.children for found in views_of(child, kind)]
    return [view] if isinstance(view, kind) else []


def bar_of(explorer: Explorer):
    return explorer._comparison.bar


def sides_of(explorer: Explorer):
    return explorer._comparison.sides


@pytest.fixture
def opened():
    """Opens explorers and closes them in the end."""
    made = []

    def opening(session, **choices):
        made.append(Explorer(session, **choices))
        return made[-1]

    yield opening
    for explorer in made:
        explorer.close()


def headings(explorer: Explorer) -> list[str]:
    return [heading.state["heading"] for heading in views_of(explorer, SideHeading)]


def test_two_cycles_of_a_run_stand_side_by_side_and_each_has_its_own(opened):
    explorer = opened(run_of(), beside=1)
    assert headings(explorer) == ["A: cycle 3 · 38 labels · 72.1 % right", "B: cycle 1 · 26 labels · 64.0 % right"]
    assert [mixer.state["cycle"] for mixer in views_of(explorer, PairMixer)] == [3, 1]
    explorer.selection.show_cycle(2)
    until(lambda: [mixer.state["cycle"] for mixer in views_of(explorer, PairMixer)] == [2, 1])
    bar_of(explorer)._handle_custom_msg({"type": "cycle", "cycle": 3}, [])
    until(lambda: [mixer.state["cycle"] for mixer in views_of(explorer, PairMixer)] == [2, 3])
    until(lambda: headings(explorer)[1].startswith("B: cycle 3"))
    until(lambda: bar_of(explorer).state["cycle"] == 3)
    assert explorer.selection.selected.cycle == 2


def test_two_runs_stand_side_by_side_at_one_cycle(opened):
    explorer = opened(run_of(), beside=run_of(seed=1))
    assert headings(explorer) == [
        "A: lada-entmix, seed 0 · cycle 3 · 38 labels · 72.1 % right",
        "B: lada-entmix, seed 1 · cycle 3 · 38 labels · 72.1 % right",
    ]
    explorer.selection.show_cycle(1)
    until(lambda: [mixer.state["cycle"] for mixer in views_of(explorer, PairMixer)] == [1, 1])
    sides_of(explorer)[1].selection.show_cycle(2)
    assert explorer.selection.selected.cycle == 2
    assert bar_of(explorer).state["cycles"] == []


def test_b_follows_the_latest_cycle_of_a_and_says_where_its_run_has_not_come_so_far(opened):
    session = run_of(2)
    explorer = opened(session, beside=run_of(2, seed=1))
    session.run(1)
    until(lambda: sides_of(explorer)[1].cycle == 2)
    until(lambda: headings(explorer)[1] == "B: lada-entmix, seed 1 · ends at cycle 1")


def test_every_tab_is_shown_twice_but_answers_are_given_once(opened):
    class LabelledSession(FakeSession):
        labelling = FakeLabellingService()

    session = LabelledSession()
    session.run(4)
    explorer = opened(session, beside=2)
    for title in explorer._tabs.titles[:-1]:
        explorer.show(title)
        shown = [page for page in explorer._shown.places if page.layout.display != "none"]
        assert len(views_of(shown[0], SideHeading)) == 2, title
    explorer.show("Scores")
    assert len(views_of(explorer, ScoreLedger)) == 2
    explorer.show("Label")
    (labeller,) = views_of(explorer, Labeller)
    explorer.show_beside(None)
    assert views_of(explorer, Labeller) == [labeller]


def test_the_control_chooses_what_to_compare_with_and_nothing_again(opened):
    explorer = opened(run_of(), compare={"another seed": run_of(seed=1)})
    bar = bar_of(explorer)
    assert bar.state["choices"] == [
        ["nothing", "nothing"],
        ["cycle", "another cycle"],
        ["run:another seed", "another seed"],
    ]
    assert len(views_of(explorer, PairMixer)) == 1
    bar._handle_custom_msg({"type": "compare", "with": "cycle"}, [])
    assert (bar.state["choice"], bar.state["cycle"], len(bar.state["cycles"])) == ("cycle", 2, 4)
    bar._handle_custom_msg({"type": "compare", "with": "run:another seed"}, [])
    assert (bar.state["choice"], bar.state["settings"]) == ("run:another seed", "seed: A 0, B 1.")
    assert len(views_of(explorer, PairMixer)) == 2
    bar._handle_custom_msg({"type": "compare", "with": "nothing"}, [])
    assert (bar.state["choice"], bar.state["settings"], headings(explorer)) == ("nothing", "", [])
    assert len(views_of(explorer, PairMixer)) == 1


def pair_of(session: FakeSession, cycle: int, place: int) -> tuple[int, int]:
    first, second = session.history[cycle].subsample.pair_ids[place].tolist()
    return first, second


def test_a_pair_that_is_chosen_on_one_side_is_chosen_on_the_other(opened):
    session = run_of()
    explorer = opened(session, beside=run_of(budget=4))
    beside = sides_of(explorer)[1].selection
    pair = pair_of(session, 3, 7)
    explorer.selection.choose_pair(*pair)
    assert (beside.selected.pair, beside.selected.ids) == (pair, pair)
    other = pair_of(session, 3, 8)
    beside.choose_pair(*other)
    assert (explorer.selection.selected.pair, explorer.selection.selected.ids) == (other, other)
    REDRAWS.wait(20)
    assert bar_of(explorer).state["missing"] == ""


def test_what_is_not_there_on_the_other_side_is_said_in_one_sentence(opened):
    session = run_of()
    explorer = opened(session, beside=1)
    beside = sides_of(explorer)[1].selection
    kept = beside.selected.pair
    first, second = pair_of(session, 3, 5)
    explorer.selection.choose_pair(first, second)
    assert (beside.selected.pair, beside.selected.ids) == (kept, (first, second))
    said = f"Images {first} and {second} are no pair of B, which keeps its own; neither image is a candidate"
    until(lambda: bar_of(explorer).state["missing"] == f"{said} or labelled there.")
    there = int(session.history[1].subsample.subset_ids[0])
    explorer.selection.mark([first, there])
    until(lambda: bar_of(explorer).state["missing"].startswith("Image "))
    assert bar_of(explorer).state["missing"] == (
        f"Image {first} is neither among the candidates of B nor labelled there."
    )
    explorer.selection.mark([there])
    until(lambda: bar_of(explorer).state["missing"] == "")
    labelled = int(session.history[0].query.ids[0])
    beside.mark([labelled])
    assert explorer.selection.selected.ids == (labelled,)
    REDRAWS.wait(20)
    assert bar_of(explorer).state["missing"] == ""


def test_a_pair_that_follows_its_rank_from_cycle_to_cycle_is_not_passed_on(opened):
    session = run_of()
    explorer = opened(session, beside=1)
    beside = sides_of(explorer)[1].selection
    kept = beside.selected
    explorer.selection.show_cycle(2)
    assert explorer.selection.selected.pair in [pair_of(session, 2, place) for place in range(20)]
    assert beside.selected == kept
    assert bar_of(explorer).state["missing"] == ""


def test_the_settings_that_differ_are_one_line_the_method_first():
    same = run_of(1).config
    assert differences(same, same).line == "Both: fashion-mini, lada-entmix, seed 0. No setting differs."
    told = differences(same, run_of(1, method="max-entropy", seed=2, budget=4).config)
    assert (told.line, told.every) == ("method: A lada-entmix, B max-entropy; seed: A 0, B 2; budget: A 6, B 4.", ())


def test_settings_have_names_that_a_person_knows_and_all_are_listed_behind_the_line():
    many = {"training.epochs": 3, "training.learning_rate": 0.5, "schedule.initial_per_class": 3, "policy.epochs": 2}
    same = run_of(1).config
    told = differences(same, run_of(1, settings=many).config)
    assert (told.line.count("A "), told.every) == (4, ())
    told = differences(same, run_of(1, seed=1, settings=many).config)
    assert told.line.startswith("seed: A 0, B 1; labels of each class at the start: A 2, B 3; ")
    assert told.line.endswith("; 1 more setting differs.")
    assert [line.partition(":")[0] for line in told.every] == [
        "seed",
        "labels of each class at the start",
        "epochs of training",
        "learning rate of training",
        "epochs of the policy network",
    ]


def test_a_setting_that_an_older_run_did_not_record_is_no_difference(opened, tmp_path):
    older, newer = (
        record(run_of(seed=seed, settings=settings), tmp_path / str(seed))
        for seed, settings in enumerate(({}, {"look_ahead.nodes": 9}))
    )
    told = differences(older.config, newer.config)
    assert (told.line, told.every) == ("seed: A 0, B 1; nodes of the look-ahead: A none, B 9.", ())
    assert unrecorded(older) == frozenset()
    assert unrecorded(run_of(1)) == frozenset()
    place = tmp_path / "0" / "run.json"
    written = json.loads(place.read_text())
    del written["config"]["look_ahead"]["nodes"]
    place.write_text(json.dumps(written))
    assert unrecorded(older) == {"look_ahead.nodes"}
    unknown = "not recorded in A, which is older: nodes of the look-ahead"
    bar = bar_of(opened(older, beside=newer))
    assert (bar.state["settings"], bar.state["every"]) == ("seed: A 0, B 1.", ["seed: A 0, B 1", unknown])


def test_a_side_with_nothing_but_a_sentence_is_narrow(opened):
    """Pairs and τ* of a run of single images."""
    explorer = opened(run_of(), beside=run_of(method="max-entropy"))

    def bare() -> set[str]:
        (sides,) = [one.children[0] for one in explorer._shown.places if one.layout.display != "none"]
        return {"lada-first-bare", "lada-second-bare"} & set(sides._dom_classes)

    for title, part, narrow in (
        ("Map and pairs", "The pair", set()),
        ("Scores", "Score ledger", {"lada-second-bare"}),
        ("Scores", "Another rule", set()),
        ("Scores", "Score ledger", {"lada-second-bare"}),
        ("τ*", "What τ* is worth", {"lada-second-bare"}),
        ("Learning", "Classes", set()),
    ):
        explorer.show(title, part)
        assert bare() == narrow, (title, part)


def test_tabs_are_those_of_both_runs_and_the_map_of_single_images_has_the_width_beside_a_pair(opened):
    explorer = opened(run_of(method="max-entropy"), compare={"pairs": run_of()})
    assert explorer.parts[0] == ("Map", "")
    assert "τ*" not in dict(explorer.parts)
    explorer.show("Learning", "Classes")
    explorer.show_beside("pairs")
    assert ("τ*", "τ* by cycle") in explorer.parts
    assert (explorer._tabs.titles[explorer._tabs.shown], explorer._tabs.part[explorer._tabs.shown]) == ("Learning", 1)
    explorer.show("Map and pairs", "The pair")
    wide = [[ALONE in page._main._dom_classes for page in views_of_pages(explorer)]]
    explorer.show("Map and pairs", "What an answer changes")
    wide.append([ALONE in page._main._dom_classes for page in views_of_pages(explorer)])
    assert wide == [[True, False], [False, False]]
    assert len(views_of(explorer, PairMixer)) == 1
    explorer.show_beside(None)
    assert (explorer.parts[0], explorer._tabs.shown) == (("Map", ""), 0)
    assert len(views_of(explorer, AnswerEffects)) == 1


def views_of_pages(explorer: Explorer) -> list[MapPage]:
    """The pages with a map, A's before B's."""
    (sides,) = explorer._shown.places[0].children
    return [column.children[1] for column in sides.children]


def test_the_latest_cycle_of_both_is_the_latest_one_on_both_sides(opened):
    """What marks a chosen cycle, such as the ring of a chart, stands on both sides or on neither."""
    other = run_of(4, seed=1)
    explorer = opened(run_of(4), beside=other)
    beside = sides_of(explorer)[1].selection
    assert beside.selected.cycle is None
    explorer.selection.show_cycle(2)
    assert beside.selected.cycle == 2
    explorer.selection.show_cycle(None)
    assert beside.selected.cycle is None
    other.run(1)
    until(lambda: beside.selected.cycle == 3)


def test_runs_of_different_images_are_compared_by_cycle_alone_and_that_is_said(opened, tmp_path):
    session, other = run_of(), run_of(seed=1, settings={"data.name": "digits"})
    explorer = opened(session, beside=other)
    said = "A is of fashion-mini and B of digits: different images, so nothing that is chosen in one is chosen in the"
    assert bar_of(explorer).state["settings"].endswith(f" {said} other.")
    kept = sides_of(explorer)[1].selection.selected.ids
    explorer.selection.mark([int(session.history[3].subsample.subset_ids[0])])
    assert sides_of(explorer)[1].selection.selected.ids == kept
    first, second = record(session, tmp_path / "one"), record(run_of(seed=1), tmp_path / "two")
    assert other_images(first, second) == ""
    object.__setattr__(second.info, "train_checksum", "b" * 64)
    assert "both called fashion-mini, are not the same" in other_images(first, second)


def test_what_cannot_be_compared_with_is_refused_in_a_sentence(opened):
    session = run_of()
    with pytest.raises(ConfigError, match="cycle 9 is not there to compare with; the run has cycles 0 to 3"):
        opened(session, beside=9)
    explorer = opened(session)
    with pytest.raises(ConfigError, match="is to be compared with itself; give one of its cycles"):
        explorer.show_beside(session)
    with pytest.raises(ConfigError, match="a float is no run"):
        explorer.show_beside(0.5)
    assert headings(explorer) == []


def test_runs_in_the_folders_beside_that_of_the_run_are_offered_and_opened_when_chosen(opened, tmp_path):
    run = record(run_of(), tmp_path / "one")
    record(run_of(seed=1), tmp_path / "two")
    record(run_of(seed=2), tmp_path / "spoilt")
    (tmp_path / "no run").mkdir()
    explorer = opened(run)
    bar = bar_of(explorer)
    assert [text for _, text in bar.state["choices"]] == ["nothing", "another cycle", "spoilt", "two"]
    shutil.rmtree(tmp_path / "spoilt" / "cycles" / "001" / "score")
    (tmp_path / "spoilt" / "run.json").write_text("{}")
    bar._handle_custom_msg({"type": "compare", "with": "run:spoilt"}, [])
    assert "run.json" in bar.state["error"]
    assert (bar.state["choice"], headings(explorer)) == ("nothing", [])
    bar._handle_custom_msg({"type": "compare", "with": "run:two"}, [])
    assert [text.partition(" · ")[0] for text in headings(explorer)] == [
        "A: one (lada-entmix, seed 0)",
        "B: two (lada-entmix, seed 1)",
    ]
    assert bar.state["error"] == ""


def test_a_served_application_offers_no_folders(opened, tmp_path, monkeypatch):
    run = record(run_of(), tmp_path / "one")
    record(run_of(seed=1), tmp_path / "two")
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    assert [value for value, _ in bar_of(opened(run)).state["choices"]] == ["nothing", "cycle"]


def test_a_closed_explorer_links_nothing_any_more():
    session = run_of()
    explorer = Explorer(session, beside=1)
    beside = sides_of(explorer)[1].selection
    kept = beside.selected
    explorer.close()
    explorer.selection.mark(np.array([5]))
    assert beside.selected == kept
