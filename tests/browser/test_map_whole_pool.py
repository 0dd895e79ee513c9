"""The density of the whole pool behind the map, in a notebook that JupyterLab shows in a real browser."""

from __future__ import annotations

from conftest import REPOSITORY

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.pools import SessionWithPool
from lada_explore.views import MapView
session = SessionWithPool(cycles=3, subset_size=80, points=1)
_ = session.run(4)
view = MapView(session)
"""
NAME = "whole pool (500 images)"

SHADE = """() => {
    const canvas = document.querySelector(".lada-map .lada-map-density");
    if (!canvas || canvas.hidden || !canvas.width) return null;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let [shaded, most] = [0, 0];
    for (let n = 3; n < data.length; n += 4) {
        shaded += data[n] > 0;
        most = Math.max(most, data[n]);
    }
    const axes = document.querySelector(".lada-map .plotbg, .lada-map .xy .bg, .lada-map .nsewdrag");
    const box = canvas.getBoundingClientRect();
    const frame = axes.getBoundingClientRect();
    const dots = document.querySelector(".lada-map .lada-map-dots");
    return {
        shaded: shaded / (data.length / 4), most,
        behind: Boolean(canvas.compareDocumentPosition(dots) & Node.DOCUMENT_POSITION_FOLLOWING),
        off: Math.max(Math.abs(box.left - frame.left), Math.abs(box.top - frame.top),
            Math.abs(box.width - frame.width), Math.abs(box.height - frame.height)),
    };
}"""


def test_a_tick_puts_the_shade_of_the_pool_behind_the_dots_and_a_click_in_the_legend_hides_it(pages):
    notebook = pages.open_cells("map_pool", FAKE, "view")
    page = notebook.page
    page.wait_for_selector(".lada-map[data-cycle='3'] .lada-map-dots", timeout=60_000)
    assert page.evaluate(SHADE) is None
    page.get_by_label("Whole pool").check()
    page.wait_for_function(f"() => document.querySelector('.lada-map .legend')?.textContent.includes('{NAME}')")
    shade = page.evaluate(SHADE)
    assert 0.1 < shade["shaded"] < 0.9
    assert 40 < shade["most"] <= 80  # at most 0.3 of 255: pale beside the dots
    assert shade["behind"]
    assert shade["off"] < 2
    page.locator(".lada-map .legend .traces", has_text=NAME).locator(".legendtoggle").click()
    page.wait_for_function("() => document.querySelector('.lada-map .lada-map-density').hidden")
    page.get_by_label("Whole pool").uncheck()
    page.wait_for_function(f"() => !document.querySelector('.lada-map .legend').textContent.includes('{NAME}')")
