"""In what the settings of two runs differ."""

from __future__ import annotations

from typing import Any

from lada_explore.config.run import RunConfig, flatten

MAX_NAMED = 4
"""Settings that are named; the others are counted."""

NAMES = {
    "method.name": "method",
    "seed": "seed",
    "schedule.budget": "budget",
    "schedule.cycles": "cycles",
    "schedule.subset_size": "candidates",
    "policy.fixed_tau": "fixed τ",
    "classifier.kind": "classifier",
}
"""What the settings are called that are named first, in this order; others have their dotted names."""

UNSAID = ("preset", "checkpoints", "keep")
"""Settings that change no record, or that only name others."""


def differences(first: RunConfig, second: RunConfig) -> str:
    """One line on the settings of two runs: what both have, and what A and B have of the settings that differ."""
    mine, theirs = flatten(first.to_dict()), flatten(second.to_dict())
    differing = [name for name in mine if mine[name] != theirs.get(name) and _is_said(name, first, second)]
    differing.sort(key=lambda name: list(NAMES).index(name) if name in NAMES else len(NAMES))
    if not differing:
        return f"Both: {first.data.name}, {first.method.name}, seed {first.seed}. No setting differs."
    named = differing[:MAX_NAMED]
    told = "; ".join(f"{NAMES.get(name, name)}: A {_text(mine[name])}, B {_text(theirs.get(name))}" for name in named)
    more = len(differing) - MAX_NAMED
    rest = f"; {more} more setting{'s differ' if more > 1 else ' differs'}" if more > 0 else ""
    return f"{told}{rest}."


def _is_said(name: str, first: RunConfig, second: RunConfig) -> bool:
    """Whether a difference in a setting is told by itself: a method's parts are told by its name."""
    if name in UNSAID or not (first.uses(name) or second.uses(name)):
        return False
    return not (name.startswith("method.") and name != "method.name" and first.method.name != second.method.name)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
