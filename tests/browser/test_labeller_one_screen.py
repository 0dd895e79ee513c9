"""The whole labeller in one window: image, classes and guess in a row, whatever is asked, and the list of its keys."""

from __future__ import annotations

import re

import pytest
from bare import show_bare
from helpers.fake_service import FakeLabellingService
from labeller_page import dispatch, sent, tell, words
from playwright.sync_api import expect

SEEN = """() => {
    const root = document.querySelector(".lada-labeller");
    const box = (selector) => {
        const found = [...root.querySelectorAll(selector)].find((one) => one.checkVisibility());
        const { left, top, right, bottom } = found?.getBoundingClientRect() ?? {};
        return found ? { left, top, right, bottom } : null;
    };
    return {
        height: root.offsetHeight, bottom: root.getBoundingClientRect().bottom,
        sideways: root.scrollWidth - root.clientWidth, over: root.scrollHeight - root.clientHeight,
        head: box(".lada-lab-head"), amount: box(".lada-lab-amount"), picture: box(".lada-lab-view"),
        about: box(".lada-lab-about"), classes: box(".lada-lab-list"), strip: box(".lada-lab-strip"),
        foot: box(".lada-lab-foot"), tools: box(".lada-lab-tools"),
    };
}"""
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"


def ready(page, width: int, height: int):
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SETTLED)
    page.evaluate(SETTLED)
    return page.evaluate(SEEN)


@pytest.mark.parametrize("kind", ["pairs", "singles", "initial"])
@pytest.mark.parametrize("n", [2, 10, 40, 1000])
def test_image_classes_guess_and_images_around_it_are_seen_at_once(opened, n, kind):
    service = FakeLabellingService(30, kind, class_names=words(n))
    page = opened(service)
    page.keyboard.press("g")
    page.wait_for_selector(".lada-lab-view[data-painted]")
    # What JupyterLab leaves of 1280 x 800 pixels without and with its side bar, and of 900 x 800.
    for width, height in ((1260, 690), (880, 690), (780, 690)):
        seen = ready(page, width, height)
        assert (seen["over"], seen["sideways"]) == (0, 0), (width, seen)
        assert seen["height"] <= height, (width, seen)
        tops = [seen[part]["top"] for part in ("picture", "about")]
        assert max(tops) - min(tops) <= 2, (width, seen)
        assert seen["about"]["left"] > seen["picture"]["right"], (width, seen)
        assert seen["classes"]["left"] > seen["about"]["left"], (width, seen)
        assert seen["picture"]["right"] - seen["picture"]["left"] >= 250, (width, seen)
        assert seen["classes"]["bottom"] <= seen["strip"]["top"] < seen["foot"]["top"], (width, seen)
        assert seen["tools"]["bottom"] <= seen["picture"]["top"], (width, seen)
        expect(page.locator(".lada-lab-guess")).to_be_visible()


def test_ten_classes_are_in_sight_in_the_low_row_of_an_explorer(opened):
    page = opened(FakeLabellingService(30, "pairs", class_names=words(10)))
    ready(page, 1100, 690)
    page.locator(".lada-labeller").evaluate("(root) => root.style.setProperty('--row', '315px')")
    page.evaluate(SETTLED)
    over = page.locator(".lada-lab-list").evaluate(
        "(list) => [list.scrollHeight - list.clientHeight, list.clientHeight]"
    )
    assert over[0] <= 0, over


def test_the_tools_are_one_row_beside_the_side_bar_too(opened):
    page = opened(FakeLabellingService(30, "pairs"))
    for width in (1260, 880):
        seen = ready(page, width, 690)
        assert seen["tools"]["bottom"] - seen["tools"]["top"] <= 32, width


def test_how_large_the_picture_is_stands_beside_its_buttons_however_small_it_is(opened):
    page = opened(FakeLabellingService(30, "pairs"))
    page.wait_for_selector(".lada-lab-view[data-painted]")
    for height, said in ((690, r"[\d,]+ % of 28 . 28"), (500, r"[\d,]+ %")):
        ready(page, 1260, height)
        row = page.locator(".lada-lab-zoom")
        assert row.evaluate("(row) => row.scrollHeight <= row.clientHeight + 2"), height
        amount = page.locator(".lada-lab-magnified")
        assert re.fullmatch(said, amount.inner_text()), (height, amount.inner_text())
        assert re.fullmatch(r"[\d,]+ % of 28 . 28 pixels", amount.get_attribute("title"))


@pytest.mark.parametrize("width", [1260, 1120, 880, 560, 380])
@pytest.mark.parametrize("grows", [True, False])
def test_the_height_stays_when_another_view_is_pressed_and_when_an_answer_follows(opened, width, grows):
    page = opened(FakeLabellingService(30, "pairs"))
    page.evaluate("(grows) => model.set('may_find', grows)", grows)
    page.keyboard.press("ArrowRight")
    height = ready(page, width, 690)["height"]
    page.evaluate("() => document.activeElement.blur()")
    expect(page.locator(".lada-lab-hint")).to_be_visible()
    assert ready(page, width, 690)["height"] == height
    page.locator(".lada-labeller").focus()
    expect(page.locator(".lada-lab-hint")).to_be_hidden()
    page.keyboard.press("1")
    assert abs(ready(page, width, 690)["height"] - height) <= 1  # of a pixel that is rounded up or down


@pytest.mark.parametrize("width", [1260, 880, 560])
def test_the_height_stays_whatever_is_asked(opened, width):
    service = FakeLabellingService(8, "pairs")
    page = opened(service)
    heights = [ready(page, width, 690)["height"]]
    service.submit(dict.fromkeys(service.ids, 3))
    tell(page, service, "marks")
    heights.append(ready(page, width, 690)["height"])
    service.ids = []
    tell(page, service, "asked", "marks")
    heights.append(ready(page, width, 690)["height"])
    expect(page.get_by_text("Nothing is asked now.")).to_be_visible()
    service.ids = [200, 201, 202]
    service.kind = "singles"
    tell(page, service, "asked", "marks")
    heights.append(ready(page, width, 690)["height"])
    assert max(heights) - min(heights) <= 1, heights


def test_on_a_phone_the_parts_stand_below_each_other_and_what_is_asked_stays_in_sight(opened):
    page = opened(FakeLabellingService(10, "pairs"))
    seen = ready(page, 390, 800)
    order = [seen[part]["top"] for part in ("head", "picture", "classes", "tools", "strip", "about", "foot")]
    assert (order, seen["sideways"]) == (sorted(order), 0)
    page.mouse.move(200, 500)
    page.mouse.wheel(0, 300)
    page.wait_for_function("() => scrollY > 100")
    seen = page.evaluate(SEEN)
    assert 0 <= seen["amount"]["top"] < seen["amount"]["bottom"] <= 110


def test_the_image_looked_at_is_in_sight_in_the_row_of_a_narrow_page(opened):
    page = opened(FakeLabellingService(30, "singles"))
    ready(page, 390, 800)
    strip = page.locator(".lada-lab-strip")
    for _ in range(12):
        page.keyboard.press("ArrowRight")
        row, card = strip.bounding_box(), strip.locator("[aria-pressed='true']").bounding_box()
        assert row["x"] <= card["x"]
        assert card["x"] + card["width"] <= row["x"] + row["width"]


def test_a_larger_picture_is_larger_although_the_window_is_not(opened):
    page = opened(FakeLabellingService(10, "pairs"))
    before = ready(page, 1260, 690)
    page.keyboard.press(">")
    after = ready(page, 1260, 690)
    assert after["picture"]["right"] - after["picture"]["left"] == 448
    assert after["height"] > before["height"]


# The list of keys --------------------------------------------------------------------------------------------------


def test_a_question_mark_lists_the_keys_and_none_of_them_answers_meanwhile(opened):
    page = opened(FakeLabellingService(4, "singles", class_names=["cat", "z", "dog"]))
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys: labeller")
    caps = [text.strip() for text in keys.locator("dt").all_inner_texts()]
    listed = dict(zip(keys.locator("dd").all_inner_texts(), caps, strict=True))
    assert listed["undo your last action"] == "Alt+z"
    assert (listed["flag the image, or take the flag away"], listed["this list"]) == ("f", "?")
    assert "the others 1 to 9" in keys.locator(".lada-lab-help").inner_text()
    page.keyboard.press("1")
    page.keyboard.press("f")
    page.keyboard.press("Escape")
    assert (keys.count(), sent(page)) == (0, [])
    page.keyboard.press("1")
    assert [act["label"] for act in sent(page)] == [0]
    page.get_by_role("button", name="What is shown here, and its keys").click()
    keys.get_by_role("button", name="Close").click()
    assert keys.count() == 0


def test_where_a_class_is_called_question_mark_the_list_of_keys_is_behind_alt(opened):
    page = opened(FakeLabellingService(4, "singles", class_names=["?", "!"]))
    page.keyboard.press("?")
    assert [act["label"] for act in sent(page)] == [0]
    page.keyboard.press("Alt+?")
    page.get_by_role("dialog", name="Keys: labeller").wait_for()
    page.keyboard.press("Escape")


# By touch ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def tablet(browser):
    """A page that is touched, as wide as a tablet."""
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 820, "height": 1100})
    page = context.new_page()
    yield page
    context.close()


def test_whoever_touches_is_told_of_no_keyboard(tablet):
    show_bare(tablet, FakeLabellingService(4, "pairs"), width=820)
    tablet.evaluate("() => document.activeElement.blur()")
    hint = tablet.locator(".lada-lab-hint")
    assert (hint.count(), hint.is_hidden()) == (1, True)


@pytest.mark.parametrize("width", [820, 390])
def test_fingers_find_targets_of_forty_pixels_and_answer_select_and_look(tablet, width):
    service = FakeLabellingService(10, "pairs")
    show_bare(tablet, service, width=width)
    sizes = tablet.evaluate(
        """() => [...document.querySelectorAll(".lada-labeller :is(button, input, select)")]
            .filter((one) => one.checkVisibility() && !one.matches(".lada-lab-card"))
            .map((one) => [one.textContent || one.className, one.offsetWidth, one.offsetHeight])"""
    )
    assert len(sizes) > 20
    assert [size for size in sizes if min(size[1:]) < 40] == []
    tablet.get_by_role("button", name="Coat").tap()
    assert [(act["id"], act["label"]) for act in sent(tablet)] == [(100, 4)]
    dispatch(tablet, service)
    tablet.locator(".lada-lab-strip .lada-lab-card[data-id='103']").tap()
    assert tablet.locator(".lada-labeller").get_attribute("data-at") == "103"
    tablet.get_by_role("button", name="Grid").tap()
    for image in (104, 105):
        tablet.locator(f".lada-lab-grid .lada-lab-card[data-id='{image}'] .lada-lab-tick").tap()
    tablet.get_by_role("button", name="Bag").tap()
    assert sent(tablet)[-1]["ids"] == [104, 105]


def disabled(page) -> set[str]:
    """Buttons of the tools that do nothing now, by their text or label."""
    tools = page.locator(".lada-lab-tools .lada-lab-button[aria-disabled='true']")
    return {text.splitlines()[0] for text in tools.evaluate_all("(all) => all.map((one) => one.innerText)")}


def test_tools_are_off_while_nothing_is_asked_and_on_again_with_the_next_query(opened):
    service = FakeLabellingService(4, "pairs")
    page = opened(service)
    assert disabled(page) == {"Undo"}  # nothing was answered yet
    for _ in service.ids:
        page.keyboard.press("1")
        dispatch(page, service)
    assert disabled(page) == set()
    service.used, ids, service.ids = len(service.journal), service.ids, []
    tell(page, service, "asked", "marks")
    images = {"◀", "▶", "Same as last", "More like this", "Can't tell", "Flag", "Grid", "Model's guess", "Smaller"}
    assert disabled(page) == {*images, "Larger", "Sort by guess", "Undo"}
    assert page.locator(".lada-lab-hint").is_hidden()
    before = len(sent(page))
    page.get_by_role("button", name="Flag").click(force=True)
    page.get_by_role("button", name="Grid").click(force=True)
    page.locator(".lada-labeller").focus()
    page.keyboard.press("1")
    assert page.get_by_text("Nothing is asked now, so there is no image to answer.").is_visible()
    assert len(sent(page)) == before
    assert page.locator(".lada-lab-body").get_attribute("data-grid") == "false"
    service.ids = ids
    tell(page, service, "asked", "marks")
    assert disabled(page) == {"Undo"}
    assert not page.get_by_text("Nothing is asked now").count()
