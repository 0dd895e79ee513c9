"""What happens to an exception that no command expects: a sentence for the person, the details in a file."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
import traceback
from importlib.metadata import version
from pathlib import Path

from lada_explore.config.paths import writable_folder

LOG_FOLDER = "logs"
MAX_LOGS = 20
"""Logs that are kept; the oldest go."""


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
    folder = writable_folder(LOG_FOLDER)
    descriptor, name = tempfile.mkstemp(time.strftime("-%Y%m%d-%H%M%S.log"), "lada-explore-", folder)
    about = f"lada-explore {version('lada-explore')}, Python {platform.python_version()}, {platform.platform()}\n"
    asked = f"{' '.join(sys.argv)}\n\n"
    with os.fdopen(descriptor, "w", encoding="utf-8", errors="backslashreplace") as log:
        log.write(about + asked + "".join(traceback.format_exception(error)))
    written = sorted(folder.glob("lada-explore-*.log"), key=lambda file: file.stat().st_mtime)
    for old in written[: max(0, len(written) - MAX_LOGS)]:
        old.unlink(missing_ok=True)
    return Path(name)
