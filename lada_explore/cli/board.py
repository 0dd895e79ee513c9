"""`lada-explore board`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from lada_explore.cli.terminal import out_console

if TYPE_CHECKING:
    from lada_explore.experiments.board import Board

ROOMY = 100
"""Columns of a terminal from which on those of a table stand two apart."""

LOOK_S = 2.0
"""Seconds between two looks at the folder."""


def board(
    out: Annotated[Path, typer.Argument(help="The folder of a sweep, its --out.", show_default=False)],
    follow: Annotated[
        bool, typer.Option(help="Show it anew until all runs have ended, or the command was killed.")
    ] = False,
) -> None:
    """Show how far a sweep is: runs that are complete, where runs are computed, why some failed, and the time left.

    It reads OUT/sweep alone, so it can be called while the sweep goes on, wherever its runs are.
    """
    from lada_explore.experiments.board import read_board  # with scipy, which other commands do without

    seen = read_board(out)
    if not follow:
        out_console.print(_drawn(seen))
        return
    if not out_console.is_terminal:
        _follow_in_lines(out, seen)
        return
    with Live(_drawn(seen), console=out_console, auto_refresh=False) as live:
        while not (seen.ended or seen.gone):
            time.sleep(LOOK_S)
            seen = read_board(out)
            live.update(_drawn(seen), refresh=True)


def _follow_in_lines(out: Path, seen: Board) -> None:
    """Print the board to a file or a pipe, and again each time that a run has gone on; the time left is not news."""
    from lada_explore.experiments.board import read_board

    told: object = None
    while True:
        if (now := [(run.state, run.cycle, run.stage, run.tries, run.where) for run in seen.runs]) != told:
            out_console.print(_drawn(seen))
            told = now
        if seen.ended or seen.gone:
            return
        time.sleep(LOOK_S)
        seen = read_board(out)


def _drawn(seen: Board) -> Group:
    from lada_explore.experiments import board_text as texts

    methods = texts.filled(texts.METHOD_COLUMNS, texts.method_rows(seen))
    parts: list[Text | Table | Padding] = [Text(texts.summary(seen)), _table(*methods)]
    for name, far, wrong in texts.run_lines(seen):
        parts.append(Text(f"{name} · {far}"))
        if wrong:
            parts.append(Padding(Text(wrong), (0, 0, 0, 2)))
    return Group(*parts)


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """Methods with their numbers; in a narrow terminal names are broken, and no head and no number is."""
    table = Table(box=None, pad_edge=False, padding=(0, 2 if out_console.width > ROOMY else 1, 0, 0))
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if place else "left", overflow="fold", no_wrap=place > 0)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
