"""A row of tabs. It replaces ipywidgets' own, whose keys reach JupyterLab, where `d d` deletes the cell."""

from __future__ import annotations

from collections.abc import Sequence

import traitlets

from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.view import View


class TabBar(View):
    """Tabs that choose which of several pages is shown, and beside them the parts of that page, if it has any.

    Args:
        titles: titles of the pages, in order.
        parts: titles of the parts of each page; none has parts when empty.

    Attributes:
        shown: index of the page that is shown.
        part: for each page, the index of its part that is shown.
    """

    _esm = module_of("tab_bar")
    _css = style_of("tab_bar")
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    parts = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)
    part = traitlets.List(traitlets.Int()).tag(sync=True)

    def __init__(self, titles: Sequence[str], parts: Sequence[Sequence[str]] = ()) -> None:
        each = [list(some) for some in parts] or [[] for _ in titles]
        super().__init__(titles=list(titles), parts=each, part=[0] * len(each))
