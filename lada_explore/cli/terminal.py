"""Printing to the terminal."""

from __future__ import annotations

import re
import shutil
import textwrap

from rich.console import Console

# Rich would turn ":x:" in a path or in the name of a class into an emoji.
out_console = Console(emoji=False)
err_console = Console(stderr=True, emoji=False)


_HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that a terminal obeys instead of showing them, or that cannot be encoded. A path may hold them."""


def say(sentence: str, console: Console = out_console, style: str | None = None) -> None:
    """Print a sentence on one line, so that a path in it can be copied; what cannot be shown is escaped."""
    shown = _HIDDEN.sub(lambda found: ascii(found.group())[1:-1], sentence)
    console.print(shown, style=style, markup=False, highlight=False, soft_wrap=True)


def width() -> int:
    """Columns of the terminal; $COLUMNS, or 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def say_wrapped(sentence: str) -> None:
    """Print on lines no wider than the terminal, broken between words only."""
    say(textwrap.fill(sentence, width(), break_long_words=False, break_on_hyphens=False))
