"""The views on a fake session, in a notebook that JupyterLab shows in a real browser."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from playwright.sync_api import expect

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore.views import AccuracyChart, PlotView, QueryGallery, Stepper, TauChart
"""
ALL_VIEWS = ("Stepper(session)", "TauChart(session)", "AccuracyChart(session)", "QueryGallery(session)")
TAU, ACCURACY = 0, 1


@pytest.fixture(scope="module")
def notebook(module_pages):
    return module_pages.open_cells("views", f"{FAKE}\nsession = FakeSession(delay_s=0.04)", *ALL_VIEWS)


@pytest.fixture
def views(notebook):
    """The four views of a fake session at its very beginning; a cycle takes about a second. One page for all tests."""
    if notebook.stepper.get_attribute("data-rev") != "1":
        notebook.run_all()
    notebook.wait_for_charts(2)
    return notebook


def wait_for_cycle(notebook, cycle: int) -> None:
    """Until the stepper says that the cycle is done and the charts have drawn it."""
    notebook.page.wait_for_function(
        f"() => document.querySelector('.lada-now').textContent.startsWith('Cycle {cycle} done')"
    )
    notebook.page.wait_for_function(
        f"""() => (document.querySelectorAll(".lada-plot-chart")[{ACCURACY}].data ?? [])
                .some((trace) => trace.name === "accuracy" && trace.x.length === {cycle + 1})"""
    )


def test_next_cycle_redraws_tau_accuracy_and_the_queried_images(views, shot):
    assert "No cycle has looked ahead yet" in views.chart(TAU)["message"]
    before = [views.chart(TAU)["rev"], views.chart(ACCURACY)["rev"]]

    with views.passing_through("running"):
        views.button("Next cycle").click()
    wait_for_cycle(views, 1)
    assert "pair 3" in views.page.locator(".lada-gallery").inner_text()
    first = [views.chart(TAU), views.chart(ACCURACY)]
    shot(views, "views_after_cycle_1")
    assert first[0]["rev"] > before[0]
    assert first[1]["rev"] > before[1]
    assert first[0]["traces"]["mean of all pairs"]["x"] == [1]
    assert len(first[0]["traces"]["pair asked about"]["y"]) == 3
    assert first[1]["traces"]["accuracy"]["x"] == [20, 26]
    assert first[1]["traces"]["accuracy"]["y"] == pytest.approx([55, 64])

    views.button("Next cycle").click()
    wait_for_cycle(views, 2)
    second = [views.chart(TAU), views.chart(ACCURACY)]
    assert second[0]["rev"] > first[0]["rev"]
    assert second[1]["rev"] > first[1]["rev"]
    assert second[0]["traces"]["mean of all pairs"]["x"] == [1, 2]
    assert second[1]["traces"]["accuracy"]["x"] == [20, 26, 32]
    assert second[0]["traces"]["pairs asked about"]["y"] != first[0]["traces"]["pairs asked about"]["y"]


def test_names_are_shown_as_text_never_as_html_and_images_pixelated_at_a_visible_size(views):
    views.button("Next cycle").click()
    for view in (".lada-gallery", ".lada-log"):
        views.page.wait_for_function(f"() => document.querySelector('{view}').innerText.includes('<b>Dress</b>')")
    assert views.page.locator(".lada-gallery b, .lada-stepper b").count() == 0
    size = views.page.evaluate(
        """() => { const image = document.querySelector(".lada-gallery img"); const style = getComputedStyle(image);
                   return [image.clientWidth, image.naturalWidth, style.imageRendering]; }"""
    )
    assert size == [96, 28, "pixelated"]


def test_pause_answers_within_a_second_and_resume_goes_on(pages, shot):
    slow = f"{FAKE}\nsession = FakeSession(delay_s=0.04, points=200)"
    views = pages.open_cells("pause", slow, *ALL_VIEWS)
    views.button("Run to the end").click()
    views.wait_for_state("running")
    shot(views, "views_running")
    stage = views.page.get_attribute("[data-stage][data-status='running']", "data-stage")
    assert views.pause_ms() < 1000
    assert f"Paused during {stage}".lower() in views.page.locator(".lada-now").inner_text().lower()
    shot(views, "views_paused")
    now = views.page.locator(".lada-now").inner_text()
    views.page.wait_for_timeout(400)
    assert views.page.locator(".lada-now").inner_text() == now
    views.button("Continue").click()
    views.wait_for_state("running")
    views.button("Stop").click()
    views.wait_for_state("idle")
    assert "Stopped during" in views.page.locator(".lada-now").inner_text()


def test_a_click_is_answered_in_the_page_at_once_and_a_disabled_button_does_nothing(views):
    assert views.button("Pause").get_attribute("aria-disabled") == "true"
    views.button("Pause").click(force=True)
    assert views.stepper.get_attribute("data-asked") is None
    asked = views.page.evaluate(
        """() => { const root = document.querySelector(".lada-stepper");
                   root.querySelector("[data-command=step]").click();
                   return [root.dataset.asked, root.querySelector(".lada-now").textContent]; }"""
    )
    assert asked == ["step", "Asking for the next stage …"]
    views.page.wait_for_selector(".lada-entry")


def test_run_n_cycles_takes_the_number_box_and_says_what_is_wrong_with_it(views):
    box = views.page.get_by_label("Cycles to run")
    box.fill("0")
    box.press("Enter")
    views.page.wait_for_function("() => document.querySelector('.lada-error').textContent.includes('at least 1')")
    box.fill("2")
    box.press("Enter")
    wait_for_cycle(views, 2)
    expect(views.page.locator(".lada-error")).to_be_hidden()


def test_plain_keys_stay_in_the_views(views):
    before = [cell["source"] for cell in views.cells()]
    places = (views.button("Next stage"), views.page.get_by_label("Cycles to run"), views.button("Stop"))
    for place in places:
        place.focus()
        for key in ("1", "2", "d", "d", "z", "m", "a", "b", "x", "Escape", "ArrowDown"):
            views.page.keyboard.press(key)
    views.page.locator(".lada-about").click()
    for key in ("d", "d", "m"):
        views.page.keyboard.press(key)
    views.page.wait_for_timeout(300)
    assert [cell["source"] for cell in views.cells()] == before


def test_the_focus_stays_on_a_button_that_becomes_disabled(views):
    views.button("Next stage").focus()
    with views.passing_through("running"):
        views.page.keyboard.press("Enter")
    assert views.page.evaluate("() => document.activeElement.dataset.command") == "step"


def test_everything_is_shown_again_after_a_page_reload(views):
    views.button("Next cycle").click()
    wait_for_cycle(views, 1)
    shown = views.chart(TAU)["traces"]
    views.reload()
    views.wait_for_charts(2)
    assert views.chart(TAU)["traces"] == shown
    views.button("Next cycle").click()
    wait_for_cycle(views, 2)
    assert views.chart(TAU)["traces"]["mean of all pairs"]["x"] == [1, 2]


def test_charts_follow_the_theme(views, shot):
    views.button("Next cycle").click()
    wait_for_cycle(views, 1)
    assert views.chart(TAU)["theme"] == "light"
    views.show_theme("JupyterLab Dark")
    views.page.wait_for_selector(".lada-plot[data-theme='dark']")
    views.page.wait_for_timeout(500)
    shot(views, "views_dark")
    ink = views.page.evaluate("() => getComputedStyle(document.querySelector('.lada-plot .xtick text')).fill")
    assert min(int(part) for part in ink[4:-1].split(",")[:3]) > 150, ink
    views.show_theme("JupyterLab Light")
    views.page.wait_for_selector(".lada-plot[data-theme='light']")


def test_a_second_notebook_and_a_second_page_show_their_charts(views, pages):
    views.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    other = pages.open_cells("other", f"{FAKE}\nsession = FakeSession()\n_ = session.run(3)", "TauChart(session)")
    other.wait_for_charts(1)
    assert other.chart(TAU)["traces"]["mean of all pairs"]["x"] == [1, 2]
    again = pages.open_path(views.path)
    again.wait_for_charts(2)
    views.button("Next cycle").click()
    for page in (views, again):
        wait_for_cycle(page, 1)
        assert page.chart(ACCURACY)["traces"]["accuracy"]["x"] == [20, 26]


def test_a_page_without_the_carrier_of_plotly_asks_for_it(pages):
    """The first chart brings plotly.js; when it is closed and the page reloaded, nobody brings it unasked."""
    notebook = pages.open_cells(
        "carrier",
        f"{FAKE}\nsession = FakeSession()\n_ = session.run(3)",
        "first = PlotView(message='first')\nchart = TauChart(session)\nfirst.close()\nassert not chart.library",
        "chart",
    )
    notebook.wait_for_charts(1)
    notebook.reload()
    notebook.wait_for_charts(1)
    assert notebook.chart(TAU)["traces"]["mean of all pairs"]["x"] == [1, 2]


def test_a_failing_stage_shows_its_sentence_in_the_page(pages, shot):
    notebook = pages.open_cells(
        "failing",
        f"{FAKE}\nfrom lada_explore.records import Stage\n"
        "session = FakeSession(fail_at=(1, Stage.LOOK_AHEAD), failure=ValueError('look_ahead of cycle 1: V is NaN'))",
        "Stepper(session)",
    )
    notebook.button("Run to the end").click()
    notebook.wait_for_state("failed")
    assert "V is NaN" in notebook.page.get_by_role("alert").inner_text()
    shot(notebook, "stepper_failed")


def test_a_click_on_a_point_comes_back_with_its_customdata(pages):
    notebook = pages.open_cells(
        "click",
        f"{FAKE}\nimport plotly.graph_objects as go, numpy as np\nheard = []\n"
        "ids = np.array([[11, 12], [21, 22]])\n"
        "view = PlotView(go.Figure(go.Scatter(x=[0, 1], y=[0, 1], mode='markers', marker_size=30, customdata=ids)))\n"
        "view.on_click(lambda points: (heard.extend(points), view.show(None, message=str(points[0]['customdata']))))",
        "view",
    )
    notebook.page.wait_for_selector(".lada-plot .points path")
    box = notebook.page.locator(".lada-plot .points path").nth(1).bounding_box()
    # Plotly clicks the point it hovers, so the pointer has to arrive first.
    notebook.page.mouse.move(box["x"] + box["width"] / 2 - 3, box["y"] + box["height"] / 2)
    notebook.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    notebook.page.wait_for_selector(".lada-plot .hoverlayer .hovertext")
    notebook.page.mouse.down()
    notebook.page.mouse.up()
    notebook.page.wait_for_function("() => document.querySelector('.lada-plot-message').textContent === '[21, 22]'")
