"""`lada-explore resume`."""

from __future__ import annotations

from lada_explore.cli.options import Data, Device, Exact, Oracle, RunPath, Threads, Track, trackers_of
from lada_explore.cli.progress import finish
from lada_explore.store import open_run


def resume(
    run: RunPath,
    device: Device = "auto",
    threads: Threads = None,
    oracle: Oracle = None,
    exact: Exact = False,
    data: Data = None,
    track: Track = None,
) -> None:
    """Resume a run after its last finished stage, and run it to its end."""
    open_run(run)  # Refuses a damaged folder before torch is loaded, which takes seconds.
    trackers = trackers_of(track)
    from lada_explore.session.session import Session

    finish(Session.resume(run, data=data, oracle=oracle, device=device, threads=threads, exact=exact), trackers)
