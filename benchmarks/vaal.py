"""VAAL by its weighting: what its discriminator finds after 100 steps, and what a run of the demo reaches.

python benchmarks/vaal.py --json benchmarks/results/vaal.json

Found: the labelled images are of five classes of ten, drawn anew each time; the area under the curve says how far the
scores tell test images of the other five classes from those of the five (1/2 is chance). Reached: accuracy of `vaal`
runs of the demo preset, by cycle, if `--seeds` asks for them. The same seeds are used for every weighting. With
`--runs FOLDER` a measurement that was stopped goes on where it stood.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import common
import numpy as np
import torch
from scipy.stats import mannwhitneyu

from lada_explore.acquisition import Preparation, Vaal
from lada_explore.config import VaalConfig, VaalWeighting
from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData, load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import ResNet
from lada_explore.runtime import Runtime
from lada_explore.session.opening import open_session
from lada_explore.stages.progress import no_tick


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, options.precision)
    config = configure("demo", "vaal")
    data = load(config.data)
    with tempfile.TemporaryDirectory() as temporary:
        runs = options.runs or Path(temporary)
        found = {
            weighting: gap(replace(config.vaal, weighting=weighting), data, runtime, runs, options)
            for weighting in options.weightings
        }
        reached = {weighting: accuracies(weighting, runs, options) for weighting in options.weightings}
    results = {
        "sizes": {"draws": options.draws, "labels": options.labels, "seeds": options.seeds, "cycles": options.cycles},
        "auc_of_missing_classes": found,
        "accuracy_by_seed_and_cycle": reached,
        "mean_auc": {name: {n: statistics.fmean(aucs) for n, aucs in of.items()} for name, of in found.items()},
        "mean_accuracy": {name: float(np.mean(np.array(of)[:, 1:])) for name, of in reached.items() if of},
        "last_accuracy": {name: float(np.mean(np.array(of)[:, -1])) for name, of in reached.items() if of},
    }
    common.finish("vaal", results, runtime, options.json)


def gap(
    config: VaalConfig, data: ImageData, runtime: Runtime, runs: Path, options: argparse.Namespace
) -> dict[str, list[float]]:
    """By number of labels: the area under the curve for each draw of five labelled classes."""
    found: dict[str, list[float]] = {str(n): [] for n in options.labels}
    for n in options.labels:
        for draw in range(options.draws):
            kept = runs / f"area-{config.weighting}-{n}-{draw}.json"
            if not kept.exists():
                runs.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(area(config, data, runtime, n, draw)), encoding="utf-8")
            found[str(n)].append(json.loads(kept.read_text(encoding="utf-8")))
    return found


def area(config: VaalConfig, data: ImageData, runtime: Runtime, n_labels: int, draw: int) -> float:
    """Probability that a test image of a class without labels scores above one of a class with labels."""
    assert data.test is not None
    assert data.test.targets is not None
    assert data.train.targets is not None
    rng, targets = np.random.default_rng([draw, n_labels]), data.train.targets.numpy()
    known = rng.permutation(data.train.n_classes)[: data.train.n_classes // 2]
    labelled = rng.permutation(np.flatnonzero(np.isin(targets, known)))[:n_labels]
    images = DeviceImages(data.train, data.mean, data.std, runtime)
    # VAAL does not use the classifier, so its weights do not matter.
    classifier = runtime.place(ResNet(common.CLASSIFIERS["demo"], 1, data.train.n_classes)).eval()
    vaal = Vaal(config)
    vaal.prepare(
        Preparation(
            seed=draw,
            classifier=classifier,  # type: ignore[arg-type]
            images=images,
            labelled_ids=labelled,
            labels=targets[labelled],
            unlabelled_ids=np.setdiff1d(np.arange(len(targets)), labelled),
            runtime=runtime,
            chunk=100,
            tick=no_tick,
        )
    )
    test = DeviceImages(data.test, data.mean, data.std, runtime).batch(np.arange(len(data.test.targets)))
    with torch.no_grad():
        scores = torch.cat([vaal.outputs(classifier, part, 0)[:, 0].cpu() for part in test.split(250)])  # type: ignore[arg-type]
    missing = ~np.isin(data.test.targets.numpy(), known)
    above = mannwhitneyu(scores[missing], scores[~missing]).statistic
    return float(above / (missing.sum() * (~missing).sum()))


def accuracies(weighting: str, runs: Path, options: argparse.Namespace) -> list[list[float]]:
    """(seeds, cycles + 1) accuracies of runs of the demo."""
    return [run(weighting, runs / f"{weighting}-{seed}", seed, options) for seed in range(options.seeds)]


def run(weighting: str, out: Path, seed: int, options: argparse.Namespace) -> list[float]:
    settings: dict[str, Any] = {"vaal.weighting": weighting}
    device, cycles = options.device, options.cycles
    session = open_session(out, "demo", "vaal", seed=seed, cycles=cycles, settings=settings, device=device, threads=1)
    with closing(session):
        session.run()
        return [float(cycle.evaluate.accuracy) for cycle in session.history if cycle.evaluate is not None]


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    weightings = [weighting.value for weighting in VaalWeighting]
    parser.add_argument("--weightings", nargs="+", default=weightings, help="values of vaal.weighting (all)")
    parser.add_argument("--draws", type=int, default=10, help="draws of five labelled classes (10)")
    parser.add_argument("--labels", type=int, nargs="+", default=[20, 100], help="labelled images (20 100)")
    parser.add_argument("--seeds", type=int, default=3, help="runs of each weighting (3)")
    parser.add_argument("--cycles", type=int, default=10, help="cycles of a run (10)")
    parser.add_argument("--runs", type=Path, help="folder that keeps the runs, so that they can be gone on with")
    return parser.parse_args()


if __name__ == "__main__":
    main()
