"""The labeller in a real browser: by mouse, by keyboard, and looked at in every shape it takes."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from labeller_notebook import all_saved, focus, kernel, open_labeller, press, shown, until
from playwright.sync_api import Error

from lada_explore.views.labeller.roll_call import RollCall

MANY = """
kinds = ("red", "green", "small", "large", "ripe", "sweet", "sour", "wild", "dry", "cut")
fruits = ("apple", "pear", "plum", "fig", "lime", "kiwi", "mango", "grape", "melon", "peach")
service = FakeLabellingService(12, "singles", class_names=[f"{kind} {fruit}" for fruit in fruits for kind in kinds])
service.submit({100: 42, 101: 7})
"""
SEED = """
service = FakeLabellingService(20, "initial", names=[f"scans/plate {i:03}.png" for i in range(20)])
service.submit({100: 3})
service.mark_class_absent(4)
"""
PAIRS = """
service = FakeLabellingService(10)
service.submit({100: 3, 101: 4}, "ann")
service.submit({101: 6}, "bo")
service.flag(102)
"""
LONG = """
odd = 'a "long" <i>name</i> & ' + "ünbroken" * 35
names = [odd + ".png", "scans/" + odd + ".png"]
service = FakeLabellingService(4, "initial", class_names=[odd, "b", odd + "2"], names=names)
service.submit({101: 0})
"""
LOOKS = {"pairs": PAIRS, "seed": SEED, "many": MANY, "long": LONG}


@pytest.mark.parametrize(
    "look", ["pairs", *(pytest.param(look, marks=pytest.mark.thorough) for look in LOOKS if look != "pairs")]
)
def test_it_is_looked_at_in_every_shape(pages, shot, look):
    notebook = open_labeller(pages, f"look-{look}", LOOKS[look])
    for grid in (False, True):
        if grid:
            focus(notebook)  # JupyterLab takes it away with a change of theme
            press(notebook, "v", "g")
            notebook.page.wait_for_selector(".lada-lab-grid")
        for theme in ("Dark", "Light"):
            notebook.show_theme(f"JupyterLab {theme}")
            for width in (1280, 1920):
                notebook.page.set_viewport_size({"width": width, "height": 1000})
                notebook.page.wait_for_timeout(300)
                wide = notebook.page.locator(".lada-labeller").evaluate(
                    "(root) => [root.scrollWidth, root.clientWidth]"
                )
                assert wide[0] <= wide[1] + 1, (theme, width)
                shot(notebook, f"labeller_{look}_{'grid' if grid else 'one'}_{width}_{theme.lower()}", ".lada-labeller")


# By mouse and by keyboard -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def notebook(module_pages):
    return open_labeller(module_pages, "labeller", "service = FakeLabellingService(6)")


@pytest.fixture
def labeller(notebook):
    """A service with six open images of three pairs, on one page for all tests."""
    notebook.run_all()
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    until(notebook, lambda state: state["at"] == 100 and set(state["states"].values()) == {"open"})
    return notebook


def test_a_query_is_answered_by_mouse(labeller):
    for number, label in enumerate([4, 3, 0, 9, 8, 6]):
        labeller.page.locator(f".lada-lab-class [data-label='{label}']").click()
        until(labeller, lambda state, done=number + 1: state["progress"] == f"{done} of 6 answered")
    state = until(labeller, all_saved)
    assert (state["at"], state["saved"]) == (None, "✓ all saved")
    assert kernel(labeller, "service.labels()") == "{100: 4, 101: 3, 102: 0, 103: 9, 104: 8, 105: 6}"
    assert labeller.page.locator(".lada-labeller b").count() == 0


def test_a_query_is_answered_by_keyboard_and_no_key_reaches_jupyterlab(labeller):
    before = [cell["source"] for cell in labeller.cells()]
    focus(labeller)
    press(labeller, "1", "0", "l", "ArrowLeft", "4", "f", "s", "z", "z")
    state = until(labeller, all_saved)
    # 100 is a T-shirt; 101 and, like the last, 102 a Boot; back to 102: a Dress; 103 is flagged and set aside, and
    # both are taken back.
    assert kernel(labeller, "[(a.name, a.id, a.label) for a in service.label_state()]") == (
        "[('label', 100, 0), ('label', 101, 9), ('label', 102, 9), ('label', 102, 3)]"
    )
    assert state["said"] == "Took back: flag of image 103."
    press(
        labeller,
        "d",
        "d",
        "m",
        "y",
        "b",
        "x",
        "c",
        "ArrowDown",
        "ArrowUp",
        "Enter",
        "Escape",
        "#",
        "-",
        "+",
        "v",
        "g",
        "v",
    )
    labeller.page.locator(".lada-lab-sentence").click()
    press(labeller, "d", "d", "y", "1", "2", "z")
    until(labeller, all_saved)
    assert [cell["source"] for cell in labeller.cells()] == before


def test_commands_behind_alt_stay_in_the_labeller_and_open_no_menu(pages):
    notebook = open_labeller(
        pages, "letters", "service = FakeLabellingService(6, class_names=list('abcdefghijklmnopqrstuvwxyz'))"
    )
    before = [cell["source"] for cell in notebook.cells()]
    focus(notebook)
    press(notebook, "z", "s", "Alt+z")
    until(notebook, lambda state: state["at"] == 101 and state["said"] == "Took back: label s of image 101.")
    press(notebook, "Alt+f", "Alt+l", "Alt+s", "Alt+v", "Alt+g")
    until(notebook, lambda state: state["said"].startswith("Set image 102 aside") and all_saved(state))
    assert kernel(notebook, "[(a.name, a.id, a.label) for a in service.label_state()]") == (
        "[('label', 100, 25), ('flag', 101, -1), ('label', 101, 18), ('skip', 102, -1)]"
    )
    assert len(kernel(notebook, "[a.name for a in service.journal]").split(",")) == 5
    assert notebook.page.locator(".lada-lab-grid").count() == 1
    assert notebook.page.locator(".lm-Menu").count() == 0
    assert notebook.page.evaluate("() => document.activeElement.className") == "lada-labeller lada-view"
    assert [cell["source"] for cell in notebook.cells()] == before


FORTY = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from dataclasses import replace
from pathlib import Path
from helpers.small_runs import small_config, small_data
from lada_explore import Explorer
from lada_explore.session.session import Session

data = small_data(labelled=False, tested=False)
names = tuple(f"kind of fruit number {{i}}" for i in range(40))
data = replace(data, train=replace(data.train, class_names=names))
config = small_config("max-entropy", cycles=1, schedule__initial_per_class=1)
session = Session.create(config, Path("run-forty"), data=data)
session.step()
"""
IN_SIGHT = """() => {
    const root = document.querySelector(".lada-labeller");
    const { top } = root.getBoundingClientRect();
    const down = (selector) => root.querySelector(selector).getBoundingClientRect().bottom - top;
    return {
        names: [...root.querySelectorAll(".lada-lab-class .lada-lab-text")].map((some) => some.clientWidth),
        image: down(".lada-lab-figure canvas"), classes: down(".lada-lab-class button"), height: root.offsetHeight,
    };
}"""


def test_in_the_explorer_forty_classes_can_be_read_and_answered_at_every_width(pages, shot):
    notebook = pages.open_cells("forty", FORTY, "explorer = Explorer(session)\nexplorer.show('Label')\nexplorer")
    page = notebook.page
    page.wait_for_selector(".lada-lab-figure canvas[data-painted]")
    assert page.locator(".lada-lab-sentence").inner_text() == (
        "The start asks about 10 images. Still needed: 40 images of 40 classes."
    )
    for width in (1280, 900, 390):
        page.set_viewport_size({"width": width, "height": 1000})
        page.wait_for_timeout(300)
        seen = page.evaluate(IN_SIGHT)
        # Twelve characters of the interface font are at most 110 px wide.
        assert min(seen["names"]) >= 110, (width, seen)
        assert max(seen["image"], seen["classes"]) <= 700, (width, seen)
        assert seen["height"] <= (1200 if width > 390 else 1700), (width, seen)
        shot(notebook, f"labeller_forty_{width}", ".lada-labeller")
    page.set_viewport_size({"width": 900, "height": 1000})
    page.locator("[data-label='12']").click()
    until(notebook, lambda state: state["progress"] == "1 of 10 answered" and all_saved(state))
    assert kernel(notebook, "list(session.labelling.sheet().images[0].answers.values())") == "[12]"


def test_a_class_is_found_among_many_by_typing(pages):
    notebook = open_labeller(pages, "many", MANY)
    focus(notebook)
    press(notebook, "/")
    notebook.page.keyboard.type("sour m")
    press(notebook, "ArrowDown", "Enter")
    state = until(notebook, all_saved)
    assert kernel(notebook, "service.class_names[service.labels()[102]]") == "sour melon"
    assert state["at"] == 103
    press(notebook, "l", "q")
    until(notebook, lambda state: state["progress"] == "5 of 12 answered")
    assert (
        kernel(notebook, "[service.class_names[service.labels()[i]] for i in (103, 104)]")
        == "['sour melon', 'large plum']"
    )


def test_keys_pressed_while_the_kernel_is_slow_are_kept_in_order_and_shown_as_not_saved_yet(pages):
    notebook = open_labeller(pages, "slow", "service = FakeLabellingService(8, delay_s=0.5)")
    focus(notebook)
    press(notebook, "1", "2", "3", "z", "4")
    state = shown(notebook)
    assert state["waiting"] > 2
    assert state["saved"] == f"{state['waiting']} being saved …"
    assert list(state["states"].values()).count("saving") > 0
    until(notebook, all_saved)
    # The fifth key came before the undo was done: the next image had been shown by then.
    assert kernel(notebook, "[(a.name, a.id, a.label, a.stands) for a in service.journal]") == (
        "[('label', 100, 0, True), ('label', 101, 1, True), ('label', 102, 2, False), ('label', 103, 3, True)]"
    )


@pytest.mark.parametrize("leave", ["reload", pytest.param("run_all", marks=pytest.mark.thorough)])
def test_what_a_page_that_is_left_had_not_sent_yet_is_sent_by_the_next(pages, leave):
    """A kernel that is slow but alive: the first answer is under way, those behind it are still in the page."""
    made = "service = globals().get('service') or FakeLabellingService(8, delay_s=0.6)"
    named = (
        "from lada_explore.views.labeller import labeller\nlabeller._name_of_run = lambda service: 'left by its page'"
    )
    view = f"{named}\nLabeller(service)"
    notebook = open_labeller(pages, f"left_{leave}", made, view)
    focus(notebook)
    press(notebook, *"12345")
    assert shown(notebook)["waiting"] > 3
    getattr(notebook, leave)()
    notebook.page.wait_for_selector(".lada-lab-picture[data-painted]")
    until(notebook, lambda state: all_saved(state) and state["progress"] == "5 of 8 answered")
    assert kernel(notebook, "[(a.id, a.label) for a in service.journal]") == (
        "[(100, 0), (101, 1), (102, 2), (103, 3), (104, 4)]"
    )


def test_a_failed_write_stays_on_screen_and_is_sent_again_or_dropped(pages, shot):
    made = (
        "from lada_explore.errors import StoreError\nservice = FakeLabellingService(4)\n"
        "service.refuse = [StoreError('1 answers could not be written (the disk is full)') for _ in range(2)]"
    )
    notebook = open_labeller(pages, "refused", made)
    focus(notebook)
    press(notebook, "1", "2")
    state = until(notebook, lambda state: state["trouble"])
    assert state["trouble"] == ("Not saved: 1 answers could not be written (the disk is full); 1 more wait behind it")
    assert (state["saved"], state["states"]["100"], state["states"]["101"]) == ("2 not saved", "unsaved", "saving")
    shot(notebook, "labeller_refused", ".lada-labeller")
    notebook.page.get_by_role("button", name="Send again").click()
    until(notebook, lambda state: state["trouble"])
    notebook.page.get_by_role("button", name="Drop it").click()
    state = until(notebook, all_saved)
    assert (state["states"]["100"], state["states"]["101"], state["trouble"]) == ("open", "saved", "")
    assert kernel(notebook, "service.labels()") == "{101: 1}"


def test_two_people_share_a_query_and_a_dispute_is_settled(labeller, pages, shot):
    labeller.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    other = pages.open_path(labeller.path)
    other.page.wait_for_selector(".lada-lab-picture[data-painted]")
    name = other.page.get_by_label("Who answers")
    name.fill("bo")
    name.press("Enter")
    until(labeller, lambda state: state["at"] == 100)
    labeller.page.get_by_label("If answers differ").select_option("adjudicate")
    focus(labeller)
    press(labeller, "1", "1")
    until(other, lambda state: state["progress"] == "2 of 6 answered")
    focus(other)
    press(other, "Home", "2")
    state = until(labeller, lambda state: state["states"]["100"] == "disputed")
    assert state["progress"] == "1 of 6 answered, 1 disputed"
    focus(labeller)
    press(labeller, "Home")
    assert "bo: Trouser · person: T-shirt" in labeller.page.locator(".lada-lab-dispute").inner_text()
    shot(labeller, "labeller_disputed", ".lada-labeller")
    labeller.page.get_by_role("button", name="Decide: Trouser").click()
    until(other, lambda state: state["states"]["100"] == "saved")
    assert kernel(labeller, "service.labels()") == "{100: 1, 101: 0}"
    labeller.page.get_by_label("If answers differ").select_option("last")
    until(labeller, all_saved)


def wait_for_people(notebook, *names):
    """Wait until these are at work, for longer than it takes to miss a page whose last message got lost."""
    for _ in range(600):
        if kernel(notebook, "sorted(service.presence())") == str(list(names)):
            return
        notebook.page.wait_for_timeout(100)
    raise AssertionError(kernel(notebook, "service.presence()"))


def open_again(notebook, pages, who):
    """Open the notebook in another browser, where somebody else works."""
    notebook.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    other = pages.open_path(notebook.path)
    other.page.wait_for_selector(".lada-lab-picture[data-painted]")
    name = other.page.get_by_label("Who answers")
    name.fill(who)
    name.press("Enter")
    return other


def test_who_takes_another_name_or_closes_her_page_is_at_work_no_longer(labeller, pages):
    other = open_again(labeller, pages, "bo")
    wait_for_people(labeller, "bo", "person")
    name = other.page.get_by_label("Who answers")
    name.fill("cy")
    name.press("Enter")
    wait_for_people(labeller, "cy", "person")
    other.page.goto("about:blank")
    wait_for_people(labeller, "person")
    labeller.page.evaluate("() => window.jupyterapp.commands.execute('notebook:clear-all-cell-outputs')")
    wait_for_people(labeller)


def test_the_person_of_a_page_that_crashes_is_missed_and_the_others_stay(labeller, pages):
    kernel(labeller, f"vars(__import__('sys').modules[{RollCall.__module__!r}]).update(EVERY_S=1)")
    other = open_again(labeller, pages, "bo")
    wait_for_people(labeller, "bo", "person")
    labeller.page.wait_for_timeout(5_000)  # more than three questions, which both pages answer
    assert kernel(labeller, "sorted(service.presence())") == "['bo', 'person']"
    with pytest.raises(Error):
        other.page.goto("chrome://crash")
    wait_for_people(labeller, "person")
