"""The map in a notebook that JupyterLab shows in a real browser: the numbers, the animation, clicks, keys and files."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fakes import FakeSession

FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore.views import MapView, Selection
session = FakeSession(cycles=3, subset_size=80, points=1)
_ = session.run(4)
selection = Selection()
view = MapView(session, selection)
"""

NUMBERS = """(name) => {
    const texts = [...document.querySelectorAll(`.lada-map-numbers text[data-group="${name}"]`)];
    return { texts: texts.map((text) => text.textContent), colour: texts[0] && getComputedStyle(texts[0]).fill };
}"""
PAINTED = """(id) => {
    const chart = document.querySelector(".lada-map .lada-plot-chart");
    const canvas = chart.querySelector(".lada-map-dots");
    const { xaxis, yaxis } = chart._fullLayout;
    const sharp = canvas.width / canvas.clientWidth;
    for (const trace of chart.data) {
        const n = Array.from(trace.customdata ?? []).findIndex((key) => key[0] === id && key[1] < 0);
        if (n < 0) continue;
        const at = [xaxis.d2p(trace.x[n]), yaxis.d2p(trace.y[n])].map((place) => Math.round(sharp * place));
        const rgba = Array.from(canvas.getContext("2d").getImageData(...at, 1, 1).data);
        const group = Array.from(chart.querySelectorAll(".scatterlayer .trace"))
            .find((node) => node.__data__[0].trace.index === chart.data.indexOf(trace));
        const marks = group?.querySelectorAll("path.point").length ?? 0;
        return { rgba, marks, colour: trace.marker.color, name: trace.name };
    }
}"""
WIDE = """
from dataclasses import replace
import numpy as np

def widened(session):
    \"\"\"The session in the middle of cycle 1, with 2,000 candidates.\"\"\"
    start, one = session.run(2)
    ids, rng = np.arange(1000, 3000), np.random.default_rng(0)
    wide = lambda array: np.resize(array, (2000, *array.shape[1:]))
    names = ("scores", "predicted", "confidence", "logits", "outputs")
    features = (wide(one.score.features) + rng.normal(0, 1, (2000, 16))).astype(np.float16)
    score = replace(one.score, features=features, **{name: wide(getattr(one.score, name)) for name in names})
    subset = one.subsample
    drawn = {"targets": wide(subset.targets), "images": wide(subset.images)}
    subset = replace(subset, subset_ids=ids, pair_ids=ids.reshape(-1, 2), **drawn)
    session.history = (start, replace(one, subsample=subset, score=score, look_ahead=None, select=None, query=None))
    return session
"""

SHARED = """
from dataclasses import replace
import numpy as np

def shared(session):
    \"\"\"The session with the candidates of cycle 1 in cycle 2 too, seen otherwise, and nothing acquired of them.\"\"\"
    start, one, two = session.run(3)
    undecided = {"look_ahead": None, "select": None, "query": None}
    noise = np.random.default_rng(0).normal(0, 2, one.score.features.shape)
    score = replace(one.score, cycle=2, features=(one.score.features + noise).astype(np.float16))
    same = {"subsample": replace(one.subsample, cycle=2), "score": score}
    session.history = (start, replace(one, **undecided), replace(two, **same, **undecided))
    return session
"""

WATCH = """() => {
    const canvas = document.querySelector(".lada-map .lada-map-dots");
    globalThis.pictures = [];
    setInterval(() => globalThis.pictures.push(canvas.toDataURL()), 50);
}"""

EXECUTE_AND_TIME = """async () => {
    const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
    const began = performance.now();
    await kernel.requestExecute({ code: "1 + 1" }).done;
    return performance.now() - began;
}"""
BLACK, RED = "entropy of an acquired image", "maximum (*average) of a pair"


@pytest.fixture(scope="module")
def history():
    return FakeSession(cycles=3, subset_size=80, points=1).run(4)


@pytest.fixture(scope="module")
def notebook(module_pages):
    opened = module_pages.open_cells("map", FAKE, "view")
    wait_for_map(opened, 3)
    opened.page.get_by_label("All numbers").check()
    return opened


@pytest.fixture
def map_page(notebook):
    """The map of cycle 3 with nothing chosen."""
    run(notebook, "view.colour = 'true class'; selection.mark([]); selection.show_cycle(None)")
    wait_for_strip(notebook, "Asked about in cycle 3")
    wait_for_map(notebook, 3)
    return notebook


def wait_for_map(notebook, cycle: int) -> None:
    """Until the map of a cycle is drawn, and its images and words are there."""
    notebook.page.wait_for_selector(f".lada-map[data-cycle='{cycle}'][data-atlas='{cycle}']", timeout=60_000)
    notebook.page.wait_for_function("() => document.querySelector('.lada-map-busy').textContent === ''")


def wait_for_strip(notebook, words: str) -> None:
    notebook.page.wait_for_function(
        "(words) => document.querySelector('.lada-map-strip').innerText.includes(words)", arg=words
    )


def run(notebook, source: str) -> Any:
    """Run a line in the notebook's kernel and return what it prints."""
    return notebook.page.evaluate(
        """async (code) => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const future = kernel.requestExecute({ code });
            let said = "";
            future.onIOPub = (message) => {
                if (message.header.msg_type === "stream") said += message.content.text;
                if (message.header.msg_type === "error") said += message.content.evalue;
            };
            await future.done;
            return said.trim();
        }""",
        source,
    )


def entropies(records) -> list[str]:
    """What the record says of each acquired image, best first."""
    score = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
    return [f"{score[i]:.2f}" for i in records.select.query_ids.tolist()]


def red_numbers(records) -> list[str]:
    """Maximum and average of each queried pair as the record has them."""
    pairs = records.subsample.pair_ids.tolist()
    rows = [pairs.index(pair) for pair in records.select.pair_ids.tolist()]
    ahead = records.look_ahead
    return [f"{ahead.max_instance[row]:.2f} (*{ahead.mean_virtual[row]:.2f})" for row in rows]


def luminance(colour: str) -> float:
    r, g, b = (float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3])
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def point(notebook, image_id: int) -> tuple[float, float]:
    """Where an image is on the page."""
    return notebook.page.evaluate(
        """(id) => {
            const chart = document.querySelector(".lada-map .lada-plot-chart");
            const box = chart.getBoundingClientRect();
            const { xaxis, yaxis } = chart._fullLayout;
            for (const trace of chart.data) {
                const n = Array.from(trace.customdata ?? []).findIndex((key) => key[0] === id && key[1] < 0);
                const [x, y] = [trace.x[n], trace.y[n]];
                if (n >= 0) return [box.left + xaxis._offset + xaxis.d2p(x), box.top + yaxis._offset + yaxis.d2p(y)];
            }
        }""",
        image_id,
    )


def lone_image(notebook, cycle: int) -> int:
    """A candidate with room around it, so that the pointer means no other."""
    said = run(
        notebook,
        f"""
import numpy as np
from lada_explore.analysis import Kind, map_points
points, layout = map_points(session.history, {cycle}), view._layouts["t-sne"].find(session.history, {cycle})
distance = np.linalg.norm(layout.positions[:, None] - layout.positions[None], axis=2) + 9 * np.eye(len(points.ids))
print(points.ids[np.where(points.kind == Kind.CANDIDATE, distance.min(axis=1), 0).argmax()])""",
    )
    return int(said)


def hover(notebook, image_id: int) -> None:
    x, y = point(notebook, image_id)
    notebook.page.mouse.move(x - 4, y)
    notebook.page.mouse.move(x, y)
    notebook.page.wait_for_selector(f".lada-map-detail[data-key='{image_id},-1,-1']")


def test_the_black_and_the_red_numbers_are_those_of_the_record(map_page, history, shot):
    black, red = (map_page.page.evaluate(NUMBERS, name) for name in (BLACK, RED))
    assert black["texts"] == entropies(history[3])
    assert red["texts"] == red_numbers(history[3])
    assert luminance(black["colour"]) < 70
    r, g, b = (float(part) for part in red["colour"][4:-1].split(","))
    assert r > 200
    assert max(g, b) < 60
    shot(map_page, "map", ".lada-map")


def test_another_cycle_redraws_numbers_and_points_and_the_shared_images_glide(map_page, history):
    run(map_page, "selection.show_cycle(2)")
    map_page.page.wait_for_selector(".lada-map[data-cycle='2']")
    gliding = map_page.page.evaluate(
        "() => document.getAnimations().filter((a) => a.effect.getTiming().duration === 700).length"
    )
    assert map_page.page.evaluate(NUMBERS, BLACK)["texts"] == entropies(history[2])
    assert map_page.page.evaluate(NUMBERS, RED)["texts"] == red_numbers(history[2])
    # On both maps: what was labelled before cycle 2, and what cycle 2 acquired.
    assert gliding == 20 + 6 + 6
    assert "Compared with the map of cycle 1" in map_page.page.locator(".lada-map-gauge").text_content()
    assert "Trustworthiness 0." in map_page.page.locator(".lada-map-gauge").text_content()


def test_a_candidate_is_painted_in_the_colour_of_its_class_and_the_legend_hides_it(map_page, history):
    image_id = lone_image(map_page, 3)
    painted = map_page.page.evaluate(PAINTED, image_id)
    red, green, blue, alpha = painted["rgba"]
    assert [red, green, blue] == pytest.approx([int(painted["colour"][at : at + 2], 16) for at in (1, 3, 5)], abs=3)
    assert alpha == pytest.approx(0.75 * 255, abs=2)
    assert painted["marks"] == 0
    name = re.compile(f"^{re.escape(painted['name'])}$")
    entry = map_page.page.locator(".lada-map .legend .traces", has_text=name).locator(".legendtoggle")
    for alpha in (0, 191):
        entry.click()
        map_page.page.wait_for_timeout(600)  # plotly waits for a second click
        assert map_page.page.evaluate(PAINTED, image_id)["rgba"][3] == pytest.approx(alpha, abs=2)


def test_candidates_on_both_maps_glide(pages):
    opened = pages.open_cells(
        "gliding", f"{FAKE}\n{SHARED}\nview = MapView(shared(FakeSession(cycles=2)), selection)", "view"
    )
    wait_for_map(opened, 2)
    opened.page.evaluate(WATCH)
    run(opened, "selection.show_cycle(1)")
    wait_for_map(opened, 1)
    opened.page.wait_for_timeout(1500)
    pictures = opened.page.evaluate("() => globalThis.pictures")
    # One before, some on the way and one at the end, which lasts.
    assert len(set(pictures)) > 4
    assert pictures[-1] == pictures[-5]


def test_pointing_at_an_image_shows_it_with_entropy_and_top_three_without_the_kernel(map_page, history):
    image_id = lone_image(map_page, 3)
    hover(map_page, image_id)
    score = history[3].score
    row = history[3].subsample.subset_ids.tolist().index(image_id)
    words = map_page.page.locator(".lada-map-detail").inner_text()
    assert f"image {image_id}" in words
    assert f"entropy {score.scores[row]:.2f} bits" in words
    assert f"{100 * score.confidence[row]:.0f} %" in words
    thumb = map_page.page.locator(".lada-map-detail .lada-map-thumb")
    assert thumb.get_attribute("data-id") == str(image_id)
    assert "blob:" in thumb.evaluate("(box) => getComputedStyle(box).backgroundImage")


def test_a_click_chooses_the_pair_everywhere_and_rings_its_two_images(map_page, history, shot):
    image_id = lone_image(map_page, 3)
    hover(map_page, image_id)
    map_page.page.wait_for_timeout(100)
    map_page.page.mouse.down()
    map_page.page.mouse.up()
    map_page.page.wait_for_function(
        """() => document.querySelector(".lada-map .lada-plot-chart")
                .data.find((trace) => trace.name === "marked").x.length === 2"""
    )
    (pair,) = [pair for pair in history[3].subsample.pair_ids.tolist() if image_id in pair]
    looked_at = pair if pair[0] == image_id else pair[::-1]
    assert run(map_page, "print(list(selection.selected.pair), list(selection.selected.ids))") == f"{pair} {looked_at}"
    assert "2 marked images" in map_page.page.locator(".lada-map-strip").inner_text()
    shot(map_page, "map_pair_chosen", ".lada-map")


def test_a_lasso_lists_its_images_and_a_double_click_lets_them_go(map_page):
    image_id = lone_image(map_page, 3)
    x, y = point(map_page, image_id)
    mouse = map_page.page.mouse
    mouse.move(x - 12, y - 12)
    mouse.down()
    for dx, dy in ((12, -12), (12, 12), (-12, 12), (-12, -12)):
        mouse.move(x + dx, y + dy, steps=4)
    mouse.up()
    wait_for_strip(map_page, "marked image")
    assert str(image_id) in run(map_page, "print(selection.selected.ids)")
    button = f".lada-map-strip [data-key='{image_id},-1,-1']"
    map_page.page.wait_for_selector(button)  # the words of the strip may be there before its images
    assert map_page.page.locator(button).count() == 1
    map_page.page.wait_for_timeout(400)
    mouse.dblclick(x + 60, y + 60)
    wait_for_strip(map_page, "Asked about in cycle 3")
    assert run(map_page, "print(selection.selected.ids)") == "()"


def test_the_keyboard_reaches_every_image_and_chooses_its_pair_and_the_cell_gets_no_key(map_page, history):
    before = [cell["source"] for cell in map_page.cells()]
    map_page.page.locator(".lada-map .lada-plot-chart").focus()
    keyboard = map_page.page.keyboard
    keyboard.press("ArrowRight")
    first = map_page.page.locator(".lada-map-detail").get_attribute("data-key")
    assert first == f"{history[3].select.query_ids[0]},-1,-1"
    for key in ("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "d", "d", "m", "x"):
        keyboard.press(key)
    assert map_page.page.locator(".lada-map-detail").get_attribute("data-key") != first
    assert map_page.page.locator(".lada-map-cursor").is_visible()
    keyboard.press("Enter")
    wait_for_strip(map_page, " marked image")
    reached = int(map_page.page.locator(".lada-map-detail").get_attribute("data-key").split(",")[0])
    assert str(reached) in run(map_page, "print(selection.selected.ids)")
    assert [cell["source"] for cell in map_page.cells()] == before


def test_a_strip_button_shows_its_image_on_focus_and_chooses_its_pair(map_page, history):
    button = map_page.page.locator(".lada-map-strip li button").nth(2)
    best = history[3].select.query_ids.tolist()
    button.focus()
    assert map_page.page.locator(".lada-map-detail").get_attribute("data-key") == f"{best[2]},-1,-1"
    map_page.page.keyboard.press("Enter")
    wait_for_strip(map_page, "2 marked images")
    assert run(map_page, "print(list(selection.selected.pair))") == str(best[2:4])
    assert map_page.page.evaluate("() => document.activeElement.closest('.lada-map') !== null")


def test_names_are_text_in_the_legend_and_in_the_words(map_page):
    legend = map_page.page.locator(".lada-map .legend").text_content()
    assert "<b>Dress</b>" in legend
    assert map_page.page.locator(".lada-map .legend tspan[style*='bold'], .lada-map-detail b").count() == 0


@pytest.mark.parametrize("colour", ["predicted class", "entropy", "cycle acquired", "correctness"])
def test_the_colour_can_be_chosen_from_the_toolbar(map_page, shot, colour):
    rev = map_page.page.locator(".lada-map").get_attribute("data-rev")
    map_page.page.get_by_label("Colour").select_option(colour)
    map_page.page.wait_for_function("(rev) => document.querySelector('.lada-map').dataset.rev !== rev", arg=rev)
    assert run(map_page, "print(view.colour)") == colour
    shot(map_page, f"map_{colour.replace(' ', '_')}", ".lada-map")


@pytest.mark.parametrize(("name", "begins"), [("SVG", b"<?xml"), ("PDF", b"%PDF"), ("PNG", b"\x89PNG")])
def test_one_click_saves_a_figure(map_page, history, tmp_path, name, begins):
    with map_page.page.expect_download() as caught:
        map_page.page.get_by_role("button", name=f"Save the map as {name}").click()
    assert caught.value.suggested_filename == f"map_cycle_3.{name.lower()}"
    content = Path(caught.value.path()).read_bytes()
    assert content.startswith(begins)
    if name == "SVG":
        assert all(text in content.decode() for text in entropies(history[3]))


def test_a_start_without_a_map_is_a_sentence_and_the_dark_theme_is_readable(map_page, shot):
    run(map_page, "selection.show_cycle(0)")
    map_page.page.wait_for_function(
        "() => document.querySelector('.lada-map .lada-plot-message').textContent.startsWith('The start has no map')"
    )
    run(map_page, "selection.show_cycle(None)")
    wait_for_map(map_page, 3)
    map_page.show_theme("JupyterLab Dark")
    map_page.page.wait_for_selector(".lada-map[data-theme='dark']")
    map_page.page.wait_for_timeout(600)
    shot(map_page, "map_dark", ".lada-map")
    assert luminance(map_page.page.evaluate(NUMBERS, BLACK)["colour"]) > 180
    map_page.show_theme("JupyterLab Light")
    map_page.page.wait_for_selector(".lada-map[data-theme='light']")


def test_the_kernel_answers_while_a_map_is_laid_out(pages):
    opened = pages.open_cells("laying_out", f"{FAKE}\n{WIDE}\nview = MapView(widened(FakeSession(cycles=1)))", "view")
    opened.page.wait_for_selector(".lada-map .lada-plot-message:has-text('aying out 2,020 images of cycle 1')")
    waits_ms = [opened.page.evaluate(EXECUTE_AND_TIME) for _ in range(10)]
    assert opened.page.locator(".lada-map .lada-plot-message").is_visible(), (
        "it was laid out before it could be measured"
    )
    assert np.median(waits_ms) < 500
    wait_for_map(opened, 1)
