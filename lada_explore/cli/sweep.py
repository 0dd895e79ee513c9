"""`lada-explore sweep`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import Device, setting
from lada_explore.cli.terminal import err_console, say
from lada_explore.config import unknown
from lada_explore.errors import ConfigError


def sweep(
    out: Annotated[
        Path, typer.Option(help="Folder of the runs; one that is there is gone on with.", show_default=False)
    ],
    methods: Annotated[
        list[str],
        typer.Option(
            help="Methods, one after the other; may be repeated. Of parts: lada-margin-input_mixup-exact, or "
            "margin-then-input_mixup."
        ),
    ],
    more_methods: Annotated[list[str] | None, typer.Argument(hidden=True, metavar="[METHOD]...")] = None,
    seeds: Annotated[int, typer.Option(help="Runs of each method, with the seeds 0, 1, ...")] = 5,
    jobs: Annotated[int, typer.Option(help="Processes at a time, each with one torch thread.")] = 1,
    baseline: Annotated[str | None, typer.Option(help="Method to compare with; the first by default.")] = None,
    preset: Annotated[str, typer.Option(help="A set of numbers; see `lada-explore presets`.")] = "demo",
    cycles: Annotated[int | None, typer.Option(help="Acquisition rounds; the preset's own by default.")] = None,
    dataset: Annotated[str | None, typer.Option(help="A name from `lada-explore datasets`, or your own.")] = None,
    device: Device = "auto",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Any other number, as schedule.budget=20.", show_default=False)
    ] = None,
) -> None:
    """Run methods by seeds and compare them: accuracy against labels with paired 95 % confidence intervals.

    Give the methods as `--methods random max-entropy lada-entmix`. Complete runs are kept and interrupted ones resumed,
    so the same command goes on where it was. Writes OUT/accuracy.csv and OUT/accuracy.md.
    """
    from lada_explore.experiments.sweep import Outcome, Sweep, run_sweep, write_tables

    chosen = (*methods, *(more_methods or []))
    settings = dict(setting(text) for text in set_ or [])
    wanted = Sweep(
        methods=chosen,
        seeds=seeds,
        out=out,
        preset=preset,
        dataset=dataset,
        cycles=cycles,
        settings=settings,
        device=device,
    )
    against = baseline or chosen[0]
    if against not in chosen:
        raise unknown("baseline", against, list(chosen))

    def tell(outcome: Outcome) -> None:
        how = outcome.error or "complete"
        say(f"{outcome.done} of {outcome.total}: {outcome.run.method}, seed {outcome.run.seed}: {how}")

    try:
        outcomes = run_sweep(wanted, jobs=jobs, on_outcome=tell)
    except KeyboardInterrupt:
        say("stopped; the same command goes on from here", err_console)
        sys.exit(130)
    failed = [outcome for outcome in outcomes if outcome.error]
    if len(failed) < len(outcomes):
        say(write_tables(wanted, against).rstrip())
    if failed:
        raise ConfigError(
            f"{len(failed)} of {len(outcomes)} runs failed, so the table is without them; the first, in "
            f"{failed[0].run.path}: {failed[0].error}"
        )
