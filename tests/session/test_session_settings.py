"""Settings and images that a session refuses."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.reseal import unseal
from helpers.sessions import LeastConfidence, resume, step_to
from helpers.small_runs import (
    CLASSES,
    copied,
    small_config,
    small_data,
)

from lada_explore.acquisition import MaxEntropy
from lada_explore.datasets import named
from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import Stage, stages_of
from lada_explore.session.session import Session

NAME = "helpers.sessions:LeastConfidence"


class TestSettings:
    def test_an_acquisition_of_ones_own_is_named_in_the_config_and_asked_for_on_resuming(self, tmp_path):
        out = tmp_path / "run"
        session = Session.create(small_config(cycles=1), out, data=small_data(), acquisition=LeastConfidence())
        step_to(session, 1, Stage.SELECT)
        assert (session.config.method.name, session.config.method.acquisition) == ("custom", NAME)
        assert session.folder.info.acquisition_unit == "probability"
        assert session.history[1].score.unit == session.history[1].look_ahead.unit == "probability"
        confidence = session.history[1].score.confidence
        np.testing.assert_allclose(session.history[1].score.scores, 1 - confidence, atol=1e-6)
        session.close()
        with pytest.raises(
            ConfigError, match=rf"'{NAME}' is not one of .*in Python and pass acquisition=LeastConfidence\("
        ):
            resume(out)
        session = resume(out, acquisition=LeastConfidence())
        assert len(session.run()) == 2
        session.close()

    def test_another_acquisition_than_the_one_it_was_started_with_is_refused_on_resuming(self, tmp_path):
        class Other(LeastConfidence):
            unit = "other"

        own, ours = tmp_path / "own", tmp_path / "ours"
        Session.create(small_config(), own, data=small_data(), acquisition=LeastConfidence()).close()
        Session.create(small_config(), ours, data=small_data()).close()
        for out, first in ((own, NAME), (ours, "max_entropy")):
            words = (
                f"started with acquisition '{first}' and cannot be resumed with '.*Other', whose scores are different"
            )
            with pytest.raises(ConfigError, match=words):
                resume(out, acquisition=Other())
        resume(own, acquisition=LeastConfidence()).close()
        resume(ours, acquisition=MaxEntropy()).close()

    def test_an_acquisition_of_ones_own_in_a_run_of_the_first_version_goes_on(self, tmp_path):
        out = tmp_path / "run"
        Session.create(small_config(), out, data=small_data(), acquisition=LeastConfidence()).close()
        place = out / "run.json"
        content = place.read_text()
        assert content.count('"name": "custom"') == 1
        content = content.replace('"name": "custom"', '"name": "lada-entmix"')
        place.write_text(content.replace(f'"acquisition": "{NAME}"', '"acquisition": "LeastConfidence"'))
        unseal(out)
        session = resume(out, acquisition=LeastConfidence())
        assert session.step().stage is Stage.SELECT
        session.close()

    def test_images_that_changed_are_refused_on_resuming(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        data = small_data(n=61)
        with pytest.raises(
            StoreError,
            match=r"the images to be labelled of small changed .*checksum .*; pass the same images as data=\.\.\.",
        ):
            Session.resume(out, data=data)
        with pytest.raises(StoreError, match=r"the test set of small changed .*checksum none, then \w{12}\)"):
            Session.resume(out, data=small_data(tested=False))

    def test_class_names_device_and_settings_are_those_of_the_run(self, finished, tmp_path):
        session = resume(copied(finished, tmp_path / "run"), device="cpu")
        assert session.class_names == CLASSES
        assert session.device.startswith("cpu (")
        assert session.config == named(small_config(), small_data())
        assert session.config.data.name == "object:small"
        assert [stages_of(records.cycle)[-1] for records in session.history] == [Stage.EVALUATE] * 3
        session.close()
