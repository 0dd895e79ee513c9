"""In what the settings of two runs differ."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from lada_explore.config.run import RunConfig, flatten

MAX_NAMED = 4
"""Settings that are named in the line; all are listed behind it."""

NAMES = {
    "method.name": "method",
    "seed": "seed",
    "schedule.budget": "budget",
    "schedule.cycles": "cycles",
    "schedule.subset_size": "candidates",
    "policy.fixed_tau": "fixed τ",
    "policy.kept_tau": "which τ is kept",
    "policy.tau_max": "largest learned τ",
    "classifier.kind": "classifier",
    "schedule.initial_per_class": "labels of each class at the start",
    "data.name": "images",
    "data.size": "size of the images",
    "data.fit": "how the images are fitted",
    "data.scale": "brightness scale of the images",
    "training.stn_sees": "what the transformer learns from",
    "training.stn_acquired": "transforms of acquired images in training",
    "training.crop_flip": "cropping and flipping in training",
    "training.reinitialise": "new weights in each cycle",
}
"""What settings are called, those first that are named first; others by their own words and `_PARTS`."""

_PARTS = {
    "data": "images",
    "method": "method",
    "classifier": "classifier",
    "backbone": "pretrained network",
    "head": "head",
    "schedule": "schedule",
    "training": "training",
    "policy": "policy network",
    "look_ahead": "look-ahead",
}

UNSAID = ("preset", "checkpoints", "keep")
"""Settings that change no record, or that only name others."""


@dataclass(frozen=True, slots=True)
class Differences:
    """In what the settings of two runs differ.

    Attributes:
        line: what both have, or what A and B have of the first settings that differ, and how many more do.
        every: all that differ, a line each, and in a last line the settings that were not recorded in one of the runs;
            empty where `line` says all of it.
    """

    line: str
    every: tuple[str, ...] = ()


def differences(
    first: RunConfig,
    second: RunConfig,
    *,
    lacking: tuple[Collection[str], Collection[str]] = ((), ()),
    letter: str = "B",
) -> Differences:
    """In what the settings of runs A and B differ.

    A setting that did not exist yet when one of them was recorded is no difference: what that run did is not known.

    Args:
        first: settings of A.
        second: settings of B.
        lacking: dotted names of the settings that were not recorded in A, and in B.
        letter: what B is called, where it is not the only one that is compared with A.
    """
    mine, theirs = flatten(first.to_dict()), flatten(second.to_dict())
    differing = [name for name in mine if mine[name] != theirs.get(name) and _is_said(name, first, second)]
    differing.sort(key=lambda name: list(NAMES).index(name) if name in NAMES else len(NAMES))
    unknown = [
        f"not recorded in {label}, which is older: {', '.join(_name(name) for name in differing if name in names)}"
        for label, names in zip(("A", letter), lacking, strict=True)
        if set(differing) & set(names)
    ]
    differing = [name for name in differing if not any(name in names for names in lacking)]
    told = [f"{_name(name)}: A {_text(mine[name])}, {letter} {_text(theirs.get(name))}" for name in differing]
    if not differing:
        line = f"Both: {first.data.name}, {first.method.name}, seed {first.seed}. No setting differs."
        return Differences(line, tuple(unknown))
    more = len(told) - MAX_NAMED
    rest = f"; {more} more setting{'s differ' if more > 1 else ' differs'}" if more > 0 else ""
    every = (*told, *unknown) if more > 0 or unknown else ()
    return Differences(f"{'; '.join(told[:MAX_NAMED])}{rest}.", every)


def _name(name: str) -> str:
    """What a setting is called: "learning rate of the policy network"."""
    if name in NAMES:
        return NAMES[name]
    part, _, own = name.rpartition(".")
    words = own.replace("_", " ")
    if not part:
        return words
    called = _PARTS.get(part, part.upper())
    return f"{words} of {called}" if called.isupper() or part == "training" else f"{words} of the {called}"


def _is_said(name: str, first: RunConfig, second: RunConfig) -> bool:
    """Whether a difference in a setting is told by itself: a method's parts are told by its name."""
    if name in UNSAID or not (first.uses(name) or second.uses(name)):
        return False
    return not (name.startswith("method.") and name != "method.name" and first.method.name != second.method.name)


def _text(value: Any) -> str:
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
