import hashlib
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
CLI = [sys.executable, "-c", "from lada_explore.cli import main; main()"]


def records_of(run):
    """Digest of every file of every stage, by its path; seconds are the one thing that may differ."""
    return {
        str(path.relative_to(run)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(run.glob("cycles/**/*"))
        if path.is_file() and path.name != "seconds.json"
    }


def test_a_run_killed_at_20_random_moments_has_the_records_of_an_uninterrupted_one(tmp_path):
    script = [sys.executable, str(HERE / "kill_loop.py"), str(tmp_path / "whole"), str(tmp_path / "killed"), "20"]
    ended = subprocess.run(script, capture_output=True, text=True, timeout=600)
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
    chosen = [part for setting in settings.split() for part in ("--set", setting)]
    run = [*CLI, "run", "--dataset", "digits", "--cycles", "3", "--device", "cpu", *chosen, "--out"]
    assert subprocess.run([*run, str(tmp_path / "whole")], capture_output=True, timeout=300).returncode == 0
    child = subprocess.Popen([*run, str(tmp_path / "killed")], stdout=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (tmp_path / "killed/cycles/001/select").exists() and time.monotonic() < deadline:
        time.sleep(0.005)
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL
    resumed = subprocess.run([*CLI, "resume", str(tmp_path / "killed")], capture_output=True, text=True, timeout=300)
    assert resumed.returncode == 0, resumed.stderr
    assert "complete; look at it with" in resumed.stdout
    assert records_of(tmp_path / "killed") == records_of(tmp_path / "whole")


def test_a_run_killed_before_any_step_of_a_commit_has_the_records_of_an_uninterrupted_one(tmp_path):
    script = [sys.executable, str(HERE / "kill_commits.py"), str(tmp_path / "whole"), str(tmp_path / "killed")]
    (tmp_path / "killed").mkdir()
    ended = subprocess.run(script, capture_output=True, text=True, timeout=600)
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
