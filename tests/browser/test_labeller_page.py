"""The labeller's page on messages that the test plays: keys, focus, many classes, and messages in any order."""

from __future__ import annotations

from itertools import permutations

import pytest
from helpers.fake_service import FakeLabellingService
from labeller_page import acknowledge, at, dispatch, sent, tell

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


def test_a_command_in_what_could_not_be_saved_is_code(opened):
    page = opened(FakeLabellingService(2, "singles"))
    page.keyboard.press("1")
    acknowledge(page, ok=False, say="The journal is cut; let `lada-explore repair run` keep what it can.")
    said = page.get_by_text("Not saved: The journal is cut; let lada-explore repair run keep what it can.")
    said.wait_for()
    assert said.locator("code").all_inner_texts() == ["lada-explore repair run"]
    page.get_by_role("button", name="Drop it").click()


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


# Focus ------------------------------------------------------------------------------------------------------------


def disputed() -> FakeLabellingService:
    service = FakeLabellingService(4, "initial")
    service.rule = "adjudicate"
    service.submit({102: 0, 103: 1}, "ann")
    service.submit({100: 3}, "ann")
    service.submit({100: 4}, "bo")
    service.skipped = [99]
    return service


def adjudicated(service: FakeLabellingService) -> None:
    service.adjudicate(100, 3)


def closed(service: FakeLabellingService) -> None:
    service.kind = "pairs"


def ended(service: FakeLabellingService) -> None:
    service.end_seed_round()


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
        ("button:has-text('Enough')", ended),
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


def test_the_start_is_ended_by_a_button_that_shows_once_two_classes_are_found(opened):
    service = FakeLabellingService(6, "initial")
    page = opened(service)
    button = page.get_by_role("button", name="Enough, start training")
    for key, shown in (("1", 0), ("1", 0), ("2", 1)):
        page.keyboard.press(key)
        dispatch(page, service)
        assert button.count() == shown
    button.focus()
    page.keyboard.press("Enter")
    assert sent(page)[-1]["name"] == "end_seed_round"
    dispatch(page, service)
    assert button.count() == 0
    page.keyboard.press("z")
    dispatch(page, service)
    assert button.count() == 1


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


def test_new_images_are_looked_for_by_a_button_where_the_run_can_take_them_and_what_came_of_it_is_said(opened):
    page = opened(FakeLabellingService(3, "singles"))
    button = page.get_by_role("button", name="Look for new images")
    page.keyboard.press("ArrowRight")
    assert button.count() == 0
    page.evaluate("() => model.set('may_find', true)")
    page.keyboard.press("ArrowRight")
    button.click()
    assert sent(page)[-1]["name"] == "look_for_images"
    found = page.locator(".lada-lab-found")
    say = "(more) => model.set('marks', { ...model.get('marks'), ...more })"
    page.evaluate(say, {"looks": True, "found": "Looking for new images: 120 of 5,000 images read …"})
    acknowledge(page)
    assert found.inner_text() == "Looking for new images: 120 of 5,000 images read …"
    button.click(force=True)  # though it is disabled
    assert len(sent(page)) == 1
    page.evaluate(say, {"looks": False, "found": "3 images were added."})
    assert found.inner_text() == "3 images were added."
    button.click()
    assert len(sent(page)) == 2
