"""Work off the kernel's threads: one job at a time, and only the one asked for last."""

from __future__ import annotations

import threading
import time

from helpers.waiting import until

from lada_explore.views.base.latest_only import LatestOnlyExecutor


def test_only_the_job_asked_for_last_is_done_and_a_superseded_one_is_told():
    done, go_on, began = [], threading.Event(), threading.Event()

    def slow(still_wanted):
        began.set()
        go_on.wait(5)
        done.append(("slow", still_wanted()))

    latest = LatestOnlyExecutor(lambda error: done.append(error))
    latest.want(1, slow)
    assert began.wait(5)
    latest.want(2, lambda still_wanted: done.append("skipped"))
    latest.want(3, lambda still_wanted: done.append(("last", still_wanted())))
    latest.want(3, lambda still_wanted: done.append("twice"))
    go_on.set()
    until(lambda: len(done) == 2)
    time.sleep(0.05)
    assert done == [("slow", False), ("last", True)]


def test_what_a_job_raises_is_reported_and_the_same_can_be_asked_again():
    reported = []
    latest = LatestOnlyExecutor(reported.append)
    for n in (1, 2):
        latest.want("key", lambda still_wanted: 1 / 0)
        until(lambda n=n: len(reported) == n and not latest._running)
    assert [type(error) for error in reported] == [ZeroDivisionError] * 2


def test_a_cancelled_job_is_not_begun():
    done, go_on = [], threading.Event()
    latest = LatestOnlyExecutor(done.append)
    latest.want(1, lambda still_wanted: go_on.wait(5))
    latest.want(2, lambda still_wanted: done.append("begun"))
    latest.cancel()
    go_on.set()
    until(lambda: not latest._running)
    assert done == []
