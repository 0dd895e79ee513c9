"""A small widget that shows one plotly figure and redraws it in place.

It replaces `plotly.graph_objects.FigureWidget`, which sends 5 MB of JavaScript with every figure, forgets its updates
when the page is reloaded, and keeps other widgets of the page from updating while it loads.
"""

from __future__ import annotations

import threading
import weakref
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, ClassVar, TypedDict

import numpy as np
import traitlets
from numpy.typing import NDArray

# Imported by name, which loads all of plotly now: plotly and scikit-learn share a dependency that two threads cannot
# import at once, and the map's thread imports scikit-learn.
from plotly.graph_objects import Figure as PlotlyFigure

from lada_explore.views.base.assets import PLOTLY_JS, module_of, style_of
from lada_explore.views.base.reach import Reach, reach_of, with_reach
from lada_explore.views.base.shared_axes import SharedAxes, draw_shared
from lada_explore.views.base.state_view import FollowingView, sentence_of
from lada_explore.views.base.wire import to_wire


class PickedPoint(TypedDict):
    """A point that a person clicked or selected.

    Attributes:
        trace: index of its trace in the figure.
        point: its index in the trace, for messages only; `customdata` says which item it is.
        customdata: what the figure attached to it: ids, never positions.
    """

    trace: int
    point: int
    customdata: Any


PickCallback = Callable[[list[PickedPoint]], None]

Figure = Mapping[str, Any]
"""A plotly figure as its dict of `data` and `layout`, arrays as arrays.

Plotly's own `Figure` checks every value, which takes 20 ms a chart; the tests do that with each of ours, the views do
not.
"""


class PlotView(FollowingView):
    """Shows a plotly figure, with sentences above and below it.

    Everything that is shown is in the synced `spec`, so a reloaded page, a second page or a saved notebook shows the
    current figure. The first live instance sends plotly.js with its state; a page without it asks the kernel for it.

    Args:
        figure: plotly figure, or its dict, to show first; None shows `message` in its place.
        caption: help below the figure.
        notes: sentences above it that ask for attention.
        message: shown where there is no figure.

    Attributes:
        axes: the axes that it shares with a chart beside it; None for axes of its own.
    """

    axes: SharedAxes | None = None
    _esm = module_of("plot_view")
    _css = style_of("plot_view")
    spec = traitlets.Dict().tag(sync=True)
    library = traitlets.Bytes(b"").tag(sync=True)

    _carrier: ClassVar[weakref.ref[PlotView] | None] = None
    _carrier_lock: ClassVar[threading.RLock] = threading.RLock()

    def __init__(
        self,
        figure: PlotlyFigure | Figure | None = None,
        *,
        caption: str = "",
        notes: Sequence[str] = (),
        message: str = "",
    ) -> None:
        self._on_click: list[PickCallback] = []
        self._on_select: list[PickCallback] = []
        with PlotView._carrier_lock:
            if carries := PlotView._carrier is None or PlotView._carrier() is None:
                PlotView._carrier = weakref.ref(self)
        self._alone = partial(plot_spec, figure=figure, caption=caption, notes=notes, message=message)
        super().__init__(
            spec=self._alone(0),
            library=PLOTLY_JS.read_bytes() if carries else b"",
        )

    def show(
        self,
        figure: PlotlyFigure | Figure | None,
        *,
        caption: str = "",
        notes: Sequence[str] = (),
        message: str = "",
        label: str = "",
    ) -> None:
        """Replace what is shown; safe from any thread.

        Args:
            figure: what to draw; None shows `message` in its place.
            caption: help below the figure.
            notes: sentences above it that ask for attention.
            message: shown where there is no figure.
            label: what the chart shows, for a screen reader.
        """
        self._alone = partial(plot_spec, figure=figure, caption=caption, notes=notes, message=message, label=label)
        draw_shared(self)

    def own_reach(self) -> Reach:
        """From where to where the axes of its figure reach by themselves."""
        figure = self._alone.keywords["figure"]
        return reach_of(figure) if isinstance(figure, Mapping) else {}

    def put(self, reach: Reach) -> None:
        """Draw its figure with axes that reach so far; safe from any thread."""
        own = self._alone
        figure = own.keywords["figure"]
        drawn = own if not reach or not isinstance(figure, Mapping) else partial(own, figure=with_reach(figure, reach))
        with self._lock:
            self.spec = drawn(self.spec["revision"] + 1)

    def show_error(self, sentence: str) -> None:
        """Show an error above what is drawn."""
        with self._lock:
            self.spec = self.spec | {"error": sentence, "revision": self.spec["revision"] + 1}

    def on_click(self, callback: PickCallback) -> None:
        """Call back with the clicked point; it comes as a list of one."""
        self._on_click.append(callback)

    def on_select(self, callback: PickCallback) -> None:
        """Call back with the points of a box or lasso selection; the list may be empty."""
        self._on_select.append(callback)

    def close(self) -> None:
        """Take the view off every page."""
        with PlotView._carrier_lock:
            if PlotView._carrier is not None and PlotView._carrier() is self:
                PlotView._carrier = None
        super().close()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Send plotly.js to a page that has none, or call the callbacks of a click or a selection."""
        kind = content.get("type")
        if kind == "library":
            self.send({"type": "library"}, [PLOTLY_JS.read_bytes()])
            return
        callbacks = {"click": self._on_click, "select": self._on_select}.get(str(kind), [])
        for callback in list(callbacks):
            try:
                callback(content.get("points", []))
            except Exception as error:
                self.show_error(sentence_of(error, "that click"))

    def _show_error(self, sentence: str) -> None:
        self.show_error(sentence)


LEGEND_BELOW = {"orientation": "h", "x": 0, "xanchor": "left", "yref": "container", "y": 0, "yanchor": "bottom"}
"""Legend along the lower edge of the figure: plotly leaves room for it below the axes and their titles."""


def whole_ticks(values: Sequence[float] | NDArray[Any]) -> dict[str, Any]:
    """Settings of an axis that counts something: a tick at whole numbers only, each once.

    Args:
        values: what is drawn along the axis; a single one is the axis' only tick.
    """
    found = np.asarray(values, np.float64)
    found = found[np.isfinite(found)]
    if len(found) and found.min() == found.max():
        return {"tickvals": [float(found[0])], "tickformat": ",d"}
    # Plotly draws about six ticks: over a short range it would put some at halves and print them rounded.
    span = float(np.ptp(found)) if len(found) else 0.0
    return {"tickformat": ",d"} | ({"dtick": 1} if span <= 6 else {})


MAX_TICKS = 12
"""Numbers along an axis of cycles."""


def cycle_ticks(last: int) -> dict[str, Any]:
    """Settings of an axis of cycles: each one up to `MAX_TICKS`, beyond that every second, fifth, tenth and so on.

    Args:
        last: the last cycle along the axis.
    """
    steps = (factor * 10**power for power in range(9) for factor in (1, 2, 5))
    return {"tick0": 0, "dtick": next(step for step in steps if step * MAX_TICKS >= last), "tickformat": "d"}


def panel_title(text: str, domain: Sequence[float]) -> dict[str, Any]:
    """A title above a panel of a figure, from the left end of its share (left, right) of the width.

    A centred title of the last panel would be covered by plotly's buttons, which are at the right, on a narrow page.
    """
    at = {"xref": "paper", "yref": "paper", "x": domain[0], "y": 1, "xanchor": "left", "yanchor": "bottom"}
    return at | {"text": text, "showarrow": False, "font": {"size": 13}}


def plot_spec(
    revision: int,
    figure: PlotlyFigure | Figure | None,
    *,
    caption: str = "",
    notes: Sequence[str] = (),
    message: str = "",
    label: str = "",
) -> dict[str, Any]:
    """All that the page shows of a plot, ready for the wire; arguments as for `PlotView.show`."""
    drawn = None
    if figure is not None:
        values = figure.to_dict() if isinstance(figure, PlotlyFigure) else figure
        # The page's own template follows its theme; plotly's default one is always light.
        layout = {name: value for name, value in values.get("layout", {}).items() if name != "template"}
        drawn = to_wire({"data": values.get("data", []), "layout": layout})
    return {
        "revision": revision,
        "figure": drawn,
        "caption": caption,
        "notes": list(notes),
        "message": message,
        "label": label,
        "error": "",
    }
