"""Ids and classes as whole numbers, whatever a person's code gives them as."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import numpy as np


def whole(value: Any) -> Any:
    """The whole number that a value is; the value as it is if it is none, for `check_answers` to name."""
    with suppress(TypeError, ValueError):
        plain = value.item() if hasattr(value, "item") else value
        if not isinstance(plain, float) or plain.is_integer():
            return int(plain)
    return value


def several(images: int | Sequence[int]) -> list[int]:
    """The distinct ids of one image or of several, in order."""
    return list(dict.fromkeys(map(whole, [images] if np.ndim(images) == 0 else images)))  # type: ignore[arg-type]
