"""What is said of a method whose scores are drawn at random: that its numbers say nothing of the images."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from helpers.pair_records import pair_cycle

from lada_explore.acquisition import acquisition_of
from lada_explore.analysis import Rule, describe, draws_note
from lada_explore.config import ACQUISITIONS, compose
from lada_explore.config.presets import configure
from lada_explore.records import DRAW_UNIT
from lada_explore.views.base.selection import Selected
from lada_explore.views.map.figure import caption_of
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.tau.worth import worth_figure_spec
from lada_explore.views.what_if.what_if import what_if_view_state

NAMES = ("no", "yes")
SAID = "uniform draws, of virtual instances too: a pair's maximum, average, best tau and regret are chance here"


def captions(unit):
    """What each view of pairs says under a cycle of four pairs whose scores are in this unit."""
    history = [pair_cycle(unit=unit)]
    selected = Selected(cycle=1)
    virtual = SimpleNamespace(
        pair_ids=np.array([[1, 2]]), tau=np.ones(1), are_transforms=False, follow_tau=True, unit=unit, n_learned=0
    )
    points = SimpleNamespace(n_left_out=0, query_ids=np.array([1, 2]), virtual=virtual)
    return {
        "worth": worth_figure_spec(history, 1.0, selected).caption,
        "mixer": mixer_view_state(history, NAMES, selected, 1.0, 2.0)["caption"],
        "ledger": ledger_view_state(history, NAMES, selected)["caption"],
        "what if": what_if_view_state(history, NAMES, 1, Rule(), 1.0)["caption"],
        "map": caption_of(points),
    }


@pytest.mark.parametrize("view", ["worth", "mixer", "ledger", "what if", "map"])
def test_a_view_says_that_draws_are_draws(view):
    drawn, real = captions(DRAW_UNIT)[view], captions("bits")[view]
    assert SAID in drawn
    assert "draws" not in real
    without = drawn.removesuffix(draws_note(DRAW_UNIT)).replace(f"acquisition ({DRAW_UNIT})", "entropy in bits")
    assert without.replace(DRAW_UNIT, "bits") == real


def test_the_sentence_of_the_stage_says_so_too():
    said = describe(pair_cycle(unit=DRAW_UNIT).look_ahead, NAMES)
    assert said == (
        "The values of the virtual instances of 4 pairs are uniform draws, which say nothing of their images; tau is "
        "1.00 to 1.00, mean 1.00."
    )


def test_only_the_random_acquisition_has_scores_that_are_draws():
    units = {name: acquisition_of(configure("demo", compose(name))).unit for name in ACQUISITIONS}
    assert [name for name, unit in units.items() if unit == DRAW_UNIT] == ["random"]
