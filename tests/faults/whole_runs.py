"""Small runs to be damaged: of pairs, of single images, of rules that choose a set or have weights, of people, and of
the version before digests. None of the readers finds anything wrong with them.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from faults.operations import CLASSES
from helpers.small_runs import SETTINGS, cut_before, small_config, small_data
from PIL import Image

from lada_explore.config.presets import configure
from lada_explore.datasets import ImageData
from lada_explore.records import Stage
from lada_explore.session.session import Session

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "run-0.1"
OWN: dict[str, Any] = {"data.height": 12, "data.width": 12, "data.channels": 1, "data.test_share": 0.25}
SMALL = SETTINGS | OWN | {"schedule.subset_size": 8, "schedule.budget": 2, "look_ahead.precision": "float32"}

PEOPLE = small_config(cycles=2, look_ahead__precision="float32")

IN_MEMORY: dict[str, ImageData] = {
    "people": small_data(labelled=False, tested=False),
    "version 0.1": small_data(n=40),
    "people of version 0.1": small_data(labelled=False, tested=False, n=40),
}
"""Images of runs whose settings do not name them."""


def make_images(folder: Path) -> Path:
    """A folder of 32 images of 12 x 12 pixels in three classes."""
    rng = np.random.default_rng(5)
    for i in range(32):
        (folder / CLASSES[i % 3]).mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(folder / CLASSES[i % 3] / f"{i:02}.png")
    return folder


def _session(run: Path, images: Path, method: str, oracle: str = "ground-truth", **settings: Any) -> Session:
    own = SMALL | {"data.name": f"folder:{images}"} | settings
    config = configure("demo", method, cycles=2, settings=own)
    return Session.create(config, run, oracle=oracle, device="cpu", threads=1)


def complete(run: Path, images: Path, method: str) -> None:
    """A run that has come to its end."""
    with closing(_session(run, images, method)) as session:
        session.run()


def under_way(run: Path, images: Path, method: str, before: Stage) -> None:
    """A run that goes on with this stage of cycle 2."""
    with closing(_session(run, images, method, checkpoints="last")) as session:
        while (session.cycle, session.next_stage) != (2, before):
            session.step()


def of_people(run: Path, images: Path) -> None:
    """A run whose images had no labels: two people answer, skip, flag, disagree, take back and have added a class."""
    with closing(Session.create(PEOPLE, run, data=IN_MEMORY["people"], device="cpu", threads=1)) as session:
        service = session.labelling
        session.step()
        service.add_class("ring", "ada")
        answer_up_to(session, 1)
        service.skip(session.open_query.tolist()[0], "ada")
        second = session.open_query.tolist()[0]
        service.submit({second: 0}, "ada")
        service.undo("ada")
        service.submit({second: 3}, "ada")
        service.submit({second: 1}, "bob")
        service.adjudicate(second, 3, "bob")
        service.flag(second, True, "bob")
        answer_up_to(session, 2)
        service.submit({session.open_query.tolist()[0]: 2}, "ada")


def answer_up_to(session: Session, cycle: int) -> None:
    """Step to the query of a cycle, and answer all queries on the way."""
    while (session.cycle, session.next_stage) != (cycle, Stage.QUERY):
        if len(asked := session.open_query):
            session.submit({i: i % 4 for i in asked.tolist()}, "ada")
        session.step()


def of_version_0_1(run: Path, images: Path, name: str) -> None:
    """A run folder of format 1, without digests."""
    shutil.copytree(FIXTURES / name, run)


def _before_training(run: Path, images: Path) -> None:
    of_version_0_1(run, images, "pairs")
    cut_before(run, 2, Stage.TRAIN)


WHOLE: dict[str, Callable[[Path, Path], None]] = {
    "pairs": partial(complete, method="lada-entmix"),
    "single images": partial(complete, method="lada-entstn"),
    "a rule that chooses a set": partial(under_way, method="badge", before=Stage.SELECT),
    "a rule with weights": partial(under_way, method="lada-vaalmix", before=Stage.LOOK_AHEAD),
    "people": of_people,
    "version 0.1": _before_training,
    "people of version 0.1": partial(of_version_0_1, name="by-hand"),
}
"""Makes each, in a new folder, on a folder of images."""
