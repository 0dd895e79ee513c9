"""`lada-explore run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import (
    AUGMENTATION_HELP,
    BY_SETTINGS,
    NAMES_OF_PARTS,
    POLICY_HELP,
    Classes,
    Cycles,
    Dataset,
    Device,
    LookAhead,
    Oracle,
    Preset,
    Settings,
    Threads,
    Track,
    Unlabelled,
    advising,
    chosen_method,
    settings_of,
    trackers_of,
)
from lada_explore.cli.progress import finish
from lada_explore.cli.terminal import say
from lada_explore.config import ACQUISITIONS, METHODS
from lada_explore.config.asked import Asked


def run(
    out: Annotated[Path, typer.Option(help="Folder of the run; it must not exist yet.", show_default=False)],
    preset: Preset = "demo",
    method: Annotated[
        str | None,
        typer.Option(help=f"One of {', '.join(METHODS)}; lada-entmix by default. {NAMES_OF_PARTS}", show_default=False),
    ] = None,
    acquisition: Annotated[
        str | None,
        typer.Option(
            help=f"The method by its parts, instead of --method. What scores: {', '.join(ACQUISITIONS)}.",
            show_default=False,
        ),
    ] = None,
    augmentation: Annotated[str | None, typer.Option(help=AUGMENTATION_HELP, show_default=False)] = None,
    policy: Annotated[str | None, typer.Option(help=POLICY_HELP, show_default=False)] = None,
    look_ahead: LookAhead = None,
    cycles: Cycles = None,
    seed: Annotated[int, typer.Option(help="Decides everything drawn at random.")] = 0,
    dataset: Dataset = None,
    classes: Classes = None,
    unlabelled: Unlabelled = False,
    device: Device = "auto",
    threads: Threads = None,
    oracle: Oracle = None,
    track: Track = None,
    set_: Settings = None,
) -> None:
    """Start a run and run it to its end.

    Every finished stage is written to the folder OUT, so that the run can be killed at any moment and resumed.
    """
    settings = settings_of(set_, classes, unlabelled)
    named = chosen_method(method, acquisition, augmentation, policy, look_ahead)
    asked = Asked(preset=preset, method=named, seed=seed, dataset=dataset, cycles=cycles, settings=settings)
    with advising(BY_SETTINGS):
        config = asked.config()
    trackers = trackers_of(track)
    from lada_explore.session.own_folder import ON_THE_COMMAND_LINE, features_at_hand
    from lada_explore.session.session import Session

    chosen, data = features_at_hand(asked, device, threads), None
    if chosen is not None:
        say(chosen.sentence(ON_THE_COMMAND_LINE))
        config, data = chosen.config, chosen.data
    session = Session.create(config, out, data=data, oracle=oracle, device=device, threads=threads)
    if session.cost is not None:
        say(session.cost.sentence())
    for note in session.notes:
        say(f"note: {note}")
    for note in session.folder.info.notes:
        say(f"note on the images: {note}")
    finish(session, trackers)
