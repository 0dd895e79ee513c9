"""`lada-explore resume`."""

from __future__ import annotations

from lada_explore.cli.options import Device, Oracle, RunPath, Threads
from lada_explore.cli.progress import finish
from lada_explore.store import open_run


def resume(run: RunPath, device: Device = "auto", threads: Threads = None, oracle: Oracle = None) -> None:
    """Go on with a run from its last finished stage to its end."""
    open_run(run)  # Says what is wrong with a folder before torch is loaded.
    from lada_explore.session.session import Session

    finish(Session.resume(run, oracle=oracle, device=device, threads=threads))
