"""A cache folder for the code that numba compiles for UMAP, on machines where numba finds none.

In many containers and on many shared servers neither the environment nor the home folder is writable. umap-learn and
pynndescent then cannot be imported at all ("no locator available").
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from lada_explore.config.paths import expanded, may_write, writable_folder

VARIABLE = "NUMBA_CACHE_DIR"
COMPILED = ("umap", "pynndescent")
"""Packages whose compiled code numba caches."""


def ensure_numba_cache() -> None:
    """Set $NUMBA_CACHE_DIR to a writable folder, unless it is set already or numba finds a folder by itself.

    Must be called before the packages in `COMPILED` are imported. Without a cache, each kernel would compile for up to
    a minute.

    Raises:
        OSError: no folder is writable.
    """
    if os.environ.get(VARIABLE) or may_write(_user_cache()) or all(map(may_write, _package_caches())):
        return
    os.environ[VARIABLE] = str(writable_folder("numba"))
    if (numba := sys.modules.get("numba")) is not None:  # numba has already read the variable.
        numba.config.CACHE_DIR = os.environ[VARIABLE]


def _user_cache() -> Path:
    """Numba's cache folder of the current user."""
    return expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "numba"


def _package_caches() -> list[Path]:
    """The cache folders beside the sources of the packages, which numba tries first."""
    specs = [find_spec(name) for name in COMPILED]
    return [Path(spec.origin).parent / "__pycache__" for spec in specs if spec is not None and spec.origin]
