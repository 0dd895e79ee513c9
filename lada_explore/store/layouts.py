"""Layouts of the map on disk, so that a reopened run shows its map at once.

The process that writes a run stores layouts in the run folder, as `layouts/METHOD-CYCLE-DIGEST.npz`. A process that
only reads the run looks there too, but stores its own layouts in the user's cache folder. Beside them stand the images
of the whole pool on a layout, as `layouts/pool-K-METHOD-CYCLE-DIGEST.npz`, where somebody asked for them.

A layout can always be computed again, so no function of this module raises: if the disk is full or read-only, a layout
is not stored, and a damaged or wrong file counts as missing.
"""

from __future__ import annotations

import hashlib
import io
import json
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from lada_explore.analysis.embedding import Layout
from lada_explore.analysis.whole_pool import NEIGHBOURS, PoolPlaces
from lada_explore.config.paths import cache_folder
from lada_explore.errors import ConfigError, StoreError
from lada_explore.files import if_sound, make_folder, remove_unfinished, write_file
from lada_explore.files.arrays import read_arrays
from lada_explore.store.run_folder import LAYOUT_FOLDER

MAX_KEPT = 4000
"""Largest number of layouts in the user's cache folder, about 80 MB; the oldest are deleted."""

_SCALARS = ("method", "cycle", "own_radius", "since", "n_shared", "displacement", "trustworthiness")


class LayoutStore:
    """Stores layouts by key. Safe to use from several threads, and from several processes at once.

    Args:
        places: folders to search; they may not exist.
        own: folder for new layouts; None to store none.
        max_files: largest number of files in `own`; None for no limit.
    """

    def __init__(self, *places: Path, own: Path | None, max_files: int | None = None) -> None:
        self._places = places
        self._own = own
        self._max_files = max_files
        self._lock = threading.Lock()
        self._refused = False

    @classmethod
    def of_writer(cls, run: Path) -> LayoutStore:
        """The store of the process that writes a run."""
        return cls(run / LAYOUT_FOLDER, own=run / LAYOUT_FOLDER)

    @classmethod
    def of_reader(cls, run: Path) -> LayoutStore:
        """The store of a process that only reads a run."""
        try:
            own = cache_folder(LAYOUT_FOLDER)
        except ConfigError:  # Without a home folder, nothing is stored.
            return cls(run / LAYOUT_FOLDER, own=None)
        return cls(run / LAYOUT_FOLDER, own, own=own, max_files=MAX_KEPT)

    def read(self, key: str) -> Layout | None:
        """The layout stored under a key; None if there is none, or if it is damaged."""
        for place in self._places:
            layout = _read(place / f"{key}.npz", key)
            if layout is not None:
                return layout
        return None

    def keep(self, key: str, layout: Layout) -> None:
        """Store a layout, if possible."""
        self._write(key, lambda: _packed(key, layout))

    def read_pool(self, key: str) -> PoolPlaces | None:
        """The images of the whole pool on the layout that is stored under a key; None if there are none, or damaged."""
        for place in self._places:
            pool = _read_pool(place / f"{_pool_key(key)}.npz", key)
            if pool is not None:
                return pool
        return None

    def keep_pool(self, key: str, pool: PoolPlaces) -> None:
        """Store the images of the whole pool on the layout with a key, if possible; 8 bytes an image."""
        self._write(_pool_key(key), lambda: _packed_pool(key, pool))

    def _write(self, key: str, packed: Callable[[], bytes]) -> None:
        with self._lock:
            if self._own is None or self._refused:
                return
            try:
                make_folder(self._own)
                write_file(self._own / f"{key}.npz", packed(), overwrite=True)
                self._drop_oldest(self._own)
            except (OSError, StoreError):
                self._refused = True

    def close(self) -> None:
        """Store nothing from now on; waits for a layout that is being written."""
        with self._lock:
            self._own = None

    def _drop_oldest(self, own: Path) -> None:
        if self._max_files is None:
            return
        remove_unfinished(own)
        files = list(own.glob("*.npz"))
        if len(files) > self._max_files:
            written = sorted(files, key=_written)
            for file in written[: len(files) - self._max_files * 9 // 10]:
                with suppress(OSError):
                    file.unlink()


def _written(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:  # Another process has deleted it.
        return 0.0


def _packed(key: str, layout: Layout) -> bytes:
    about = {"key": key, "digest": _digest(layout.ids, layout.positions)}
    about |= {name: getattr(layout, name) for name in _SCALARS}
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(about)), ids=layout.ids, positions=layout.positions)
    return file.getvalue()


def _read(place: Path, key: str) -> Layout | None:
    """The layout in a file; None if the file is missing or damaged."""
    about: dict[str, Any] = {}
    with if_sound():
        arrays = read_arrays(place)
        ids, positions = arrays["ids"], arrays["positions"]
        said = json.loads(str(arrays["about"]))
        about = {name: said[name] for name in ("key", "digest", *_SCALARS)}
    sound = (
        about.pop("key", None) == key
        and about.pop("digest", None) == _digest(ids, positions)
        and (ids.dtype, positions.dtype) == (np.dtype(np.int64), np.dtype(np.float64))
        and positions.shape == (*ids.shape, 2)
        and ids.ndim == 1
        and bool(np.isfinite(positions).all())
    )
    return Layout(ids=ids, positions=positions, **about) if sound else None


def _pool_key(key: str) -> str:
    return f"pool-{NEIGHBOURS}-{key}"


def _packed_pool(key: str, pool: PoolPlaces) -> bytes:
    about = {"key": key, "pool_size": pool.pool_size, "digest": _digest(pool.positions)}
    file = io.BytesIO()
    np.savez_compressed(file, about=np.array(json.dumps(about)), positions=pool.positions)
    return file.getvalue()


def _read_pool(place: Path, key: str) -> PoolPlaces | None:
    """The pool in a file; None if the file is missing or damaged."""
    about: dict[str, Any] = {}
    with if_sound():
        arrays = read_arrays(place)
        positions, said = arrays["positions"], json.loads(str(arrays["about"]))
        about = {name: said[name] for name in ("key", "digest", "pool_size")}
    sound = (
        bool(about)
        and (about["key"], about["digest"]) == (key, _digest(positions))
        and (positions.dtype, positions.shape[1:]) == (np.dtype(np.float32), (2,))
        and bool(np.isfinite(positions).all())
    )
    return PoolPlaces(positions=positions, pool_size=int(about["pool_size"])) if sound else None


def _digest(*arrays: Any) -> str:
    return hashlib.sha256(b"".join(array.tobytes() for array in arrays)).hexdigest()
