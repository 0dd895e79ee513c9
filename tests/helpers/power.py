"""A power cut, as a model: what a process did to a folder is recorded, and replayed with what was not synced lost.

POSIX promises only this: the content of a file that was synced is on disk, and so are the names in a folder that was
synced; anything later may be there or not, each by itself, whatever its order. SQLite syncs by itself, out of our
sight: what it holds after each transaction is recorded as one durable write.
"""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from helpers.disk import Step

PASSING = ("-wal", "-shm")
"""Endings of the files that SQLite keeps while a database is open; what is recorded has them in it."""


@dataclass(frozen=True)
class Event:
    """One thing that happened.

    Attributes:
        kind: "make", "rename", "remove", "sync", "content" (of a file that is not synced), "durable" or "said".
        path: what it is about, relative to the folder.
        to: the new place of a rename.
        content: of a file; None of a folder.
        names: those in a folder that was synced.
        said: what was told to a person, and so must last from here on.
    """

    kind: str
    path: str = ""
    to: str = ""
    content: bytes | None = None
    names: tuple[str, ...] = ()
    said: Any = None


class Recorder:
    """Notes what happens below a folder; its methods are for `steps_below`.

    Attributes:
        events: so far.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = Path(os.path.abspath(folder))
        self._stood = False
        self._not_synced = dict[str, bytes]()
        self.events: list[Event] = []

    def before(self, step: Step) -> None:
        """A step is about to be taken."""
        self._stood = os.path.lexists(step.paths[-1])

    def after(self, step: Step) -> None:
        """A step was taken."""
        path, to = self._name(step.paths[0]), self._name(step.paths[-1])
        if path.endswith(PASSING):
            return
        if step.kind in ("open", "mkdir"):
            if not self._stood:
                is_file = step.kind == "open"
                self.events.append(Event("make", path, content=b"" if is_file else None))
            if step.kind == "open":
                self._not_synced[path] = b""
        elif step.kind == "rename":
            self.events.append(Event("rename", path, to))
        elif step.kind in ("unlink", "rmdir"):
            self.events.append(Event("remove", path))
        elif step.kind == "sync" and step.paths[0].is_dir():
            names = tuple(name for name in sorted(os.listdir(step.paths[0])) if not name.endswith(PASSING))
            self.events.append(Event("sync", path, names=names))
        elif step.kind == "sync":
            self._not_synced.pop(path, None)
            self.events.append(Event("sync", path, content=step.paths[0].read_bytes()))

    def say(self, said: Any) -> None:
        """Something was acknowledged."""
        for path, known in list(self._not_synced.items()):
            place = self._folder / path
            if place.is_file() and (content := place.read_bytes()) != known:
                self._not_synced[path] = content
                self.events.append(Event("content", path, content=content))
        self.events.append(Event("said", said=said))

    def database(self, place: Path) -> None:
        """A transaction has ended, which SQLite has synced."""
        database = sqlite3.connect(f"{place.resolve().as_uri()}?mode=ro", uri=True)
        self.events.append(Event("durable", self._name(place), content=database.serialize()))
        database.close()

    def _name(self, path: Path) -> str:
        return os.path.relpath(path, self._folder)


@dataclass(eq=False)
class Node:
    """A file or a folder of the model.

    Attributes:
        versions: of a file, what may be on disk: what was synced last, and what was written since.
        names: what is in a folder now.
        on_disk: what was when it was synced last.
        pending: what was done to its names since, in order: a name, and what it names from then on or None.
    """

    is_folder: bool
    versions: list[bytes] = field(default_factory=list)
    names: dict[str, Node] = field(default_factory=dict)
    on_disk: dict[str, Node] = field(default_factory=dict)
    pending: list[dict[str, Node | None]] = field(default_factory=list)

    def change(self, names: dict[str, Node | None]) -> None:
        """Give and take names at one moment."""
        self.pending.append(names)
        for name, node in names.items():
            if node is None:
                self.names.pop(name, None)
            else:
                self.names[name] = node


def replay(events: Sequence[Event]) -> Node:
    """The folder after these events, with what of it is on disk; it is empty, and on disk, before the first."""
    top = Node(is_folder=True)

    def at(path: str) -> Node:
        node = top
        for name in [] if path == "." else path.split("/"):
            node = node.names[name]
        return node

    def split(path: str) -> tuple[Node, str]:
        folder, _, name = path.rpartition("/")
        return at(folder or "."), name

    for event in events:
        if event.kind == "said":
            continue
        folder, name = split(event.path) if event.path != "." else (top, "")
        if event.kind == "make":
            folder.change({name: Node(is_folder=event.content is None)})
        elif event.kind == "remove":
            folder.change({name: None})
        elif event.kind == "rename":
            target, new = split(event.to)
            node = folder.names[name]
            if target is folder:
                folder.change({name: None, new: node})
            else:
                folder.change({name: None})
                target.change({new: node})
        elif event.kind == "content":
            at(event.path).versions += [b"", event.content or b""]
        elif event.content is not None:
            if name not in folder.names:  # SQLite made it.
                folder.change({name: Node(is_folder=False)})
            at(event.path).versions = [event.content]
        else:
            node = at(event.path)
            for name in event.names:
                if name not in node.names:
                    node.change({name: Node(is_folder=False)})
            node.on_disk, node.pending = dict(node.names), []
    return top


def write_after_cut(node: Node, place: Path, draw: random.Random) -> None:
    """Write what a power cut leaves of a folder: what is on disk, and of the rest what is drawn."""
    if not node.is_folder:
        content = draw.choice(node.versions or [b""])
        # Of a file that was not synced, a part may be there.
        whole = len(node.versions) == 1 or draw.random() < 0.5
        place.write_bytes(content if whole else content[: draw.randrange(len(content) + 1)])
        return
    place.mkdir()
    kept = draw.choice([0.0, 0.5, 0.5, 1.0])
    names = dict(node.on_disk)
    for change in node.pending:
        if draw.random() < kept:
            for name, inner in change.items():
                names.pop(name, None)
                if inner is not None:
                    names[name] = inner
    for name, inner in sorted(names.items()):
        write_after_cut(inner, place / name, draw)


def without(events: Sequence[Event], leave_out: Callable[[Event], bool]) -> list[Event]:
    """What had happened if some of it had not."""
    return [event for event in events if not leave_out(event)]
