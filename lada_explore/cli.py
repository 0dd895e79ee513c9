"""The command line. Torch is imported only by the commands that compute, the views only by the one that draws."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from lada_explore import events, report
from lada_explore.app import ADDRESS, serve
from lada_explore.config import METHODS, flatten, unknown
from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange import FORMS
from lada_explore.labels_io import answer_from, export_labels, write_out
from lada_explore.paths import expanded
from lada_explore.presets import PRESETS, configure, preset_named
from lada_explore.records import Stage
from lada_explore.store import RecordedRun, open_run

if TYPE_CHECKING:
    from lada_explore.session import Session

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help="Run, resume and read look-ahead active learning (LADA). Start with: lada-explore run --out runs/first",
)
out_console = Console()
err_console = Console(stderr=True)

RunPath = Annotated[Path, typer.Argument(help="A run folder made by `lada-explore run`.", show_default=False)]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1. auto takes the GPU if there is one.")]
Threads = Annotated[
    int | None,
    typer.Option(
        help="CPU threads. A short trial chooses when it is not given, and a run keeps its number.", show_default=False
    ),
]
Oracle = Annotated[
    str | None,
    typer.Option(
        help="Who answers: ground-truth, person, or noisy:0.1 for a tenth of wrong answers (noisy:0.1@3-5: in cycles "
        "3 to 5). The ground truth, where the images have labels."
    ),
]


@app.command()
def run(
    out: Annotated[Path, typer.Option(help="Folder of the run; it must not exist yet.", show_default=False)],
    preset: Annotated[str, typer.Option(help="A set of numbers; see `lada-explore presets`.")] = "demo",
    method: Annotated[str, typer.Option(help=f"One of {', '.join(METHODS)}.")] = "lada-entmix",
    cycles: Annotated[int | None, typer.Option(help="Acquisition rounds; the preset's own by default.")] = None,
    seed: Annotated[int, typer.Option(help="Decides everything drawn at random.")] = 0,
    dataset: Annotated[
        str | None, typer.Option(help="A name from `lada-explore datasets`, or folder:PATH or array:PATH, your own.")
    ] = None,
    classes: Annotated[
        str | None, typer.Option(help="Class names, where your own images come without, as a,b,c.", show_default=False)
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    oracle: Oracle = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other number, as schedule.budget=20; may be repeated.", show_default=False),
    ] = None,
) -> None:
    """Start a run and go to its end.

    Everything is written to the folder OUT stage by stage, so that the run can be killed at any moment and resumed.
    """
    settings: dict[str, Any] = dict(_setting(text) for text in set_ or [])
    if classes is not None:
        settings["data.classes"] = classes
    config = configure(preset, method, seed=seed, dataset=dataset, cycles=cycles, settings=settings)
    from lada_explore.session import Session

    _finish(Session.create(config, out, oracle=oracle, device=device, threads=threads))


@app.command()
def resume(run: RunPath, device: Device = "auto", threads: Threads = None, oracle: Oracle = None) -> None:
    """Go on with a run from its last finished stage to its end."""
    open_run(run)  # Says what is wrong with a folder before torch is loaded.
    from lada_explore.session import Session

    _finish(Session.resume(run, oracle=oracle, device=device, threads=threads))


@app.command()
def sweep(
    out: Annotated[
        Path, typer.Option(help="Folder of the runs; one that is there is gone on with.", show_default=False)
    ],
    methods: Annotated[list[str], typer.Option(help="Methods, one after the other; may be repeated.")],
    more_methods: Annotated[list[str] | None, typer.Argument(hidden=True, metavar="[METHOD]...")] = None,
    seeds: Annotated[int, typer.Option(help="Runs of each method, with the seeds 0, 1, ...")] = 5,
    jobs: Annotated[int, typer.Option(help="Processes at a time, each with one torch thread.")] = 1,
    baseline: Annotated[str | None, typer.Option(help="Method to compare with; the first by default.")] = None,
    preset: Annotated[str, typer.Option(help="A set of numbers; see `lada-explore presets`.")] = "demo",
    cycles: Annotated[int | None, typer.Option(help="Acquisition rounds; the preset's own by default.")] = None,
    dataset: Annotated[str | None, typer.Option(help="A name from `lada-explore datasets`, or your own.")] = None,
    device: Device = "auto",
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="Any other number, as schedule.budget=20.", show_default=False)
    ] = None,
) -> None:
    """Run methods by seeds and compare them: accuracy against labels with paired 95 % confidence intervals.

    Give the methods as `--methods random max-entropy lada-entmix`. Complete runs are kept and interrupted ones resumed,
    so the same command goes on where it was. Writes OUT/accuracy.csv and OUT/accuracy.md.
    """
    from lada_explore.sweep import Outcome, Sweep, run_sweep, write_tables

    chosen = (*methods, *(more_methods or []))
    settings = dict(_setting(text) for text in set_ or [])
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
    against = baseline or chosen[0]
    if against not in chosen:
        raise unknown("baseline", against, list(chosen))

    def say(outcome: Outcome) -> None:
        how = outcome.error or "complete"
        _say(f"{outcome.done} of {outcome.total}: {outcome.run.method}, seed {outcome.run.seed}: {how}")

    try:
        outcomes = run_sweep(wanted, jobs=jobs, on_outcome=say)
    except KeyboardInterrupt:
        _say("stopped; the same command goes on from here", err_console)
        sys.exit(130)
    failed = [outcome for outcome in outcomes if outcome.error]
    if len(failed) < len(outcomes):
        _say(write_tables(wanted, against).rstrip())
    if failed:
        raise ConfigError(
            f"{len(failed)} of {len(outcomes)} runs failed, so the table is without them; the first, in "
            f"{failed[0].run.path}: {failed[0].error}"
        )


@app.command()
def show(run: RunPath) -> None:
    """Print a run as a table, one line a cycle."""
    recorded = open_run(run)
    config, info = recorded.config, recorded.info
    _say_wrapped(
        f"{config.method.name} on {config.data.name}, preset {config.preset}, seed {config.seed}, {info.device}, "
        f"answers by {info.oracle}"
    )
    _say(report.to_text(recorded, _width()))
    _say_wrapped(
        "tau*, look-ahead value V and regret are means over the candidate pairs; V and regret in "
        f"{info.acquisition_unit}"
    )
    _say(_whats_next(recorded))


@app.command("app")
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
    serve(run, port=port, listen=listen, browser=browser, say=_say)


@app.command()
def lesson(
    run: RunPath,
    out: Annotated[Path, typer.Option(help="The HTML file to write.")] = Path("lesson.html"),
) -> None:
    """Write a run as one HTML file to teach with: it needs neither Python nor a network, only a browser."""
    from lada_explore.lesson import write_lesson

    out = expanded(out)
    size = write_lesson(run, out)
    _say(f"wrote {out}, {size / 1e6:.1f} MB; open it in a browser, from disk or from a USB stick")


@app.command()
def export(
    run: RunPath,
    table: Annotated[str, typer.Option(help=f"Which table: {', '.join(report.TABLES)}.")] = "cycles",
    as_json: Annotated[bool, typer.Option("--json/--csv", help="The form of the output.")] = False,
    labels: Annotated[
        str | None,
        typer.Option(help=f"Instead of a table, the labels that stand: {', '.join(FORMS)}.", show_default=False),
    ] = None,
    links: Annotated[bool, typer.Option("--links/--copies", help="What the class folders hold.")] = False,
    replace: Annotated[bool, typer.Option("--replace", help="Class folders may replace an earlier export.")] = False,
    out: Annotated[Path | None, typer.Option(help="File or folder to write; standard output by default.")] = None,
) -> None:
    """Write a run as CSV or JSON: its cycles, its queries or all candidate pairs; or its labels."""
    recorded = open_run(run)
    if labels is not None:
        for sentence in export_labels(recorded, out, labels, links=links, replace=replace).splitlines():
            _say(sentence, err_console)
        return
    if table not in report.TABLES:
        raise unknown("table", table, list(report.TABLES))
    made = report.TABLES[table]
    rows, columns = made.rows(recorded), made.header(recorded)
    write_out(report.to_json(recorded, rows, columns) if as_json else report.to_csv(rows, columns), recorded, out)


@app.command("import-labels")
def import_labels(
    run: RunPath,
    file: Annotated[
        Path, typer.Argument(help="A CSV file with the columns file or id, and class; or a folder of class folders.")
    ],
    annotator: Annotated[str, typer.Option(help="Who answers.")] = "import",
    device: Device = "auto",
) -> None:
    """Answer the open query of a run from a file, and list what was not taken and why."""
    for sentence in answer_from(run, file, annotator, device):
        _say(sentence)


@app.command()
def datasets() -> None:
    """List the data sets, and where their images come from."""
    from lada_explore.datasets import CATALOGUE

    table = Table("name", "classes", "shape", "what it is")
    for entry in CATALOGUE.values():
        table.add_row(entry.name, str(entry.n_classes), " x ".join(map(str, entry.shape)), entry.summary)
    table.add_row("folder:PATH", "yours", "declared", "Your own images: class folders, or a flat folder and --classes")
    table.add_row("array:PATH", "yours", "theirs", "Your own arrays, read as needed: PATH/images.npy, targets.npy, ...")
    out_console.print(table)


@app.command()
def presets(
    name: Annotated[str | None, typer.Argument(help="Show every number of this preset and its source.")] = None,
) -> None:
    """List the presets, or every number of one with its source."""
    if name is None:
        table = Table("name", "what it is")
        for preset in PRESETS.values():
            table.add_row(preset.name, preset.summary)
        out_console.print(table)
        out_console.print("`lada-explore presets NAME` shows every number and its source.", markup=False)
        return
    preset = preset_named(name)
    numbers = flatten(configure(name).to_dict())
    table = Table("setting", "value", "source", title=preset.summary)
    for setting, source in preset.sources.items():
        table.add_row(setting, str(numbers[setting]), source)
    out_console.print(table)


def main() -> None:
    """Entry point: a wrong input is one sentence on standard error and exit code 2."""
    try:
        app()
    except LadaError as error:
        # A message may quote a library's, or a path, of several lines.
        sentence = " ".join(str(error).splitlines())
        err_console.print(f"lada-explore: {sentence}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(2)


# Helpers ---


def _say(sentence: str, console: Console = out_console) -> None:
    """Print as it is, on one line: a path in it can be copied."""
    console.print(sentence, markup=False, highlight=False, soft_wrap=True)


def _setting(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise ConfigError(f"--set {text!r} has no value; write it as schedule.budget=20")
    return name, value


def _width() -> int:
    """Columns of the terminal; $COLUMNS, or 80 where there is none."""
    return shutil.get_terminal_size((80, 24)).columns


def _say_wrapped(sentence: str) -> None:
    """Print on lines no wider than the terminal, broken between words only."""
    _say(textwrap.fill(sentence, _width(), break_long_words=False, break_on_hyphens=False))


def _whats_next(recorded: RecordedRun) -> str:
    last, cycles = recorded.history[-1], recorded.config.schedule.cycles
    if last.next_stage is None and last.cycle == cycles:
        return f"complete after {cycles} cycles"
    stage = last.next_stage or Stage.SUBSAMPLE
    cycle = last.cycle if last.next_stage else last.cycle + 1
    return f"next: {stage} of cycle {cycle}; go on with `lada-explore resume {recorded.path}`"


def _finish(session: Session) -> None:
    """Run to the end, or to a query that waits for a person, with progress on the terminal."""
    path = session.folder.path
    with closing(session):
        try:
            with _progress(session):
                session.run()
        except KeyboardInterrupt:
            _say(f"stopped; go on with `lada-explore resume {path}`", err_console)
            sys.exit(130)
        if waiting := len(session.open_query):
            _say(
                f"cycle {session.cycle} asks about {waiting} images; answer them in JupyterLab with "
                f"open_session({str(path)!r}, ...)"
            )
        else:
            _say(f"complete; look at it with `lada-explore show {path}`")


@contextmanager
def _progress(session: Session) -> Iterator[None]:
    """Bars for the run and for the stage under way, and a line for each finished cycle."""
    bars = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=out_console,
        disable=not out_console.is_terminal,
    )
    cycles = session.config.schedule.cycles
    with bars:
        whole = bars.add_task("cycles", total=cycles + 1, completed=session.cycle)
        part = bars.add_task("", total=None)

        def hear(event: events.Event) -> None:
            if isinstance(event, events.StageStarted):
                bars.reset(part, total=None, description=f"{event.stage}")
            elif isinstance(event, events.Progress):
                bars.update(part, total=event.total, completed=event.done, description=f"{event.stage}: {event.unit}")
            elif isinstance(event, events.StageFinished) and event.stage is Stage.EVALUATE:
                bars.update(whole, completed=event.cycle + 1)
                bars.console.print(_cycle_line(session), markup=False, highlight=False)

        forget = session.subscribe(hear)
        try:
            yield
        finally:
            forget()


def _cycle_line(session: Session) -> str:
    row = report.cycle_row(session.history[-1], session.folder.info.acquisition_unit)
    parts = [f"cycle {row['cycle']:3d}", f"{row['labels']} labels"]
    if row["accuracy_percent"] is not None:
        parts.append(f"accuracy {row['accuracy_percent']:.2f} %")
    if row["tau_mean"] is not None:
        parts.append(f"tau* {row['tau_mean']:.3f} ({row['tau_q1']:.3f} to {row['tau_q3']:.3f})")
    return ", ".join([*parts, f"{row['seconds']:.1f} s"])
