"""What happens to an exception that no command expects: a sentence for the person, the details in a file."""

from __future__ import annotations

import platform
import sys
import traceback
from importlib.metadata import version
from pathlib import Path

from lada_explore.config.paths import new_log


def sentence_of(error: BaseException) -> str:
    """One sentence about an exception, with the path of the file that its traceback was written to."""
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}".rstrip(": ")
    if isinstance(error, MemoryError):
        what = "the memory of this machine does not suffice"
        remedy = "close other programs, or choose a smaller schedule.subset_size or classifier.width"
    else:
        remedy = "please report it with the file below"
    try:
        place = f"the details are in {write_log(error)}"
    except OSError as refused:
        place = f"the details could not be written ({refused.strerror or refused})"
    kept = "whatever it had finished is kept"
    return f"this command ended by a failure it does not know ({what}); {kept}; {remedy}; {place}"


def write_log(error: BaseException) -> Path:
    """Write the traceback, readable by this person alone; returns the file.

    Raises:
        OSError: no folder can be written.
    """
    place = new_log("lada-explore")
    about = f"lada-explore {version('lada-explore')}, Python {platform.python_version()}, {platform.platform()}\n"
    asked = f"{' '.join(sys.argv)}\n\n"
    details = about + asked + "".join(traceback.format_exception(error))
    place.write_text(details, encoding="utf-8", errors="backslashreplace")
    return place
