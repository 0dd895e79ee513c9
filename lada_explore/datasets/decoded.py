"""Decoded folders, kept: a folder of images is decoded once, and opened from one file of arrays afterwards."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import PIL
from numpy.typing import NDArray

from lada_explore.config.paths import data_folder, expanded
from lada_explore.datasets.decode import MAX_PIXELS, decode_all
from lada_explore.errors import StoreError
from lada_explore.files import remove_unfinished, write_folder

WORTH_S = 1.0
"""Decoding that takes less is not kept: it is as quick again."""

MAX_KEPT = 10
"""Decoded folders kept; the one that was not opened for longest goes first."""

_FORMAT = 1
_PIXELS, _INDEX = "pixels.npy", "index.json"

Decoded = tuple[NDArray[np.uint8], list[int], tuple[str, ...]]


def kept_folder() -> Path:
    """$LADA_CACHE, or `folders` beside the downloaded sets."""
    chosen = os.environ.get("LADA_CACHE")
    return expanded(chosen) if chosen else data_folder() / "folders"


def decoded(root: Path, items: Sequence[str], shape: tuple[int, int, int]) -> Decoded:
    """What `decode_all` returns, from what was kept if no file has changed since.

    The key is made of every file's path, size and time of change, the declared shape and Pillow's version. A disk that
    is full or read-only costs the keeping, nothing else.
    """
    place = kept_folder() / _key(root, items, shape)
    known = _read(place, len(items), shape)
    if known is not None:
        return known
    began = time.perf_counter()
    result = decode_all(root, items, shape)
    if time.perf_counter() - began >= WORTH_S:
        with suppress(OSError, StoreError):
            _keep(place, result)
    return result


def _key(root: Path, items: Sequence[str], shape: tuple[int, int, int]) -> str:
    about = [_FORMAT, PIL.__version__, MAX_PIXELS, shape, os.path.realpath(root)]
    digest = hashlib.sha256(json.dumps(about).encode())
    for item in items:
        try:
            status = os.stat(root / item)
            found = f"{status.st_size} {status.st_mtime_ns}"
        except OSError:
            found = "-"
        digest.update(f"{found} {len(item)} ".encode())
        digest.update(os.fsencode(item))
    return digest.hexdigest()[:40]


def _read(place: Path, n_items: int, shape: tuple[int, int, int]) -> Decoded | None:
    """What was kept; None when there is nothing, or nothing that can be trusted."""
    try:
        index = json.loads((place / _INDEX).read_text(encoding="utf-8"))
        pixels = np.load(place / _PIXELS, allow_pickle=False)
        kept, notes = [int(i) for i in index["kept"]], tuple(str(note) for note in index["notes"])
        if hashlib.sha256(pixels.data).hexdigest() != index["sha256"]:
            return None
        os.utime(place)
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None
    fits = pixels.dtype == np.uint8 and pixels.shape == (len(kept), *shape) and all(0 <= i < n_items for i in kept)
    return (pixels, kept, notes) if fits else None


def _keep(place: Path, result: Decoded) -> None:
    pixels, kept, notes = result

    def fill(folder: Path) -> None:
        folder.chmod(0o700)  # A person's own images.
        np.save(folder / _PIXELS, pixels)
        index = {"kept": kept, "notes": notes, "sha256": hashlib.sha256(pixels.data).hexdigest()}
        (folder / _INDEX).write_text(json.dumps(index), encoding="utf-8")

    remove_unfinished(place.parent)
    # Whatever stands there was not to be trusted, or has just been written by another process: the same.
    write_folder(place, fill, overwrite=True)
    # Other kinds of things that can be made again may stand beside them, and what other processes are writing.
    entries = [path for path in place.parent.glob("[!.]*") if (path / _INDEX).is_file()]
    others = sorted(entries, key=lambda path: path.stat().st_mtime)
    for path in others[:-MAX_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
