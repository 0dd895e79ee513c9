"""`lada-explore branch`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import (
    BY_SETTINGS,
    NAMES_OF_PARTS,
    Data,
    Device,
    Oracle,
    RunPath,
    Settings,
    Threads,
    Track,
    advising,
    named_method,
    settings_of,
    trackers_of,
)
from lada_explore.cli.progress import finish
from lada_explore.cli.terminal import say


def branch(
    run: RunPath,
    out: Annotated[
        Path, typer.Option(help="Folder of the branch; one that is there already goes on.", show_default=False)
    ],
    at: Annotated[
        int | None,
        typer.Option(help="Last cycle that is shared; by default that of the branch in OUT, or the last complete one."),
    ] = None,
    method: Annotated[
        str | None,
        typer.Option(help=f"A method as for `run`; that of RUN by default. {NAMES_OF_PARTS}", show_default=False),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Decides what is drawn after AT; that of RUN by default.")] = None,
    cycles: Annotated[int | None, typer.Option(help="Last cycle of the branch; that of RUN by default.")] = None,
    oracle: Oracle = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="A file of labels, as for `import-labels`: they replace those of images that have one, and are "
            "given for others.",
            show_default=False,
        ),
    ] = None,
    annotator: Annotated[str, typer.Option(help="Whose labels these are.")] = "branch",
    data: Data = None,
    device: Device = "auto",
    threads: Threads = None,
    track: Track = None,
    set_: Settings = None,
) -> None:
    """Begin a run as another run's first cycles, with other settings after them, and run it to its end.

    The branch shares the records and weights up to cycle AT with RUN, by links where the disk has them. With nothing
    changed it repeats the later cycles of RUN.
    """
    from lada_explore.experiments.branches import branch as begun

    trackers = trackers_of(track)
    named = None if method is None else named_method(method, "--method")
    with advising(BY_SETTINGS):
        session = begun(
            run,
            out,
            at=at,
            method=named,
            seed=seed,
            cycles=cycles,
            settings=settings_of(set_, None, False),
            oracle=oracle,
            labels=labels,
            annotator=annotator,
            data=data,
            device=device,
            threads=threads,
        )
    for note in session.notes:
        say(f"note: {note}")
    finish(session, trackers)
