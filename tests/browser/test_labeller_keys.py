"""The keys of the labeller: which class or command each means, and what is left to others."""

from __future__ import annotations

import pytest
from helpers.fake_service import FakeLabellingService
from labeller_page import acknowledge, sent, tell, words

DIGITS = list("0123456789")
LETTERS = list("abcdefghijklmnopqrstuvwxyz")


def on_buttons(page) -> list[str]:
    return page.locator(".lada-lab-class .lada-lab-button:first-child kbd").all_inner_texts()


def meanings(page, names: list[str], keys: list[str]) -> dict[str, str]:
    """The class that each key answers; "" where it answers none."""
    found = {}
    for key in keys:
        before = len(sent(page))
        page.keyboard.press("Home")
        if key.isascii():
            page.keyboard.press(key)
        else:  # no key of the keyboard that is driven here
            page.evaluate(PRESSED, {"key": key})
        new = sent(page)[before:]
        if not new:
            found[key] = ""
            continue
        found[key] = names[new[0]["label"]] if new[0]["name"] == "label" else ""
        acknowledge(page)
    return found


@pytest.mark.parametrize("names", [DIGITS, LETTERS, list("ABCDEFGHIJ"), list("+-"), list("äß7?")], ids="".join)
def test_where_every_class_is_one_character_that_is_its_key_and_stands_on_its_button(opened, names):
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    keys = [name.lower() for name in names]
    assert meanings(page, names, keys) == dict(zip(keys, names, strict=True))
    page.locator(".lada-lab-side").wait_for()
    if len(names) <= 20:
        assert on_buttons(page) == keys
    assert page.locator(".lada-lab-help").inner_text().startswith("Keys: each class has its own character.")


@pytest.mark.parametrize(
    ("names", "keys", "says"),
    [
        (["a", "A"], "12", "in order, 1 to 2 (1 is a, 2 is A)."),
        (["cat", "dog"], "12", "in order, 1 to 2 (1 is cat, 2 is dog)."),
        (words(11), "1234567890a", "in order, 1 to 9, 0, then letters (1 is red apple o…, 2 is green apple…)."),
    ],
)
def test_elsewhere_the_keys_count_by_place_and_the_help_line_says_so(opened, names, keys, says):
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    assert on_buttons(page) == list(keys)
    assert meanings(page, names, list(keys)) == dict(zip(keys, names, strict=True))
    assert page.locator(".lada-lab-help").inner_text() == f"Keys: they number the classes {says}"


@pytest.mark.parametrize(
    ("names", "keys", "alt"),
    [
        ([*DIGITS, "blank"], "0123456789a", ""),
        ([str(number) for number in range(11)], "0123456789a", ""),
        (["cat", "z", "2", "dog", "bird"], "1z234", " Together with Alt, as their buttons say: z"),
    ],
)
def test_a_class_of_one_character_keeps_it_beside_longer_names(opened, names, keys, alt):
    keys = dict(zip(names, keys, strict=True))
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    assert on_buttons(page) == [keys[name] for name in names]
    assert meanings(page, names, list(keys.values())) == {key: name for name, key in keys.items()}
    assert page.locator(".lada-lab-help").inner_text() == (
        f"Keys: a class of one character has that one, the others 1 to 9, 0, then letters, as their buttons say.{alt}"
    )


def test_beyond_thirty_classes_the_help_line_says_which_have_a_key(opened):
    page = opened(FakeLabellingService(3, "singles", class_names=words(40)))
    assert page.locator(".lada-lab-help").inner_text() == (
        "Keys: they number the classes in order, 1 to 9, 0, then letters (1 is red apple o…, 2 is green apple…); the "
        "first 30 have one, and / finds the others."
    )
    assert meanings(page, words(40), ["1", "0", "a", "y"]) == {
        "1": words(40)[0],
        "0": words(40)[9],
        "a": words(40)[10],
        "y": words(40)[29],
    }


PRESSED = """(event) => {
    const root = document.querySelector(".lada-labeller");
    let reached = 0;
    const count = () => (reached += 1);
    document.addEventListener("keydown", count);
    const before = model.sent.length;
    const pressed = new KeyboardEvent("keydown", { bubbles: true, cancelable: true, ...event });
    root.dispatchEvent(pressed);
    document.removeEventListener("keydown", count);
    const new_ = model.sent.slice(before).filter(({ type }) => type === "act");
    return { reached, prevented: pressed.defaultPrevented, act: new_[0]?.name ?? null };
}"""


@pytest.mark.parametrize(
    "event",
    [
        {"key": "z", "code": "KeyZ", "altKey": True},
        {"key": "Z", "code": "KeyZ", "altKey": True, "shiftKey": True},
        {"key": "Ω", "code": "KeyZ", "altKey": True},  # macOS
        {"key": "z", "code": "KeyY", "altKey": True},  # a German keyboard
    ],
)
def test_a_command_whose_key_a_class_needs_is_behind_alt_and_reaches_nobody_else(opened, event):
    page = opened(FakeLabellingService(3, "singles", class_names=LETTERS))
    assert page.evaluate(PRESSED, event) == {"reached": 0, "prevented": True, "act": "undo"}
    assert page.get_by_role("button", name="Undo").locator("kbd").inner_text() == "Alt+z"
    assert page.get_by_role("button", name="Undo").get_attribute("title").endswith("(key Alt+z)")
    assert page.get_by_role("button", name="Larger").locator("kbd").inner_text() == ">"
    assert page.get_by_role("button", name="Zoom in").locator("kbd").inner_text() == "+"
    assert page.locator(".lada-lab-help").inner_text() == (
        "Keys: each class has its own character. Together with Alt, as their buttons say: z s f l v g"
    )


def test_alt_and_control_do_nothing_where_no_command_has_moved(opened):
    page = opened(FakeLabellingService(3, "singles", class_names=DIGITS))
    for event in (
        {"key": "z", "code": "KeyZ", "altKey": True},
        {"key": "1", "code": "Digit1", "altKey": True},
        {"key": "z", "code": "KeyZ", "ctrlKey": True},
        {"key": "1", "code": "Digit1", "metaKey": True},
    ):
        assert page.evaluate(PRESSED, event) == {"reached": 1, "prevented": False, "act": None}, event
    assert page.get_by_role("button", name="Undo").locator("kbd").inner_text() == "z"


def test_one_image_is_made_larger_by_its_own_keys_and_those_of_the_grid_by_those_of_the_zoom_too(opened):
    page = opened(FakeLabellingService(3, "singles"))
    width = "(selector) => document.querySelector(selector).getBoundingClientRect().width"
    for selector, keys in ((".lada-lab-view", "><"), (".lada-lab-grid canvas", "><"), (".lada-lab-grid canvas", "+-")):
        if "grid" in selector and page.locator(".lada-lab-grid").count() == 0:
            page.keyboard.press("v")
        before = page.evaluate(width, selector)
        page.keyboard.press(keys[0])
        larger = page.evaluate(width, selector)
        page.keyboard.press(keys[1])
        assert (larger > before, page.evaluate(width, selector)) == (True, before)


def test_zoom_and_find_move_too_where_signs_are_classes(opened):
    page = opened(FakeLabellingService(3, "singles", class_names=list("+-/=")))
    zoomed = "() => document.querySelector('.lada-lab-figure').dataset.zoomed"
    page.wait_for_selector(".lada-lab-figure canvas[data-painted]")
    page.evaluate(PRESSED, {"key": "≠", "code": "Equal", "altKey": True})
    assert page.evaluate(zoomed) == "true"
    page.keyboard.press("Alt+-")
    assert page.evaluate(zoomed) == "false"
    page.keyboard.press("Alt+/")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Find a class"
    assert page.get_by_label("Find a class").get_attribute("placeholder") == "Find a class: Alt+/"


def test_a_class_that_changes_the_keys_of_the_others_is_told_of(opened):
    service = FakeLabellingService(3, "initial", class_names=["cat", "dog"])
    page = opened(service)
    service.add_class("bird")  # takes 3, and nobody's key
    tell(page, service, "asked", "marks")
    assert page.locator(".lada-lab-help").inner_text().startswith("Keys: they number")
    service.add_class("1")  # takes the key of the cat
    tell(page, service, "asked", "marks")
    assert page.locator(".lada-lab-help").inner_text().startswith("The keys have changed. Keys: a class of")
    assert on_buttons(page) == list("2341")
