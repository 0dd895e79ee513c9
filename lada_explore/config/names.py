"""Checks of the names that people give to classes and annotators."""

from __future__ import annotations

import unicodedata

MAX_NAME = 200
"""Largest number of characters of a name: it fits on one line of the labelling view, and in most scripts into the name
of a folder."""

_NOT_PRINTABLE = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of control characters, unpaired surrogates and line breaks."""

_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that reverse the direction in which the text after them is shown."""


def name_fault(name: str) -> str:
    """What is wrong with a name, as the predicate of a sentence whose subject is its owner; empty for a valid name.

    A valid name is one line of text that can be shown and written to a file: it has no control character (NUL, escape,
    line break), no unpaired surrogate and no character that changes the direction of text.
    """
    if not name.strip():
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
    """The name in canonical form (Unicode NFC, without surrounding blanks), to compare two spellings of a name."""
    return unicodedata.normalize("NFC", name.strip())
