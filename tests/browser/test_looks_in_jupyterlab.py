"""What the explorer of the recorded demo run looks like in JupyterLab: wide, narrow, zoomed, dark and on paper."""

from __future__ import annotations

from itertools import pairwise

import pytest
from conftest import REPOSITORY
from looks import colours_in, pages_printed, wait_until_readable
from playwright.sync_api import expect
from test_explorer_in_jupyterlab import FAKE, OUTPUT, slide_to, tab

STAGES = ["Subsample", "Score", "Look ahead", "Select", "Query", "Train", "Evaluate"]
SHOWN_ON = {
    ("Map and pairs", "The pair"): ("text, .lada-mix-readout", "density of λ", "λ = 0.50: A = 2.298 bits"),
    ("Map and pairs", "What an answer changes"): (".lada-effects p", "What would an answer change?"),
    ("Scores", "Score ledger"): (".lada-led-total > :first-child", "7.06", "6.79"),
    ("Scores", "Why not this one?"): (".lada-why p", "Why not this one?"),
    ("Scores", "Another rule"): (".lada-wi-headline", "8 of 10 images are the same; 2 would be swapped."),
    ("τ*", "τ* by cycle"): (".annotation-text", "τ* of each cycle", "τ of each pair while cycle 12 learned"),
    ("τ*", "What τ* is worth"): (".annotation-text", "mean 0.036"),
    ("Learning", "Accuracy"): (".gtitle", "Test accuracy", "Accuracy of each class"),
    ("Learning", "Classes"): (".gtitle", "Confusion matrix", "Labels of each class"),
    ("Learning", "Confidence"): (
        ".gtitle",
        "How sure, and how often right",
        "Guesses before the answer",
    ),
    ("Learning", "Enough labels?"): (".gtitle", "Do more labels still change the predictions?"),
    ("Learning", "Answers"): (".lada-plot-message", "All 140 labels whose truth is known are right."),
}
"""Where to look on each part of each tab, and what has to stand there."""

FIT = "(boxes) => boxes.map((box) => box.scrollWidth <= box.clientWidth)"
SHOWN = """(selector) => [...document.querySelectorAll(selector)]
    .filter((e) => e.checkVisibility()).map((e) => e.textContent)"""
LOOK_OF = """(words) => {
    const { fontWeight, color } = getComputedStyle(words);
    const probe = document.createElement("span");
    probe.style.color = "var(--jp-ui-font-color2)";
    words.append(probe);
    const grey = getComputedStyle(probe).color;
    probe.remove();
    return [fontWeight, color === grey];
}"""

POINTED = """async () => {
    const words = () => [...document.querySelectorAll(".lada-map-detail:not([hidden]) p")];
    for (let held = 0; held < 3; ) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        const button = document.querySelector(".lada-map-strip li button");
        held = words().length && button === document.activeElement ? held + 1 : 0;
        if (!held) { button.blur(); button.focus(); }
    }
    if (!words().some((one) => one.querySelector(".lada-known")?.textContent === "Bag")) return [];
    return words().map((one) => one.getBoundingClientRect().toJSON());
}"""
"""Points at the first marked image until its card stays; returns the boxes of its lines. A map that is drawn anew for
another width takes the card away."""


def look_of(demo, selector):
    """Weight of the first such words, and whether they are grey; found and read at once, since views draw them anew."""
    script = f"(selector) => {{ const words = document.querySelector(selector); return words && ({LOOK_OF})(words); }}"
    return demo.page.wait_for_function(script, arg=selector).json_value()


@pytest.fixture(scope="module")
def demo(module_pages):
    """The last cycle of the demo run, whose first pair is a bag and a sandal, both of which it guessed."""
    run = REPOSITORY / "data" / "runs" / "demo"
    source = f"from lada_explore import Explorer, open_run\nexplorer = Explorer(open_run({str(run)!r}))\nexplorer"
    notebook = module_pages.open_cells("looks", source)
    notebook.page.wait_for_selector(".lada-map[data-cycle='12']", timeout=60_000)
    return notebook


def texts(notebook, selector: str) -> list[str]:
    """The texts of what is seen of a selector."""
    return notebook.page.evaluate(SHOWN, selector)


def until_shown(notebook, selector: str, *wanted: str) -> None:
    """Wait until all of these are among the texts of a selector; where a text breaks into lines does not count."""
    notebook.page.wait_for_function(
        f"([selector, wanted]) => {{ const bare = (text) => text.replace(/\\s/g, '');"
        f" const shown = ({SHOWN})(selector).map(bare); return wanted.every((text) => shown.includes(bare(text))); }}",
        arg=[selector, wanted],
        timeout=30_000,
    )


def read_every_tab(notebook) -> None:
    """Nothing is cut or covered on any tab, and each shows what it is there for."""
    page = notebook.page
    for (title, part), (selector, *wanted) in SHOWN_ON.items():
        tab(notebook, title, part)
        until_shown(notebook, selector, *wanted)
        wait_until_readable(page, OUTPUT)
        whole = page.locator(".lada-stepper").evaluate("(root) => root.clientWidth") >= 700
        assert texts(notebook, ".lada-name") == (STAGES if whole else STAGES[-1:])
        assert page.locator(".lada-stage:visible").evaluate_all(FIT) == [True] * (7 if whole else 1)
        assert texts(notebook, ".lada-says") == ["Cycle 12 · 140 labels · 63.6 % right"]
        if part == "The pair":
            assert colours_in(page, ".lada-map-dots")[0] > 10
            assert min(colours_in(page, ".lada-mix-canvas")) > 20
        if part == "Classes":
            assert sum(map(bool, texts(notebook, ".heatmap-label"))) == 100
            assert texts(notebook, ".lada-plot-chart:not([hidden]) .ytick text").count("Ankle boot") == 1


@pytest.mark.parametrize(
    "width", [1280, 320, *(pytest.param(width, marks=pytest.mark.thorough) for width in (1920, 1600, 900, 390))]
)
def test_every_tab_can_be_read_at_every_width(demo, shot, width):
    demo.page.set_viewport_size({"width": width, "height": 1500})
    read_every_tab(demo)
    shot(demo, f"looks_{width}", OUTPUT)


@pytest.fixture
def strip(demo):
    """The strip of marked images, those of the first pair, in the explorer's map; no strip without marks."""
    tab(demo, "Map and pairs", "The pair")
    found = demo.page.locator(".lada-map-strip")
    expect(found).to_be_hidden()
    demo.page.locator(".lada-gallery .lada-pick").first.click()
    expect(found.get_by_text("2 marked images")).to_be_visible()
    yield found
    tab(demo, "Map and pairs", "The pair")
    found.get_by_role("button", name="Clear marks").click()
    expect(found).to_be_hidden()


@pytest.mark.parametrize("width", [900, 390, 320])
def test_the_words_about_the_image_that_is_pointed_at_stand_below_one_another(demo, strip, shot, width):
    demo.page.set_viewport_size({"width": width, "height": 1500})
    boxes = demo.page.evaluate(POINTED)
    shot(demo, f"map_detail_{width}", ".lada-map-detail")
    assert len(boxes) > 3
    assert min(box["width"] for box in boxes) >= 110
    assert all(above["y"] + above["height"] <= below["y"] for above, below in pairwise(boxes))


@pytest.mark.parametrize("zoom", [pytest.param(0.8, marks=pytest.mark.thorough), 1.5])
def test_every_tab_can_be_read_at_another_zoom(demo, zoom):
    """A window of 1280 x 1000 pixels, as the browser lays it out when a person zooms."""
    device = demo.page.context.new_cdp_session(demo.page)
    size = {"width": round(1280 / zoom), "height": round(1000 / zoom), "deviceScaleFactor": zoom, "mobile": False}
    device.send("Emulation.setDeviceMetricsOverride", size)
    try:
        assert demo.page.evaluate("() => [innerWidth, devicePixelRatio]") == pytest.approx([size["width"], zoom])
        read_every_tab(demo)
    finally:
        device.send("Emulation.clearDeviceMetricsOverride")
        device.detach()
        demo.page.set_viewport_size({"width": 1280, "height": 1500})


def test_every_tab_can_be_read_in_the_dark(demo):
    demo.page.set_viewport_size({"width": 900, "height": 1500})
    demo.show_theme("JupyterLab Dark")
    try:
        demo.page.wait_for_selector(".lada-plot[data-theme='dark']:visible")
        read_every_tab(demo)
        tab(demo, "Map and pairs", "The pair")
        assert look_of(demo, ".lada-mix-figure .lada-guess") == ["400", True]
        ink = demo.page.locator(".lada-plot .legendtext:visible").first.evaluate("(t) => getComputedStyle(t).fill")
        assert min(int(part) for part in ink.removeprefix("rgb(").removesuffix(")").split(",")[:3]) > 120
    finally:
        demo.show_theme("JupyterLab Light")
        demo.page.set_viewport_size({"width": 1280, "height": 1500})
        demo.page.wait_for_selector(".lada-plot[data-theme='light']:visible")


def test_bold_is_answered_or_true_and_grey_is_what_the_model_guesses(demo, strip):
    strip.locator("li button").first.hover()
    demo.page.wait_for_selector(".lada-map-detail .lada-known:text-is('Bag')")
    assert texts(demo, ".lada-map-detail .lada-guess")[0].startswith("guess: Bag ")
    assert texts(demo, ".lada-mix-figure .lada-known") == ["Sandal", "Bag"]
    assert texts(demo, ".lada-mix-figure .lada-guess") == ["guess: Sandal", "guess: Bag"]
    assert demo.page.locator(".lada-mix-choice option").first.text_content().startswith("1 ●  guess: Bag + Sandal ")
    # The second pair is a shirt taken for a T-shirt, and a sandal taken for a sneaker.
    assert texts(demo, ".lada-card .lada-known")[2:4] == ["Shirt", "Sandal"]
    assert texts(demo, ".lada-card .lada-guess")[2:4] == ["guess: T-shirt/top", "guess: Sneaker"]
    for where in (".lada-map-detail", ".lada-mix-figure", ".lada-card"):
        assert look_of(demo, f"{where} .lada-known") == ["600", False]
        assert look_of(demo, f"{where} .lada-guess") == ["400", True]
    tab(demo, "Scores", "Score ledger")
    until_shown(demo, ".lada-led-words .lada-known", "Shirt + Sandal")
    assert texts(demo, ".lada-led-words .lada-known")[1] == "Shirt + Sandal"
    assert texts(demo, ".lada-led-words .lada-guess")[1] == "guess: T-shirt/top + Sneaker"
    tab(demo, "Scores", "Another rule")
    demo.page.get_by_label("No look-ahead: pairs by their own scores").check()
    demo.page.wait_for_selector(".lada-what-if[data-rule='own']")
    swapped = demo.page.locator(".lada-wi-image")
    assert swapped.count() > 0
    assert all(text.startswith("guess: ") for text in texts(demo, ".lada-wi-image .lada-guess"))
    assert len(texts(demo, ".lada-wi-image .lada-known")) == swapped.count()


def test_the_colour_bar_of_cycles_has_whole_cycles_only(demo):
    tab(demo, "Map and pairs", "The pair")
    slide_to(demo, 2)
    demo.page.wait_for_selector(".lada-map[data-cycle='2']")
    demo.page.get_by_label("Colour").select_option("cycle acquired")
    demo.page.wait_for_selector(".lada-map .cbaxis text")
    assert texts(demo, ".lada-map .cbaxis text") == ["0", "1", "2"]
    demo.page.get_by_label("Colour").select_option("true class")
    demo.page.get_by_role("button", name="Latest").click()
    demo.page.wait_for_selector(".lada-map[data-cycle='12']")
    demo.page.wait_for_function("() => !document.querySelector('.lada-map .cbaxis text')")


def test_all_of_the_lab_view_is_printed_with_charts_as_wide_as_the_paper(demo):
    tab(demo, "Map and pairs", "The pair")
    wait_until_readable(demo.page, OUTPUT)
    demo.page.evaluate(
        """() => addEventListener("beforeprint", () => {
            window.printedWidth = Number(document.querySelector(".lada-map .main-svg").getAttribute("width"));
        }, { once: true })"""
    )
    assert pages_printed(demo.page) >= 3
    assert 0 < demo.page.evaluate("() => window.printedWidth") <= 700
    wait_until_readable(demo.page, OUTPUT)


def test_long_names_are_whole_where_there_is_room_and_one_evaluation_has_its_interval(pages):
    long = [f"a class whose name is long, {letter}" for letter in "ABCDEFGHIJ"]
    made = f"session = FakeSession()\nsession.class_names = {tuple(long)!r}\n_ = session.run(1)"
    notebook = pages.open_cells("names", f"{FAKE}\n{made}", "from lada_explore import Learning\nLearning(session)")
    page, output = notebook.page, ".jp-OutputArea-output:has(.lada-plot)"
    page.set_viewport_size({"width": 900, "height": 3000})
    until_shown(notebook, ".gtitle", "Test accuracy", "Confusion matrix")
    wait_until_readable(page, output)
    confusion = ".lada-plot-chart[aria-label^=confusion]"
    assert texts(notebook, f"{confusion} .ytick text") == long
    assert texts(notebook, f"{confusion} .xtick text") == long
    accuracy = '.lada-plot-chart[aria-label="accuracy against labels"]'
    assert texts(notebook, f"{accuracy} .xtick text") == ["20"]
    bar = page.locator(f"{accuracy} path.yerror")
    assert bar.count() == 1
    assert bar.bounding_box()["height"] > 20
    page.set_viewport_size({"width": 500, "height": 3000})
    wait_until_readable(page, output)
    cut = texts(notebook, f"{confusion} .ytick text")
    assert all(name.startswith("a class") and name.endswith("…") for name in cut)
