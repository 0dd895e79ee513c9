"""`lada-explore import-labels`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import Device, RunPath
from lada_explore.cli.terminal import say
from lada_explore.exchange.run_labels import answer_from


def import_labels(
    run: RunPath,
    file: Annotated[
        Path, typer.Argument(help="A CSV file with the columns file or id, and class; or a folder of class folders.")
    ],
    annotator: Annotated[str, typer.Option(help="Who answers.")] = "import",
    device: Device = "auto",
) -> None:
    """Answer the open query of a run from a file, and list the labels that were not taken, with the reasons."""
    for sentence in answer_from(run, file, annotator, device):
        say(sentence)
