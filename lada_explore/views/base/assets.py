"""The page's side of the views: plain ES modules and style sheets, read from this package's files."""

from __future__ import annotations

from pathlib import Path

import plotly

VIEWS = Path(__file__).parent.parent
"""Folder of the views; each keeps its modules and style sheets beside its Python."""

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""plotly.js as the plotly package ships it, about 5 MB; a page gets it once."""


def text_of(*names: str) -> str:
    """The named files of the views, "room/name", joined: a module imports no neighbour, so helpers go before it."""
    return "\n".join((VIEWS / name).read_text(encoding="utf-8") for name in names)
