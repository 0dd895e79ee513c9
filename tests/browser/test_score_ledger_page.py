"""The score ledger's page on states that the test gives it."""

from __future__ import annotations

import pytest
from bare import show_view
from helpers.pair_records import pair_cycle

from lada_explore.views import ScoreLedger
from lada_explore.views.base.selection import Selected
from lada_explore.views.score_ledger.score_ledger import ledger_view_state

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
    page.close()
