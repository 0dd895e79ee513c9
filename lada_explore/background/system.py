"""What differs between Linux, macOS and Windows. No other module asks which system it runs on.

Windows cannot open a folder, so that a folder can neither be locked nor flushed; a file that is open can be neither
moved nor removed; and a process cannot handle the signal that ends it. What macOS and Windows lack of Linux is left
out where it only saves time or memory.
"""

from __future__ import annotations

import ctypes
import errno
import mmap
import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

OPENS_FOLDERS = fcntl is not None
"""Whether a folder can be opened, and so be locked and flushed, and an open file be moved: not on Windows."""

SIGNALS_TO_CHILDREN = sys.platform == "linux"
"""Whether the system can send a process a signal when its parent ends."""

SIGKILL: signal.Signals = getattr(signal, "SIGKILL", signal.SIGTERM)
"""The signal that cannot be handled; Windows ends a process by SIGTERM without asking it."""

SIGHUP: signal.Signals | None = getattr(signal, "SIGHUP", None)
"""The signal of a closed terminal; None on Windows, which ends the processes itself."""

TO_FLUSH: int = os.O_RDONLY if OPENS_FOLDERS else os.O_RDWR
"""How a file is opened to be flushed: Windows flushes only what may be written."""

NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
NO_WAIT: int = getattr(os, "O_NONBLOCK", 0)
"""Flags of `os.open`, 0 where there are none: a link is refused; a pipe is not waited for."""

_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_AT_FDCWD, _RENAME_EXCHANGE = -100, 2  # linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS
_MAP_NORESERVE: int = getattr(mmap, "MAP_NORESERVE", 0x4000 if sys.platform == "linux" else 0)


def lock(descriptor: int, *, wait: bool = False, shared: bool = False) -> bool:
    """Lock an open file or folder until its descriptor is closed; False if it is locked, or there are no locks here.

    Args:
        descriptor: of the file.
        wait: wait for whoever holds it.
        shared: beside others who share it.
    """
    if not OPENS_FOLDERS:
        return False
    try:
        fcntl.flock(descriptor, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def swap_names(one: Path, other: Path) -> bool:
    """Swap two names in one step; returns False if the system or the disk cannot."""
    if sys.platform == "win32":
        return False
    names, libc = (os.fsencode(one), os.fsencode(other)), ctypes.CDLL(None)
    if hasattr(libc, "renameat2"):  # Linux
        return bool(libc.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0)
    if hasattr(libc, "renamex_np"):  # macOS
        return bool(libc.renamex_np(*names, _RENAME_SWAP) == 0)
    return False


def why_not_writable(folder: Path) -> int:
    """Number of the error for a folder that may not be written: its disk is read-only, or permission is missing."""
    if hasattr(os, "statvfs") and os.statvfs(folder).f_flag & os.ST_RDONLY:
        return errno.EROFS
    return errno.EACCES


def rewrite(descriptor: int, content: bytes) -> None:
    """Replace the content of an open file, from its start.

    Raises:
        OSError: the operating system refuses.
    """
    os.lseek(descriptor, 0, os.SEEK_SET)
    os.write(descriptor, content)
    os.ftruncate(descriptor, len(content))


def private_mapping(descriptor: int) -> mmap.mmap:
    """Map a whole file so that what is written to the mapping stays in memory; it may be larger than the memory.

    On Windows a mapping has to fit into memory and page file together.

    Raises:
        OSError: the operating system refuses.
    """
    if sys.platform == "win32":
        return mmap.mmap(descriptor, 0, access=mmap.ACCESS_COPY)
    flags, protection = mmap.MAP_PRIVATE | _MAP_NORESERVE, mmap.PROT_READ | mmap.PROT_WRITE
    return mmap.mmap(descriptor, 0, flags=flags, prot=protection)


def read_at_random(mapping: mmap.mmap) -> None:
    """Read nothing ahead of what is asked for, where the system can be told so."""
    if hasattr(mmap, "MADV_RANDOM"):
        mapping.madvise(mmap.MADV_RANDOM)


def release_pages(mapping: mmap.mmap) -> None:
    """Let go of the pages of a private mapping that were read, where the system can be told so."""
    if hasattr(mmap, "MADV_DONTNEED"):
        mapping.madvise(mmap.MADV_DONTNEED)


def signal_when_parent_ends(signum: signal.Signals) -> None:
    """Ask the system for a signal when the thread ends that started this process; nothing where it cannot."""
    if SIGNALS_TO_CHILDREN:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, int(signum), 0, 0, 0)  # Returns -1 where it is not allowed.


def usable_cores() -> int | None:
    """Processors that this process may use; None where the system does not say."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def quoted(word: str) -> str:
    """A word as the system's own shell takes it for one, whatever is in it."""
    return subprocess.list2cmdline([word]) if sys.platform == "win32" else shlex.quote(word)


def user_id() -> int | None:
    """Number of the user whose rights this process has; None on Windows, where files belong to no number."""
    return os.geteuid() if hasattr(os, "geteuid") else None


def user_name() -> str:
    """The user as programs of a cluster take her: by number, or by name where there are no numbers."""
    return str(os.getuid()) if hasattr(os, "getuid") else os.getlogin()
