"""The playground and a question in a notebook that JupyterLab shows in a real browser, with real sessions."""

from __future__ import annotations

import re
import time

import numpy as np
import pytest
from looks import colours_in, wait_until_readable
from playwright.sync_api import expect
from shots import WINDOWS, faults, notebook_still, resize
from test_pair_views_in_jupyterlab import COMMS, WATCH_THE_WIRE

PLAYGROUND = """
from lada_explore import Playground
playground = Playground(dataset="moons", seed=0)
playground.wait()
playground
"""
TWO_PLAYGROUNDS = """
from lada_explore import Playground
beside = Playground(dataset="spiral", method="lada-entinmix", compare="max-entropy", seed=1)
beside.wait()
beside
"""
QUESTION = """
from lada_explore import Question
Question(
    "Where does Beta(0.1, 0.1) put most of its draws?",
    ("in the middle", "near both ends", "evenly"),
    "near both ends",
    why="Its density is highest at 0 and at 1.",
    hints={"evenly": "That is Beta(1, 1)."},
)
"""
NUMBER = 'Question("The mean of Beta(2, 2)?", answer=0.5, tolerance=0.01, why="It is symmetric.")'


@pytest.fixture(scope="module")
def notebook(module_pages):
    opened = module_pages.open_cells("playground", PLAYGROUND, QUESTION, NUMBER)
    opened.page.wait_for_selector(".lada-playground[data-shown='8']", timeout=60_000)
    opened.page.wait_for_selector(".lada-question[data-rev]")
    return opened


def where(notebook) -> str:
    return notebook.page.locator(".lada-pg-where").first.inner_text()


def press(notebook, name: str) -> None:
    notebook.page.locator(".lada-playground").get_by_role("button", name=name, exact=True).click()


def wait_where(notebook, text: str, run: int = 0) -> None:
    notebook.page.wait_for_function(
        "([text, run]) => document.querySelectorAll('.lada-pg-where')[run]?.textContent === text",
        arg=[text, run],
        timeout=60_000,
    )


def choice(notebook, label: str):
    return notebook.page.locator(".lada-playground").get_by_label(label, exact=True)


def readout(notebook) -> tuple[float, float]:
    """tau and V of "tau 0.500: V = 0.712 bits"."""
    words = notebook.page.locator(".lada-pg-pair .lada-mix-readout").first.inner_text()
    return tuple(float(part) for part in re.fullmatch(r"τ ([\d.]+): V = ([\d.]+) bits", words).groups())


def value_of(notebook, expression: str) -> str:
    """How the kernel prints an expression."""
    return notebook.page.evaluate(
        """async (expression) => {
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            const asked = kernel.requestExecute({ code: "", user_expressions: { it: expression } });
            const { content } = await asked.done;
            return content.user_expressions.it.data["text/plain"];
        }""",
        expression,
    )


def integrated(notebook, tau: float) -> float:
    """V of the best queried pair in bits: the mean of its recorded profile over the quantiles of Beta(tau, tau)."""
    records = "playground.runs[0].worker.history[1]"
    pair = f"{records}.subsample.pair_ids.tolist().index({records}.select.pair_ids[0].tolist())"
    np_, beta = "__import__('numpy')", "__import__('scipy.stats').stats.beta"
    lam = f"{beta}.ppf(({np_}.arange(20_000) + 0.5) / 20_000, {tau}, {tau})"
    profile = f"{records}.look_ahead.grid, {records}.look_ahead.profile[{pair}]"
    return float(value_of(notebook, f"float({np_}.interp({lam}, {profile}).mean())"))


def distinct_colours(notebook) -> int:
    return notebook.page.evaluate(
        """() => {
            const canvas = document.querySelector(".lada-pg-canvas");
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const seen = new Set();
            for (let at = 0; at < data.length; at += 4 * 7) seen.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
            return seen.size;
        }"""
    )


def test_it_opens_on_the_query_of_the_first_cycle_without_a_click(notebook, shot):
    assert where(notebook) == "Cycle 1 · Select"
    assert notebook.page.locator(".lada-pg-pair select option", has_text="●").count() == 2
    assert distinct_colours(notebook) > 200
    notebook.page.wait_for_timeout(1000)
    shot(notebook, "playground", ".lada-playground")


def test_dragging_tau_shows_its_look_ahead_value_without_the_kernel(notebook, shot):
    notebook.page.evaluate(WATCH_THE_WIRE)
    star = readout(notebook)
    slider = notebook.page.get_by_label("τ of Beta(τ, τ)").first
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    notebook.page.mouse.move(box["x"] + 0.5 * box["width"], middle)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + 0.1 * box["width"], middle, steps=6)
    notebook.page.mouse.up()
    tau, value = readout(notebook)
    assert 0.1 < tau < 0.3
    assert value != star[1]
    drawn = notebook.page.locator(".lada-density").first.get_attribute("d")
    assert drawn.startswith("M")
    press(notebook, "▲ best τ")
    best = readout(notebook)
    assert best[1] >= max(value, star[1]) - 1e-3
    press(notebook, "◆ τ*")
    assert readout(notebook) == star
    assert notebook.page.evaluate(COMMS) == []
    for shown_tau, shown_value in (star, (tau, value), best):
        # Both are shown to three places, and V is steep where tau is small.
        assert shown_value == pytest.approx(integrated(notebook, shown_tau), abs=2e-3)
    slider.focus()
    notebook.page.keyboard.press("ArrowRight")
    assert readout(notebook)[0] != star[0]
    press(notebook, "◆ τ*")


def test_step_and_back_move_through_the_stages(notebook, shot):
    press(notebook, "Step ▶")
    wait_where(notebook, "Cycle 1 · Query")
    press(notebook, "Step ▶")
    wait_where(notebook, "Cycle 1 · Train")
    press(notebook, "◀ Back")
    press(notebook, "◀ Back")
    wait_where(notebook, "Cycle 1 · Select")
    press(notebook, "◀ Back")
    wait_where(notebook, "Cycle 1 · Look ahead")
    assert notebook.page.locator(".lada-pg-pair select option", has_text="●").count() == 0
    shot(notebook, "playground_look_ahead", ".lada-playground")
    press(notebook, "Cycle ▶▶")
    wait_where(notebook, "Cycle 1 · Evaluate")
    for stage in ("Subsample", "Score", "Look ahead"):
        press(notebook, "Step ▶")
        wait_where(notebook, f"Cycle 2 · {stage}")
    press(notebook, "Cycle ▶▶")
    wait_where(notebook, "Cycle 2 · Evaluate")
    shot(notebook, "playground_evaluated", ".lada-playground")


def test_play_goes_on_by_itself_until_it_is_paused(notebook):
    choice(notebook, "Pace").select_option("cycle 700")
    press(notebook, "▶ Play")
    wait_where(notebook, "Cycle 4 · Evaluate")
    press(notebook, "❚❚ Pause")
    # The cycle under way is run to its end; the page would ask for the next one 0.7 s later.
    stages = value_of(notebook, "playground.wait() or len(playground.runs[0].moments())")
    notebook.page.wait_for_timeout(1500)
    assert value_of(notebook, "playground.wait() or len(playground.runs[0].moments())") == stages


def test_a_student_answers_by_clicking_a_class(notebook, shot):
    choice(notebook, "Who answers").select_option("person")
    cycle = int(re.search(r"\d+", where(notebook)).group()) + 1
    press(notebook, "Cycle ▶▶")
    notebook.page.wait_for_selector(".lada-pg-answer:not([hidden]) button", timeout=30_000)
    wait_where(notebook, f"Cycle {cycle} · Select")
    notebook.page.wait_for_timeout(900)
    shot(notebook, "playground_answer", ".lada-playground")
    for left in (4, 3, 2):
        notebook.page.locator(".lada-pg-ask", has_text=f"({left} to answer)").wait_for()
        notebook.page.locator(".lada-pg-answer").get_by_role("button", name="orange").click()
    notebook.page.locator(".lada-pg-ask", has_text="(1 to answer)").wait_for()
    # The last one by its key.
    notebook.page.locator(".lada-pg-answer button").first.focus()
    notebook.page.keyboard.press("1")
    wait_where(notebook, f"Cycle {cycle} · Evaluate")
    answers = value_of(notebook, "[r.tolist() for r in [playground.runs[0].worker.history[-1].query.labels]]")
    assert answers == "[[1, 1, 1, 0]]"
    choice(notebook, "Who answers").select_option("truth")


def test_two_methods_stand_beside_each_other_from_one_start(notebook, shot):
    choice(notebook, "Compare with").select_option("max-entropy")
    wait_where(notebook, "Cycle 1 · Select", 1)
    notebook.page.wait_for_timeout(1000)
    shot(notebook, "playground_two", ".lada-playground")
    words = notebook.page.locator(".lada-pg-run").nth(1).inner_text()
    assert "This method scores single points" in words
    for _ in range(3):
        press(notebook, "Step ▶")
    wait_where(notebook, "Cycle 1 · Evaluate", 0)
    wait_where(notebook, "Cycle 1 · Evaluate", 1)
    press(notebook, "Cycle ▶▶")
    wait_where(notebook, "Cycle 2 · Evaluate", 0)
    wait_where(notebook, "Cycle 2 · Evaluate", 1)
    choice(notebook, "Background").select_option("entropy")
    shot(notebook, "playground_two_entropy", ".lada-playground")
    choice(notebook, "Background").select_option("classes")
    choice(notebook, "Compare with").select_option("")


def test_points_drawn_by_hand_become_a_run(notebook, shot):
    press(notebook, "Draw points")
    canvas = notebook.page.locator(".lada-pg-canvas").first
    box = canvas.bounding_box()
    for name, x, y in (("blue", 0.25, 0.3), ("blue", 0.3, 0.7), ("orange", 0.7, 0.4), ("orange", 0.75, 0.75)):
        notebook.page.locator(".lada-pg-sketch").get_by_role("button", name=name).click()
        canvas.click(position={"x": x * box["width"], "y": y * box["height"]})
    notebook.page.locator(".lada-pg-count", has_text="48 points").wait_for()
    shot(notebook, "playground_draw", ".lada-playground")
    press(notebook, "Undo")
    notebook.page.locator(".lada-pg-count", has_text="36 points").wait_for()
    press(notebook, "Use these points")
    notebook.page.wait_for_function(
        "() => document.querySelector('[aria-label=\"Data set\"]').value === 'points:drawn'"
    )
    wait_where(notebook, "Cycle 1 · Select")
    drawn = value_of(notebook, "len(playground.start.points), playground.runs[0].worker.config.data.points[0][2]")
    assert drawn == "(36, 0)"
    shot(notebook, "playground_drawn", ".lada-playground")


def test_plain_keys_stay_in_the_view(notebook):
    cells = [entry["source"] for entry in notebook.cells()]
    notebook.page.locator(".lada-playground").get_by_role("button", name="Step ▶").focus()
    for key in ("d", "d", "m", "a", "b", "z"):
        notebook.page.keyboard.press(key)
    notebook.page.wait_for_timeout(300)
    assert [entry["source"] for entry in notebook.cells()] == cells


def test_it_is_shown_again_after_a_reload_and_in_the_dark(notebook, shot):
    now = where(notebook)
    notebook.reload()
    notebook.page.wait_for_selector(".lada-playground[data-shown]")
    assert where(notebook) == now
    notebook.show_theme("JupyterLab Dark")
    notebook.page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    notebook.page.wait_for_timeout(800)
    shot(notebook, "playground_dark", ".lada-playground")
    corner = notebook.page.evaluate(
        "() => Array.from(document.querySelector('.lada-pg-canvas').getContext('2d').getImageData(4, 4, 1, 1).data)"
    )
    assert np.mean(corner[:3]) < 160
    notebook.show_theme("JupyterLab Light")
    notebook.page.wait_for_selector("body[data-jp-theme-light='true']", state="attached")


def test_a_question_checks_an_answer_before_it_says_why(notebook, shot):
    question = notebook.page.locator(".lada-question").first
    assert "highest at 0" not in question.inner_html()
    question.get_by_label("evenly").check()
    question.get_by_role("button", name="Check").click()
    notebook.page.wait_for_selector(".lada-question[data-verdict='wrong']")
    assert "That is Beta(1, 1)." in question.inner_text()
    assert "highest at 0" not in question.inner_text()
    shot(notebook, "question_wrong", ".lada-question")
    question.get_by_label("near both ends").check()
    question.get_by_role("button", name="Check").click()
    notebook.page.wait_for_selector(".lada-question[data-verdict='right']")
    assert "Its density is highest at 0 and at 1." in question.inner_text()
    shot(notebook, "question_right", ".lada-question")


def test_a_number_is_taken_with_its_tolerance(notebook):
    question = notebook.page.locator(".lada-question").nth(1)
    box = question.get_by_label("Your answer, a number")
    box.fill("half")
    box.press("Enter")
    notebook.page.wait_for_function(
        "() => document.querySelectorAll('.lada-question')[1].innerText.includes('is no number')"
    )
    box.fill("0.45")
    box.press("Enter")
    question.locator("xpath=self::*[@data-verdict='wrong']").wait_for()
    question.get_by_role("button", name="Show the answer").click()
    question.locator("xpath=self::*[@data-verdict='shown']").wait_for()
    assert "The answer is: 0.5, give or take 0.01" in question.inner_text()
    box.fill("0.505")
    box.press("Enter")
    question.locator("xpath=self::*[@data-verdict='right']").wait_for()


def test_a_button_says_that_it_was_asked_while_the_kernel_is_busy(notebook):
    page = notebook.page
    before = where(notebook)
    page.evaluate(
        """() => {
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            kernel.requestExecute({ code: "import time\\nwith playground._lock: time.sleep(4)" });
        }"""
    )
    page.wait_for_function(
        "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'"
    )
    press(notebook, "◀ Back")
    place = page.locator(".lada-pg-place")
    expect(place).to_have_text("Back: waiting for the kernel …")
    expect(page.locator(".lada-playground")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".lada-pair-button.lada-asked")).to_have_text("◀ Back")
    expect(place).to_have_text("The kernel is busy; it will answer when its cell is done.")
    expect(page.locator(".lada-playground .lada-asked")).to_have_count(0, timeout=20_000)
    assert where(notebook) != before
    assert place.inner_text().startswith("stage ")
    assert page.locator(".lada-playground").get_attribute("aria-busy") is None


@pytest.mark.parametrize("width", [1280, pytest.param(900, marks=pytest.mark.thorough), 390])
def test_the_playground_can_be_read_at_every_width(notebook, width):
    notebook.page.set_viewport_size({"width": width, "height": 1500})
    wait_until_readable(notebook.page, ".jp-OutputArea-output:has(.lada-playground)")
    assert colours_in(notebook.page, ".lada-pg-canvas")[0] > 50
    notebook.page.set_viewport_size({"width": 1280, "height": 1500})


def broken_in(notebook, width: int) -> list[str]:
    """What is wrong with the looks of the playground in a window."""
    resize(notebook.page, width)
    output = ".jp-OutputArea-output:has(.lada-playground)"
    notebook_still(notebook, output)
    end = time.monotonic() + 10  # a busy browser says late that its window has another size
    while (broken := faults(notebook.page, output)) and time.monotonic() < end:
        notebook.page.wait_for_timeout(100)
    return broken


@pytest.mark.parametrize(
    "width", [1280, *(pytest.param(width, marks=pytest.mark.thorough) for width in (900, 1600, 1920))]
)
def test_the_playground_fits_into_the_window(notebook, width):
    assert broken_in(notebook, width) == []


BOXES = """() => ({
    planes: [...document.querySelectorAll(".lada-pg-run .lada-pg-plane")].map((one) => one.getBoundingClientRect()),
    window: document.querySelector(".jp-WindowedPanel-outer").getBoundingClientRect().bottom,
})"""


def test_two_playgrounds_stand_side_by_side_and_fit_into_the_window_too(module_pages):
    notebook = module_pages.open_cells("playgrounds", TWO_PLAYGROUNDS)
    page = notebook.page
    page.wait_for_selector(".lada-playground[data-shown='8']", timeout=60_000)
    for _ in range(6):
        for width in WINDOWS:
            assert broken_in(notebook, width) == [], (where(notebook), width)
            boxes = page.evaluate(BOXES)
            left, right = boxes["planes"]
            assert abs(left["y"] - right["y"]) < 60  # one says more above it than the other
            assert right["x"] > left["x"] + left["width"]
            assert max(left["bottom"], right["bottom"]) < boxes["window"]
        if where(notebook) == "Cycle 1 · Train":
            return
        before = page.locator(".lada-pg-place").inner_text()
        press(notebook, "Step ▶")
        expect(page.locator(".lada-pg-place")).not_to_have_text(before, timeout=60_000)
    raise AssertionError(f"six steps led to {where(notebook)}, not to the end of cycle 1")
