"""Everything that the stepper shows, as one plain value: its texts are made here, the page only lays them out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypedDict

from lada_explore.analysis import describe, time_left
from lada_explore.config import RunConfig
from lada_explore.config.paths import command
from lada_explore.records import (
    STAGE_NAMES,
    CycleRecords,
    Stage,
    cycle_name,
    position,
    stages_of,
)
from lada_explore.session.worker import Worker, WorkerState, WorkerStatus
from lada_explore.views.base.source import RunSource
from lada_explore.views.base.text import device_name, duration
from lada_explore.views.stepper.stage_help import stage_help

LOG_LENGTH = 7
"""Stages in the log: one whole cycle."""

MAX_NOTES = 3
"""Notes above the views; a run can have one for each time that it went on elsewhere."""

WORK = {
    **dict.fromkeys((Stage.SUBSAMPLE, Stage.SCORE, Stage.LOOK_AHEAD, Stage.SELECT), "Choosing the next images"),
    Stage.QUERY: "Asking for labels",
    Stage.TRAIN: "Training the classifier",
    Stage.EVALUATE: "Evaluating the classifier",
}
"""What a person is told that a stage does."""

_ASKED = {"pause": "Pausing", "stop": "Stopping"}
_MARKS = {"done": "✓", "running": "▶", "paused": "❚❚", "next": "○", "failed": "✕", "skipped": "-", "todo": "·"}
_STATUS = {"skipped": "not part of the start", "todo": "to come"}


class StageView(TypedDict):
    """One stage in the row of stages."""

    key: str
    name: str
    title: str
    status: str
    mark: str
    time: str


class LogEntry(TypedDict):
    """One sentence of the log."""

    where: str
    text: str


class ProgressView(TypedDict):
    """How far the running stage is."""

    done: int
    total: int


class ImageNotes(TypedDict):
    """What was said of the images when the run began; it is folded away, so that a long list takes no room."""

    title: str
    notes: list[str]


class StepperState(TypedDict):
    """Everything that the stepper shows."""

    run_state: str
    about: str
    labels: str
    cycles_left: int
    now: str
    notes: list[str]
    images: ImageNotes
    error: str
    amount: str
    left: str
    progress: ProgressView | None
    stages: list[StageView]
    log: list[LogEntry]
    can: dict[str, bool]


def stepper_state(run: Worker, refused: str = "") -> StepperState:
    """What the stepper shows of a live run now.

    Args:
        run: worker of the run.
        refused: what was wrong with the last command, if anything.
    """
    status, history = run.status, run.history
    progress = status.progress
    return StepperState(
        run_state=status.state.value,
        about=_about(run.config, run.device),
        labels=_labels(run.config, history, len(run.class_names)),
        cycles_left=run.config.schedule.cycles - _cycles_done(history),
        now=_now(status, history),
        notes=_notes(run),
        images=_image_notes(run),
        error=refused or (status.message if status.state is WorkerState.FAILED else ""),
        amount=_amount(status),
        left=_left(status, history, run.config, asks=run.asks_a_person),
        progress=None if progress is None else ProgressView(done=progress.done, total=progress.total),
        stages=_live_track(run, status, history),
        log=_log(history, run.class_names, run.config_of),
        can=_allowed(status.state, asks=run.asks_a_person),
    )


def recorded_state(source: RunSource, cycle: int | None) -> StepperState:
    """What the bar shows of a recorded run.

    Args:
        source: the run.
        cycle: the cycle whose stages and seconds are shown; None takes the latest.
    """
    history = source.history
    records = next((entry for entry in history if entry.cycle == cycle), history[-1])
    complete = position(history, source.config.schedule.cycles).next_stage is None
    ended = WorkerStatus(
        state=WorkerState.FINISHED, cycle=records.cycle, stage=None, progress=None, stage_s=0.0, message=""
    )
    return StepperState(
        run_state="recorded",
        about=_about(source.config, source.device),
        labels=_labels(source.config, history, len(source.class_names)),
        cycles_left=source.config.schedule.cycles - _cycles_done(history),
        now=_recorded_sentence(records, complete=complete, path=getattr(source, "path", None)),
        notes=_notes(source),
        images=_image_notes(source),
        error="",
        amount="",
        left="",
        progress=None,
        stages=_track(source, records.cycle, ended, records),
        log=[],
        can={},
    )


def _recorded_sentence(records: CycleRecords, *, complete: bool, path: Path | None) -> str:
    took = f"{cycle_name(records.cycle).capitalize()} took {duration(sum(records.seconds.values()))}."
    if complete:
        return f"{took} This run is recorded and complete."
    resume = f" To continue it, run {command('resume', path)}, then open it again." if path is not None else ""
    return f"{took} This run is recorded, not live.{resume}"


def _about(config: RunConfig, device: str) -> str:
    words = (
        config.data.name,
        config.method.name,
        f"preset {config.preset}",
        f"seed {config.seed}",
        device_name(device),
    )
    return " · ".join(words)


def _notes(source: RunSource) -> list[str]:
    """What a person should know of the run: the first few notes, and how many there are beside them."""
    notes = [f"Note: {note}." for note in getattr(source, "notes", ())]
    more = len(notes) - MAX_NOTES
    return notes if more <= 0 else [*notes[:MAX_NOTES], f"There are {more} more notes; `lada-explore show` lists all."]


def _image_notes(source: RunSource) -> ImageNotes:
    notes = list(getattr(source, "image_notes", ()))
    return ImageNotes(title=f"{len(notes)} note{'s' if len(notes) > 1 else ''} on the images", notes=notes)


def _labels(config: RunConfig, history: Sequence[CycleRecords], classes: int) -> str:
    used = sum(len(records.query.ids) for records in history if records.query is not None)
    schedule, begin = config.schedule, history[0] if history else None
    # Runs of earlier versions are drawn as they were: their seed rounds have no neighbours.
    in_seed_round = begin is not None and begin.select is not None and begin.select.seed_neighbours.size > 0
    start = classes * schedule.start_per_class(classes, labelled=not in_seed_round)
    if in_seed_round and begin is not None and begin.query is not None:
        start = len(begin.query.ids)  # It ends with more labels than it looks for, or with fewer.
    total = start + schedule.budget * schedule.cycles
    return f"{used:,} of {total:,} labels used · {_cycles_done(history):,} of {schedule.cycles:,} cycles done"


def _cycles_done(history: Sequence[CycleRecords]) -> int:
    return sum(1 for records in history if records.cycle > 0 and records.next_stage is None)


def _now(status: WorkerStatus, history: Sequence[CycleRecords]) -> str:
    if status.stage is None:
        return "The run is complete."
    name, cycle = STAGE_NAMES[status.stage], f"cycle {status.cycle}"
    where, work = f"{name} ({cycle})", f"{WORK[status.stage]} ({name}, {cycle})"
    if status.cycle == 0:
        work = work.replace("next images", "first images")
    match status.state:
        case WorkerState.RUNNING:
            if status.asked:
                return f"{_ASKED[status.asked]} at the next step within {where}."
            return work
        case WorkerState.PAUSED:
            return f"Paused during {where}."
        case WorkerState.WAITING:
            return f"{work}: {status.message}."
        case WorkerState.FAILED:
            return f"{where} failed. Nothing was saved; the next step starts it again."
        case _:
            first = not history or history[-1].next_stage is None
            finished = f"Cycle {history[-1].cycle} done. " if history and first else ""
            stopped = "" if not status.message else f"{status.message[0].upper()}{status.message[1:]}."
            return stopped or f"{finished}Next: {where}."


def _amount(status: WorkerStatus) -> str:
    if status.state not in (WorkerState.RUNNING, WorkerState.PAUSED):
        return ""
    progress = status.progress
    amount = "" if progress is None else f"{progress.done:,} of {progress.total:,} {progress.unit} · "
    return f"{amount}{status.stage_s:.1f} s"


def _left(status: WorkerStatus, history: Sequence[CycleRecords], config: RunConfig, *, asks: bool) -> str:
    """The time left to the end of the run, or until a person is asked, because how long they take is unknown."""
    if asks and status.stage is Stage.QUERY:
        return ""
    busy = status.state in (WorkerState.RUNNING, WorkerState.PAUSED)
    progress = status.progress if busy else None
    left = time_left(
        history,
        cycle=status.cycle,
        stage=status.stage,
        last_cycle=config.schedule.cycles,
        budget=config.schedule.budget,
        share=progress.done / progress.total if progress is not None and progress.total else 0.0,
        elapsed_s=status.stage_s,
        asks=asks,
    )
    parts = []
    if busy and left.stage_s is not None:
        parts.append(f"{duration(left.stage_s)} for this stage")
    if left.run_s:
        goal = "until you are asked" if left.until_asked else "to the end of the run"
        parts.append(f"{duration(left.run_s)} {goal}")
    return f"about {', '.join(parts)}" if parts else ""


def _live_track(run: Worker, status: WorkerStatus, history: Sequence[CycleRecords]) -> list[StageView]:
    latest = history[-1] if history else None
    busy = status.state in (WorkerState.RUNNING, WorkerState.PAUSED, WorkerState.FAILED)
    # Between two cycles the finished one is shown with its seconds, until the next one begins.
    shown = latest if latest is not None and (latest.cycle == status.cycle or not busy) else None
    return _track(run, status.cycle if shown is None else shown.cycle, status, shown)


def _track(source: RunSource, cycle: int, status: WorkerStatus, shown: CycleRecords | None) -> list[StageView]:
    config, asks = source.config_of(cycle), getattr(source, "asks_a_person", False)
    return [_stage_view(stage, cycle, status, shown, stage_help(stage, config, cycle, asks=asks)) for stage in Stage]


def _stage_view(stage: Stage, cycle: int, status: WorkerStatus, shown: CycleRecords | None, does: str) -> StageView:
    seconds = shown.seconds.get(stage) if shown is not None else None
    if stage not in stages_of(cycle):
        state = "skipped"
    elif shown is not None and shown.get(stage) is not None:
        state = "done"
    elif stage is status.stage and cycle == status.cycle:
        state = {"running": "running", "paused": "paused", "failed": "failed"}.get(status.state.value, "next")
    else:
        state = "todo"
    return StageView(
        key=stage.value,
        name=STAGE_NAMES[stage],
        title=f"{does} ({_STATUS.get(state, state)})",
        status=state,
        mark=_MARKS[state],
        time="" if seconds is None else f"{seconds:.1f} s",
    )


def _log(
    history: Sequence[CycleRecords], class_names: Sequence[str], config_of: Callable[[int], RunConfig]
) -> list[LogEntry]:
    entries: list[LogEntry] = []
    # No stage of one cycle runs twice, so the last two cycles hold the latest seven.
    for records in reversed(history[-2:]):
        config = config_of(records.cycle)
        for stage in reversed(stages_of(records.cycle)):
            record = records.get(stage)
            if record is not None and len(entries) < LOG_LENGTH:
                where = f"{cycle_name(records.cycle).capitalize()} · {STAGE_NAMES[stage]}"
                text = describe(record, class_names, config.method, on_features=config.classifier.is_frozen)
                entries.append(LogEntry(where=where, text=text))
    return entries


def _allowed(state: WorkerState, *, asks: bool) -> dict[str, bool]:
    """Which commands are possible now, by name; an oracle that is no person may be asked again."""
    ready = state in (WorkerState.IDLE, WorkerState.FAILED) or (state is WorkerState.WAITING and not asks)
    return {
        "step": ready or state is WorkerState.PAUSED,
        "cycle": ready or state is WorkerState.PAUSED,
        "run": ready or state is WorkerState.PAUSED,
        "all": ready or state is WorkerState.PAUSED,
        "pause": state is WorkerState.RUNNING,
        "resume": state is WorkerState.PAUSED,
        "stop": state in (WorkerState.RUNNING, WorkerState.PAUSED, WorkerState.WAITING),
    }
