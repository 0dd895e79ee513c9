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
        address: parts of the page's address that open it where it stands; without any the address is left as it is.
        waiting: number of images that wait for an answer, by the title of the page that takes it; none for 0.
    """

    _esm = module_of("tab_bar")
    _css = style_of("tab_bar")
    titles = traitlets.List(traitlets.Unicode()).tag(sync=True)
    parts = traitlets.List(traitlets.List(traitlets.Unicode())).tag(sync=True)
    shown = traitlets.Int(0).tag(sync=True)
    part = traitlets.List(traitlets.Int()).tag(sync=True)
    waiting = traitlets.Dict().tag(sync=True)
    address = traitlets.Dict().tag(sync=True)

    def __init__(self, titles: Sequence[str], parts: Sequence[Sequence[str]] = ()) -> None:
        each = [list(some) for some in parts] or [[] for _ in titles]
        super().__init__(titles=list(titles), parts=each, part=[0] * len(each))

    def take(self, titles: Sequence[str], parts: Sequence[Sequence[str]]) -> None:
        """Have other pages; the page and the parts that are shown stay, as far as they are among them.

        Args:
            titles: titles of the pages, in order.
            parts: titles of the parts of each page.
        """
        chosen = {title: own[part] for title, own, part in zip(self.titles, self.parts, self.part, strict=True) if own}
        shown = self.titles[self.shown]
        each = [list(some) for some in parts]
        places = zip(titles, each, strict=True)
        with self.hold_sync(), self.hold_trait_notifications():
            self.part = [own.index(chosen[title]) if chosen.get(title) in own else 0 for title, own in places]
            self.shown = titles.index(shown) if shown in titles else 0
            self.titles, self.parts = list(titles), each
