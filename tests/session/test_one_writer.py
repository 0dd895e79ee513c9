"""One session writes to a run at a time."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading

import pytest
from helpers.sessions import resume
from helpers.small_runs import (
    all_bytes,
    copied,
    cut_before,
    record_bytes,
)

from lada_explore.errors import OracleError, StageStopped, StoreError
from lada_explore.records import Stage


class TestOneWriter:
    def test_a_second_session_in_the_same_process_is_refused_until_the_first_is_closed(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        first = resume(out)
        with pytest.raises(StoreError, match="is in use by another process or session; close it there first"):
            resume(out)
        first.close()
        second = resume(out)
        second.close()

    @pytest.mark.slow
    def test_a_session_in_another_process_is_refused_and_a_killed_one_is_no_obstacle(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        hold = "\n".join(
            (
                "import sys, time; from pathlib import Path; from lada_explore.store import RunFolder",
                "run = RunFolder(Path(sys.argv[1])); run.lock(); print('held', flush=True); time.sleep(60)",
            )
        )
        holder = subprocess.Popen([sys.executable, "-c", hold, str(out)], stdout=subprocess.PIPE)
        try:
            assert holder.stdout.readline() == b"held\n"
            before = all_bytes(out)
            with pytest.raises(StoreError, match="is in use by another process"):
                resume(out)
            assert all_bytes(out) == before
        finally:
            holder.kill()
            holder.wait()
            holder.stdout.close()
        resume(out).close()

    def test_a_session_that_could_not_be_opened_holds_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        with pytest.raises(OracleError, match="oracle 'me' is unknown"):
            resume(out, oracle="me")
        checkpoint = out / "cycles" / "002" / "train" / "checkpoint.safetensors"
        content = checkpoint.read_bytes()
        checkpoint.write_bytes(content[:100])
        before = all_bytes(out)
        with pytest.raises(StoreError, match="checkpoint.safetensors is damaged"):
            resume(out)
        assert all_bytes(out) == before
        checkpoint.write_bytes(content)
        resume(out).close()

    def test_closing_may_happen_on_another_thread_and_twice(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        session = resume(out)
        thread = threading.Thread(target=session.close)
        thread.start()
        thread.join()
        assert session.closed
        session.close()
        again = resume(out)
        assert not again.closed
        again.close()

    def test_a_session_that_nobody_holds_any_more_lets_go(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        resume(out)
        gc.collect()
        again = resume(out)
        assert not again.closed
        again.close()

    def test_a_closed_session_runs_and_takes_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, Stage.SUBSAMPLE)
        session = resume(out)
        assert not session.closed
        session.close()
        assert session.closed
        for act in (session.step, lambda: session.submit({0: 0})):
            with pytest.raises(StoreError, match="the session of .* is closed; open the run again"):
                act()
        assert session.history[-1].next_stage is None

    def test_a_stage_under_way_when_the_session_is_closed_is_stopped_and_commits_nothing(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        cut_before(out, 1, Stage.TRAIN)
        session, before = resume(out), record_bytes(out)
        with pytest.raises(StageStopped, match="^Stopped during Train .cycle 1. because the run was closed here"):
            session.step(session.close)
        assert record_bytes(out) == before
        resume(out).close()
