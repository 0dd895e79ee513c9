"""What is said of a tracker: in one line, and without a password."""

from __future__ import annotations

import re
from collections.abc import Callable

LENGTH = 300
"""More characters of an error are not said."""


def without_password(text: str) -> str:
    """A text with the password of each address in it left out: "http://ada:***@host"."""
    return re.sub(r"(://[^/@:\s]*):[^/@\s]*@", r"\1:***@", text)


def first_line(error: BaseException) -> str:
    """The first line of an error, or its name where it says nothing."""
    return without_password((str(error).strip() or type(error).__name__).splitlines()[0][:LENGTH])


def attempted(work: Callable[[], None]) -> str:
    """Do some work with a tracker; returns why it failed, of a library or a network, and "" if it did not."""
    try:
        work()
    except Exception as error:  # The run goes on in any case.
        return first_line(error)
    return ""
