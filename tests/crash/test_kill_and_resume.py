import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from helpers.small_runs import small_config, small_data

from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import Journal

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CLI = [sys.executable, "-c", "from lada_explore.cli.main import main; main()"]


def records_of(run):
    """Digest of every file of every stage, by its path; seconds are the one thing that may differ."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.glob("cycles/**/*"))
        if path.is_file() and path.name not in ("seconds.json", "seal.json")
    }


def test_a_run_killed_at_20_random_moments_has_the_records_of_an_uninterrupted_one(tmp_path):
    script = [sys.executable, str(HERE / "kill_loop.py"), str(tmp_path / "whole"), str(tmp_path / "killed"), "20"]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=1800)
    assert ended.returncode == 0, ended.stderr
    interrupted = json.loads(ended.stdout)
    assert len(interrupted) == 20
    assert len(set(interrupted)) >= 3, interrupted
    whole = records_of(tmp_path / "whole")
    assert records_of(tmp_path / "killed") == whole
    # Four stages of the start and seven of each of 12 cycles: a record each, arrays for all, a checkpoint each cycle.
    assert len(whole) == 2 * (4 + 7 * 12) + 13


def test_a_killed_command_is_resumed_by_the_other_command(tmp_path):
    settings = "classifier.width=4 classifier.blocks=1,1 schedule.subset_size=40 schedule.budget=4 training.epochs=2"
    # Each process would find out by itself what its processor gains from bfloat16 and from a second thread.
    settings += " look_ahead.precision=float32"
    chosen = [part for setting in settings.split() for part in ("--set", setting)]
    run = [*CLI, "run", "--dataset", "digits", "--cycles", "3", "--device", "cpu", "--threads", "1", *chosen, "--out"]
    assert subprocess.run([*run, str(tmp_path / "whole")], capture_output=True, timeout=900).returncode == 0
    child = subprocess.Popen([*run, str(tmp_path / "killed")], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 600
    while not (tmp_path / "killed/cycles/001/select").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    resumed = subprocess.run([*CLI, "resume", str(tmp_path / "killed")], capture_output=True, text=True, timeout=900)
    assert resumed.returncode == 0, resumed.stderr
    assert "complete; look at it with" in resumed.stdout
    assert records_of(tmp_path / "killed") == records_of(tmp_path / "whole")


@pytest.mark.thorough
def test_a_run_killed_before_any_step_of_a_commit_has_the_records_of_an_uninterrupted_one(tmp_path):
    script = [sys.executable, str(HERE / "kill_commits.py"), str(tmp_path / "whole"), str(tmp_path / "killed")]
    (tmp_path / "killed").mkdir()
    ended = subprocess.run(script, capture_output=True, text=True, timeout=1800)
    assert ended.returncode == 0, ended.stderr
    steps = json.loads(ended.stdout)
    # A folder, each file opened and synced, the folder synced, the rename, the parent synced: at least 8 for 2 files.
    assert all(steps[name] >= least for name, least in {"make": 8, "select": 11, "query": 11, "train": 14}.items()), (
        steps
    )
    whole = records_of(tmp_path / "whole")
    assert sum(name.endswith("checkpoint.safetensors") for name in whole) == 1
    runs = sorted((tmp_path / "killed").iterdir())
    assert len(runs) == sum(steps.values()) + len(steps) + 3
    for run in runs:
        assert records_of(run) == whole, run.name
        left = [path.name for path in run.rglob("*.part")]
        assert left == [], run.name


def test_no_acknowledged_answer_is_lost_or_doubled_over_500_kills(tmp_path):
    path = tmp_path / "labels.sqlite"
    script = [sys.executable, str(HERE / "kill_answers.py"), str(path), "500"]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=1800)
    assert ended.returncode == 0, ended.stderr
    named = json.loads(ended.stdout)
    assert len(named) == 500
    assert all(len(ids) > 0 for ids in named[1::2])
    assert any(len(ids) > 1 for ids in named[1::2])
    journal = Journal(path)
    label_state = journal.label_state()
    lines = [line.id for line in label_state.actions]
    journal.close()
    # What stands is there once, in order, and with the label given; a child may have been killed before it could name
    # one more.
    assert len(set(lines)) == len(lines)
    for k, ids in enumerate(named):
        there = [i for i in lines if i // 100_000 == k]
        assert there[: len(ids)] == ids == list(range(k * 100_000, k * 100_000 + len(ids)))
        assert len(there) <= len(ids) + 1
    assert all(label_state.label(i, 1) == i % 7 for i in lines)


def test_a_query_killed_between_skips_and_undos_is_found_as_it_was(tmp_path):
    out = tmp_path / "run"
    session = Session.create(small_config("lada-entmix-exact", cycles=1), out, data=small_data(), oracle="person")
    while (session.cycle, session.next_stage) != (1, Stage.QUERY):
        session.submit({int(i): int(i) % 3 for i in session.open_query}) if len(session.open_query) else None
        session.step()
    session.close()
    code = (
        "import os, signal, sys; from helpers.small_runs import small_data\n"
        "from lada_explore.session.session import Session\n"
        "service = Session.resume(sys.argv[1], data=small_data()).labelling\n"
        "first, second, third, fourth = (image.id for image in service.sheet().images)\n"
        "service.submit({first: 1, second: 2}, 'ada'); service.skip(third, 'ada'); service.skip(second, 'ben')\n"
        "service.undo('ada'); service.undo('ada'); service.submit({third: 2}, 'ada'); service.flag(fourth)\n"
        "print(service.sheet(), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code, str(out)], capture_output=True, text=True, cwd=HERE, check=False
    )
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    session = Session.resume(out, data=small_data())
    assert f"{session.labelling.sheet()}\n" == ended.stdout
    sheet = session.labelling.sheet()
    # ada's skip and her answer to the second image are taken back; ben's skip stands, and frees the first one.
    pairs = session.history[1].select.pair_ids.tolist()
    assert sheet.skipped == (pairs[0][1],)
    assert [image.id for image in sheet.images][:2] == pairs[1]
    assert [image.label for image in sheet.images] == [2, None, None, None]
    assert [image.replaces for image in sheet.images] == [False, False, True, True]
    session.close()
