"""What is said of a tracker: in one line, and without a password."""

from __future__ import annotations

import re

LENGTH = 300
"""More characters of an error are not said."""


def without_password(text: str) -> str:
    """A text with the password of each address in it left out: "http://ada:***@host"."""
    return re.sub(r"(://[^/@:\s]*):[^/@\s]*@", r"\1:***@", text)


def first_line(error: BaseException) -> str:
    """The first line of an error, or its name where it says nothing."""
    return without_password((str(error).strip() or type(error).__name__).splitlines()[0][:LENGTH])
