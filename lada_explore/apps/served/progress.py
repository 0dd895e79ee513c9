"""How far a visitor is: what a kernel writes into its own folder, and what the server accepts of it."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from lada_explore.apps.served.groups import MAX_GROUP
from lada_explore.background import system
from lada_explore.errors import LadaError
from lada_explore.files.reading import if_sound
from lada_explore.files.writer import write_file

PROGRESS = "LADA_EXPLORE_PROGRESS"
"""Environment variable of a kernel: the file that it writes."""

MAX_BYTES = 2000
"""Of that file."""

MAX_WORDS = 120
"""Characters of a field of words."""

Words = Annotated[str, Field(max_length=MAX_WORDS, pattern=r"^[^\x00-\x1f\x7f]*$")]
Count = Annotated[int, Field(ge=0, le=10**6)]


class Progress(BaseModel):
    """What the teacher's page shows of one page.

    Attributes:
        group: the number in its address; None without one.
        tab: title of the tab that is shown.
        about: the data set, the method and the seed, or the run.
        last: what was done last.
        cycle: the cycle that is shown; None where there is none.
        answers: labels that were given by hand since the page was opened.
    """

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    group: Annotated[int, Field(ge=0, le=MAX_GROUP)] | None = None
    tab: Words
    about: Words = ""
    last: Words = ""
    cycle: Count | None = None
    answers: Count = 0


def words(text: str) -> str:
    """As much of a text as a field of words takes."""
    return "".join(character for character in text if character.isprintable())[:MAX_WORDS]


def write_progress(progress: Progress) -> None:
    """Write it where the server told this kernel to; nowhere without a server, and nothing on a full disk."""
    if place := os.environ.get(PROGRESS):
        with suppress(LadaError):
            write_file(Path(place), progress.model_dump_json().encode(), overwrite=True)


def read_progress(place: Path) -> tuple[Progress, float] | None:
    """What a kernel wrote, and when, in seconds since 1970.

    Returns:
        None where there is nothing, or anything else than `write_progress` writes: a link, a pipe, a longer file,
        another field, a value out of its range.
    """
    with if_sound(), open(os.open(place, os.O_RDONLY | system.NO_FOLLOW | system.NO_WAIT), "rb") as file:
        status = os.fstat(file.fileno())
        if stat.S_ISREG(status.st_mode) and status.st_size <= MAX_BYTES:
            return Progress.model_validate_json(file.read(MAX_BYTES)), status.st_mtime
    return None
