"""Windows and macOS as far as they can be pretended on Linux: what the package sees, and what files refuse there.

`pretend()` is called in a process of its own, before the package is imported. Modules of the package then lack what
Windows lacks (`fcntl`, `os.getuid`, `mmap.MADV_RANDOM`, `signal.SIGKILL` and so on) and are told that the platform is
win32; other libraries see the system as it is. For everybody in the process, no folder can be opened, no file that is
open or mapped can be moved or removed, nothing can be linked symbolically, and names that Windows reserves, or that
differ from a name that is there by case alone, are refused. `pretend("darwin")` takes away what macOS has not.
"""

from __future__ import annotations

import builtins
import errno
import io
import os
import re
import shutil
from collections.abc import Callable
from ctypes import CDLL
from pathlib import Path
from types import ModuleType
from typing import Any

MISSING_MODULES = ("fcntl", "grp", "pwd", "resource", "termios", "tty", "pty", "posix", "syslog")
"""Modules of the standard library that Windows has not."""

MISSING_NAMES: dict[str, set[str]] = {
    "os": {
        *("chown", "chroot", "fchmod", "fchown", "fdatasync", "fork", "forkpty", "fstatvfs", "getegid", "geteuid"),
        *("getgid", "getgroups", "getloadavg", "getpgid", "getpgrp", "getpriority", "getsid", "getuid", "killpg"),
        *("lchown", "lockf", "mkfifo", "mknod", "nice", "openpty", "pathconf", "pipe2", "posix_fadvise"),
        *("posix_fallocate", "posix_spawn", "pread", "preadv", "pwrite", "pwritev", "readv", "register_at_fork"),
        *("sched_getaffinity", "sched_setaffinity", "sendfile", "setpgid", "setsid", "setuid", "statvfs", "sync"),
        *("sysconf", "ttyname", "uname", "wait3", "wait4", "writev", "O_CLOEXEC", "O_DIRECTORY", "O_DSYNC"),
        *("O_NOCTTY", "O_NOFOLLOW", "O_NONBLOCK", "O_PATH", "O_SYNC", "O_TMPFILE", "ST_RDONLY", "WNOHANG"),
        *("WIFSIGNALED", "WTERMSIG", "WEXITSTATUS", "EX_OK"),
    },
    "signal": {
        *("SIGKILL", "SIGHUP", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGCHLD", "SIGCONT", "SIGSTOP", "SIGTSTP", "SIGPIPE"),
        *("SIGQUIT", "alarm", "pause", "pthread_kill", "pthread_sigmask", "setitimer", "sigwait"),
    },
    "mmap": {
        *("MADV_DONTNEED", "MADV_FREE", "MADV_RANDOM", "MADV_SEQUENTIAL", "MADV_WILLNEED", "MADV_DONTFORK"),
        *("MAP_ANON", "MAP_ANONYMOUS", "MAP_NORESERVE", "MAP_PRIVATE", "MAP_SHARED", "PROT_READ", "PROT_WRITE"),
    },
    "socket": {"AF_UNIX"},
    "time": {"clock_gettime", "tzset"},
}
"""Names that modules of the standard library have on Linux and not on Windows, as far as a program may want them."""

MISSING_ON_MACOS: dict[str, set[str]] = {
    "os": {
        *("fdatasync", "pipe2", "posix_fadvise", "posix_fallocate", "sched_getaffinity", "sched_setaffinity"),
        *("O_PATH", "O_TMPFILE", "getresuid", "setresuid", "pidfd_open", "memfd_create", "eventfd", "copy_file_range"),
    },
    "mmap": {"MADV_DONTFORK", "MADV_DOFORK", "MADV_REMOVE", "MADV_HUGEPAGE", "MAP_POPULATE"},
    "signal": {"SIGPWR", "SIGSTKFLT", "sigtimedwait", "sigwaitinfo"},
}
"""The same of macOS."""

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)|.*[. ]$|.*[<>:\"|?*\x00-\x1f]", re.IGNORECASE | re.DOTALL)


class _Seen(ModuleType):
    """A module as it would be there."""

    def __init__(self, module: ModuleType, missing: set[str], changed: dict[str, Any]) -> None:
        super().__init__(module.__name__)
        object.__setattr__(self, "_seen", (module, missing, changed))

    def __getattribute__(self, name: str) -> Any:
        module, missing, changed = object.__getattribute__(self, "_seen")
        if name in missing:
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r} on Windows")
        return changed[name] if name in changed else getattr(module, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(object.__getattribute__(self, "_seen")[0], name, value)


def pretend(platform: str = "win32") -> None:
    """Let the package see another system, "win32" or "darwin", and files behave as there, until this process ends."""
    _show(platform)
    _guard(os, "mkdir", _makes)
    for owner in (builtins, io):
        _guard(owner, "open", _opens)
    if platform == "darwin":
        return
    shutil._use_fd_functions = False
    _guard(os, "symlink", _links)
    for name in ("unlink", "remove", "rmdir"):
        _guard(os, name, _moves)
    _guard(os, "rename", _renames)
    _guard(os, "replace", _replaces)
    _guard(os, "open", _opens_low)
    _guard(os, "fsync", _flushes)


class _LibraryOfMacos:
    """What `ctypes.CDLL(None)` has there."""

    def renamex_np(self, one: bytes, other: bytes, flags: int) -> int:
        """RENAME_SWAP, by what Linux has."""
        return int(CDLL(None).renameat2(-100, one, -100, other, 2)) if flags == 2 else -1


def _show(platform: str) -> None:
    def library(name: str | None, *args: Any, **kwargs: Any) -> Any:
        if name is None and platform == "win32":
            raise TypeError("Windows has no library without a name")
        return _LibraryOfMacos() if name is None else CDLL(name, *args, **kwargs)

    changed: dict[str, dict[str, Any]] = {"sys": {"platform": platform}, "ctypes": {"CDLL": library}}
    without = MISSING_NAMES if platform == "win32" else MISSING_ON_MACOS
    modules = MISSING_MODULES if platform == "win32" else ()
    seen = {
        name: _Seen(__import__(name), without.get(name, set()), changed.get(name, {})) for name in {*without, *changed}
    }
    real_import = builtins.__import__

    def imported(name: str, given: Any = None, *args: Any, **kwargs: Any) -> Any:
        importer = (given or {}).get("__name__", "")
        if importer.split(".")[0] == "lada_explore":
            if name in modules:
                raise ModuleNotFoundError(f"No module named {name!r}", name=name)
            if name in seen:
                return seen[name]
        return real_import(name, given, *args, **kwargs)

    builtins.__import__ = imported


def _guard(owner: Any, name: str, check: Callable[..., None]) -> None:
    """Let `check` raise what Windows would before a function is called."""
    function = getattr(owner, name)

    def call(*args: Any, **kwargs: Any) -> Any:
        check(*args, **kwargs)
        return function(*args, **kwargs)

    setattr(owner, name, call)


def _refuse(path: Any, code: int = errno.EACCES) -> None:
    raise OSError(code, os.strerror(code), os.fspath(path))


def _name(path: Any) -> None:
    """Refuse to make a name that Windows does not take, or has already in another case."""
    whole = Path(os.path.abspath(os.fsdecode(path)))
    if _RESERVED.match(whole.name):
        _refuse(path, errno.EINVAL)
    if whole.parent.is_dir():
        for other in os.listdir(whole.parent):
            if other != whole.name and other.casefold() == whole.name.casefold():
                _refuse(path, errno.EEXIST)


def _in_use() -> set[str]:
    """Files that this process has open or mapped."""
    names = set()
    for descriptor in os.listdir("/proc/self/fd"):
        try:
            names.add(os.readlink(f"/proc/self/fd/{descriptor}"))
        except OSError:
            continue
    with _open("/proc/self/maps", encoding="utf-8", errors="surrogateescape") as maps:
        names |= {line.split(maxsplit=5)[5].rstrip("\n") for line in maps if line.count("/")}
    return names


_open = open


def _moves(path: Any, *args: Any, **kwargs: Any) -> None:
    whole = os.path.realpath(os.fsdecode(path))
    if any(name == whole or name.startswith(whole + os.sep) for name in _in_use()):
        _refuse(path)


def _renames(source: Any, target: Any, *args: Any, **kwargs: Any) -> None:
    _moves(source)
    if os.path.lexists(target):
        _refuse(target, errno.EEXIST)
    _name(target)


def _replaces(source: Any, target: Any, *args: Any, **kwargs: Any) -> None:
    _moves(source)
    _moves(target)
    if os.path.isdir(target):
        _refuse(target)
    _name(target)


def _makes(path: Any, *args: Any, **kwargs: Any) -> None:
    _name(path)


def _links(source: Any, target: Any, *args: Any, **kwargs: Any) -> None:
    raise OSError(errno.EINVAL, "A required privilege is not held by the client", os.fspath(target))


def _opens_low(path: Any, flags: int, *args: Any, **kwargs: Any) -> None:
    if os.path.isdir(path):
        _refuse(path)
    if flags & os.O_CREAT:
        _name(path)


def _opens(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> None:
    if not isinstance(file, int) and set(mode) & set("wxa"):
        _name(file)


def _flushes(descriptor: int) -> None:
    import fcntl

    if fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))


if __name__ == "__main__":  # a command of `lada-explore`, as on Windows
    pretend(os.environ.get("PRETENDED", "win32"))
    from lada_explore.cli.main import main

    main()
