"""What views and reports show of the shared cycles of a branch by another kind of method: what its parent showed."""

from __future__ import annotations

import pytest
from faults.readers import of_explorer
from helpers.small_runs import small_config, small_data

from lada_explore import branch, open_run
from lada_explore.session.session import Session

pytestmark = pytest.mark.slow

OF_ONE_CYCLE = ("PairMixer", "QueryGallery", "ScoreLedger")


@pytest.mark.parametrize(
    ("one", "other"),
    [("lada-entmix", "max-entropy"), ("max-entropy", "lada-entmix"), ("lada-entstn", "lada-marginmix")],
)
def test_every_view_draws_the_shared_cycles_as_those_of_the_parent(tmp_path, one, other):
    session = Session.create(small_config(one, cycles=2), tmp_path / "run", data=small_data())
    session.run()
    session.close()
    session = branch(tmp_path / "run", tmp_path / "branch", at=1, method=other, data=small_data())
    session.run()
    session.close()
    there, here = (of_explorer(open_run(tmp_path / name)) for name in ("run", "branch"))
    shared = {name for name in there if name.partition(",")[0] in OF_ONE_CYCLE and not name.endswith("cycle 2")}
    assert shared
    for name in shared & here.keys():
        assert here[name]["state"] == there[name]["state"], name
