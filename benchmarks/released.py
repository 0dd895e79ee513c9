"""What each departure from the authors' release changes on the demo: accuracy with it, against accuracy without.

    OMP_NUM_THREADS=1 python benchmarks/released.py --folder /tmp/released --json benchmarks/results/released.json

Every variant sets one thing as the release has it (`lada_explore.config.fidelity`), "fidelity" all of them. The outcome
is the mean test accuracy over the cycles after the start. Differences are paired by seed, with the 95 % interval of
Student's t. Runs are made in `--folder`, seed by seed; complete ones stay as they are and interrupted ones go on, so
the same command can be given again, with more seeds too, and two can run at once for different seeds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import common
import numpy as np
import torch

from lada_explore.experiments.statistics import paired_interval
from lada_explore.runtime import Runtime
from lada_explore.session.opening import open_session

SMALL = {"checkpoints": "last", "keep": "queried", "look_ahead.precision": "float32"}
"""What a run keeps on disk, and the precision, which a run would otherwise choose by what is faster just then."""

FIXED, LEARNED = "lada-entmix-fixed", "lada-entmix"


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """A method with some settings, and the variant that it is compared with; None for one that others compare with."""

    method: str = FIXED
    settings: dict[str, Any]
    against: str | None = "demo"


AFRESH = {"training.reinitialise": True}

VARIANTS = {
    "demo": Variant(settings={}, against=None),
    "training.optimiser_life": Variant(settings={"training.optimiser_life": "kept"}),
    "training.clear_gradient": Variant(settings={"training.clear_gradient": False}),
    "training.virtual_images": Variant(settings={"training.virtual_images": "crop_flip"}),
    "training.pairs_in_one_pass": Variant(settings={"training.pairs_in_one_pass": False}),
    "classifier.initialisation": Variant(settings={"classifier.initialisation": "torch"}),
    "data.normalisation": Variant(settings={"data.normalisation": "released"}),
    "look_ahead.estimator": Variant(settings={"look_ahead.estimator": "pathwise"}),
    "fidelity": Variant(settings={"fidelity": "released"}),
    "demo, afresh": Variant(settings=AFRESH, against=None),
    "training.initial_weights": Variant(settings=AFRESH | {"training.initial_weights": "same"}, against="demo, afresh"),
    "demo, learned": Variant(method=LEARNED, settings={}, against=None),
    "policy.kept_tau": Variant(method=LEARNED, settings={"policy.kept_tau": "lowest_loss"}, against="demo, learned"),
}


def main() -> None:
    options = parsed()
    torch.set_num_threads(1)
    accuracy: dict[str, dict[str, float]] = {name: {} for name in options.variants}
    for seed in options.seeds:
        for name in options.variants:
            accuracy[name][str(seed)] = mean_accuracy(name, seed, options)
            print(f"seed {seed}, {name}: {accuracy[name][str(seed)]:.4f}", file=sys.stderr, flush=True)
    results = {
        "sizes": {"preset": "demo", "cycles": options.cycles, "seeds": options.seeds},
        "variants": {
            name: {"method": VARIANTS[name].method, "settings": VARIANTS[name].settings, "accuracy_by_seed": found}
            for name, found in accuracy.items()
        },
        "differences": differences(accuracy),
    }
    common.finish("released", results, Runtime.choose("cpu", "float32", 1), options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--folder", type=Path, required=True, help="folder of the runs")
    parser.add_argument("--seeds", nargs="+", type=int, default=[0, 1, 2, 3, 4], help="seeds (0 to 4)")
    parser.add_argument("--cycles", type=int, default=20, help="cycles of each run (20)")
    parser.add_argument("--variants", nargs="+", choices=list(VARIANTS), default=list(VARIANTS), help="which (all)")
    return parser.parse_args()


def mean_accuracy(name: str, seed: int, options: argparse.Namespace) -> float:
    """Mean accuracy over the cycles after the start of one run, which is made, resumed or only read."""
    variant = VARIANTS[name]
    session = open_session(
        options.folder / name.replace(", ", "-") / f"{options.cycles}-cycles-seed-{seed}",
        "demo",
        variant.method,
        seed=seed,
        cycles=options.cycles,
        settings=SMALL | variant.settings,
        device="cpu",
        threads=1,
    )
    try:
        history = session.run()
    finally:
        session.close()
    evaluated = [records.evaluate for records in history[1:]]
    return statistics.fmean(one.accuracy for one in evaluated if one is not None and one.accuracy is not None)


def differences(accuracy: dict[str, dict[str, float]]) -> dict[str, dict[str, Any]]:
    """Mean paired difference of each variant from the one that it is compared with, and its interval, in accuracy."""
    found: dict[str, dict[str, Any]] = {}
    for name, own in accuracy.items():
        against = VARIANTS[name].against
        if against is None or against not in accuracy:
            continue
        paired = np.array([own[seed] - accuracy[against][seed] for seed in own])
        found[name] = {"against": against, "mean": float(paired.mean()), "interval": paired_interval(paired)}
    return found


if __name__ == "__main__":
    main()
