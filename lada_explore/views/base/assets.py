"""The page's side of the views: bundled ES modules and style sheets, read from this package's files.

`make page` writes them from the JavaScript and CSS beside each view; they are committed, so that nothing but Python is
needed to use the package.
"""

from __future__ import annotations

from pathlib import Path

import plotly

BUNDLES = Path(__file__).parent.parent / "bundles"
"""Folder of the bundled modules and style sheets, one of each for a view."""

PLOTLY_JS = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
"""plotly.js as the plotly package ships it, about 5 MB; a page gets it once."""


def module_of(view: str) -> str:
    """The ES module of a view, which imports nothing."""
    return (BUNDLES / f"{view}.js").read_text(encoding="utf-8")


def style_of(view: str) -> str:
    """The style sheet of a view, which imports nothing."""
    return (BUNDLES / f"{view}.css").read_text(encoding="utf-8")
