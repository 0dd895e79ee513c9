"""All views of a run on one page, for any of its cycles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ipywidgets

from lada_explore.events import weakly
from lada_explore.views.answer_changes.answer_changes import AnswerEffects
from lada_explore.views.base.kept_pair import keep_pair
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource, feed_of, source_of
from lada_explore.views.labeller.labeller import Labeller
from lada_explore.views.learning.accuracy import Runs
from lada_explore.views.learning.panel import Learning
from lada_explore.views.map.map_view import MapView
from lada_explore.views.pair_mixer.pair_mixer import PairMixer
from lada_explore.views.query_gallery.query_gallery import QueryGallery
from lada_explore.views.score_ledger.score_ledger import ScoreLedger
from lada_explore.views.stepper.control_bar import control_bar
from lada_explore.views.tab_bar.tab_bar import TabBar
from lada_explore.views.tau.observatory import TauObservatory
from lada_explore.views.time_slider.time_slider import TimeSlider
from lada_explore.views.what_if.what_if import WhatIf
from lada_explore.views.why_not.why_not import WhyNot

WIDE_PX = 600
"""Least width of the map and of the pair mixer; a page narrower than twice this shows one above the other."""

Build = Callable[[RunSource, Selection], ipywidgets.DOMWidget]


@dataclass(frozen=True, slots=True)
class Page:
    """Title and content of one tab."""

    title: str
    build: Build


class Explorer(Panel):
    """A run's control bar, a slider over its cycles, and every view of it behind tabs, all linked by one selection.

    A view is made when its tab is first opened and redrawn only while it is seen.

    Args:
        session: a session, its worker, or a recorded run; for a session there are buttons to run it.
        compare: other runs whose accuracy is drawn too, as for `AccuracyChart`.

    Attributes:
        selection: the cycle, images and pair that all views show.

    Raises:
        ConfigError: `session` is no run.
    """

    def __init__(self, session: Any, *, compare: Runs = ()) -> None:
        self.selection = Selection()
        source = source_of(session)
        self._let_pair_go = keep_pair(source, self.selection)
        pages = pages_of(compare, theta=source.config.method.transforms_images) + (
            [Page("Label", _labeller)] if feed_of(source) is not None else []
        )
        self._turning = threading.RLock()
        self.selection.before_answering = weakly(self._show_labeller)
        self._builds = [lambda build=page.build: build(source, self.selection) for page in pages]
        self._tabs = TabBar([page.title for page in pages])
        self._pages = [Panel([]) for _ in pages]
        bar, slider = control_bar(source, self.selection), TimeSlider(source, self.selection)
        super().__init__([bar, slider, self._tabs, *self._pages])
        self._tabs.observe(lambda _: self._turn(), "shown")
        self._turn()

    def show(self, title: str) -> None:
        """Open the tab with this title.

        Raises:
            ValueError: there is no such tab.
        """
        self._tabs.shown = self._tabs.titles.index(title)

    def close(self) -> None:
        """Close the views, and choose no pair any more."""
        self._let_pair_go()
        super().close()

    def _show_labeller(self) -> None:
        """Open the tab in which marked images are answered."""
        self.show("Label")

    def _turn(self) -> None:
        """Show the page of the chosen tab, and stop drawing the views of the others."""
        with self._turning:
            shown = self._tabs.shown
            for place, page in enumerate(self._pages):
                page.layout.display = "" if place == shown else "none"
                if place != shown:
                    page.hold()
            self._pages[shown].release()
            if not self._pages[shown].children:
                self._pages[shown].children = [self._builds[shown]()]


def pages_of(compare: Runs = (), *, theta: bool = False) -> list[Page]:
    """The tabs of an explorer; a live run gets one more, for labelling.

    Args:
        compare: other runs whose accuracy is drawn too.
        theta: True for a run whose images are transformed, by theta, where others are mixed, by tau.
    """
    return [
        Page("Map and pairs", _map_and_pairs),
        Page("Scores", _scores),
        Page("θ" if theta else "τ*", TauObservatory),
        Page("Learning", lambda run, selection: Learning(run, selection, compare=compare)),
    ]


def _labeller(run: RunSource, selection: Selection) -> Labeller:
    return Labeller(run)


def _scores(run: RunSource, selection: Selection) -> Panel:
    """The scores of the pairs, where there are any, any image through all cycles, and what another rule would ask."""
    ledger = [ScoreLedger(run, selection)] if run.config.method.uses_pairs else []
    return Panel([*ledger, WhyNot(run, selection), WhatIf(run, selection)])


def _map_and_pairs(run: RunSource, selection: Selection) -> Panel:
    """The map, the mixing path of a pair, the queried images, and what their answers would change."""
    beside = Panel([MapView(run, selection), PairMixer(run, selection)], min_column_px=WIDE_PX)
    return Panel([beside, QueryGallery(run, selection), AnswerEffects(run, selection)])
