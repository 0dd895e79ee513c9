"""Each line of the catalogue is true of its class, and `config` reads none of them: it imports no room above."""

from __future__ import annotations

import ast
import dataclasses
from importlib import import_module
from pathlib import Path

import pytest

import lada_explore.config
from lada_explore.config import ACQUISITIONS, AUGMENTATIONS, ESTIMATORS, POLICIES, Estimator, Policy, RunConfig

LINES = [
    *((name, entry, "lada_explore.acquisition") for name, entry in ACQUISITIONS.items()),
    *((name, entry, "lada_explore.augmentation") for name, entry in AUGMENTATIONS.items()),
]
BELOW = {"config", "records", "errors", "functional", "beta", "background", "events", "files", "pool", "seeds"}


@pytest.mark.parametrize(("name", "entry", "room"), LINES)
def test_a_line_names_a_class_of_its_room_and_settings_that_are_there(name, entry, room):
    assert entry.module.rpartition(".")[0] == room
    named = getattr(import_module(entry.module), entry.class_name)
    assert (named.__module__, named.__qualname__) == (entry.module, entry.class_name)
    fields = {field.name: field for field in dataclasses.fields(RunConfig)}
    assert entry.settings == "" or dataclasses.is_dataclass(fields[entry.settings].default_factory)


def test_every_policy_and_every_estimator_that_can_be_chosen_is_declared():
    assert list(POLICIES) == list(Policy)
    assert set(ESTIMATORS) == set(Estimator) - {Estimator.NONE}


def test_config_imports_no_room_above_it_not_even_inside_a_function():
    found = set()
    for path in sorted(Path(lada_explore.config.__file__).parent.glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                found.add((path.name, node.module))
            elif isinstance(node, ast.Import):
                found |= {(path.name, alias.name) for alias in node.names}
    ours = {(file, module.split(".")[1]) for file, module in found if module.startswith("lada_explore.")}
    assert {(file, room) for file, room in ours if room not in BELOW} == set()
    assert {(file, module) for file, module in found if module.split(".")[0] in ("importlib", "torch")} == set()
