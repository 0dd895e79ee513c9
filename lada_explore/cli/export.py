"""`lada-explore export`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.cli.options import Data, RunPath
from lada_explore.cli.terminal import err_console, say
from lada_explore.config import unknown
from lada_explore.errors import ConfigError
from lada_explore.exchange import FORMS, PlacedForm, report
from lada_explore.exchange.run_labels import export_labels, write_out
from lada_explore.store import open_run


def export(
    run: RunPath,
    table: Annotated[str, typer.Option(help=f"Which table: {', '.join(report.TABLES)}.")] = "cycles",
    as_json: Annotated[bool, typer.Option("--json/--csv", help="The form of the output.")] = False,
    labels: Annotated[
        str | None,
        typer.Option(help=f"Instead of a table, the current labels, as {', '.join(FORMS)}.", show_default=False),
    ] = None,
    links: Annotated[
        bool, typer.Option("--links/--copies", help="Whether folders of image files hold links to them or copies.")
    ] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Such folders may replace an earlier export.")] = False,
    data: Data = None,
    out: Annotated[Path | None, typer.Option(help="File or folder to write; standard output by default.")] = None,
) -> None:
    """Write a run as CSV or JSON: its cycles, its queries or all candidate pairs; or its labels."""
    if (links or replace) and not _needs_pictures(labels):
        raise ConfigError(f"--{'links' if links else 'replace'} is for --labels folders; leave it out, or add that")
    if data is not None and labels is None:
        raise ConfigError("--data is for --labels; leave it out, or add that")
    recorded = open_run(run)
    if labels is not None:
        for sentence in export_labels(recorded, out, labels, links=links, replace=replace, data=data).splitlines():
            say(sentence, err_console)
        return
    if table not in report.TABLES:
        raise unknown("table", table, list(report.TABLES))
    made = report.TABLES[table]
    rows, columns = made.rows(recorded), made.header(recorded)
    write_out(report.to_json(recorded, rows, columns) if as_json else report.to_csv(rows, columns), recorded, out)


def _needs_pictures(form: str | None) -> bool:
    chosen = FORMS.get(form or "")
    return isinstance(chosen, PlacedForm) and chosen.needs_pictures
