"""The lesson's values as text for a page: JSON and one block of bytes, compressed together.

All texts are in the compressed part, so a class name with `</script>` in it cannot end an element early.
`lesson/static/unpack.js` reads it back.
"""

from __future__ import annotations

import base64
import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lada_explore.files import encoded

FEW = 24
"""Shorter arrays are not worth packing in steps."""

FINE, COARSE = 65535, 4095
"""Steps between the lowest and the highest value of an array. Fine steps keep A(lam) of 0 to 3.32 bits within 0.00003
bits, and the page shows three decimals; coarse steps keep a probability within 0.00013, and the page shows percent."""

WRAP = 65536
"""Differences between neighbouring values are stored modulo this."""

FIGURES = 6
"""Significant figures of a plain number."""


class Packer:
    """Collects the bytes of many states, each only once."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._places: dict[bytes, int] = {}

    def take(self, value: Any, *, steps: int = 0) -> Any:
        """A value as `views.wire.to_wire` makes it, its buffers replaced by {"at": offset, "size": bytes}.

        Args:
            value: nested dicts, lists, plain values and bytes.
            steps: round long arrays of floats to `FINE` or `COARSE` steps, more than a page shows; 0 keeps them exact.
        """
        if isinstance(value, Mapping):
            if steps and value.get("array") == "f4" and len(value["bytes"]) >= 4 * FEW:
                return self._in_steps(value, steps)
            return {name: self.take(inner, steps=steps) for name, inner in value.items()}
        if isinstance(value, (list, tuple)):
            return [self.take(inner, steps=steps) for inner in value]
        if isinstance(value, bytes):
            return self._place(value)
        if isinstance(value, float):
            return float(f"{value:.{FIGURES}g}")
        return value

    def pieces(self, contents: Sequence[bytes]) -> dict[str, list[int]]:
        """Many contents of one size, {"pieces": steps from each one's offset to the next, "size": [bytes of each]}.

        Args:
            contents: of one size; equal ones are held once.
        """
        places = [self._place(content)["at"] for content in contents]
        return {"pieces": np.diff(places, prepend=0).tolist(), "size": [len(contents[0]) if contents else 0]}

    def packed(self, values: Any) -> str:
        """`values`, as `take` returned them, and all bytes taken so far, as base64 of a gzip file.

        The file holds the length of the JSON (4 bytes, little-endian), the JSON in UTF-8, and the bytes.
        """
        text = encoded(json.dumps(values, ensure_ascii=False, allow_nan=False, separators=(",", ":")))
        return compressed(len(text).to_bytes(4, "little") + text + bytes(self._bytes))

    def _place(self, content: bytes) -> dict[str, int]:
        at = self._places.get(content)
        if at is None:
            at = self._places[content] = len(self._bytes)
            self._bytes += content
        return {"at": at, "size": len(content)}

    def _in_steps(self, array: Mapping[str, Any], count: int) -> Any:
        values = np.frombuffer(array["bytes"], "<f4").astype(np.float64)
        if not np.isfinite(values).all():
            return {**array, "bytes": self._place(array["bytes"])}
        low, high = float(values.min()), float(values.max())
        place = np.round((values - low) / ((high - low) or 1.0) * count)
        # Neighbours are alike along a curve, so their differences compress well.
        change = np.mod(np.diff(place.astype(np.int64), prepend=0), WRAP)
        steps = self._place(change.astype("<u2").tobytes())
        return {"array": "f4", "shape": array["shape"], "low": low, "high": high, "of": count, "steps": steps}


def compressed(content: bytes) -> str:
    """Base64 of a gzip file, the same for the same content."""
    return base64.b64encode(gzip.compress(content, 9, mtime=0)).decode("ascii")


def unpacked(text: str) -> tuple[Any, bytes]:
    """The values and the bytes of `Packer.packed`."""
    content = gzip.decompress(base64.b64decode(text))
    start = 4 + int.from_bytes(content[:4], "little")
    return json.loads(content[4:start]), content[start:]


def restored(value: Any, content: bytes) -> Any:
    """The value that `Packer.take` was given, with numpy arrays of numbers (in the page, typed arrays).

    Args:
        value: a part of the unpacked values.
        content: all bytes.
    """
    if isinstance(value, list):
        return [restored(inner, content) for inner in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"at", "size"}:
        return content[value["at"] : value["at"] + value["size"]]
    if "pieces" in value:
        (size,) = value["size"]
        return [content[at : at + size] for at in np.cumsum(value["pieces"]).tolist()]
    if "steps" in value:
        change = np.frombuffer(restored(value["steps"], content), "<u2").astype(np.int64)
        place = np.mod(np.cumsum(change), WRAP)
        return (value["low"] + place / value["of"] * (value["high"] - value["low"])).reshape(value["shape"])
    if set(value) == {"array", "bytes", "shape"}:
        return np.frombuffer(restored(value["bytes"], content), f"<{value['array']}").reshape(value["shape"])
    return {name: restored(inner, content) for name, inner in value.items()}
