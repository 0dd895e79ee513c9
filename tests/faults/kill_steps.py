"""Kill what writes before each of its steps. A script, so that its children fork from a fresh process.

Usage: python kill_steps.py TEMPLATES FOLDER NAME... For each operation of that name, a child that acts in a copy of
its template is killed before a step, and then it is gone on with. Prints, as JSON, by name: how many steps there are,
and what was wrong, which should be nothing.
"""

import json
import shutil
import sys
from functools import partial
from pathlib import Path

import torch
from faults.operations import OPERATIONS, STAGES, fits, names_in, run_to_end, state_of
from helpers.disk import Dying, Step, steps_below, was_killed
from helpers.fuzz import drawn

from lada_explore.records import RunPosition, position
from lada_explore.store import open_run

MAX_TRIED, MAX_TRIED_OF_STAGE = 5, 3
"""Kills of one operation in one round, and of one stage; the steps before which they come are drawn."""


def next_of(work: Path) -> RunPosition:
    """The stage that a run goes on with, for whoever opens it."""
    run = open_run(work / "run")
    return position(run.history, run.config.schedule.cycles)


def kill_before_steps(name: str, templates: Path, folder: Path) -> tuple[int, list[str]]:
    """How many steps an operation has, and what was wrong after a kill before one of them."""
    operation, steps, wrong = OPERATIONS[name], list[Step](), list[str]()

    def copied(to: str) -> Path:
        return Path(shutil.copytree(templates / operation.start, folder / to))

    def act(work: Path, n: int) -> None:
        with steps_below(work, Dying(n)):
            operation.act(work)

    whole = copied("whole")
    before = state_of(whole)
    with steps_below(whole, steps.append):
        operation.act(whole)
    after, names = state_of(whole), names_in(whole)
    for n in drawn(name, len(steps), MAX_TRIED_OF_STAGE if name in STAGES else MAX_TRIED):
        work = copied(f"{n}")
        where = f"after a kill before step {n}, {steps[n]},"
        if not was_killed(partial(act, work, n)):
            wrong.append(f"step {n} was not reached")
        if not fits(state_of(work), before, after, at_once=operation.at_once):
            wrong.append(f"{where} there is neither what was nor what was to be")
        if name in STAGES and next_of(work) not in (next_of(templates / operation.start), next_of(whole)):
            wrong.append(f"{where} the run is neither before the stage nor after it")
        operation.go_on(work)
        if state_of(work) != after:
            wrong.append(f"{where} it went on to something else")
        if left := sorted(set(names_in(work)) ^ set(names)):
            wrong.append(f"{where} and going on, these are left or missing: {left}")
        if name in STAGES and n in (0, len(steps) - 1):
            run_to_end(work)
            if state_of(work) != state_of(templates / "run"):
                wrong.append(f"{where} and going on, it ended with something else than an undisturbed run")
        shutil.rmtree(work)
    return len(steps), wrong


def main() -> None:
    torch.set_num_threads(1)
    templates, folder = Path(sys.argv[1]), Path(sys.argv[2])
    told = {}
    for name in sys.argv[3:]:
        told[name] = kill_before_steps(name, templates, folder / name)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
