"""What of picture files is read: the settings `data.scale` and `data.channel` from text."""

from __future__ import annotations

import math
from collections.abc import Mapping

from lada_explore.config.limits import unknown
from lada_explore.errors import ConfigError

AUTO, PERCENTILE, FULL, FIXED = "auto", "percentile", "full", "fixed"
"""How samples become 8 bits.

FULL: the range of their type. PERCENTILE: the middle 99.8 % of the samples of the set. FIXED: "fixed:LOW,HIGH", in the
units of the files. AUTO: as PERCENTILE for files of more than 8 bits, as they are for those of 8.
"""

NAMED_CHANNELS: Mapping[str, int] = {"R": 0, "G": 1, "B": 2}
MAX_CHANNEL = 999


def checked_scale(text: str) -> str:
    """The scale as it is recorded. Raises ConfigError."""
    if str(text).partition(":")[0] == FIXED:
        low, high = fixed_scale(text) or (0.0, 1.0)
        return f"{FIXED}:{str(low).removesuffix('.0')},{str(high).removesuffix('.0')}"
    if text not in (AUTO, PERCENTILE, FULL):
        raise unknown("data.scale", str(text), [AUTO, PERCENTILE, FULL, f"{FIXED}:LOW,HIGH"])
    return text


def fixed_scale(text: str) -> tuple[float, float] | None:
    """The two numbers of "fixed:LOW,HIGH"; None of another scale. Raises ConfigError."""
    kind, _, numbers = text.partition(":")
    if kind != FIXED:
        return None
    try:
        low, high = (float(number) for number in numbers.split(","))
    except ValueError:
        raise ConfigError(f"data.scale is {text!r}; write two numbers after the colon, such as fixed:0,4095") from None
    return checked_range("data.scale", (low, high))


def checked_range(setting: str, given: tuple[float, ...]) -> tuple[float, float]:
    """Two finite numbers, the first one below the second. Raises ConfigError."""
    if len(given) != 2 or not all(map(math.isfinite, given)) or not given[0] < given[1]:
        numbers = ",".join(f"{number:g}" for number in given)
        raise ConfigError(f"{setting} is {numbers}; give two finite numbers, the lower one first, such as 0,4095")
    return given[0], given[1]


def channel_number(text: str) -> int | None:
    """The number of a channel, from 0, of its number or its name R, G or B; None of no text. Raises ConfigError."""
    if not text:
        return None
    if text.upper() in NAMED_CHANNELS:
        return NAMED_CHANNELS[text.upper()]
    if text.isascii() and text.isdigit() and int(text) <= MAX_CHANNEL:
        return int(text)
    raise ConfigError(f"data.channel is {text!r}; give R, G or B, or a number from 0 to {MAX_CHANNEL}")
