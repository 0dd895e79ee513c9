"""Numbers as the tables for people print them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

MAX_NUMBERS = 6
"""Numbers that are listed in a sentence; the others are counted."""


def interval_text(lower: float, upper: float) -> str:
    """Shares as the ends of an interval in points: "-0.48 to +4.48"."""
    return f"{half_up(100 * lower, 2):+} to {half_up(100 * upper, 2):+}"


def half_up(number: float, places: int) -> Decimal:
    """A number for a table with so many decimal places, halves away from zero: 32.175 as 32.18, and not as 32.17.

    Formatting rounds what is stored, and 32.175 is stored as a little less. So is a mean of decimals, which is off in
    its last digits too; rounded to 10 places first, 32.17499999999999 counts as the 32.175 that it is.
    """
    return Decimal(repr(round(float(number), 10))).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def p_text(p: float) -> str:
    """A p-value in three decimals, or that it is below 0.001."""
    return "< 0.001" if p < 0.001 else str(half_up(p, 3))


def listed(numbers: Sequence[int]) -> str:
    """Whole numbers in a sentence: "20, 30, 40", and how many more there are after `MAX_NUMBERS`."""
    more = len(numbers) - MAX_NUMBERS
    return ", ".join(f"{n:,}" for n in numbers[:MAX_NUMBERS]) + (f" and {more} more" if more > 0 else "")
