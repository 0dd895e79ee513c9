"""A run with a spatial transformer in the explorer, in a real browser."""

from __future__ import annotations

import pytest
from helpers.small_runs import small_session

CHART = """() => {
    const chart = [...document.querySelectorAll(".lada-plot-chart")]
        .find((some) => some.offsetParent && some.getAttribute("aria-label")?.startsWith("theta over"));
    return chart && chart.querySelectorAll(".imagelayer image").length;
}"""


@pytest.fixture
def run(tmp_path):
    """Folder of a run of two cycles."""
    session = small_session(tmp_path / "run", "lada-entstn", policy__learning_rate=5e-3)
    session.run()
    session.close()
    return tmp_path / "run"


def test_theta_stands_where_tau_would_and_transforms_beside_their_images(pages, shot, run):
    notebook = pages.open_cells(
        "theta", "from lada_explore import Explorer, open_run", f"explorer = Explorer(open_run({str(run)!r}))\nexplorer"
    )
    page = notebook.page
    page.wait_for_selector(".lada-tabs")
    page.wait_for_selector("img[alt^='transform of image']")
    queried = page.locator("figure.lada-card").count()
    assert page.locator("img[alt^='transform of image']").count() == queried > 0
    # Each transform stands to the right of its image, with a gap between, and each has its name above it.
    assert (
        page.locator("figure.lada-card .lada-both .lada-detail").all_inner_texts()
        == ["image", "its transform"] * queried
    )
    for card in page.locator("figure.lada-card").all():
        image, transform = (picture.bounding_box() for picture in card.locator("img").all())
        assert transform["x"] == image["x"] + image["width"] + 8
        assert transform["y"] == image["y"]
    shot(notebook, "stn-map")
    page.get_by_role("tab", name="theta", exact=True).click()
    page.wait_for_function(f"({CHART})() > 0")
    # Each queried image, of eight at most, and below it its transform.
    assert page.evaluate(CHART) == 2 * min(queried, 8)
    shot(notebook, "stn-theta")
