"""The lessons that come with the package, copied to where a person may write."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from lada_explore.config.paths import LESSONS, bundled
from lada_explore.errors import ConfigError
from lada_explore.files import Refusal, write_folder

SHOWN = ("digits-unlabelled", "photos", "runs")
"""Folders of `data/` that the notebooks open, beside theirs."""

SOURCES = ("photos-copyright.txt", "photos-origin.csv")
"""Files of `data/` that say whose the photographs are."""

OF_LESSONS = Refusal(
    error=ConfigError,
    remedy="choose another folder",
    taken="holds something already, which is left as it is; choose a folder that does not exist",
)


def copy_lessons(out: Path) -> tuple[int, int]:
    """Copy the notebooks, and what they open, so that each finds it as in a checkout.

    Args:
        out: the folder to make, which gets `notebooks/` and `data/`; it appears only when it is complete.

    Returns:
        The number of notebooks, and the size of all files in bytes.

    Raises:
        ConfigError: `out` holds something already, or cannot be written.
    """

    def fill(folder: Path) -> tuple[int, int]:
        ignored = shutil.ignore_patterns(".*", "__pycache__")
        shutil.copytree(bundled(LESSONS), folder / LESSONS, ignore=ignored, copy_function=shutil.copyfile)
        for name in SHOWN:
            shutil.copytree(bundled(name), folder / "data" / name, ignore=ignored, copy_function=shutil.copyfile)
        for name in SOURCES:
            shutil.copyfile(bundled(SHOWN[1]).with_name(name), folder / "data" / name)
        return len(list((folder / LESSONS).glob("*.ipynb"))), _size(folder)

    return write_folder(out, fill, overwrite=False, refusal=OF_LESSONS)


def _size(folder: Path) -> int:
    return sum(os.path.getsize(Path(root, name)) for root, _, names in os.walk(folder) for name in names)
