"""The content of a lesson page: for each cycle the same states that the views show with a kernel."""

from __future__ import annotations

from collections.abc import Sequence
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
from lada_explore.apps.lesson.extent import Extent, ImageStore, extent_of, ranks_kept, thinned
from lada_explore.apps.lesson.packing import COARSE, FINE, Packer
from lada_explore.apps.lesson.primer import introduction_of, primer_of, story_of
from lada_explore.apps.lesson.questions import LessonQuestion, questions_of
from lada_explore.config import Method
from lada_explore.config.fidelity import departures
from lada_explore.errors import ConfigError
from lada_explore.records import DRAW_UNIT, STAGE_NAMES, CycleRecords, stages_of
from lada_explore.store import RecordedRun
from lada_explore.views.base.plot_view import plot_spec
from lada_explore.views.base.record_chart import FigureSpec
from lada_explore.views.base.shown_history import history_of
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
from lada_explore.views.time_slider.time_slider import slider_state


def packed_content(run: RecordedRun) -> str:
    """Everything about a run that its page shows, packed; see `packing`.

    Raises:
        ConfigError: a run without a finished stage, or records that contradict each other.
        NumericsError: features that are not finite.
    """
    if not any(records.select is not None for records in run.history):
        raise ConfigError(f"{run.path} has no finished stage, so there is nothing to show; resume the run first")
    packer, images = Packer(), ImageStore()
    history = history_of(run)
    extent = extent_of(history)
    maps = _maps(history, extent, run.class_names)
    cycles = [_cycle(run, history, cycle, extent, maps.get(cycle, ""), packer, images) for cycle in extent.cycles]
    asked = questions_of(history, run.class_names, extent.cycles)
    return packer.packed(
        {
            "title": title_of(run),
            "about": about(run, extent),
            "primer": primer_of(run.config.method, len(run.class_names)),
            "introduction": introduction_of(run.config.method),
            "story": story_of(run.config.method),
            "tau_title": tau_title(run.config.method),
            "slider": _slider(run, extent),
            "cycles": cycles,
            "questions": [_question(question) for question in asked],
            "images": packer.take(images.state()),
        }
    )


def title_of(run: RecordedRun) -> str:
    """Title of the page."""
    kind = "Look-ahead active learning" if run.config.method.look_ahead else "Active learning without look-ahead"
    return f"{kind}: {run.config.method.name} on {run.config.data.name}, seed {run.config.seed}"


def tau_title(method: Method) -> str:
    """Heading of the section on how virtual instances are made."""
    if method.transforms_images:
        return "θ, and the transforms of the images asked about"
    return "τ* from cycle to cycle, and inside one"


def about(run: RecordedRun, extent: Extent) -> list[str]:
    """Sentences on the run: what it did, whether it is complete, and what the page leaves out."""
    schedule = run.config.schedule
    last, select, query = run.history[-1], run.history[0].select, run.history[0].query
    begin = f"{schedule.initial_per_class} labelled images of each of {len(run.class_names)} classes"
    if select is not None and select.seed_ids.size:
        n = 0 if query is None else len(query.ids)
        begin = f"{n} images, which were labelled to find {len(run.class_names)} classes,"
    said = [f"The run began with {begin} and asked for {schedule.budget} more in each cycle."]
    if last.next_stage is not None:
        said.append(
            f"It was not finished: cycle {last.cycle} of {schedule.cycles} goes on with the stage "
            f"{STAGE_NAMES[last.next_stage]}. This page shows what is recorded."
        )
    elif last.cycle < schedule.cycles:
        said.append(f"It was not finished: {last.cycle} of {schedule.cycles} cycles are recorded.")
    if not run.config.method.uses_pairs:
        said.append(_without_pairs(run.config.method))
    elif not run.config.method.look_ahead:
        said.append(_pairs_without_look_ahead(run))
    if not departures(run.config):
        said.append("It was made as the authors' release of LADA, in all that the setting fidelity=released sets.")
    if run.info.image_source:
        said.append(f"Images: {run.info.image_source}")
    return [*said, *extent.left_out]


def _pairs_without_look_ahead(run: RecordedRun) -> str:
    """How a method that chooses pairs without looking ahead chooses them, and what it does with them."""
    if run.info.acquisition_unit == DRAW_UNIT:
        asks = "pairs drawn at random"
    else:
        asks = "the pairs with the highest A(1) + A(0), the acquisition of their two images, and leaves V out"
    return (
        f"Its method does not look ahead: it asks about {asks}. The classifier then trains on mixes of these pairs at "
        f"τ = {run.config.fixed_tau:g}, the same for every pair."
    )


def _without_pairs(method: Method) -> str:
    """What a method of single images has in place of candidate pairs, their virtual instances and tau*."""
    beginning = "Its method scores single images"
    if method.uses_transforms:
        return (
            f"{beginning}, each together with its transform, its virtual instance: there are no pairs to mix, and in "
            "place of τ* each image has a θ, which says how it is transformed."
        )
    no_pairs = f"{beginning}: there are no pairs to mix and no τ*"
    if method.transforms_images:
        return f"{no_pairs}. Virtual instances are made only while the classifier trains, by transforming images."
    if method.mixes_acquired:
        return (
            f"{no_pairs} to look ahead with. Virtual instances are made only while the classifier trains, by mixing "
            "the images asked about in random pairs."
        )
    return f"{beginning}: there are no pairs to mix, no virtual instances and no τ*."


def _cycle(
    run: RecordedRun,
    history: Sequence[CycleRecords],
    cycle: int,
    extent: Extent,
    scenes: list[MapScene] | str,
    packer: Packer,
    images: ImageStore,
) -> dict[str, Any]:
    """States of the views for one cycle. The pixels of the map's and the mixer's images are added to `images`."""
    (records,) = [some for some in history if some.cycle == cycle]
    if records.select is not None:
        images.take(records.select.query_ids, pictures(records.select.query_images))
    pair = _best_pair(records)
    method, on_features = run.config.method, run.config.classifier.is_frozen
    if method.transforms_images:
        tau = theta_figure_spec(history, cycle, afterwards=not method.uses_transforms)
    else:
        tau = tau_figure_spec(history, run.config.policy.tau_max, cycle, pair)
    return {
        "cycle": cycle,
        "stages": [
            [STAGE_NAMES[stage], describe(done, run.class_names, method, on_features=on_features)]
            for stage in stages_of(cycle)
            if (done := records.get(stage)) is not None
        ],
        "map": _map(scenes, run.class_names, packer, images),
        "mixer": _mixer(run, pairs_at(history, cycle), extent, packer, images),
        "gallery": _gallery(run, history, cycle),
        "tau": packer.take(_spec(tau)),
        "accuracy": packer.take(_spec(accuracy_figure_spec(history, cycle=cycle))),
    }


def _spec(picture: FigureSpec) -> dict[str, Any]:
    return plot_spec(
        0, picture.figure, caption=picture.caption, notes=picture.notes, message=picture.message, label=picture.label
    )


def _slider(run: RecordedRun, extent: Extent) -> dict[str, Any]:
    state: dict[str, Any] = dict(slider_state(run.history, None))
    said = dict(zip((records.cycle for records in run.history), state["cycles"], strict=True))
    return state | {"cycles": [said[cycle] for cycle in extent.cycles], "cycle": len(extent.cycles) - 1}


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


def _mixer(
    run: RecordedRun, found: tuple[CycleRecords | None, str], extent: Extent, packer: Packer, images: ImageStore
) -> Any:
    """The mixer's state of each pair by its ids, with tau during policy training; and the list of the pairs."""
    shown, reason = found
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


def _gallery(run: RecordedRun, history: Sequence[CycleRecords], cycle: int) -> dict[str, Any]:
    """The gallery's state without its pictures, which the page makes from the pixels it has."""
    state: dict[str, Any] = dict(
        gallery_state(history, run.class_names, cycle, meaning=score_meaning(run.config.method))
    )
    for group in state["groups"]:
        for image in group["images"]:
            image["url"] = ""
    return state


# Questions ---


def _question(question: LessonQuestion) -> dict[str, Any]:
    return {
        "text": question.text,
        "choices": list(question.choices),
        "answer": question.answer,
        "why": question.why,
        "hints": dict(question.hints),
        "figures": [[caption, list(ids)] for caption, ids in question.figures],
        "cycle": question.cycle,
        "pair": list(question.pair) if question.pair else None,
        "view": question.view,
    }
