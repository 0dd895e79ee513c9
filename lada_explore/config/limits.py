"""Checks of settings; each error is one sentence that names the value, the limit and the remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches

from lada_explore.errors import ConfigError

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
        raise ConfigError(f"{name} is {value}; it must be at least {minimum}")


def positive(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError if a setting is not a finite number above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ConfigError(f"{name} is {value:g}; it must be a finite number above 0, {remedy}")


def concentration(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError if a tau is outside (0, TAU_LIMIT]."""
    positive(name, value, remedy)
    if value > TAU_LIMIT:
        raise ConfigError(f"{name} is {value:g}; above {TAU_LIMIT:g} every lam is nearly 1/2, {remedy}")
