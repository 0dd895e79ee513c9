"""After a power cut a run opens where it was acknowledged last, or one step further; never between, never otherwise."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from pathlib import Path

import pytest
from helpers.disk import steps_below
from helpers.fake_runs import info_of
from helpers.fakes import FakeSession
from helpers.fuzz import ROUNDS, drawing
from helpers.power import Recorder, replay, without, write_after_cut
from helpers.small_runs import record_bytes, stage_order

from lada_explore.errors import LadaError
from lada_explore.records import Stage
from lada_explore.store import RunFolder, open_run
from lada_explore.store.journal import JOURNAL_FILE
from lada_explore.store.run_writer import RunWriter

pytestmark = pytest.mark.slow

CYCLES = 2
CUTS = 400
"""Power cuts of a round."""

WEIGHTS = "checkpoint.safetensors"


def said_by(run: Path):
    """What a run holds, as far as it was ever acknowledged: its stages, its answers, its newest weights."""
    if not run.exists():
        return None
    opened = open_run(run)
    stages = [(records.cycle, stage) for records in opened.history for stage in records.seconds]
    trained = [cycle for cycle, stage in stages if stage is Stage.TRAIN]
    newest = run / "cycles" / f"{trained[-1]:03d}" / "train" / WEIGHTS if trained else None
    weights = newest.read_bytes() if newest is not None else b""
    answers = [(line.entry, line.id, line.label, line.annotator, line.cycle, line.action) for line in opened.answers()]
    return len(stages), stages[-1:], weights, answers


def write_weights(folder: Path, cycle: int) -> None:
    (folder / WEIGHTS).write_bytes(bytes([cycle]) * 5000)


class Work:
    """What a person and a session do with a run, noted: making it, stages, answers, answers taken back, reopening."""

    def __init__(self, run: Path) -> None:
        self.run, self.session = run, FakeSession(cycles=CYCLES)
        self.session.run()
        self.recorder = Recorder(run.parent)

    def do(self) -> None:
        self.say()
        RunFolder.create(self.run, info_of(self.session))
        self.database()
        for cycle, stage in stage_order(CYCLES):
            with self.opened() as writer:
                self.stage(writer, cycle, stage)

    @contextmanager
    def opened(self):
        writer = RunWriter(RunFolder(self.run))
        try:
            yield writer
        finally:
            writer.close()

    def stage(self, writer: RunWriter, cycle: int, stage: Stage) -> None:
        record = self.session.history[cycle].get(stage)
        if stage is Stage.QUERY:
            self.answer(writer, cycle, record.ids[:-1].tolist())
            self.answer(writer, cycle, record.ids[-1:].tolist())
        writer.begin()
        if stage is Stage.TRAIN:
            writer.commit(record, 0.5, lambda folder: write_weights(folder, cycle))
            writer.keep_newest(WEIGHTS, (Stage.TRAIN,))
        else:
            writer.commit(record, 0.5)
        self.say()
        if stage is Stage.QUERY and cycle == 1:
            writer.reopen_query()
            self.say()
            self.answer(writer, cycle, record.ids[:1].tolist())
            writer.commit(record, 0.5)
            self.say()

    def answer(self, writer: RunWriter, cycle: int, ids: list[int]) -> None:
        writer.journal.record(cycle, {i: i % 3 for i in ids}, "ada")
        self.database()

    def database(self) -> None:
        self.recorder.database(self.run / JOURNAL_FILE)
        self.say()

    def say(self) -> None:
        self.recorder.say(said_by(self.run))


@pytest.fixture(scope="module")
def recorded(quick_folder):
    """What happened while a run was made, and the run."""
    work = Work(quick_folder / "recorded" / "run")
    work.run.parent.mkdir()
    with steps_below(work.run.parent, work.recorder.before, work.recorder.after):
        work.do()
    return work.recorder.events, work.run


def wrong_after_cuts(events, folder: Path, draw, n_cuts: int, moments: range | None = None) -> list[str]:
    """What is wrong after power cuts at moments that are drawn, of all or of those given, which should be nothing."""
    said = [(moment, event.said) for moment, event in enumerate(events) if event.kind == "said"]
    wrong = []
    for number in range(n_cuts):
        moment = draw.choice(moments or range(said[0][0] + 1, len(events) + 1))
        last = max(place for place, (at, _) in enumerate(said) if at < moment)
        allowed = [told for _, told in said[last : last + 2]]
        place = folder / f"{number}"
        write_after_cut(replay(events[:moment]), place, draw)
        try:
            found = said_by(place / "run")
            if found not in allowed:
                wrong.append(f"after event {moment}, {events[moment - 1]}: {found} where {allowed} was said")
        except (LadaError, OSError) as error:
            wrong.append(f"after event {moment}, {events[moment - 1]}: {error}")
        shutil.rmtree(place)
    return wrong


def test_a_run_opens_at_what_was_acknowledged_last_or_one_step_further(recorded, quick_folder):
    events, _ = recorded
    assert sum(event.kind == "said" for event in events) > 25
    assert wrong_after_cuts(events, quick_folder, drawing("power cuts"), CUTS * ROUNDS) == []


def test_it_is_gone_on_with_to_the_same_records(recorded, quick_folder):
    events, run = recorded
    whole, draw, session = record_bytes(run), drawing("going on"), FakeSession(cycles=CYCLES)
    session.run()
    made = next(n for n, event in enumerate(events) if event.kind == "said" and event.said is not None)
    for _ in range(10 * ROUNDS):
        work = Work(quick_folder / "cut" / "run")
        write_after_cut(replay(events[: draw.randrange(made, len(events)) + 1]), work.run.parent, draw)
        there = len(record_bytes(work.run))
        with work.opened() as writer:  # What a session does on opening: the removal of old weights may have been lost.
            writer.keep_newest(WEIGHTS, (Stage.TRAIN,))
        for cycle, stage in stage_order(CYCLES)[said_by(work.run)[0] :]:
            with work.opened() as writer:
                work.stage(writer, cycle, stage)
        assert record_bytes(work.run) == whole, there
        assert not [path for path in work.run.rglob("*") if path.name.endswith((".part", ".earlier"))]
        shutil.rmtree(work.run.parent)


def killed_before_the_last_sync_of(events, stage: str):
    """As if the process of a stage had been killed between rename and sync, and the next one had opened the run.

    Returns:
        What had happened then, and the moment from which on the stage must last: the next process has taken it up.
    """
    renamed = next(n for n, event in enumerate(events) if event.kind == "rename" and event.to == stage)
    synced, said = (next(n for n in range(renamed, len(events)) if events[n].kind == kind) for kind in ("sync", "said"))
    opened = next(n for n in range(said + 1, len(events)) if events[n].kind == "said")
    opened = next(n for n in range(said, opened) if (events[n].kind, events[n].path) == ("sync", ".")) + 1
    left = [event for n, event in enumerate(events[:opened]) if n not in (synced, said)]
    return [*left, events[said], *events[opened:]], len(left)


def test_whoever_opens_the_run_of_a_killed_process_flushes_what_it_renamed_last(recorded, quick_folder):
    events, moment = killed_before_the_last_sync_of(recorded[0], "run/cycles/001/evaluate")
    moments, draw = range(moment + 1, moment + 30), drawing("killed, then cut")
    assert wrong_after_cuts(events, quick_folder, draw, 40 * ROUNDS, moments) == []
    on_opening = range(moment - 5, moment)
    lazily = [e for n, e in enumerate(events) if not (n in on_opening and e.path == "run/cycles/001")]
    assert len(lazily) == len(events) - 1
    assert wrong_after_cuts(lazily, quick_folder, draw, 40, moments)


LAZY = {
    "no file": lambda event: event.content is not None,
    "no folder that is filled": lambda event: event.path.endswith(".part"),
    "no folder that stages are put into": lambda event: event.path.startswith("run/cycles/0"),
    "not the folder of the cycles": lambda event: event.path == "run/cycles",
    "not the run": lambda event: event.path == "run",
    "not the folder of the run": lambda event: event.path == ".",
}


@pytest.mark.parametrize("what", LAZY)
def test_a_writer_that_syncs_less_would_be_found_out(recorded, quick_folder, what):
    events, _ = recorded
    lazily = without(events, lambda event: event.kind == "sync" and LAZY[what](event))
    assert len(lazily) < len(events)
    assert wrong_after_cuts(lazily, quick_folder, drawing(what), 60)


def test_old_weights_that_are_dropped_before_the_new_ones_are_on_disk_would_be_found_out(recorded, quick_folder):
    events, _ = recorded
    dropped = [n for n, event in enumerate(events) if event.kind == "remove" and event.path.endswith(WEIGHTS)]
    assert len(dropped) == CYCLES
    early = next(n for n in range(dropped[-1], 0, -1) if events[n].kind == "rename")
    moved = [*events[:early], events[dropped[-1]], *events[early : dropped[-1]], *events[dropped[-1] + 1 :]]
    assert wrong_after_cuts(moved, quick_folder, drawing("early"), 40, range(early + 1, dropped[-1] + 1))
