"""What a pointer, a wheel and fingers do on the map in JupyterLab, and how the map fits its place."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from test_map_in_jupyterlab import FAKE, hover, lone_image, point, run, wait_for_map, wait_for_strip


@pytest.fixture(scope="module")
def notebook(module_pages):
    opened = module_pages.open_cells("map-pointer", FAKE, "view")
    wait_for_map(opened, 3)
    return opened


@pytest.fixture
def map_page(notebook):
    """The map of cycle 3 with nothing chosen."""
    run(notebook, "selection.mark([])")
    wait_for_strip(notebook, "Asked about in cycle 3")
    return notebook


CARD = """() => {
    const [card, chart, mark] = [".lada-map-detail", ".lada-plot-chart", ".lada-map-cursor"].map((one) => {
        const found = document.querySelector(`.lada-map ${one}`);
        return found && !found.hidden ? found.getBoundingClientRect().toJSON() : null;
    });
    return { card, chart, mark };
}"""


def inside(box, point) -> bool:
    return box["left"] <= point[0] <= box["right"] and box["top"] <= point[1] <= box["bottom"]


def test_the_card_stands_beside_the_image_inside_the_map_and_goes_with_the_pointer(map_page):
    image_id = lone_image(map_page, 3)
    hover(map_page, image_id)
    shown = map_page.page.evaluate(CARD)
    assert not inside(shown["card"], point(map_page, image_id))
    assert shown["card"]["left"] >= shown["chart"]["left"]
    assert shown["card"]["right"] <= shown["chart"]["right"]
    assert shown["card"]["bottom"] <= shown["chart"]["bottom"] + 1
    map_page.page.mouse.move(4, 4)
    map_page.page.wait_for_selector(".lada-map-detail", state="hidden")


def test_nothing_below_the_map_moves_when_the_card_comes_or_the_marks_change(map_page):
    top = ".lada-map-strip", "(strip) => [strip.getBoundingClientRect().top, strip.offsetHeight]"
    before = map_page.page.eval_on_selector(*top)
    hover(map_page, image_id := lone_image(map_page, 3))
    assert map_page.page.eval_on_selector(*top) == before
    run(map_page, f"selection.mark([{image_id}])")
    wait_for_strip(map_page, "1 marked image")
    assert map_page.page.eval_on_selector(*top) == before


def test_one_button_clears_the_marks(map_page):
    clear = map_page.page.get_by_role("button", name="Clear marks")
    expect(clear).to_be_hidden()
    run(map_page, "selection.mark([3, 5])")
    wait_for_strip(map_page, "marked image")
    clear.click()
    wait_for_strip(map_page, "Asked about in cycle 3")
    assert run(map_page, "print(selection.selected.ids)") == "()"
    expect(clear).to_be_hidden()


BOXES = """() => [".lada-map", ".lada-map-body", ".lada-plot-chart .main-svg"].map((one) => {
    const box = document.querySelector(one).getBoundingClientRect();
    return [box.width, box.height];
})"""
SPAN = """() => {
    const { xaxis, yaxis } = document.querySelector(".lada-map .lada-plot-chart")._fullLayout;
    return [xaxis.range[1] - xaxis.range[0], yaxis.range[1] - yaxis.range[0]];
}"""
SCROLLED = """() => {
    let at = document.querySelector(".lada-map");
    while (at && !(at.scrollHeight > at.clientHeight + 50 && getComputedStyle(at).overflowY !== "visible")) {
        at = at.parentElement;
    }
    return at?.scrollTop ?? 0;
}"""


def test_the_wheel_scrolls_the_page_and_zooms_with_ctrl_or_after_a_click(map_page):
    page = map_page.page
    page.set_viewport_size({"width": 1280, "height": 500})
    page.wait_for_function(f"() => ({BOXES})()[2][1] < 500")
    page.wait_for_timeout(500)
    page.locator(".lada-map .nsewdrag").evaluate("(map) => map.scrollIntoView({ block: 'center' })")
    page.wait_for_timeout(300)
    middle = page.locator(".lada-map .nsewdrag").bounding_box()
    at = middle["x"] + 20, middle["y"] + middle["height"] / 2
    page.mouse.move(*at)
    whole, place = page.evaluate(SPAN), page.evaluate(SCROLLED)
    page.mouse.wheel(0, 20)
    page.wait_for_selector(".lada-map-hint:has-text('wheel zooms')")
    page.wait_for_function(f"(place) => ({SCROLLED})() !== place", arg=place)
    assert page.evaluate(SPAN) == whole
    page.keyboard.down("Control")
    page.mouse.wheel(0, -120)
    page.keyboard.up("Control")
    page.wait_for_function(f"(whole) => ({SPAN})()[0] < 0.95 * whole", arg=whole[0])
    page.wait_for_timeout(300)
    nearer, place = page.evaluate(SPAN), page.evaluate(SCROLLED)
    page.mouse.click(*at)
    page.mouse.wheel(0, -120)
    page.wait_for_function(f"(nearer) => ({SPAN})()[0] < 0.95 * nearer", arg=nearer[0])
    assert page.evaluate(SCROLLED) == place
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.locator(".lada-map .lada-plot-chart").focus()
    page.keyboard.press("0")
    page.wait_for_function(f"() => {{ const [, body, svg] = ({BOXES})(); return body + '' === svg + ''; }}")


def test_the_keys_zoom_and_show_the_whole_map_again(map_page):
    page = map_page.page
    whole = page.evaluate(SPAN)
    page.locator(".lada-map .lada-plot-chart").focus()
    page.keyboard.press("+")
    page.wait_for_function(f"(whole) => ({SPAN})()[0] < 0.85 * whole", arg=whole[0])
    page.keyboard.press("-")
    page.wait_for_function(f"(whole) => Math.abs(({SPAN})()[0] / whole - 1) < 0.01", arg=whole[0])
    page.keyboard.press("+")
    page.wait_for_function(f"(whole) => ({SPAN})()[0] < 0.85 * whole", arg=whole[0])
    page.keyboard.press("0")
    page.wait_for_function(f"(whole) => Math.abs(({SPAN})()[0] / whole - 1) < 0.01", arg=whole[0])


TOUCH = """async (places) => {
    const target = document.querySelector(".lada-map .nsewdrag");
    const { left, top } = target.getBoundingClientRect();
    const fingers = (at) => at.map(([x, y], identifier) =>
        new Touch({ identifier, target, clientX: left + x, clientY: top + y }));
    const stopped = [];
    for (const [n, at] of places.entries()) {
        const type = n ? "touchmove" : "touchstart";
        const event = new TouchEvent(type, { touches: fingers(at), bubbles: true, cancelable: true });
        target.dispatchEvent(event);
        stopped.push(event.defaultPrevented);
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
    target.dispatchEvent(new TouchEvent("touchend", { touches: [], bubbles: true, cancelable: true }));
    return stopped;
}"""


def test_two_fingers_zoom_and_pan_and_one_scrolls_the_page(map_page):
    page = map_page.page
    whole = page.evaluate(SPAN)
    assert page.evaluate(TOUCH, [[[100, 100]], [[100, 160]]]) == [False, False]
    assert page.evaluate(SPAN) == whole
    assert page.evaluate(TOUCH, [[[100, 100], [200, 100]], [[50, 100], [250, 100]]]) == [True, True]
    page.wait_for_function(f"(whole) => Math.abs(({SPAN})()[0] / whole - 0.5) < 0.02", arg=whole[0])
    page.locator(".lada-map .lada-plot-chart").focus()
    page.keyboard.press("0")
    page.wait_for_function(f"(whole) => Math.abs(({SPAN})()[0] / whole - 1) < 0.01", arg=whole[0])


def test_the_map_fits_the_window_and_fills_a_box_that_has_a_height(map_page):
    page = map_page.page
    for width, height in ((1280, 800), (1920, 1080), (900, 800)):
        page.set_viewport_size({"width": width, "height": height})
        page.wait_for_timeout(500)
        page.wait_for_function(f"() => {{ const [, body, svg] = ({BOXES})(); return body + '' === svg + ''; }}")
        whole, _, _ = page.evaluate(BOXES)
        assert whole[1] < height - 150
        assert whole[1] > 0.6 * height
    run(map_page, "view.layout.height = '500px'")
    page.wait_for_function(f"() => Math.abs(({BOXES})()[0][1] - 500) < 6")
    page.wait_for_function(f"() => {{ const [, body, svg] = ({BOXES})(); return body + '' === svg + ''; }}")
    run(map_page, "view.layout.height = None")
    page.set_viewport_size({"width": 1280, "height": 1500})
    page.wait_for_function(f"() => {{ const [, body, svg] = ({BOXES})(); return body + '' === svg + ''; }}")
