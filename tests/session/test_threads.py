"""CPU threads: how many a run has, that they wait without spinning, and that sessions side by side keep their own."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from helpers.reseal import unseal
from helpers.small_runs import SET_OPTIONS, record_bytes, small_config, small_data, small_session

from lada_explore.errors import ConfigError
from lada_explore.runtime import Runtime, faster_threads, threads_are_set
from lada_explore.runtime import threads as cpu_threads
from lada_explore.session import thread_trial
from lada_explore.session.session import Session
from lada_explore.session.thread_trial import Threads, choose_threads
from lada_explore.session.worker import Worker


@pytest.fixture
def two_threads(monkeypatch):
    """A machine on which torch has two threads, and nobody has said how many it should have."""
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(cpu_threads, "_THREADS_AT_FIRST", 2)
    monkeypatch.setattr(cpu_threads, "TORCH_CAME_FIRST", False)
    thread_trial._tried.cache_clear()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(1)
    thread_trial._tried.cache_clear()


def told(monkeypatch, steps, passes):
    """Let the trials say these numbers, of steps and of passes in turns; returns the list of their calls."""
    calls, numbers = [], itertools.cycle([steps, passes])
    seconds = {1: 0.02, 2: 0.0125}
    monkeypatch.setattr(
        thread_trial, "faster_threads", lambda step, most: calls.append(most) or (next(numbers), seconds)
    )
    return calls


def threads_in_stages(session):
    """How many threads torch has at the last progress point of each stage that is left, by its name."""
    found = {}
    while (stage := session.next_stage) is not None:
        session.step(lambda stage=stage: found.update({str(stage): torch.get_num_threads()}))
    return found


def python(program, **environment):
    own = {name: value for name, value in os.environ.items() if not name.startswith(("OMP_", "MKL_", "GOMP_"))}
    command = [sys.executable, "-c", program]
    here = Path(__file__).parents[1]
    ended = subprocess.run(command, env=own | environment, capture_output=True, text=True, cwd=here)
    assert ended.returncode == 0, ended.stderr
    return ended


class TestWaiting:
    @pytest.mark.slow
    def test_torch_that_is_loaded_after_the_package_waits_without_spinning(self):
        # OpenMP itself says, as it is loaded, what it goes by.
        said = python("import lada_explore; import torch", OMP_DISPLAY_ENV="true").stderr
        assert "OMP_WAIT_POLICY = 'PASSIVE'" in said

    def test_whoever_has_set_how_threads_wait_is_obeyed(self):
        program = "import lada_explore, os; print(os.environ['OMP_WAIT_POLICY'])"
        assert python(program, OMP_WAIT_POLICY="ACTIVE").stdout == "ACTIVE\n"

    @pytest.mark.slow
    def test_a_server_does_not_hand_it_on_to_kernels_that_do_not_use_the_package(self):
        program = "import lada_explore.apps.server_extension, os; print(os.environ.get('OMP_WAIT_POLICY'))"
        assert python(program).stdout == "None\n"
        assert python(program, OMP_WAIT_POLICY="PASSIVE").stdout == "PASSIVE\n"

    @pytest.mark.slow
    def test_where_torch_came_first_one_sentence_says_what_that_costs(self):
        program = (
            "import torch, tempfile, pathlib; from helpers.small_runs import small_session\n"
            "with tempfile.TemporaryDirectory() as folder:\n"
            "    for name in ('a', 'b'):\n"
            "        small_session(pathlib.Path(folder, name), cycles=0).close()\n"
        )
        said = python(program, OMP_NUM_THREADS="2").stderr
        assert said.count("import lada_explore first, or set OMP_WAIT_POLICY=PASSIVE before you start Python") == 1
        assert said.count("\n") == 1

    @pytest.mark.parametrize(
        ("threads", "came_first", "setting", "says"),
        [(2, True, "", True), (1, True, "", False), (2, False, "", False), (2, True, "OMP_WAIT_POLICY", False)],
    )
    def test_nothing_is_said_where_nothing_waits_or_the_person_has_decided(
        self, monkeypatch, caplog, threads, came_first, setting, says
    ):
        for name in ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME"):
            monkeypatch.delenv(name, raising=False)
        if setting:
            monkeypatch.setenv(setting, "PASSIVE")
        monkeypatch.setattr(cpu_threads, "TORCH_CAME_FIRST", came_first)
        cpu_threads.warn_of_spinning.__wrapped__(threads)
        assert bool(caplog.records) == says


class TestTrial:
    @pytest.mark.parametrize(("one_s", "two_s", "number"), [(1.0, 0.85, 1), (1.0, 0.8, 2), (1.0, 40.0, 1)])
    def test_all_threads_are_taken_where_they_gain_a_fifth(self, monkeypatch, one_s, two_s, number):
        # A reading at the beginning, one for each look at the time, and two around each step, one thread first.
        spent = iter([0.0] + [0, one_s, 0, two_s] * 3 + [0.0] * 99)
        now = itertools.accumulate(spent)
        monkeypatch.setattr(cpu_threads.time, "perf_counter", lambda: next(now))
        found, seconds = faster_threads(lambda: None, 2)
        assert found == number
        assert seconds == pytest.approx({1: one_s, 2: two_s})

    def test_a_step_is_timed_on_both_numbers_in_turns_and_its_fastest_counts(self):
        found = []
        faster_threads(lambda: found.append(torch.get_num_threads()), 2)
        assert found[:4] == [1, 2, 1, 2]
        assert 3 <= found.count(1) == found.count(2) <= 9
        assert torch.get_num_threads() == 1

    def test_a_slow_step_is_tried_twice_only(self, monkeypatch):
        monkeypatch.setattr(cpu_threads, "LONG_TRIAL_S", 0.0)
        found = []
        faster_threads(lambda: found.append(torch.get_num_threads()), 2)
        assert found == [1, 2, 1, 2]

    def test_it_takes_the_runs_own_step_and_leaves_every_random_stream_as_it_was(self, two_threads, monkeypatch, cpu):
        calls = []

        def take(work, most):
            calls.append(work())
            return len(calls), {1: 0.001, most: 0.002}

        monkeypatch.setattr(thread_trial, "faster_threads", take)
        state = torch.get_rng_state()
        tried = {"1": 1.0, "2": 2.0}
        assert choose_threads(small_config(), small_data(), cpu) == Threads(1, 2, {"step": tried, "pass": tried})
        # A step gives nothing; a pass gives the logits of as many images as there are candidates.
        assert calls[0] is None
        assert calls[1].shape == (20, 3)
        assert torch.equal(torch.get_rng_state(), state)

    def test_it_is_made_once_for_runs_with_steps_of_one_size(self, two_threads, monkeypatch, cpu):
        calls = told(monkeypatch, 2, 1)
        for seed in (0, 1):
            found = choose_threads(small_config(seed=seed), small_data(), cpu)
            assert (found.steps, found.passes) == (2, 1)
        choose_threads(small_config(classifier__width=8), small_data(), cpu)
        assert calls == [2] * 4

    def test_there_is_none_where_somebody_has_said_how_many_or_there_is_no_choice(self, two_threads, monkeypatch, cpu):
        calls = told(monkeypatch, 1, 1)
        monkeypatch.setenv("OMP_NUM_THREADS", "2")
        assert choose_threads(small_config(), small_data(), cpu) == Threads(2, 2)
        monkeypatch.delenv("OMP_NUM_THREADS")
        monkeypatch.setattr(cpu_threads, "_THREADS_AT_FIRST", 8)
        assert threads_are_set()
        assert choose_threads(small_config(), small_data(), cpu) == Threads(2, 2)
        assert choose_threads(small_config(), small_data(), Runtime(torch.device("cuda"))) == Threads(2, 2)
        torch.set_num_threads(1)
        assert choose_threads(small_config(), small_data(), cpu) == Threads(1, 1)
        assert calls == []


class TestRuns:
    def test_a_run_says_what_the_trial_chose_computes_on_it_and_keeps_it(self, two_threads, monkeypatch, tmp_path):
        calls = told(monkeypatch, 1, 2)
        out = tmp_path / "run"
        session = small_session(out, cycles=1)
        info = json.loads((out / "run.json").read_text(encoding="utf-8"))
        assert (info["threads"], info["pass_threads"]) == (1, 2)
        assert info["threads_tried_ms"]["step"] == {"1": 20.0, "2": 12.5}
        assert session.device == info["device"] == "cpu (1 thread for training, 2 for prediction)"
        found = threads_in_stages(session)
        # LOOK_AHEAD ends with the training of its policy.
        assert [name for name, number in found.items() if number == 2] == ["evaluate", "score"]
        assert found["train"] == found["look_ahead"] == 1
        assert torch.get_num_threads() == 2
        session.close()
        resumed = Session.resume(out, data=small_data())
        assert resumed.device == "cpu (1 thread for training, 2 for prediction)"
        resumed.close()
        assert calls == [2, 2]

    def test_a_run_from_before_the_trial_goes_on_with_its_one_number_for_all(self, two_threads, tmp_path):
        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), threads=1)
        session.close()
        place = tmp_path / "run" / "run.json"
        info = json.loads(place.read_text(encoding="utf-8"))
        for later in ("pass_threads", "threads_tried_ms"):
            del info[later]
        place.write_text(json.dumps(info), encoding="utf-8")
        unseal(tmp_path / "run")
        session = Session.resume(tmp_path / "run", data=small_data())
        assert set(threads_in_stages(session).values()) == {1}
        session.close()

    @pytest.mark.slow
    def test_the_trial_changes_no_record(self, two_threads, monkeypatch, tmp_path):
        take = thread_trial.faster_threads
        monkeypatch.setattr(thread_trial, "faster_threads", lambda work, most: (1, take(work, most)[1]))
        chosen = small_session(tmp_path / "chosen", cycles=1)
        assert list(chosen.folder.info.threads_tried_ms) == ["step", "pass"]
        told_so = Session.create(small_config(cycles=1), tmp_path / "told", data=small_data(), threads=1)
        assert told_so.folder.info.threads_tried_ms == {}
        for session in (chosen, told_so):
            session.run()
            session.close()
        assert record_bytes(tmp_path / "chosen") == record_bytes(tmp_path / "told")

    def test_a_number_that_is_given_is_obeyed_at_the_start_and_at_resume(self, tmp_path):
        session = Session.create(small_config(cycles=0), tmp_path / "run", data=small_data(), threads=2)
        assert session.folder.info.threads == 2
        session.step()
        session.close()
        # Torch has one thread here, so that two would be more than this machine is to give.
        for given, found in ((None, 1), (2, 2)):
            session = Session.resume(tmp_path / "run", data=small_data(), threads=given)
            assert session.device == f"cpu ({found} thread{'s' if found > 1 else ''})"
            session.close()
        session = Session.resume(tmp_path / "run", data=small_data(), threads=2)
        assert set(threads_in_stages(session).values()) == {2}
        assert torch.get_num_threads() == 1
        session.close()

    def test_going_on_with_fewer_threads_than_before_is_said_once_and_only_where_records_can_differ(
        self, two_threads, monkeypatch, tmp_path, caplog
    ):
        told(monkeypatch, 1, 2)
        session = small_session(tmp_path / "run", cycles=0)
        session.step()
        session.close()
        Session.resume(tmp_path / "run", data=small_data()).close()
        assert caplog.messages == []
        torch.set_num_threads(1)
        session = Session.resume(tmp_path / "run", data=small_data())
        assert caplog.messages == [
            f"{tmp_path}/run was computed with 1 thread (2 for prediction) and continues with 1 thread, so its further "
            "records differ in the last digits; set OMP_NUM_THREADS=2 beforehand to avoid that"
        ]
        session.run()
        session.close()
        Session.resume(tmp_path / "run", data=small_data()).close()
        assert len(caplog.messages) == 1

    def test_no_thread_at_all_and_more_than_a_system_gives_are_refused(self, tmp_path):
        with pytest.raises(ConfigError, match="threads is 0; use at least 1, or leave it out to let a short trial"):
            Session.create(small_config(), tmp_path / "run", data=small_data(), threads=0)
        with pytest.raises(ConfigError, match="threads is 100000; use at most 1024, better no more than there are cor"):
            Session.create(small_config(), tmp_path / "run", data=small_data(), threads=100_000)
        assert not (tmp_path / "run").exists()

    def test_the_command_line_takes_a_number_too(self, call, tmp_path):
        words = ["run", "--dataset", "digits", "--device", "cpu", *SET_OPTIONS, "--cycles", 0, "--out"]
        assert call(*words, tmp_path / "run", "--threads", 2)[0] == 0
        assert json.loads((tmp_path / "run/run.json").read_text(encoding="utf-8"))["threads"] == 2
        code, _, err = call("resume", tmp_path / "run", "--threads", 0)
        assert (code, "threads is 0; use at least 1" in err) == (2, True)

    def test_sessions_that_run_side_by_side_have_each_its_own_number(self, tmp_path):
        found = {1: set(), 2: set()}
        sessions = {
            n: Session.create(small_config(cycles=1), tmp_path / str(n), data=small_data(), threads=n) for n in found
        }
        for number, session in sessions.items():
            session.subscribe(lambda event, number=number: found[number].add(torch.get_num_threads()))
        workers = [Worker.of(session) for session in sessions.values()]
        for worker in workers:
            worker.run()
        for worker, session in zip(workers, sessions.values(), strict=True):
            worker.wait(60)
            worker.close()
            session.close()
        assert found == {1: {1}, 2: {2}}
        assert torch.get_num_threads() == 1
