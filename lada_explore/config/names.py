"""Names that a person gives: of classes and of annotators."""

from __future__ import annotations

import unicodedata

MAX_NAME = 200
"""Characters of a name: as many as fit one line of the labelling view, and a folder name in most scripts."""

_UNSHOWN = ("Cc", "Cs", "Zl", "Zp")
"""Unicode categories of control characters, halves of surrogate pairs and line breaks."""

_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Characters that show the text after them in another order than it is stored."""


def name_fault(name: str) -> str:
    """What is wrong with a name, as the end of a sentence that begins with whose name it is; empty if nothing is.

    A name is one line of text that can be shown and written to a file: it has no control character (NUL, escape, line
    break), no half of a surrogate pair and nothing that reorders text.
    """
    if not name.strip():
        return "has an empty name; give it one"
    if len(name) > MAX_NAME:
        return f"has a name of {len(name):,} characters; shorten it to at most {MAX_NAME}"
    for character in name:
        if unicodedata.category(character) in _UNSHOWN or character in _REORDERING:
            return f"has the character U+{ord(character):04X} in its name, which cannot be shown; take it out"
    return ""


def named(name: str) -> str:
    """The name as a message quotes it: the beginning of a long one, every unshown character escaped."""
    return repr(name) if len(name) <= MAX_NAME else f"{name[:40]!r}..."


def same_name(name: str) -> str:
    """What two spellings of one name have in common: composed (NFC), without blanks around it."""
    return unicodedata.normalize("NFC", name.strip())
