"""Where numba keeps what it compiles for UMAP, on a machine where it finds no place by itself.

umap-learn and pynndescent cannot even be imported then ("no locator available"): the environment belongs to somebody
else and the home folder cannot be written, as in many containers and on many shared servers.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path

from lada_explore.config.paths import expanded, may_write, writable_folder

VARIABLE = "NUMBA_CACHE_DIR"
COMPILED = ("umap", "pynndescent")
"""Packages that ask numba to keep what it compiles."""


def ensure_numba_cache() -> None:
    """Name a folder that can be written in $NUMBA_CACHE_DIR, unless the person did or numba finds one by itself.

    To be called before `COMPILED` are imported. Without the folder each kernel would compile anew, for up to a minute.
    """
    if os.environ.get(VARIABLE) or may_write(_of_person()) or all(map(may_write, _in_packages())):
        return
    os.environ[VARIABLE] = str(writable_folder("numba"))
    if (numba := sys.modules.get("numba")) is not None:  # It read the variable when it was imported.
        numba.config.CACHE_DIR = os.environ[VARIABLE]


def _of_person() -> Path:
    """Numba's folder for a person's own cache."""
    return expanded(os.environ.get("XDG_CACHE_HOME") or "~/.cache") / "numba"


def _in_packages() -> list[Path]:
    """The folders beside the sources of the packages, which numba tries first."""
    specs = [find_spec(name) for name in COMPILED]
    return [Path(spec.origin).parent / "__pycache__" for spec in specs if spec is not None and spec.origin]
