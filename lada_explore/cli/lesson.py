"""`lada-explore lesson`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import RunPath
from lada_explore.cli.terminal import say
from lada_explore.config.paths import expanded


def lesson(
    run: RunPath,
    beside: Annotated[
        Path | None,
        typer.Argument(help="A second run, shown beside the first; one slider moves both.", show_default=False),
    ] = None,
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("lesson.html"),
) -> None:
    """Write a run, or two side by side, as one HTML file for teaching, which needs only a browser.

    The file holds everything: it needs neither Python nor a network.
    """
    from lada_explore.apps.lesson import write_lesson

    out = expanded(out)
    size = write_lesson(run, out, beside)
    say(f"wrote {out}, {size / 1e6:.1f} MB; open it in a browser, from disk or from a USB stick")
