"""How far a pass over pictures is: a bar with its rate and the time left, in a terminal and in a notebook."""

from __future__ import annotations

import time
from types import TracebackType

from rich import progress as bars
from rich.console import Console
from rich.table import Column
from rich.text import Text

from lada_explore.background.reporting import REPORTING, Reporting

NOTEBOOK_WIDTH = 80
"""Characters of a line in a notebook: rich takes 115, of which JupyterLab beside its side bar hides the last ones."""

LATE_S = 1.0
"""Seconds after which the bar of a pass that is often short is shown."""


class Unseen:
    """Tells nobody."""

    def begin(self, total: int, what: str) -> None:
        """Nothing."""

    def advance(self, pictures: int) -> None:
        """Nothing."""

    def say(self, sentence: str) -> None:
        """Nothing."""

    def end(self) -> None:
        """Nothing."""


class _Rate(bars.ProgressColumn):
    """Pictures a second."""

    def render(self, task: bars.Task) -> Text:
        """The rate as text; nothing before it is known."""
        speed = task.finished_speed or task.speed
        return Text(f"{speed:,.0f} images/s" if speed else "", style="progress.data.speed")


class Bar:
    """A bar, where there is a terminal or a notebook to show it; sentences in any case.

    Args:
        console: where it is shown; standard output by default.
        doing: words before the name that `begin` is given.
    """

    def __init__(self, console: Console | None = None, *, doing: str = "features of") -> None:
        self._console = console or Console(emoji=False)
        if self._console.is_jupyter:
            self._console.width = NOTEBOOK_WIDTH
        self._doing = doing
        self._bars: bars.Progress | None = None
        self._task = bars.TaskID(0)

    def begin(self, total: int, what: str) -> None:
        """Show the bar."""
        self._bars = bars.Progress(
            bars.TextColumn("{task.description}"),
            bars.BarColumn(bar_width=20),
            bars.MofNCompleteColumn(),
            _Rate(table_column=Column(no_wrap=True)),
            bars.TimeRemainingColumn(),
            console=self._console,
            disable=not (self._console.is_terminal or self._console.is_jupyter),
        )
        self._task = self._bars.add_task(f"{self._doing} {_short(what)}", total=total)
        self._bars.start()

    def advance(self, pictures: int) -> None:
        """Move it on."""
        if self._bars is not None:
            self._bars.advance(self._task, pictures)

    def say(self, sentence: str) -> None:
        """Print the sentence on a line of its own, above the bar."""
        wraps = not self._console.is_jupyter  # A terminal does; a notebook would hide the end of a long line.
        self._console.print(sentence, markup=False, highlight=False, soft_wrap=wraps)

    def end(self) -> None:
        """Leave the bar as it is."""
        if self._bars is not None:
            self._bars.refresh()  # In a notebook rich leaves what it showed last, which is not the end.
            self._bars.stop()
            self._bars = None


class LateBar:
    """The bar of a pass that is often too short for one: shown when it has taken `LATE_S`.

    Args:
        total: number of pictures.
        what: what is done with them.
        bar: the bar; by default who is told in its place, else "reading WHAT" on standard output.
    """

    def __init__(self, total: int, what: str, bar: Reporting | None = None) -> None:
        self._total, self._what = total, what
        self._bar = bar or REPORTING.get() or Bar(doing="reading")
        self._since = time.monotonic()
        self._done, self._is_shown = 0, False

    def __enter__(self) -> LateBar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._is_shown:
            self._bar.end()

    def advance(self, pictures: int = 1) -> None:
        """So many more are done."""
        self._done += pictures
        if self._is_shown:
            self._bar.advance(pictures)
        elif time.monotonic() - self._since >= LATE_S:
            self._is_shown = True
            self._bar.begin(self._total, self._what)
            self._bar.advance(self._done)


def _short(backbone: str) -> str:
    """The name of a backbone without the module in which its function is, which would leave no room for the rest."""
    return backbone.rpartition(":")[2] if backbone.startswith("module:") else backbone
