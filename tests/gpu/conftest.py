"""Tests that need a GPU; with LADA_GPU_RESULTS, a folder, what they measure is kept there."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import torch

from lada_explore.runtime import Runtime, versions


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.gpu)
            item.add_marker(pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"))


@pytest.fixture(scope="module")
def measured(request):
    """What a module measures, by name; written to LADA_GPU_RESULTS/NAME OF THE MODULE.json at its end."""
    found = {}
    yield found
    if folder := os.environ.get("LADA_GPU_RESULTS"):
        cuda = Runtime.choose("cuda")
        about = {"device": cuda.describe(), "gpu": cuda.gpu.value, "tf32": False, "versions": versions(cuda.device)}
        name = request.module.__name__.rpartition(".")[2].removeprefix("test_")
        text = json.dumps({"test": name, **found, "conditions": about}, indent=1)
        Path(folder).mkdir(parents=True, exist_ok=True)
        Path(folder, f"{name}.json").write_text(text + "\n", encoding="utf-8")
