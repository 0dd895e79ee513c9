"""Where image sets are kept, and the one place that goes to the network."""

from __future__ import annotations

import pickle
import socket
import tarfile
from collections.abc import Callable, Sequence
from http.client import HTTPException
from pathlib import Path
from typing import TypeVar

from lada_explore.errors import DataError

TIMEOUT = 20.0
"""Seconds without an answer after which a download is given up: ours, a person is waiting."""

_T = TypeVar("_T")


def fetched(name: str, make: Callable[[], _T], folder: Path, files: Sequence[str]) -> _T:
    """Call torchvision's constructor, which downloads only what is missing, and put its failures into words.

    Args:
        name: the set, as in the catalogue.
        make: calls the constructor.
        folder: where a person can put the files by hand.
        files: their names.

    Raises:
        DataError: files that are missing and cannot be downloaded, or that cannot be read.
    """
    before = socket.getdefaulttimeout()
    # torchvision passes no timeout: behind a network that swallows packets it would wait for ever.
    socket.setdefaulttimeout(TIMEOUT)
    try:
        return make()
    except (
        OSError,  # URLError, a full disk, a folder that may not be written
        RuntimeError,  # torchvision's own
        HTTPException,
        tarfile.TarError,
        EOFError,
        pickle.UnpicklingError,
    ) as error:
        reason = " ".join(str(error).split())[:200] or type(error).__name__
        state = "is damaged or incomplete" if any((folder / file).exists() for file in files) else "is not"
        raise DataError(
            f"{name} {state} at {folder} and could not be downloaded ({reason}); copy {' and '.join(files)} "
            f"to {folder}, or use --dataset fashion-mini, which needs no download"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
