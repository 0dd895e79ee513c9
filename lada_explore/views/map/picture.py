"""The map of a cycle as a picture, without a view: for trackers and scripts."""

from __future__ import annotations

from typing import Any

from lada_explore.analysis import Layouts, map_points
from lada_explore.analysis.layout_methods import DEFAULT_METHOD
from lada_explore.views.base.shown_history import history_of
from lada_explore.views.map.publication import map_file
from lada_explore.views.map.scene import map_scene

DPI = 110
"""Pixels an inch: 760 x 590 in all, as wide as a tracker shows it."""


def map_picture(run: Any, cycle: int) -> bytes:
    """The map of a cycle, coloured by the true classes, as a PNG file; empty for a cycle without a map.

    Layouts that the run's folder lacks are made on the calling thread and kept there.

    Args:
        run: a session, or a recorded run.
        cycle: the cycle.

    Raises:
        LadaError: a cycle that cannot be laid out.
    """
    history = history_of(run)
    points = map_points(history, cycle)
    layout = None if points.reason else Layouts(DEFAULT_METHOD, cache=run.layouts).make(history, cycle)
    if layout is None:
        return b""
    return map_file(map_scene(points, layout, "true class", run.class_names), "png", dpi=DPI)
