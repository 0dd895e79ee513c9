"""What is said of a method whose scores are drawn at random: that its numbers say nothing of the images."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import plotly.graph_objects as go
import pytest
from helpers.fakes import CLASS_NAMES, FakeSession
from helpers.maps import RED, scene_of, trace
from helpers.pair_records import pair_cycle

from lada_explore.acquisition import acquisition_of
from lada_explore.analysis import Layouts, Rule, describe, draws_note, map_points
from lada_explore.config import ACQUISITIONS, compose
from lada_explore.config.presets import configure
from lada_explore.records import DRAW_UNIT
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.text import ROUNDED
from lada_explore.views.map.captions import caption_of
from lada_explore.views.map.figure import map_figure
from lada_explore.views.map.panel import atlas_of
from lada_explore.views.map.scene import map_scene
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state
from lada_explore.views.score_ledger.score_ledger import ledger_view_state
from lada_explore.views.tau.tau_chart import tau_figure_spec
from lada_explore.views.tau.worth import worth_figure_spec
from lada_explore.views.what_if.what_if import what_if_view_state

NAMES = ("no", "yes")
SHOWN = {
    "worth": "a pair's best τ and its regret",
    "mixer": "A, V, the best τ and the regret of a pair",
    "ledger": "the terms of a pair",
    "what if": "the scores and V(τ) in the table",
}


def captions(unit):
    """What each view of pairs says under a cycle of four pairs whose scores are in this unit."""
    history = [pair_cycle(unit=unit)]
    selected = Selected(cycle=1)
    return {
        "worth": worth_figure_spec(history, 1.0, selected).caption,
        "mixer": mixer_view_state(history, NAMES, selected, 1.0, 2.0)["caption"],
        "ledger": ledger_view_state(history, NAMES, selected)["caption"],
        "what if": what_if_view_state(history, NAMES, 1, Rule(), 1.0)["caption"],
    }


@pytest.mark.parametrize("view", SHOWN)
def test_a_view_says_that_draws_are_draws(view):
    drawn, real = captions(DRAW_UNIT)[view], captions("bits")[view]
    said = f" The scores of this method are uniform draws, of virtual instances too: {SHOWN[view]} are chance here and "
    assert drawn.endswith(f"{said}say nothing of the images.")
    assert "draws" not in real
    assert drawn.removesuffix(draws_note(DRAW_UNIT, SHOWN[view])).replace(DRAW_UNIT, "bits") == real


def test_the_map_has_the_entropies_of_the_instances_where_the_scores_are_draws():
    history = FakeSession(cycles=2).run()
    ahead = replace(history[2].look_ahead, unit=DRAW_UNIT)
    drawn = [*history[:2], replace(history[2], look_ahead=ahead)]
    scene = scene_of(drawn, Layouts(), 2)
    bits = scene.points.virtual.entropy_bits
    highest = [f"{value:.2f}" for value in bits.max(axis=1)]
    assert [number.text for number in scene.pairs] == highest
    figure = go.Figure(map_figure(scene))
    assert list(trace(figure, "highest entropy of a pair's instances").text) == highest
    assert RED not in {entry.name for entry in figure.data}
    assert (
        "and the entropy in bits of the pair's most uncertain one in red. The scores of this method are uniform draws, "
        "of virtual instances too, so none of them stands here."
    ) in caption_of(scene.points)
    first, second = scene.points.virtual.pair_ids[0].tolist()
    told = atlas_of(scene.points, CLASS_NAMES)["details"][f"{first},{second},2"][3]
    assert told == f"its pair: entropy up to {highest[0]} bits at τ {scene.points.virtual.tau[0]:.2f}"
    real = scene_of(history, Layouts(), 2)
    assert "draws" not in caption_of(real.points)
    assert all("(*" in number.text for number in real.pairs)


def test_the_transform_of_an_image_has_its_entropy_where_the_scores_are_draws():
    history = FakeSession(cycles=2).run()
    points = map_points(history, 2)
    virtual = replace(points.virtual, unit=DRAW_UNIT, are_transforms=True)
    scene = map_scene(replace(points, virtual=virtual), Layouts().make(history, 2), "true class", CLASS_NAMES)
    assert [number.text for number in scene.pairs] == [f"{value:.2f}" for value in virtual.entropy_bits.max(axis=1)]
    assert "its entropy in bits in red" in caption_of(scene.points)


DRAWN_PAIRS = (
    "This method draws its pairs at random: their scores, A(1) + A(0), are uniform draws that say nothing of the "
    "images, V is not counted, and τ is fixed at 1 for every pair. So no curve of A, V or τ is drawn."
)


def drawn_pairs(**ahead):
    """Recorded pairs that random draws chose, without look-ahead."""
    return [pair_cycle(unit=DRAW_UNIT, policy="fixed", use="recorded", **ahead)]


def test_of_pairs_drawn_at_random_the_mixer_has_no_curves_and_says_why():
    state = mixer_view_state(drawn_pairs(), NAMES, Selected(cycle=1), 1.0, 2.0)
    assert state["drawn"]
    assert state["caption"] == (
        "The classifier mixed the hidden states after layer 1; the blend of the images is only a guide. "
        f"{ROUNDED} {DRAWN_PAIRS}"
    )
    # Scores that count V, or that say something of the images, keep their curves.
    for ahead in ({"unit": DRAW_UNIT}, {"use": "recorded"}, {}):
        other = mixer_view_state([pair_cycle(**ahead)], NAMES, Selected(cycle=1), 1.0, 2.0)
        assert not other["drawn"]
        assert other["caption"].startswith("A(λ) is the acquisition")


def test_of_pairs_drawn_at_random_the_tab_of_tau_has_only_the_beta_that_mixes_them():
    followed = tau_figure_spec(drawn_pairs(), 1.0)
    assert (followed.figure, followed.message) == (
        None,
        "This method draws its pairs at random and mixes each at τ = 1, which nothing chooses, so there is no "
        "τ* to follow.",
    )
    tau = np.full(4, 2, np.float32)
    worth = worth_figure_spec(drawn_pairs(tau=tau, mean_virtual=tau), 1.0, Selected(cycle=1))
    (density,) = worth.figure["data"]
    assert density["name"] == "τ = 2.00 of every pair"
    np.testing.assert_allclose(density["y"], 6 * density["x"] * (1 - density["x"]))  # Beta(2, 2)
    said = DRAWN_PAIRS.replace("at 1 for", "at 2 for")
    assert worth.caption == f"The density says how often each λ is drawn to mix a pair in training. {said}"
    for ahead in ({"unit": DRAW_UNIT}, {"use": "recorded"}, {}):
        assert tau_figure_spec([pair_cycle(**ahead)], 1.0).figure is not None
        assert len(worth_figure_spec([pair_cycle(**ahead)], 1.0, Selected(cycle=1)).figure["data"]) == 6


def test_the_sentence_of_the_stage_says_so_too():
    said = describe(pair_cycle(unit=DRAW_UNIT).look_ahead, NAMES)
    assert said == (
        "The values of the virtual instances of 4 pairs are uniform draws, which say nothing of their images; τ is "
        "1.00 to 1.00, mean 1.00."
    )


def test_only_the_random_acquisition_has_scores_that_are_draws():
    units = {name: acquisition_of(configure("demo", compose(name))).unit for name in ACQUISITIONS}
    assert [name for name, unit in units.items() if unit == DRAW_UNIT] == ["random"]
