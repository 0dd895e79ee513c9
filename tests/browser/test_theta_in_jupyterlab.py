"""A run with a spatial transformer in the explorer, in a real browser."""

from __future__ import annotations

import pytest
from helpers.small_runs import small_session

CHART = """() => {
    const chart = [...document.querySelectorAll(".lada-plot-chart")]
        .find((some) => some.offsetParent && some.getAttribute("aria-label")?.startsWith("θ over"));
    return chart && chart.querySelectorAll(".imagelayer image").length;
}"""

TRANSFORMS = """() => {
    const chart = document.querySelector(".lada-map .lada-plot-chart");
    const { left, top } = chart.getBoundingClientRect();
    const { xaxis, yaxis } = chart._fullLayout;
    const { x, y, customdata } = chart.data.find((trace) => trace.name === "transform");
    return Array.from(customdata, ([id], n) => ({
        id, at: [left + xaxis._offset + xaxis.d2p(x[n]), top + yaxis._offset + yaxis.d2p(y[n])],
    }));
}"""
"""Where the red x of each transform is on the page."""
PICTURE = """(box) => {
    const { backgroundImage, backgroundPosition, backgroundSize, width, height } = getComputedStyle(box);
    return [backgroundImage, backgroundPosition, backgroundSize, width, height];
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
        # Both at one moment: the page may move while it is laid out.
        image, transform = card.locator("img").evaluate_all("(all) => all.map((one) => one.getBoundingClientRect())")
        assert transform["x"] == image["x"] + image["width"] + 8
        assert transform["y"] == image["y"]
    shot(notebook, "stn-map")
    page.get_by_role("tab", name="θ", exact=True).click()
    page.wait_for_function(f"({CHART})() > 0")
    # Each queried image, of eight at most, and below it its transform.
    assert page.evaluate(CHART) == 2 * min(queried, 8)
    shot(notebook, "stn-theta")


def test_a_transform_on_the_map_is_shown_beside_its_image(pages, shot, run):
    notebook = pages.open_cells(
        "transform",
        f"from lada_explore import open_run\nfrom lada_explore.views import MapView\nMapView(open_run({str(run)!r}))",
    )
    page = notebook.page
    page.wait_for_selector(".lada-map[data-cycle='2'][data-atlas='2']", timeout=60_000)
    page.wait_for_function("() => document.querySelector('.lada-map-busy').textContent === ''")
    found = None
    for one in page.evaluate(TRANSFORMS):  # The first that no other point lies above.
        x, y = one["at"]
        page.mouse.move(x - 3, y)
        page.mouse.move(x, y)
        page.wait_for_timeout(300)
        if page.locator(f".lada-map-detail[data-key='{one['id']},{one['id']},0']").count():
            found = one["id"]
            break
    assert found is not None
    detail = page.locator(".lada-map-detail")
    assert detail.locator(".lada-map-thumbs span").all_inner_texts() == ["image", "its transform"]
    thumbs = detail.get_by_role("img").all()
    assert [thumb.get_attribute("aria-label") for thumb in thumbs] == [f"image {found}", f"transform of image {found}"]
    (url, place, *same), (url_beside, place_beside, *same_beside) = (thumb.evaluate(PICTURE) for thumb in thumbs)
    assert "blob:" in url
    assert url == url_beside
    assert same == same_beside
    assert place != place_beside  # Of one picture that holds all of them.
    shot(notebook, "stn-map-transform", ".lada-map")
