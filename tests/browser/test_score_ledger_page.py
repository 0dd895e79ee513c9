"""The score ledger's page on states that the test gives it."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from bare import show_view
from helpers.pair_records import pair_cycle

from lada_explore.analysis import score_ledger
from lada_explore.views import ScoreLedger
from lada_explore.views.base.selection import Selected
from lada_explore.views.base.wire import to_wire
from lada_explore.views.score_ledger.score_ledger import MAX_ASKED, ledger_view_state

CUT = """(cell) => {
    const { left, right } = cell.closest("ol").getBoundingClientRect();
    const words = document.createRange();
    words.selectNodeContents(cell);
    const shown = words.getBoundingClientRect();
    return shown.left < left || shown.right > right || cell.scrollWidth > cell.clientWidth;
}"""
"""Whether a part of the words of a cell lies beyond its column, or beyond the list."""


@pytest.mark.parametrize("width", [1280, 900, 400])
@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("bits", "4.63 bits"),
        ("uniform draw", "4.63 uniform draw"),
        ("bits of information", "4.63 bits of information"),
        ("disagreement/committee-of-25-networks", "4.63 disagreement/committee-of-25-networks"),
    ],
)
def test_a_score_is_shown_whole_with_its_unit(browser, unit, words, width):
    page = browser.new_page()
    state = ledger_view_state([pair_cycle(unit=unit)], ["cat", "dog"], Selected())
    show_view(page, ScoreLedger, {"state": {"error": "", "revision": 1, **state}}, width=width)
    totals = page.locator(".lada-led-total")
    totals.first.wait_for()
    assert totals.first.text_content() == words
    assert [total.evaluate(CUT) for total in totals.all()] == [False] * 4
    assert page.locator(".lada-led-shown").text_content() == "all 4 pairs"
    assert not page.get_by_text("Show all").is_visible()
    page.close()


def test_thirty_of_the_pairs_are_shown_and_all_on_demand(browser):
    page = browser.new_page()
    ledger = score_ledger([pair_cycle()])
    many = dataclasses.replace(
        ledger,
        pair_ids=np.arange(1000).reshape(500, 2),
        terms=np.tile(ledger.terms, (125, 1)),
        queried=np.tile(ledger.queried, 125) & (np.arange(500) < 8),
    )
    state = ledger_view_state([pair_cycle()], ["cat", "dog"], Selected())
    wide = {"pair_ids": many.pair_ids, "terms": many.terms, "queried": many.queried}
    names = {"known": ["cat"] * 1000, "guesses": [""] * 1000}
    show_view(page, ScoreLedger, {"state": {"error": "", "revision": 1, **state, **to_wire(wide), **names}})
    n_best = page.locator(".lada-led-item").count()
    assert page.locator(".lada-led-shown").text_content() == f"{n_best} of 500 pairs"
    page.get_by_text("Show all").click()
    assert page.locator(".lada-led-item").count() == 500
    assert page.locator(".lada-led-shown").text_content() == "all 500 pairs"
    asked = page.evaluate("model.sent.filter(({ type }) => type === 'images').map(({ ids }) => ids.length)")
    assert max(asked) <= MAX_ASKED
    assert sum(asked) > 900
    page.get_by_text("Show the best alone").click()
    assert page.locator(".lada-led-item").count() == n_best
    page.close()
