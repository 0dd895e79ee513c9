"""Records written by hand, with only what a test speaks of."""

from dataclasses import fields

import numpy as np


def by_hand(record_type, **values):
    """A record of this type; arrays that are not given are empty."""
    missing = [field.name for field in fields(record_type) if field.name not in values]
    return record_type(**values, **{name: np.empty(0, dtype=np.float32) for name in missing})
