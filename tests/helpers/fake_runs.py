"""Run folders of fake sessions, for tests of readers, made without torch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from helpers.fakes import CLASS_NAMES, FakeSession

from lada_explore.records import stages_of
from lada_explore.store import RecordedRun, RunFolder, open_run
from lada_explore.store.run_info import RunInfo


def info_of(session: FakeSession) -> RunInfo:
    """What `run.json` says of a fake session."""
    return RunInfo(
        config=session.config,
        class_names=CLASS_NAMES,
        image_shape=(1, 28, 28),
        pool_size=1000,
        n_test=2000 if session.tested else 0,
        train_checksum="a" * 64,
        test_checksum="",
        oracle="ground-truth",
        acquisition_unit="bits",
        device="fake",
        precision="float32",
        threads=1,
        versions={"python": "3"},
        image_source="Drawn by the tests, for anyone.",
    )


def record(session: FakeSession, path: Path, **said: object) -> RecordedRun:
    """Write what a fake session has done so far to a run folder, and open it; `said` is what else `run.json` says."""
    folder = RunFolder.create(path, replace(info_of(session), **said))
    for records in session.history:
        for stage in stages_of(records.cycle):
            if (done := records.get(stage)) is not None:
                folder.commit(done, records.seconds[stage])
    return open_run(path)
