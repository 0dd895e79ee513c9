"""Records on disk: a folder with plain values in `record.json` and arrays in `arrays.npz`, without pickle.

A field that holds arrays by name has each of them in `arrays.npz` as "field.name".
"""

from __future__ import annotations

import json
import math
import os
import zipfile
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields
from pathlib import Path
from typing import Any

import numpy as np

from lada_explore.errors import StoreError
from lada_explore.files import read_json, reading
from lada_explore.files.arrays import read_arrays
from lada_explore.records import RECORD_TYPES, Record, Stage
from lada_explore.records.thumbnails import thumbnails
from lada_explore.store.files import incompatible, read_object, unreadable_in

RECORD_FILE = "record.json"
ARRAYS_FILE = "arrays.npz"
SECONDS_FILE = "seconds.json"


PICTURES = frozenset({"images", "query_images", "transformed_images"})
"""Fields of records that hold images."""

_NUMPY_OPTION = "allow_pickle"
"""numpy 2.0 and 2.1 do not have this option of `savez` and wrote it as an additional array, which is ignored."""


def write_record(folder: Path, record: Record) -> None:
    """Write a record into an existing folder; equal records give equal bytes.

    Raises:
        StoreError: numpy wrote other arrays than it was given.
    """
    values: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Mapping):
            arrays |= {f"{field.name}.{name}": array for name, array in value.items()}
        else:
            (arrays if isinstance(value, np.ndarray) else values)[field.name] = value
    (folder / RECORD_FILE).write_text(
        json.dumps(values, indent=1, allow_nan=False) + "\n", encoding="utf-8", newline="\n"
    )
    if arrays:
        np.savez_compressed(folder / ARRAYS_FILE, allow_pickle=False, **arrays)
        with zipfile.ZipFile(folder / ARRAYS_FILE) as archive:
            written = {name.removesuffix(".npy") for name in archive.namelist()}
        if wrong := sorted(written ^ arrays.keys()):
            raise StoreError(
                f"numpy {np.__version__} did not write {folder / ARRAYS_FILE} correctly (see {wrong[0]!r}), so the "
                "stage was not saved; install the versions that pyproject.toml asks for, then resume"
            )


def read_record(folder: Path, stage: Stage) -> Record:
    """Read the record of `stage` from its folder.

    Raises:
        StoreError: a file is missing or damaged, or has unknown or missing fields or values.
    """
    record_type, unreadable = RECORD_TYPES[stage], unreadable_in(folder.parents[2])
    values = read_object(folder / RECORD_FILE, unreadable)
    place = folder / ARRAYS_FILE
    found = read_arrays(place, unreadable) if os.path.lexists(place) else {}
    found.pop(_NUMPY_OPTION, None)
    arrays = _grouped(found, record_type)
    # Records of before have images as large as the network sees them.
    arrays |= {name: _thumbnails(arrays[name]) for name in PICTURES & arrays.keys()}
    _require_fields(folder, record_type, values, arrays)
    try:
        return record_type(**values, **arrays)
    except ValueError as error:  # A text that is not a member of its enum.
        raise incompatible(folder / RECORD_FILE, f"holds a value that is not known here ({error})") from error


def _grouped(arrays: Mapping[str, Any], record_type: type[Record]) -> dict[str, Any]:
    """Arrays by field; those of a field that holds arrays by name stand in the file as "field.name"."""
    by_name = {field.name for field in fields(record_type) if str(field.type).startswith("Mapping")}
    grouped: dict[str, Any] = {}
    for name, array in arrays.items():
        field, dot, inner = name.partition(".")
        if dot and field in by_name:
            grouped.setdefault(field, {})[inner] = array
        else:
            grouped[name] = array
    return grouped


def _thumbnails(array: Any) -> Any:
    is_pictures = array.dtype == np.uint8 and array.ndim == 4 and array.shape[1] in (1, 3)
    return thumbnails(array) if is_pictures else array


def _require_fields(
    folder: Path, record_type: type[Record], values: Mapping[str, Any], arrays: Mapping[str, Any]
) -> None:
    """Raises StoreError for an unknown field, or for a missing field without a default."""
    known: dict[str, Field[Any]] = {field.name: field for field in fields(record_type)}
    for name, place in [(name, RECORD_FILE) for name in values] + [(name, ARRAYS_FILE) for name in arrays]:
        if name not in known:
            raise incompatible(folder / place, f"has the field {name!r}, which is not known here")
    for name, field in known.items():
        if name in values or name in arrays or not field.default is field.default_factory is MISSING:
            continue
        path = folder / (ARRAYS_FILE if str(field.type).endswith("Array") else RECORD_FILE)
        raise incompatible(
            path, f"lacks the field {name!r}" if path.exists() else f"is missing, with the field {name!r}"
        )


def write_seconds(folder: Path, seconds: float) -> None:
    """Write what a stage took beside its record, so that equal runs have equal records.

    Raises:
        OSError: the disk refuses.
    """
    (folder / SECONDS_FILE).write_text(json.dumps(round(seconds, 4)) + "\n", encoding="utf-8", newline="\n")


def read_seconds(folder: Path) -> float:
    """What a stage took.

    Raises:
        StoreError: the file is missing or damaged.
    """
    place, unreadable = folder / SECONDS_FILE, unreadable_in(folder.parents[2])
    said = read_json(place, unreadable)
    with reading(place, unreadable):
        seconds = float(said)
    if not 0 <= seconds < math.inf:
        raise unreadable.because(place, f"{seconds:g} seconds")
    return seconds
