"""What a setting must not be, as one sentence that names the value, the limit and the remedy."""

from __future__ import annotations

import math
from collections.abc import Iterable
from difflib import get_close_matches

from lada_explore.errors import ConfigError

TAU_LIMIT = 100.0
"""Largest tau of any policy: lam = 1/2 with a standard deviation of 0.035, and a table of weights of a few MB."""


def unknown(kind: str, value: str, known: list[str]) -> ConfigError:
    """The error for a name that is not in a dict of choices: names the value, the choices and the nearest one."""
    near = get_close_matches(value, known, n=3) or [name for name in known if name.endswith(f".{value}")]
    if near and len(known) > 12:
        return ConfigError(f"{kind} {value!r} is unknown; did you mean {' or '.join(near)}?")
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return ConfigError(f"{kind} {value!r} is unknown; the known ones are {', '.join(known)}{hint}")


def either(names: Iterable[str]) -> str:
    """Names to choose from, as a sentence has them: 'a', 'b' or 'c'."""
    *most, last = (repr(str(name)) for name in names)
    return f"{', '.join(most)} or {last}" if most else last


def at_least(name: str, value: int, least: int) -> None:
    """Raise ConfigError for a setting below its least value."""
    if value < least:
        raise ConfigError(f"{name} is {value}; it must be at least {least}")


def positive(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError for a setting that is not finite or not above 0."""
    if not (math.isfinite(value) and value > 0):
        raise ConfigError(f"{name} is {value:g}; it must be a finite number above 0, {remedy}")


def concentration(name: str, value: float, remedy: str) -> None:
    """Raise ConfigError for a tau outside (0, TAU_LIMIT]."""
    positive(name, value, remedy)
    if value > TAU_LIMIT:
        raise ConfigError(f"{name} is {value:g}; above {TAU_LIMIT:g} every lam is nearly 1/2, {remedy}")
