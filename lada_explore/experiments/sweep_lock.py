"""One sweep at a time in a folder: a second one would take the first one's runs for runs that nobody computes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from lada_explore.config.paths import command
from lada_explore.errors import ConfigError
from lada_explore.experiments.status import BOARD_FOLDER
from lada_explore.files import Refusal, make_folder, writing
from lada_explore.files.locks import PROBED_S, is_held

LOCK_FILE = ".lock"
"""Held in the sweep's folder while its runs are computed; the system releases it when the process ends."""

OF_LOCK = Refusal(error=ConfigError, remedy="choose another folder with --out")


@contextmanager
def only_sweep_in(out: Path) -> Iterator[None]:
    """Be the only sweep in this folder inside the block.

    Raises:
        ConfigError: another one is under way there, or the folder cannot be written.
    """
    place = out / BOARD_FOLDER
    with writing(place, OF_LOCK):
        make_folder(place)
    lock = FileLock(place / LOCK_FILE, thread_local=False)
    with writing(place, OF_LOCK):
        try:
            lock.acquire(timeout=PROBED_S)
        except Timeout:  # An OSError too, so it is caught before `writing` sees it.
            raise ConfigError(
                f"a sweep is under way in {out}; wait until it ends, stop it where it was started, or choose another "
                f"folder with --out ({command('board', out)} shows how far it is)"
            ) from None
    try:
        yield
    finally:
        lock.release()


def is_under_way(out: Path) -> bool:
    """Whether a sweep is under way in a folder, or may be: it is not ours to lock."""
    return is_held(out / BOARD_FOLDER / LOCK_FILE)
