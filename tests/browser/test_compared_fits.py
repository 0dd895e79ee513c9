"""Two sides, transforms and single images in the explorer: as high as its window, nothing cut, nothing over another."""

from __future__ import annotations

import pytest
from helpers.small_runs import small_session
from looks import wait_until_readable
from shots import STRIP_PX
from test_explorer_fits import SIZES, resize
from test_explorer_in_jupyterlab import FAKE, OUTPUT, slide_to, tab

from lada_explore.views.explorer.pages import pages_of

LAPTOP = {"width": 1280, "height": 800}
COMPARED = f"""{FAKE}
session, singles = FakeSession(cycles=3), FakeSession(cycles=3, method="max-entropy")
_ = session.run(4), singles.run(4)
"""
SIDE_BY_SIDE = "explorer = Explorer(session, compare={'singles': singles}, beside=1)\nexplorer"
METHODS = {"lada-entstn": {"theta": True, "pairs": False}, "max-entropy": {"pairs": False}}
"""Methods without pairs, and which tabs there are for them."""

SIDES = """() => {
    const boxOf = (one) => {
        const { left, top, right, bottom, width } = one.getBoundingClientRect();
        return { left, top, right, bottom, width };
    };
    const shown = (selector) => [...document.querySelectorAll(selector)].filter((one) => one.checkVisibility());
    return { sides: shown(".lada-side").map(boxOf), views: shown(".lada-side .lada-main").map(boxOf) };
}"""


def parts_of(**kind: bool) -> list[tuple[str, str]]:
    """Each part of each tab."""
    return [(page.title, part) for page in pages_of(**kind) for part in page.parts or ("",)]


def measured(notebook, parts, cycles) -> dict:
    """The sizes of what is shown, by part and cycle; what is drawn of the last cycle can be read."""
    found = {}
    for cycle in cycles:
        slide_to(notebook, cycle)
        for title, part in parts:
            tab(notebook, title, part)
            notebook.page.wait_for_timeout(150)
            found[title, part, cycle] = notebook.page.evaluate(SIZES) | notebook.page.evaluate(SIDES)
            if cycle == cycles[-1]:
                wait_until_readable(notebook.page, OUTPUT)
    return found


def check_heights(found: dict) -> None:
    """The bar and all of it are as high at every cycle in every part, and no higher than the window and one strip."""
    for name in ("head", "all", "range"):
        heights = {size[name] for size in found.values()}
        assert max(heights) - min(heights) <= 2, (name, {key: size[name] for key, size in found.items()})
    for key, size in found.items():
        assert size["all"] <= size["window"] + STRIP_PX, (key, size)


def check_sides(found: dict) -> None:
    """A beside B, of one height, each view inside of its side, and both fill the window."""
    for key, size in found.items():
        first, second = size["sides"]
        assert first["top"] == pytest.approx(second["top"], abs=1), key
        assert first["right"] < second["left"], key
        views = size["views"]
        assert len(views) == 2, key
        assert views[0]["bottom"] == pytest.approx(views[1]["bottom"], abs=1), key
        for side, view in zip(size["sides"], views, strict=True):
            assert view["left"] >= side["left"] - 1, key
            assert view["right"] <= side["right"] + 1, key
        assert abs(size["head"] + views[0]["bottom"] - first["top"] - size["window"]) <= 6, (key, size)


@pytest.fixture(scope="module")
def compared(module_pages):
    notebook = module_pages.open_cells("compared_fits", COMPARED, SIDE_BY_SIDE, viewport=LAPTOP)
    notebook.page.wait_for_function("() => document.querySelectorAll('.lada-map[data-cycle]').length === 2")
    return notebook


@pytest.mark.parametrize("width", ["1280", "1600"])
def test_two_cycles_stand_side_by_side_in_every_tab_and_fill_the_window(compared, shot, width):
    resize(compared, width)
    found = measured(compared, parts_of(twice=True), (0, 1, 3) if width == "1280" else (3,))
    check_heights(found)
    check_sides(found)
    tab(compared, "Map and pairs", "Maps")
    shot(compared, f"sides_{width}")


def test_beside_a_run_of_single_images_a_side_with_a_sentence_alone_is_narrow(compared, shot):
    resize(compared, "1280")
    compared.page.get_by_label("Compare with").select_option(label="singles")
    compared.page.wait_for_function("() => document.querySelector('.lada-compare').dataset.choice === 'run:singles'")
    found = measured(compared, parts_of(twice=True), (1, 3))
    check_heights(found)
    check_sides(found)
    first, second = found["Scores", "Score ledger", 3]["sides"]
    assert first["width"] > 3 * second["width"]
    shot(compared, "sides_bare")


def test_a_narrow_window_shows_one_side_at_a_time_and_the_bar_names_both(compared, shot):
    page = compared.page
    page.get_by_label("Compare with").select_option(label="another cycle")
    page.wait_for_function("() => document.querySelector('.lada-compare').dataset.choice === 'cycle'")
    for width in ("900", "390"):
        resize(compared, width)
        page.get_by_role("button", name="A: cycle").click()
        found = measured(compared, [("Map and pairs", "Maps"), ("Scores", "Score ledger")], (1, 3))
        assert {len(size["sides"]) for size in found.values()} == {1}
        if width == "900":
            check_heights(found)
        buttons = page.locator(".lada-compare-turn")
        assert [text.split(" · ")[0] for text in buttons.all_inner_texts()] == ["A: cycle 3", "B: cycle 2"]
        title = page.locator(".lada-ledger .lada-pair-title").locator("visible=true")
        assert title.inner_text().startswith("Cycle 3:")
        buttons.nth(1).click()
        assert buttons.nth(1).get_attribute("aria-pressed") == "true"
        assert title.inner_text().startswith("Cycle 2:")
        shot(compared, f"sides_{width}")
    resize(compared, "1280")
    assert len(page.evaluate(SIDES)["sides"]) == 2


def open_small_run(pages, folder, method: str):
    """A notebook with the explorer of a run of two cycles."""
    session = small_session(folder / "run", method)
    session.run()
    session.close()
    show = f"explorer = Explorer(open_run({str(folder / 'run')!r}))\nexplorer"
    notebook = pages.open_cells(f"run_{method}", "from lada_explore import Explorer, open_run", show, viewport=LAPTOP)
    notebook.page.wait_for_selector(".lada-map[data-cycle='2']", timeout=60_000)
    return notebook


@pytest.mark.parametrize("method", METHODS)
def test_runs_with_transforms_and_of_single_images_fill_the_window(pages, shot, tmp_path, method):
    notebook = open_small_run(pages, tmp_path, method)
    found = measured(notebook, parts_of(**METHODS[method]), (0, 1, 2))
    check_heights(found)
    for key, size in found.items():
        assert abs(size["head"] + size["main"] - size["window"]) <= 6, (key, size)
    tab(notebook, "Map")
    shot(notebook, f"fits_{method}")
