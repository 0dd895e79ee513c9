"""What views call the order, the tau and the choice of images that random draws chose."""

from __future__ import annotations

from dataclasses import replace

import pytest
from helpers.fake_service import FakeLabellingService
from helpers.fakes import FakeSession
from helpers.pair_records import pair_cycle

from lada_explore.analysis import map_points
from lada_explore.records import DRAW_UNIT
from lada_explore.views.labeller.state import asked_of
from lada_explore.views.map.captions import caption_of
from lada_explore.views.map.panel import strip_of
from lada_explore.views.query_gallery.query_gallery import gallery_state

NAMES = ("no", "yes")


def in_draws(history):
    """The same records with scores that are random draws."""
    drawn = []
    for records in history:
        score, ahead = records.score, records.look_ahead
        score = score and replace(score, unit=DRAW_UNIT)
        drawn.append(replace(records, score=score, look_ahead=ahead and replace(ahead, unit=DRAW_UNIT)))
    return drawn


def gallery(history, *, drawn):
    state = gallery_state(in_draws(history) if drawn else history, NAMES, None)
    return state["title"], state["caption"], state["groups"][0]["lines"]


@pytest.mark.parametrize(
    ("use", "caption", "lines"),
    [
        (
            "recorded",
            "The pairs were drawn at random: a pair's score is the sum of two uniform draws, and the method does not "
            "look ahead. The numbers are rounded, so the last digit of a sum may differ.",
            ["τ = 1.00", "score 3.50 uniform draw"],
        ),
        (
            "counted",
            "The pairs were drawn at random: a pair's score and its look-ahead value are uniform draws. "
            "The numbers are rounded, so the last digit of a sum may differ.",
            ["look-ahead 1.33, τ = 1.00", "score 4.63 uniform draw"],
        ),
    ],
)
def test_the_gallery_of_pairs_that_are_draws_names_no_best_one_and_no_tau_star(use, caption, lines):
    history = [pair_cycle(use=use)]
    assert gallery(history, drawn=True) == (
        "Cycle 1 asked about 4 images in 2 pairs, in the order of the draw; the answers are still to come.",
        caption,
        lines,
    )
    title, caption, lines = gallery(history, drawn=False)
    assert "in 2 pairs, best first;" in title
    assert "drawn" not in caption
    assert any("τ* = 1.00" in line for line in lines)


def test_the_gallery_of_single_images_that_are_draws_does_not_say_that_their_scores_chose_them():
    history = FakeSession(method="max-entropy").run(2)
    assert gallery(history, drawn=True)[1] == "Each image was drawn at random."
    assert gallery(history, drawn=False)[1] == "Each image was chosen by its own score."
    # The start scores no image.
    assert "drawn" not in gallery(history[:1], drawn=True)[1]


def test_the_map_of_draws_names_no_best_image_and_no_tau_star():
    history = FakeSession().run(3)
    points, real = map_points(in_draws(history), 2), map_points(history, 2)
    assert strip_of(points, ())["title"] == "Asked about in cycle 2: 6 images, in the order of the draw"
    assert strip_of(real, ())["title"] == "Asked about in cycle 2: 6 images, best first"
    assert "virtual instances of a pair that was asked about, at its τ, placed" in caption_of(points)
    assert "virtual instances of a pair that was asked about, at its τ*, placed" in caption_of(real)
    small = points.virtual.tau * 0 + 0.04
    assert " At the τ of 3 of 3 pairs" in caption_of(replace(points, virtual=replace(points.virtual, tau=small)))


def test_the_labeller_calls_the_tau_of_drawn_pairs_tau():
    sheet = FakeLabellingService().sheet()
    assert asked_of(sheet)["images"][0]["why"][-1].startswith("τ* of the pair: ")
    assert asked_of(replace(sheet, unit=DRAW_UNIT))["images"][0]["why"][-1].startswith("τ of the pair: ")
