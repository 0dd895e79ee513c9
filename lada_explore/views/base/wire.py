"""Figures as they are sent to the page: plain values, with arrays as little-endian 4-byte buffers."""

from __future__ import annotations

import base64
import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

_CASTS: Mapping[str, tuple[str, str]] = {"f": ("<f4", "f4"), "i": ("<i4", "i4"), "u": ("<i4", "i4"), "b": ("<i4", "i4")}
"""numpy kind -> dtype on the wire and its name for the page."""


def to_wire(value: Any) -> Any:
    """A plotly figure's dict with each numeric array as {"array": name, "bytes": buffer, "shape": [...]}.

    Floats and integers are cast to 4 bytes: half the size, and still more precise than a screen.

    Args:
        value: nested dicts, lists, numpy arrays and plain values; plotly's own base64 arrays are unpacked.

    Raises:
        OverflowError: an integer that 4 bytes cannot hold.
        TypeError: a value that a page cannot take.
    """
    if isinstance(value, np.ndarray):
        return _array(value)
    if isinstance(value, Mapping):
        if {"dtype", "bdata"} <= set(value):
            return _array(_unpacked(value))
        return {str(name): to_wire(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [to_wire(inner) for inner in value]
    if isinstance(value, np.generic):
        return to_wire(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    if value is None or isinstance(value, (str, bool, int, float)):
        return value
    if isinstance(value, (datetime.date, datetime.datetime)):
        return value.isoformat()
    raise TypeError(f"a {type(value).__name__} cannot be sent to a page")


def _array(array: NDArray[Any]) -> Any:
    if array.dtype.kind not in _CASTS:
        return [to_wire(entry) for entry in array.tolist()]
    dtype, name = _CASTS[array.dtype.kind]
    if dtype == "<i4" and array.size and max(abs(int(array.min())), abs(int(array.max()))) > np.iinfo(np.int32).max:
        raise OverflowError(f"{int(np.abs(array).max())} does not fit the 4 bytes in which integers are sent")
    return {"array": name, "bytes": np.ascontiguousarray(array, dtype=dtype).tobytes(), "shape": list(array.shape)}


def _unpacked(packed: Mapping[str, Any]) -> NDArray[Any]:
    array = np.frombuffer(base64.b64decode(packed["bdata"]), np.dtype(packed["dtype"]))
    shape = packed.get("shape")
    if shape is None:
        return array
    return array.reshape([int(n) for n in shape.split(",")] if isinstance(shape, str) else shape)
