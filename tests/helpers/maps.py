"""Maps of a fake run, and what stands on them."""

from __future__ import annotations

from helpers.fakes import CLASS_NAMES

from lada_explore.analysis import map_points
from lada_explore.views.map.scene import map_scene

BLACK, RED = "entropy of an acquired image", "maximum (*average) of a pair"


def scene_of(history, layouts, cycle, colour="true class"):
    return map_scene(map_points(history, cycle), layouts.make(history, cycle), colour, CLASS_NAMES)


def trace(figure, name):
    (found,) = [entry for entry in figure.data if entry.name == name]
    return found


def handle(view, **content) -> None:
    """What the page sends."""
    view._handle_custom_msg(content, [])
