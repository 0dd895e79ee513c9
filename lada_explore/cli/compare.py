"""`lada-explore compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.terminal import say, say_wrapped, width
from lada_explore.config.paths import expanded
from lada_explore.files import OF_EXPORT


def compare(
    runs: Annotated[
        list[Path],
        typer.Argument(
            help="Two runs or more; the first is A, to which the others are compared. A folder of runs, as OUT/METHOD "
            "of a sweep, is one side, and so are single runs that differ in their seed only, where they are more than "
            "two. The folder OUT of a whole sweep is a side for each of its methods.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None, typer.Option(help="New folder for the tables as CSV files and the figure.", show_default=False)
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            help="The folder of the images, if it has moved; intervals over test images need their classes.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Compare runs: accuracy with paired differences, what each asked, tau*, and how far their classifiers agree.

    Branches are compared from where they part, and runs that are not complete as far as both have come. Of two single
    runs the intervals are over the test images, of several seeds over the seeds.
    """
    from lada_explore.experiments.compare import compare as compared
    from lada_explore.experiments.figures import NO_FIGURES, draws_figures
    from lada_explore.store.run_folder import require_new

    if out is not None:
        require_new(expanded(out), OF_EXPORT)
    found = compared(*runs, data=data)
    for place, one in enumerate(found.compared):
        if place:
            say("")
        for line in (one.first.title, one.second.title, *one.notes):
            say_wrapped(line)
        for shown in found.shown(one):
            say("")
            say_wrapped(shown.title)
            say(shown.text(width()))
    if out is not None:
        found.write(out)
        say("")
        if draws_figures():
            say_wrapped(f"the tables, and the differences as a figure, are in {out}")
        else:
            say_wrapped(f"the tables are in {out}; {NO_FIGURES}")
