"""Small things that many tests need: a tiny classifier, tiny images, a seed, the command line."""

import os

import numpy as np
import pytest
import torch
from helpers import command_line

from lada_explore.acquisition import Preparation
from lada_explore.config import ClassifierConfig
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.datasets.device_images import DeviceImages
from lada_explore.models import ResNet
from lada_explore.runtime import Runtime, seed_torch

CLASSES = ("disc", "square", "star")


@pytest.fixture(scope="session", autouse=True)
def _one_thread():
    """Tiny networks gain nothing from a second thread, and lose a factor of 100 to it on a machine that is busy."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session", autouse=True)
def _no_file_waits_for_the_disk():
    """No test has to outlast a power cut, and five flushes a stage take as long as the stage of a small run."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def _no_decoded_folder_is_left_behind(tmp_path_factory):
    """Decoded copies of the folders that tests open are kept in a temporary folder."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LADA_CACHE", str(tmp_path_factory.mktemp("decoded")))
        yield


@pytest.fixture(autouse=True)
def _torch_seed():
    """The package draws from numpy generators of its own, so only torch has a global seed."""
    seed_torch(0, torch.device("cpu"))


@pytest.fixture
def rng():
    return np.random.default_rng(0)


@pytest.fixture
def cpu():
    return Runtime(torch.device("cpu"))


@pytest.fixture
def tiny_data():
    """60 training and 12 test images, 1 x 12 x 12, random pixels, classes 0, 1, 2, 0, 1, 2, ..."""
    rng = np.random.default_rng(7)

    def image_set(name, n):
        return ImageSet.create(
            name=name,
            images=rng.integers(0, 256, (n, 1, 12, 12), dtype=np.uint8),
            targets=np.arange(n) % len(CLASSES),
            class_names=CLASSES,
            source="Random pixels.",
        )

    return ImageData(train=image_set("tiny", 60), test=image_set("tiny test", 12), mean=(0.5,), std=(0.3,))


@pytest.fixture
def tiny_images(tiny_data, cpu):
    return DeviceImages(tiny_data.train, tiny_data.mean, tiny_data.std, cpu)


@pytest.fixture
def tiny_classifier(cpu):
    """Width 4, blocks (1, 1), in eval mode and frozen, as it is while an acquisition is decided."""
    network = ResNet(ClassifierConfig(width=4, blocks=(1, 1)), channels=1, n_classes=len(CLASSES))
    return cpu.place(network).eval().requires_grad_(False)


@pytest.fixture
def preparation(tiny_classifier, tiny_images, cpu):
    """What an acquisition is prepared from: the first 12 of the tiny images are labelled, 0, 1, 2, 0, 1, 2, ..."""
    return Preparation(
        seed=3,
        classifier=tiny_classifier,
        images=tiny_images,
        labelled_ids=np.arange(12),
        labels=np.arange(12) % len(CLASSES),
        unlabelled_ids=np.arange(12, 60),
        runtime=cpu,
        chunk=5,
        tick=lambda done, total, unit: None,
    )


@pytest.fixture
def call():
    """Calls the command line; returns exit code, standard output and standard error."""
    return command_line.call
