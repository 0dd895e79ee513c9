"""The tabs of an explorer: what each shows, in which parts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType

import ipywidgets

from lada_explore.views.answer_changes.answer_changes import AnswerEffects
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.selection import Selection
from lada_explore.views.base.source import RunSource, configs_of
from lada_explore.views.comparison.sides import Needs
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

ALONE = "lada-map-alone"
"""Class of a main view whose map has nothing beside it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One tab.

    Attributes:
        title: its title.
        build: makes what it shows; what has several parts has a method `turn(n)` that shows one of them.
        parts: titles of its parts; empty for a page that is one view.
        needs: whether a run has what a part shows, by the index of the part; other parts show something of every run.
    """

    title: str
    build: Build
    parts: tuple[str, ...] = ()
    needs: Needs = field(default_factory=dict)


def pages_of(compare: Runs = (), *, theta: bool = False, pairs: bool = True) -> list[Page]:
    """The tabs of an explorer; a live run gets one more, for labelling.

    Args:
        compare: other runs whose accuracy is drawn too.
        theta: whether images are transformed, by theta, in one of the cycles that can be shown.
        pairs: whether images are mixed in pairs, by tau, in one of them.
    """
    tau: dict[str, Sequence[Build]] = {"τ* by cycle": (TauChart,), "What τ* is worth": (TauWorthChart,)}
    ledger: dict[str, Sequence[Build]] = {"Score ledger": (ScoreLedger,)} if pairs else {}
    scores = ledger | {"Why not this one?": (WhyNot,), "Another rule": (WhatIf,)}
    return [
        Page("Map and pairs", MapPage, ("The pair", "What an answer changes")) if pairs else Page("Map", MapPage),
        _in_parts("Scores", scores, {0: uses_pairs} if pairs else {}),
        *([Page("θ", _filling(ThetaChart), needs={0: uses_theta})] if theta else []),
        *([_in_parts("τ*", tau, dict.fromkeys(range(len(tau)), uses_pairs))] if pairs else []),
        _in_parts("Learning", _learning(compare)),
    ]


LABELLING = Page("Label", lambda run, selection: Labeller(run))
"""The tab in which a person answers."""


class MapPage(Panel):
    """The map with the mixing path of a pair beside it, or what answers would change, and the queried images below.

    A run of single images has no path: where another run beside it shows one, its map has the width.

    Args:
        run: the run.
        selection: the selected cycle, images and pair.
    """

    def __init__(self, run: RunSource, selection: Selection) -> None:
        self._pairs = uses_pairs(run)
        effects = partial(AnswerEffects, run, selection)
        self._beside = Parts([partial(PairMixer, run, selection), effects] if self._pairs else [effects])
        self._main = Panel([MapView(run, selection), self._beside], name=MAIN)
        self._main.add_class("lada-map-and-pair")
        gallery = Panel([QueryGallery(run, selection)], name="lada-strip")
        super().__init__([self._main, gallery], name="lada-page")

    def turn(self, shown: int) -> None:
        """Show this part beside the map."""
        if self._pairs:
            self._beside.turn(shown)
        elif shown == 0:
            self._main.add_class(ALONE)
        else:
            self._main.remove_class(ALONE)


def uses_pairs(run: RunSource) -> bool:
    """Whether images are mixed in pairs, by tau, in one of the cycles of a run."""
    return any(config.method.uses_pairs for config in configs_of(run))


def uses_theta(run: RunSource) -> bool:
    """Whether images are transformed, by theta, in one of the cycles of a run."""
    return any(config.method.transforms_images for config in configs_of(run))


def _in_parts(title: str, parts: dict[str, Sequence[Build]], needs: Needs = MappingProxyType({})) -> Page:
    """A page of parts, each a view that fills the window, or two of them side by side."""

    def build(run: RunSource, selection: Selection) -> Parts:
        return Parts([partial(_filling(*views), run, selection) for views in parts.values()])

    return Page(title, build, tuple(parts), needs)


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
