"""From a lasso on the map to the labeller: the marked images are in its grid, selected, and answered by one key."""

from __future__ import annotations

from conftest import REPOSITORY
from labeller_notebook import all_saved, kernel, press, until

from lada_explore.store import LabelState, open_run

RUN = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.asked import run_to
from helpers.small_runs import small_config, small_data
from lada_explore import Explorer, Labeller, Worker
from lada_explore.records import Stage
from lada_explore.session.session import Session
from lada_explore.views import MapView, Selection

session = Session.create(
    small_config("max-entropy", cycles=2, schedule__budget=6), "run-map", data=small_data(tested=False), oracle="person"
)
run_to(session, 1, Stage.QUERY)
worker = Worker.of(session)
worker.run()
worker.wait(60)
selection = Selection()
view = MapView(session, selection)
"""
LASSO = """() => {
    const { left, top, width, height } =
        document.querySelector(".lada-map .nsewdrag").getBoundingClientRect();
    return [left, top, left + width, top + height];
}"""
ANSWER = ".lada-map-answer"


def labels(lab) -> dict[int, int]:
    state = LabelState(open_run(lab / "run-map").answers())
    return {i: state.label(i, 1) for i in state.answers if any(vote.cycle == 1 for vote in state.votes(i, 1))}


def lasso_all(notebook) -> None:
    """Draw a box around every point of the map."""
    page = notebook.page
    page.locator(".lada-map").hover()
    page.locator(".lada-map .modebar-btn[data-val='select']").click()
    left, top, right, bottom = page.evaluate(LASSO)
    page.mouse.move(left + 3, top + 3)
    page.mouse.down()
    page.mouse.move(right - 3, bottom - 3, steps=8)
    page.mouse.up()


def test_what_is_boxed_on_the_map_is_answered_in_a_labeller_below_it_and_a_reload_does_not_open_it_again(pages):
    notebook = pages.open_cells("map-to-labeller", RUN, "view", "Labeller(session)")
    page = notebook.page
    page.wait_for_selector(".lada-map[data-atlas='1'] .nsewdrag", timeout=60_000)
    assert page.locator(ANSWER).is_hidden()
    lasso_all(notebook)
    page.locator(ANSWER).click()
    page.wait_for_selector(".lada-lab-grid .lada-lab-card[data-selected='true']")
    marked = set(map(int, kernel(notebook, "*selection.selected.ids").split()))
    before = set(map(int, kernel(notebook, "*session.pool.labelled_ids.tolist()").split()))
    chosen = page.locator(".lada-lab-grid .lada-lab-card[data-selected='true']")
    ids = {int(one.get_attribute("data-id")) for one in chosen.all()}
    assert ids == marked - before
    said = page.locator(".lada-lab-shelf-text").inner_text()
    assert said == (
        f"Of the {len(marked)} images marked on the map, 6 are asked, {len(ids) - 6} are not asked (an answer counts "
        f"as a label from before), {len(marked & before)} are answered already."
    )
    notebook.reload()
    page.wait_for_selector(".lada-lab-picture[data-painted]")
    assert page.locator(".lada-lab-shelf").is_hidden()
    page.locator(ANSWER).click()
    page.wait_for_selector(".lada-lab-grid .lada-lab-card[data-selected='true']")
    press(notebook, "2")
    page.wait_for_selector(".lada-lab-shelf", state="hidden")
    until(notebook, all_saved)
    assert labels(notebook.lab.folder) == dict.fromkeys(ids, 1)


def test_without_a_labeller_the_map_says_so_and_in_the_explorer_its_own_tab_opens(pages):
    made = RUN.replace("run-map", "run-explored")
    notebook = pages.open_cells("map-in-explorer", made, "explorer = Explorer(session); explorer", "view")
    page = notebook.page
    page.locator(".lada-map[data-atlas='1']").nth(1).wait_for(timeout=60_000)
    for of in ("selection", "explorer.selection"):
        kernel(notebook, f"{of}.mark(session.open_query.tolist()[:4])")
    page.locator(ANSWER).nth(1).click()
    page.wait_for_selector(".lada-map-said:has-text('No labeller is open.')")
    page.locator(ANSWER).nth(0).click()
    page.wait_for_selector(".lada-lab-grid .lada-lab-card[data-selected='true']")
    assert page.locator(".lada-lab-grid .lada-lab-card[data-selected='true']").count() == 4
    assert page.locator(".lada-tabs [aria-selected='true']").get_attribute("aria-label") == "Label, 6 to answer"
