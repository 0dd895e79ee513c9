"""What a lesson page holds of one run: for each cycle the same states that the views show with a kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.analysis import (
    Layout,
    MapPoints,
    best_first,
    describe,
    map_points,
    pair_path,
    pair_terms,
    pairs_at,
    pixels_of,
)
from lada_explore.analysis.embedding import first_layout, next_layout
from lada_explore.analysis.pairs import pictures
from lada_explore.apps.lesson.extent import Extent, ImageStore, ranks_kept, thinned
from lada_explore.apps.lesson.packing import COARSE, FINE, Packer
from lada_explore.records import STAGE_NAMES, CycleRecords, stages_of
from lada_explore.store import RecordedRun
from lada_explore.views.base.plot_view import plot_spec
from lada_explore.views.base.reach import Reach, reach_of, union, with_reach
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.wire import to_wire
from lada_explore.views.learning.accuracy import accuracy_figure_spec
from lada_explore.views.map.captions import KEYS, caption_of, gauge_of, legend_note
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.look import COLOURS
from lada_explore.views.map.panel import atlas_of, panel_of, strip_of
from lada_explore.views.map.scene import MapScene, map_scene
from lada_explore.views.pair_mixer.pair_mixer import choices_of, path_view_state
from lada_explore.views.query_gallery.query_gallery import gallery_state, score_meaning
from lada_explore.views.tau.tau_chart import tau_figure_spec
from lada_explore.views.tau.theta_chart import theta_figure_spec

Charts = Mapping[int, Mapping[str, FigureSpec]]
"""By cycle the charts of a run that has an axis in common with another: "tau" and "accuracy"."""

OF_ONE_CYCLE = frozenset({"xaxis3", "yaxis3"})
"""Axes that are not shared: epochs and loss of the policy network, which changes little in one cycle."""


def content_of(run: RecordedRun, extent: Extent, charts: Charts, packer: Packer) -> dict[str, Any]:
    """Everything that the page shows of a run.

    Args:
        run: the run.
        extent: which of its cycles, and how much of them.
        charts: of these cycles.
        packer: takes the bytes.
    """
    images = ImageStore()
    maps = _maps(run.history, extent, run.class_names)
    cycles = [
        _cycle(run, records, extent, maps.get(records.cycle, ""), charts[records.cycle], packer, images)
        for records in run.history
        if records.cycle in extent.cycles
    ]
    return {"cycles": cycles, "images": images.state(packer)}


def charts_of(run: RecordedRun, extent: Extent) -> Charts:
    """The charts of the cycles that the page holds, with axes of their own."""
    history, method = run.history, run.config.method
    found = {}
    for records in history:
        cycle = records.cycle
        if cycle not in extent.cycles:
            continue
        if method.transforms_images:
            tau = theta_figure_spec(history, cycle, afterwards=not method.uses_transforms)
        else:
            tau = tau_figure_spec(history, run.config.policy.tau_max, cycle, _best_pair(records))
        found[cycle] = {"tau": tau, "accuracy": accuracy_figure_spec(history, cycle=cycle)}
    return found


def with_equal_axes(first: Charts, second: Charts) -> tuple[Charts, Charts]:
    """The charts of two runs, those of one kind with equal axes in all cycles of both; loss keeps its own."""
    shared = {name: union(_reach_of(first, name), _reach_of(second, name)) for name in ("tau", "accuracy")}
    return _reaching(first, shared), _reaching(second, shared)


def _reach_of(charts: Charts, name: str) -> Reach:
    """From where to where the axes of one chart reach in all cycles."""
    found: Reach = {}
    for specs in charts.values():
        own = {} if (figure := specs[name].figure) is None else reach_of(figure)
        kept = {key: span for key, span in own.items() if key[0] not in OF_ONE_CYCLE}
        found = found | kept | union(found, kept)
    return found


def _reaching(charts: Charts, shared: Mapping[str, Reach]) -> Charts:
    return {
        cycle: {
            name: spec if spec.figure is None else replace(spec, figure=with_reach(spec.figure, shared[name]))
            for name, spec in specs.items()
        }
        for cycle, specs in charts.items()
    }


def _cycle(
    run: RecordedRun,
    records: CycleRecords,
    extent: Extent,
    scenes: list[MapScene] | str,
    charts: Mapping[str, FigureSpec],
    packer: Packer,
    images: ImageStore,
) -> dict[str, Any]:
    """States of the views for one cycle. The pixels of the map's and the mixer's images are added to `images`."""
    cycle = records.cycle
    if records.select is not None:
        images.take(records.select.query_ids, pictures(records.select.query_images))
    method, on_features = run.config.method, run.config.classifier.is_frozen
    return {
        "cycle": cycle,
        "stages": [
            [STAGE_NAMES[stage], describe(done, run.class_names, method, on_features=on_features)]
            for stage in stages_of(cycle)
            if (done := records.get(stage)) is not None
        ],
        "map": _map(scenes, run.class_names, packer, images),
        "mixer": _mixer(run, records, extent, packer, images),
        "gallery": _gallery(run, cycle),
        **{name: packer.take(_spec(spec)) for name, spec in charts.items()},
    }


def _spec(picture: FigureSpec) -> dict[str, Any]:
    return plot_spec(
        0, picture.figure, caption=picture.caption, notes=picture.notes, message=picture.message, label=picture.label
    )


# The map ---


def _maps(
    history: Sequence[CycleRecords], extent: Extent, class_names: Sequence[str]
) -> dict[int, list[MapScene] | str]:
    """By cycle the map in each colour, or why there is none.

    Each layout starts from that of the cycle before. All maps have the same middle; see `_frames`.
    """
    found: dict[int, list[MapScene] | str] = {}
    laid_out: list[tuple[MapPoints, Layout]] = []
    for cycle in extent.cycles:
        points = map_points(history, cycle)
        if points.reason:
            found[cycle] = points.reason
            continue
        points = thinned(points, extent)
        if laid_out:
            layout = next_layout(cycle, points.ids, points.features, before=laid_out[-1][1])
        else:
            layout = first_layout(cycle, points.ids, points.features)
        laid_out.append((points, layout))
    bounds = [map_scene(points, layout, next(iter(COLOURS)), class_names).bounds for points, layout in laid_out]
    for (points, layout), frame in zip(laid_out, _frames(bounds), strict=True):
        found[points.cycle] = [map_scene(points, layout, colour, class_names, frame) for colour in COLOURS]
    return found


def _frames(bounds: Sequence[NDArray[np.float64]]) -> list[NDArray[np.float64]]:
    """The frame of each map: around a middle that stays, as large as that map and those beside it in time need.

    Args:
        bounds: (2, 2) of each map in order, lowest and highest x, lowest and highest y.
    """
    if not bounds:
        return []
    held = np.stack(bounds)
    middle = (held[:, :, 0].min(axis=0) + held[:, :, 1].max(axis=0)) / 2
    reach = np.abs(held - middle[:, None]).max(axis=2)
    halves = [reach[max(0, place - 1) : place + 2].max(axis=0) for place in range(len(held))]
    return [np.stack([middle - half, middle + half], axis=1) for half in halves]


def _map(scenes: list[MapScene] | str, class_names: Sequence[str], packer: Packer, images: ImageStore) -> Any:
    """Specs by colour, the panel, the texts of every point, and its position for threads and rings."""
    if isinstance(scenes, str):
        return {"message": scenes}
    points, layout, virtual = scenes[0].points, scenes[0].layout, scenes[0].virtual_positions
    images.take(points.ids, points.images)
    atlas = atlas_of(replace(points, images=points.images[:0]), class_names)
    specs = {}
    for colour, scene in zip(COLOURS, scenes, strict=True):
        label = f"Map of cycle {points.cycle} by {colour}. {KEYS}"
        caption = caption_of(points, offered=False) + legend_note(scene.look)
        spec = _spec(FigureSpec(figure=map_figure(scene), caption=caption, label=label))
        # Dragging moves the map here: without a kernel, a lasso could not list its images.
        spec["figure"]["layout"]["dragmode"] = "pan"
        spec["figure"]["config"] = {"modeBarButtonsToRemove": ["toImage", "autoScale2d", "select2d", "lasso2d"]}
        specs[colour] = packer.take(spec)
    return {
        "message": "",
        "specs": specs,
        "panel": panel_of(
            points.cycle,
            method=layout.method,
            methods=[layout.method],
            colour=next(iter(COLOURS)),
            gauge=gauge_of(layout),
            strip=strip_of(points, ()),
        ),
        "atlas": {"cycle": points.cycle, "details": atlas["details"], "ids": points.ids.tolist()},
        "partner": {str(a): b for a, b in zip(points.ids.tolist(), points.partner.tolist(), strict=True) if b >= 0},
        "where": packer.take(to_wire(layout.positions)),
        "virtual": packer.take({"pairs": points.virtual.pair_ids.tolist(), "where": to_wire(virtual)}),
    }


# Pairs ---


def _best_pair(records: CycleRecords) -> tuple[int, int] | None:
    if records.subsample is None or records.look_ahead is None or len(records.look_ahead.tau) == 0:
        return None
    first, second = records.subsample.pair_ids[best_first(pair_terms(records).sum(axis=1))[0]].tolist()
    return first, second


def _mixer(run: RecordedRun, records: CycleRecords, extent: Extent, packer: Packer, images: ImageStore) -> Any:
    """The mixer's state of each pair by its ids, with tau during policy training; and the list of the pairs."""
    shown, reason = pairs_at(run.history, records.cycle)
    if shown is None or shown.subsample is None or shown.look_ahead is None:
        return {"message": reason}
    ranks = ranks_kept(shown, extent.pairs)
    order = best_first(pair_terms(shown).sum(axis=1))
    policy = run.config.policy
    pairs = {}
    for rank in ranks:
        row = int(order[rank - 1])
        ids = shown.subsample.pair_ids[row].tolist()
        path = pair_path(shown, ids, tau_limit=max(policy.tau_max, run.config.fixed_tau))
        assert path is not None  # A pair of this cycle, which looked ahead.
        for image_id, pixels in zip(ids, pixels_of(shown, ids), strict=True):
            if pixels is not None:
                images.take([image_id], pixels[None])
        state = path_view_state(
            replace(path, images=(None, None)),
            run.class_names,
            policy.tau_max,
            linear=run.config.method.augmentation_capabilities.linear,
            on_features=run.config.classifier.is_frozen,
        )
        pairs[f"{ids[0]},{ids[1]}"] = packer.take({**state, "classes": None}, steps=FINE) | {
            "classes": packer.take(state["classes"], steps=COARSE),
            "learned": packer.take(to_wire(shown.look_ahead.tau_by_epoch[:, row])),
        }
    return {"message": "", "choices": choices_of(shown, run.class_names, ranks), "pairs": pairs}


def _gallery(run: RecordedRun, cycle: int) -> dict[str, Any]:
    """The gallery's state without its pictures, which the page makes from the pixels it has."""
    state: dict[str, Any] = dict(
        gallery_state(run.history, run.class_names, cycle, meaning=score_meaning(run.config.method))
    )
    for group in state["groups"]:
        for image in group["images"]:
            image["url"] = ""
    return state
