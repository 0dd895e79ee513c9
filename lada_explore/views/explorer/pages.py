"""The tabs of an explorer: what each shows, in which parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import ipywidgets

from lada_explore.views.answer_changes.answer_changes import AnswerEffects
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource
from lada_explore.views.explorer.parts import Parts
from lada_explore.views.labeller.labeller import Labeller
from lada_explore.views.learning.accuracy import AccuracyChart, Runs
from lada_explore.views.learning.answers import AgreementChart, PrequentialChart
from lada_explore.views.learning.classes import CalibrationChart, ClassAccuracyChart, ClassBalanceChart, ConfusionChart
from lada_explore.views.learning.enough import EnoughChart
from lada_explore.views.map.map_view import MapView
from lada_explore.views.pair_mixer.pair_mixer import PairMixer
from lada_explore.views.query_gallery.query_gallery import QueryGallery
from lada_explore.views.score_ledger.score_ledger import ScoreLedger
from lada_explore.views.tau.tau_chart import TauChart
from lada_explore.views.tau.theta_chart import ThetaChart
from lada_explore.views.tau.worth import TauWorthChart
from lada_explore.views.what_if.what_if import WhatIf
from lada_explore.views.why_not.why_not import WhyNot

Build = Callable[[RunSource, Selection], ipywidgets.DOMWidget]
"""Makes a view of a run."""

MAIN = "lada-main"
"""Class of what fills the window below the bar of an explorer, see explorer.css."""


@dataclass(frozen=True, slots=True)
class Page:
    """One tab.

    Attributes:
        title: its title.
        build: makes what it shows; what has several parts has a method `turn(n)` that shows one of them.
        parts: titles of its parts; empty for a page that is one view.
    """

    title: str
    build: Build
    parts: tuple[str, ...] = ()


def pages_of(compare: Runs = (), *, theta: bool = False, pairs: bool = True) -> list[Page]:
    """The tabs of an explorer; a live run gets one more, for labelling.

    Args:
        compare: other runs whose accuracy is drawn too.
        theta: whether images are transformed, by theta, in one of its cycles.
        pairs: whether images are mixed in pairs, by tau, in one of its cycles.
    """
    tau: dict[str, Sequence[Build]] = {"τ* by cycle": (TauChart,), "What τ* is worth": (TauWorthChart,)}
    ledger: dict[str, Sequence[Build]] = {"Score ledger": (ScoreLedger,)} if pairs else {}
    taus = _in_parts("τ*", tau) if pairs else Page("τ*", _filling(TauChart))
    return [
        Page("Map and pairs", MapPage, ("The pair", "What an answer changes")),
        _in_parts("Scores", ledger | {"Why not this one?": (WhyNot,), "Another rule": (WhatIf,)}),
        *([Page("θ", _filling(ThetaChart))] if theta else []),
        *([taus] if pairs or not theta else []),
        _in_parts("Learning", _learning(compare)),
    ]


def labelling_page() -> Page:
    """The tab in which a person answers."""
    return Page("Label", lambda run, selection: Labeller(run))


class MapPage(Panel):
    """The map with the mixing path of a pair beside it, or what answers would change, and the queried images below.

    Args:
        run: the run.
        selection: the selected cycle, images and pair.
    """

    def __init__(self, run: RunSource, selection: Selection) -> None:
        self._beside = Parts([partial(PairMixer, run, selection), partial(AnswerEffects, run, selection)])
        main = Panel([MapView(run, selection), self._beside], name=MAIN)
        main.add_class("lada-map-and-pair")
        gallery = Panel([QueryGallery(run, selection)], name="lada-strip")
        super().__init__([main, gallery], name="lada-page")

    def turn(self, shown: int) -> None:
        """Show this part beside the map."""
        self._beside.turn(shown)


def _in_parts(title: str, parts: dict[str, Sequence[Build]]) -> Page:
    """A page of parts, each a view that fills the window, or two of them side by side."""

    def build(run: RunSource, selection: Selection) -> Parts:
        return Parts([partial(_filling(*views), run, selection) for views in parts.values()])

    return Page(title, build, tuple(parts))


def _filling(*views: Build) -> Build:
    """Views that fill the window, side by side."""

    def build(run: RunSource, selection: Selection) -> Panel:
        return Panel([view(run, selection) for view in views], name=MAIN)

    return build


def _learning(compare: Runs) -> dict[str, Sequence[Build]]:
    accuracy: Build = partial(AccuracyChart, compare=compare)
    return {
        "Accuracy": (accuracy, ClassAccuracyChart),
        "Classes": (ConfusionChart, ClassBalanceChart),
        "Confidence": (CalibrationChart, PrequentialChart),
        "Enough labels?": (EnoughChart,),
        "Answers": (AgreementChart,),
    }
