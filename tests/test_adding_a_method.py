"""What CONTRIBUTING says of adding an acquisition or an augmentation is so: one file and one line, and it runs."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import numpy as np
import pytest
from helpers.small_runs import cut_before, record_bytes, small_config, small_data

from lada_explore.acquisition import acquisition_of, scoring_of
from lada_explore.config import ACQUISITIONS, AUGMENTATIONS, Augmenting, Entry, Mixes, Needs, Scoring, compose
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
from lada_explore.config import Scoring
from lada_explore.models import Classifier
from torch import Tensor
"""

LAST_AND_FIRST = '''
class LastAndFirst:
    """Chooses the last candidate, then the first ones."""

    unit = "probability"
    scoring = Scoring(chooses_set=True)

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

    def add(catalogue, name, source, module, class_name, can):
        (tmp_path / f"{module}.py").write_text(IMPORTS + source)
        monkeypatch.setitem(catalogue, name, Entry(f"{module}:{class_name}", can))

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
    assert line.group(1) == "Scoring()"
    added(ACQUISITIONS, "least_confidence", source, "least_confidence", "LeastConfidence", Scoring())
    records = finished(tmp_path / "run", compose("least_confidence", "input_mixup", "exact"))
    np.testing.assert_allclose(records.score.scores, 1 - records.score.confidence, atol=1e-6)
    assert (records.score.unit, records.select.rule, records.look_ahead.policy) == ("probability", "pairs", "exact")


def test_an_acquisition_that_chooses_a_set_is_one_file_and_one_line(added, tmp_path):
    added(ACQUISITIONS, "last_and_first", LAST_AND_FIRST, "last_and_first", "LastAndFirst", Scoring(chooses_set=True))
    records = finished(tmp_path / "run", compose("last_and_first"))
    subset = records.subsample.subset_ids
    assert records.select.query_ids.tolist() == [subset[-1], *subset[:3]]
    assert records.select.rule == "set"
    with pytest.raises(ConfigError, match="cannot look ahead with 'last_and_first', which chooses a set"):
        compose("last_and_first", "manifold_mixup", "learned")


def test_an_augmentation_is_one_file_and_one_line(added, tmp_path):
    can = Augmenting(title="deep mixup", mixes=Mixes.PAIRS, on_images=False, fixed_tau=0.5)
    added(AUGMENTATIONS, "deep_mixup", DEEP_MIXUP, "deep_mixup", "DeepMixup", can)
    records = finished(tmp_path / "run", compose("margin", "deep_mixup", "fixed"))
    assert (records.subsample.mix_layer, records.train.mix_layer, records.train.n_virtual) == (3, 3, 2)
    assert set(records.look_ahead.tau.tolist()) == {0.5}
    with pytest.raises(ConfigError, match="cannot score hidden states with 'vaal'"):
        compose("vaal", "deep_mixup")


@pytest.mark.parametrize("name", ACQUISITIONS)
def test_every_acquisition_declares_what_the_catalogue_says(name):
    config = small_config(compose(name))
    assert acquisition_of(config).scoring == ACQUISITIONS[name].can


def test_a_declaration_that_differs_from_the_catalogue_is_refused(monkeypatch):
    entry = ACQUISITIONS["margin"]
    monkeypatch.setitem(ACQUISITIONS, "margin", Entry(entry.place, Scoring(needs=Needs.PIXELS)))
    with pytest.raises(ConfigError, match=r"'margin' declares .*STATES.*, but config/catalogue.py says .*PIXELS"):
        acquisition_of(small_config(compose("margin")))


def test_an_acquisition_that_declares_nothing_is_taken_by_its_methods():
    class Plain:
        unit = "bits"

    class Choosing(Plain):
        def choose(self): ...

    class Training(Plain):
        def state_dict(self): ...

    assert scoring_of(Plain()) == Scoring()
    assert scoring_of(Choosing()) == Scoring(chooses_set=True)
    assert scoring_of(Training()) == Scoring(trains=True)
