"""Mixer, ledger and what-if in a notebook that JupyterLab shows in a real browser."""

from __future__ import annotations

import re

import numpy as np
import pytest
from conftest import REPOSITORY
from helpers.fakes import FakeSession
from playwright.sync_api import expect

from lada_explore.analysis import pair_path, rerank, score_ledger

SETTINGS = {"subset_size": 98, "budget": 20}
CYCLE = 2
FAKE = f"""
import sys
sys.path.insert(0, {str(REPOSITORY / "tests")!r})
from helpers.fakes import FakeSession
from lada_explore.views import PairMixer, ScoreLedger, Selection, WhatIf
session, selection = FakeSession(**{SETTINGS}), Selection()
_ = session.run({CYCLE + 1})
"""
VIEWS = ("PairMixer(session, selection)", "ScoreLedger(session, selection)", "WhatIf(session, selection)")

WATCH_THE_WIRE = """() => {
    window.sentByPage ??= (() => {
        const sent = [];
        const send = WebSocket.prototype.send;
        WebSocket.prototype.send = function (data) {
            sent.push(typeof data === "string" ? data : new TextDecoder().decode(data));
            return send.call(this, data);
        };
        return sent;
    })();
    window.sentByPage.length = 0;
}"""
COMMS = """() => window.sentByPage.filter((text) => text.includes("comm_msg") && !text.includes('"type":"tau"')
    && !text.includes('"chosen":')).map((text) => text.slice(-300))"""
"""What the page asks of the kernel; not where a person looks, which it tells when a tau stays for 250 ms."""

PIXELS = """(name) => {
    const canvas = document.querySelector(`[data-name=${name}] canvas`);
    return Array.from(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data);
}"""

ROWS = """() => Array.from(document.querySelectorAll(".lada-led-row"), (row) => ({
    row: Number(row.dataset.row), status: row.dataset.status, words: row.querySelector(".lada-led-status").textContent,
    rank: row.querySelector(".lada-led-rank").textContent, total: row.querySelector(".lada-led-total").textContent,
    kept: Array.from(row.querySelectorAll("img"), (image) => image.naturalWidth),
}))"""


@pytest.fixture(scope="module")
def notebook(module_pages):
    return module_pages.open_cells("pairs", FAKE, *VIEWS)


@pytest.fixture(scope="module")
def records():
    """The same cycle as in the notebook: a fake's records depend on its seed only."""
    return FakeSession(**SETTINGS).run(CYCLE + 1)[CYCLE]


@pytest.fixture
def views(notebook):
    """The three views as they are at the beginning."""
    if notebook.page.evaluate("() => document.querySelector('.lada-mixer')?.dataset.touched !== undefined"):
        notebook.run_all()
    for name in ("mixer", "ledger", "what-if"):
        notebook.page.wait_for_selector(f".lada-{name}[data-rev]:not([data-touched]) .lada-pair-title:not([hidden])")
    notebook.page.wait_for_selector(".lada-mix-readout:not(:empty)")
    notebook.page.evaluate("() => { document.querySelector('.lada-mixer').dataset.touched = ''; }")
    notebook.page.evaluate(WATCH_THE_WIRE)
    return notebook


def readout(views, place: int) -> tuple[float, float]:
    """The numbers of "lam = 0.50: A = 1.234 bits" (0) and of the one of tau (1)."""
    words = views.page.locator(".lada-mix-readout").nth(place).inner_text()
    first, second = re.fullmatch(r"(?:λ|τ) = ([\d.]+): [AV] = ([\d.]+) bits", words).groups()
    return float(first), float(second)


def set_range(views, label: str, value: float) -> None:
    """Move a slider as a drag does: the value, then an input event."""
    views.page.get_by_label(label).evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


def grey(pixels: list[int]) -> np.ndarray:
    return np.array(pixels).reshape(28, 28, 4)[..., 0]


def test_a_drag_of_lam_changes_blend_curve_and_classes_at_once_without_the_kernel(views, records, shot):
    path = pair_path(records, tau_limit=2.0)
    assert readout(views, 0) == pytest.approx((0.5, np.interp(0.5, path.grid, path.profile)), abs=6e-4)
    box = views.page.get_by_label("λ, the share of the right image").bounding_box()
    middle = box["y"] + box["height"] / 2
    views.page.mouse.move(box["x"] + box["width"] / 2, middle)
    views.page.mouse.down()
    views.page.mouse.move(box["x"] + 0.7 * box["width"], middle, steps=8)
    views.page.mouse.up()
    lam, value = readout(views, 0)
    assert 0.65 < lam < 0.75
    assert value == pytest.approx(np.interp(lam, path.grid, path.profile), abs=6e-4)
    own, other = (pixels[0].astype(float) for pixels in path.images)
    blend = grey(views.page.evaluate(PIXELS, "blend"))
    assert np.abs(blend - (lam * own + (1 - lam) * other)).max() <= 0.5 + 1e-6
    np.testing.assert_array_equal(grey(views.page.evaluate(PIXELS, "own")), own)
    np.testing.assert_array_equal(grey(views.page.evaluate(PIXELS, "other")), other)
    shares = [float(text.removesuffix(" %")) for text in views.page.locator(".lada-mix-value").all_inner_texts()]
    expected = [np.interp(lam, path.grid, line) for line in [*path.classes.probabilities, path.classes.rest]]
    assert shares == pytest.approx([100 * share for share in expected], abs=0.51)
    assert views.page.evaluate(COMMS) == []
    shot(views, "pair_mixer", ".lada-mixer")


def test_the_answer_to_a_drag_is_drawn_in_the_same_task(views):
    before, after, ms = views.page.evaluate(
        """() => {
            const lam = document.querySelector("[aria-label^='λ, the share']");
            const text = () => document.querySelector(".lada-mix-readout").textContent;
            const before = text();
            const began = performance.now();
            for (let n = 1; n <= 20; n += 1) { lam.value = n / 20; lam.dispatchEvent(new Event("input")); }
            return [before, text(), (performance.now() - began) / 20];
        }"""
    )
    assert before != after
    assert after.startswith("λ = 1.00")
    assert ms < 16


def test_dragging_tau_shows_the_value_and_the_density_it_would_have(views, records):
    table = pair_path(records, tau_limit=2.0).table
    tau, value = readout(views, 1)
    assert tau == pytest.approx(table.tau[-2], abs=6e-3)
    assert value == pytest.approx(table.value[-2], abs=6e-4)
    density = views.page.locator(".lada-density").get_attribute("d")
    set_range(views, "τ of Beta(τ, τ)", 149)
    assert readout(views, 1) == pytest.approx((1.5, table.value[149]), abs=6e-4)
    assert views.page.locator(".lada-density").get_attribute("d") != density
    # Beta(1, 1) is uniform: its density is a level line at 1.
    set_range(views, "τ of Beta(τ, τ)", 99)
    heights = re.findall(r"[ML][\d.]+ ([\d.]+)", views.page.locator(".lada-density").get_attribute("d"))
    assert len(set(heights[:-2])) == 1
    views.page.get_by_role("button", name="best τ").click()
    best, highest = readout(views, 1)
    assert best == pytest.approx(table.tau[-1], abs=6e-3)
    assert highest == pytest.approx(table.value[-1], abs=6e-4)
    views.page.get_by_role("button", name="τ*", exact=True).click()
    assert readout(views, 1) == (tau, value)
    assert views.page.evaluate(COMMS) == []


def test_arrow_keys_move_the_sliders_and_stay_in_the_view(views):
    active = "() => window.jupyterapp.shell.currentWidget.content.activeCellIndex"
    cells = [entry["source"] for entry in views.cells()]
    lam = views.page.get_by_label("λ, the share of the right image")
    lam.focus()
    for key in ("ArrowRight", "ArrowRight", "ArrowLeft"):
        views.page.keyboard.press(key)
    assert readout(views, 0)[0] == 0.51
    assert lam.get_attribute("aria-valuetext").startswith("λ = 0.51: A = ")
    views.page.keyboard.press("Home")
    assert readout(views, 0)[0] == 0
    before = readout(views, 1)[0]
    views.page.get_by_label("τ of Beta(τ, τ)").focus()
    views.page.keyboard.press("ArrowUp")
    assert readout(views, 1)[0] == pytest.approx(before, abs=0.016)
    assert readout(views, 1)[0] != before
    for place in (lam, views.page.get_by_role("button", name="▶ Play"), views.page.locator(".lada-led-row").first):
        place.focus()
        cell = views.page.evaluate(active)
        for key in ("d", "d", "m", "a", "b", "z", "ArrowDown", "ArrowUp"):
            views.page.keyboard.press(key)
        assert views.page.evaluate(active) == cell
    views.page.wait_for_timeout(300)
    assert [entry["source"] for entry in views.cells()] == cells


def test_play_moves_lam_until_it_is_held(views):
    views.page.get_by_role("button", name="▶ Play").click()
    start = readout(views, 0)[0]
    views.page.wait_for_function(
        "(start) => Math.abs(Number(document.querySelector('.lada-mix-slide input').value) - start) > 0.1", arg=start
    )
    views.page.get_by_role("button", name="❚❚ Pause").click()
    held = readout(views, 0)
    views.page.wait_for_timeout(300)
    assert readout(views, 0) == held


@pytest.mark.parametrize("weights", [(1, 1, 1), (0, 0, 1), (2, 0.5, 0.35), (0.05, 1.95, 1.4)])
def test_the_page_ranks_as_the_analysis_does_and_marks_who_enters_and_leaves(views, records, weights):
    for name, weight in zip(("A(1)", "A(0)", "V(τ*)"), weights, strict=True):
        set_range(views, f"Weight of {name}", weight)
    ledger = score_ledger([records])
    expected = rerank(ledger, weights)
    rows = views.page.evaluate(ROWS)
    beyond = [row for row in expected.order[30:].tolist() if ledger.queried[row]]
    assert [row["row"] for row in rows] == expected.order[:30].tolist() + beyond
    totals = [float(row["total"].split()[0]) for row in rows]
    assert totals == pytest.approx(expected.scores[[row["row"] for row in rows]].tolist(), abs=6e-3)
    assert [row["row"] for row in rows if row["status"] == "enters"] == expected.entering.tolist()
    assert [row["row"] for row in rows if row["status"] == "leaves"] == expected.leaving.tolist()
    assert {row["words"] for row in rows if row["status"] == "leaves"} <= {"▼ leaves"}
    assert rows[0]["rank"].startswith("1")
    # Thumbnails of pairs that were not among the best come from the kernel when they are first drawn.
    views.page.wait_for_function(f"() => ({ROWS})().every((row) => row.kept.join() === '28,28')")


def test_some_weights_do_change_the_query_and_reset_brings_it_back(views, records, shot):
    set_range(views, "Weight of A(1)", 0)
    set_range(views, "Weight of A(0)", 0.2)
    entering = rerank(score_ledger([records]), (0, 0.2, 1)).entering
    assert len(entering) > 0
    words = views.page.locator(".lada-led-summary").inner_text()
    assert words == f"▼ {len(entering)} of the 10 pairs asked about would leave, and ▲ {len(entering)} would enter."
    shot(views, "score_ledger", ".lada-ledger")
    views.page.get_by_role("button", name="Reset").click()
    assert "the method's weights" in views.page.locator(".lada-led-summary").inner_text()
    assert {row["status"] for row in views.page.evaluate(ROWS)} == {"stays", "other"}


def test_a_click_on_a_row_selects_the_pair_in_the_mixer(views, records):
    row = rerank(score_ledger([records]), (1, 1, 1)).order[12]
    first, second = records.subsample.pair_ids[row].tolist()
    views.page.locator(f".lada-led-row[data-row='{row}']").click()
    views.page.locator(".lada-mix-figure[data-name=own]", has_text=f"id {first}").wait_for()
    assert "pair 13 of 49 by score, not asked about" in views.page.locator(".lada-mixer .lada-pair-title").inner_text()
    assert f"id {second}" in views.page.locator(".lada-mix-figure[data-name=other]").inner_text()
    views.page.wait_for_selector(f".lada-led-row[data-row='{row}'][aria-pressed='true']")
    path = pair_path(records, (first, second), tau_limit=2.0)
    tau, value = readout(views, 1)
    assert tau == pytest.approx(path.table.tau[-2], abs=6e-3)
    assert value == pytest.approx(path.table.value[-2], abs=6e-4)
    views.page.get_by_role("button", name="Better").click()
    views.page.wait_for_function("() => document.querySelector('.lada-mixer').innerText.includes('pair 12 of 49')")


def test_the_overlap_on_the_page_equals_a_direct_computation(views, records, shot):
    views.page.get_by_label("No pairs: single images by their own score").check()
    views.page.wait_for_selector(".lada-what-if[data-rule='singles']")
    best = set(records.subsample.subset_ids[np.argsort(-records.score.scores)[:20]].tolist())
    asked = set(records.select.query_ids.tolist())
    assert 0 < len(asked & best) < 20
    headline = views.page.locator(".lada-wi-headline").inner_text()
    assert headline == f"{len(asked & best)} of 20 images are the same; {len(asked - best)} would be swapped."
    for name, ids in (("leaving", asked - best), ("entering", best - asked)):
        items = views.page.locator(f".lada-wi-side[data-name={name}] .lada-wi-image")
        assert {int(i) for i in items.evaluate_all("(items) => items.map((item) => item.dataset.id)")} == ids
    shot(views, "what_if", ".lada-what-if")

    views.page.get_by_label("One τ for every pair").check()
    views.page.wait_for_selector(".lada-what-if[data-rule='fixed']")
    set_range(views, "τ of every pair", 1)
    look_ahead, pairs = records.look_ahead, records.subsample.pair_ids
    value = np.trapezoid(look_ahead.profile, look_ahead.grid, axis=1)
    order = np.argsort(-(look_ahead.profile[:, 0] + look_ahead.profile[:, -1] + value))
    kept = len(asked & set(pairs[order[:10]].ravel().tolist()))
    views.page.wait_for_function(
        "() => document.querySelector('.lada-wi-table').innerText.includes('V(τ) of the pairs')"
    )
    views.page.wait_for_selector(f".lada-what-if[data-kept='{kept}']")
    expected = value[order[:10]].mean()
    views.page.wait_for_function(
        f"() => Math.abs(Number(document.querySelectorAll('.lada-wi-table td')[4].textContent) - {expected}) < 6e-3"
    )


def test_a_seed_that_cannot_be_gets_a_sentence(views):
    views.page.get_by_label("Random pairs", exact=True).check()
    views.page.wait_for_selector(".lada-what-if[data-rule='random']")
    views.page.get_by_label("Seed of the random draw").fill("-3")
    views.page.wait_for_function("() => document.querySelector('.lada-what-if').innerText.includes('seed is -3')")
    views.page.get_by_label("Seed of the random draw").fill("3")
    views.page.wait_for_function("() => document.querySelector('.lada-what-if .lada-pair-error').hidden")


def test_class_names_are_shown_as_text_never_as_html(views):
    text = views.page.locator(".lada-ledger").inner_text()
    assert "<b>Dress</b>" in text
    pairs = views.page.locator(".lada-led-row", has_text="<b>Dress</b>")
    pairs.first.click()
    views.page.wait_for_function(
        "() => document.querySelector('.lada-mix-images').textContent.includes('<b>Dress</b>')"
    )
    assert views.page.locator(".lada-pair b").count() == 0
    assert "<b>Dress</b>" in views.page.locator(".lada-mix-choice").inner_text()


def test_everything_is_shown_again_after_a_reload_and_in_the_dark(views, shot):
    words = views.page.locator(".lada-mixer dl").inner_text()
    views.reload()
    views.page.wait_for_selector(".lada-mix-readout:not(:empty)")
    assert views.page.locator(".lada-mixer dl").inner_text() == words
    views.show_theme("JupyterLab Dark")
    views.page.wait_for_selector("body[data-jp-theme-light='false']", state="attached")
    views.page.wait_for_timeout(500)
    for name in ("mixer", "ledger", "what-if"):
        shot(views, f"pair_views_dark_{name}", f".lada-{name}")
    ink = views.page.evaluate("() => getComputedStyle(document.querySelector('.lada-plot-svg .lada-tick')).fill")
    assert min(float(part) for part in re.findall(r"[\d.]+", ink)[:3]) > 150, ink
    views.show_theme("JupyterLab Light")
    views.page.wait_for_selector("body[data-jp-theme-light='true']", state="attached")


def test_lean_records_get_boxes_and_a_method_without_pairs_sentences(pages, shot):
    lean = (
        f"{FAKE}\nfrom dataclasses import replace\n"
        "last = session.history[-1]\n"
        "none = replace(last.subsample, images=last.subsample.images[:0])\n"
        "session.history = (*session.history[:-1], replace(last, subsample=none))\n"
        "worst = last.subsample.pair_ids[last.select.scores.argmin()]\n"
        "selection.choose_pair(*worst)"
    )
    notebook = pages.open_cells("lean", lean, *VIEWS)
    notebook.page.wait_for_selector(".lada-mix-missing:visible")
    assert notebook.page.locator(".lada-mix-missing:visible").count() == 3
    notebook.page.get_by_label("No pairs: single images").check()
    notebook.page.wait_for_selector("[data-name=entering] .lada-pair-missing")
    assert notebook.page.locator("[data-name=leaving] .lada-pair-missing").count() == 0
    shot(notebook, "pair_views_lean")

    single = FAKE.replace("FakeSession(**", "FakeSession(method='max-entropy', **")
    notebook = pages.open_cells("singles", single, *VIEWS)
    for name in ("mixer", "ledger"):
        notebook.page.wait_for_selector(f".lada-{name} .lada-pair-message:visible")
        assert "no pairs to show" in notebook.page.locator(f".lada-{name}").inner_text()
        expect(notebook.page.locator(f".lada-{name} .lada-pair-body")).to_be_hidden()
    # The query of single images is compared by what the classifier predicts for each.
    notebook.page.wait_for_selector(".lada-what-if[data-rule='margin']")
    notebook.page.get_by_label("Random images").check()
    notebook.page.wait_for_selector(".lada-what-if[data-rule='draw']")
    expect(notebook.page.get_by_label("Seed of the random draw")).to_be_visible()
    shot(notebook, "what_if_of_images", ".lada-what-if")


def test_a_method_that_does_not_look_ahead_begins_without_v_and_counts_it_when_its_weight_is_raised(pages, shot):
    recorded = f"{FAKE}\nfrom helpers.pair_records import pair_cycle\nsession.history = (pair_cycle(use='recorded'),)"
    notebook = pages.open_cells("recorded", recorded, *VIEWS[:2])
    notebook.page.wait_for_selector(".lada-ledger[data-rev] .lada-led-row")
    notebook.page.wait_for_selector(".lada-mix-readout:not(:empty)")
    amounts = notebook.page.locator(".lada-led-amount")
    summary = notebook.page.locator(".lada-led-summary")
    assert amounts.all_inner_texts() == ["1.00", "1.00", "0.00"]
    assert summary.inner_text() == "These are the method's weights; they chose the 2 pairs asked about."
    assert "A(1) + A(0); the method does not count V(τ*)" in notebook.page.locator(".lada-led-head").inner_text()
    assert "not counted by this method" in notebook.page.locator(".lada-led-weight").nth(2).inner_text()
    facts = notebook.page.locator(".lada-mixer dl").inner_text()
    assert "score of the pair, A(1) + A(0)" in facts
    assert "V at τ* = 1.00, not counted" in facts
    set_range(notebook, "Weight of V(τ*)", 2)
    assert summary.inner_text() == "▼ 1 of the 2 pairs asked about would leave, and ▲ 1 would enter."
    assert [(row["row"], row["status"]) for row in notebook.page.evaluate(ROWS)] == [
        (3, "stays"),
        (0, "enters"),
        (1, "leaves"),
        (2, "other"),
    ]
    shot(notebook, "score_ledger_not_counted", ".lada-ledger")
    notebook.page.get_by_role("button", name="Reset").click()
    assert amounts.all_inner_texts() == ["1.00", "1.00", "0.00"]
