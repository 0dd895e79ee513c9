"""`lada-explore show`."""

from __future__ import annotations

from lada_explore.cli.options import RunPath
from lada_explore.cli.terminal import say, say_wrapped, width
from lada_explore.exchange import report
from lada_explore.records import Stage
from lada_explore.store import RecordedRun, open_run


def show(run: RunPath) -> None:
    """Print a run as a table, one line a cycle."""
    recorded = open_run(run)
    config, info = recorded.config, recorded.info
    say_wrapped(
        f"{config.method.name} on {config.data.name}, preset {config.preset}, seed {config.seed}, {info.device}, "
        f"answers by {info.oracle}"
    )
    say(report.to_text(recorded, width()))
    say_wrapped(
        "tau*, look-ahead value V and regret are means over the candidate pairs; V and regret in "
        f"{info.acquisition_unit}"
    )
    say(_whats_next(recorded))


def _whats_next(recorded: RecordedRun) -> str:
    last, cycles = recorded.history[-1], recorded.config.schedule.cycles
    if last.next_stage is None and last.cycle == cycles:
        return f"complete after {cycles} cycles"
    stage = last.next_stage or Stage.SUBSAMPLE
    cycle = last.cycle if last.next_stage else last.cycle + 1
    return f"next: {stage} of cycle {cycle}; go on with `lada-explore resume {recorded.path}`"
