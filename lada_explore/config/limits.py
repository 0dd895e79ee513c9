"""Checks of settings; each error is one sentence that names the value, the limit and the remedy."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from lada_explore.errors import ConfigError

MAX_CYCLES = 100_000
MAX_IMAGES = 10_000_000
"""Largest number of images asked for or scored in one cycle: the size of the largest pool that was measured."""

MAX_EPOCHS = 1_000_000
MAX_STEPS = 10_000_000
MAX_BATCH = 1_000_000
MAX_SIDE = 2048
"""Largest height or width in pixels of the classifier's input; larger photographs are scaled down."""

MAX_WIDTH = 8192
"""Largest number of channels or units of a layer: four times that of the last stage of a Wide ResNet-50."""

MAX_STAGES = 16
MAX_BLOCKS = 256
MAX_NODES = 1001
"""Largest number of nodes of a profile; with far fewer, the quadrature is already as exact as float32."""

MAX_DRAWS = 10_000
MAX_SEEDS = 100_000
"""Largest number of runs of a method in a sweep; each is a folder."""

MAX_SEED = 2**63 - 1
"""Largest seed that torch accepts."""

TAU_LIMIT = 100.0
"""Largest tau of any policy. There lam is 1/2 with a standard deviation of 0.035, and the table of quadrature weights
takes a few MB."""


ALIKE = 0.7
"""Least likeness of two names, by difflib's ratio, for one to be suggested for the other. Of 3,857 misspellings of the
settings (a letter left out, doubled or exchanged with the next one) all but two bring up the right one first."""

SAME_LETTERS = 0.97
"""Likeness of two names of the same letters in another order."""

SAME_WORDS = 0.85
"""Likeness of a name to one that has all of its words, such as "weights" to "class_weights"."""

CLOSE = 0.15
"""Names that are less like it than the best one by more than this are not suggested beside that one."""

MAX_SUGGESTED = 5
MAX_LISTED = 12
"""More known names than these are not listed beside a suggestion."""

MAX_NAMES = 100
"""Of more known names than these, such as timm's, the first `MAX_LISTED` are listed."""


def unknown(kind: str, value: str, known: list[str]) -> ConfigError:
    """The error for an unknown name; the message gives the name, the known names and those that are like it.

    Args:
        kind: what the name is of, for example "method".
        value: the unknown name.
        known: the known names; of a setting the dotted ones.
    """
    near = _like(value, known)
    parts = (value, value.rpartition(".")[0])
    part = next((part for part in parts if part and any(name.startswith(f"{part}.") for name in known)), "")
    if near and len(known) > MAX_LISTED and part != value:
        return ConfigError(f"{kind} {value!r} is unknown; did you mean {' or '.join(near)}?")
    which = f" of {part!r}" if part else ""
    names = [name for name in known if not part or name.startswith(f"{part}.")]
    listed = ", ".join(names)
    if len(names) > MAX_NAMES:
        listed = f"{', '.join(names[:MAX_LISTED])} and {len(names) - MAX_LISTED:,} more"
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ConfigError(f"{kind} {value!r} is unknown; the known ones{which} are {listed}{hint}")


def _like(value: str, known: list[str]) -> list[str]:
    """Known names that a person may have meant, the best first.

    A dotted name is compared by what stands behind its last dot, because the part before it says little: half of
    "training.cuda_graph" is like half of "training.class_weights".
    """
    own = value.rpartition(".")[2]
    likeness = {}
    for name in known:
        last = name.rpartition(".")[2]
        alike = max(_ratio(own, last), SAME_WORDS if _shares_words(own, last) else 0)
        alike = max(alike, SAME_LETTERS if sorted(own) == sorted(last) else 0)
        if alike >= ALIKE:
            # The likeness of the whole names decides between settings of the same name in two parts.
            likeness[name] = alike + _ratio(value, name) / 10
    best = max(likeness.values(), default=0)
    near = sorted((name for name in likeness if likeness[name] > best - CLOSE), key=lambda name: -likeness[name])
    part = value.rpartition(".")[0]
    within = [name for name in near if part and name.rpartition(".")[0] == part]
    same = [name for name in near if name.rpartition(".")[2] == own]
    return (within or same or near)[:MAX_SUGGESTED]


def _shares_words(value: str, name: str) -> bool:
    """Whether all words of a text of letters and underscores or dashes are words of a name."""
    words, others = (set(re.split("[-_ ]", text)) for text in (value, name))
    return "" not in words and words <= others


def _ratio(one: str, two: str) -> float:
    return SequenceMatcher(None, one.casefold(), two.casefold()).ratio()


def one_of(names: Iterable[str]) -> str:
    """The names in quotes, joined for a sentence: 'a', 'b' or 'c'."""
    *most, last = (repr(str(name)) for name in names)
    return f"{', '.join(most)} or {last}" if most else last


def at_least(name: str, value: int, minimum: int) -> None:
    """Raise ConfigError if an integer setting is below its minimum."""
    if value < minimum:
        raise ConfigError(f"{name} is {shortened(value)}; it must be at least {minimum}")


def at_most(name: str, value: int, maximum: int) -> None:
    """Raise ConfigError if an integer setting is above its maximum, as a typing error or a damaged file can make it."""
    if value > maximum:
        raise ConfigError(f"{name} is {shortened(value)}; it must be at most {maximum:,}")


def between(name: str, value: int, minimum: int, maximum: int) -> None:
    """Raise ConfigError if an integer setting is below its minimum or above its maximum."""
    at_least(name, value, minimum)
    at_most(name, value, maximum)


def shortened(value: int) -> str:
    """The number as text for a message; for 30 digits or more only the order of magnitude."""
    magnitude = int(abs(value).bit_length() * math.log10(2))
    return f"{value:,}" if magnitude < 30 else f"about {'-' * (value < 0)}10^{magnitude}"


def positive(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError if a setting is not a finite number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ConfigError(f"{name} is {value:g}; it must be a finite number above 0, {remedy}")


def concentration(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError if a tau is outside (0, TAU_LIMIT]."""
    positive(name, value, remedy)
    if value > TAU_LIMIT:
        raise ConfigError(f"{name} is {value:g}; above {TAU_LIMIT:g} every lam is nearly 1/2, {remedy}")
