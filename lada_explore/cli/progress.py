"""Running a session to its end, with progress on the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lada_explore import events
from lada_explore.cli.terminal import err_console, out_console, say
from lada_explore.config import POLICIES
from lada_explore.config.paths import command
from lada_explore.exchange.report import cycle_row
from lada_explore.records import STAGE_NAMES, Stage

if TYPE_CHECKING:
    from lada_explore.exchange.trackers import Tracker
    from lada_explore.session.session import Session


def how_to_answer(path: Path) -> str:
    """What a person does about the open query of a run, and how the run goes on then."""
    return (
        f"answer them in JupyterLab with open_session({str(path)!r}, ...) and a Labeller, or with "
        f"{command('import-labels', path, 'FILE')}; then go on with {command('resume', path)}"
    )


def finish(session: Session, trackers: Sequence[Tracker] = ()) -> None:
    """Run to the end, or to a query that waits for a person, with progress on the terminal.

    Args:
        session: the session; it is closed in any case.
        trackers: what follows it.
    """
    path = session.folder.path
    with closing(session):
        try:
            with _tracked(session, trackers), _progress(session):
                session.run()
        except KeyboardInterrupt:
            say(f"stopped; go on with {command('resume', path)}", err_console)
            sys.exit(130)
        if waiting := len(session.open_query):
            say(f"cycle {session.cycle} asks about {waiting} images; {how_to_answer(path)}")
        else:
            say(f"complete; look at it with {command('show', path)}")


@contextmanager
def _tracked(session: Session, trackers: Sequence[Tracker]) -> Iterator[None]:
    """Trackers follow the session; what they lack in the end is said."""
    if not trackers:
        yield
        return
    from lada_explore.apps.tracking import track

    tracking = track(session, *trackers)
    try:
        yield
    finally:
        tracking.close()
        for fault in tracking.faults:
            say(fault, err_console)


@contextmanager
def _progress(session: Session) -> Iterator[None]:
    """Progress bars of the run and of the current stage, and a line for each finished cycle."""
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

        def handle(event: events.Event) -> None:
            if isinstance(event, events.StageStarted):
                bars.reset(part, total=None, description=STAGE_NAMES[event.stage])
            elif isinstance(event, events.Progress):
                bars.update(
                    part,
                    total=event.total,
                    completed=event.done,
                    description=f"{STAGE_NAMES[event.stage]}: {event.unit}",
                )
            elif isinstance(event, events.StageFinished) and event.stage is Stage.EVALUATE:
                bars.update(whole, completed=event.cycle + 1)
                bars.console.print(cycle_line(session), markup=False, highlight=False)

        forget = session.subscribe(handle)
        try:
            yield
        finally:
            forget()


def cycle_line(session: Session) -> str:
    """What is printed of the last cycle: labels, accuracy, seconds, and tau* if the method looks ahead with pairs."""
    method = session.config.method
    row = cycle_row(session.history[-1], session.folder.info.acquisition_unit)
    parts = [f"cycle {row['cycle']:3d}", f"{row['labels']} labels"]
    if row["accuracy_percent"] is not None:
        parts.append(f"accuracy {row['accuracy_percent']:.2f} %")
    if row["tau_mean"] is not None and method.look_ahead:
        quartiles = f" ({row['tau_q1']:.3f} to {row['tau_q3']:.3f})"
        parts.append(f"tau* {row['tau_mean']:.3f}{'' if POLICIES[method.policy].same_for_all else quartiles}")
    return ", ".join([*parts, f"{row['seconds']:.1f} s"])
