"""Kill the making of a run, or a stage's commit, before each of its steps. A script, like `kill_loop.py`.

Usage: python kill_commits.py REFERENCE FOLDER. Makes the reference run; then, for the making of the run folder and for
the commits of the second cycle's SELECT, QUERY and TRAIN, one run for each step, killed before it and gone on with.
Prints, as JSON, the number of steps of each; the runs are FOLDER/NAME-STEP.
"""

import json
import os
import signal
import sys
from pathlib import Path

import torch
from helpers.small_runs import copied, small_config, small_data

from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run

CONFIG = small_config(cycles=1, checkpoints="last")
COMMITS = (Stage.SELECT, Stage.QUERY, Stage.TRAIN)


def die_before(step, name):
    """SIGKILL this process before its step-th call (0 the first) that touches a path with `name` in it."""
    seen, sync = 0, os.fsync

    def about_to(paths):
        nonlocal seen
        if any(name in os.fspath(path) for path in paths if isinstance(path, (str, os.PathLike))):
            if seen == step:
                os.kill(os.getpid(), signal.SIGKILL)
            seen += 1

    def audit(event, values):
        if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir", "sqlite3.connect"):
            about_to(values)

    def syncing(descriptor):
        about_to([f"/{name}"])  # The only files that are synced are those of commits.
        sync(descriptor)

    os.fsync = syncing
    sys.addaudithook(audit)


def killed_before(step, name, act):
    """Whether a child that acts was killed before that step; it ended by itself if it has fewer steps."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            die_before(step, name)
            act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, f"step {step} of {name} failed"
    return os.WIFSIGNALED(status)


def make(out):
    Session.create(CONFIG, out, data=small_data(), device="cpu").close()


def start(out, stage):
    """A run up to this stage of the second cycle."""
    make(out)
    session = Session.resume(out, data=small_data(), device="cpu")
    while (session.cycle, session.next_stage) != (1, stage):
        session.step()
    session.close()
    return out


def one_stage(out):
    Session.resume(out, data=small_data(), device="cpu").step()


def finish(out):
    """Go on with what is there: from a whole run folder, or from none."""
    if not (out / "run.json").exists():
        assert not out.exists()
        make(out)
    open_run(out).answers()
    session = Session.resume(out, data=small_data(), device="cpu")
    session.run()
    session.close()


def main():
    reference, folder = Path(sys.argv[1]), Path(sys.argv[2])
    torch.set_num_threads(1)
    make(reference)
    finish(reference)
    steps = {"make": 0} | {stage.value: 0 for stage in COMMITS}
    while True:
        out = folder / f"make-{steps['make']}"
        was_killed = killed_before(steps["make"], "make-", lambda out=out: make(out))
        finish(out)
        if not was_killed:
            break
        steps["make"] += 1
    for stage in COMMITS:
        started = start(folder / f"{stage}-start", stage)
        while True:
            out = copied(started, folder / f"{stage}-{steps[stage]}")
            was_killed = killed_before(steps[stage], "cycles/001", lambda out=out: one_stage(out))
            finish(out)
            if not was_killed:
                break
            steps[stage] += 1
        finish(started)
    print(json.dumps(steps))


if __name__ == "__main__":
    main()
