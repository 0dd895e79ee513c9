"""What the address of a page names beside the group: where it begins. Nothing of it is more than a word or a number."""

from __future__ import annotations

import math
from collections.abc import Sequence
from urllib.parse import parse_qs

PLACE = ("tab", "view", "part", "data", "method", "compare", "seed", "cycle", "stage", "pair", "tau")
"""Parts of an address that say where a page stands; `views/tab_bar/address.js` writes the same."""

MAX_QUOTED = 40
"""Characters of a part that a sentence quotes."""


class Given:
    """The parts of an address, each checked and used up as it is asked for; what cannot be is left out with a sentence.

    Args:
        query: what stands behind the question mark.

    Attributes:
        sentences: what was left out, and what is shown instead.
    """

    def __init__(self, query: str = "") -> None:
        named = parse_qs(query, keep_blank_values=True)
        self._parts = {name: ", ".join(named[name]) for name in PLACE if name in named}
        self.sentences: list[str] = []

    def names(self, *names: str) -> bool:
        """Whether the address has one of these parts, and nobody has asked for it."""
        return any(name in self._parts for name in names)

    def choice(self, name: str, allowed: Sequence[str], otherwise: str) -> str:
        """One of some words.

        Args:
            name: of the part.
            allowed: the words.
            otherwise: what is taken without the part, or where it is none of them.
        """
        text = self._parts.pop(name, otherwise)
        if text in allowed:
            return text
        words = ", ".join(word for word in allowed if word)
        self._leave_out(name, text, f"is none of {words}", otherwise)
        return otherwise

    def whole(self, name: str, low: int, high: int, otherwise: int) -> int:
        """A whole number.

        Args:
            name: of the part.
            low: the least.
            high: the largest.
            otherwise: what is taken without the part, or where it is no such number.
        """
        found = self._whole(name, low, high, str(otherwise))
        return otherwise if found is None else found

    def rank(self, name: str, count: int) -> int | None:
        """A place among so many, from 1, best first; None without the part, or where there is no such place."""
        return self._whole(name, 1, count, "the best one")

    def number(self, name: str, limit: float, says: str) -> float | None:
        """A number above 0.

        Args:
            name: of the part.
            limit: the largest.
            says: in words what is taken where it is no such number.

        Returns:
            None without the part, or where it is no such number.
        """
        text = self._parts.pop(name, None)
        if text is None:
            return None
        try:
            value = float(text[:MAX_QUOTED])
        except ValueError:
            value = math.nan
        if 0 < value <= limit:
            return value
        self._leave_out(name, text, f"is no number above 0 and up to {limit:g}", says)
        return None

    def leave_out(self, names: Sequence[str], why: str) -> None:
        """Say of some parts, where the address has them, why they are left out."""
        found = [name for name in names if self._parts.pop(name, None) is not None]
        if found:
            verb = "are" if found[1:] else "is"
            self.sentences.append(f"{' and '.join(found)} in the address {verb} left out: {why}.")

    def _whole(self, name: str, low: int, high: int, says: str) -> int | None:
        text = self._parts.pop(name, None)
        if text is None:
            return None
        if text.isascii() and text.isdigit() and len(text) <= len(str(high)) and low <= int(text) <= high:
            return int(text)
        self._leave_out(name, text, f"is no whole number from {low} to {high}", says)
        return None

    def _leave_out(self, name: str, text: str, why: str, says: str) -> None:
        quoted = text if len(text) <= MAX_QUOTED else f"{text[:MAX_QUOTED]}…"
        instead = f"{says} is taken instead" if says else "it is left out"
        self.sentences.append(f"{name} {quoted!r} in the address {why}; {instead}.")
