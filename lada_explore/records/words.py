"""What stages, cycles and classes are called in sentences; files and messages to pages keep the stored texts."""

from __future__ import annotations

from collections.abc import Sequence

from lada_explore.records.enums import Stage

STAGE_NAMES = {
    Stage.SUBSAMPLE: "Subsample",
    Stage.SCORE: "Score",
    Stage.LOOK_AHEAD: "Look ahead",
    Stage.SELECT: "Select",
    Stage.QUERY: "Query",
    Stage.TRAIN: "Train",
    Stage.EVALUATE: "Evaluate",
}
"""Each stage as people read it."""


def cycle_name(cycle: int) -> str:
    """A cycle within a sentence: "the start" for cycle 0, otherwise "cycle 3"."""
    return "the start" if cycle == 0 else f"cycle {cycle}"


def stage_of_cycle(stage: Stage, cycle: int) -> str:
    """A stage of a cycle, as "Look ahead of cycle 3" or "Query of the start"."""
    return f"{STAGE_NAMES[stage]} of {cycle_name(cycle)}"


def class_name(label: int, class_names: Sequence[str]) -> str:
    """The name of a class; its number if it has no name."""
    return class_names[label] if 0 <= label < len(class_names) else str(label)
