"""Error of the look-ahead value by the number of nodes at which a mixing path is evaluated, for each acquisition.

    OMP_NUM_THREADS=1 python benchmarks/nodes.py --json benchmarks/results/nodes.json

A run of the demo with 130 initial labels looks ahead once, at 50 pairs; the same seed gives every number of nodes the
same classifier and the same pairs. V(0.5) is integrated from the recorded profile, and its rms error is that against 65
nodes. `chosen` is the run as the preset has it, with the number of nodes that a trial chooses where hidden
states are mixed; the last results of it are of `--methods lada-entmix lada-varratiomix lada-marginmix lada-baldmix`.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import common
import numpy as np

from lada_explore.beta import beta_weights
from lada_explore.records import FloatArray, LookAheadRecord, Stage
from lada_explore.runtime import Runtime
from lada_explore.session.opening import open_session
from lada_explore.stages import profiles

METHODS = (
    *("lada-entmix", "lada-entinmix", "lada-varratiomix", "lada-marginmix", "lada-baldmix"),
    *("lada-vaalmix", "lada-ll4almix"),
)
EXACT = 65
TAU = 0.5
SETTINGS: dict[str, Any] = {
    "schedule.initial_per_class": 13,
    "schedule.subset_size": 100,
    "look_ahead.precision": "float32",
    "checkpoints": "last",
}


def main() -> None:
    options = parsed()
    profiles.TRIAL_FROM = 1  # These are fewer pairs than a run makes a trial with.
    runtime = Runtime.choose(options.device, "float32")
    results: dict[str, Any] = {
        "sizes": {"labels": 130, "tau": TAU, "seed": options.seed},
        "methods": {},
    }
    with tempfile.TemporaryDirectory() as folder:
        for method in options.methods:
            exact, ahead = values(method, {"look_ahead.nodes": EXACT}, Path(folder), options)
            found, chosen = values(method, {}, Path(folder), options)
            results["sizes"]["pairs"] = len(exact)
            results["methods"][method] = {
                "unit": ahead.unit,
                "mean": float(exact.mean()),
                "deviation": float(exact.std(ddof=1)),
                "rms_error_by_nodes": {
                    str(nodes): rms(values(method, {"look_ahead.nodes": nodes}, Path(folder), options)[0] - exact)
                    for nodes in options.nodes
                },
                "chosen": {
                    "n_nodes": len(chosen.nodes),
                    "evaluations": chosen.evaluations / len(exact),
                    "rms_error": rms(found - exact),
                    "estimated_error": chosen.value_error,
                    "worst_pair": float(np.abs(found - exact).max()),
                },
            }
    common.finish("nodes", results, runtime, options.json)


def rms(errors: FloatArray) -> float:
    return float(np.sqrt(np.mean(errors**2)))


def values(
    method: str, settings: dict[str, int], folder: Path, options: argparse.Namespace
) -> tuple[FloatArray, LookAheadRecord]:
    """(P,) V(0.5) of the pairs of cycle 1, and its record."""
    session = open_session(
        folder / "-".join([method, *map(str, settings.values())]),
        "demo",
        method,
        seed=options.seed,
        cycles=1,
        settings=SETTINGS | settings | dict(text.split("=", 1) for text in options.set),
        device=options.device,
        threads=1,
    )
    with closing(session):
        while (session.cycle, session.next_stage) != (1, Stage.SELECT):
            session.step()
        ahead = session.history[1].look_ahead
    assert ahead is not None
    weights = beta_weights(ahead.grid.astype(np.float64), np.array([TAU]))
    return (ahead.profile.astype(np.float64) @ weights[0]), ahead


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument(
        "--methods", nargs="+", default=list(METHODS), help="methods that look ahead (all acquisitions)"
    )
    parser.add_argument("--nodes", type=int, nargs="+", default=[5, 8, 11], help="numbers of nodes (5 8 11)")
    parser.add_argument("--seed", type=int, default=0, help="seed of the runs (0)")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings of the runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
