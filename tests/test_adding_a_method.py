"""What CONTRIBUTING says of adding an acquisition or an augmentation is so: one file and one line, and it runs."""

from __future__ import annotations

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from helpers.small_runs import SET_OPTIONS, cut_before, record_bytes, small_config, small_data

import lada_explore
from lada_explore.acquisition import Margin, Random, acquisition_of, capabilities_of
from lada_explore.augmentation import augmentation_named
from lada_explore.config import (
    ACQUISITIONS,
    AUGMENTATIONS,
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Entry,
    Mixes,
    Needs,
    catalogue,
    compose,
)
from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run

CONTRIBUTING = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"
PACKAGE = Path(lada_explore.__file__).parent


class Recipe(NamedTuple):
    """What a section of CONTRIBUTING tells a person to do.

    Attributes:
        file: where the new file goes, from the root.
        source: what is in it.
        catalogue: the dictionary that gets a line.
        line: that line.
        command: the command that then works.
    """

    file: str
    source: str
    catalogue: str
    line: str
    command: list[str]


def recipe(title: str) -> Recipe:
    """The recipe of the section of CONTRIBUTING with this title."""
    section = CONTRIBUTING.read_text(encoding="utf-8").split(f"\n## {title}\n")[1].split("\n## ")[0]
    source, line = re.findall(r"^ +```python\n(.*?)^ +```$", section, re.DOTALL | re.MULTILINE)
    (command,) = re.findall(r"^ +```\n +(lada-explore .*?)\n +```$", section, re.MULTILINE)
    return Recipe(
        file=re.search(r"A file `(.*?)`", section).group(1),
        source=textwrap.dedent(source),
        catalogue=re.search(r"One line in `(\w+)` in `lada_explore/config/catalogue.py`", section).group(1),
        line=textwrap.indent(textwrap.dedent(line), "    "),
        command=command.split(),
    )


LAST_AND_FIRST = '''
import numpy as np


class LastAndFirst:
    """Chooses the last candidate, then the first ones."""

    unit = "probability"

    def prepare(self, context):
        """Nothing to prepare."""

    def outputs(self, classifier, hidden, mix_layer):
        return classifier.from_layer(hidden, mix_layer)

    def score(self, outputs):
        return outputs.softmax(dim=-1)[:, 0]

    def choose(self, outputs, budget, *, seed, tick):
        return np.array([len(outputs) - 1, *range(budget - 1)])
'''

DEEP_MIXUP = '''
from lada_explore.augmentation.mixing import Mixup


class DeepMixup(Mixup):
    """Mixes what comes out of the last stage."""

    def mix_layers(self, classifier):
        return (classifier.n_layers,)
'''


@pytest.fixture
def added(tmp_path, monkeypatch):
    """Adds a file, and a line to a catalogue for the length of a test."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def add(catalogue, name, source, module, class_name, capabilities):
        (tmp_path / f"{module}.py").write_text(source)
        monkeypatch.setitem(catalogue, name, Entry(f"{module}:{class_name}", capabilities))

    return add


@pytest.fixture
def followed(tmp_path, monkeypatch):
    """Follows a recipe of CONTRIBUTING in this process for the length of a test."""

    def follow(title: str) -> None:
        wanted = recipe(title)
        *_, room, file = Path(wanted.file).parts
        (tmp_path / room).mkdir()
        (tmp_path / room / file).write_text(wanted.source)
        package = importlib.import_module(f"lada_explore.{room}")
        monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path / room)])
        module = f"lada_explore.{room}.{file.removesuffix('.py')}"
        monkeypatch.setitem(sys.modules, module, None)
        monkeypatch.delitem(sys.modules, module)
        for name, entry in eval(f"{{{wanted.line}}}", vars(catalogue)).items():
            monkeypatch.setitem(getattr(catalogue, wanted.catalogue), name, entry)

    return follow


def finished(out, method, **settings):
    """The last cycle of a run with a composed method, and that its run resumed in LOOK_AHEAD has the same records."""
    session = Session.create(small_config(method, cycles=1, **settings), out, data=small_data())
    session.run()
    session.close()
    whole = record_bytes(out)
    cut_before(out, 1, Stage.LOOK_AHEAD)
    session = Session.resume(out, data=small_data())
    session.run()
    session.close()
    assert record_bytes(out) == whole
    run = open_run(out)
    assert run.config.method == method
    return run.history[1]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("title", "part", "key"),
    [
        ("Add an acquisition", "acquisition", "least_confidence"),
        ("Add an augmentation", "augmentation", "cutmix"),
    ],
)
def test_a_recipe_of_contributing_is_followed_word_for_word_and_its_command_runs(tmp_path, title, part, key):
    """In a copy of the package: the file, the line, the command."""
    wanted = recipe(title)
    shutil.copytree(PACKAGE, tmp_path / "lada_explore", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / wanted.file).write_text(wanted.source)
    place = tmp_path / "lada_explore/config/catalogue.py"
    text = place.read_text(encoding="utf-8")
    head = re.search(rf"^{wanted.catalogue}: .* = {{$", text, re.MULTILINE)
    place.write_text(f"{text[: head.end()]}\n{wanted.line.rstrip()}{text[head.end() :]}", encoding="utf-8")
    words = [sys.executable, "-m", "lada_explore", *wanted.command[1:], "--cycles", "1", "--dataset", "digits"]
    ended = subprocess.run(
        [*words, "--device", "cpu", "--threads", "1", *SET_OPTIONS],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    out = tmp_path / wanted.command[wanted.command.index("--out") + 1]
    method = json.loads((out / "run.json").read_text())["config"]["method"]
    assert (method[part], method["look_ahead"]) == (key, True)
    assert (out / "cycles/001/evaluate/record.json").exists()


def test_an_acquisition_of_single_images_is_one_file_and_one_line(followed, tmp_path):
    followed("Add an acquisition")
    assert ACQUISITIONS["least_confidence"].capabilities == AcquisitionCapabilities()
    records = finished(tmp_path / "run", compose("least_confidence", "input_mixup", "exact"))
    np.testing.assert_allclose(records.score.scores, 1 - records.score.confidence, atol=1e-6)
    assert (records.score.unit, records.select.rule, records.look_ahead.policy) == ("probability", "pairs", "exact")
    acquisition = acquisition_of(small_config(compose("least_confidence")))
    assert acquisition.score(torch.zeros(1, 4)).item() == pytest.approx(1 - 1 / 4)


def test_an_acquisition_that_chooses_a_set_is_one_file_and_one_line(added, tmp_path):
    capabilities = AcquisitionCapabilities(chooses_set=True)
    added(ACQUISITIONS, "last_and_first", LAST_AND_FIRST, "last_and_first", "LastAndFirst", capabilities)
    records = finished(tmp_path / "run", compose("last_and_first"))
    subset = records.subsample.subset_ids
    assert records.select.query_ids.tolist() == [subset[-1], *subset[:3]]
    assert records.select.rule == "set"
    with pytest.raises(ConfigError, match="cannot look ahead with 'last_and_first', which chooses a set"):
        compose("last_and_first", "manifold_mixup", "learned")


def test_an_augmentation_is_one_file_and_one_line(added, tmp_path):
    capabilities = AugmentationCapabilities(
        title="deep mixup", mixes=Mixes.PAIRS, looks_ahead=True, on_images=False, fixed_tau=0.5
    )
    added(AUGMENTATIONS, "deep_mixup", DEEP_MIXUP, "deep_mixup", "DeepMixup", capabilities)
    records = finished(tmp_path / "run", compose("margin", "deep_mixup", "fixed"))
    assert (records.subsample.mix_layer, records.train.mix_layer, records.train.n_virtual) == (3, 3, 2)
    assert set(records.look_ahead.tau.tolist()) == {0.5}
    with pytest.raises(ConfigError, match="cannot score hidden states with 'vaal'"):
        compose("vaal", "deep_mixup", look_ahead=True)
    assert not compose("vaal", "deep_mixup").look_ahead


@pytest.mark.parametrize("estimator", ["quadrature", "pathwise"])
def test_an_augmentation_that_mixes_in_its_own_way_is_one_file_and_one_line(followed, tmp_path, estimator):
    followed("Add an augmentation")
    mix = augmentation_named("cutmix").mix
    half = mix(torch.ones(1, 1, 2, 6), torch.zeros(1, 1, 2, 6), torch.tensor([0.5]))
    assert half[0, 0].tolist() == [[1, 1, 1, 0, 0, 0]] * 2
    method = compose("max_entropy", "cutmix", "learned")
    records = finished(tmp_path / "run", method, look_ahead__estimator=estimator)
    assert (records.look_ahead.policy, records.look_ahead.estimator) == ("learned", estimator)
    assert (records.train.mix_layer, records.train.n_virtual) == (0, 2)


@pytest.mark.parametrize("name", ACQUISITIONS)
def test_capabilities_are_declared_in_the_catalogue_alone(name):
    acquisition = acquisition_of(small_config(compose(name)))
    assert not hasattr(acquisition, "capabilities")
    assert capabilities_of(acquisition) is ACQUISITIONS[name].capabilities


@pytest.mark.parametrize("name", ACQUISITIONS)
def test_methods_that_go_with_a_capability_are_there_exactly_when_it_is_declared(name):
    entry = ACQUISITIONS[name]
    acquisition = acquisition_of(small_config(compose(name)))
    assert hasattr(acquisition, "choose") is entry.capabilities.chooses_set
    assert hasattr(acquisition, "state_dict") is entry.capabilities.trains


def test_a_second_declaration_of_an_acquisition_of_the_catalogue_is_refused(monkeypatch):
    monkeypatch.setattr(Margin, "capabilities", AcquisitionCapabilities(needs=Needs.PIXELS), raising=False)
    with pytest.raises(ConfigError, match=r"'margin' has the attribute 'capabilities', .*catalogue.py.* remove the"):
        acquisition_of(small_config(compose("margin")))


def test_a_custom_acquisition_has_the_capabilities_of_its_attribute_its_base_class_or_its_methods():
    class Plain:
        unit = "bits"

    class ChoosesSet(Plain):
        def choose(self): ...

    class Trains(Plain):
        def state_dict(self): ...

    class OtherRandom(Random):
        """Inherits what the catalogue says of Random."""

    class Declared(Random):
        capabilities = AcquisitionCapabilities(needs=Needs.MAPS)

    assert capabilities_of(Plain()) == AcquisitionCapabilities()
    assert capabilities_of(ChoosesSet()) == AcquisitionCapabilities(chooses_set=True)
    assert capabilities_of(Trains()) == AcquisitionCapabilities(trains=True)
    assert capabilities_of(OtherRandom()) == AcquisitionCapabilities(differentiable=False)
    assert capabilities_of(Declared()) == AcquisitionCapabilities(needs=Needs.MAPS)
