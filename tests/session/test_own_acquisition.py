"""An acquisition passed as an object: what the run records of it, and what is refused when the run is resumed."""

from __future__ import annotations

import json

import numpy as np
import pytest
from helpers.reseal import unseal
from helpers.sessions import LeastConfidence, resume
from helpers.small_runs import small_config, small_data

from lada_explore.acquisition import Badge, Bald, Margin, MaxEntropy
from lada_explore.config import AcquisitionCapabilities, BaldConfig, compose
from lada_explore.errors import ConfigError
from lada_explore.session.own_acquisition import name_of
from lada_explore.session.session import Session


class Mine(LeastConfidence):
    """One with parameters: two plain ones, one of them kept with an underscore, and one that is an array."""

    def __init__(self, temp=1.0, label="a", weights=None):
        self.temp = temp
        self._label = label
        self.weights = np.ones(3) if weights is None else weights
        self.seen = 0

    def prepare(self, context):
        self.seen += 1


class Outer:
    class Mine(Mine):
        """Another class of the same bare name."""


class margin(LeastConfidence):
    """A class named like a key of the catalogue."""


def created(out, acquisition=None, method="max-entropy"):
    session = Session.create(small_config(method, cycles=1), out, data=small_data(), acquisition=acquisition)
    session.close()
    return session.config


def rewritten(out, **method):
    """Write other texts into the method that run.json holds, as version 0.1 would have."""
    content = json.loads((out / "run.json").read_text())
    content["config"]["method"] |= method
    (out / "run.json").write_text(json.dumps(content))
    unseal(out)


class TestRecordedAs:
    def test_its_module_its_qualified_name_and_its_plain_parameters(self, tmp_path):
        config = created(tmp_path / "run", Outer.Mine(temp=2.5, label="it's"))
        assert config.method.name == "custom"
        assert config.method.acquisition == f"""{__name__}:Outer.Mine(temp=2.5, label="it's")"""
        assert name_of(Mine(temp=np.float64(3))) == f"{__name__}:Mine(temp=3.0, label='a')"
        assert name_of(LeastConfidence()) == "helpers.sessions:LeastConfidence"

    def test_its_key_if_it_is_one_of_the_catalogue(self, tmp_path):
        config = created(tmp_path / "run", Margin(), method="lada-entmix")
        assert (config.method.name, config.method.acquisition) == ("lada-marginmix", "margin")
        assert resume(tmp_path / "run").run()[1].score.unit == "probability"

    def test_its_key_is_refused_where_its_capabilities_do_not_fit_the_method(self, tmp_path):
        with pytest.raises(ConfigError, match="cannot look ahead with 'badge', which chooses a set"):
            created(tmp_path / "run", Badge(), method="lada-entmix")

    def test_its_key_only_with_the_settings_of_the_run(self, tmp_path):
        assert created(tmp_path / "run", Bald(small_config().bald)).method.acquisition == "bald"
        other = Bald(BaldConfig(masks=7, dropout=small_config().bald.dropout))
        words = (
            r"acquisition Bald was made with other settings .* settings=\{'bald.masks': 7\} and method=compose\('bald"
        )
        with pytest.raises(ConfigError, match=words):
            created(tmp_path / "other", other)
        with pytest.raises(ConfigError, match=words):
            resume(tmp_path / "run", acquisition=other)


class TestResuming:
    @pytest.mark.parametrize(
        ("first", "other"),
        [
            (Mine(), Outer.Mine()),
            (Outer.Mine(), Mine()),
            (Mine(temp=1.0), Mine(temp=9.0)),
            (Mine(label="a"), Mine(label="b")),
            (margin(), Margin()),
            (Margin(), margin()),
            (None, margin()),
            (None, Margin()),
        ],
        ids=lambda value: "built-in" if value is None else name_of(value),
    )
    def test_is_refused_with_another_class_or_another_parameter(self, tmp_path, first, other):
        recorded = created(tmp_path / "run", first).method.acquisition
        with pytest.raises(ConfigError, match="was started with acquisition .* cannot be resumed with") as refused:
            resume(tmp_path / "run", acquisition=other)
        assert repr(recorded) in str(refused.value)
        assert repr(name_of(other)) in str(refused.value)

    def test_takes_an_object_that_has_been_at_work_and_another_of_the_same_parameters(self, tmp_path):
        used = Mine(temp=2.0)
        created(tmp_path / "run", used)
        session = resume(tmp_path / "run", acquisition=used)
        session.run()
        session.close()
        assert used.seen > 0
        resume(tmp_path / "run", acquisition=used).close()
        # An array is no plain parameter: it is not compared, as the docstring says.
        resume(tmp_path / "run", acquisition=Mine(temp=2.0, weights=np.zeros(3))).close()

    def test_a_class_named_like_a_key_is_its_own_and_is_asked_for(self, tmp_path):
        created(tmp_path / "run", margin())
        with pytest.raises(ConfigError, match=rf"'{__name__}:margin' is not one of .* pass acquisition=margin\("):
            resume(tmp_path / "run")
        resume(tmp_path / "run", acquisition=margin()).close()

    def test_is_refused_with_another_unit(self, tmp_path, monkeypatch):
        created(tmp_path / "run", Mine())
        monkeypatch.setattr(Mine, "unit", "bits")
        with pytest.raises(ConfigError, match="has scores in 'probability' and cannot be resumed .* unit is 'bits'"):
            resume(tmp_path / "run", acquisition=Mine())

    @pytest.mark.parametrize("acquisition", [Mine(), Outer.Mine()], ids=name_of)
    def test_of_a_run_of_version_01_is_by_the_bare_name_of_the_class(self, tmp_path, acquisition):
        created(tmp_path / "run", acquisition)
        rewritten(tmp_path / "run", name="max-entropy", acquisition="Mine")
        resume(tmp_path / "run", acquisition=Mine(temp=9.0)).close()
        with pytest.raises(ConfigError, match="was started with acquisition 'Mine' and cannot be resumed with"):
            resume(tmp_path / "run", acquisition=LeastConfidence())


class TestDeclarations:
    """What cannot work is one sentence when the run is made or resumed."""

    class ChoosesSet(LeastConfidence):
        capabilities = AcquisitionCapabilities(chooses_set=True)

    class Trains(LeastConfidence):
        capabilities = AcquisitionCapabilities(trains=True)

    class Undeclared(LeastConfidence):
        capabilities = "trains"

    class WithoutUnit(LeastConfidence):
        unit = None

    class WithoutScore(LeastConfidence):
        score = None

    @pytest.mark.parametrize(
        ("acquisition", "sentence"),
        [
            (Mine, r"^acquisition=Mine is a class; pass an object of it, acquisition=Mine\(\.\.\.\)$"),
            ("margin", r"^acquisition='margin' is a name; .* method=compose\('margin'\)$"),
            (
                ChoosesSet(),
                "^acquisition ChoosesSet has no method 'choose'; add it, or do not declare chooses_set=True$",
            ),
            (Trains(), "^acquisition Trains has no method 'state_dict'; add it, or do not declare trains=True$"),
            (Undeclared(), "^acquisition Undeclared has capabilities of type str; write capabilities = Acquis"),
            (WithoutUnit(), "^acquisition WithoutUnit has no unit; give it one, such as unit = 'bits'"),
            (WithoutScore(), "^acquisition WithoutScore has no method 'score'; add it, see .*protocol.py$"),
            (7, "^acquisition int has no unit"),
        ],
    )
    def test_of_an_acquisition(self, tmp_path, acquisition, sentence):
        created(tmp_path / "there")
        with pytest.raises(ConfigError, match=sentence):
            created(tmp_path / "run", acquisition)
        assert not (tmp_path / "run").exists()
        with pytest.raises(ConfigError, match=sentence):
            resume(tmp_path / "there", acquisition=acquisition)

    @pytest.mark.parametrize("oracle", ["class", "nameless", "mute"])
    def test_of_an_oracle(self, tmp_path, oracle):
        class Whole:
            name = "whole"

            def answer(self, ids, cycle):
                return {}

        class Nameless(Whole):
            name = None

        class Mute(Whole):
            answer = None

        given, sentence = {
            "class": (Whole, r"^oracle=Whole is a class; pass an object of it, oracle=Whole\(\.\.\.\)$"),
            "nameless": (Nameless(), "^oracle Nameless has no name; give it one, such as name = 'my answers'"),
            "mute": (Mute(), r"^oracle Mute has no method answer\(ids, cycle\) that returns labels by id; add it$"),
        }[oracle]
        created(tmp_path / "there")
        with pytest.raises(ConfigError, match=sentence):
            Session.create(small_config(cycles=1), tmp_path / "run", data=small_data(), oracle=given)
        with pytest.raises(ConfigError, match=sentence):
            resume(tmp_path / "there", oracle=given)

    def test_of_a_line_of_the_catalogue(self, tmp_path, monkeypatch):
        monkeypatch.delattr(Badge, "choose")
        with pytest.raises(ConfigError, match="acquisition Badge has no method 'choose'; add it, or do not declare"):
            created(tmp_path / "run", method=compose("badge"))


def test_an_object_that_is_empty_is_taken_too(tmp_path):
    class Empty(MaxEntropy):
        unit = "emptiness"

        def __len__(self):
            return 0

    assert created(tmp_path / "run", Empty()).method.name == "custom"
    session = resume(tmp_path / "run", acquisition=Empty())
    assert session.folder.info.acquisition_unit == "emptiness"
    session.close()
