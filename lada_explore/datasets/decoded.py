"""A cache of decoded folders: a folder of images is decoded once, and afterwards read from one array file."""

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
from lada_explore.datasets.decode import decode_all
from lada_explore.datasets.picture_reader import MAX_PIXELS, PLAIN_READER, PictureReader
from lada_explore.errors import StoreError
from lada_explore.files import if_sound, read_json, remove_unfinished, write_folder

MIN_DECODE_S = 1.0
"""A folder that is decoded in fewer seconds is not cached."""

MAX_KEPT = 10
"""Largest number of cached folders; the least recently opened one is deleted first."""

_FORMAT = 1
_PIXELS, _INDEX = "pixels.npy", "index.json"

Decoded = tuple[NDArray[np.uint8], list[int], tuple[str, ...]]


def cache_root() -> Path:
    """Folder of the cache: $LADA_CACHE, or `folders` beside the downloaded image sets."""
    cache = os.environ.get("LADA_CACHE")
    return expanded(cache) if cache else data_folder() / "folders"


def decoded(
    root: Path, items: Sequence[str], shape: tuple[int, int, int], reader: PictureReader = PLAIN_READER
) -> Decoded:
    """What `decode_all` returns, from the cache if no file has changed since.

    The cache key depends on path, size and modification time of every file, on the declared shape, on Pillow's version
    and on what the reader does otherwise than by default. If the disk is full or read-only, the result is not cached.
    """
    place = cache_root() / _key(root, items, shape, reader)
    known = _read(place, len(items), shape)
    if known is not None:
        return known
    began = time.perf_counter()
    result = decode_all(root, items, shape, reader)
    if time.perf_counter() - began >= MIN_DECODE_S:
        with suppress(OSError, StoreError):
            _keep(place, result)
    return result


def _key(root: Path, items: Sequence[str], shape: tuple[int, int, int], reader: PictureReader) -> str:
    about: list[object] = [_FORMAT, PIL.__version__, MAX_PIXELS, shape, os.path.realpath(root)]
    # Nothing is added for a reader with the defaults, so that what was decoded before there were others is found.
    about += [dict(reader.about())] if reader.about() else []
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
    """The cached result; None if there is none, or if it is damaged."""
    with if_sound():
        index, pixels = read_json(place / _INDEX), np.load(place / _PIXELS, allow_pickle=False)
        kept, notes = [int(i) for i in index["kept"]], tuple(str(note) for note in index["notes"])
        whole = hashlib.sha256(pixels.data).hexdigest() == index["sha256"] and all(0 <= i < n_items for i in kept)
        os.utime(place)
        if whole and pixels.dtype == np.uint8 and pixels.shape == (len(kept), *shape):
            return pixels, kept, notes
    return None


def _keep(place: Path, result: Decoded) -> None:
    pixels, kept, notes = result

    def fill(folder: Path) -> None:
        folder.chmod(0o700)  # A person's own images.
        np.save(folder / _PIXELS, pixels)
        index = {"kept": kept, "notes": notes, "sha256": hashlib.sha256(pixels.data).hexdigest()}
        (folder / _INDEX).write_text(json.dumps(index), encoding="utf-8")

    remove_unfinished(place.parent)
    # An existing entry is damaged, or another process has just written the same content.
    write_folder(place, fill, overwrite=True)
    # The cache folder may also hold other kinds of cached files, and entries that other processes are writing.
    entries = [path for path in place.parent.glob("[!.]*") if (path / _INDEX).is_file()]
    others = sorted(entries, key=lambda path: path.stat().st_mtime)
    for path in others[:-MAX_KEPT]:
        shutil.rmtree(path, ignore_errors=True)
