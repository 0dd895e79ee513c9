"""The steps by which this process changes what lies below a folder: to refuse one, to be killed before it, to note all.

A step is a file opened for writing, a folder made, a rename, a link, a removal, a sync, a statement to SQLite. What C
code does by itself is none.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lada_explore.files import places

NEEDS_SPACE = ("open", "mkdir", "rename", "link", "symlink", "sync")
"""Kinds of steps that a full disk may refuse; removals it never does."""


@dataclass(frozen=True)
class Step:
    """One step: its kind, and the paths that it is about."""

    kind: str
    paths: tuple[Path, ...]


def _path(given: Any, dir_fd: int | None = None) -> Path:
    """The whole path that a call is about."""
    path = os.readlink(f"/proc/self/fd/{given}") if isinstance(given, int) else os.fsdecode(given)
    if dir_fd is not None and not os.path.isabs(path):
        path = os.path.join(os.readlink(f"/proc/self/fd/{dir_fd}"), path)
    return Path(os.path.abspath(path))


@contextmanager
def steps_below(
    folder: Path, before: Callable[[Step], None], after: Callable[[Step], None] = lambda step: None
) -> Iterator[None]:
    """Call `before` ahead of each step below a folder, the folder's own place included, and `after` once it is done."""
    top = Path(os.path.abspath(folder))

    def hooked(kind: str, function: Callable[..., Any], paths_of: Callable[..., list[Path]]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            paths = tuple(paths_of(*args, **kwargs))
            if not any(path == top or top in path.parents for path in paths):
                return function(*args, **kwargs)
            step = Step(kind, paths)
            before(step)
            result = function(*args, **kwargs)
            after(step)
            return result

        return call

    def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> list[Path]:
        return [_path(file)] if set(mode) & set("wxa+") and not isinstance(file, int) else []

    def opened_low(path: Any, flags: int, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> list[Path]:
        return [_path(path, dir_fd)] if flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) else []

    def one(path: Any, *args: Any, dir_fd: int | None = None, **kwargs: Any) -> list[Path]:
        return [_path(path, dir_fd)]

    def two(source: Any, target: Any, *args: Any, **kwargs: Any) -> list[Path]:
        return [_path(source), _path(target)]

    def second(source: Any, target: Any, *args: Any, **kwargs: Any) -> list[Path]:
        return [_path(target)]

    def connected(database: str, *args: Any, **kwargs: Any) -> sqlite3.Connection:
        connection, step = connect(database, *args, **kwargs), Step("sql", (Path(database),))
        if top in step.paths[0].parents:
            connection.set_trace_callback(lambda statement: before(step))
        return connection

    connect = sqlite3.connect
    with pytest.MonkeyPatch.context() as patch:
        for owner in (builtins, io):
            patch.setattr(owner, "open", hooked("open", open, opened))
        for name, kind, paths_of in (
            ("open", "open", opened_low),
            ("mkdir", "mkdir", one),
            ("rename", "rename", two),
            ("replace", "rename", two),
            ("link", "link", two),
            ("symlink", "symlink", second),
            ("unlink", "unlink", one),
            ("remove", "unlink", one),
            ("rmdir", "rmdir", one),
            ("fsync", "sync", one),
        ):
            patch.setattr(os, name, hooked(kind, getattr(os, name), paths_of))
        patch.setattr(sqlite3, "connect", connected)
        patch.setattr(places, "_exchanged", hooked("rename", places._exchanged, two))
        yield


class Refusing:
    """Refuses the n-th step that needs space, 0 the first.

    Attributes:
        refused: that step; None if there were fewer.
    """

    def __init__(self, n: int, code: int = errno.ENOSPC) -> None:
        self._left, self._code = n, code
        self.refused: Step | None = None

    def __call__(self, step: Step) -> None:
        if step.kind not in NEEDS_SPACE:
            return
        self._left -= 1
        if self._left == -1:
            self.refused = step
            raise OSError(self._code, os.strerror(self._code), str(step.paths[-1]))


class Dying:
    """Ends this process by SIGKILL before its n-th step, 0 the first."""

    def __init__(self, n: int) -> None:
        self._left = n

    def __call__(self, step: Step) -> None:
        if self._left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        self._left -= 1


def was_killed(act: Callable[[], object]) -> bool:
    """Whether a child process that acts was killed; it ended well if not."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            act()
            code = 0
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or os.WEXITSTATUS(status) == 0, "a child that was not killed failed"
    return os.WIFSIGNALED(status)
