"""Runs compared, on one page: what is compared, six charts, and the images that one side or both labelled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict, cast

import numpy as np

from lada_explore.errors import ConfigError
from lada_explore.experiments.compared import Compared, RunPair
from lada_explore.experiments.comparison import Comparison
from lada_explore.experiments.sides import ComparedRun
from lada_explore.records import ByteArray, PixelArray, class_name
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.panel import Panel
from lada_explore.views.base.plot_view import PickedPoint, PlotView
from lada_explore.views.base.record_chart import FigureSpec, show_spec
from lada_explore.views.base.state_view import StateView
from lada_explore.views.compared.compared_charts import (
    accuracy_chart,
    agreement_chart,
    classes_chart,
    difference_chart,
    overlap_chart,
    tau_chart,
)
from lada_explore.views.query_gallery.query_gallery import png_url

CHART_PX = 340
"""Least width of a chart: three beside each other in a notebook 1280 pixels wide, two in one of 900."""

MAX_IMAGES = 60
"""Images that are shown of both sides, and of one alone; the title says how many there are."""

ALL = -1
"""In place of a cycle: all that are compared, after the start and the shared ones."""


class Shown(TypedDict):
    """One image."""

    id: int
    url: str
    label: str


class Column(TypedDict):
    """The images of both sides, or of one alone.

    Attributes:
        title: whose they are, and how many.
        text: how many of each class, the most frequent first.
        images: the first of them.
    """

    title: str
    text: str
    images: list[Shown]


class ComparedHead(StateView):
    """What is compared: the sides, of several which, and what is said of them.

    Args:
        comparison: the comparison.
        choose: called with the place of the side, and that of the pair of runs, that a person chose.
    """

    _esm = module_of("compared_runs")
    _css = style_of("compared_runs")

    def __init__(self, comparison: Comparison, choose: Any) -> None:
        self._comparison, self._choose = comparison, choose
        super().__init__(head_state(comparison, 0, 0))

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": "choose", "side": place in `compared`, "pair": place in its `pairs`}."""
        if content.get("type") == "choose":
            side = min(max(0, int(content["side"])), len(self._comparison.compared) - 1)
            pairs = len(self._comparison.compared[side].pairs)
            pair = min(max(0, int(content["pair"])), pairs - 1)
            self._set_state(head_state(self._comparison, side, pair))
            self._choose(side, pair)


class AskedImages(StateView):
    """The images that both sides, or one alone, labelled in a cycle.

    Args:
        pair: the runs.
        class_names: names of the classes by label.
    """

    _esm = module_of("compared_runs")
    _css = style_of("compared_runs")

    def __init__(self, one: Compared, pair: RunPair, class_names: Sequence[str]) -> None:
        self._one, self._pair, self._class_names = one, pair, class_names
        super().__init__(asked_state(one, pair, class_names, ALL))

    def show(self, cycle: int) -> None:
        """Show the images of a cycle, or of all where it is `ALL`."""
        self._set_state(asked_state(self._one, self._pair, self._class_names, cycle))

    def show_pair(self, one: Compared, pair: RunPair) -> None:
        """Show the images of other runs."""
        self._one, self._pair = one, pair
        self.show(ALL)

    def handle(self, content: Mapping[str, Any]) -> None:
        """{"type": "cycle", "cycle": one that is offered}."""
        if content.get("type") == "cycle":
            self.show(int(content["cycle"]))


class ComparedRuns(Panel):
    """A comparison as a page: accuracies, their difference, what each side labelled, τ*, and how far they agree.

    It shows the runs as they were when they were compared; compare again to see how they have gone on.

    Args:
        comparison: what `lada_explore.compare(...)` returned.

    Attributes:
        head: what is compared; of more than two sides, and of several seeds, chooses which.
        images: the images that one side or both labelled.

    Raises:
        ConfigError: `comparison` is something else.
    """

    def __init__(self, comparison: Comparison) -> None:
        if not isinstance(comparison, Comparison):
            raise ConfigError(f"a {type(comparison).__name__} is no comparison; give what compare(run, other) returns")
        self._comparison, self._side = comparison, 0
        one = comparison.compared[0]
        self.head = ComparedHead(comparison, self._choose)
        self.images = AskedImages(one, one.pairs[0], comparison.class_names)
        self._charts = [PlotView() for _ in range(6)]
        self._charts[3].on_click(self._picked)
        self._draw()
        charts = Panel(self._charts, min_column_px=CHART_PX)
        super().__init__([self.head, charts, self.images])

    def _choose(self, side: int, pair: int) -> None:
        """Show another side, or another pair of runs of it."""
        one = self._comparison.compared[side]
        if side != self._side:
            self._side = side
            self._draw()
        self.images.show_pair(one, one.pairs[pair])

    def _draw(self) -> None:
        for chart, spec in zip(self._charts, charts_of(self._comparison, self._side), strict=True):
            show_spec(chart, spec)

    def _picked(self, points: list[PickedPoint]) -> None:
        """Show the images of the cycle that was clicked in the chart of overlaps."""
        if points and points[0]["customdata"] is not None:
            self.images.show(int(points[0]["customdata"]))


def charts_of(comparison: Comparison, side: int) -> list[FigureSpec]:
    """What the charts show of one of the sides that are compared with A."""
    one = comparison.compared[side]
    return [
        accuracy_chart(one),
        difference_chart(one),
        agreement_chart(one),
        overlap_chart(one),
        classes_chart(one, comparison.class_names),
        tau_chart(one),
    ]


def head_state(comparison: Comparison, side: int, pair: int) -> dict[str, Any]:
    """What the head shows of a side and a pair of runs of it.

    Args:
        comparison: the comparison.
        side: place in its `compared`.
        pair: place among the pairs of runs of that side.
    """
    one = comparison.compared[side]
    return {
        "part": "head",
        "about": [one.first.title, one.second.title],
        "sides": [[str(place), other.second.title] for place, other in enumerate(comparison.compared)],
        "side": str(side),
        "pairs": [[str(place), f"seed {other.seed}"] for place, other in enumerate(one.pairs)],
        "pair": str(pair),
        "notes": list(one.notes),
    }


def asked_state(one: Compared, pair: RunPair, class_names: Sequence[str], cycle: int) -> dict[str, Any]:
    """What is shown of the images that two runs labelled.

    Args:
        one: the sides of the runs.
        pair: the runs.
        class_names: names of the classes by label.
        cycle: the cycle, or `ALL`.
    """
    begins = 1 + max(0, pair.shared)
    there = [asked for asked in pair.asked if asked.cycle == cycle or (cycle == ALL and asked.cycle >= begins)]
    labels: tuple[dict[int, int], dict[int, int]] = ({}, {})
    for asked in there:
        for mine, found in zip(labels, pair.labels_of(asked.cycle), strict=True):
            mine.update(found)
    # Over several cycles an image that both labelled, each in another cycle, is one of both.
    both = [i for i in labels[0] if i in labels[1]]
    of_one = [[i for i in mine if i not in theirs] for mine, theirs in (labels, labels[::-1])]
    pictures = [pictures_of(run, [asked.cycle for asked in there]) for run in (pair.first, pair.second)]
    named = [f"Only {side.letter}" for side in (one.first, one.second)]
    rows = zip((*named, "Both"), (*of_one, both), (0, 1, 0), strict=True)
    every = f"all from cycle {begins} on" if begins <= pair.last else "none after the shared cycles"
    shared = ["shared" if asked.cycle <= pair.shared else "" for asked in pair.asked]
    offered = [
        [
            str(asked.cycle),
            f"{'the start' if asked.cycle == 0 else f'cycle {asked.cycle}'}{' (shared)' if same else ''}",
        ]
        for asked, same in zip(pair.asked, shared, strict=True)
    ]
    return {
        "part": "images",
        "choices": [[str(ALL), every], *offered],
        "choice": str(cycle),
        "groups": [_column(title, ids, labels[place], pictures[place], class_names) for title, ids, place in rows],
    }


def _column(
    title: str,
    ids: Sequence[int],
    labels: Mapping[int, int],
    pictures: Mapping[int, PixelArray],
    class_names: Sequence[str],
) -> Column:
    names = {i: class_name(labels[i], class_names) for i in ids}
    often = ", ".join(f"{name} x{count}" for name, count in Counter(names.values()).most_common())
    more = f"; the first {MAX_IMAGES} are shown" if len(ids) > MAX_IMAGES else ""
    return Column(
        title=f"{title}: {len(ids):,} image{'' if len(ids) == 1 else 's'}{more}",
        text=often,
        images=[Shown(id=i, url=_url(pictures.get(i)), label=names[i]) for i in ids[:MAX_IMAGES]],
    )


def pictures_of(run: ComparedRun, cycles: Sequence[int]) -> dict[int, PixelArray]:
    """Pixels (D, H, W) of the images that a run labelled in these cycles, by id, as far as they were kept."""
    found: dict[int, PixelArray] = {}
    for records in run.history:
        if records.cycle in cycles:
            found |= records.pixels_kept()
    return found


def _url(pixels: PixelArray | None) -> str:
    """Data URL of an image; empty for a point, and where the pixels were not kept."""
    return "" if pixels is None or pixels.dtype != np.uint8 else png_url(cast(ByteArray, pixels))
