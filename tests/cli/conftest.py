"""Images of a person's own, for commands that take a folder of them."""

from __future__ import annotations

import signal

import numpy as np
import pytest
from helpers import command_line
from helpers.small_runs import SET_OPTIONS
from PIL import Image


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    """A folder of 2 x 12 images of 12 x 12 pixels."""
    folder = tmp_path_factory.mktemp("images") / "mine"
    rng = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (folder / name).mkdir(parents=True)
        for i in range(12):
            Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(folder / name / f"{i}.png")
    return folder


@pytest.fixture(scope="module")
def run_words(images):
    """The command of a run of one cycle on these images, but for its folder."""
    size = ["--set", "data.height=12", "--set", "data.width=12", "--set", "data.channels=1"]
    return ["run", "--dataset", f"folder:{images}", "--device", "cpu", "--cycles", "1", *SET_OPTIONS, *size, "--out"]


@pytest.fixture(scope="module")
def run_of_images(tmp_path_factory, run_words):
    """A finished run of one cycle on a person's own images."""
    out = tmp_path_factory.mktemp("run-of-images") / "run"
    code, _, said = command_line.call(*run_words, out)
    assert (code, said) == (0, "")
    return out


LIMIT_S = 60


@pytest.fixture
def nothing_hangs():
    """What waits for ever is a failure: of a pipe that nobody writes to, or a device that never ends."""
    waited = []

    def end(signum, frame):
        waited.append(f"still waiting after {LIMIT_S} s in {frame.f_code.co_qualname}")
        raise AssertionError(waited[-1])

    before = signal.signal(signal.SIGALRM, end)
    signal.setitimer(signal.ITIMER_REAL, LIMIT_S, LIMIT_S)
    yield
    signal.setitimer(signal.ITIMER_REAL, 0)
    signal.signal(signal.SIGALRM, before)
    assert waited == []  # also where the code takes every error of a damaged file for an answer
