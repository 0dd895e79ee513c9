"""Options of `lada-explore sweep`, and the engine that they name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lada_explore.cli.options import AUGMENTATION_HELP, NAMES_OF_PARTS, POLICY_HELP
from lada_explore.config import ACQUISITIONS

if TYPE_CHECKING:
    from lada_explore.experiments.engines import Engine

Out = Annotated[Path, typer.Option(help="Folder of the runs; runs that are there are resumed.", show_default=False)]
Methods = Annotated[
    list[str] | None,
    typer.Option(help=f"Methods, one after the other; may be repeated. {NAMES_OF_PARTS}", show_default=False),
]
MoreMethods = Annotated[list[str] | None, typer.Argument(hidden=True, metavar="[METHOD]...")]
Acquisitions = Annotated[
    list[str] | None,
    typer.Option(
        "--acquisition",
        help="Methods by their parts, beside or instead of --methods. Each part may be repeated, and every "
        f"combination is a method. What scores: {', '.join(ACQUISITIONS)}.",
        show_default=False,
    ),
]
Augmentations = Annotated[list[str] | None, typer.Option("--augmentation", help=AUGMENTATION_HELP, show_default=False)]
Policies = Annotated[list[str] | None, typer.Option("--policy", help=POLICY_HELP, show_default=False)]
Seeds = Annotated[int, typer.Option(help="Runs of each method, with the seeds 0, 1, ...")]
Baseline = Annotated[
    str | None, typer.Option(help="Method to compare with, also one that is in OUT; the first by default.")
]
Grid = Annotated[
    list[str] | None,
    typer.Option(
        help="Values of a setting, as policy.tau_max=1,4: each method is run with each, as METHOD@policy.tau_max=1. "
        "May be repeated, for every combination.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(help="Runs at a time: by default 1 on this machine, all that fit on a cluster.", show_default=False),
]
Threads = Annotated[int, typer.Option(help="CPU threads of each run.")]


def engine_of(jobs: int | None) -> Engine:
    """The engine that the options name."""
    from lada_explore.experiments.engines.local import Local

    return Local(jobs=1 if jobs is None else jobs)
