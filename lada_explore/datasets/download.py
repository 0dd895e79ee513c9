"""Downloads of image sets; no other module uses the network."""

from __future__ import annotations

import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from lada_explore.errors import DataError
from lada_explore.files import reason_of

TIMEOUT = 20.0
"""A download fails after this many seconds without an answer (ours: a person is waiting)."""

_T = TypeVar("_T")


def fetched(name: str, make: Callable[[], _T], folder: Path, files: Sequence[str]) -> _T:
    """Call a constructor of torchvision, which downloads missing files, and explain its errors.

    Args:
        name: name of the set in the catalogue.
        make: function that calls the constructor.
        folder: folder where a person can put the files by hand.
        files: names of the files.

    Returns:
        The result of `make`.

    Raises:
        DataError: files are missing and cannot be downloaded, or cannot be read.
    """
    before = socket.getdefaulttimeout()
    # torchvision sets no timeout and would wait for ever on a network that drops packets.
    socket.setdefaulttimeout(TIMEOUT)
    try:
        return make()
    except Exception as error:
        state = "is damaged or incomplete" if any((folder / file).exists() for file in files) else "is not"
        raise DataError(
            f"{name} {state} at {folder} and could not be downloaded ({reason_of(error)}); copy {' and '.join(files)} "
            f"to {folder}, or use --dataset fashion-mini, which needs no download"
        ) from error
    finally:
        socket.setdefaulttimeout(before)
