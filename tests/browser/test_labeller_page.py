"""The labeller's page on messages that the test plays: keys, focus, many classes, and messages in any order."""

from __future__ import annotations

import json
from itertools import permutations

import pytest
from bare import show_bare, state_of
from helpers.fake_service import FakeLabellingService

KINDS = ("red", "green", "small", "large", "ripe", "sweet", "sour", "wild", "dry", "cut")
FRUITS = ("apple", "pear", "plum", "fig", "lime", "kiwi", "mango", "grape", "melon", "peach")


def words(n: int) -> list[str]:
    return [f"{KINDS[i % 10]} {FRUITS[i // 10 % 10]} of tree number {i}" for i in range(n)]


@pytest.fixture(scope="module")
def blank(browser):
    """One page for all tests, and what went wrong in it."""
    page, troubles = browser.new_page(), []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    yield page, troubles
    page.close()


@pytest.fixture
def opened(blank):
    """Fills the page with the labeller of a service, which has the focus; fails on what goes wrong in it."""
    page, troubles = blank

    def show(service):
        show_bare(page, service)
        page.locator(".lada-labeller").focus()
        return page

    yield show
    assert troubles == []


def sent(page, kind: str = "act") -> list[dict]:
    return page.evaluate("(kind) => model.sent.filter(({ type }) => type === kind)", kind)


def tell(page, service, *names: str) -> None:
    """The kernel sends these parts of what the service is now."""
    state = state_of(service)
    for name in names:
        page.evaluate("([name, value]) => model.set(name, value)", [name, state[name]])


def acknowledge(page, **more) -> None:
    """The kernel acknowledges what was sent last."""
    action = sent(page)[-1]
    ack = {"type": "ack", "page": action["page"], "seq": action["seq"], "ok": True, "say": "", "show": -1} | more
    page.evaluate("(ack) => model.tell(ack)", ack)


def dispatch(page, service) -> None:
    """The service does what the page sent last, and the page hears of it."""
    action = sent(page)[-1]
    if action["name"] == "label":
        service.submit({action["id"]: action["label"]})
    elif action["name"] == "mark_class_absent":
        service.mark_class_absent(action["label"])
    tell(page, service, "asked", "marks")
    acknowledge(page)


def at(page) -> str:
    return page.locator(".lada-labeller").get_attribute("data-at")


# What is looked at ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("order", list(permutations(["asked", "marks", "ack"])), ids=" ".join)
def test_the_next_seed_batch_is_begun_in_whatever_order_the_messages_come(opened, order):
    service = FakeLabellingService(3, "initial", per_class=99)
    page = opened(service)
    for batch in (1, 2, 3):
        for _ in range(2):
            page.keyboard.press("1")
            dispatch(page, service)
        page.keyboard.press("2")
        last = sent(page)[-1]
        service.submit({last["id"]: 1})
        service.ids += range(max(service.ids) + 1, max(service.ids) + 4)
        for name in order:
            if name == "ack":
                acknowledge(page)
            else:
                tell(page, service, name)
        assert at(page) == str(100 + 3 * batch)
        assert page.locator(".lada-lab-stage canvas").count() == 1
        current = page.locator(".lada-lab-strip .lada-lab-card[aria-pressed='true']")
        assert (current.get_attribute("data-id"), current.get_attribute("data-state")) == (at(page), "open")
    assert [(act["id"], act["label"]) for act in sent(page)] == [(100 + i, i % 3 // 2) for i in range(9)]


def test_an_answer_that_is_dropped_or_taken_back_by_another_page_is_looked_at_again(opened):
    service = FakeLabellingService(1, "singles")
    page = opened(service)
    page.keyboard.press("1")
    assert at(page) == ""
    acknowledge(page, ok=False, say="The disk is full.")
    page.get_by_role("button", name="Drop it").click()
    assert at(page) == "100"
    page.keyboard.press("1")
    dispatch(page, service)
    assert at(page) == ""
    service.undo()
    tell(page, service, "marks")
    assert at(page) == "100"


# Keys -------------------------------------------------------------------------------------------------------------

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
        (["a", "A"], "12", "by place, 1 to 2 (1 is a, 2 is A)."),
        (["cat", "dog"], "12", "by place, 1 to 2 (1 is cat, 2 is dog)."),
        (words(11), "1234567890a", "by place, 1 to 9, 0, then letters (1 is red apple o…, 2 is green apple…)."),
    ],
)
def test_elsewhere_the_keys_count_by_place_and_the_help_line_says_so(opened, names, keys, says):
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    assert on_buttons(page) == list(keys)
    assert meanings(page, names, list(keys)) == dict(zip(keys, names, strict=True))
    assert page.locator(".lada-lab-help").inner_text() == f"Keys: they count the classes {says}"


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
        "Keys: they count the classes by place, 1 to 9, 0, then letters (1 is red apple o…, 2 is green apple…); the "
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
    assert page.get_by_role("button", name="Larger").locator("kbd").inner_text() == "+"
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


def test_zoom_and_find_move_too_where_signs_are_classes(opened):
    page = opened(FakeLabellingService(3, "singles", class_names=list("+-/=")))
    width = "() => document.querySelector('.lada-lab-figure canvas').getBoundingClientRect().width"
    before = page.evaluate(width)
    page.evaluate(PRESSED, {"key": "≠", "code": "Equal", "altKey": True})
    larger = page.evaluate(width)
    page.keyboard.press("Alt+-")
    assert (larger > before, page.evaluate(width)) == (True, before)
    page.keyboard.press("Alt+/")
    assert page.evaluate("() => document.activeElement.getAttribute('aria-label')") == "Find a class"
    assert page.get_by_label("Find a class").get_attribute("placeholder") == "Find a class: Alt+/"


def test_a_class_that_changes_the_keys_of_the_others_is_told_of(opened):
    service = FakeLabellingService(3, "initial", class_names=["cat", "dog"])
    page = opened(service)
    service.add_class("bird")  # takes 3, and nobody's key
    tell(page, service, "asked", "marks")
    assert page.locator(".lada-lab-help").inner_text().startswith("Keys: they count")
    service.add_class("1")  # takes the key of the cat
    tell(page, service, "asked", "marks")
    assert page.locator(".lada-lab-help").inner_text().startswith("The keys have changed. Keys: a class of")
    assert on_buttons(page) == list("2341")


# Focus ------------------------------------------------------------------------------------------------------------


def disputed() -> FakeLabellingService:
    service = FakeLabellingService(2, "initial")
    service.rule = "adjudicate"
    service.submit({100: 3}, "ann")
    service.submit({100: 4}, "bo")
    service.skipped = [99]
    return service


def adjudicated(service: FakeLabellingService) -> None:
    service.adjudicate(100, 3)


def closed(service: FakeLabellingService) -> None:
    service.kind = "pairs"


def asked_again(service: FakeLabellingService) -> None:
    service.skipped = []


def others_asked(service: FakeLabellingService) -> None:
    service.ids = [200, 201]


def renamed(service: FakeLabellingService) -> None:
    service.class_names = ["another"]


@pytest.mark.parametrize(
    ("control", "change"),
    [
        (".lada-lab-dispute button", adjudicated),
        (".lada-lab-no-more >> nth=5", lambda service: service.mark_class_absent(5)),
        (".lada-lab-new", closed),
        ("button:has-text('Add class')", closed),
        ("button:has-text('Ask these again')", asked_again),
        (".lada-lab-strip .lada-lab-card >> nth=1", others_asked),
        (".lada-lab-class button >> nth=4", renamed),
    ],
)
def test_a_control_that_goes_away_leaves_the_focus_in_the_labeller(opened, control, change):
    service = disputed()
    page = opened(service)
    page.keyboard.press("Home")
    page.locator(control).first.focus()
    change(service)
    tell(page, service, "asked", "marks")
    # A hidden element loses the focus when the page is drawn next.
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    focused = page.evaluate(
        """() => ({
            inside: document.querySelector(".lada-labeller").contains(document.activeElement),
            seen: document.activeElement.checkVisibility({ visibilityProperty: true }),
        })"""
    )
    assert focused == {"inside": True, "seen": True}


def test_no_more_by_keyboard_and_the_next_key_answers(opened):
    service = FakeLabellingService(3, "initial")
    page = opened(service)
    page.locator(".lada-lab-no-more").nth(4).focus()
    page.keyboard.press("Enter")
    dispatch(page, service)
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.keyboard.press("2")
    assert [(act["name"], act["label"]) for act in sent(page)] == [("mark_class_absent", 4), ("label", 1)]


@pytest.mark.parametrize(
    ("kind", "says"), [("initial", "guess: none, no model has looked at this image"), ("pairs", "guess: {}, 62 %")]
)
def test_asking_for_the_guess_is_answered_also_where_there_is_none(opened, kind, says):
    service = FakeLabellingService(4, kind)
    page = opened(service)
    guess = page.locator(".lada-lab-guess")
    assert guess.count() == 0
    page.keyboard.press("g")
    looked_at = service.class_names[(int(at(page)) + 1) % len(service.class_names)]
    assert guess.text_content() == says.format(looked_at)


# Many classes -----------------------------------------------------------------------------------------------------

MEASURED = """() => {
    const root = document.querySelector(".lada-labeller");
    const top = root.getBoundingClientRect().top;
    const bottom = (selector) => root.querySelector(selector).getBoundingClientRect().bottom - top;
    const ink = document.createElement("canvas").getContext("2d");
    const buttons = [...root.querySelectorAll(":is(.lada-lab-class > :first-child, .lada-lab-dispute button)")];
    const textOf = (button) => button.querySelector(".lada-lab-text").textContent;
    const short = buttons
        .map((button) => button.querySelector(".lada-lab-text"))
        .filter((name) => {
            ink.font = getComputedStyle(name).font;
            return name.clientWidth < Math.min(name.scrollWidth, ink.measureText(name.textContent.slice(0, 12)).width);
        });
    return {
        short: short.map((name) => `${name.textContent}: ${name.clientWidth}`),
        titled: buttons.every((some) => some.title.includes(textOf(some).replace("Settle as ", ""))),
        image: bottom(".lada-lab-figure canvas"), classes: bottom(".lada-lab-class .lada-lab-button"),
        height: root.offsetHeight, buttons: root.querySelectorAll("button").length,
        wide: root.scrollWidth - root.clientWidth,
        drawn: root.querySelector(".lada-lab-figure canvas").width > 1,
    };
}"""


@pytest.mark.parametrize("kind", ["initial", "pairs"])
@pytest.mark.parametrize("n", [2, 10, 20, 40, 200, 1000])
def test_names_can_be_read_and_image_and_classes_stand_near_the_top(opened, n, kind):
    service = FakeLabellingService(30, kind, class_names=words(n))
    service.rule = "adjudicate"
    service.submit({100: 0}, "ann")
    service.submit({100: 1}, "bo")
    page = opened(service)
    page.keyboard.press("Home")
    # The view beside JupyterLab's side bar, in pages of 1920 down to 390 pixels.
    for width in (1600, 1240, 860, 560, 320):
        page.set_viewport_size({"width": width, "height": 1500})
        page.wait_for_selector(".lada-lab-figure canvas[data-painted]")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        measured = page.evaluate(MEASURED)
        assert (measured["short"], measured["titled"], measured["drawn"]) == ([], True, True), width
        assert max(measured["image"], measured["classes"]) <= 700, (width, measured)
        assert measured["height"] <= (1150 if width > 320 else 1650), (width, measured)
        assert measured["buttons"] <= 160, (width, measured)
        assert measured["wide"] <= 1, width


def test_of_a_thousand_classes_every_one_is_reached_by_scrolling_and_counts_open_on_demand(opened):
    names = words(1000)
    service = FakeLabellingService(30, "initial", class_names=names)
    page = opened(service)
    assert page.locator(".lada-lab-no-more").count() == 0
    counts = page.get_by_role("button", name="Still to find")
    assert counts.inner_text() == "Still to find: 2,000 of 1,000 classes"
    counts.click()
    page.locator(".lada-lab-list").evaluate("(list) => list.scrollTo(0, list.scrollHeight)")
    last = page.locator(".lada-lab-class:has([data-label='999'])")
    assert last.locator(".lada-lab-wanted").inner_text() == "2 to find"
    assert page.evaluate(MEASURED)["short"] == []
    last.get_by_role("button", name="no more").click()
    dispatch(page, service)
    assert last.locator(".lada-lab-wanted").inner_text() == "no more"
    page.locator("[data-label='998']").click()
    assert [(act["name"], act["label"]) for act in sent(page)] == [("mark_class_absent", 999), ("label", 998)]
    counts.click()
    assert page.locator(".lada-lab-no-more").count() == 0


def test_the_list_of_many_is_tabbed_through_beyond_what_stands_in_the_page(opened):
    page = opened(FakeLabellingService(3, "singles", class_names=words(200)))
    page.locator("[data-label='0']").focus()
    for _ in range(70):
        page.keyboard.press("Tab")
        page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("() => document.activeElement.dataset.label") == "70"


def test_a_name_that_is_typed_in_full_is_found_before_those_that_hold_it(opened):
    names = [*words(30), "damson plum", "plum tart", "Plum"]
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    page.keyboard.press("/")
    page.keyboard.type("plum")
    shown = page.locator(".lada-lab-class .lada-lab-text").all_inner_texts()
    assert shown[:2] == ["Plum", "plum tart"]
    assert shown[2:] == [name for name in names if "plum" in name and name != "plum tart"]
    page.keyboard.press("Enter")
    assert sent(page)[-1]["label"] == names.index("Plum")


def test_enter_that_ends_a_word_of_an_input_method_answers_and_adds_nothing(opened):
    page = opened(FakeLabellingService(3, "initial", class_names=["猫", "犬"]))
    for name in ("filter", "new"):
        page.locator(f".lada-lab-{name}").fill("猫")
        page.locator(f".lada-lab-{name}").dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        assert page.locator(f".lada-lab-{name}").input_value() == "猫"
    assert sent(page) == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [("  ", "Type the name of the further class first."), (" cat ", "The class cat is there already.")],
)
def test_a_further_class_that_cannot_be_is_not_asked_for(opened, typed, said):
    page = opened(FakeLabellingService(3, "initial", class_names=["cat", "dog"]))
    page.locator(".lada-lab-new").fill(typed)
    page.keyboard.press("Enter")
    assert page.locator(".lada-lab-said").inner_text() == said
    page.keyboard.press("1")
    assert [act["name"] for act in sent(page)] == ["label"]


def test_what_is_found_by_typing_is_shown_in_full(opened):
    names = words(1000)
    names[777] = "s. " + "a very long name of a class " * 6
    page = opened(FakeLabellingService(3, "singles", class_names=names))
    page.keyboard.press("/")
    page.keyboard.type("s. a very")
    full = """() => [...document.querySelectorAll(".lada-lab-class .lada-lab-text")]
        .map((some) => [some.textContent, some.scrollWidth <= some.clientWidth])"""
    assert page.evaluate(full) == [[names[777], True]]
    page.keyboard.press("Enter")
    assert (sent(page)[-1]["label"], page.locator(".lada-lab-filter").input_value()) == (777, "")
    acknowledge(page)
    page.keyboard.press("/")
    page.keyboard.type("tree")
    assert page.locator(".lada-lab-class").count() == 40
    assert page.locator(".lada-lab-none").inner_text() == "959 more have that in their name; type more of it."
    for _ in range(50):
        page.keyboard.press("ArrowDown")
    best = page.locator(".lada-lab-best")
    assert json.loads(best.locator("button").first.get_attribute("data-label")) == 39
    page.keyboard.press("Enter")
    assert sent(page)[-1]["label"] == 39
