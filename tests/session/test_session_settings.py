"""Settings and images that a session refuses."""

from __future__ import annotations

import numpy as np
import pytest
from helpers.sessions import LeastConfidence, resume, step_to
from helpers.small_runs import (
    CLASSES,
    copied,
    small_config,
    small_data,
)

from lada_explore.errors import ConfigError, StoreError
from lada_explore.records import Stage, stages_of
from lada_explore.session.session import Session


class TestSettings:
    def test_an_acquisition_of_ones_own_is_named_in_the_config_and_asked_for_on_resuming(self, tmp_path):
        out = tmp_path / "run"
        session = Session.create(small_config(cycles=1), out, data=small_data(), acquisition=LeastConfidence())
        step_to(session, 1, Stage.SELECT)
        assert session.config.method.acquisition == "LeastConfidence"
        assert session.folder.info.acquisition_unit == "probability"
        assert session.history[1].score.unit == session.history[1].look_ahead.unit == "probability"
        confidence = session.history[1].score.confidence
        np.testing.assert_allclose(session.history[1].score.scores, 1 - confidence, atol=1e-6)
        session.close()
        with pytest.raises(
            ConfigError, match=r"'LeastConfidence' is not one of .*pass acquisition=LeastConfidence\(\)"
        ):
            resume(out)
        session = resume(out, acquisition=LeastConfidence())
        assert len(session.run()) == 2
        session.close()

    def test_images_that_changed_are_refused_on_resuming(self, finished, tmp_path):
        out = copied(finished, tmp_path / "run")
        data = small_data(n=61)
        with pytest.raises(StoreError, match="the images to be labelled of small changed .*checksum .*restore"):
            Session.resume(out, data=data)
        with pytest.raises(StoreError, match=r"the test set of small changed .*checksum none, then \w{12}\)"):
            Session.resume(out, data=small_data(tested=False))

    def test_class_names_device_and_settings_are_those_of_the_run(self, finished, tmp_path):
        session = resume(copied(finished, tmp_path / "run"), device="cpu")
        assert session.class_names == CLASSES
        assert session.device.startswith("cpu (")
        assert session.config == small_config()
        assert [stages_of(records.cycle)[-1] for records in session.history] == [Stage.EVALUATE] * 3
        session.close()
