"""`lada-explore import-labels`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import Data, Device, RunPath
from lada_explore.cli.terminal import say
from lada_explore.exchange.import_labels import answer_from
from lada_explore.exchange.matching import By


def import_labels(
    run: RunPath,
    file: Annotated[
        Path,
        typer.Argument(
            help="A table (CSV, TSV, .xlsx, Parquet) with the columns file or id, and class; JSON of COCO, Label "
            "Studio or FiftyOne; or a folder of class folders."
        ),
    ],
    annotator: Annotated[str, typer.Option(help="Who answers.")] = "import",
    by: Annotated[
        str, typer.Option(help=f"How a class is found: {', '.join(By)}; index takes numbers for positions, from 0.")
    ] = By.NAME.value,
    only_asked: Annotated[
        bool, typer.Option("--only-asked", help="Take only answers to the open query, not labels of other images.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would be taken and what would not, and change nothing.")
    ] = False,
    encoding: Annotated[str, typer.Option(help="Encoding of a text, as cp1252; found if not given.")] = "",
    data: Data = None,
    device: Device = "auto",
) -> None:
    """Label images of a run from a file, asked or not, and list the labels that were not taken, with the reasons."""
    for sentence in answer_from(
        run, file, annotator, device, by=by, only_asked=only_asked, dry_run=dry_run, encoding=encoding, data=data
    ):
        say(sentence)
