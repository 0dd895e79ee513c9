"""The first notebook on the real demo preset: what a person meets after `make lab`."""

from __future__ import annotations

import shutil

import pytest
from conftest import REPOSITORY
from notebook_page import CHART, OUTPUTS

NOTEBOOK = "01_step_an_acquisition.ipynb"
TAU, ACCURACY = 0, 1


@pytest.fixture
def notebook(pages):
    """A copy of the notebook, so that its run folder is made beside the copy, with all its cells run.

    The pretrained network is shown smaller pictures, whose features take seconds.
    """
    folder = pages.lab.folder / "notebooks"
    folder.mkdir(exist_ok=True)
    preset = 'preset=\\"demo-pretrained\\"'
    text = (REPOSITORY / "notebooks" / NOTEBOOK).read_text(encoding="utf-8")
    assert text.count(preset) == 1
    smaller = text.replace(preset, preset + ', settings={\\"backbone.size\\": 32}')
    (folder / NOTEBOOK).write_text(smaller, encoding="utf-8")
    opened = pages.open_path(f"notebooks/{NOTEBOOK}")
    opened.run_all(timeout_s=240)
    wait_for_accuracies(opened, 1)  # the last cell but one runs the start
    return opened


def wait_for_accuracies(notebook, number: int) -> None:
    """Until the accuracy chart, in sight, has drawn that many points."""
    notebook.show(".lada-plot", ACCURACY)
    notebook.page.wait_for_function(
        f"""([place, number]) => (({OUTPUTS})(".lada-plot-chart")[place]?.data ?? [])
                .some((trace) => trace.name === "accuracy" && trace.x.length === number)""",
        arg=[ACCURACY, number],
    )


def wait_for_cycle(notebook, cycle: int) -> None:
    notebook.show(".lada-stepper")
    notebook.page.wait_for_function(
        f"() => document.querySelector('.lada-now').textContent.startsWith('Cycle {cycle} done')", timeout=120_000
    )
    wait_for_accuracies(notebook, cycle + 1)


def test_no_question_about_news_covers_the_page_that_make_lab_opens(pages):
    shutil.copy(REPOSITORY / "notebooks" / NOTEBOOK, pages.lab.folder)
    opened = pages.open_path(NOTEBOOK, app="lab")
    chosen = pages.lab.api("GET", "/lab/api/settings/@jupyterlab/apputils-extension:notification")
    shown = {name: value["default"] for name, value in chosen["schema"]["properties"].items()}
    assert (shown["fetchNews"], shown["checkForUpdates"], chosen["settings"]) == ("false", False, {})
    opened.page.wait_for_timeout(2000)
    assert opened.page.locator(".Toastify__toast").all_inner_texts() == []


def test_next_cycle_changes_both_charts_and_pause_answers_within_a_second_while_it_trains(notebook, shot):
    before = [notebook.chart(TAU), notebook.chart(ACCURACY)]
    assert before[1]["traces"]["accuracy"]["x"] == [20]

    notebook.show(".lada-stepper")
    notebook.button("Next cycle").first.click()
    wait_for_cycle(notebook, 1)
    notebook.show(".lada-plot", TAU)
    drawn = f"(place) => ({CHART})(({OUTPUTS})('.lada-plot')[place]).traces['pair asked about']"
    notebook.page.wait_for_function(drawn, arg=TAU)
    after = [notebook.chart(TAU), notebook.chart(ACCURACY)]
    assert after[0]["rev"] > before[0]["rev"]
    assert after[1]["rev"] > before[1]["rev"]
    assert after[0]["traces"]["mean of all pairs"]["x"] == [1]
    assert len(after[0]["traces"]["pair asked about"]["y"]) == 5
    assert after[1]["traces"]["accuracy"]["x"] == [20, 30]
    assert all(10 < accuracy < 100 for accuracy in after[1]["traces"]["accuracy"]["y"])

    notebook.show(".lada-stepper")
    notebook.button("Next cycle").first.click()
    notebook.page.wait_for_selector("[data-stage='train'][data-status='running']", timeout=120_000)
    took_ms = notebook.pause_ms()
    assert "Paused during Train (cycle 2)" in notebook.page.locator(".lada-now").first.inner_text()
    shot(notebook, "demo_paused_in_train")
    assert took_ms < 1000
    notebook.button("Continue").first.click()
    wait_for_cycle(notebook, 2)
    for name, view in (("stepper", ".lada-stepper"), ("tau", ".lada-plot"), ("gallery", ".lada-gallery")):
        notebook.show(view)
        shot(notebook, f"demo_{name}", view)
