"""The numbers on the map in JupyterLab: which of them stand there, and that none lies over another."""

from __future__ import annotations

from itertools import combinations

import pytest
from conftest import REPOSITORY
from test_map_in_jupyterlab import (
    BLACK,
    NUMBERS,
    RED,
    entropies,
    point,
    run,
    wait_for_map,
)

from lada_explore import open_run
from lada_explore.analysis.pairs import max_instance

DEMO = REPOSITORY / "data" / "runs" / "demo"
SOURCE = f"""
from lada_explore import open_run
from lada_explore.analysis.pairs import max_instance
from lada_explore.views import MapView, Selection
selection = Selection()
view = MapView(open_run({str(DEMO)!r}), selection)
"""
BOXES = """() => {
    const box = (element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect();
        return { left, top, right, bottom };
    };
    return {
        plot: box(document.querySelector(".lada-map .nsewdrag")),
        texts: [...document.querySelectorAll(".lada-map-numbers text")].map((text) => ({
            ...box(text), key: text.dataset.key, text: text.textContent })),
        lines: document.querySelectorAll(".lada-map-numbers line").length,
    };
}"""


@pytest.fixture(scope="module")
def history():
    return open_run(DEMO).history


@pytest.fixture(scope="module")
def notebook(module_pages):
    opened = module_pages.open_cells("map-numbers", SOURCE, "view")
    wait_for_map(opened, 12)
    return opened


@pytest.fixture
def map_page(notebook):
    """The map of the last cycle with nothing chosen and the numbers of what is meant alone."""
    notebook.page.get_by_label("All numbers").uncheck()
    run(notebook, "selection.show_cycle(None); selection._change(lambda now: type(now)())")
    wait_for_map(notebook, 12)
    notebook.page.mouse.move(2, 2)
    notebook.page.wait_for_function("() => !document.querySelector('.lada-map-numbers text')")
    return notebook


def red_number(records, rank: int) -> str:
    """What stands at a queried pair, of an older run too, which did not record the maxima."""
    row = records.subsample.pair_ids.tolist().index(records.select.pair_ids[rank].tolist())
    return f"{max_instance(records.look_ahead)[row]:.2f} (*{records.look_ahead.mean_virtual[row]:.2f})"


def shown(notebook) -> dict[str, list[str]]:
    return {name: notebook.page.evaluate(NUMBERS, name)["texts"] for name in (BLACK, RED)}


def test_the_chosen_pair_has_its_numbers_and_no_other_has(map_page, history):
    first, second = history[12].select.pair_ids[1].tolist()
    run(map_page, f"selection.choose_pair({first}, {second})")
    map_page.page.wait_for_function("() => document.querySelectorAll('.lada-map-numbers text').length === 3")
    told = dict(zip(history[12].select.query_ids.tolist(), entropies(history[12]), strict=True))
    assert shown(map_page) == {BLACK: [told[first], told[second]], RED: [red_number(history[12], 1)]}


def test_the_pair_at_the_pointer_has_its_numbers_too(map_page, history):
    first, second = history[12].select.pair_ids[0].tolist()
    x, y = point(map_page, first)
    map_page.page.mouse.move(x - 3, y)
    map_page.page.mouse.move(x, y)
    map_page.page.wait_for_function("() => document.querySelectorAll('.lada-map-numbers text').length === 3")
    told = dict(zip(history[12].select.query_ids.tolist(), entropies(history[12]), strict=True))
    assert sorted(shown(map_page)[BLACK]) == sorted([told[first], told[second]])
    assert shown(map_page)[RED] == [red_number(history[12], 0)]
    map_page.page.mouse.move(2, 2)
    map_page.page.wait_for_function("() => !document.querySelector('.lada-map-numbers text')")


def test_a_chosen_pair_that_was_not_acquired_has_the_entropies_of_its_images(map_page, history):
    records = history[12]
    asked = set(records.select.query_ids.tolist())
    first, second = next(pair for pair in records.subsample.pair_ids.tolist() if not asked & set(pair))
    run(map_page, f"selection.choose_pair({first}, {second})")
    map_page.page.wait_for_function("() => document.querySelectorAll('.lada-map-numbers text').length === 2")
    score = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
    texts = map_page.page.evaluate(BOXES)["texts"]
    assert {text["key"]: text["text"] for text in texts} == {f"{i},-1,-1": f"{score[i]:.2f}" for i in (first, second)}


@pytest.mark.parametrize("width", [1280, 700, 390])
def test_all_numbers_stand_apart_inside_the_map_and_beside_their_points(map_page, history, shot, width):
    page = map_page.page
    page.get_by_label("All numbers").check()
    page.set_viewport_size({"width": width, "height": 900})
    page.wait_for_timeout(1000)
    found = page.evaluate(BOXES)
    shot(map_page, f"map_all_numbers_{width}", ".lada-map")
    page.set_viewport_size({"width": 1280, "height": 1500})
    texts, plot = found["texts"], found["plot"]
    left = page.locator(".lada-map-left").inner_text() if width == 1280 else None
    assert left in ("", None)
    if width == 1280:
        assert len(texts) == len(history[12].select.query_ids) + len(history[12].select.pair_ids)
    assert len(texts) > 10
    for a, b in combinations(texts, 2):
        apart = a["right"] <= b["left"] or b["right"] <= a["left"] or a["bottom"] <= b["top"] or b["bottom"] <= a["top"]
        assert apart, (a, b)
    for text in texts:
        assert plot["left"] - 1 <= text["left"], text
        assert text["right"] <= plot["right"] + 1, text
        assert plot["top"] - 1 <= text["top"], text
        assert text["bottom"] <= plot["bottom"] + 1, text
