"""What the last digits of a stage depend on, and how two machines differ in it.

Seeds decide all that is drawn, but a sum in floating point depends on its order. Another device, processor, precision,
number of threads or version of torch adds in another order, so the records after it differ in their last digits.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lada_explore.records import Stage, stage_of_cycle
from lada_explore.store.run_info import RunInfo

MadeWith = Mapping[str, str]
"""Of a stage, by name: device, processor, precision, threads, torch, and of a GPU how it computes. What is missing or
empty is not known, or does not matter, such as the threads beside a GPU."""

NAMES = ("device", "processor", "precision", "threads", "torch", "arithmetic")


@dataclass(frozen=True, slots=True)
class Difference:
    """One of `NAMES` that changed.

    Attributes:
        name: which.
        then: what it was.
        now: what it is.
    """

    name: str
    then: str
    now: str


def differences(then: MadeWith, now: MadeWith) -> list[Difference]:
    """What is known of both and differs."""
    found = []
    for name in NAMES:
        one, other = then.get(name, ""), now.get(name, "")
        if name == "torch" and "+" not in one:
            other = other.partition("+")[0]  # run.json has the version without the name of its build.
        if one and other and one != other:
            found.append(Difference(name, one, other))
    return found


def made_at_start(info: RunInfo) -> MadeWith:
    """What a run began with, as far as `run.json` says it."""
    gpu = re.fullmatch(r"cuda\S* \((.+)\)", info.device)
    device = gpu[1] if gpu else info.device.split(" ")[0]
    threads = threads_text(info.threads, info.pass_threads or info.threads) if device == "cpu" and info.threads else ""
    torch = info.versions.get("torch", "")
    return {"device": device, "precision": info.precision, "threads": threads, "torch": torch}


def threads_text(steps: int, passes: int) -> str:
    """CPU threads of training steps, and of passes where they differ."""
    return f"{steps}" if steps == passes else f"{steps} ({passes} in passes)"


def changes(made: Iterable[tuple[tuple[int, Stage], MadeWith]], then: MadeWith) -> Iterator[str]:
    """A sentence for each change of what the stages of a run were computed with.

    Args:
        made: cycle and stage, and what it was computed with, in order.
        then: what the run began with.
    """
    for (cycle, stage), now in made:
        if then != now and (found := differences(then, now)):
            changed = [f"{words(one.name, one.now)} instead of {words(one.name, one.then)}" for one in found]
            yield f"from {stage_of_cycle(stage, cycle)} on: {', '.join(changed)}; last digits differ by that"
        then = now


def words(name: str, value: str) -> str:
    """A value of one of `NAMES` within a sentence."""
    if name == "threads":
        number, _, rest = value.replace("in passes", "for prediction").partition(" ")
        return f"{number} thread{'' if number == '1' else 's'}{' ' if rest else ''}{rest}"
    return f"torch {value}" if name == "torch" else value
