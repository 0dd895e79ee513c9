"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.errors import ConfigError

RunPath = Annotated[Path, typer.Argument(help="A run folder made by `lada-explore run`.", show_default=False)]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1. auto takes the GPU if there is one.")]
Threads = Annotated[
    int | None,
    typer.Option(
        help="CPU threads. A short trial chooses when it is not given, and a run keeps its number.", show_default=False
    ),
]
Oracle = Annotated[
    str | None,
    typer.Option(
        help="Who answers: ground-truth, person, or noisy:0.1 for a tenth of wrong answers (noisy:0.1@3-5: in cycles "
        "3 to 5). The ground truth, where the images have labels."
    ),
]


def setting(text: str) -> tuple[str, str]:
    """Name and value of "name=value".

    Raises:
        ConfigError: no name or no value.
    """
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise ConfigError(f"--set {text!r} has no value; write it as schedule.budget=20")
    return name, value
