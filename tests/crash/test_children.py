"""Commands that start processes are killed at random moments, and no process of theirs is left."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from contextlib import suppress
from http.client import HTTPException

import psutil
import pytest
from helpers.fuzz import ROUNDS, drawing

pytestmark = pytest.mark.slow

CLI = [sys.executable, "-c", "from lada_explore.cli.main import main; main()"]
SETTINGS = ["classifier.width=4", "classifier.blocks=1,1", "schedule.subset_size=20", "look_ahead.precision=float32"]
SWEEP = ["sweep", "--methods", "random", "max-entropy", "--seeds", "2", "--cycles", "20", "--dataset", "digits"]
SWEEP += ["--device", "cpu", "--jobs", "2", *(part for setting in SETTINGS for part in ("--set", setting))]
MARK = "LADA_TEST_MARK"
KILLS = 2 * ROUNDS
"""One signal at the start and the other one at work, then the other way round."""

LATEST_S = 12.0
"""By then the command has begun, on a machine that does nothing else, and all of its processes are there."""

ALL_THERE = 3
"""Processes of a command that has begun: the sweep and two workers, or the app, its server and a kernel."""

BEGUN_S = 120.0
"""How long a command may take to begin, on a busy machine."""

LEFT_S = 20.0
"""How long processes may take to end."""


def marked(mark):
    """Every process with this mark in its environment, which children inherit: whoever's child it is by now."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.environ().get(MARK) == mark and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline()))
    return found


def open_two_pages(said):
    """Read what the application says, and open two pages of it as soon as it says where."""

    def read():
        for line in said:
            for address in re.findall(r"http://127\.0\.0\.1\S+", line):
                for _ in range(2):
                    threading.Thread(target=open_page, args=(address,), daemon=True).start()

    def open_page(address):
        with suppress(OSError, HTTPException):
            urllib.request.urlopen(address, timeout=60).read()

    threading.Thread(target=read, daemon=True).start()


def wait_until_begun(command, mark):
    end = time.monotonic() + BEGUN_S
    while len(marked(mark)) < ALL_THERE:
        assert command.poll() is None, "it ended by itself before it had begun"
        assert time.monotonic() < end, f"it has not begun after {BEGUN_S:.0f} s"
        time.sleep(0.1)


def killed(words, folder, after_s, signum, *, begun):
    """The processes that are left of a command which is killed some time after its start, or after it has begun."""
    mark, folders = uuid.uuid4().hex, {"TMPDIR": folder / "tmp", "LADA_CACHE": folder / "cache"}
    folders["TMPDIR"].mkdir(parents=True)
    own = {name: str(path) for name, path in folders.items()} | {MARK: mark, "OMP_NUM_THREADS": "1"}
    command = subprocess.Popen(
        [*CLI, *map(str, words)],
        env=os.environ | own,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    open_two_pages(command.stdout)
    if begun:
        wait_until_begun(command, mark)
    time.sleep(after_s)
    assert command.poll() is None, "it ended by itself before it was killed"
    command.send_signal(signum)
    command.wait(LEFT_S)
    end = time.monotonic() + LEFT_S
    while (left := marked(mark)) and time.monotonic() < end:
        time.sleep(0.1)
    return left


@pytest.mark.parametrize("name", ["sweep", "app"])
def test_no_process_is_left_of_a_command_that_is_killed(tmp_path, name):
    rng = drawing(f"kills of {name}")
    for kill in range(KILLS):
        folder = tmp_path / str(kill)
        words = [*SWEEP, "--out", folder / "out"] if name == "sweep" else ["app", "--no-browser"]
        # Some at a moment from the first on, and some at work, however long this machine takes to begin.
        begun = kill % 2 == 1
        signum = signal.SIGKILL if begun == (kill % 4 < 2) else signal.SIGTERM
        left = killed(words, folder, rng.uniform(0.2, 2.0 if begun else LATEST_S), signum, begun=begun)
        assert left == []
        assert list((folder / "tmp").glob("lada-explore-app-*")) == []
