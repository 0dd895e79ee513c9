"""The command line. Torch is imported only by the commands that compute, the views only by the one that draws."""

from __future__ import annotations

import io
import sys
from typing import Annotated

import typer

import lada_explore
from lada_explore.cli import app as served
from lada_explore.cli import (
    backbones,
    board,
    branch,
    compare,
    datasets,
    embed,
    export,
    import_labels,
    lesson,
    notebooks,
    presets,
    repair,
    resume,
    run,
    show,
    sweep,
)
from lada_explore.cli.last_resort import sentence_of
from lada_explore.cli.terminal import err_console, say
from lada_explore.errors import LadaError, missing_extra

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Run, resume and read look-ahead active learning (LADA). Start with: lada-explore run --out runs/first",
)


def _tell_version(asked: bool) -> None:
    if asked:
        say(f"lada-explore {lada_explore.__version__}")
        raise typer.Exit


@app.callback()
def common(
    version: Annotated[
        bool, typer.Option("--version", callback=_tell_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Options of no command in particular."""


app.command("run")(run.run)
app.command("resume")(resume.resume)
app.command("branch")(branch.branch)
app.command("compare")(compare.compare)
app.command("sweep")(sweep.sweep)
app.command("board")(board.board)
app.command("show")(show.show)
app.command("repair")(repair.repair)
app.command("app")(served.application)
app.command("lesson")(lesson.lesson)
app.command("notebooks")(notebooks.notebooks)
app.command("export")(export.export)
app.command("import-labels")(import_labels.import_labels)
app.command("embed")(embed.embed)
app.command("backbones")(backbones.backbones)
app.command("datasets")(datasets.datasets)
app.command("presets")(presets.presets)
_command = typer.main.get_command(app)  # once: `app()` puts it together anew in every call


def main() -> None:
    """Entry point: a wrong input is one sentence on standard error and exit code 2, a failure of ours exit code 3."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # A terminal may have another encoding than UTF-8.
            stream.reconfigure(errors="backslashreplace")
    try:
        _command()
    except LadaError as error:
        # A message may quote text of several lines, such as a path or the message of a library.
        _say(" ".join(str(error).splitlines()))
        sys.exit(2)
    except Exception as error:
        if isinstance(error, ImportError) and (lacking := missing_extra(error, "this command")) is not None:
            _say(str(lacking))
            sys.exit(2)
        _say(sentence_of(error))
        sys.exit(3)


def _say(sentence: str) -> None:
    say(f"lada-explore: {sentence}", err_console, "bold red")
