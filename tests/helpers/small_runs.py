"""Small real runs for the tests of session, store and command line: a cycle takes about 0.3 s on two cores."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
from helpers.reseal import reseal

from lada_explore.config import Method, RunConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.records import Stage, stages_of
from lada_explore.session.session import Session

SETTINGS: dict[str, Any] = {
    "classifier.width": 4,
    "classifier.blocks": (1, 1),
    "schedule.initial_per_class": 2,
    "schedule.budget": 4,
    "schedule.subset_size": 20,
    "training.epochs": 2,
    "policy.epochs": 2,
    "policy.batch_size": 5,
    "look_ahead.nodes": 5,
    "look_ahead.draws": 2,
    "bald.masks": 3,
    "vaal.width": 2,
    "vaal.latent": 3,
    "vaal.steps": 3,
    "vaal.batch_size": 4,
    "ll4al.virtual": 12,
    "ll4al.steps": 3,
    "ll4al.batch_size": 6,
    "ll4al.folds": 2,
    "ll4al.fold_steps": 2,
    "ll4al.shared": 8,
}

SET_OPTIONS = [
    part
    for name, value in SETTINGS.items()
    for part in ("--set", f"{name}={value}" if name != "classifier.blocks" else f"{name}=1,1")
]
"""The same numbers for the command line."""

CLASSES = ("disc", "square", "star")


def small_config(method: str | Method = "lada-entmix", *, cycles: int = 2, seed: int = 0, **settings: Any) -> RunConfig:
    """Settings by dotted name with "__" for the dot: `policy__epochs=3`."""
    changes = {name.replace("__", "."): value for name, value in settings.items()}
    return configure("demo", method, cycles=cycles, seed=seed, settings=SETTINGS | changes)


def small_data(*, labelled: bool = True, tested: bool = True, n: int = 60) -> ImageData:
    """Random 1 x 12 x 12 pixels; the class of image i is i modulo 3."""
    rng = np.random.default_rng(11)

    def image_set(name: str, size: int, targets: bool) -> ImageSet:
        return ImageSet.create(
            name=name,
            images=rng.integers(0, 256, (size, 1, 12, 12), dtype=np.uint8),
            targets=np.arange(size) % len(CLASSES) if targets else None,
            class_names=CLASSES,
            source="Random pixels.",
        )

    train = image_set("small", n, labelled)
    return ImageData(train=train, test=image_set("small-test", 12, True) if tested else None, mean=(0.5,), std=(0.3,))


def small_session(out: Path, method: str | Method = "lada-entmix", **settings: Any) -> Session:
    """A new session on `small_data`; settings as for `small_config`."""
    return Session.create(small_config(method, **settings), out, data=small_data())


def stage_order(cycles: int) -> list[tuple[int, Stage]]:
    """Every stage of a run, in order."""
    return [(cycle, stage) for cycle in range(cycles + 1) for stage in stages_of(cycle)]


def record_bytes(run: Path) -> dict[str, bytes]:
    """Content of every file of the stages by its path, but for seconds and seals: what equal runs have in common."""
    own = ("seconds.json", "seal.json")
    files = sorted(path for path in (run / "cycles").rglob("*") if path.is_file() and path.name not in own)
    return {str(path.relative_to(run)): path.read_bytes() for path in files}


def all_bytes(folder: Path) -> dict[str, bytes]:
    """Content of every file below a folder by its path."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def answered(run: Path) -> list[tuple[int, int, str, int, str]]:
    """The journal without its times: (id, label, annotator, cycle, action) in order."""
    with sqlite3.connect(f"{run.resolve().as_uri()}/labels.sqlite?mode=ro", uri=True) as database:
        rows = database.execute("SELECT id, label, annotator, cycle, action FROM answers ORDER BY entry").fetchall()
    database.close()
    return rows


def cut_before(run: Path, cycle: int, stage: Stage) -> None:
    """Take a run back to the moment before this stage: no stage from there on, no answer to a query not asked yet."""
    order = stage_order(99)
    for later_cycle, later in order[order.index((cycle, stage)) :]:
        shutil.rmtree(run / "cycles" / f"{later_cycle:03d}" / later.value, ignore_errors=True)
    asked = cycle if list(Stage).index(stage) > list(Stage).index(Stage.QUERY) else cycle - 1
    with sqlite3.connect(run / "labels.sqlite") as database:
        database.execute("DELETE FROM answers WHERE cycle > ?", (asked,))
    database.close()
    reseal(run)


def copied(run: Path, to: Path) -> Path:
    """A copy of a run folder, without the times and rights of its files, which take three quarters of the time."""
    return Path(shutil.copytree(run, to, copy_function=shutil.copyfile))
