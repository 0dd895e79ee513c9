"""The range of pixel values of a set of scientific images is found once, and stays that of its run."""

from __future__ import annotations

import json

import pytest
from helpers.scientific import write_kind

from lada_explore.datasets import intensity
from lada_explore.errors import ConfigError
from lada_explore.session.opening import open_session

SETTINGS = {
    "data.size": 12,
    "data.channels": 1,
    "classifier.width": 2,
    "schedule.subset_size": 8,
    "schedule.budget": 4,
    "schedule.initial_per_class": 1,
}


@pytest.fixture
def start(tmp_path):
    write_kind(tmp_path / "set", "float", count=12)

    def start(**more):
        named = {f"data.{name}": value for name, value in more.items()}
        return open_session(
            tmp_path / "run",
            dataset=f"folder:{tmp_path / 'set'}",
            classes="a,b",
            cycles=1,
            settings=SETTINGS | named,
            threads=1,
        )

    return start


def test_a_run_records_the_range_and_goes_on_with_it(tmp_path, start, monkeypatch):
    session = start()
    found = session.data.train.reader.reading.scale
    assert session.config.data.range == found
    session.close()
    recorded = json.loads((tmp_path / "run" / "run.json").read_text())["config"]["data"]
    assert (recorded["scale"], tuple(recorded["range"])) == ("auto", found)
    # Nothing is sampled for a run that is there.
    monkeypatch.setattr(intensity, "_sampled", None)
    monkeypatch.setenv("LADA_CACHE", str(tmp_path / "another"))
    session = start()
    assert session.data.train.reader.reading.scale == found
    session.close()


def test_a_run_is_not_gone_on_with_by_another_scale(start):
    start(scale="fixed:0,2").close()
    start(scale="fixed:0,2").close()
    with pytest.raises(ConfigError, match="data.scale = 'fixed:0,2', not 'fixed:0,3'"):
        start(scale="fixed:0,3")
    with pytest.raises(ConfigError, match="data.range"):
        start(scale="fixed:0,2", range="0,5")
