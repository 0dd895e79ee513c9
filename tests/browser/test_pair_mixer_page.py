"""The pair mixer's page on states that the test gives it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from bare import as_json, show_view
from helpers.pair_records import pair_cycle
from playwright.sync_api import expect

from lada_explore.views import PairMixer
from lada_explore.views.base.selection import Selected
from lada_explore.views.pair_mixer.pair_mixer import mixer_view_state

CLASSES = "Class probabilities along the mixing path"


@pytest.fixture
def page(browser):
    opened = browser.new_page()
    yield opened
    opened.close()


def state_of(records, revision: int) -> dict:
    state = mixer_view_state((records,), ["cat", "dog"], Selected(), tau_max=1.0, tau_limit=2.0)
    return {"error": "", "revision": revision, **state}


def test_without_class_probabilities_a_sentence_stands_in_place_of_their_chart(page):
    with_logits = pair_cycle()
    without = replace(with_logits, score=replace(with_logits.score, outputs=with_logits.score.outputs + 1))
    show_view(page, PairMixer, {"state": state_of(with_logits, 1)})
    expect(page.get_by_role("img", name=CLASSES)).to_be_visible()
    assert page.locator(".lada-mix-class").count() == 3
    page.evaluate("(state) => model.set('state', state)", as_json(state_of(without, 2)))
    expect(page.get_by_text("does not score the classifier's logits")).to_be_visible()
    expect(page.locator(f"[aria-label='{CLASSES}']")).to_be_hidden()
    assert page.locator(".lada-mix-class").count() == 0


def test_pairs_drawn_at_random_have_images_and_classes_but_no_curve_of_a_or_v_and_no_tau_to_choose(page):
    show_view(page, PairMixer, {"state": state_of(pair_cycle(), 1)})
    profile, value = "Acquisition along the mixing path", "Look-ahead value against τ"
    slider = page.get_by_label("τ of Beta(τ, τ)")
    expect(page.get_by_role("img", name=profile)).to_be_visible()
    drawn = pair_cycle(unit="uniform draw", policy="fixed", use="recorded")
    page.evaluate("(state) => model.set('state', state)", as_json(state_of(drawn, 2)))
    page.get_by_text("draws its pairs at random").wait_for()
    for name in (profile, value):
        expect(page.locator(f"[aria-label^='{name}']")).to_be_hidden()
    expect(slider).to_be_hidden()
    expect(page.get_by_role("button", name="best τ")).to_be_hidden()
    expect(page.get_by_role("img", name=CLASSES)).to_be_visible()
    assert page.locator(".lada-mix-facts dt").last.inner_text() == "τ, the same for every pair"
    page.get_by_label("λ, the share of the right image").fill("0.25")
    assert page.locator(".lada-mix-readout:visible").all_inner_texts() == ["λ = 0.25"]
    page.evaluate("(state) => model.set('state', state)", as_json(state_of(pair_cycle(), 3)))
    page.get_by_role("img", name=value).wait_for()
    expect(slider).to_be_visible()
