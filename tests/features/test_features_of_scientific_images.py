"""A backbone is shown what the reader of a set reads: its fit, its range of values, and each page by itself."""

import numpy as np
import pytest
from helpers.frozen import embed, features_by_hand, shown
from helpers.scientific import write_kind

from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.features import content as contents


@pytest.fixture
def stack(tmp_path, monkeypatch):
    """Opens a folder of one stack of four pages with settings of its data."""
    write_kind(tmp_path / "set", "stack", count=1)
    monkeypatch.setattr(contents, "RACY_NS", -(10**12))  # A file written just now counts as settled.

    def opened(**settings):
        named = {f"data.{name}": value for name, value in settings.items()}
        own = {"data.size": 8, "data.classes": "a,b", "data.page": "all"}
        return load(configure(dataset=f"folder:{tmp_path / 'set'}", settings=own | named).data)

    return opened


@pytest.mark.parametrize("settings", [{}, {"fit": "pad"}, {"fit": "stretch"}, {"scale": "fixed:0,9000"}])
def test_features_are_those_of_each_page_as_it_is_read(stack, settings):
    train = stack(**settings).train
    by_hand = features_by_hand(np.stack([train.reader.read(file, (3, 8, 8)) for file in train.files]))
    found = embed(stack(**settings))
    assert len(np.unique(by_hand, axis=0)) == len(train) == 4
    np.testing.assert_allclose(found.train.take(np.arange(4)), by_hand, rtol=1e-5)


def test_pages_are_known_the_second_time_and_computed_anew_where_they_are_read_otherwise(stack):
    embed(stack())
    with shown() as sizes:
        assert (embed(stack()).known, sum(sizes)) == (4, 0)
        assert embed(stack(fit="pad")).new == 4
        assert embed(stack(scale="fixed:0,4095")).new == 4
