"""Labels to look at again, each with buttons that keep it or change it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypedDict

from lada_explore.errors import ConfigError
from lada_explore.views.base.assets import module_of, style_of
from lada_explore.views.base.state_view import StateView
from lada_explore.views.base.text import class_name

if TYPE_CHECKING:
    from lada_explore.labelling.protocol import LabellingFeed
    from lada_explore.session.check_again import Doubts

MAX_ROWS = 200
"""More labels than this are not listed; the least likely come first."""


class DoubtView(TypedDict):
    """A label and what became of it."""

    id: int
    url: str
    name: str
    reason: str
    given: int
    suggested: int
    now: int
    kept: bool


class CheckAgain(StateView):
    """The labels that `check_again` found unlikely, with buttons: keep, change to what the model gives, or to another.

    A change is on disk before it is shown. The next training is the first to use it, see `LabellingFeed.relabel`. A
    kept label is on disk too, see `LabellingFeed.confirm`, and a further check lists it no more.

    Args:
        doubts: what `lada_explore.check_again(session)` returned.
        annotator: name of the person who changes labels.

    Attributes:
        state: what the page shows.

    Raises:
        ConfigError: `doubts` is something else, or its run was not given with it.
    """

    _esm = module_of("check_again")
    _css = style_of("check_again")

    def __init__(self, doubts: Doubts, *, annotator: str = "person") -> None:
        if getattr(doubts, "labelling", None) is None or not hasattr(doubts, "picture_url"):
            raise ConfigError(f"{type(doubts).__name__} is no list of doubtful labels; give check_again(session)")
        self._feed: LabellingFeed = doubts.labelling  # type: ignore[assignment]  # None is refused above.
        self._annotator = annotator
        rows: list[DoubtView] = [
            {
                "id": row.id,
                "url": doubts.picture_url(place),
                "name": row.name,
                "reason": row.reason,
                "given": row.label,
                "suggested": row.suggested,
                "now": row.label,
                "kept": False,
            }
            for place, row in enumerate(doubts[:MAX_ROWS])
        ]
        more = f" The first {MAX_ROWS} are listed." if len(doubts) > MAX_ROWS else ""
        names = self._feed.sheet().class_names
        super().__init__(
            {
                "title": f"{doubts.sentence}{more}",
                "classes": [class_name(label, names) for label in range(len(names))],
                "rows": rows,
                "says": "",
            }
        )
        self._refresh()
        self._follow(self._feed.on_change)

    def _redraw(self) -> None:
        """Show what became of the labels elsewhere, as by an undo in the labeller."""
        self._refresh()

    def handle(self, content: Mapping[str, Any]) -> None:
        """Keep a label, or change it."""
        image_id = int(content["id"])
        if content.get("type") == "keep":
            now = next(row["now"] for row in self.state["rows"] if row["id"] == image_id)
            self._refresh(says=self._feed.confirm({image_id: now}, self._annotator))
        elif content.get("type") == "relabel":
            said = self._feed.relabel({image_id: int(content["label"])}, self._annotator)
            self._refresh(says=said)

    def _refresh(self, says: str | None = None) -> None:
        """Show the labels as they are now, and a sentence; the one that is shown stays where there is no other."""
        with self._lock:
            ids = [row["id"] for row in self.state["rows"]]
            now = {image.id: image.label for image in self._feed.images(ids)}
            confirmed = self._feed.confirmed()
            labels = {
                row["id"]: row["given"] if now[row["id"]] is None else now[row["id"]] for row in self.state["rows"]
            }
            rows = [
                row | {"now": labels[row["id"]], "kept": confirmed.get(row["id"]) == labels[row["id"]]}
                for row in self.state["rows"]
            ]
            said = self.state["says"] if says is None else says
            self._change(error="", rows=rows, says=said)
