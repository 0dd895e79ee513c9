"""Folders of images, written and read."""

import numpy as np
from PIL import Image

from lada_explore.config import DataConfig
from lada_explore.datasets import load
from lada_explore.datasets.picture_reader import PictureReader

COLOURS = {"red": (255, 0, 0), "green": (0, 255, 0), "blue": (0, 0, 255), "grey": (90, 90, 90)}


def save(path, colour="red", size=(10, 10), mode="RGB", **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, COLOURS.get(colour, colour)).convert(mode).save(path, **options)


def classes(root, **counts):
    for name, count in counts.items():
        for i in range(count):
            save(root / name / f"{i}.png", (40 * i % 256, 10, 20))


def images_without_a_test_set(root):
    """Make 60 labelled images of 3 classes, none of them to test on; returns what --dataset calls them."""
    root.mkdir(parents=True)
    np.save(root / "images.npy", np.random.default_rng(0).integers(0, 256, (60, 8, 8), dtype=np.uint8))
    np.save(root / "targets.npy", np.arange(60) % 3)
    (root / "classes.txt").write_text("a\nb\nc\n")
    return f"array:{root}"


def read(root, **settings):
    return load(DataConfig(name=f"folder:{root}", **({"height": 8, "width": 8, "layout": "auto"} | settings)))


def pixel(path, channels=3, at=(4, 4), shape=(8, 8)):
    return PictureReader().read(path, (channels, *shape))[:, at[0], at[1]].tolist()
