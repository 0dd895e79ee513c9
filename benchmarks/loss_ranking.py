"""How well the loss-prediction module of LL4AL ranks the classifier's losses, in runs of the demo that follow it.

python benchmarks/loss_ranking.py --runs FOLDER --json benchmarks/results/loss_ranking.json

For each way of training the module and each seed, an `ll4al` run of the demo preset is made; at each number of labels
its module and its classifier are taken from the run folder, and Spearman's correlation of predicted and true losses is
computed on all test images. Beside it stand that of the classifier's entropy, and that of the same module trained on
as many images drawn at random from the unlabelled ones, with their true losses: what no use of the labelled images can
be expected to exceed. With `--runs FOLDER` a measurement that was stopped goes on where it stood.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import common
import numpy as np
import torch
from scipy.stats import spearmanr
from torch import Tensor
from torch.nn.functional import cross_entropy

from lada_explore.config import Ll4alConfig, Ll4alTraining, RunConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData, ImageSet, load
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.functional import entropy_bits
from lada_explore.models import Classifier, LossPrediction, folded, new_classifier, ranking_loss
from lada_explore.pool import Pool
from lada_explore.records import IntArray, Stage
from lada_explore.runtime import Runtime
from lada_explore.session.opening import open_session
from lada_explore.stages.networks import COMPANION
from lada_explore.store.checkpoint import read_checkpoint

CHUNK = 200


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device, "float32")
    data = load(configure("demo", "ll4al").data)
    with tempfile.TemporaryDirectory() as temporary:
        runs = options.runs or Path(temporary)
        measured = {
            training: {str(seed): run(training, seed, runs, data, runtime, options) for seed in options.seeds}
            for training in options.trainings
        }
    results = {
        "sizes": {"seeds": options.seeds, "labels": options.labels, "test_images": len(_test_set(data)[1])},
        "by_training": measured,
        "mean": {training: _means(of_seeds, options.labels) for training, of_seeds in measured.items()},
    }
    common.finish("loss_ranking", results, runtime, options.json)


Ranks = dict[str, dict[str, float]]
"""By number of labels, and by what predicts the loss: "module", "entropy" or "unseen"; and "score_s", seconds."""


def _means(of_seeds: Mapping[str, Ranks], labels: list[int]) -> Ranks:
    return {
        str(n): {what: statistics.fmean(ranks[str(n)][what] for ranks in of_seeds.values()) for what in of_one}
        for n in labels
        for of_one in [next(iter(of_seeds.values()))[str(n)]]
    }


def run(training: str, seed: int, runs: Path, data: ImageData, runtime: Runtime, options: argparse.Namespace) -> Ranks:
    """Make a run, or go on with it, and measure it at each number of labels."""
    # A run would otherwise choose the precision by what is faster just then, and its last digits choose other images.
    settings = {"ll4al.training": training, "look_ahead.precision": "float32"} | dict(
        text.split("=", 1) for text in options.set
    )
    config = configure("demo", "ll4al", seed=seed, settings=settings)
    schedule = config.schedule
    start = schedule.initial_per_class * data.train.n_classes
    cycles = {n: (n - start) // schedule.budget + 1 for n in options.labels}
    where, settings["schedule.cycles"] = runs / f"{training}-{seed}", str(max(cycles.values()))
    session = open_session(where, "demo", "ll4al", seed=seed, settings=settings, device=options.device, threads=1)
    with closing(session):
        while session.next_stage is not None and (session.cycle, session.next_stage) != (
            max(cycles.values()),
            Stage.LOOK_AHEAD,
        ):
            session.step()
        history, folder = list(session.history), session.folder
    ranks: Ranks = {}
    for n, cycle in cycles.items():
        pool = Pool.after(history[:cycle], len(data.train))
        assert len(pool.labelled_ids) == n
        network = runtime.place(new_classifier(config.classifier, data.train.shape, data.train.n_classes))
        weights = read_checkpoint(folder.stage_folder(cycle - 1, Stage.TRAIN))
        network.load_state_dict({name: of for name, of in weights.items() if not name.startswith(COMPANION)})
        classifier = folded(network.eval().requires_grad_(False))  # type: ignore[arg-type]
        module = LossPrediction(classifier.stage_widths, config.ll4al.hidden)
        module.load_state_dict(read_checkpoint(folder.stage_folder(cycle, Stage.SCORE)))
        ranks[str(n)] = measure(classifier, module.to(runtime.device), pool, data, config, runtime)
        ranks[str(n)]["score_s"] = round(history[cycle].seconds[Stage.SCORE], 4)  # As on disk.
    return ranks


@torch.no_grad()
def measure(
    classifier: Classifier, module: LossPrediction, pool: Pool, data: ImageData, config: RunConfig, runtime: Runtime
) -> dict[str, float]:
    """Spearman's correlation of the true losses of all test images with each prediction of them."""
    images, targets = _test_set(data)
    shown = DeviceImages(images, data.mean, data.std, runtime)
    means, losses = seen_by(classifier, shown, np.arange(len(targets)), targets)
    rng = np.random.default_rng([config.seed, len(pool.labelled_ids)])
    ids = pool.draw_unlabelled(len(pool.labelled_ids), rng)
    assert data.train.targets is not None
    answers = data.train.targets[torch.from_numpy(ids)]
    known = seen_by(classifier, DeviceImages(data.train, data.mean, data.std, runtime), ids, answers)
    logits = classifier.head(means[-1])
    predicted = {
        "module": module(means),
        "entropy": entropy_bits(logits.log_softmax(dim=1)),
        "unseen": taught(*known, config.ll4al, config.seed)(means),
    }
    return {name: float(spearmanr(values.cpu(), losses.cpu()).statistic) for name, values in predicted.items()}


def seen_by(
    classifier: Classifier, images: DeviceImages, ids: IntArray, targets: Tensor
) -> tuple[list[Tensor], Tensor]:
    """Mean feature maps (B, D_s) of each stage, and losses (B,) in nats."""
    parts = []
    for start in range(0, len(ids), CHUNK):
        stages = classifier.stages_from_layer(images.batch(ids[start : start + CHUNK]), 0)
        parts.append([stage.mean(dim=(2, 3)) for stage in stages])
    means = [torch.cat(of_stage) for of_stage in zip(*parts, strict=True)]
    return means, cross_entropy(classifier.head(means[-1]), targets.to(means[-1].device), reduction="none")


@torch.enable_grad()
def taught(means: list[Tensor], losses: Tensor, config: Ll4alConfig, seed: int) -> LossPrediction:
    """A module trained on these losses, with the steps, batches and learning rate of the run's."""
    torch.manual_seed(seed)
    module = LossPrediction([mean.shape[1] for mean in means], config.hidden).to(losses.device)
    optimiser = torch.optim.Adam(module.parameters(), lr=config.learning_rate)
    for _ in range(config.steps):
        rows = torch.randperm(len(losses))[: config.batch_size].to(losses.device)
        optimiser.zero_grad()
        ranking_loss(module([mean[rows] for mean in means]), losses[rows], config.margin).backward()
        optimiser.step()
    return module


def _test_set(data: ImageData) -> tuple[ImageSet, Tensor]:
    assert data.test is not None
    assert data.test.targets is not None
    return data.test, data.test.targets


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    trainings = [training.value for training in Ll4alTraining]
    parser.add_argument("--trainings", nargs="+", default=trainings, help="values of ll4al.training (all)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="seeds of the runs (0 1 2)")
    parser.add_argument("--labels", type=int, nargs="+", default=[50, 90], help="numbers of labels (50 90)")
    parser.add_argument("--set", nargs="*", default=[], metavar="NAME=VALUE", help="other settings of the runs")
    parser.add_argument("--runs", type=Path, help="folder that keeps the runs, so that they can be gone on with")
    return parser.parse_args()


if __name__ == "__main__":
    main()
