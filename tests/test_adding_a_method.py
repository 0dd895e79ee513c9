"""What CONTRIBUTING says of adding an acquisition or an augmentation is so: one file and one line, and it runs."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import numpy as np
import pytest
from helpers.small_runs import cut_before, record_bytes, small_config, small_data

from lada_explore.acquisition import Margin, Random, acquisition_of, capabilities_of
from lada_explore.config import (
    ACQUISITIONS,
    AUGMENTATIONS,
    AcquisitionCapabilities,
    AugmentationCapabilities,
    Entry,
    Mixes,
    Needs,
    compose,
)
from lada_explore.errors import ConfigError
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.store import open_run

CONTRIBUTING = Path(__file__).resolve().parent.parent / "CONTRIBUTING.md"

IMPORTS = """
from __future__ import annotations

import numpy as np
from lada_explore.acquisition import Preparation
from lada_explore.augmentation.mixing import Mixup
from lada_explore.models import Classifier
from torch import Tensor
"""

LAST_AND_FIRST = '''
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
        (tmp_path / f"{module}.py").write_text(IMPORTS + source)
        monkeypatch.setitem(catalogue, name, Entry(f"{module}:{class_name}", capabilities))

    return add


def finished(out, method):
    """The last cycle of a run with a composed method, and that its run resumed in LOOK_AHEAD has the same records."""
    session = Session.create(small_config(method, cycles=1), out, data=small_data())
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


def test_an_acquisition_of_single_images_is_one_file_and_one_line(added, tmp_path):
    text = CONTRIBUTING.read_text(encoding="utf-8")
    source = textwrap.dedent(re.search(r"   ```python\n(   class LeastConfidence.*?)   ```", text, re.DOTALL).group(1))
    line = re.search(r'"least_confidence": Entry\(f"{_ACQUISITION}.least_confidence:LeastConfidence", (.*?)\),', text)
    assert line.group(1) == "AcquisitionCapabilities()"
    capabilities = AcquisitionCapabilities()
    added(ACQUISITIONS, "least_confidence", source, "least_confidence", "LeastConfidence", capabilities)
    records = finished(tmp_path / "run", compose("least_confidence", "input_mixup", "exact"))
    np.testing.assert_allclose(records.score.scores, 1 - records.score.confidence, atol=1e-6)
    assert (records.score.unit, records.select.rule, records.look_ahead.policy) == ("probability", "pairs", "exact")


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
    capabilities = AugmentationCapabilities(title="deep mixup", mixes=Mixes.PAIRS, on_images=False, fixed_tau=0.5)
    added(AUGMENTATIONS, "deep_mixup", DEEP_MIXUP, "deep_mixup", "DeepMixup", capabilities)
    records = finished(tmp_path / "run", compose("margin", "deep_mixup", "fixed"))
    assert (records.subsample.mix_layer, records.train.mix_layer, records.train.n_virtual) == (3, 3, 2)
    assert set(records.look_ahead.tau.tolist()) == {0.5}
    with pytest.raises(ConfigError, match="cannot score hidden states with 'vaal'"):
        compose("vaal", "deep_mixup")


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
