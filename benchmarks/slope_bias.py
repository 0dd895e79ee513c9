"""Error of the loop's dV/dtau in one cycle of the recorded demo run, against a dense evaluation of every path.

    OMP_NUM_THREADS=1 python benchmarks/slope_bias.py --json benchmarks/results/slope_bias.json

The run of data/runs/demo is computed again, by its recorded settings, up to LOOK_AHEAD of cycle 11; the same processor
gives the same profiles, and the results say whether it did. Every pair is then evaluated and scored at 113 nodes, among
which are the 8 of the run. `loop` is the recorded profile (8 nodes, outputs interpolated by monotone cubics and then
scored), `chords` joins the entropies at the same 8 nodes. Errors are in bits per unit of tau.
"""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import Any

import common
import numpy as np
import torch

from lada_explore import open_run
from lada_explore.acquisition import acquisition_of
from lada_explore.analysis.tau_dynamics import PULL_STEP
from lada_explore.beta import beta_weights
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.lookahead import outputs_along_path, uniform_nodes
from lada_explore.records import FloatArray, Stage
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session
from lada_explore.store.run_info import RUN_FILE

CYCLE, NODES = 11, 113
TAUS = (0.1, 0.5, 1.0)


def main() -> None:
    parser = common.parser(__doc__ or "")
    parser.add_argument("--out", type=Path, help="folder of the run, gone on with if it is there (a temporary one)")
    options = parser.parse_args()
    runtime = Runtime.choose("cpu", "float32")
    recorded = open_run(Path(__file__).parents[1] / "data" / "runs" / "demo")
    ahead = recorded.history[CYCLE].look_ahead
    assert ahead is not None
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder) / "demo"
        there = (out / RUN_FILE).is_file()
        session = Session.resume(out) if there else Session.create(recorded.config, out, device="cpu")
        with closing(session):
            while (session.cycle, session.next_stage) != (CYCLE, Stage.SELECT):
                session.step()
            again = session.history[CYCLE].look_ahead
            assert again is not None
            dense = evaluated(session, runtime)
    few = (NODES - 1) // (len(ahead.nodes) - 1)
    nodes, grid = uniform_nodes(NODES).numpy(), ahead.grid.astype(np.float64)
    results: dict[str, Any] = {
        "cycle": CYCLE,
        "pairs": len(dense),
        "nodes": {"loop": len(ahead.nodes), "dense": NODES},
        "same_profiles": bool(np.array_equal(again.profile, ahead.profile)),
        "by_tau": {},
    }
    for tau in TAUS:
        exact = slope(nodes, dense, tau)
        results["by_tau"][str(tau)] = {
            "mean": float(exact.mean()),
            "half_dense": errors(slope(nodes[::2], dense[:, ::2], tau), exact),
            "loop": errors(slope(grid, ahead.profile, tau), exact),
            "chords": errors(slope(nodes[::few], dense[:, ::few], tau), exact),
        }
    common.finish("slope_bias", results, runtime, options.json)


@torch.no_grad()
def evaluated(session: Session, runtime: Runtime) -> FloatArray:
    """(P, NODES) entropy of every pair at each node, scored without interpolation."""
    pairs = session.history[CYCLE].subsample
    assert pairs is not None
    classifier, acquisition = session.classifier, acquisition_of(session.config)
    classifier.eval()
    images = DeviceImages(session.data.train, session.data.mean, session.data.std, runtime)
    first, second = (classifier.to_layer(images.batch(ids), pairs.mix_layer) for ids in pairs.pair_ids.T)
    along = outputs_along_path(
        lambda hidden: acquisition.outputs(classifier, hidden, pairs.mix_layer),
        first,
        second,
        uniform_nodes(NODES),
        chunk=400,
    )
    found: FloatArray = acquisition.score(along.flatten(0, 1)).reshape(along.shape[:2]).numpy()
    return found


def slope(grid: FloatArray, profile: FloatArray, tau: float) -> FloatArray:
    """dV_i/dtau (P,) of profiles that are linear between the points of a grid."""
    low, high = beta_weights(grid.astype(np.float64), np.array([tau - PULL_STEP, tau + PULL_STEP]))
    return np.asarray(profile.astype(np.float64) @ (high - low) / (2 * PULL_STEP))


def errors(found: FloatArray, exact: FloatArray) -> dict[str, float]:
    """Mean over the pairs, root mean square, and the largest."""
    error = found - exact
    return {
        "bias": float(error.mean()),
        "rms": float(np.sqrt((error**2).mean())),
        "largest": float(np.abs(error).max()),
    }


if __name__ == "__main__":
    main()
