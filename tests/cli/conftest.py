"""Images of a person's own, for commands that take a folder of them."""

from __future__ import annotations

import numpy as np
import pytest
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
