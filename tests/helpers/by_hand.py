"""Records written by hand, with only the fields that a test is about."""

from dataclasses import MISSING, fields

import numpy as np


def by_hand(record_type, **values):
    """A record of this type; fields that are not given have their default, or are empty arrays."""
    required = [f.name for f in fields(record_type) if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in required if name not in values]
    return record_type(**values, **{name: np.empty(0, dtype=np.float32) for name in missing})
