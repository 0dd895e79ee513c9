"""How far the pass over the pictures is: a bar with its rate and the time left, in a terminal and in a notebook."""

from __future__ import annotations

from typing import Protocol

from rich import progress as bars
from rich.console import Console
from rich.text import Text


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
        self._bars: bars.Progress | None = None
        self._task = bars.TaskID(0)

    def begin(self, total: int, backbone: str) -> None:
        """Show the bar."""
        self._bars = bars.Progress(
            bars.TextColumn("{task.description}"),
            bars.BarColumn(),
            bars.MofNCompleteColumn(),
            _Rate(),
            bars.TimeRemainingColumn(),
            console=self._console,
            disable=not (self._console.is_terminal or self._console.is_jupyter),
        )
        self._task = self._bars.add_task(f"features of {backbone}", total=total)
        self._bars.start()

    def advance(self, pictures: int) -> None:
        """Move it on."""
        if self._bars is not None:
            self._bars.advance(self._task, pictures)

    def say(self, sentence: str) -> None:
        """Print the sentence on a line of its own, above the bar."""
        self._console.print(sentence, markup=False, highlight=False, soft_wrap=True)

    def end(self) -> None:
        """Leave the bar as it is."""
        if self._bars is not None:
            self._bars.stop()
            self._bars = None
