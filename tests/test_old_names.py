"""Old names work for one version: each gives what the new one gives, and its warning names that."""

from __future__ import annotations

import operator
import warnings

import numpy as np
import pytest
from helpers.explored import explored
from helpers.fakes import FakeSession
from helpers.small_runs import small_config, small_data

from lada_explore import AccuracyChart, MapView, PairMixer, Playground, ScoreLedger, TauChart, WhatIf
from lada_explore.session.session import Session

OLD_NAMES = [
    ("session", "desk", "labelling"),
    ("labelling", "settle", "adjudicate"),
    ("labelling", "no_more", "mark_class_absent"),
    ("labelling", "offer", "task"),
    ("sheet", "absent", "absent_classes"),
    ("pool", "trained_on", "in_training_set"),
    ("images", "let_go", "release_pages"),
    ("worker", "sheet", "labelling.sheet"),
    ("worker", "answers", "labelling.answers"),
    ("worker", "pixels", "labelling.pixels"),
    ("worker", "submit", "labelling.submit"),
    ("worker", "skip", "labelling.skip"),
    ("worker", "unskip", "labelling.unskip"),
    ("worker", "flag", "labelling.flag"),
    ("worker", "undo", "labelling.undo"),
    ("worker", "add_class", "labelling.add_class"),
    ("worker", "set_rule", "labelling.set_rule"),
    ("worker", "settle", "labelling.adjudicate"),
    ("worker", "no_more", "labelling.mark_class_absent"),
    ("playground", "lanes", "runs"),
    ("playground.start", "rival", "compare_method"),
    ("playground.runs[0]", "run", "worker"),
    ("accuracy", "picture", "figure_spec"),
    ("map", "picture", "figure_spec"),
    ("tau", "picture", "figure_spec"),
    ("mixer", "picture", "view_state"),
    ("ledger", "picture", "view_state"),
    ("what_if", "picture", "view_state"),
]
"""What has the name, its old name, and the new one."""


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """What has the names, by how the table calls it."""
    out = tmp_path_factory.mktemp("run") / "run"
    session = Session.create(small_config(cycles=1), out, data=small_data(), oracle="person")
    session.run()
    playground = Playground(method="random")
    playground.wait(60)
    views = {
        "accuracy": AccuracyChart(session),
        "map": MapView(session),
        "tau": TauChart(session),
        "mixer": PairMixer(session),
        "ledger": ScoreLedger(session),
        "what_if": WhatIf(session),
    }
    yield views | {
        "session": session,
        "labelling": session.labelling,
        "sheet": session.labelling.sheet(),
        "pool": session.pool,
        "images": session.data.train,
        "worker": session.worker,
        "playground": playground,
        "playground.start": playground.start,
        "playground.runs[0]": playground.runs[0],
    }
    for view in (*views.values(), playground):
        view.close()
    session.close()


@pytest.mark.parametrize(("of", "old", "new"), OLD_NAMES)
def test_an_old_name_gives_what_the_new_one_gives_and_names_it(held, of, old, new):
    kind = type(held[of]).__name__
    with pytest.warns(DeprecationWarning, match=rf"^{kind}\.{old} is now called {kind}\.{new}$") as told:
        found = getattr(held[of], old)
    assert told[0].filename == __file__
    assert np.all(found == operator.attrgetter(new)(held[of]))


def test_nothing_of_ours_asks_for_an_old_name(held):
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        for session in (held["session"], FakeSession()):
            explored(session).close()
