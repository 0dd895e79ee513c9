"""Checks of settings; each error is one sentence that names the value, the limit and the remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches

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


def unknown(kind: str, value: str, known: list[str]) -> ConfigError:
    """The error for an unknown name; the message gives the name, the known names and the closest of them.

    Args:
        kind: what the name is of, for example "method".
        value: the unknown name.
        known: the known names.
    """
    near = get_close_matches(value, known, n=3) or [name for name in known if name.endswith(f".{value}")]
    if near and len(known) > 12:
        return ConfigError(f"{kind} {value!r} is unknown; did you mean {' or '.join(near)}?")
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ConfigError(f"{kind} {value!r} is unknown; the known ones are {', '.join(known)}{hint}")


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
