"""What the page shows beside the map: each image and its texts, sent once a cycle so that hovering needs no kernel."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from PIL import Image

from lada_explore.analysis import Kind, MapPoints, VirtualPoints
from lada_explore.analysis.layout_methods import LAYOUT_METHODS
from lada_explore.records import DRAW_UNIT, ByteArray, FloatArray, IntArray
from lada_explore.views.base.text import class_name
from lada_explore.views.map.look import COLOURS, NO_LABEL, TRUE_CLASS
from lada_explore.views.map.scene import key_of_image, key_of_virtual

THUMBNAIL_PX = 32
"""Larger images are sent at this size: 2,000 of them then stay below 6 MB."""

Line = str | dict[str, str]
"""A line of text; or {"told": "true class", "known": name}; or {"guess": names that the model gives}."""

MAX_STRIP = 60
"""More images than this are not listed; the title says how many there are."""


def panel_of(
    cycle: int,
    *,
    method: str,
    methods: Sequence[str],
    colour: str,
    class_title: str = TRUE_CLASS,
    by_cycle: bool = False,
    gauge: str = "",
    strip: Mapping[str, Any] | None = None,
    busy: str = "",
    save: Sequence[str] = (),
    whole_pool: bool = False,
    pool_busy: str = "",
) -> dict[str, Any]:
    """What the page shows around the chart.

    Args:
        cycle: the cycle that the chart shows.
        method: key of `layout_methods.LAYOUT_METHODS` by which it is laid out.
        methods: the methods to choose from.
        colour: key of `look.COLOURS`.
        class_title: what the colour by the true class is called, see `look.colour_title`.
        by_cycle: whether the colour of a labelled image says when it was labelled.
        gauge: how far the map moved; empty without a map.
        strip: see `strip_of`; None while there is no map.
        busy: what is being done; empty when nothing is.
        save: formats in which the map can be saved now.
        whole_pool: whether the density of the whole pool is wanted.
        pool_busy: how far that is; empty when nothing is done for it.
    """
    return {
        "cycle": cycle,
        "method": method,
        "methods": [[name, LAYOUT_METHODS[name].title] for name in methods],
        "colour": colour,
        "colours": [[name, class_title if name == TRUE_CLASS else name] for name in COLOURS],
        "by_cycle": by_cycle,
        "gauge": gauge,
        "strip": strip or {"title": "", "answer": "", "said": "", "marked": False, "images": []},
        "busy": busy,
        "save": list(save),
        "whole_pool": whole_pool,
        "pool_busy": pool_busy,
    }


def atlas_of(points: MapPoints, class_names: Sequence[str]) -> dict[str, Any]:
    """Texts and thumbnails of everything on a map, for the page.

    Returns:
        `cycle`; `details`: lines (see `Line`) by key; `ids` in the order of the thumbnails, behind which come those of
        the transforms of the images `transforms`; `columns` and `size` (width and height in pixels) of the thumbnails
        in `png`, which is empty where the records keep no images.
    """
    details = {
        _name(key_of_image(i)): lines for i, lines in zip(points.ids, _image_lines(points, class_names), strict=True)
    }
    virtual = points.virtual
    for pair, (first, second) in enumerate(virtual.pair_ids.tolist()):
        for instance in range(virtual.lam.shape[1]):
            key = _name(key_of_virtual(first, second, instance))
            details[key] = _virtual_lines(points, pair, instance, class_names)
    beside = virtual.images if virtual.images.shape[1:] == points.images.shape[1:] else virtual.images[:0]
    columns, size, png = sprite_of(np.concatenate([points.images, beside]) if len(beside) else points.images)
    return {
        "cycle": points.cycle,
        "details": details,
        "ids": points.ids.tolist() if png else [],
        "transforms": virtual.pair_ids[: len(beside), 0].tolist(),
        "columns": columns,
        "size": size,
        "png": png,
    }


def sprite_of(images: ByteArray) -> tuple[int, list[int], bytes]:
    """Thumbnails of (N, D, H, W) images in one PNG, row by row; returns images in a row, their size, the file."""
    if len(images) == 0:
        return 0, [0, 0], b""
    pixels = images if images.shape[1] == 3 else images[:, :1]
    n, channels, height, width = pixels.shape
    columns = int(np.ceil(np.sqrt(n)))
    rows = -(-n // columns)
    sheet = np.zeros((rows * columns, channels, height, width), np.uint8)
    sheet[:n] = pixels
    whole = sheet.reshape(rows, columns, channels, height, width).transpose(0, 3, 1, 4, 2)
    image = Image.fromarray(
        whole.reshape(rows * height, columns * width, channels).squeeze(-1 if channels == 1 else ())
    )
    shrink = min(1.0, THUMBNAIL_PX / max(height, width))
    size = [max(1, round(width * shrink)), max(1, round(height * shrink))]
    if shrink < 1:
        image = image.resize((size[0] * columns, size[1] * rows), Image.Resampling.BOX)
    file = io.BytesIO()
    image.save(file, format="PNG", compress_level=1)
    return columns, size, file.getvalue()


def strip_of(points: MapPoints, marked_ids: Sequence[int], *, answers: bool = False) -> dict[str, Any]:
    """The images listed below the map: the marked ones that are on it, otherwise the acquired ones.

    Args:
        points: of the map.
        marked_ids: ids of the marked images, some of which may not be on it.
        answers: whether a person can answer images of the run.
    """
    row_of = {int(i): row for row, i in enumerate(points.ids)}
    marked = [i for i in marked_ids if i in row_of]
    ids = marked or points.query_ids.tolist()
    if marked:
        title = f"{len(marked):,} marked image{'s' if len(marked) > 1 else ''}"
    elif ids:
        order = "in the order of the draw" if points.drawn else "best first"
        title = f"Asked about in cycle {points.cycle}: {len(ids):,} image{'s' if len(ids) > 1 else ''}, {order}"
    else:
        title = "Draw a lasso around images to list them here"
    if len(ids) > MAX_STRIP:
        title += f"; the first {MAX_STRIP} are shown"
    return {
        "title": title,
        "answer": ("Answer it" if len(marked) == 1 else "Answer them") if marked and answers else "",
        "said": "",
        "marked": bool(marked),
        "images": [
            {"key": list(key_of_image(i)), "id": i, "text": _short(points, row_of[i])}
            for i in ids[:MAX_STRIP]
            if i in row_of
        ],
    }


def _name(key: tuple[int, int, int]) -> str:
    return ",".join(map(str, key))


def _short(points: MapPoints, row: int) -> str:
    if points.kind[row] == Kind.LABELLED:
        return f"labelled {_when(int(points.acquired_cycle[row]))}"
    return f"{'★ ' if points.kind[row] == Kind.ACQUIRED else ''}{points.entropy_bits[row]:.2f} bits"


def _when(cycle: int) -> str:
    return "at the start" if cycle == 0 else f"in cycle {cycle}"


def _image_lines(points: MapPoints, class_names: Sequence[str]) -> list[list[Line]]:
    chosen = "★ asked about in this cycle, not answered yet" if points.waiting else "★ asked about in this cycle"
    states: Mapping[int, str] = {Kind.CANDIDATE: "candidate", Kind.ACQUIRED: chosen}
    lines = []
    for row, kind in enumerate(points.kind.tolist()):
        state = states.get(kind, f"labelled {_when(int(points.acquired_cycle[row]))}")
        known: list[Line] = [f"image {points.ids[row]}", state]
        target = int(points.target[row])
        told = "label given" if points.given[row] else "true class"
        name = class_name(target, class_names)
        if target >= 0:
            known.append({"told": told, "known": name})
        elif not (points.waiting and kind == Kind.ACQUIRED):  # of these the line above says so
            known.append(NO_LABEL)
        if np.isfinite(points.entropy_bits[row]):
            known.append(f"entropy {points.entropy_bits[row]:.2f} bits")
            known.append(_top(points.top_classes[row], points.top_probabilities[row], class_names))
        if points.partner[row] >= 0:
            known.append(f"paired with image {points.partner[row]}")
        lines.append(known)
    return lines


def _virtual_lines(points: MapPoints, pair: int, instance: int, class_names: Sequence[str]) -> list[Line]:
    virtual = points.virtual
    first, second = virtual.pair_ids[pair]
    if virtual.are_transforms:
        return [
            f"transform of image {first}",
            f"entropy {virtual.entropy_bits[pair, instance]:.2f} bits",
            _top(virtual.top_classes[pair, instance], virtual.top_probabilities[pair, instance], class_names),
        ]
    lam = float(virtual.lam[pair, instance])
    return [
        f"virtual instance: {lam:.2f} of image {first} and {1 - lam:.2f} of image {second}",
        f"entropy {virtual.entropy_bits[pair, instance]:.2f} bits",
        _top(virtual.top_classes[pair, instance], virtual.top_probabilities[pair, instance], class_names),
        _pair_line(virtual, pair),
    ]


def _pair_line(virtual: VirtualPoints, pair: int) -> str:
    tau = f"{virtual.tau[pair]:.2f}"
    if virtual.unit == DRAW_UNIT:  # Draws say nothing of the pair, so they are left out.
        return f"its pair: entropy up to {virtual.entropy_bits[pair].max():.2f} bits at τ {tau}"
    numbers = f"maximum {virtual.max_instance[pair]:.2f}, average {virtual.mean_virtual[pair]:.2f} {virtual.unit}"
    return f"its pair: {numbers} at τ* {tau}"


def _top(classes: IntArray, probabilities: FloatArray, class_names: Sequence[str]) -> Line:
    names = [class_name(int(label), class_names) for label in classes]
    return {"guess": ", ".join(f"{name} {100 * p:.0f} %" for name, p in zip(names, probabilities, strict=True))}
