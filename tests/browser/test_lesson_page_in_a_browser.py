"""The page with no kernel: opened from disk in a real browser whose network is off."""

from __future__ import annotations

import math
import re
import sys

import numpy as np
import pytest
from conftest import ARTIFACTS, REPOSITORY
from introduction_page import INTEGRATED, integral, points, shown
from looks import colours_in, pages_printed, wait_until_readable
from playwright.sync_api import expect

sys.path.insert(0, str(REPOSITORY / "tests"))
from helpers.fake_runs import record
from helpers.fakes import FakeSession

from lada_explore.analysis import map_points
from lada_explore.apps.lesson import write_lesson
from lada_explore.apps.lesson.questions import questions_of
from lada_explore.beta import beta_weights

STARS = """() => {
    const { data } = document.querySelector("#map .lada-plot-chart");
    const named = (name) => data.find((trace) => trace.name.replaceAll("<br>", " ") === name);
    const read = (trace) => ({ x: Array.from(trace.x), y: Array.from(trace.y) });
    const numbers = (name) => [...document.querySelectorAll(`#map .lada-map-numbers text[data-group="${name}"]`)];
    const pairs = numbers("maximum (*average) of a pair");
    return {
        entropies: numbers("entropy of an acquired image").map((text) => text.textContent),
        pairs: pairs.map((text) => text.textContent), colour: pairs[0]?.getAttribute("fill"),
        rings: read(named("marked")), threads: read(named("line to a parent image, chosen pair")),
        range: document.querySelector("#map .lada-plot-chart").layout.xaxis.range,
    };
}"""
TAU = """() => {
    const { data } = document.querySelector("#tau .lada-plot-chart");
    return Object.fromEntries(data.filter((t) => t.name).map((t) => [t.name, Array.from(t.y)]));
}"""


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    session = FakeSession(cycles=3)
    session.run()
    return record(session, tmp_path_factory.mktemp("lesson") / "demo")


@pytest.fixture(scope="module")
def opened(run, browser):
    """The page, and what went wrong in it."""
    out = run.path.parent / "lesson.html"
    write_lesson(run.path, out)
    context = browser.new_context(viewport={"width": 1280, "height": 900}, offline=True)
    page, troubles = context.new_page(), []
    page.on("pageerror", lambda error: troubles.append(f"page error: {error}"))
    page.on("request", lambda asked: troubles.append(asked.url) if asked.url.startswith("http") else None)
    page.goto(out.as_uri())
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    page.wait_for_function(
        "() => document.querySelectorAll('.js-plotly-plot .xaxislayer-above').length >= 3", timeout=60_000
    )
    yield page, troubles
    context.close()


@pytest.fixture
def page(opened):
    """The page as it is when it was just opened."""
    page, troubles = opened
    page.evaluate("history.replaceState(null, '', location.pathname)")
    page.reload()
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    page.wait_for_selector("#map .lada-plot[data-cycle='3']", timeout=60_000)
    yield page
    assert troubles == []


def go(page, cycle: int) -> None:
    slider = page.get_by_role("slider", name="Cycle", exact=True)
    slider.focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    for _ in range(cycle):
        page.keyboard.press("ArrowRight")
    page.wait_for_selector(f"body[data-cycle='{cycle}']", state="attached")


@pytest.mark.parametrize("width", [390, 1280])
def test_the_five_minutes_to_tau_work_without_a_kernel_before_the_first_question(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    tops = [page.locator(f"#{part}").bounding_box()["y"] for part in ("primer", "introduction", "questions")]
    assert tops == sorted(tops)
    assert page.locator("#primer li").count() == 5
    page.get_by_role("button", name="The middle sags").click()
    page.locator("#introduction").get_by_label("τ of Beta(τ, τ)").fill("0.8")
    assert shown(page, "V =") == pytest.approx(integral(points(page), 0.8), abs=INTEGRATED * math.log2(10))
    assert page.locator(".lada-ti-says").inner_text().startswith("The middle sags")
    wide = page.evaluate("document.documentElement.scrollWidth")
    page.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= width


def test_stepping_shows_each_cycle_and_the_map_stays_in_its_frame(page, run):
    frames = []
    for cycle in (1, 2, 3):
        go(page, cycle)
        page.wait_for_selector(f"#map .lada-plot[data-cycle='{cycle}']")
        page.get_by_label("All numbers").check()
        shown = page.evaluate(STARS)
        records = run.history[cycle]
        points = map_points(run.history, cycle)
        row_of = {i: row for row, i in enumerate(points.ids.tolist())}
        bits = [points.entropy_bits[row_of[i]] for i in records.select.query_ids.tolist()]
        assert sorted(shown["entropies"]) == sorted(f"{value:.2f}" for value in bits)
        virtual = points.virtual
        means = zip(virtual.max_instance, virtual.mean_virtual, strict=True)
        assert sorted(shown["pairs"]) == sorted(f"{high:.2f} (*{mean:.2f})" for high, mean in means)
        assert shown["colour"] == "#E0312E"
        frames.append(sum(shown["range"]) / 2)
        stages = page.locator("#stages li").all_inner_texts()
        assert len(stages) == 7
        assert f"{100 * records.evaluate.accuracy:.1f} % of the 2,000 in the test set are right" in stages[-1]
    # The sides give way to the legend, the middle stays.
    assert frames[0] == pytest.approx(frames[1]) == pytest.approx(frames[2])
    go(page, 0)
    assert "The start has no map" in page.locator("#map .lada-plot-message").inner_text()
    assert "pairs begin with cycle 1" in page.locator("#mixer .lada-pair-message:visible").inner_text()


def test_dragging_lam_and_tau_reads_the_profile_and_the_look_ahead_value_of_the_record(page, run):
    ahead, subset = run.history[3].look_ahead, run.history[3].subsample
    best = int(run.history[3].select.scores.argmax())
    box = page.get_by_label("λ, the share of the right image").bounding_box()
    page.get_by_label("λ, the share of the right image").scroll_into_view_if_needed()
    box = page.get_by_label("λ, the share of the right image").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.2 * box["width"], box["y"] + box["height"] / 2, steps=4)
    page.mouse.up()
    words = page.locator("#mixer .lada-mix-readout").first.inner_text()
    lam, value = map(float, re.fullmatch(r"λ = ([\d.]+): A = ([\d.]+) bits", words).groups())
    assert 0.1 < lam < 0.3
    assert value == pytest.approx(float(np.interp(lam, ahead.grid, ahead.profile[best])), abs=6e-4)
    tau = page.locator("#mixer").get_by_label("τ of Beta(τ, τ)")
    tau.focus()
    page.keyboard.press("Home")
    low = page.locator("#mixer .lada-mix-readout").nth(1).inner_text()
    page.keyboard.press("End")
    high = page.locator("#mixer .lada-mix-readout").nth(1).inner_text()
    for words in (low, high):
        at, value = map(float, re.fullmatch(r"τ = ([\d.]+): V = ([\d.]+) bits", words).groups())
        weights = beta_weights(ahead.grid.astype(np.float64), np.array([at]))
        assert value == pytest.approx(float((weights @ ahead.profile[best])[0]), abs=2e-3)
    assert low != high
    page.get_by_role("button", name="τ*", exact=True).click()
    assert page.locator("#mixer .lada-mix-readout").nth(1).inner_text().startswith(f"τ = {ahead.tau[best]:.2f}: ")
    drawn = page.evaluate(
        """() => Array.from(document.querySelectorAll(".lada-mix-figure canvas"), (canvas) =>
            Array.from(canvas.getContext("2d").getImageData(0, 0, 28, 28).data).filter((_, n) => n % 4 === 0))"""
    )
    first, second = (subset.images[2 * best + place].ravel().astype(float) for place in (0, 1))
    np.testing.assert_array_equal(drawn[0], second)
    np.testing.assert_array_equal(drawn[2], first)
    np.testing.assert_allclose(drawn[1], lam * first + (1 - lam) * second, atol=0.51)


def test_a_click_in_the_gallery_shows_that_pair_everywhere(page, run):
    records = run.history[3]
    pair = records.select.pair_ids[1].tolist()
    row = int(np.flatnonzero((records.subsample.pair_ids == pair).all(axis=1))[0])
    page.locator(".lada-query").nth(1).click()
    page.wait_for_selector(f".lada-mix-where:has-text('λ = 1: id {pair[0]}')")
    page.wait_for_function(f"() => ({STARS})().rings.x.length === 2")
    shown = page.evaluate(STARS)
    first, second = ([shown["rings"][axis][place] for axis in "xy"] for place in (0, 1))
    threads = list(zip(shown["threads"]["x"], shown["threads"]["y"], strict=True))
    assert len(threads) == 4 * records.select.virtual_lam.shape[-1]
    assert [list(point) for point in threads[::4]] == [first] * records.select.virtual_lam.shape[-1]
    assert [list(point) for point in threads[2::4]] == [second] * records.select.virtual_lam.shape[-1]
    np.testing.assert_allclose(page.evaluate(TAU)["chosen pair"], records.look_ahead.tau_by_epoch[:, row], atol=1e-6)
    assert page.locator("#map .lada-map-strip li button").count() == len(records.select.query_ids)
    images = page.locator("#queries img").evaluate_all("(all) => all.map((image) => image.naturalWidth)")
    assert images == [28] * len(records.select.query_ids)


def test_the_strip_below_the_map_shows_whole_rows(page):
    page.set_viewport_size({"width": 260, "height": 900})
    strip = page.locator("#map .lada-map-strip ol")
    shown = strip.evaluate("""(list) => ({
        inside: [list.scrollTop, list.clientHeight, list.scrollHeight],
        tops: Array.from(list.querySelectorAll("button"), (button) => [
            button.offsetTop - list.offsetTop, button.offsetHeight,
            button.lastChild.offsetTop + button.lastChild.offsetHeight - button.offsetTop]),
    })""")
    page.set_viewport_size({"width": 1280, "height": 900})
    _, height, whole = shown["inside"]
    assert whole > height  # There are rows to scroll to.
    rows = sorted({top for top, _, _ in shown["tops"]})
    assert len(rows) >= 3
    visible = [row for row in rows if row < height]
    assert len(visible) == 2
    for top, tall, words in shown["tops"]:
        assert words <= tall  # Nothing of a button sticks out of it.
        assert top + tall <= height or top >= height


def test_tau_of_every_cycle_is_drawn(page, run):
    means = [float(records.look_ahead.tau.mean()) for records in run.history[1:]]
    np.testing.assert_allclose(page.evaluate(TAU)["mean of all pairs"], means, rtol=1e-6)


def test_a_question_says_why_an_answer_is_wrong_and_why_another_is_right(page, run):
    asked = questions_of(run.history, run.class_names)
    assert page.locator(".question-bar button").count() == len(asked)
    question = asked[0]
    assert page.locator(".lada-q-text").inner_text() == question.text
    assert page.locator(".question-figures img").count() == 8
    assert page.locator(".look").is_hidden()
    wrong = next(choice for choice in question.choices if choice != question.answer)
    page.get_by_label(wrong, exact=True).check()
    page.get_by_role("button", name="Check").click()
    assert page.locator(".lada-q-verdict").inner_text() == f"✕ Not so. {question.hints[wrong]}"
    assert page.locator(".lada-q-why").is_hidden()
    page.get_by_label(question.answer, exact=True).check()
    page.get_by_role("button", name="Check").click()
    assert page.locator(".lada-q-verdict").inner_text() == "✓ Right."
    assert page.locator(".lada-q-why").inner_text() == question.why
    assert page.locator(".score").inner_text() == f"1 of {len(asked)} answered correctly"
    page.locator(".look").click()
    page.wait_for_selector(f"body[data-cycle='{question.cycle}']", state="attached")
    assert page.locator(".lada-query.lada-chosen").get_attribute("data-ids") == " ".join(map(str, question.pair))


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1920, "dark"), (1024, "light")])
def test_it_fits_the_window_light_and_dark(opened, width, scheme):
    page, troubles = opened
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.wait_for_selector(f"#map .lada-plot[data-theme='{scheme}']")
    page.wait_for_timeout(1000)
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=str(ARTIFACTS / f"lesson-{width}-{scheme}.png"), full_page=True)
    assert troubles == []


@pytest.mark.parametrize("width", [1920, 1600, 1280, 900, 390])
def test_everything_can_be_read_at_every_width(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    wait_until_readable(page, "main")
    assert min(colours_in(page, ".lada-mix-canvas")) > 20
    assert colours_in(page, "#map .lada-map-dots")[0] > 10
    titles = [title.replace("\xa0", " ") for title in page.locator("#tau .annotation-text").all_text_contents()]
    assert titles[0] == "τ* of each cycle"
    assert titles[1].replace(" ", "") == "τofeachpairwhilecycle3learned"


def test_a_guess_is_grey_beside_the_bold_answer(page, run):
    select, score, subset = run.history[3].select, run.history[3].score, run.history[3].subsample
    row = {i: place for place, i in enumerate(subset.subset_ids.tolist())}
    answers = dict(zip(run.history[3].query.ids.tolist(), run.history[3].query.labels.tolist(), strict=True))
    first, second = select.pair_ids[0].tolist()
    for where in (".lada-mix-figure[data-name='own']", f".lada-card[data-id='{first}']"):
        known, guess = page.locator(f"{where} .lada-known"), page.locator(f"{where} .lada-guess")
        assert known.text_content() == run.class_names[answers[first]]
        assert guess.text_content() == f"guess: {run.class_names[score.predicted[row[first]]]}"
        weights = [words.evaluate("(e) => getComputedStyle(e).fontWeight") for words in (known, guess)]
        assert weights == ["600", "400"]
    other = page.locator(".lada-mix-figure[data-name='other'] .lada-guess")
    assert other.text_content() == f"guess: {run.class_names[score.predicted[row[second]]]}"


def test_paper_shows_all_of_it_with_charts_that_fit(page):
    page.set_viewport_size({"width": 1600, "height": 900})
    wait_until_readable(page, "main")
    page.evaluate(
        """() => addEventListener("beforeprint", () => {
            const drawn = [...document.querySelectorAll(".main-svg")];
            window.printed = drawn.map((svg) => Number(svg.getAttribute("width")));
        }, { once: true })"""
    )
    assert pages_printed(page) >= 3
    assert max(page.evaluate("() => window.printed")) <= 700
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("width", [390, 1280])
def test_the_address_brings_back_cycle_pair_tau_and_answers_after_a_reload(page, run, width):
    page.set_viewport_size({"width": width, "height": 900})
    ahead, select = run.history[2].look_ahead, run.history[2].select
    row = int(np.argsort(-select.scores, kind="stable")[6])
    first = int(run.history[2].subsample.pair_ids[row, 0])
    page.evaluate("location.hash = '#cycle=2&pair=7&tau=0.4'")
    page.wait_for_selector("body[data-cycle='2']", state="attached")
    page.locator(".lada-q-choice input").first.check()
    page.get_by_role("button", name="Check").click()
    verdict = page.locator(".lada-q-verdict").inner_text()
    assert verdict
    for _ in range(2):
        assert page.locator(".lada-mix-where", has_text=f"λ = 1: id {first}").count() == 1
        words = page.locator("#mixer .lada-mix-readout").nth(1).text_content()
        at, value = map(float, re.fullmatch(r"τ = ([\d.]+): V = ([\d.]+) bits", words).groups())
        weights = beta_weights(ahead.grid.astype(np.float64), np.array([at]))
        assert at == pytest.approx(0.4, abs=0.01)
        assert value == pytest.approx(float((weights @ ahead.profile[row])[0]), abs=2e-3)
        assert page.locator(".lada-q-verdict").inner_text() == verdict
        page.wait_for_function("() => location.hash === '#cycle=2&pair=7&tau=0.4'")
        page.reload()
        page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    # What a person does is in the address in turn, by touch or keys.
    go(page, 3)
    page.wait_for_function("() => location.hash.startsWith('#cycle=3')")
    assert "tau=" not in page.evaluate("location.hash")
    page.locator("#mixer").get_by_label("τ of Beta(τ, τ)").evaluate(
        "(slider) => { slider.value = 3; slider.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.wait_for_function("() => location.hash.includes('tau=0.0')")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.mark.parametrize("width", [390, 1280])
def test_the_story_is_a_page_of_its_own_with_its_state_in_the_address(page, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("location.hash = '#cycle=2&pair=7'")
    page.wait_for_selector("body[data-cycle='2']", state="attached")
    page.get_by_role("link", name="The story of τ*").click()
    expect(page.locator(".lada-st")).to_have_attribute("data-at", "1")
    assert not page.locator("main").is_visible()
    page.get_by_role("button", name="4. τ").click()
    page.wait_for_function("() => location.hash === '#page=story&state=4'")
    page.reload()
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    expect(page.locator(".lada-st")).to_have_attribute("data-at", "4")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("location.hash") == "#page=story&state=4"
    page.go_back()
    page.wait_for_selector("main", state="visible")
    page.wait_for_function("() => location.hash === '#cycle=2&pair=7'")
    page.get_by_role("link", name="The story of τ*").click()
    page.get_by_role("link", name="The run").click()
    page.wait_for_function("() => location.hash === '#cycle=2&pair=7'")
    assert page.locator("#mixer .lada-mix-where").first.is_visible()


def test_a_run_whose_tau_jumps_is_a_lesson_too_and_its_lean_records_give_no_answer_away(browser, tmp_path):
    write_lesson(REPOSITORY / "data" / "runs" / "tau" / "noisy-tops", tmp_path / "lesson.html")
    context = browser.new_context(viewport={"width": 390, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(f"{(tmp_path / 'lesson.html').as_uri()}#cycle=3")
    page.wait_for_selector("body[data-ready]", state="attached", timeout=60_000)
    page.wait_for_selector("#tau .lada-plot-chart .main-svg", state="attached", timeout=60_000)
    means = page.evaluate(TAU)["mean of all pairs"]
    assert means[1] < 0.03 < 0.96 < means[2]
    assert "In cycle 3 learning gained" in page.locator("#tau").inner_text()
    # It kept no features, so it has no map: a sentence, without the bar and the box of one.
    assert "kept no features of its candidates" in page.locator("#map").inner_text()
    assert page.locator("#map .lada-plot").count() == 0
    # It kept the images that it asked about alone, so those of question 1 would say which pair that was.
    assert page.locator("#questions .question-view").inner_text().startswith("One of these four pairs was asked about")
    assert page.locator("#questions .question-figures > *").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
