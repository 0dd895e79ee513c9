"""Printing to the terminal."""

from __future__ import annotations

import shutil
import textwrap

from rich.console import Console

# Rich would turn ":x:" in a path or in the name of a class into an emoji.
out_console = Console(emoji=False)
err_console = Console(stderr=True, emoji=False)


def say(sentence: str, console: Console = out_console) -> None:
    """Print a sentence unchanged on one line, so that a path in it can be copied."""
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def width() -> int:
    """Columns of the terminal; $COLUMNS, or 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def say_wrapped(sentence: str) -> None:
    """Print on lines no wider than the terminal, broken between words only."""
    say(textwrap.fill(sentence, width(), break_long_words=False, break_on_hyphens=False))
