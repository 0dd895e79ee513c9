"""One schema for each record: type, axes, range and finiteness of every field.

It holds when a record is written and when it is read, also from folders of earlier versions, which carry no digests.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lada_explore.config.limits import TAU_LIMIT
from lada_explore.records import (
    Curve,
    Estimator,
    EvaluatedOn,
    Policy,
    Record,
    SelectRule,
    Stage,
    TrainRecord,
    ValueUse,
)
from lada_explore.store.agreement import own_disagreement
from lada_explore.store.files import damaged
from lada_explore.store.run_info import RunInfo

IDS, CLASSES, COUNTS = "ids", "classes", "counts"
MAX_WHOLE = 2**63 - 1
"""Largest whole number; what is larger fits neither an array nor, at 310 digits, a float."""

UNIT = (0.0, 1.0)
"""Range of probabilities and mixing coefficients; rounding may carry a float32 beyond it by `SLACK`."""

SLACK = 1e-4


@dataclass(frozen=True, slots=True)
class Array:
    """What an array field must be.

    Attributes:
        dtypes: allowed, as numpy names them.
        axes: letters and numbers, one for each axis. A letter is one length in all fields of a record, "*" any length.
            Alternatives are separated by "|".
        holds: IDS of images, CLASSES (-1 for none known), COUNTS from 0 on, or a range (least, greatest).
        finite: whether it may hold neither NaN nor infinity.
        empty: whether a record that has none of it may leave it empty, in whatever shape.
    """

    dtypes: str
    axes: str
    holds: str | tuple[float, float] | None = None
    finite: bool = True
    empty: bool = True


def _ids(axes: str, *, empty: bool = True) -> Array:
    return Array("int64", axes, IDS, empty=empty)


def _numbers(axes: str, holds: tuple[float, float] | None = None, *, empty: bool = True) -> Array:
    return Array("float32", axes, holds, empty=empty)


def _states(axes: str) -> Array:
    # Half precision holds up to 65,504: a feature beyond it is stored as infinity.
    return Array("float16", axes, finite=False)


def _pixels(axes: str) -> Array:
    return Array("uint8 float32", axes)


_POSITIVE = (0.0, math.inf)
_TAU = (math.ulp(0.0), TAU_LIMIT)

ARRAYS: Mapping[Stage, Mapping[str, Array]] = {
    Stage.SUBSAMPLE: {
        "subset_ids": _ids("M", empty=False),
        "pair_ids": _ids("P 2"),
        "targets": Array("int64", "M", CLASSES, empty=False),
        "images": _pixels("M D H W"),
    },
    Stage.SCORE: {
        "scores": _numbers("M", empty=False),
        "predicted": Array("int64", "M", CLASSES, empty=False),
        "confidence": _numbers("M", UNIT, empty=False),
        "logits": _numbers("M C", empty=False),
        "outputs": _numbers("M K", empty=False),
        "features": _states("M F"),
        "labelled_features": _states("L F"),
        "labelled_logits": _numbers("L C"),
    },
    Stage.LOOK_AHEAD: {
        "nodes": _numbers("G", UNIT),
        "outputs": _numbers("P G K"),
        "grid": _numbers("R", UNIT),
        "profile": _numbers("P R"),
        "tau": _numbers("P", _TAU),
        "value": _numbers("P|M"),
        "tau_by_epoch": _numbers("* P", _TAU),
        "policy_loss": _numbers("E"),
        "best_tau": _numbers("P", _TAU),
        "best_value": _numbers("P"),
        "mean_virtual": _numbers("P"),
        "max_virtual": _numbers("P"),
        "max_instance": _numbers("P"),
        "theta": _numbers("M T"),
        "theta_by_epoch": _numbers("* M T"),
    },
    Stage.SELECT: {
        "query_ids": _ids("B", empty=False),
        "pair_ids": _ids("Q 2"),
        "pair_tau": _numbers("Q", _TAU),
        "score_terms": _numbers("* 3|* 2"),
        "scores": _numbers("*"),
        "query_images": Array("uint8 float32", "B D H W", empty=False),
        "virtual_lam": _numbers("V|* *", UNIT),
        "virtual_features": _states("* * F"),
        "virtual_logits": _numbers("* * C"),
        "seed_ids": _ids("S"),
        "seed_neighbours": _ids("S *"),
        "transformed_images": Array("uint8", "B D H W"),
    },
    Stage.QUERY: {
        "ids": _ids("L", empty=False),
        "labels": Array("int64", "L", COUNTS, empty=False),
        "pair_ids": _ids("Q 2"),
        "pair_tau": _numbers("Q", _TAU),
        "skipped_ids": _ids("*"),
        "ahead_ids": _ids("*"),
        "given_ids": _ids("*"),
        "held_out_ids": _ids("*"),
        "targets": Array("int64", "L", CLASSES),
        "images": _pixels("* D H W"),
    },
    Stage.TRAIN: {
        "train_loss": _numbers("E", _POSITIVE),
        "virtual_loss": _numbers("E"),
        "intrusion_loss": _numbers("E"),
        "region": _numbers("E * 2", UNIT),
        "plane": _numbers("S S C"),
        "transform_loss": _numbers("E"),
        "transformed_ids": _ids("T"),
        "transformed_theta": _numbers("T K"),
        "transformed_images": Array("uint8", "T D H W"),
        "relabelled_ids": _ids("R"),
        "relabelled": Array("int64", "R", COUNTS),
    },
    Stage.EVALUATE: {
        "confusion": Array("int64", "C C", COUNTS),
        "calibration": _numbers("10 3", _POSITIVE),
        "predicted": Array("int64", "T", CLASSES),
        "stop_ids": _ids("S"),
        "stop_logits": _numbers("S C"),
    },
}

VALUES: Mapping[Stage, Mapping[str, tuple[float, float] | type[str] | tuple[str, ...]]] = {
    Stage.SUBSAMPLE: {"mix_layer": (-1, math.inf)},
    Stage.SCORE: {"unit": str},
    Stage.LOOK_AHEAD: {
        "policy": tuple(Policy),
        "estimator": tuple(Estimator),
        "unit": str,
        "use": tuple(ValueUse),
        "curve": tuple(Curve),
        "evaluations": (-1, math.inf),
        "value_error": _POSITIVE,
    },
    Stage.SELECT: {"rule": tuple(SelectRule)},
    Stage.QUERY: {"ahead_model_cycle": (-1, math.inf)},
    Stage.TRAIN: {"n_labelled": (0, math.inf), "n_virtual": (0, math.inf), "mix_layer": (-1, math.inf)},
    Stage.EVALUATE: {
        "n_labelled": (0, math.inf),
        "n_test": (0, math.inf),
        "accuracy": UNIT,
        "mean_nll": _POSITIVE,
        "tested_on": tuple(EvaluatedOn),
    },
}
"""What a plain value must be: within a range (a whole number but for `_FRACTIONS`), text, or one of some."""

_FRACTIONS = ("accuracy", "mean_nll", "value_error")
_MAY_BE_NONE = {*_FRACTIONS, "pair_ids", "pair_tau"}


def check_record(record: Record, folder: Path, info: RunInfo) -> None:
    """See that a record is one of this run.

    Args:
        record: to be written into, or read from,
        folder: this stage folder.
        info: of the run.

    Raises:
        StoreError: it is not; names the first field that is wrong.
    """
    if fault := record_fault(record, info):
        raise damaged(folder, fault, folder)


def record_fault(record: Record, info: RunInfo) -> str:
    """What is wrong with a record; empty if nothing is."""
    if not _is_whole(record.cycle) or not 0 <= record.cycle <= info.config.schedule.cycles:
        return f"cycle is {record.cycle!r}, and the run has cycles 0 to {info.config.schedule.cycles}"
    lengths: dict[str, int] = {}
    for name, array in ARRAYS[record.stage].items():
        value = getattr(record, name)
        if value is None and name in _MAY_BE_NONE:
            continue
        if fault := _array_fault(value, array, lengths, info):
            return f"{name} {fault}"
    if isinstance(record, TrainRecord):
        for name, value in record.own.items():
            axes = " ".join(["E", "*", "*", "*"][: max(1, np.ndim(value))])
            if fault := _array_fault(value, _numbers(axes, empty=False), lengths, info):
                return f"own.{name} {fault}"
    for name, wanted in VALUES[record.stage].items():
        value = getattr(record, name)
        if value is None and name in _MAY_BE_NONE:
            continue
        if fault := _value_fault(value, wanted, whole=name not in _FRACTIONS):
            return f"{name} {fault}"
    return own_disagreement(record, info)


def _array_fault(value: Any, array: Array, lengths: dict[str, int], info: RunInfo) -> str:
    if not isinstance(value, np.ndarray):
        return "is no array"
    if value.dtype.name not in array.dtypes.split() or value.dtype.hasobject:
        return f"holds {value.dtype.name} and not {' or '.join(array.dtypes.split())}"
    if not value.dtype.isnative:
        return f"holds {value.dtype.name} in the byte order of another machine"
    if value.size == 0 and array.empty:
        return ""
    if not any(_fits(value.shape, axes.split(), lengths) for axes in array.axes.split("|")):
        wanted = array.axes.replace(" ", ", ").replace("|", ") or (")
        return f"has the shape {value.shape} and not ({wanted}) as the other fields have it"
    if array.finite and value.dtype.kind == "f" and not np.isfinite(value).all():
        return "holds a value that is not finite"
    return _range_fault(value, array.holds, info)


def _fits(shape: tuple[int, ...], axes: Sequence[str], lengths: dict[str, int]) -> bool:
    """Whether a shape has these axes; the letters that are new get its lengths."""
    if len(shape) != len(axes):
        return False
    found = dict(lengths)
    for length, axis in zip(shape, axes, strict=True):
        if axis == "*":
            continue
        if length != (int(axis) if axis.isdecimal() else found.setdefault(axis, length)):
            return False
    lengths.update(found)
    return True


def _range_fault(value: NDArray[Any], holds: str | tuple[float, float] | None, info: RunInfo) -> str:
    if holds is None or value.size == 0:
        return ""
    if isinstance(holds, tuple):
        least, most = holds[0] - SLACK if holds[0] <= 0 else holds[0], holds[1] + SLACK
    else:
        least = -1 if holds == CLASSES else 0
        most = info.pool_size - 1 if holds == IDS else math.inf
    lowest, highest = value.min().item(), value.max().item()  # A tiny number is no float32.
    if least <= lowest and highest <= most:
        return ""
    wrong = lowest if lowest < least else highest
    if wrong <= 0 < least < 1:
        return f"holds {wrong}, which is not above 0"
    return f"holds {wrong}, which is not within {round(least)} to {'any number' if most == math.inf else round(most)}"


def _value_fault(value: Any, wanted: tuple[float, float] | type[str] | tuple[str, ...], *, whole: bool) -> str:
    if wanted is str:
        return "" if isinstance(value, str) and len(value) < 200 else "is no text of a line"
    assert isinstance(wanted, tuple)
    if isinstance(wanted[0], str):
        return "" if value in wanted else f"is {value!r}, and not one of {', '.join(map(str, wanted))}"
    least, most = float(wanted[0]), float(wanted[1])
    if isinstance(value, bool) or not (_is_whole(value) or (isinstance(value, float) and not whole)):
        return f"is {value!r} and no {'whole ' if whole else ''}number"
    if _is_whole(value) and abs(value) > MAX_WHOLE:
        return f"is {value!r}, which is larger than any number of a run"
    if not (math.isfinite(value) and least <= value <= most):
        return f"is {value!r}, which is not within {least:g} to {most:g}"
    return ""


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)
