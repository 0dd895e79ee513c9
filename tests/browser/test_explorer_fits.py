"""The explorer is as high as its window: measured in JupyterLab at several sizes, in a cell and in a tab of its own."""

from __future__ import annotations

import pytest
from conftest import REPOSITORY
from playwright.sync_api import expect
from shots import STRIP_PX
from test_explorer_in_jupyterlab import FAKE, PARTS, slide_to, tab

WINDOWS = {"1280": 800, "1600": 900, "1920": 1080, "900": 800}
LAPTOP = {"width": 1280, "height": 800}
TALL = "from IPython.display import HTML\nHTML('<div style=\"height: 1500px\"></div>')"
SIZES = """() => {
    const heightOf = (selector) => {
        const found = [...document.querySelectorAll(selector)].find((one) => one.checkVisibility());
        return found ? Math.round(found.getBoundingClientRect().height) : 0;
    };
    return {
        head: heightOf(".lada-explorer-head"), main: heightOf(".lada-main"), all: heightOf(".lada-explorer"),
        window: document.querySelector(".jp-WindowedPanel-outer").clientHeight,
        range: Math.round(document.querySelector(".lada-slider .lada-range").getBoundingClientRect().width),
    };
}"""
SCROLLED = """async (by) => {
    const scroller = document.querySelector(".jp-WindowedPanel-outer");
    const explorer = document.querySelector(".lada-explorer");
    scroller.scrollTop += explorer.getBoundingClientRect().top - scroller.getBoundingClientRect().top + by;
    await new Promise((done) => setTimeout(done, 300));
    const [head, top] = [document.querySelector(".lada-explorer-head"), scroller.getBoundingClientRect().top];
    return [Math.round(head.getBoundingClientRect().top - top), Math.round(explorer.getBoundingClientRect().top - top)];
}"""


def open_demo(pages, name: str, **place):
    run = REPOSITORY / "data" / "runs" / "demo"
    source = f"from lada_explore import Explorer, open_run\nexplorer = Explorer(open_run({str(run)!r}))\nexplorer"
    notebook = pages.open_cells(name, TALL, source, TALL, viewport=LAPTOP, **place)
    notebook.page.evaluate("() => document.querySelector('.lada-explorer')?.scrollIntoView()")
    notebook.page.wait_for_selector(".lada-map[data-cycle='12']", timeout=60_000)
    return notebook


@pytest.fixture(scope="module")
def demo(module_pages):
    return open_demo(module_pages, "fits")


def resize(notebook, width: str) -> None:
    notebook.page.set_viewport_size({"width": int(width), "height": WINDOWS.get(width, 800)})
    notebook.page.wait_for_function(
        "() => { const explorer = document.querySelector('.lada-explorer');"
        " const { clientHeight } = document.querySelector('.jp-WindowedPanel-outer');"
        " return explorer.style.getPropertyValue('--lada-window') === `${Math.max(560, clientHeight)}px`"
        " && explorer.style.getPropertyValue('--lada-head') ==="
        " `${document.querySelector('.lada-explorer-head').offsetHeight}px`; }"
    )


@pytest.mark.parametrize(
    "width", ["1280", *(pytest.param(width, marks=pytest.mark.thorough) for width in ("900", "1600", "1920"))]
)
def test_every_part_fills_the_window_at_every_cycle_and_nothing_jumps(demo, width):
    resize(demo, width)
    found = {}
    for cycle in (12, 0, 1):
        slide_to(demo, cycle)
        for title, part in PARTS:
            tab(demo, title, part)
            demo.page.wait_for_timeout(150)
            found[title, part, cycle] = demo.page.evaluate(SIZES)
    for name in ("head", "main", "all", "range"):
        heights = {size[name] for size in found.values()}
        assert max(heights) - min(heights) <= 2, (name, {key: size[name] for key, size in found.items()})
    for (title, part, cycle), size in found.items():
        assert abs(size["head"] + size["main"] - size["window"]) <= 6, (title, part, cycle, size)
        assert size["all"] <= size["window"] + STRIP_PX, (title, part, cycle, size)
    slide_to(demo, 12)


def test_the_bar_stays_in_sight_down_to_the_strip(demo):
    resize(demo, "1280")
    tab(demo, "Map and pairs", "The pair")
    assert demo.page.evaluate(SCROLLED, 0) == [0, 0]
    assert demo.page.evaluate(SCROLLED, 130) == [0, -130]
    assert demo.page.locator(".lada-query").first.bounding_box()["y"] < 800
    assert demo.page.evaluate(SCROLLED, -300) == [300, 300]


def test_the_map_takes_most_of_the_tab(demo):
    for width, share in (("1280", 0.6), ("1920", 0.5)):
        resize(demo, width)
        tab(demo, "Map and pairs", "The pair")
        whole, map_view = (demo.page.locator(some).bounding_box() for some in (".lada-main:visible", ".lada-map"))
        assert map_view["width"] >= share * whole["width"]
        assert map_view["height"] == pytest.approx(whole["height"], abs=1)


def test_marked_images_lie_over_the_map_and_move_nothing(demo, shot):
    resize(demo, "1280")
    tab(demo, "Map and pairs", "The pair")
    page, strip = demo.page, demo.page.locator(".lada-map-strip")
    expect(strip).to_be_hidden()
    plot = page.locator(".lada-map .nsewdrag").first
    whole = page.locator(".lada-explorer")
    plot_box = plot.bounding_box()  # Against the explorer's own top: the click below scrolls the notebook.
    before = page.evaluate(SIZES), plot_box | {"y": plot_box["y"] - whole.bounding_box()["y"]}
    page.locator(".lada-gallery .lada-pick").first.click()
    expect(strip.get_by_text("2 marked images")).to_be_visible()
    plot_box = plot.bounding_box()
    assert (page.evaluate(SIZES), plot_box | {"y": plot_box["y"] - whole.bounding_box()["y"]}) == before
    over, legend = strip.bounding_box(), page.locator(".lada-map .legend").bounding_box()
    assert over["x"] + over["width"] <= legend["x"] or over["y"] + over["height"] <= legend["y"]
    assert over["y"] + over["height"] <= plot_box["y"] + plot_box["height"]
    assert over["height"] < plot_box["height"] / 2
    shot(demo, "explorer_marked_1280")
    strip.get_by_role("button", name="Clear marks").click()
    expect(strip).to_be_hidden()


def test_beside_the_file_browser_the_map_is_larger_than_its_legend_which_is_whole(pages):
    notebook = open_demo(pages, "narrow", app="lab")
    page = notebook.page
    page.wait_for_selector(".lada-map .legend .traces")
    plot, legend = (page.locator(f".lada-map {part}").first.bounding_box() for part in (".nsewdrag", ".legend"))
    assert plot["width"] > 2 * legend["width"]
    assert plot["x"] + plot["width"] <= legend["x"] + 12
    names = page.locator(".lada-map .legend .traces")
    last = names.last.bounding_box()
    assert last["y"] + last["height"] <= legend["y"] + legend["height"] + 1
    says = page.locator(".lada-says")
    assert says.evaluate("(one) => one.getClientRects()[0].height") <= 18


def test_where_the_path_and_tau_have_no_room_side_by_side_two_buttons_turn_between_them(demo):
    resize(demo, "1280")
    tab(demo, "Map and pairs", "The pair")
    page = demo.page
    value = page.get_by_label("Look-ahead value against τ")
    expect(value).to_be_hidden()
    page.get_by_role("button", name="τ and score").click()
    expect(value).to_be_visible()
    assert value.bounding_box()["width"] > 200
    expect(page.locator(".lada-mix-canvas").first).to_be_hidden()
    page.get_by_role("button", name="Mixing path").click()
    expect(page.locator(".lada-mix-canvas").first).to_be_visible()
    resize(demo, "1920")
    expect(value).to_be_visible()
    expect(page.locator(".lada-mix-canvas").first).to_be_visible()
    expect(page.get_by_role("button", name="τ and score")).to_be_hidden()


def test_one_button_lists_what_every_part_in_sight_shows_and_its_keys(demo):
    resize(demo, "1280")
    slide_to(demo, 12)
    page = demo.page
    always = {"tabs", "cycle slider", "steps of the run", "a or b", "branches", "everywhere"}
    in_sight = {
        ("Map and pairs", "The pair"): {"map", "pair mixer", "gallery"},
        ("Map and pairs", "What an answer changes"): {"map", "what would an answer change?", "gallery"},
        ("Scores", "Score ledger"): {"score ledger"},
        ("Scores", "Why not this one?"): {"why not this one?"},
        ("Scores", "Another rule"): {"another rule"},
        ("Learning", "Accuracy"): {"accuracy against labels", "accuracy of each class by cycle"},
    }
    for title, part in PARTS:
        tab(demo, title, part)
        page.wait_for_timeout(150)
        shown = page.locator(".lada-explorer .lada-keys-button:visible")
        assert shown.count() == 1, (title, part)
        shown.click()
        listed = [text.lower() for text in page.locator("dialog[open] .lada-keys-part").all_inner_texts()]
        page.keyboard.press("Escape")
        assert len(listed) == len(set(listed))
        if (title, part) in in_sight:
            assert set(listed) == always | in_sight[title, part]
    # The key lists the view that has the focus first.
    tab(demo, "Map and pairs", "The pair")
    page.locator(".lada-mixer").focus()
    page.keyboard.press("?")
    assert page.locator("dialog[open] .lada-keys-part").first.inner_text().lower() == "pair mixer"
    page.keyboard.press("Escape")
    assert page.locator(".lada-mixer").evaluate("(one) => one === document.activeElement")


def test_a_row_of_tabs_that_goes_on_fades_out_there(demo):
    more = "() => document.querySelector('.lada-tabs-pages').dataset.more"
    resize(demo, "1280")
    assert demo.page.evaluate(more) == ""
    tab(demo, "Map and pairs", "The pair")
    resize(demo, "390")
    demo.page.wait_for_function(f"() => ({more})() === 'after'")
    pages = demo.page.locator(".lada-tabs-pages")
    assert "linear-gradient" in pages.evaluate("(row) => getComputedStyle(row).maskImage")
    pages.evaluate("(row) => row.scrollTo(1000, 0)")
    demo.page.wait_for_function(f"() => ({more})() === 'before'")
    resize(demo, "1280")


def test_a_phone_shows_the_current_stage_and_icons_with_names(demo, shot):
    resize(demo, "390")
    page = demo.page
    assert page.locator(".lada-stage:visible").all_inner_texts() == ["✓\nEvaluate\n0.7 s"]
    tab(demo, "Learning", "Classes")
    shot(demo, "explorer_390")
    assert page.evaluate("() => { const one = document.querySelector('.lada-explorer');"
                         " return one.scrollWidth <= one.clientWidth; }")  # fmt: skip
    resize(demo, "1280")


def test_heights_stay_while_stages_run_from_the_start_on(pages, shot):
    made = "session = FakeSession(cycles=2, points=30, delay_s=0.02)"
    live = pages.open_cells("alive", f"{FAKE}\n{made}", "Explorer(session)", app="lab", viewport=LAPTOP)
    page, seen = live.page, {}
    page.wait_for_selector(".lada-tab")

    def note(state: str) -> None:
        seen[state] = page.evaluate(SIZES)

    note("new")
    live.button("Next stage").click()
    page.wait_for_selector(".lada-stepper[data-state='running']")
    note("running")
    live.button("Next cycle").click()
    page.wait_for_selector("[data-stage='train'][data-status='running']", timeout=60_000)
    note("training")
    live.button("Pause").click()
    live.wait_for_state("paused")
    note("paused")
    shot(live, "explorer_live_1280")
    live.button("Continue").click()
    live.wait_for_state("idle")
    note("between two cycles")
    live.button("Run to the end").click()
    live.wait_for_state("finished", 90)
    note("finished")
    for name in ("head", "main", "range"):
        assert max(size[name] for size in seen.values()) - min(size[name] for size in seen.values()) <= 2, seen
    names = page.locator(".lada-name").evaluate_all("(all) => all.map((one) => [one.scrollWidth, one.offsetWidth])")
    assert len(names) == 7
    assert all(needed <= given for needed, given in names)
    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("() => document.querySelectorAll('.lada-stage').length === 7")
    step = live.button("Next stage")
    step.wait_for()
    assert step.bounding_box()["width"] < 60


def test_the_bar_stays_in_sight_where_cells_out_of_sight_leave_the_page(pages):
    with pages.lab.windowing("full"):
        notebook = open_demo(pages, "fits_full")
        tab(notebook, "Map and pairs")
        for by in (40, 100, 130):
            assert notebook.page.evaluate(SCROLLED, by) == pytest.approx([0, -by], abs=1)


def test_it_opens_in_a_tab_of_its_own_that_shows_what_the_cell_shows(pages, shot):
    notebook = pages.open_cells(
        "beside",
        f"{FAKE}\nsession = FakeSession(cycles=4, points=20)\n_ = session.run(3)\nexplorer = Explorer(session)",
        "explorer",
        "explorer.open()",
        app="lab",
        viewport={"width": 1920, "height": 1080},
    )
    page, own = notebook.page, ".jupyterlab-sidecar .lada-explorer"
    page.wait_for_selector(own)
    expect(page.get_by_text("The explorer is in a tab beside this notebook.")).to_be_visible()
    page.locator(f"{own} .lada-slider .lada-range").focus()
    page.keyboard.press("Home")
    page.wait_for_selector(".jp-Notebook .lada-slider[data-cycle='0']", state="attached")
    page.locator(f"{own} .lada-tab", has_text="Learning").click()
    page.wait_for_selector(".jp-Notebook .lada-tabs[data-shown='3']", state="attached")
    page.wait_for_selector(f"{own} .lada-plot-chart .main-svg")
    page.wait_for_timeout(500)
    shot(notebook, "explorer_beside")
    box, tabbed = page.locator(own).bounding_box(), page.locator(".jupyterlab-sidecar").bounding_box()
    assert 0 <= box["height"] - tabbed["height"] <= STRIP_PX
    assert box["width"] > 0.9 * tabbed["width"]
    # Called again it replaces the tab.
    first = page.locator(own).element_handle()
    page.evaluate(
        """async () => {
            const { commands, shell } = window.jupyterapp;
            const notebook = [...shell.widgets("main")].find((widget) => widget.context);
            shell.activateById(notebook.id);
            notebook.content.activeCellIndex = 2;
            await commands.execute("notebook:run-cell");
        }"""
    )
    page.wait_for_function("(first) => !first.isConnected", arg=first)
    page.wait_for_selector(own)
    assert page.locator(own).count() == 1


def test_notebook_7_says_that_it_has_no_such_tabs(pages):
    notebook = pages.open_cells(
        "alone", f"{FAKE}\nsession = FakeSession()\n_ = session.run(2)", "Explorer(session).open()", app="notebook"
    )
    notebook.page.get_by_text("Only JupyterLab has tabs beside a notebook.").wait_for()
    expect(notebook.page.get_by_text("The explorer is in a tab")).to_be_hidden()
