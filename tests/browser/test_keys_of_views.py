"""A question mark lists the keys of the view that has the focus."""

from __future__ import annotations

import pytest
from bare import show_view

from lada_explore.views.question.question import Question
from lada_explore.views.story.story import Story, story_state
from lada_explore.views.tab_bar.tab_bar import TabBar

TABS = {"titles": ["Map", "Scores"], "parts": [[], []], "shown": 0, "part": [0, 0], "waiting": {}}
NUMBER = {
    "revision": 1,
    "text": "How many bits?",
    "choices": [],
    "unit": "bits",
    "verdict": "",
    "says": "",
    "why": "",
    "tries": 0,
    "waiting": "",
    "error": "",
}


@pytest.fixture
def page(blank):
    page, troubles = blank
    yield page
    assert troubles == []


def listed(page) -> dict[str, str]:
    """What the open list says, by what a key does."""
    keys = page.locator("dialog[open]")
    keys.wait_for()
    shown = [text.strip() for text in keys.locator("dt").all_inner_texts()]
    return dict(zip(keys.locator("dd").all_inner_texts(), shown, strict=True))


def test_it_opens_by_key_and_by_button_and_gives_the_focus_back(page):
    show_view(page, TabBar, TABS)
    first = page.get_by_role("tab", name="Map")
    first.focus()
    page.keyboard.press("?")
    assert listed(page)["the tab before, the next one"].split() == ["←", "→"]
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => model.get('shown')") == 0
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
    assert first.evaluate("(tab) => tab === document.activeElement")
    page.get_by_role("button", name="What is shown here, and its keys").click()
    assert "this list" in listed(page)
    page.get_by_role("button", name="Close").click()
    assert page.locator("dialog[open]").count() == 0


def test_a_view_without_a_bar_has_the_button_in_its_corner(page):
    show_view(page, Question, {"state": NUMBER | {"text": "How many bits are left of it? " * 8}})
    corner = page.get_by_role("button", name="What is shown here, and its keys")
    assert corner.count() == 1
    view, box = (page.locator(one).bounding_box() for one in (".lada-question", ".lada-keys-corner"))
    assert view["y"] < box["y"] < view["y"] + 12
    assert view["x"] + view["width"] - 32 < box["x"]
    words = page.evaluate(
        """() => {
            const range = document.createRange();
            range.selectNodeContents(document.querySelector(".lada-q-text"));
            return Math.max(...[...range.getClientRects()].map(({ right }) => right));
        }"""
    )
    assert words <= box["x"]
    corner.click()
    assert listed(page)["in the field of a number: check it"] == "Enter"


def test_in_a_field_it_is_a_character_like_any_other(page):
    show_view(page, Question, {"state": NUMBER})
    field = page.get_by_label("Your answer, a number")
    field.focus()
    page.keyboard.press("?")
    assert (field.input_value(), page.locator("dialog[open]").count()) == ("?", 0)
    page.locator(".lada-question").focus()
    page.keyboard.press("?")
    assert listed(page)["in the field of a number: check it"] == "Enter"
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 0


@pytest.mark.parametrize("dark", [False, True])
def test_a_tab_says_how_many_images_wait_for_an_answer_and_keeps_the_focus(page, dark):
    show_view(page, TabBar, TABS | {"titles": ["Map", "Label"], "waiting": {"Label": 20}}, dark=dark)
    page.set_viewport_size({"width": 390, "height": 300})
    tab = page.get_by_role("tab", name="Label, 20 to answer", exact=True)
    assert tab.locator(".lada-tab-count").inner_text() == "20"
    tab.focus()
    page.evaluate("() => model.set('waiting', { Label: 19 })")
    tab = page.get_by_role("tab", name="Label, 19 to answer", exact=True)
    assert tab.evaluate("(one) => one === document.activeElement")
    page.evaluate("() => model.set('waiting', {})")
    assert page.get_by_role("tab", name="Label", exact=True).locator(".lada-tab-count").is_hidden()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_the_list_has_the_words_of_all_views_on_a_page_of_its_own(page, width, dark):
    show_view(page, Question, {"state": NUMBER}, width=width, dark=dark)
    page.set_viewport_size({"width": width, "height": 700})
    page.locator(".lada-question").focus()
    page.keyboard.press("?")
    keys, words = (page.get_by_role("tab", name=name) for name in ("Parts and keys", "Words"))
    assert keys.get_attribute("aria-selected") == "true"
    assert page.locator(".lada-word").count() == 0
    # From the button that closes it to the tabs, by keys alone.
    page.keyboard.press("Tab")
    assert keys.evaluate("(one) => one === document.activeElement")
    page.keyboard.press("ArrowRight")
    assert words.evaluate("(one) => one === document.activeElement")
    shown = page.locator(".lada-word-term")
    assert shown.count() == len(set(shown.all_inner_texts())) > 15
    assert {"cycle", "candidate", "τ", "τ*", "regret"} <= set(shown.all_inner_texts())
    value = page.locator(".lada-word", has=page.get_by_text("look-ahead value V", exact=True))
    assert value.locator(".lada-word-equation").inner_text() == "V(τ) = E[A(λ)], λ ~ Beta(τ, τ)"
    assert value.locator(".lada-word-source").inner_text().startswith("LADA, section 3.2")
    fits = page.evaluate(
        """() => {
            const dialog = document.querySelector("dialog[open]");
            const { left, right, bottom } = dialog.getBoundingClientRect();
            const cut = [...dialog.querySelectorAll("*")].filter((one) => one.scrollWidth > one.clientWidth + 1
                && getComputedStyle(one).display !== "inline");
            const inside = left >= 0 && right <= innerWidth && bottom <= innerHeight;
            return { inside, cut: cut.map((one) => one.outerHTML) };
        }"""
    )
    assert fits == {"inside": True, "cut": []}
    # The page below is reached by Tab and scrolls by keys.
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    page.wait_for_function("""() => {
        const last = [...document.querySelectorAll(".lada-word")].at(-1).getBoundingClientRect();
        return last.bottom <= innerHeight;
    }""")
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert keys.get_attribute("aria-selected") == "true"


def test_every_view_that_has_a_list_of_keys_has_the_words(page):
    for view, traits in ((TabBar, TABS), (Question, {"state": NUMBER}), (Story, {"state": story_state()})):
        show_view(page, view, traits | {"renewed": {}})
        page.get_by_role("button", name="What is shown here, and its keys").click()
        page.get_by_role("tab", name="Words").click()
        assert page.locator("dialog[open] .lada-word").count() > 15
        page.keyboard.press("Escape")
