"""A row of tabs. It replaces ipywidgets' own, whose keys reach JupyterLab, where `d d` deletes the cell."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.view import View


class TabBar(View):
    """Tabs that choose which of several pages is shown.

    Args:
        titles: titles of the pages, in order.

    Attributes:
        shown: index of the page that is shown.
    """

    _esm = module_of("tab_bar")
    _css = style_of("tab_bar")
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)

    def __init__(self, titles: Sequence[str]) -> None:
        super().__init__(titles=list(titles))
