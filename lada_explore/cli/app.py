"""`lada-explore app`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.apps.served import ADDRESS, serve
from lada_explore.cli.terminal import say


def application(
    run: Annotated[
        Path | None,
        typer.Argument(help="A run folder, only read; the playground alone without one.", show_default=False),
    ] = None,
    port: Annotated[int | None, typer.Option(help="8866, or any free one, by default.", show_default=False)] = None,
    listen: Annotated[
        str, typer.Option(help="Address to listen on. 0.0.0.0 lets in whoever on the network has the printed address.")
    ] = ADDRESS,
    browser: Annotated[bool, typer.Option(help="Open a browser on it.")] = True,
) -> None:
    """Show the playground, and a run in the explorer, as an application in the browser and without JupyterLab.

    For a class: add &group=3 to the address, and everything drawn at random follows from seed 3.
    """
    serve(run, port=port, listen=listen, browser=browser, say=say)
