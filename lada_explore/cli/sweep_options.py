"""Options of `lada-explore sweep`, and the engine that they name."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lada_explore.cli.options import AUGMENTATION_HELP, NAMES_OF_PARTS, POLICY_HELP
from lada_explore.config import ACQUISITIONS, unknown
from lada_explore.errors import ConfigError

if TYPE_CHECKING:
    from lada_explore.experiments.engines import Engine

Out = Annotated[Path, typer.Option(help="Folder of the runs; runs that are there are resumed.", show_default=False)]
Methods = Annotated[
    list[str] | None,
    typer.Option(
        help=f"Methods, one after the other or with commas; may be repeated. {NAMES_OF_PARTS}", show_default=False
    ),
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


On = Annotated[
    str,
    typer.Option(
        help="Where the runs are completed: local (processes of this machine), ray (a cluster, without a shared disk) "
        "or slurm (a cluster with OUT on a shared disk)."
    ),
]
Address = Annotated[
    str | None,
    typer.Option(
        help="Of a Ray cluster, as 10.0.0.1:6379 or auto; by default one of this machine.", show_default=False
    ),
]
Gpus = Annotated[
    float | None,
    typer.Option(help="GPUs of each run on a cluster; without any it runs on the CPU.", show_default=False),
]
Retries = Annotated[
    int | None,
    typer.Option(
        help="How often a run on Ray is begun again whose process or node was lost; 3 by default.", show_default=False
    ),
]
Partition = Annotated[str | None, typer.Option(help="Of Slurm; its default without.", show_default=False)]
Minutes = Annotated[
    int | None,
    typer.Option(
        help="Time limit of a job of Slurm; a run that takes longer is queued again and goes on. 60 by default.",
        show_default=False,
    ),
]
Tracks = Annotated[
    list[str] | None,
    typer.Option(
        "--track",
        help="Send settings and measures of every cycle to a tracker, with a run for each run: mlflow:URI, "
        "tensorboard:DIR or trackio:PROJECT; may be repeated. It is this machine that sends, wherever the runs are.",
        show_default=False,
    ),
]
ENGINES: dict[str, frozenset[str]] = {
    "local": frozenset(),
    "ray": frozenset({"address", "gpus", "retries"}),
    "slurm": frozenset({"gpus", "partition", "minutes"}),
}
"""By name of an engine, its own options."""


def each_of(given: Sequence[str] | None) -> tuple[str, ...]:
    """The names that are given one by one, or as "a,b" or "a b"; no name of a method or part has a comma or a space."""
    return tuple(name for text in given or () for name in text.replace(",", " ").split())


def engine_of(on: str, jobs: int | None, **options: Any) -> Engine:
    """The engine that the options name; an option that is None was not given.

    Raises:
        ConfigError: there is no such engine, it has no such option, or a number is too small.
    """
    from lada_explore.experiments.engines.local import Local
    from lada_explore.experiments.engines.ray import OnRay
    from lada_explore.experiments.engines.slurm import OnSlurm

    if on not in ENGINES:
        raise unknown("engine", on, list(ENGINES))
    given = {name: value for name, value in options.items() if value is not None}
    if other := sorted(given.keys() - ENGINES[on]):
        having = [name for name, own in ENGINES.items() if other[0] in own]
        raise ConfigError(
            f"--{other[0]} is for --on {' or '.join(having)}, and the sweep is to run on {on}; leave it out"
        )
    if on == "local":
        return Local(jobs=1 if jobs is None else jobs)
    return OnRay(jobs=jobs, **given) if on == "ray" else OnSlurm(jobs=jobs, **given)
