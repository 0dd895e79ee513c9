"""The page that `lada-explore app` serves to each student: the playground and the explorer, from a group's own seed."""

from __future__ import annotations

import threading

import ipywidgets

from lada_explore.apps.served.given import Given
from lada_explore.apps.served.groups import group_of
from lada_explore.apps.served.progress import Progress, words, write_progress
from lada_explore.apps.shown import Shown, begin_explorer, shown_of_explorer, shown_of_playground
from lada_explore.errors import LadaError
from lada_explore.store import RecordedRun, open_run
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.refresh import Refresher
from lada_explore.views.base.text import as_html
from lada_explore.views.base.view import AnsweredWhereAsked
from lada_explore.views.explorer.explorer import Explorer
from lada_explore.views.story.story import Story
from lada_explore.views.tab_bar.tab_bar import TabBar
from lada_explore.views.tau.introduction import TauIntroduction

PLAYGROUND, EXPLORER, INTRODUCTION = "Playground", "Recorded run", "Five minutes to τ*"
IN_ADDRESS = {PLAYGROUND: "playground", EXPLORER: "run", INTRODUCTION: "tau"}
"""What an address calls each tab."""

OF_PLAYGROUND = ("data", "method", "compare", "seed", "stage")
"""Parts of an address that only a playground has."""

REPORT_S = 0.5
"""Least time between two reports to the server."""


class _Button(AnsweredWhereAsked, ipywidgets.Button):  # type: ignore[misc]  # ipywidgets has no types
    """ipywidgets' button."""


class Classroom(Panel):
    """A playground that can be started again, beside it five minutes to tau* and the explorer of a recorded run.

    Each part is made when it is first shown, so a student who only reads a recorded run does not load torch.

    Args:
        run: the run that the explorer shows; when None there is no explorer.
        group: number of a group of students, which is the seed of their playground; seed 0 without a group.
        beside: another run, shown beside it at first; None for none.
        given: where the page begins; the first tab when None.

    Attributes:
        seed: decides everything that the playground draws at random.
    """

    def __init__(
        self,
        run: RecordedRun | None = None,
        group: int | None = None,
        *,
        beside: RecordedRun | None = None,
        given: Given | None = None,
    ) -> None:
        self._given = given or Given()
        self.seed, self._group = group or 0, group
        self._n_answered = 0
        self._run, self._other = run, beside
        self._turning = threading.RLock()
        self._start = _Button(description="Start the playground", button_style="primary")
        self._start.layout.width = "220px"
        self._says = ipywidgets.HTML()
        self._place = Panel([])
        self._start.on_click(lambda _: self.start())
        titles = [*([] if run is None else [EXPLORER]), PLAYGROUND, INTRODUCTION]
        self._pages = {title: Panel([]) for title in titles}
        begin = ipywidgets.HBox([self._start, self._says], layout={"flex_flow": "row wrap", "align_items": "center"})
        self._pages[PLAYGROUND].children = [ipywidgets.HTML(_head(group)), begin, self._place]
        self._tabs = TabBar(titles)
        self._wrong = ipywidgets.HTML(layout=ipywidgets.Layout(display="none"))
        super().__init__([self._tabs, self._wrong, *self._pages.values()], name="lada-classroom")
        self._reports = Refresher(lambda _: _forget, self._report, lambda _: None, REPORT_S)
        self._tabs.observe(lambda _: self._turn(), "shown")
        self._begin()

    def start(self) -> None:
        """Start the playground in place of the one that was there.

        It begins where the address says, the first time, and from then on with the group's seed.
        """
        # Jupyter does not show the exception of a message's handler, so the page has to.
        with self._turning:
            try:
                self._say("The playground is starting …")
                for view in self._place.children:
                    self._given = Given()
                    self._n_answered += view.n_answered
                    view.close()
                self._place.children = []
                from lada_explore.apps.playground import Playground, begins_at

                playground = Playground(**begins_at(self._given, self.seed))
                self._say_wrong()
                playground.observe(self._note, ["state", "mode", "duel", "chosen"])
                self._place.children = [playground]
            except LadaError as error:
                self._say(str(error))
            except Exception as error:
                self._say(f"The playground did not start. {type(error).__name__}: {error}")
            else:
                self._start.description = "Start again"
                self._say(f"Start again closes this playground and begins a new one with seed {self.seed}.")
        self._reports.note()

    @property
    def progress(self) -> Progress:
        """What the teacher's page shows of this one."""
        shown = self._shown
        return Progress(
            group=self._group,
            tab=self._tabs.titles[self._tabs.shown],
            about=words(shown.about),
            last=words(shown.last),
            cycle=shown.cycle,
            answers=self._n_answered + sum(playground.n_answered for playground in self._place.children),
        )

    @property
    def _shown(self) -> Shown:
        """What the tab shows that is open."""
        title = self._tabs.titles[self._tabs.shown]
        if title == EXPLORER and self._run is not None:
            for explorer in self._pages[EXPLORER].children:
                return shown_of_explorer(explorer, self._run)
        if title == PLAYGROUND:
            for playground in self._place.children:
                return shown_of_playground(playground)
        return Shown()

    def close(self) -> None:
        """Close all parts."""
        self._reports.close()
        super().close()

    def _report(self) -> None:
        """Tell the server how far this page is, and the page what its address is."""
        write_progress(self.progress)
        title = self._tabs.titles[self._tabs.shown]
        self._tabs.address = {"tab": IN_ADDRESS[title], **self._shown.address}

    def _begin(self) -> None:
        """Begin where the address says."""
        titles = {IN_ADDRESS[title]: title for title in self._tabs.titles}
        first = next(iter(titles))
        if self._given.names(*OF_PLAYGROUND):
            first = IN_ADDRESS[PLAYGROUND]
        shown = titles[self._given.choice("tab", list(titles), first)]
        self._tabs.shown = self._tabs.titles.index(shown)
        self._turn()
        if shown == PLAYGROUND and self._given.names(*OF_PLAYGROUND, "cycle", "pair", "tau"):
            self.start()

    def _say_wrong(self) -> None:
        """Say what of the address was left out."""
        sentences = " ".join(self._given.sentences)
        if sentences:
            self._wrong.value = f'<p role="alert" style="margin: 4px 0">{as_html(sentences)}</p>'
        self._wrong.layout.display = "" if sentences else "none"

    def _note(self, _: object = None) -> None:
        self._reports.note()

    def _say(self, sentence: str) -> None:
        self._says.value = as_html(sentence)

    def _turn(self) -> None:
        """Show the page of the chosen tab."""
        with self._turning:
            shown = self._tabs.titles[self._tabs.shown]
            for title, page in self._pages.items():
                page.layout.display = "" if title == shown else "none"
            if shown == EXPLORER and self._run is not None and not self._pages[EXPLORER].children:
                explorer = Explorer(self._run, beside=self._other)
                begin_explorer(explorer, self._run, self._given)
                explorer.selection.on_change(self._note)
                explorer.tabs.observe(self._note, ["shown", "part"])
                self._pages[EXPLORER].children = [explorer]
            if shown == INTRODUCTION and not self._pages[INTRODUCTION].children:
                self._pages[INTRODUCTION].children = [TauIntroduction(), Story()]
        self._say_wrong()
        self._reports.note()


def _forget() -> None:
    """Nothing was subscribed to."""


def application(query: str, run: str, beside: str = "") -> ipywidgets.DOMWidget:
    """The widget that the notebook of the application shows.

    Args:
        query: what stands behind the question mark of the page's address.
        run: the run folder; "" for the playground alone.
        beside: the folder of a run to show beside it; "" for none.

    Returns:
        The classroom, or a sentence that says what is wrong with the address or the run.
    """
    try:
        other = open_run(beside) if beside else None
        return Classroom(open_run(run) if run else None, group_of(query), beside=other, given=Given(query))
    except LadaError as error:
        return ipywidgets.HTML(f'<p role="alert">{as_html(str(error))}</p>')


WHAT_TO_DO = (
    "Start the playground: points of two classes appear, and four of them have their labels.",
    "Press Cycle: the method asks for the labels of the thick pairs, and the classifier learns from the answers.",
    "Click a segment to see what its mixtures are worth, drag τ below it, and change one thing at a time.",
)
"""What a student who has just opened the page does first, a line each."""


def _head(group: int | None) -> str:
    said = f"Group {group}: everything drawn at random follows from seed {group}."
    if group is None:
        said = "Seed 0; a group of a class has its own number at the end of the address, as in &amp;group=3."
    lines = "".join(f"<li>{line}</li>" for line in WHAT_TO_DO)
    what = f'<ol style="margin: 0; padding-left: 20px">{lines}</ol><p style="margin: 0">{said}</p>'
    return f'<div class="lada-what-to-do">{what}</div>'
