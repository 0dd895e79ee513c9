"""The files of a run folder as bytes: what a run that is computed elsewhere sends back, and gets to go on from.

What was sent after a stage is what a kill after that stage would have left, so that whoever has received it can resume.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath

from lada_explore.files import make_folder, read_bytes, write_file, write_folder, writing
from lada_explore.store.journal import JOURNAL_FILE
from lada_explore.store.journal_files import BESIDE, HEAD_ENDING, journal_bytes
from lada_explore.store.run_folder import LOCK_FILE

_JOURNAL_FIRST = (JOURNAL_FILE, f"{JOURNAL_FILE}{HEAD_ENDING}")
"""The journal before the note of its end, and both before the stages that count on its answers."""

_STAYS = {LOCK_FILE, *(f"{JOURNAL_FILE}{ending}" for ending in BESIDE)}
"""Files of a process that has the folder open; what SQLite keeps beside the journal is in the bytes of the journal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """Files of a run folder by their path in it.

    Attributes:
        content: files that are new or have changed.
        gone: files that are not there any more, such as the weights of earlier cycles.
    """

    content: Mapping[str, bytes]
    gone: tuple[str, ...] = ()


@dataclass(slots=True)
class Sent:
    """What of a run folder is known elsewhere.

    Attributes:
        run: the folder; it need not exist yet.
    """

    run: Path
    _known: dict[str, object] = field(default_factory=dict)

    def know(self) -> None:
        """Take all that is there for known."""
        self.changes()

    def changes(self) -> Files:
        """What is new, has changed or is gone since the last call; between stages, when nothing is being written.

        Raises:
            StoreError: a file cannot be read.
        """
        now = dict[str, object]()
        content = dict[str, bytes]()
        for name in _names_in(self.run):
            place = self.run / name
            if name == JOURNAL_FILE:
                now[name] = found = journal_bytes(place)
                if self._known.get(name) != found:
                    content[name] = found
            else:
                status = place.stat()
                now[name] = mark = (status.st_mtime_ns, status.st_size, status.st_ino)
                if self._known.get(name) != mark:
                    content[name] = read_bytes(place)
        gone = tuple(sorted(self._known.keys() - now.keys()))
        self._known = now
        return Files(content=content, gone=gone)


def receive(run: Path, files: Files) -> None:
    """Put files into a run folder, which is made if it is missing, so that it can be resumed after a kill at any step.

    Raises:
        StoreError: the disk is full or read-only.
    """
    if not files.content and not files.gone:
        return
    if not os.path.exists(run):

        def fill(folder: Path) -> None:
            for name, content in files.content.items():
                make_folder((folder / name).parent)
                (folder / name).write_bytes(content)

        write_folder(run, fill, overwrite=False)
        return
    order = sorted(files.content, key=lambda name: (PurePosixPath(name).parent.as_posix(), _place_of(name)))
    for parent, names in groupby(order, key=lambda name: PurePosixPath(name).parent):
        _put(run / parent, {PurePosixPath(name).name: files.content[name] for name in names})
    for name in files.gone:
        with writing(run / name):
            (run / name).unlink(missing_ok=True)
            if not any((run / name).parent.iterdir()):
                (run / name).parent.rmdir()


def _put(folder: Path, content: Mapping[str, bytes]) -> None:
    """Put files into a folder: all at once if it is a new one."""
    if folder.exists():
        for name, value in content.items():
            write_file(folder / name, value, overwrite=True)
        return

    def fill(beside: Path) -> None:
        for name, value in content.items():
            (beside / name).write_bytes(value)

    write_folder(folder, fill, overwrite=False)


def _place_of(name: str) -> int:
    return _JOURNAL_FIRST.index(name) if name in _JOURNAL_FIRST else len(_JOURNAL_FIRST)


def _names_in(run: Path) -> list[str]:
    """Paths in a run folder of the files that are sent; none of a folder that does not exist."""
    found = (path for path in run.rglob("*") if path.is_file())
    names = (path.relative_to(run).as_posix() for path in found)
    return sorted(name for name in names if name not in _STAYS and not name.endswith(".part") and ".part/" not in name)
