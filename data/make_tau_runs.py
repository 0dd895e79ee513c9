"""Make data/runs/tau, the recorded runs of the lessons on tau*, on pipelines and on wrong answers (05, 07 and 08).

    python data/make_tau_runs.py                    # all of them
    python data/make_tau_runs.py digits fashion     # some of them

Run it from the top of the repository. Each run is a small demo on one thread, one to two minutes long: a ResNet of
width 8, 100 pairs a cycle, without checkpoints and without the pixels of the candidates. Two pools are made first from
the bundled images, in data/pools, which git ignores: all runs can be repeated with `lada-explore run` as well. The same
processor gives the same records.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch

from lada_explore.config import DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.datasets.fashion import SOURCE
from lada_explore.datasets.image_set import ImageSet
from lada_explore.session.session import Session
from lada_explore.store.checkpoint import CHECKPOINT_FILE
from lada_explore.store.run_folder import LOCK_FILE

OUT, POOLS = Path("data/runs/tau"), Path("data/pools")
SMALL: Mapping[str, Any] = {
    "classifier.width": 8,
    "training.epochs": 8,
    "schedule.subset_size": 200,
    "checkpoints": "last",
    "keep": "queried",
    "look_ahead.precision": "float32",
}
TOPS = (0, 2, 3, 4, 6)
"""T-shirt/top, pullover, dress, coat and shirt: the classes of Fashion-MNIST that are confused most."""
NOISE = 120
"""Standard deviation of the noise on pixels of 0 to 255."""
LEARNING: Mapping[str, Any] = {"schedule.initial_per_class": 6, "policy.epochs": 60}
"""For the policy's learning: 60 labels at the start, so that there is something to find, and time to find it."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """One run: which images, how long, and what differs from LADA, its own seed 0, `SMALL` and the ground truth.

    `source` says what was done to the images, where they are arrays.
    """

    dataset: str
    cycles: int
    method: str = "lada-entmix"
    seed: int = 0
    source: str = ""
    oracle: str = "ground-truth"
    settings: Mapping[str, Any] = field(default_factory=dict)


NOISY = f"the tops of {SOURCE} Noise was added to every pixel."
BY_LOT = f"{SOURCE} The labels of the training images were drawn by lot; those of the test images are true."

RECORDINGS: Mapping[str, Recording] = {
    "digits": Recording(dataset="digits", cycles=6),
    "fashion": Recording(dataset="fashion-mini", cycles=6),
    "noisy-tops": Recording(dataset=f"array:{POOLS}/noisy-tops", cycles=6, source=NOISY),
    "noisy-tops-again": Recording(dataset=f"array:{POOLS}/noisy-tops", cycles=6, seed=1, source=NOISY),
    "random-labels": Recording(dataset=f"array:{POOLS}/random-labels", cycles=6, source=BY_LOT),
    "fashion-tau-max-4": Recording(dataset="fashion-mini", cycles=3, settings={"policy.tau_max": 4}),
    "fashion-pipeline": Recording(dataset="fashion-mini", cycles=6, method="ent-then-mixup"),
    "fashion-wrong": Recording(dataset="fashion-mini", cycles=6, oracle="noisy:0.5@1-3"),
    "rate-5e-5": Recording(dataset="fashion-mini", cycles=1, settings=LEARNING | {"policy.learning_rate": 5e-5}),
    "rate-2e-4": Recording(dataset="fashion-mini", cycles=1, settings=LEARNING | {"policy.learning_rate": 2e-4}),
    "rate-1e-3": Recording(dataset="fashion-mini", cycles=1, settings=LEARNING | {"policy.learning_rate": 1e-3}),
}


def write_pools() -> None:
    """Write the two pools that are made from the bundled images: noise over the tops, and labels by lot."""
    data, rng = load(DataConfig(name="fashion-mini")), np.random.default_rng(0)
    assert data.test is not None
    for prefix, images in (("", data.train), ("test_", data.test)):
        tops = np.isin(_targets(images), TOPS)
        pixels = np.asarray(images.images)[tops]
        noisy = np.clip(pixels + rng.normal(0, NOISE, pixels.shape), 0, 255).astype(np.uint8)
        names = [images.class_names[label] for label in TOPS]
        _write("noisy-tops", prefix, noisy, np.searchsorted(TOPS, _targets(images)[tops]), names)
        labels = _targets(images)
        # The labels of the test images stay true: nothing can be learned of them.
        drawn = labels if prefix else rng.integers(0, len(images.class_names), len(labels))
        _write("random-labels", prefix, np.asarray(images.images), drawn, images.class_names)


def make(name: str) -> None:
    """Record one run.

    Raises:
        StoreError: something is there already.
    """
    recording, out = RECORDINGS[name], OUT / name
    config = configure(
        "demo",
        recording.method,
        seed=recording.seed,
        dataset=recording.dataset,
        cycles=recording.cycles,
        settings={**SMALL, **recording.settings},
    )
    data = load(config.data)
    if recording.source:
        data = replace(data, train=replace(data.train, source=recording.source))
    session = Session.create(config, out, data=data, oracle=recording.oracle, device="cpu")
    try:
        session.run()
    finally:
        session.close()
    for checkpoint in out.glob(f"cycles/*/*/{CHECKPOINT_FILE}"):
        checkpoint.unlink()
    (out / LOCK_FILE).unlink(missing_ok=True)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    print(f"{out}: {size / 1e3:.0f} kB", flush=True)


def _targets(images: ImageSet) -> np.ndarray[Any, np.dtype[np.int64]]:
    assert images.targets is not None
    return np.asarray(images.targets)


def _write(name: str, prefix: str, images: Any, targets: Any, class_names: Any) -> None:
    folder = POOLS / name
    folder.mkdir(parents=True, exist_ok=True)
    np.save(folder / f"{prefix}images.npy", images)
    np.save(folder / f"{prefix}targets.npy", np.asarray(targets, np.int64))
    (folder / "classes.txt").write_text("\n".join(class_names) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", choices=[[], *RECORDINGS], help="which runs; all of them when left out")
    names = parser.parse_args().names or list(RECORDINGS)
    torch.set_num_threads(1)
    write_pools()
    for chosen in names:
        make(chosen)
