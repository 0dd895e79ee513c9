"""`lada-explore repair`."""

from __future__ import annotations

from lada_explore.cli.options import RunPath
from lada_explore.cli.terminal import say, say_wrapped
from lada_explore.config.paths import expanded
from lada_explore.records import stage_of_cycle
from lada_explore.store.repair import repair_run


def repair(run: RunPath) -> None:
    """Check every file of a run, and set a damaged run back to its last sound stage; nothing is deleted."""
    done = repair_run(expanded(run))
    for fault in done.faults:
        say_wrapped(f"damaged: {fault}")
    if done.dropped:
        more = f" and {len(done.dropped) - 1} later stages" if len(done.dropped) > 1 else ""
        say(f"dropped: {done.dropped[0]}{more}, which are in {done.to} now")
    if not done.faults:
        say(f"{run} is sound, down to every file; nothing was changed")
    now = done.position
    goes_on = "" if now.next_stage is None else f"it goes on with {stage_of_cycle(now.next_stage, now.cycle)}"
    say(f"the journal holds {done.n_answers:,} lines; {goes_on or 'it is complete'}")
