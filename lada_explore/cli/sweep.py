"""`lada-explore sweep`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from lada_explore.background.processes import signals_interrupt
from lada_explore.cli.options import (
    BY_SETTINGS,
    Cycles,
    Dataset,
    Device,
    LookAhead,
    Preset,
    Settings,
    advising,
    methods_of_parts,
    named_method,
)
from lada_explore.cli.sweep_options import (
    Acquisitions,
    Address,
    Augmentations,
    Baseline,
    Gpus,
    Grid,
    Jobs,
    Methods,
    Minutes,
    MoreMethods,
    On,
    Out,
    Partition,
    Policies,
    Retries,
    Seeds,
    Threads,
    Tracks,
    each_of,
    engine_of,
)
from lada_explore.cli.terminal import err_console, say
from lada_explore.config import unknown
from lada_explore.config.limits import MAX_SEEDS, at_most
from lada_explore.config.settings import setting
from lada_explore.errors import ConfigError, LadaError

if TYPE_CHECKING:
    from lada_explore.experiments.engines import Engine
    from lada_explore.experiments.sweep import Sweep


def sweep(
    out: Out,
    methods: Methods = None,
    more_methods: MoreMethods = None,
    acquisition: Acquisitions = None,
    augmentation: Augmentations = None,
    policy: Policies = None,
    look_ahead: LookAhead = None,
    seeds: Seeds = 5,
    grid: Grid = None,
    on: On = "local",
    jobs: Jobs = None,
    threads: Threads = 1,
    gpus: Gpus = None,
    retries: Retries = None,
    address: Address = None,
    partition: Partition = None,
    minutes: Minutes = None,
    baseline: Baseline = None,
    preset: Preset = "demo",
    cycles: Cycles = None,
    dataset: Dataset = None,
    device: Device = "auto",
    track: Tracks = None,
    set_: Settings = None,
) -> None:
    """Run several methods with several seeds and compare their accuracy, with paired 95 % confidence intervals.

    Give the methods as `--methods random max-entropy lada-entmix`, or by parts as `--acquisition margin --acquisition
    bald --augmentation manifold_mixup`. Complete runs are kept and interrupted ones resumed, so the same command
    continues a sweep. Writes OUT/runs.csv, accuracy.csv, differences.csv and accuracy.md, of every run in OUT: of other
    methods and seeds too, which have to have the same settings. The best accuracy in them is picked on the test set.
    """
    from lada_explore.experiments.sweep import Sweep, with_grid

    at_most("seeds", seeds, MAX_SEEDS)
    if more_methods and not methods:
        raise ConfigError(
            f"{more_methods[0]!r} stands without an option; name methods after --methods, and repeat the option of a "
            "part, as --acquisition margin --acquisition bald"
        )
    composed = methods_of_parts(each_of(acquisition), each_of(augmentation), each_of(policy), look_ahead)
    names = (*each_of(methods), *each_of(more_methods))
    _require_methods(names)
    chosen = (*names, *composed)
    if not chosen:
        raise ConfigError("no method is named; name some with --methods, or by parts with --acquisition")
    settings = dict(setting(text) for text in set_ or [])
    with advising(BY_SETTINGS):
        wanted = with_grid(
            Sweep(
                methods=chosen,
                seeds=seeds,
                out=out,
                preset=preset,
                dataset=dataset,
                cycles=cycles,
                settings=settings,
                device=device,
                threads=threads,
            ),
            grid or (),
        )
    engine = engine_of(on, jobs, gpus=gpus, retries=retries, address=address, partition=partition, minutes=minutes)
    _run(wanted, engine, baseline or wanted.methods[0], track or ())


def _require_methods(names: Sequence[str]) -> None:
    """Raises ConfigError for a name that is none of a method, or has settings in it as the tables write them."""
    from lada_explore.experiments.grid import AT

    for name in names:
        method, at, own = name.partition(AT)
        if at:
            raise ConfigError(
                f"{name!r} has settings in its name; name {method} after --methods, and give {own.partition('=')[0]} "
                "with --grid, or with --set for all runs"
            )
        named_method(name, "--methods")


def _run(wanted: Sweep, engine: Engine, baseline: str, track: Sequence[str]) -> None:
    """Run a sweep, say how each run ended, and print the table.

    Raises:
        ConfigError: a run failed, or the table could not be made, which is found before a run starts.
    """
    from lada_explore.experiments.figures import NO_FIGURES, draws_figures
    from lada_explore.experiments.found import require_accuracy, with_all_there
    from lada_explore.experiments.sweep import Outcome, require_place, run_sweep
    from lada_explore.experiments.tables import write_tables

    complete = list[Outcome]()

    def report(outcome: Outcome) -> None:
        complete.extend([] if outcome.error else [outcome])
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
        with signals_interrupt():
            outcomes = run_sweep(
                wanted, engine=engine, on_outcome=report, track=track, on_fault=lambda fault: say(fault, err_console)
            )
    except KeyboardInterrupt:
        if complete:
            with suppress(LadaError):  # As of a run that was cut off while it was made, which is resumed.
                write_tables(wanted, baseline)
                say(f"the tables in {wanted.out} are of the runs as far as they have come", err_console)
        say("stopped; the same command continues from here", err_console)
        sys.exit(130)
    failed = [outcome for outcome in outcomes if outcome.error]
    if len(failed) < len(outcomes):
        say(write_tables(wanted, baseline).rstrip())
        if not draws_figures():
            say(NO_FIGURES, err_console)
    if failed:
        raise ConfigError(
            f"{len(failed)} of {len(outcomes)} runs failed and are not in the table; the first, in "
            f"{failed[0].run.path}: {failed[0].error}"
        )
