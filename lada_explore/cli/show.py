"""`lada-explore show`."""

from __future__ import annotations

from lada_explore.cli.options import RunPath
from lada_explore.cli.progress import how_to_answer
from lada_explore.cli.terminal import say, say_wrapped, width
from lada_explore.config import POLICIES, RunConfig
from lada_explore.config.paths import command
from lada_explore.errors import StoreError
from lada_explore.exchange import report
from lada_explore.labelling.annotators import annotators
from lada_explore.records import DRAW_UNIT, Stage, position, stage_of_cycle
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
    say_wrapped(_columns_of(config, info.acquisition_unit))
    say(_next_step(recorded))
    if told := _agreement_of(recorded):
        say_wrapped(told)
    for note in recorded.notes:
        say_wrapped(f"note: {note}")
    for note in recorded.image_notes:
        say_wrapped(f"note on the images: {note}")


def _columns_of(config: RunConfig, unit: str) -> str:
    """What tau*, V and regret of the table are, or why these columns are empty."""
    method = config.method
    if unit == DRAW_UNIT and (method.uses_pairs or method.uses_transforms):
        empty = "tau* is a mean over the candidate pairs; V" if method.uses_pairs else "tau*, quartiles, V"
        return (
            f"{empty} and regret stay empty, because the scores of this method are uniform draws, of virtual instances "
            "too, which say nothing of the images"
        )
    if method.uses_transforms:
        return (
            f"look-ahead value V is the mean score of the candidate images' transforms, in {unit}; there is no tau* "
            "and no regret, because this method mixes no pairs while it looks ahead"
        )
    if not method.uses_pairs:
        return "tau*, quartiles, V and regret stay empty, because this method does not look ahead"
    learned = config.policy.tau_max
    reach = max(learned, config.fixed_tau) if POLICIES[method.policy].same_for_all else learned
    recorded_only = ", recorded and not counted, because this method does not look ahead" if method.pairs else ""
    return (
        f"tau*, look-ahead value V and regret, which is against each pair's best tau up to {reach:g}, are means over "
        f"the candidate pairs; V and regret in {unit}{recorded_only}"
    )


def _agreement_of(recorded: RecordedRun) -> str:
    """A sentence on the agreement of two annotators or more; empty for one, and where the notes name a fault."""
    try:
        found = annotators(recorded, quality=False)
    except StoreError:
        return ""
    return found.sentence if len(found.annotators) > 1 else ""


def _next_step(recorded: RecordedRun) -> str:
    cycles = recorded.config.schedule.cycles
    now = position(recorded.history, cycles)
    if now.next_stage is None:
        return f"complete after {cycles} cycles"
    stage = stage_of_cycle(now.next_stage, now.cycle)
    if now.next_stage is Stage.QUERY and recorded.asks_a_person:
        return f"next: {stage}, whose images a person answers; {how_to_answer(recorded.path)}"
    return f"next: {stage}; go on with {command('resume', recorded.path)}"
