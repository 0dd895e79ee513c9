"""Do what writes where nothing may be written, and read there. A script, of which each process tries one way.

Usage: python read_only.py HOW TEMPLATES FOLDER NAME... HOW is "mounted", for which `unshare` lets it mount a disk to
be read only, or "permissions", which it takes away and obeys, as root too. Prints, as JSON, by what was tried: the
sentence that it was refused with, and what was wrong, which should be nothing.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import torch
from faults.operations import OPERATIONS, SOURCES, Operation, names_in, state_of
from faults.readers import READERS, Place, learn
from helpers.rights import obey_permissions, shut
from helpers.small_runs import all_bytes

from lada_explore.errors import LadaError

BESIDE = " from sources"
"""After the name of an operation of a run, of which only what it reads beside the run is read-only."""

ReadOnly = Callable[..., AbstractContextManager[None]]
Told = tuple[str, list[str]]
"""The sentence that something was refused with, and what was wrong."""


@contextmanager
def mounted(*places: Path) -> Iterator[None]:
    """Nothing below these folders can be written, because they are mounted so."""
    for place in places:
        subprocess.run(["mount", "--bind", str(place), str(place)], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", str(place)], check=True)
    try:
        yield
    finally:
        for place in places:
            subprocess.run(["umount", str(place)], check=True)


def refused(operation: Operation, work: Path, after: dict, read_only: ReadOnly) -> Told:
    """What an operation says where nothing can be written, and what is wrong: then, and when it can be."""
    before, wrong, said = (all_bytes(work), names_in(work)), list[str](), ""
    try:
        with read_only(work):
            operation.act(work)
    except LadaError as error:
        said = str(error)
    else:
        wrong.append("it was not refused")
    if (all_bytes(work), names_in(work)) != before:
        wrong.append("there is not what was")
    operation.go_on(work)
    if (state_of(work), names_in(work)) != after:
        wrong.append("it went on to something else")
    return said, wrong


def from_sources(operation: Operation, work: Path, after: dict, read_only: ReadOnly, images: Path) -> Told:
    """What is wrong if nothing can be written of what an operation reads beside its run, pictures among it."""
    given = [place for place in work.iterdir() if place.name != "run"]
    with read_only(images, *given):
        operation.act(work)
    return "", [] if (state_of(work), names_in(work)) == after else ["it went on to something else"]


def read(names: list[str], place: Path, templates: Path, read_only: ReadOnly) -> dict[str, Told]:
    """What readers of a run are told where nothing can be written, and whether they learn the same."""
    run = Path(shutil.copytree(templates / "labelled", place / "labelled")) / "run"
    learned = {name: learn(READERS[name], Place(run, place / "out")) for name in names}
    told = {}
    with read_only(run.parent):
        for name, before in learned.items():
            now = learn(READERS[name], Place(run, place / "out"))
            told[name] = now.sentence, [] if now == before else ["it learns something else"]
    return told


def tried(act: Callable[..., Told], name: str, templates: Path, folder: Path, how: ReadOnly) -> Told:
    """An operation that was tried in a copy of its template."""
    operation = OPERATIONS[name]
    whole, work = (Path(shutil.copytree(templates / operation.start, folder / of)) for of in ("whole", "work"))
    operation.act(whole)
    try:
        return act(operation, work, (state_of(whole), names_in(whole)), how)
    finally:
        shutil.rmtree(whole)
        shutil.rmtree(work)


def main() -> None:
    torch.set_num_threads(1)
    how, templates, folder, names = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4:]
    if how == "permissions":
        obey_permissions()
    read_only = mounted if how == "mounted" else shut
    with_images = partial(from_sources, images=templates / SOURCES)
    told = dict[str, Told]()
    for name in names:
        if name.removesuffix(BESIDE) in OPERATIONS:
            act = with_images if name.endswith(BESIDE) else refused
            told[name] = tried(act, name.removesuffix(BESIDE), templates, folder, read_only)
    print(json.dumps(told | read([name for name in names if name in READERS], folder, templates, read_only)))


if __name__ == "__main__":
    main()
