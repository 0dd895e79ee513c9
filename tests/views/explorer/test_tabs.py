"""Which tabs an explorer has, and that what they hide rests, on a real run that a person answers."""

from __future__ import annotations

from helpers.fake_service import FakeLabellingService
from helpers.fakes import FakeSession
from helpers.sessions import truth
from helpers.small_runs import small_config, small_data

from lada_explore.events import REDRAWS
from lada_explore.session.session import Session
from lada_explore.session.worker import WorkerState
from lada_explore.views import Explorer
from lada_explore.views.base.panel import Panel
from lada_explore.views.explorer.pages import pages_of
from lada_explore.views.labeller.labeller import Labeller


def views_of(view) -> list:
    """Every view in it, however deep."""
    if isinstance(view, Panel):
        return [inner for child in view.children for inner in views_of(child)]
    return [view]


def answer_next_query(session: Session) -> None:
    """Let the worker run until it waits for a person, and answer all that it asks."""
    session.worker.run()
    assert session.worker.wait(20) is WorkerState.WAITING
    session.labelling.submit(truth(session.open_query), "ann")


def open_parts(explorer: Explorer, title: str) -> None:
    """Open each part of a tab in turn, until it has drawn."""
    for part in explorer._tabs.parts[explorer._tabs.titles.index(title)] or [""]:
        explorer.show(title, part)
        REDRAWS.wait(60)


def watched(view, drawn: list) -> None:
    """Note from now on in `drawn` whenever the view is drawn."""
    draw = view._redraw

    def noting() -> None:
        drawn.append(view)
        draw()

    view._refresher._redraw = noting


def test_no_view_of_a_hidden_tab_is_drawn_while_the_run_goes_on_and_each_is_once_it_is_seen(tmp_path):
    session = Session.create(small_config(cycles=2), tmp_path / "run", data=small_data(), oracle="person")
    for _ in range(2):
        answer_next_query(session)
    session.worker.wait(20)
    explorer, drawn = Explorer(session), []
    for title in explorer._tabs.titles:
        open_parts(explorer, title)
    explorer.show("τ*")
    REDRAWS.wait(60)
    pages = dict(zip(explorer._tabs.titles, (views_of(page) for page in explorer._shown.places), strict=True))
    for views in pages.values():
        for view in views:
            watched(view, drawn)
    answer_next_query(session)
    assert session.worker.wait(60) is WorkerState.FINISHED
    assert drawn != []
    assert set(drawn) <= set(pages["τ*"])
    for title in ("Label", "Scores", "Learning"):
        open_parts(explorer, title)
        assert set(pages[title]) <= set(drawn), title
    (labeller,) = pages["Label"]
    assert isinstance(labeller, Labeller)
    assert labeller.asked["cycle"] == 2
    explorer.close()
    session.close()


def test_only_a_run_that_takes_every_answer_has_a_tab_to_label():
    class LabelledSession(FakeSession):
        labelling = FakeLabellingService()

    titles = [page.title for page in pages_of()]
    for session, more in ((FakeSession(), []), (LabelledSession(), ["Label"])):
        explorer = Explorer(session)
        assert explorer._tabs.titles == [*titles, *more]
        explorer.close()
        session.close()


def test_a_run_of_single_images_has_no_part_or_tab_that_only_says_so():
    for method, more in (("max-entropy", []), ("lada-entstn", ["θ"])):
        session = FakeSession(method=method)
        session.run(3)
        explorer = Explorer(session)
        assert explorer._tabs.titles == ["Map", "Scores", *more, "Learning"]
        assert explorer._tabs.parts[0] == []
        shown = [view for view in views_of(explorer._shown.places[0])]
        assert [type(view).__name__ for view in shown] == ["MapView", "AnswerEffects", "QueryGallery"]
        explorer.close()
        session.close()
