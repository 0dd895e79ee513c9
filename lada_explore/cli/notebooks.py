"""`lada-explore notebooks`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.background import system
from lada_explore.cli.terminal import say
from lada_explore.config.paths import DEMO, LESSONS, command, expanded


def notebooks(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to make; it may exist if it is empty.")],
) -> None:
    """Copy the lessons to a folder, with the recorded runs and the images that they show."""
    from lada_explore.apps.lessons import copy_lessons

    folder = expanded(folder)
    jupyter = f"`jupyter lab {system.quoted(str(folder / LESSONS))}`"
    n, size = copy_lessons(folder)
    say(f"{n} notebooks are in {folder / LESSONS}, and what they show in {folder / 'data'} ({size / 1e6:.0f} MB)")
    say(f"open them with {jupyter}; the recorded run with {command('app', folder / 'data' / DEMO)}")
