"""Runs on a folder of pictures that comes to other images while they go on."""

from __future__ import annotations

from helpers.frozen import drawn_pixels, saved
from helpers.small_runs import SETTINGS
from PIL import Image

from lada_explore.session.opening import open_session
from lada_explore.session.session import Session

FEW = SETTINGS | {"schedule.initial_per_class": 1, "data.size": 8, "classifier.kind": "resnet"}
N = 40
"""Pictures in the folder, "0000.png" to "0039.png"."""


def opened(photos, run, **settings):
    return open_session(
        run,
        method="lada-entmix",
        dataset=f"folder:{photos}",
        classes="a,b",
        cycles=2,
        settings=FEW | settings,
        device="cpu",
        threads=1,
    )


def resumed(run, data=None):
    return Session.resume(run, data=data, device="cpu", threads=1)


def answer(session):
    """Answer the open query: the class of an image is its id modulo 2."""
    session.submit({i: i % 2 for i in session.open_query.tolist()})


def step_to(session, cycle, stage):
    while (session.cycle, session.next_stage) != (cycle, stage):
        if session.step() is None:
            answer(session)


def finish(session):
    while session.next_stage is not None:
        if session.step() is None:
            answer(session)


def add(folder, *names, seed=9):
    for name, pixels in zip(names, drawn_pixels(len(names), seed=seed), strict=True):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels.transpose(1, 2, 0)).save(folder / name)


def id_of(session, name):
    return session.data.train.item_names.index(name)


def labelled_folder(root, *names):
    for i, name in enumerate(names):
        saved(root / name, drawn_pixels(20, seed=i))
    return root


def open_labelled(root, run):
    return open_session(run, dataset=f"folder:{root}", cycles=2, settings=FEW, device="cpu", threads=1)
