"""How far the pass over the pictures is: a bar with its rate and the time left, in a terminal and in a notebook."""

from __future__ import annotations

from typing import Protocol

from rich import progress as bars
from rich.console import Console
from rich.table import Column
from rich.text import Text

NOTEBOOK_WIDTH = 80
"""Characters of a line in a notebook: rich takes 115, of which JupyterLab beside its side bar hides the last ones."""


class Reporting(Protocol):
    """Who is told how far the pass is; its methods are called on the thread that embeds."""

    def begin(self, total: int, backbone: str) -> None:
        """So many pictures have to be read, for the backbone of this name."""

    def advance(self, pictures: int) -> None:
        """So many more are done."""

    def say(self, sentence: str) -> None:
        """A sentence that a person should read now."""

    def end(self) -> None:
        """The pass has ended, in whatever way."""


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
    """

    def __init__(self, console: Console | None = None) -> None:
        self._console = console or Console(emoji=False)
        if self._console.is_jupyter:
            self._console.width = NOTEBOOK_WIDTH
        self._bars: bars.Progress | None = None
        self._task = bars.TaskID(0)

    def begin(self, total: int, backbone: str) -> None:
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
        self._task = self._bars.add_task(f"features of {_short(backbone)}", total=total)
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


def _short(backbone: str) -> str:
    """The name of a backbone without the module in which its function is, which would leave no room for the rest."""
    return backbone.rpartition(":")[2] if backbone.startswith("module:") else backbone
