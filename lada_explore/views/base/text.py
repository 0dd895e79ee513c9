"""Texts for people: sentences, names of classes, and times."""

from __future__ import annotations

import html
import re
from collections.abc import Sequence

from lada_explore.records import class_name as class_name

ROUNDED = "The numbers are rounded, so the last digit of a sum may differ."
"""Stands once where a score is shown beside its terms."""

_CODE = re.compile("`([^`]*)`")
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "&#36;"})


def plain(text: str, width: int = 0) -> str:
    """A text escaped for a plotly figure, which would take tags for markup and dollars for LaTeX.

    Args:
        text: any text.
        width: cut to this many characters, with an ellipsis; 0 leaves it whole.
    """
    cut = text if not width or len(text) <= width else f"{text[: width - 1]}…"
    return " ".join(cut.split()).translate(_ENTITIES)


def as_html(sentence: str) -> str:
    """A sentence escaped for HTML, with what is between backticks as code, as the views' pages show it."""
    return _CODE.sub(r"<code>\1</code>", html.escape(sentence))


def heading(text: str) -> dict[str, object]:
    """The title of a figure, just above its axes and as small as those of panels; it takes 34 pixels of margin."""
    above = {"x": 0.5, "xanchor": "center", "yref": "paper", "y": 1, "yanchor": "bottom", "pad": {"b": 10}}
    return above | {"text": text, "font": {"size": 13}}


def device_name(device: str) -> str:
    """The device of a run, as its records tell it, for a page: "cpu (1 thread)" becomes "CPU, 1 thread"."""
    name, _, more = device.removesuffix(")").partition(" (")
    words = name.upper() if name in ("cpu", "cuda") else name
    return f"{words}, {more}".replace(", 1 threads", ", 1 thread") if more else words


def tau_text(tau: float) -> str:
    """A tau in two decimals; in three below 0.1, where these make a difference."""
    return f"{tau:.3f}" if tau < 0.1 else f"{tau:.2f}"


def known_name(label: int, class_names: Sequence[str]) -> str:
    """The name of a class; empty for -1, an unknown class."""
    return class_name(label, class_names) if label >= 0 else ""


def duration(seconds: float) -> str:
    """A rough time: "8 s", "4 min", "2.5 h"."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
