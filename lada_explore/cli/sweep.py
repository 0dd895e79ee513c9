"""`lada-explore sweep`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lada_explore.background.processes import sigterm_interrupts
from lada_explore.cli.options import (
    AUGMENTATION_HELP,
    BY_SETTINGS,
    NAMES_OF_PARTS,
    POLICY_HELP,
    Cycles,
    Dataset,
    Device,
    LookAhead,
    Preset,
    Settings,
    advising,
    methods_of_parts,
    named_method,
    setting,
)
from lada_explore.cli.terminal import err_console, say
from lada_explore.config import ACQUISITIONS, unknown
from lada_explore.config.limits import MAX_SEEDS, at_most
from lada_explore.errors import ConfigError

if TYPE_CHECKING:
    from lada_explore.experiments.sweep import Sweep

METHODS_HELP = f"Methods, one after the other; may be repeated. {NAMES_OF_PARTS}"


def sweep(
    out: Annotated[Path, typer.Option(help="Folder of the runs; runs that are there are resumed.", show_default=False)],
    methods: Annotated[
        list[str] | None,
        typer.Option(help=METHODS_HELP, show_default=False),
    ] = None,
    more_methods: Annotated[list[str] | None, typer.Argument(hidden=True, metavar="[METHOD]...")] = None,
    acquisition: Annotated[
        list[str] | None,
        typer.Option(
            help="Methods by their parts, beside or instead of --methods. Each part may be repeated, and every "
            f"combination is a method. What scores: {', '.join(ACQUISITIONS)}.",
            show_default=False,
        ),
    ] = None,
    augmentation: Annotated[list[str] | None, typer.Option(help=AUGMENTATION_HELP, show_default=False)] = None,
    policy: Annotated[list[str] | None, typer.Option(help=POLICY_HELP, show_default=False)] = None,
    look_ahead: LookAhead = None,
    seeds: Annotated[int, typer.Option(help="Runs of each method, with the seeds 0, 1, ...")] = 5,
    jobs: Annotated[int, typer.Option(help="Processes at a time, each with one torch thread.")] = 1,
    baseline: Annotated[
        str | None, typer.Option(help="Method to compare with, also one that is in OUT; the first by default.")
    ] = None,
    preset: Preset = "demo",
    cycles: Cycles = None,
    dataset: Dataset = None,
    device: Device = "auto",
    set_: Settings = None,
) -> None:
    """Run several methods with several seeds and compare their accuracy, with paired 95 % confidence intervals.

    Give the methods as `--methods random max-entropy lada-entmix`, or by parts as `--acquisition margin --acquisition
    bald --augmentation manifold_mixup`. Complete runs are kept and interrupted ones resumed, so the same command
    continues a sweep. Writes OUT/runs.csv, accuracy.csv, differences.csv and accuracy.md, of every run in OUT: of other
    methods and seeds too, which have to have the same settings. The best accuracy in them is picked on the test set.
    """
    from lada_explore.experiments.sweep import Sweep

    at_most("seeds", seeds, MAX_SEEDS)
    if more_methods and not methods:
        raise ConfigError(
            f"{more_methods[0]!r} stands without an option; name methods after --methods, and repeat the option of a "
            "part, as --acquisition margin --acquisition bald"
        )
    composed = methods_of_parts(acquisition or (), augmentation or (), policy or (), look_ahead)
    names = (*(methods or ()), *(more_methods or ()))
    for name in names:
        named_method(name, "--methods")
    chosen = (*names, *composed)
    if not chosen:
        raise ConfigError("no method is named; name some with --methods, or by parts with --acquisition")
    settings = dict(setting(text) for text in set_ or [])
    with advising(BY_SETTINGS):
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
    _run(wanted, jobs, baseline or chosen[0])


def _run(wanted: Sweep, jobs: int, baseline: str) -> None:
    """Run a sweep, say how each run ended, and print the table.

    Raises:
        ConfigError: a run failed, or the table could not be made, which is found before a run starts.
    """
    from lada_explore.experiments.found import require_accuracy, with_all_there
    from lada_explore.experiments.sweep import Outcome, require_place, run_sweep
    from lada_explore.experiments.tables import write_tables

    def report(outcome: Outcome) -> None:
        how = outcome.error or "complete"
        say(f"{outcome.done} of {outcome.total}: {outcome.run.method}, seed {outcome.run.seed}: {how}")

    require_place(wanted.out)
    everything = with_all_there(wanted)
    if baseline not in everything.methods:
        raise unknown("baseline", baseline, list(everything.methods))
    require_accuracy(wanted)
    if others := everything.methods[len(wanted.methods) :]:
        say(f"the tables cover the runs in {wanted.out} too, of {', '.join(others)}; --baseline can name one of them")

    try:
        with sigterm_interrupts():
            outcomes = run_sweep(wanted, jobs=jobs, on_outcome=report)
    except KeyboardInterrupt:
        say("stopped; the same command continues from here", err_console)
        sys.exit(130)
    failed = [outcome for outcome in outcomes if outcome.error]
    if len(failed) < len(outcomes):
        say(write_tables(wanted, baseline).rstrip())
    if failed:
        raise ConfigError(
            f"{len(failed)} of {len(outcomes)} runs failed and are not in the table; the first, in "
            f"{failed[0].run.path}: {failed[0].error}"
        )
