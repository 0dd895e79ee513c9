"""The duel and the seeds of the playground in JupyterLab: played by click, touch and keys, and restored by a reload."""

from __future__ import annotations

import pytest
from accessibility import serious
from playwright.sync_api import expect
from shots import faults, notebook_still, resize
from test_playground_in_jupyterlab import choice, press

PLAYGROUND = """
from lada_explore import Playground
playground = Playground(dataset="moons", seed=0)
playground.wait()
playground
"""
VIEW = ".lada-playground"
OUTPUT = ".jp-OutputArea-output:has(.lada-playground)"
DUEL_S = 60_000
"""Longest wait for a round, in ms: two trainings on a busy machine."""


@pytest.fixture(scope="module")
def notebook(module_pages):
    opened = module_pages.open_cells("playground_duel", PLAYGROUND)
    opened.page.wait_for_selector(f"{VIEW}[data-shown='8']", timeout=60_000)
    return opened


@pytest.fixture
def duel(notebook):
    return notebook.page.locator(".lada-pg-duel")


def candidates(duel):
    return duel.locator(".lada-pg-pick")


def phase(duel, name: str) -> None:
    expect(duel).to_have_attribute("data-phase", name, timeout=DUEL_S)


def pick(duel, row: int) -> None:
    """Click a candidate where it is farthest from all others."""
    at = duel.evaluate(CLEAR_PLACE, row)
    duel.locator(".lada-pg-picker").click(position={"x": at[0], "y": at[1]})


CLEAR_PLACE = """(root, row) => {
    const ends = [...root.querySelectorAll(".lada-pg-pick")].map((made) => {
        const dots = [...made.querySelectorAll("circle.lada-pg-mark")];
        const [first, last = first] = dots.map((dot) => [+dot.getAttribute("cx"), +dot.getAttribute("cy")]);
        return [first, last];
    });
    const away = ([x, y], [[x1, y1], [x0, y0]]) => {
        const squared = (x1 - x0) ** 2 + (y1 - y0) ** 2 || 1;
        const along = Math.min(1, Math.max(0, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / squared));
        return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0));
    };
    const [one, other] = ends[row];
    let [best, most] = [one, -1];
    for (let part = 0; part <= 40; part += 1) {
        const place = [0, 1].map((axis) => other[axis] + (part / 40) * (one[axis] - other[axis]));
        const room = Math.min(...ends.filter((_, n) => n !== row).map((pair) => away(place, pair)));
        if (room > most) [best, most] = [place, room];
    }
    return best;
}"""
"""The place on a candidate that is farthest from all others."""


def round_of(duel, rows) -> None:
    """Pick two pairs by clicks, and let both train."""
    phase(duel, "picking")
    for row in rows:
        pick(duel, row)
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("2 of 2 picked")
    duel.get_by_role("button", name="That is my choice").click()


def test_the_person_picks_before_the_method_and_both_are_shown_side_by_side(notebook, duel, shot):
    press(notebook, "Play against the method")
    phase(duel, "picking")
    expect(duel.locator(".lada-pg-duel-title")).to_have_text("Round 1 of 5, seed 1")
    expect(candidates(duel)).to_have_count(30)
    go = duel.get_by_role("button", name="That is my choice")
    expect(go).to_have_attribute("aria-disabled", "true")
    notebook_still(notebook, OUTPUT)
    assert serious(notebook.page, VIEW) == []
    shot(notebook, "duel_picking", VIEW)
    pick(duel, 3)
    expect(candidates(duel).nth(3)).to_have_attribute("aria-pressed", "true")
    pick(duel, 3)
    expect(candidates(duel).nth(3)).to_have_attribute("aria-pressed", "false")
    pick(duel, 3)
    pick(duel, 7)
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("2 of 2 picked")
    pick(duel, 11)  # more than the query takes
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("2 of 2 picked")
    shot(notebook, "duel_picked", VIEW)
    go.click()
    phase(duel, "shown")
    expect(duel.locator(".lada-pg-duel-name")).to_have_text(["You", "lada-entinmix"])
    expect(duel.locator(".lada-duel-board tr")).to_have_count(3)
    expect(duel.locator(".lada-pg-duel-says")).to_contain_text("Test points right after 8 labels: you ")
    notebook_still(notebook, OUTPUT)
    notebook.page.wait_for_timeout(900)
    shot(notebook, "duel_trained", VIEW)
    duel.get_by_label("What to look at").select_option("chosen")
    expect(duel.locator(".lada-pg-canvas").first).to_have_attribute("aria-label", "Cycle 1 · Select: 4 labelled points")
    duel.get_by_label("Background of both").select_option("entropy")
    notebook.page.wait_for_timeout(900)
    assert serious(notebook.page, VIEW) == []
    shot(notebook, "duel_chosen", VIEW)
    duel.get_by_label("Background of both").select_option("classes")


def test_keys_pick_too_and_a_reload_in_the_middle_changes_nothing(notebook, duel, shot):
    duel.get_by_role("button", name="Next round ▶").click()
    phase(duel, "picking")
    expect(duel.locator(".lada-pg-duel-title")).to_have_text("Round 2 of 5, seed 1")
    page = notebook.page
    candidates(duel).first.focus()
    page.keyboard.press("Enter")
    expect(candidates(duel).first).to_have_attribute("aria-pressed", "true")
    notebook.reload()
    page.wait_for_selector(f"{VIEW}[data-mode='duel']", timeout=60_000)
    phase(duel, "picking")
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("1 of 2 picked")
    expect(duel.locator(".lada-duel-board tr")).to_have_count(3)
    candidates(duel).first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.classList.contains('lada-pg-pick')")
    assert candidates(duel).first.evaluate("(made) => made !== document.activeElement")
    page.keyboard.press(" ")
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("2 of 2 picked")
    duel.get_by_role("button", name="That is my choice").click()
    phase(duel, "shown")
    expect(duel.locator(".lada-duel-board tr")).to_have_count(4)


def test_it_is_played_to_cycle_3_and_restarted_and_played_again(notebook, duel, shot):
    duel.get_by_role("button", name="Next round ▶").click()
    round_of(duel, (2, 9))
    phase(duel, "shown")
    expect(duel.locator(".lada-duel-board tr").last.locator("td").first).to_have_text("3")
    shot(notebook, "duel_cycle_3", VIEW)
    duel.get_by_role("button", name="Restart").click()
    expect(duel.locator(".lada-pg-duel-title")).to_have_text("Round 1 of 5, seed 1", timeout=DUEL_S)
    expect(duel.locator(".lada-duel-board tr")).to_have_count(2)
    round_of(duel, (0, 1))
    phase(duel, "shown")
    duel.get_by_role("button", name="Another seed").click()
    expect(duel.locator(".lada-pg-duel-title")).to_have_text("Round 1 of 5, seed 2", timeout=DUEL_S)
    round_of(duel, (4, 5))
    phase(duel, "shown")


@pytest.mark.parametrize("width", [pytest.param(900, marks=pytest.mark.thorough), 1280])
def test_the_duel_fits_into_the_window(notebook, duel, width, shot):
    resize(notebook.page, width)
    notebook_still(notebook, OUTPUT)
    notebook.page.wait_for_timeout(900)
    shot(notebook, f"duel_fits_{width}", VIEW)
    assert faults(notebook.page, OUTPUT) == []
    duel.get_by_role("button", name="Next round ▶").click()
    phase(duel, "picking")
    notebook_still(notebook, OUTPUT)
    shot(notebook, f"duel_picking_{width}", VIEW)
    assert faults(notebook.page, OUTPUT) == []
    round_of(duel, (6, 8))
    phase(duel, "shown")


def test_single_points_are_picked_against_a_method_of_single_points(notebook, duel, shot):
    choice(notebook, "Method").select_option("max-entropy")
    expect(duel.locator(".lada-pg-duel-task")).to_contain_text("Pick 4 of the 60 candidates", timeout=DUEL_S)
    expect(candidates(duel)).to_have_count(60)
    for row in (0, 5):
        pick(duel, row)
    candidates(duel).nth(20).focus()
    notebook.page.keyboard.press("Enter")
    expect(duel.locator(".lada-pg-duel-count")).to_have_text("3 of 4 picked")
    shot(notebook, "duel_points", VIEW)
    choice(notebook, "Method").select_option("lada-entinmix")
    expect(candidates(duel)).to_have_count(30, timeout=DUEL_S)


def test_seeds_run_in_the_background_until_they_are_stopped(notebook, shot):
    page = notebook.page
    page.set_viewport_size({"width": 1280, "height": 800})
    press(notebook, "Run 20 seeds")
    seeds = page.locator(".lada-pg-seeds")
    seeds.get_by_role("button", name="Run 20 seeds").click()
    expect(seeds).to_have_attribute("data-running", "true")
    page.wait_for_function("() => +document.querySelector('.lada-pg-seeds').dataset.done >= 3", timeout=120_000)
    # The page is used meanwhile.
    page.locator(".lada-pg-modes").get_by_role("button", name="Step through it").click()
    before = page.locator(".lada-pg-where").first.inner_text()
    press(notebook, "◀ Back")
    expect(page.locator(".lada-pg-where").first).not_to_have_text(before)
    page.locator(".lada-pg-modes").get_by_role("button", name="Run 20 seeds").click()
    expect(seeds.locator(".lada-pg-seeds-says")).to_contain_text("95 % interval")
    shot(notebook, "seeds", VIEW)
    seeds.get_by_role("button", name="Stop").click()
    expect(seeds).to_have_attribute("data-running", "false")
    done = seeds.get_attribute("data-done")
    assert serious(page, VIEW) == []
    assert faults(page, OUTPUT) == []
    notebook.reload()
    page.wait_for_selector(f"{VIEW}[data-mode='seeds']", timeout=60_000)
    expect(seeds).to_have_attribute("data-done", done)
    expect(seeds.get_by_role("button", name="Go on")).to_be_visible()
    assert seeds.locator("circle.lada-pg-seed").count() == int(done)


def test_it_can_be_read_and_played_by_touch_at_390_px_and_in_the_dark(notebook, duel, shot):
    page = notebook.page
    press(notebook, "Play against the method")
    phase(duel, "picking")
    notebook.show_theme("JupyterLab Dark")
    page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    page.wait_for_timeout(800)
    shot(notebook, "duel_picking_dark", VIEW)
    assert serious(page, VIEW) == []
    page.set_viewport_size({"width": 390, "height": 800})
    notebook_still(notebook, OUTPUT)
    pick(duel, 2)
    expect(candidates(duel).nth(2)).to_have_attribute("aria-pressed", "true")
    shot(notebook, "duel_390", VIEW)
    assert duel.evaluate("(root) => root.scrollWidth <= root.clientWidth + 1")
    notebook.show_theme("JupyterLab Light")
    page.set_viewport_size({"width": 1280, "height": 1500})
