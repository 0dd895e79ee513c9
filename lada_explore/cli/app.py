"""`lada-explore app`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.apps.served.address import ADDRESS
from lada_explore.apps.served.process import STUDENTS
from lada_explore.apps.served.serve import serve
from lada_explore.cli.terminal import say


def application(
    run: Annotated[
        Path | None,
        typer.Argument(
            help="A run folder, opened for reading only. Without one only the playground is shown.", show_default=False
        ),
    ] = None,
    beside: Annotated[
        Path | None, typer.Option(help="A run folder to show beside it, linked, in every tab.", show_default=False)
    ] = None,
    port: Annotated[
        int | None, typer.Option(help="By default 8866, or any free port if that is taken.", show_default=False)
    ] = None,
    listen: Annotated[
        str,
        typer.Option(help="Address to listen on. 0.0.0.0 lets in everybody on the network who has the printed link."),
    ] = ADDRESS,
    max_students: Annotated[
        int, typer.Option(help="Pages at a time, 600 MB each where it plays; who comes later is told that it is full.")
    ] = STUDENTS,
    browser: Annotated[bool, typer.Option(help="Open a browser on it.")] = True,
) -> None:
    """Show the playground, and a run in the explorer, as an application in the browser and without JupyterLab.

    For a class: add &group=3 to the address, and everything drawn at random follows from seed 3. SECURITY.md in the
    repository says what somebody who has the address can and cannot do.
    """
    serve(run, beside=beside, port=port, listen=listen, max_students=max_students, browser=browser, say=say)
