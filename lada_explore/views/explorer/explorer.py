"""All views of a run on one page, for any of its cycles."""

from __future__ import annotations

from functools import partial
from typing import Any

import ipywidgets

from lada_explore.errors import ConfigError
from lada_explore.events import weakly
from lada_explore.session.worker import Worker
from lada_explore.views.base.beside import Beside
from lada_explore.views.base.kept_pair import keep_pair
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.refresh import Refresher
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource, feed_of, source_of
from lada_explore.views.branching.branch_bar import BranchBar
from lada_explore.views.comparison.comparison import Comparison, named_runs
from lada_explore.views.comparison.side import folder_of
from lada_explore.views.explorer.pages import LABELLING, Page, pages_of, uses_pairs, uses_theta
from lada_explore.views.explorer.parts import Build, Parts
from lada_explore.views.learning.accuracy import Runs
from lada_explore.views.stepper.control_bar import control_bar
from lada_explore.views.tab_bar.tab_bar import TabBar
from lada_explore.views.time_slider.time_slider import TimeSlider


class Explorer(Panel):
    """A run's control bar, a slider over its cycles, and every view of it behind tabs, all linked by one selection.

    It is as high as the window that shows it: the bar and the tabs stay in sight, and the main view of a tab fills the
    rest. A view is made when its tab, or its part of a tab, is first opened, and redrawn only while it is seen.
    *Branch* begins another run from the cycle that is shown, and *Runs* shows the tree of the runs beside this one.

    Args:
        session: a session, its worker, or a recorded run; for a session there are buttons to run it.
        compare: other runs whose accuracy is drawn too, as for `AccuracyChart`.
        beside: what is shown beside it in every tab, see `show_beside`.

    Attributes:
        selection: the cycle, images and pair that all views show.
        bar: the control bar.

    Raises:
        ConfigError: `session` is no run, or `beside` is neither a run nor a cycle of this one.
    """

    _made = False

    def __init__(self, session: Any, *, compare: Runs = (), beside: Any = None) -> None:
        self.selection = Selection()
        source = source_of(session)
        folder = folder_of(source)
        self._beside = Beside(self, str(id(source) if folder is None else folder.path.resolve()))
        self._let_pair_go = keep_pair(source, self.selection)
        self._comparison = Comparison(source, self.selection, runs=named_runs(compare))
        self._drawn_too = compare
        self._label = partial(LABELLING.build, source, self.selection) if feed_of(source) is not None else None
        self.selection.before_answering = weakly(self._show_labeller)
        self._comparison.against(beside)
        pages, builds = self._offered()
        self._tabs = TabBar([page.title for page in pages], [page.parts for page in pages])
        self._shown = Parts(builds)
        self.bar = control_bar(source, self.selection)
        slider = TimeSlider(source, self.selection)
        branching = BranchBar.of(source, self.selection, Explorer)
        head = [self.bar, slider, self._comparison.bar, self._tabs, *([] if branching is None else [branching])]
        below = [] if branching is None else [branching.below]
        super().__init__([Panel(head, name="lada-explorer-head"), self._shown, *below], name="lada-explorer")
        self._made = True
        self._comparison.on_change = weakly(self._rebuild)
        self._tabs.observe(lambda _: self._turn(), ["shown", "part"])
        # An error of it is shown by the bar, which asks the same.
        self._marks = Refresher(source.on_change, partial(_mark_label, self._tabs, source), lambda _: None)
        self._marks.draw_now()

    def show(self, title: str, part: str = "") -> None:
        """Open the tab with this title, and in it the part with that title.

        Args:
            title: title of a tab.
            part: title of one of its parts; the one that was shown last when empty.

        Raises:
            ValueError: there is no such tab, or it has no such part.
        """
        place = self._tabs.titles.index(title)
        parts = list(self._tabs.part)
        if part:
            parts[place] = self._tabs.parts[place].index(part)
        with self._tabs.hold_trait_notifications():
            self._tabs.part = parts
            self._tabs.shown = place

    @property
    def parts(self) -> list[tuple[str, str]]:
        """Title of each tab with that of each of its parts, which is empty for a tab without, as `show` takes them."""
        named = zip(self._tabs.titles, self._tabs.parts, strict=True)
        return [(title, part) for title, parts in named for part in parts or [""]]

    @property
    def tabs(self) -> TabBar:
        """Its row of tabs, which says what is shown."""
        return self._tabs

    @property
    def view(self) -> ipywidgets.DOMWidget:
        """What the open tab shows."""
        return self._shown.view

    def show_beside(self, other: Any) -> None:
        """Show every tab twice, A and B, linked: what is chosen in one is chosen in the other where it is there.

        Args:
            other: a cycle of this run, which B shows then; or another run, as a session, its worker, a recorded run or
                its name in the list of the page: both then show one cycle. None shows each tab once again.

        Raises:
            ConfigError: neither a run nor a cycle of this one.
            StoreError: the folder of a named run is damaged.
        """
        self._comparison.against(other)

    def open(self) -> None:
        """Show it in a tab of JupyterLab beside the notebook, too; both show the same.

        A second call, or one for the same run in a cell that is run again, closes that tab and opens another. Outside
        JupyterLab a sentence says that there are no such tabs.

        Raises:
            ConfigError: it is closed.
        """
        if not self._made:
            super().open()  # ipywidgets calls it so to make the widget known to the page
        elif self.comm is None:
            raise ConfigError("this explorer is closed; make another with Explorer(session)")
        else:
            self._beside.open()

    def close(self) -> None:
        """Close the views, and choose no pair any more."""
        self._marks.close()
        self._beside.close()
        self._comparison.close()
        self._let_pair_go()
        super().close()

    def _show_labeller(self) -> None:
        """Open the tab in which marked images are answered."""
        self.show("Label")

    def _offered(self) -> tuple[list[Page], list[Build]]:
        """The tabs for what the runs that are shown have, and what makes the view of each."""
        runs = self._comparison.sources
        pages = pages_of(self._drawn_too, theta=any(map(uses_theta, runs)), pairs=any(map(uses_pairs, runs)))
        builds: list[Build] = [partial(self._comparison.build, page.build, page.needs) for page in pages]
        if self._label is not None:
            pages.append(LABELLING)
            builds.append(self._label)
        return pages, builds

    def _rebuild(self) -> None:
        """Make the views anew, once or for both sides; answers go on where they are."""
        pages, builds = self._offered()
        self._shown.rebuild(builds)
        self._tabs.take([page.title for page in pages], [page.parts for page in pages])
        self._turn()

    def _turn(self) -> None:
        """Show the page of the chosen tab, in it the chosen part, and stop drawing the views of the others."""
        shown = self._tabs.shown
        self._shown.turn(shown)
        if self._tabs.parts[shown]:
            self._shown.view.turn(self._tabs.part[shown])


def _mark_label(tabs: TabBar, source: RunSource) -> None:
    """Mark the tab in which a person answers with the number of images that wait for it."""
    waiting = len(source.session.open_query) if isinstance(source, Worker) and source.asks_a_person else 0
    tabs.waiting = {LABELLING.title: waiting} if waiting else {}
