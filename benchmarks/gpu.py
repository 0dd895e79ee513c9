"""What a GPU makes of the paper's network: a training step, LOOK_AHEAD, SCORE and the features of a frozen backbone.

Every part is measured with `gpu=exact`, which is float32 by deterministic algorithms, and with `gpu=fast`, which is
TF32 by the fastest, and writes benchmarks/results/gpu/PART.json. `make gpu` runs all of it.

    python benchmarks/gpu.py training scoring
"""

from __future__ import annotations

import argparse
import copy
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import common
import embed
import lookahead
import numpy as np
import torch
from torch import Tensor, nn
from torchvision import models

from lada_explore.acquisition import MaxEntropy
from lada_explore.config import Gpu, TrainingConfig
from lada_explore.models import folded
from lada_explore.runtime import Runtime
from lada_explore.stages.evaluate import evaluate
from lada_explore.stages.progress import no_tick
from lada_explore.stages.score import score
from lada_explore.stages.train import train

RESULTS = Path(__file__).parent / "results" / "gpu"
LEARNING_RATE = 1e-3
BATCH = 10


def main() -> None:
    options = parsed()
    runtimes = {how: common.runtime_on(options.device, how) for how in Gpu}
    if options.check:
        return
    for name in options.parts or PARTS:
        results = PARTS[name](runtimes, options)
        exact = runtimes[Gpu.EXACT]
        common.finish(f"gpu-{name}", {"sizes": sizes(options), **results}, exact, options.folder / f"{name}.json")


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", choices=[[], *PARTS], help="what to measure; everything if left out")
    parser.add_argument("--device", default="cuda", help="device (cuda)")
    parser.add_argument("--check", action="store_true", help="only see whether the device is there")
    parser.add_argument("--folder", type=Path, default=RESULTS, help="where the JSON goes (benchmarks/results/gpu)")
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="full", help="classifier (full)")
    parser.add_argument("--labels", type=int, default=300, help="labelled images of a training (300)")
    parser.add_argument("--epochs", type=int, default=4, help="epochs of the shorter training (4)")
    parser.add_argument("--candidates", type=int, default=2000, help="images that are scored, and paired (2000)")
    parser.add_argument("--policy-epochs", type=int, default=10, help="epochs of the policy (10)")
    parser.add_argument("--pictures", type=int, default=2000, help="pictures of the embedding (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each contestant (3)")
    parser.add_argument("--no-compile", action="store_true", help="leave out torch.compile, which takes a minute")
    return parser.parse_args()


def sizes(options: argparse.Namespace) -> dict[str, Any]:
    """What decides how long the parts take."""
    names = ("width", "labels", "epochs", "candidates", "policy_epochs", "pictures", "rounds")
    return {name: getattr(options, name) for name in names}


# A training step ---


def training(runtimes: Mapping[Gpu, Runtime], options: argparse.Namespace) -> dict[str, Any]:
    """Milliseconds of a step on ten images: ours eager and recorded, and bare loops, eager and compiled."""
    start = common.trained(options.width, options.labels, 1, runtimes[Gpu.EXACT])
    longer: dict[str, Callable[[int], None]] = {}
    for how, runtime in runtimes.items():
        longer |= {
            f"{how} eager": partial(ours, start, runtime, recorded=False),
            f"{how} recorded": partial(ours, start, runtime, recorded=True),
            f"{how} bare loop": partial(bare, Bare(start, runtime)),
        }
    fast = runtimes[Gpu.FAST]
    if not options.no_compile:
        longer["fast bare loop compiled"] = partial(bare, Bare(start, fast, mode="default"))
        longer["fast bare loop compiled and recorded"] = partial(bare, Bare(start, fast, mode="reduce-overhead"))
    found = {}
    for name, contestant in longer.items():
        contestant(options.epochs)  # Algorithms are chosen, and code is compiled, in the first steps.
        runs = []
        for _ in range(options.rounds):
            short, long = (common.timed(partial(contestant, n * options.epochs), fast) for n in (1, 2))
            runs.append(1e3 * (long - short) / (options.epochs * options.labels / BATCH))
        found[name] = common.summary(runs)["median_s"]
    return {"ms_per_step": found, "recorded_speedup": found["exact eager"] / found["exact recorded"]}


def ours(start: common.Trained, runtime: Runtime, epochs: int, *, recorded: bool) -> None:
    classifier = copy.deepcopy(start.classifier).requires_grad_(True)
    config = TrainingConfig(epochs=epochs, learning_rate=LEARNING_RATE, batch_size=BATCH, cuda_graph=recorded)
    with runtime.arithmetic():
        train(
            1,
            classifier,
            start.pool,
            images=start.images,
            config=config,
            seed=0,
            device=runtime.device,
            tick=no_tick,
        )


class Bare:
    """The shortest loop that works, with its batches on the device; see `training.py`.

    Args:
        start: network and labelled images.
        runtime: device, exact or fast.
        mode: of `torch.compile`; empty for eager steps.
    """

    def __init__(self, start: common.Trained, runtime: Runtime, mode: str = "") -> None:
        self.runtime, self.classifier = runtime, copy.deepcopy(start.classifier).requires_grad_(True).train()
        self.images = start.images.batch(start.pool.labelled_ids)
        self.labels = torch.from_numpy(start.pool.labels).to(runtime.device)
        rate = torch.tensor(LEARNING_RATE, device=runtime.device) if mode else LEARNING_RATE
        self.optimiser = torch.optim.Adam(self.classifier.parameters(), lr=rate, fused=True, capturable=bool(mode))
        self.loss: Callable[[Tensor, Tensor], Tensor] = torch.compile(self.plain, mode=mode) if mode else self.plain

    def plain(self, images: Tensor, labels: Tensor) -> Tensor:
        return nn.functional.cross_entropy(self.classifier(images), labels)


def bare(loop: Bare, epochs: int) -> None:
    with loop.runtime.arithmetic():
        for _ in range(epochs):
            order = torch.randperm(len(loop.labels), device=loop.labels.device)
            for rows in order[: len(order) // BATCH * BATCH].split(BATCH):
                loop.optimiser.zero_grad()
                loop.loss(loop.images[rows], loop.labels[rows]).backward()
                loop.optimiser.step()


# LOOK_AHEAD, SCORE and EVALUATE ---


def look_ahead(runtimes: Mapping[Gpu, Runtime], options: argparse.Namespace) -> dict[str, Any]:
    """Seconds of LOOK_AHEAD on the paper's pairs, by both estimators, and V against the exact ones."""
    own = argparse.Namespace(
        pairs=options.candidates // 2, mix_layer=1, draws=10, epochs=options.policy_epochs, nodes=None
    )
    start = common.trained(options.width, options.labels, 2, runtimes[Gpu.EXACT])
    seconds, values = {}, {}
    for how, runtime in runtimes.items():
        bench = lookahead.Bench(start, runtime, own)
        for estimator in ("quadrature", "pathwise"):
            staged = lookahead.Staged(bench, estimator)
            with runtime.arithmetic():
                staged.run()
                runs = [common.timed(staged.run, runtime) for _ in range(options.rounds)]
            seconds[f"{how} {estimator}"] = common.summary(runs)
            values[f"{how} {estimator}"] = staged.record.mean_virtual
    gap = np.abs(values["fast quadrature"] - values["exact quadrature"])
    return {"seconds": seconds, "largest_difference_bits": float(gap.max())}


def scoring(runtimes: Mapping[Gpu, Runtime], options: argparse.Namespace) -> dict[str, Any]:
    """Images a second of SCORE and of EVALUATE, and the largest difference of the logits from the exact ones."""
    start = common.trained(options.width, options.labels, 2, runtimes[Gpu.EXACT])
    ids, known = np.arange(options.candidates), start.pool.labelled_ids
    contestants = {
        "exact": runtimes[Gpu.EXACT],
        "fast": runtimes[Gpu.FAST],
        "fast bfloat16": replace(runtimes[Gpu.FAST], precision=torch.bfloat16),
    }
    rates, gaps, exact = {}, {}, None
    for name, runtime in contestants.items():
        classifier, whole = folded(start.classifier, runtime.precision), folded(start.classifier)
        chunk = common.chunk_of(start, runtime)

        def scored(classifier: Any = classifier, chunk: int = chunk) -> Any:
            return score(
                1,
                ids,
                labelled_ids=known,
                keep_features=False,
                acquisition=MaxEntropy(),
                classifier=classifier,
                images=start.images,
                chunk=chunk,
                tick=no_tick,
            )

        def tested(classifier: Any = whole, chunk: int = chunk) -> Any:
            targets = start.data.train.targets
            assert targets is not None
            return evaluate(1, classifier, start.images, targets[: len(ids)], n_labelled=0, chunk=chunk, tick=no_tick)

        with runtime.arithmetic():
            logits = scored().logits
            tested()
            both = common.alternate({"score": scored, "evaluate": tested}, options.rounds, runtime)
        exact = logits if exact is None else exact
        gaps[name] = float(np.abs(logits - exact).max())
        rates[name] = {stage: len(ids) / common.summary(runs)["median_s"] for stage, runs in both.items()}
    return {"images_per_s": rates, "largest_difference_of_logits": gaps}


# Features ---


def resnet18(n_classes: int) -> nn.Module:
    """Torchvision's ResNet-18, always with the same weights, which nobody has to download."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return models.resnet18(weights=None, num_classes=n_classes)


def embedding(runtimes: Mapping[Gpu, Runtime], options: argparse.Namespace) -> dict[str, Any]:
    """Features of a frozen ResNet-18 of JPEG pictures of 640 x 480, decoded to 224 x 224, against a bare loop."""
    own = argparse.Namespace(kind="module:gpu:resnet18", side=224, rounds=options.rounds)
    found = {}
    with tempfile.TemporaryDirectory(prefix="gpu-benchmark-") as name:
        files = embed.written(Path(name) / "pictures", options.pictures)
        for how, runtime in runtimes.items():
            (Path(name) / how).mkdir()
            with runtime.arithmetic():
                found[str(how)] = embed.passes(files, Path(name) / how, runtime, own)
    return {"passes": found}


PARTS: dict[str, Callable[[Mapping[Gpu, Runtime], argparse.Namespace], dict[str, Any]]] = {
    "training": training,
    "look_ahead": look_ahead,
    "scoring": scoring,
    "embedding": embedding,
}

if __name__ == "__main__":
    main()
