"""Fill a disk to the last pages, and write. A script, to be run by `unshare`, which lets it mount a disk of its own.

Usage: python small_disk.py TEMPLATES FOLDER NAME... For each operation of that name, more and more pages are left free,
until it gets through. Prints, as JSON, by name: how often it was refused, and what was wrong, which should be nothing.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from itertools import chain, count
from pathlib import Path

import torch
from faults.operations import OPERATIONS, fits, in_part, names_in, state_of

from lada_explore.errors import LadaError

SIZE = "8m"
LEVELS = (0, 1, 2, 3, 5, 8, 12, 16, 20)
"""Pages left free, and from there on by steps of ten."""


def leave_free(disk: Path, pages: int) -> Path:
    """Fill a disk but for so many pages; returns what fills it."""
    ballast, there = disk / "ballast", os.statvfs(disk)
    with ballast.open("wb") as file:
        size = (there.f_bavail - pages) * there.f_frsize
        if size > 0:
            os.posix_fallocate(file.fileno(), 0, size)
    return ballast


def fill_up(name: str, templates: Path, disk: Path) -> tuple[int, list[str]]:
    """How often an operation was refused, and what was wrong then."""
    operation, work, wrong = OPERATIONS[name], disk / "work", list[str]()
    shutil.copytree(templates / operation.start, work)
    before, names = state_of(work), names_in(work)
    operation.act(work)
    after = state_of(work), names_in(work)
    for refused, pages in enumerate(chain(LEVELS, count(30, 10))):
        shutil.rmtree(work)
        shutil.copytree(templates / operation.start, work)
        ballast, where = leave_free(disk, pages), f"with {pages} pages free"
        try:
            operation.act(work)
        except LadaError as error:
            if not re.fullmatch(r"[^\n]*(cannot|could not) be (written|opened)[^\n]*", str(error)):
                wrong.append(f"{where} it said: {error}")
        else:
            ballast.unlink()
            if (state_of(work), names_in(work)) != after:
                wrong.append(f"{where} it got through to something else")
            shutil.rmtree(work)
            return refused, wrong
        ballast.unlink()
        if not fits(state_of(work), before, after[0], at_once=operation.at_once):
            wrong.append(f"{where} there is neither what was nor what was to be")
        if left := [name for name in names_in(work) if in_part(name) or (operation.at_once and name not in names)]:
            wrong.append(f"{where} these were left: {left}")
        operation.go_on(work)
        if (state_of(work), names_in(work)) != after:
            wrong.append(f"{where} and going on later, it went on to something else")
    raise AssertionError("unreachable")


def main() -> None:
    torch.set_num_threads(1)
    templates, disk = Path(sys.argv[1]), Path(sys.argv[2])
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(disk)], check=True)
    print(json.dumps({name: fill_up(name, templates, disk) for name in sys.argv[3:]}))


if __name__ == "__main__":
    main()
