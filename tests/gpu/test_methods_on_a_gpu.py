"""Every method for two cycles on a GPU: against the CPU, twice, and stopped and resumed."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest
from helpers.small_runs import cut_before, record_bytes, small_config, small_data

from lada_explore.config import METHODS, Policy
from lada_explore.records import Stage
from lada_explore.session.session import Session

TOLERANCE = 2e-3
"""Largest difference of a number of a record from the CPU's, as a share of 1 or of the number if that is larger: the
rounding of float32 in sums of another order, after three trainings."""

STN_TOLERANCE = 2e-2
"""The same of a spatial transformer: Adam's first steps have the size of the learning rate in the direction of the
gradient, whose sign rounding decides where it is almost 0."""

TAU_TOLERANCE = 0.05
"""Largest difference of the best tau of a profile, which is chosen of 256 values, and almost level where it is best."""

ESTIMATORS = [
    (method, estimator)
    for method in METHODS
    for estimator in (("quadrature", "pathwise") if METHODS[method].uses_pairs else ("quadrature",))
]


def run(path, method, device, **settings):
    """Two cycles with the networks of the tests; the records."""
    session = Session.create(small_config(method, **settings), path, data=small_data(), device=device)
    session.run()
    session.close()
    return session.history


def compared(method, estimator):
    """Number of cycles that are compared, and the tolerance."""
    if estimator == "pathwise" or METHODS[method].acquisition == "vaal":
        return 1, TOLERANCE  # After the start they draw from the generator of the GPU, which has other draws.
    if METHODS[method].augmentation == "stn":
        return 2, STN_TOLERANCE  # In the third another query may follow.
    return 3, TOLERANCE


def is_best_tau(name, method):
    """Whether a record has a tau that was chosen as the best of a profile."""
    exact = METHODS[method].policy is Policy.EXACT
    return name.endswith(".best_tau") or (exact and name.endswith((".tau", ".tau_by_epoch", ".pair_tau")))


def gaps(one, other):
    """By name of an array of floats, the largest difference; and the names of others that differ."""
    found, differ = {}, []
    for cycle, (left, right) in enumerate(zip(one, other, strict=True)):
        for stage in fields(left):
            a, b = getattr(left, stage.name), getattr(right, stage.name)
            for entry in fields(a) if hasattr(a, "__dataclass_fields__") else ():
                x, y = getattr(a, entry.name), getattr(b, entry.name)
                name = f"{cycle} {stage.name}.{entry.name}"
                if isinstance(x, np.ndarray) and np.issubdtype(x.dtype, np.floating) and x.shape == y.shape:
                    x, y = x.astype(np.float64), y.astype(np.float64)
                    found[name] = float((np.abs(x - y) / np.maximum(1, np.abs(x))).max(initial=0))
                elif isinstance(x, np.ndarray):
                    if not np.array_equal(x, y):
                        differ.append(name)
                elif isinstance(x, float):
                    found[name] = abs(x - y) / max(1, abs(x))
    return found, differ


@pytest.mark.parametrize(("method", "estimator"), ESTIMATORS)
def test_a_method_gives_the_records_of_the_cpu_and_the_same_bytes_twice(tmp_path, measured, method, estimator):
    settings = {"look_ahead__estimator": estimator, "look_ahead__precision": "float32"}
    records = run(tmp_path / "gpu", method, "cuda", **settings)
    run(tmp_path / "again", method, "cuda", **settings)
    assert record_bytes(tmp_path / "gpu") == record_bytes(tmp_path / "again")
    n_cycles, tolerance = compared(method, estimator)
    found, differ = gaps(run(tmp_path / "cpu", method, "cpu", **settings)[:n_cycles], records[:n_cycles])
    tau = {name: found.pop(name) for name in list(found) if is_best_tau(name, method)}
    of_method = measured.setdefault("methods", {})[f"{method} {estimator}"] = {
        "cycles": n_cycles,
        "tolerance": tolerance,
        "largest_difference": max(found.values()),
        "where": max(found, key=found.get),
        "best_tau": max(tau.values(), default=0.0),
    }
    assert of_method["largest_difference"] < tolerance, sorted(found.items(), key=lambda entry: -entry[1])[:5]
    assert of_method["best_tau"] < TAU_TOLERANCE
    assert not [name for name in differ if not name.endswith(".transformed_images")]


@pytest.mark.parametrize("method", ["lada-entmix", "lada-entstn", "vaal", "ll4al"])
def test_recorded_steps_and_a_stop_leave_the_bytes_of_plain_steps_without_one(tmp_path, method):
    run(tmp_path / "plain", method, "cuda")
    run(tmp_path / "recorded", method, "cuda", training__cuda_graph=True)
    plain, recorded = (record_bytes(tmp_path / name) for name in ("plain", "recorded"))
    assert plain == recorded
    cut_before(tmp_path / "recorded", 1, Stage.LOOK_AHEAD)
    resumed = Session.resume(tmp_path / "recorded", data=small_data(), device="cuda")
    resumed.run()
    resumed.close()
    assert record_bytes(tmp_path / "recorded") == plain
