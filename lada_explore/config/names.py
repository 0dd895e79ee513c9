"""Checks of the names that people give to classes and annotators."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

MAX_NAME = 200
"""Largest number of characters of a name: it fits on one line of the labelling view, and in most scripts into the name
of a folder."""

_NOT_PRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of control characters, unpaired surrogates and line breaks."""

_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reverse the direction in which the text after them is shown."""

_JOINERS = "\u200c\u200d"
"""They show nothing, but change what the characters beside them look like."""

_NO_WIDTH = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0")
"""Letters and marks that show nothing, beside the format characters of category Cf and the variation selectors."""


def name_fault(name: str) -> str:
    """What is wrong with a name, as the predicate of a sentence whose subject is its owner; empty for a valid name.

    A valid name is one line of text that can be shown and written to a file: it has no control character (NUL, escape,
    line break), no unpaired surrogate and no character that changes the direction of text.
    """
    if not _visible(name).strip(_JOINERS):
        return "has an empty name; give it one"
    if len(name) > MAX_NAME:
        return f"has a name of {len(name):,} characters; shorten it to at most {MAX_NAME}"
    for character in name:
        if unicodedata.category(character) in _NOT_PRINTABLE or character in _REORDERING:
            return f"has the character U+{ord(character):04X} in its name, which cannot be shown; take it out"
    return ""


def quoted(name: str) -> str:
    """The name in quotes for a message: a long name is cut, and characters that cannot be shown are escaped."""
    return repr(name) if len(name) <= MAX_NAME else f"{name[:40]!r}..."


def canonical(name: str) -> str:
    """The name as it is seen, in Unicode's form NFC and without blanks around it, to compare two spellings."""
    return unicodedata.normalize("NFC", _visible(name))


def _visible(name: str) -> str:
    """The name without blanks around it, and without characters that show nothing.

    Two names that differ by these alone look the same, such as those of a list with a byte order mark in its middle.
    """
    return "".join(character for character in name if not _shows_nothing(character)).strip()


def _shows_nothing(character: str) -> bool:
    selector = "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
    hidden = unicodedata.category(character) == "Cf" and character not in _JOINERS
    return selector or hidden or character in _NO_WIDTH


def first_of(names: Sequence[str]) -> str:
    """The first three of some names, and how many more there are, for a sentence."""
    return ", ".join(names[:3]) + (f" and {len(names) - 3:,} more" if len(names) > 3 else "")
