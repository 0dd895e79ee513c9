"""The head of `demo-pretrained` is trained as was chosen, on images and seeds that nothing else is judged by."""

import importlib.util
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from lada_explore.config import DataConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load

RESULTS = Path(__file__).resolve().parents[2] / "benchmarks" / "results" / "head.json"


def test_the_preset_has_the_best_of_the_grid():
    found = json.loads(RESULTS.read_text(encoding="utf-8"))
    best = max(found["grid"], key=lambda entry: entry["mean"])
    assert best == found["best"]
    training = configure("demo-pretrained").training
    chosen = {f"training.{name}": getattr(training, name) for name in ("epochs", "learning_rate", "weight_decay")}
    assert {name: best[name] for name in chosen} == chosen
    for entry in found["grid"]:
        assert entry["mean"] == pytest.approx(np.mean(list(entry["accuracy"].values())))
        assert list(entry["accuracy"]) == ["20", "120", "220"]
    assert len(found["grid"]) == 20


def test_what_is_judged_on_is_no_part_of_the_pool(monkeypatch):
    monkeypatch.syspath_prepend(str(RESULTS.parents[1]))
    spec = importlib.util.spec_from_file_location("benchmark_of_the_head", RESULTS.parents[1] / "head.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    data = load(DataConfig(name="digits"))
    parts = module.parted(data, 100)
    assert (len(parts.train), len(parts.test)) == (len(data.train) - 100, 100)
    pixels = [image.numpy().tobytes() for image in torch.cat([parts.train.images, parts.test.images])]
    assert sorted(pixels) == sorted(image.numpy().tobytes() for image in data.train.images)
