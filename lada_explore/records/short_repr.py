"""Records as a line in a notebook: their numbers, and of each array its type and shape."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np

LONGEST = 60
"""Characters of a value that are shown."""


class ShortRepr:
    """Gives a dataclass a repr of one line, which tells an array by type and shape, as in `float32 (200, 10)`."""

    __slots__ = ()

    def __repr__(self) -> str:
        values = (f"{part.name}={_short(getattr(self, part.name))}" for part in fields(self))  # type: ignore[arg-type]
        return f"{type(self).__name__}({', '.join(values)})"


def _short(value: Any) -> str:
    if isinstance(value, np.ndarray):
        return f"{value.dtype} {value.shape}"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_short(each)}' for key, each in value.items())}}}"
    text = repr(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
