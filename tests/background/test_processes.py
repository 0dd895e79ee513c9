"""A child ends with its parent: by the pipe alone, which every system has, and by Linux's signal alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time

import psutil
import pytest

from lada_explore.background import processes
from lada_explore.background.processes import signals_interrupt

pytestmark = pytest.mark.slow

CHILD = """
import signal, sys, time
from lada_explore.background import processes
from lada_explore.background.processes import end_with_parent, wait_for_end_of_input
{before}
end_with_parent({wait}{how})
print("begun", flush=True)
while True: {does}
"""
PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdin=subprocess.PIPE)
print(child.pid, flush=True)
time.sleep(600)
"""
NO_SIGNAL = "processes.system.SIGNALS_TO_CHILDREN = False"
NEVER = "lambda: time.sleep(600)"
WAYS = {"pipe": (NO_SIGNAL, "wait_for_end_of_input")}
if sys.platform == "linux":
    WAYS |= {"signal": ("", NEVER), "both": ("", "wait_for_end_of_input")}


def ends_within_s(child, signum):
    """Start a parent and its child, end the parent, and wait for the child; the child's seconds after that."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, child], stdout=subprocess.PIPE, text=True)
    process = psutil.Process(int(parent.stdout.readline()))
    assert parent.stdout.readline() == "begun\n"
    assert process.is_running()
    parent.send_signal(signum)
    assert parent.wait(10) == -signum
    began = time.monotonic()
    psutil.wait_procs([process], timeout=20)
    assert not process.is_running()
    return time.monotonic() - began


@pytest.mark.parametrize("signum", [signal.SIGKILL, signal.SIGTERM])
@pytest.mark.parametrize("way", WAYS)
def test_a_child_ends_when_its_parent_is_killed(way, signum):
    before, wait = WAYS[way]
    child = CHILD.format(before=before, wait=wait, how="", does="time.sleep(600)")
    assert ends_within_s(child, signum) < 5


@pytest.mark.parametrize("way", WAYS)
def test_a_child_that_computes_without_a_pause_ends_too(way):
    before, wait = WAYS[way]
    assert ends_within_s(CHILD.format(before=before, wait=wait, how="", does="pass"), signal.SIGKILL) < 5


@pytest.mark.parametrize("way", [way for way in WAYS if way != "pipe"])
def test_linux_ends_a_child_too_whose_threads_do_not_get_their_turn(way):
    before, wait = WAYS[way]
    assert ends_within_s(CHILD.format(before=before, wait=wait, how="", does="sum(range(10**13))"), signal.SIGKILL) < 5


@pytest.mark.parametrize("way", WAYS)
def test_a_child_may_clean_up_after_a_signal_that_it_can_handle(way, tmp_path):
    before, wait = WAYS[way]
    cleaned = tmp_path / "cleaned"
    handler = f"lambda *_: (open({str(cleaned)!r}, 'w').close(), sys.exit())"
    before += f"\nsignal.signal(signal.SIGTERM, {handler})"
    child = CHILD.format(before=before, wait=wait, how=", signal.SIGTERM", does="time.sleep(600)")
    assert ends_within_s(child, signal.SIGKILL) < 5
    assert cleaned.exists()


def test_a_child_that_ignores_the_signal_is_killed_after_the_grace():
    before = f"{NO_SIGNAL}; processes.GRACE_S = 0.5; signal.signal(signal.SIGTERM, signal.SIG_IGN)"
    child = CHILD.format(before=before, wait="wait_for_end_of_input", how=", signal.SIGTERM", does="time.sleep(600)")
    assert 0.3 < ends_within_s(child, signal.SIGKILL) < 5


def test_a_child_whose_parent_ended_before_it_began_to_watch_ends_at_once():
    child = CHILD.format(before=NO_SIGNAL, wait="wait_for_end_of_input", how="", does="time.sleep(600)")
    began = subprocess.Popen([sys.executable, "-c", child], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    assert began.wait(20) == -signal.SIGKILL


def test_kill_interrupts_within_the_block_and_does_what_it_did_after_it():
    before = signal.getsignal(signal.SIGTERM)

    def kill_oneself():
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(10)

    with pytest.raises(KeyboardInterrupt), signals_interrupt():
        kill_oneself()
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.fixture
def hangup():
    """SIGHUP as in a terminal: whoever starts the tests by nohup lets them ignore it."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    yield
    signal.signal(signal.SIGHUP, before)


def test_a_closed_terminal_interrupts_once_so_that_what_was_started_can_be_ended(hangup):
    before, ended = signal.getsignal(signal.SIGHUP), []

    def begin_and_end():
        try:
            os.kill(os.getpid(), signal.SIGHUP)
            time.sleep(10)
        finally:
            os.kill(os.getpid(), signal.SIGHUP)  # The shell and the system both send it.
            time.sleep(0.05)
            ended.append(True)

    with pytest.raises(KeyboardInterrupt), signals_interrupt():
        begin_and_end()
    assert ended == [True]
    assert signal.getsignal(signal.SIGHUP) is before


def test_an_impatient_second_ctrl_c_does_not_leave_running_what_is_being_ended(capfd, monkeypatch):
    before, ended = signal.getsignal(signal.SIGINT), []

    def begin_and_end():
        try:
            signal.raise_signal(signal.SIGTERM)
        finally:
            signal.raise_signal(signal.SIGINT)
            signal.raise_signal(signal.SIGTERM)
            ended.append(True)
            monkeypatch.setattr(processes, "PATIENCE_S", 0.0)  # Something hangs, and she tries again later.
            signal.raise_signal(signal.SIGINT)
            ended.append(False)

    with pytest.raises(KeyboardInterrupt), signals_interrupt():
        begin_and_end()
    assert ended == [True]
    assert capfd.readouterr().err == "what was started is being ended, which takes a moment\n"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_hang_up_that_is_ignored_stays_so():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals_interrupt():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_a_thread_leaves_signals_as_they_are():
    before, seen = signal.getsignal(signal.SIGTERM), []

    def enter():
        with signals_interrupt():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert seen == [before]
