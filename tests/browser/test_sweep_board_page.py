"""The tables of a sweep's board in pages of several widths: words stay whole, and only a table moves sideways."""

from __future__ import annotations

import pytest
from conftest import ARTIFACTS
from looks import looks_broken

from lada_explore.experiments.board import read_board
from lada_explore.experiments.plan import Plan, Planned, run_of, write_plan
from lada_explore.experiments.status import RunState, RunStatus, kept_for
from lada_explore.experiments.sweep_lock import only_sweep_in
from lada_explore.views.sweep_board.sweep_board import board_html

LONG = "lada-entmix@policy.tau_max=4,look_ahead.precision=float32"
WRONG = "/data/sweeps/of-a-long-name/runs/lada-entmix/seed-1/records.npz cannot be written: the disk is full"
SHELL = "<!doctype html><meta charset=utf-8><body style='margin: 8px; font: 13px sans-serif'><div id=board>{}</div>"


@pytest.mark.parametrize("width", [1280, 900, 390])
def test_tables_can_be_read(browser, tmp_path, width):
    planned = tuple(Planned(method=LONG, seed=seed, cycles=2) for seed in (0, 1))
    write_plan(tmp_path, Plan(engine="ray", at_once=2, runs=planned))
    times = {"began": 1000.0, "heard": 1180.0, "tries": 2, "cycle": 1, "where": "node-2, process 7, cuda:0"}
    for seed, state, error in ((0, RunState.RUNNING, ""), (1, RunState.FAILED, WRONG)):
        status = RunStatus(method=LONG, seed=seed, cycles=2, state=state, error=error, **times)
        kept_for(run_of(tmp_path, LONG, seed).path)(status)
    page = browser.new_page(viewport={"width": width, "height": 500})
    with only_sweep_in(tmp_path):
        page.set_content(SHELL.format(board_html(read_board(tmp_path))))
    lines = page.evaluate("""() => [...document.querySelectorAll("td, th, li")].map((cell) => {
        const text = document.createRange();
        text.selectNodeContents(cell);
        return [cell.textContent, new Set([...text.getClientRects()].map(({ top }) => Math.round(top))).size];
    })""")
    assert {n for text, n in lines if not text.startswith(LONG)} == {1}
    assert all(n <= 7 for _, n in lines), lines
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if width > 390:
        assert looks_broken(page, "#board") == []
    ARTIFACTS.mkdir(exist_ok=True)
    page.screenshot(path=ARTIFACTS / f"sweep_board_{width}.png")
    page.close()
