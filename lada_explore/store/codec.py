"""A record as a folder: `record.json` for plain values, `arrays.npz` for arrays; never a pickle."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np

from lada_explore.errors import StoreError
from lada_explore.records import RECORD_TYPES, Record, Stage

RECORD_FILE = "record.json"
ARRAYS_FILE = "arrays.npz"


def write_record(folder: Path, record: Record) -> None:
    """Write a record into an existing folder; equal records give equal bytes."""
    values: dict[str, Any] = {}
    arrays: dict[str, Any] = {}
    for field in fields(record):
        value = getattr(record, field.name)
        (arrays if isinstance(value, np.ndarray) else values)[field.name] = value
    (folder / RECORD_FILE).write_text(json.dumps(values, indent=1, allow_nan=False) + "\n", encoding="utf-8")
    if arrays:
        np.savez_compressed(folder / ARRAYS_FILE, allow_pickle=False, **arrays)


def read_record(folder: Path, stage: Stage) -> Record:
    """Read the record of `stage` from its folder.

    Raises:
        StoreError: a file is missing, truncated or holds other fields; the message says how to go on.
    """
    record_type = RECORD_TYPES[stage]
    try:
        parts: dict[str, Any] = json.loads((folder / RECORD_FILE).read_text(encoding="utf-8"))
        if (folder / ARRAYS_FILE).exists():
            with np.load(folder / ARRAYS_FILE, allow_pickle=False) as arrays:
                parts.update({name: arrays[name] for name in arrays.files})
        return record_type(**parts)
    except PermissionError as error:
        raise StoreError(f"{folder} may not be read ({error.strerror}); give yourself permission to read it") from error
    except Exception as error:  # zipfile, zlib and numpy raise a dozen types on damaged files.
        raise StoreError(
            f"{folder} is damaged ({error}); delete it and every later stage of the run, then resume to make them again"
        ) from error
