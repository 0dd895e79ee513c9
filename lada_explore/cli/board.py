"""`lada-explore board`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lada_explore.cli.terminal import out_console

if TYPE_CHECKING:
    from lada_explore.experiments.board import Board

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
    with Live(_drawn(seen), console=out_console, auto_refresh=False) as live:
        while not (seen.ended or seen.gone):
            time.sleep(LOOK_S)
            seen = read_board(out)
            live.update(_drawn(seen), refresh=True)


def _drawn(seen: Board) -> Group:
    from lada_explore.experiments.board_text import METHOD_COLUMNS, RUN_COLUMNS, method_rows, run_rows, summary

    parts: list[Text | Table] = [Text(summary(seen)), _table(*_filled(METHOD_COLUMNS, method_rows(seen)), numbers=True)]
    if rows := run_rows(seen):
        parts.append(_table(RUN_COLUMNS, rows, numbers=False))
    return Group(*parts)


def _filled(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[list[str], list[list[str]]]:
    """Columns and rows without the columns that are empty in every row, so that long names have room."""
    kept = [place for place, _ in enumerate(columns) if any(row[place] for row in rows)]
    return [columns[place] for place in kept], [[row[place] for place in kept] for row in rows]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool) -> Table:
    table = Table(box=None, pad_edge=False)
    for place, column in enumerate(columns):
        table.add_column(column, justify="right" if numbers and place else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    return table
