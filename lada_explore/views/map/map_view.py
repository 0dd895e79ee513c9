"""The map: candidates, labelled and acquired images and virtual instances, as the classifier sees them."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import traitlets

from lada_explore.analysis import Layouts, MapPoints, cycle_of_map, map_points
from lada_explore.analysis.layout_methods import DEFAULT_METHOD, LAYOUT_METHODS
from lada_explore.errors import ConfigError
from lada_explore.records import CycleRecords, Stage
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.latest_only import LatestOnlyExecutor
from lada_explore.views.base.plot_view import PickedPoint
from lada_explore.views.base.record_chart import FigureSpec, RecordChart, Seen, records_of, same_records
from lada_explore.views.base.selection import Selected, Selection
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.base.source import RunSource, feed_of, source_of
from lada_explore.views.map.captions import KEYS, caption_of, gauge_of, legend_note, next_deed
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.laying import ALIGNING, Laying
from lada_explore.views.map.look import COLOURS, TRUE_CLASS, colour_title
from lada_explore.views.map.panel import atlas_of, panel_of, strip_of
from lada_explore.views.map.pool_layer import PoolLayer
from lada_explore.views.map.publication import FORMATS, format_of, map_file, save_map
from lada_explore.views.map.scene import MapScene, images_of, map_scene, pair_of
from lada_explore.views.map.turn import Turn

ATLAS_AFTER_S = 0.15
"""Texts and thumbnails are sent after this time, behind the points, and not for cycles that the slider only passes."""


NO_LABELLER = "No labeller is open. Run Labeller(session) in a cell, then press this again."

DRAFT_NOTE = "This is a first layout; it is being aligned with the maps of the other cycles, and will move once."


class MapView(RecordChart):
    """The map of a cycle, with a card that shows the image at the pointer and a strip of images below.

    It fills the height of the box that the page gives it; in a cell of its own it is as high as the window allows.
    In an explorer, whose gallery lists what was asked about, the strip lies over the map and holds marked images alone.
    A layout takes seconds. It is made on a thread of its own, and the view says so meanwhile.

    Args:
        session: a session, its worker, or a recorded run.
        selection: the selected cycle, images and pair, shared with other views; a new one when None.
        method: "t-sne" or "umap".
        colour: "true class", "predicted class", "entropy", "cycle acquired" or "correctness".
        by_cycle: whether the colour of a labelled image says in which cycle it was labelled, whatever `colour` is.
        whole_pool: whether the density of the whole pool stands behind the map. That takes a pass of up to 100,000
            images through the classifier of the cycle, between stages, and is kept with the layouts of the run.

    Raises:
        ConfigError: something that is no run, or an unknown method or colour.
    """

    stages = (Stage.SUBSAMPLE, Stage.SCORE, Stage.LOOK_AHEAD, Stage.SELECT, Stage.QUERY, Stage.TRAIN)
    _esm = module_of("map_view")
    _css = style_of("map_view")
    panel = traitlets.Dict().tag(sync=True)
    atlas = traitlets.Dict().tag(sync=True)

    def __init__(
        self,
        session: Any,
        selection: Selection | None = None,
        *,
        method: str = DEFAULT_METHOD,
        colour: str = TRUE_CLASS,
        by_cycle: bool = False,
        whole_pool: bool = False,
    ) -> None:
        self._by_cycle = by_cycle
        self._method = _known("method", method, LAYOUT_METHODS)
        self._colour = _known("colour", colour, COLOURS)
        cache = getattr(source_of(session), "layouts", None)
        self._layouts = {name: Layouts(name, cache=cache) for name in LAYOUT_METHODS}
        self._laying = Laying(
            self._say_laying, lambda error: self.show_error(f"The map could not be laid out. {error}")
        )
        self._telling = LatestOnlyExecutor(lambda error: self.show_error(f"The images could not be sent. {error}"))
        self._saving = LatestOnlyExecutor(lambda error: self.show_error(f"The figure could not be saved. {error}"))
        self._last: FigureSpec | None = None
        self._told: Seen | None = None
        self._turn = Turn(source_of(session), self._laying.hold)
        self._pool = PoolLayer(source_of(session), self._turn, self._say_pool, self.redraw)
        self._pool.on = whole_pool
        super().__init__(session, selection)
        self.on_click(self._clicked)
        self.on_select(self._lassoed)

    @property
    def method(self) -> str:
        """How the map is laid out; set it to another key of `layout_methods.LAYOUT_METHODS`."""
        return self._method

    @method.setter
    def method(self, method: str) -> None:
        self._method = _known("method", method, LAYOUT_METHODS)
        self.redraw()

    @property
    def colour(self) -> str:
        """The property that colour and shape show; set it to another key of `look.COLOURS`."""
        return self._colour

    @colour.setter
    def colour(self, colour: str) -> None:
        self._colour = _known("colour", colour, COLOURS)
        self.redraw()

    @property
    def by_cycle(self) -> bool:
        """Whether the colour of a labelled image says in which cycle it was labelled."""
        return self._by_cycle

    @by_cycle.setter
    def by_cycle(self, by_cycle: bool) -> None:
        self._by_cycle = bool(by_cycle)
        self.redraw()

    @property
    def whole_pool(self) -> bool:
        """Whether the density of the whole pool is wanted behind the map."""
        return self._pool.on

    @whole_pool.setter
    def whole_pool(self, whole_pool: bool) -> None:
        self._pool.switch(bool(whole_pool))
        self.redraw()

    def save(self, path: str | Path) -> Path:
        """Write the selected map as a figure for print, as it is shown; it is laid out first if necessary.

        Args:
            path: a file ending in .svg, .pdf or .png, in a folder that exists.

        Returns:
            Path of the file.

        Raises:
            ConfigError: another ending, a folder that cannot be written, or a cycle without a map.
        """
        format_of(Path(path))
        return save_map(self._scene_now(), path, by_cycle=self._by_cycle, pair=self.selection.selected.pair)

    def figure_spec(self, source: RunSource, history: tuple[CycleRecords, ...], selected: Selected) -> FigureSpec:
        """What to show of a run with these records and this selection; never waits for a layout."""
        cycle = cycle_of_map(history) if selected.cycle is None else selected.cycle
        points = map_points(history, cycle)
        if points.reason:
            self._laying.stop()
            self._last = None
            self._set_panel(cycle)
            return FigureSpec(message=f"{points.reason}{next_deed(source, history)}")
        layouts = self._layouts[self._method]
        layout = layouts.find(history, cycle)
        if layout is not None:
            self._laying.stop()
            gauge, busy = gauge_of(layout), ""
        else:
            failure = self._laying.want(layouts, history, points, self._turn, self.redraw)
            layout = layouts.find_draft(history, cycle)
            if layout is None or failure:
                return self._without_map(cycle, failure)
            gauge, busy = "", self._laying.words or f"{ALIGNING} …"
        key = "" if busy else layouts.key(history, cycle)
        if key:
            self._pool.want(key, points, layout)
        pool = self._pool.find(key)
        self._send_atlas(history, points)
        strip = strip_of(points, selected.ids, answers=feed_of(self._source) is not None)
        self._set_panel(
            cycle,
            gauge=gauge,
            strip=strip,
            busy=busy,
            save=[] if busy else list(FORMATS),
            class_title=colour_title(TRUE_CLASS, points),
        )
        scene = map_scene(points, layout, self._colour, source.class_names, pool=pool)
        self._last = FigureSpec(
            figure=map_figure(scene, selected.ids, selected.pair, by_cycle=self._by_cycle),
            caption=caption_of(points, pool) + legend_note(scene.look),
            label=f"Map of cycle {cycle} by {colour_title(self._colour, points)}. {KEYS}",
            notes=tuple(note for note in (DRAFT_NOTE if busy else "", self._pool.reason(key)) if note),
        )
        return self._last

    def close(self) -> None:
        """Take the view off every page and stop following the run."""
        if hasattr(self, "_turn"):
            self._turn.end()
        if hasattr(self, "_pool"):
            self._pool.stop()
        if hasattr(self, "_laying"):
            self._laying.stop()
        for work in ("_telling", "_saving"):
            if hasattr(self, work):
                getattr(self, work).cancel()
        super().close()

    def _without_map(self, cycle: int, failure: str) -> FigureSpec:
        """Why a cycle cannot be laid out; else the last map, or what is being done in its place."""
        words = self._laying.words
        if failure or self._last is None:
            self._set_panel(cycle, busy="" if failure else words)
        else:
            self.panel = self.panel | {"busy": words}
        patience = f" {asked}" if (asked := LAYOUT_METHODS[self._method].patience) else ""
        if failure or self._last is None:
            return FigureSpec(message=failure or f"{words[:1].upper()}{words[1:]}{patience}")
        return replace(self._last, notes=(f"Showing the previous map meanwhile.{patience}",))

    def _say_laying(self) -> None:
        """Say in the panel what is being done for the map, and in its place where there is none yet."""
        with self._lock:
            if words := self._laying.words:
                self.panel = self.panel | {"busy": words}
        if self._last is None:
            self.redraw()

    def _say_pool(self) -> None:
        with self._lock:
            self.panel = self.panel | {"pool_busy": self._pool.busy}

    # The page beside the chart ---------------------------------------------------------------------------------------

    def _set_panel(self, cycle: int, **shown: Any) -> None:
        """Show around the chart what `panel_of` makes of this."""
        self.panel = panel_of(
            cycle,
            method=self._method,
            methods=list(LAYOUT_METHODS),
            colour=self._colour,
            by_cycle=self._by_cycle,
            whole_pool=self._pool.on,
            pool_busy=self._pool.busy,
            **shown,
        )

    def _send_atlas(self, history: tuple[CycleRecords, ...], points: MapPoints) -> None:
        """Send the texts and thumbnails of a cycle if they changed, after the drawing, which does not wait for them."""
        here = [records for records in history if records.cycle == points.cycle]
        told = records_of(here, [Stage.SCORE, Stage.LOOK_AHEAD, Stage.SELECT])

        def send(still_wanted: Callable[[], bool]) -> None:
            time.sleep(ATLAS_AFTER_S)
            if not still_wanted():
                return
            atlas = atlas_of(points, self._source.class_names)
            if still_wanted():
                self.atlas, self._told = atlas, told

        if not same_records(self._told, told):
            self._telling.want((points.cycle, *map(id, told)), send)

    def handle(self, content: Mapping[str, Any]) -> None:
        """Change layout or colour, choose an image, answer images, or save a figure; else as every chart does."""
        match content.get("type"):
            case "method":
                self.method = str(content.get("value"))
            case "colour":
                self.colour = str(content.get("value"))
            case "by_cycle":
                self.by_cycle = bool(content.get("value"))
            case "whole_pool":
                self.whole_pool = bool(content.get("value"))
            case "pick":
                self._choose(content["key"])
            case "answer":
                self._answer()
            case "toggle":
                self.selection.toggle(images_of(content["keys"]))
            case "add":
                self.selection.mark_too(images_of(content["keys"]))
            case "clear":
                self.selection.mark([])
            case "save":
                self._send_file(str(content.get("format")), content.get("page"))
            case _:
                super().handle(content)

    def _clicked(self, points: list[PickedPoint]) -> None:
        if points and points[0]["customdata"]:
            self._choose(points[0]["customdata"])

    def _choose(self, key: Sequence[int]) -> None:
        """Select the pair of an image or a virtual instance; an image without a pair is marked."""
        first, second, _ = map(int, key)
        looked_at = first
        if second < 0:
            pair = pair_of(first, self._source.history, self.panel["cycle"])
            if pair is None:
                self.selection.mark([first])
                return
            first, second = pair
        if first == second:  # The transform of an image.
            self.selection.mark([first])
            return
        self.selection.choose_pair(first, second, looked_at=looked_at)

    def _lassoed(self, points: list[PickedPoint]) -> None:
        self.selection.mark(images_of(point["customdata"] for point in points if point["customdata"]))

    def _answer(self) -> None:
        """Hand the marked images to the views in which a person answers."""
        feed = feed_of(self._source)
        if feed is None:
            return
        self.selection.before_answering()
        if not feed.hand_over(self.selection.selected.ids):
            with self._lock:
                self.panel = self.panel | {"strip": {**self.panel["strip"], "said": NO_LABELLER}}

    def _scene_now(self) -> MapScene:
        """The selected map, laid out on the calling thread if necessary."""
        history, selected = history_of(self._source), self.selection.selected
        cycle = cycle_of_map(history) if selected.cycle is None else selected.cycle
        points = map_points(history, cycle)
        with self._turn.hurry():
            layout = None if points.reason else self._layouts[self._method].make(history, cycle)
        if layout is None:
            raise ConfigError(f"cycle {cycle} has no map to save: {points.reason}")
        pool = self._pool.find(self._layouts[self._method].key(history, cycle))
        return map_scene(points, layout, self._colour, self._source.class_names, pool=pool)

    def _send_file(self, file_format: str, page: object) -> None:
        """Make a file on a thread of its own and send it to the page that asked."""
        _known("format", file_format, FORMATS)

        def make(still_wanted: Callable[[], bool]) -> None:
            scene, pair = self._scene_now(), self.selection.selected.pair
            name = f"map_cycle_{scene.points.cycle}.{file_format}"
            content = map_file(scene, file_format, by_cycle=self._by_cycle, pair=pair)
            self.send({"type": "file", "page": page, "name": name}, [content])

        self._saving.want((file_format, page), make)


def _known(what: str, value: str, choices: Collection[str]) -> str:
    if value not in choices:
        raise ConfigError(f"{what} is {value!r}; choose one of {', '.join(choices)}")
    return value
