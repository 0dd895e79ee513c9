"""A person looks closely: photographs of 12 megapixels in JupyterLab, from the whole picture to a single pixel."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from labeller_notebook import all_saved, focus, press, shown, until
from PIL import Image

WIDTH, HEIGHT = 3000, 4000
"""Of the upright picture; its file has it lying on its side."""
MARK = (2040, 1016)
"""Column and row of a pixel of its own colour, in a square of SIDE pixels of one colour."""
SIDE = 64
SQUARE, PIXEL, GROUND = (200, 30, 40), (30, 200, 60), (120, 120, 120)
SETTINGS = {"schedule.budget": 2, "schedule.subset_size": 10, "training.epochs": 1, "policy.epochs": 1}
CELLS = f"""
from lada_explore import Labeller, open_session
session = open_session("zoom/run", dataset="folder:zoom/pictures", classes="cell,dust,edge", cycles=1,
                       settings={json.dumps(SETTINGS)}, seed=0)
if session.open_query.size == 0: session.step()
"""
WHOLE = ".lada-lab-view[data-painted$=whole]"
COLOUR = """([x, y]) => {
    const canvas = document.querySelector(".lada-lab-view");
    const times = canvas.width / canvas.clientWidth;
    return [...canvas.getContext("2d").getImageData(x * times, y * times, 1, 1).data];
}"""
MARKED = """(colour) => {
    const canvas = document.querySelector(".lada-lab-view");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const ratio = canvas.width / canvas.clientWidth;
    let [n, x, y] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) {
        if (colour.some((value, c) => Math.abs(value - data[i + c]) > 12)) continue;
        n += 1;
        x += (i / 4) % canvas.width;
        y += Math.floor(i / 4 / canvas.width);
    }
    return { n, ratio, x: x / Math.max(1, n) / ratio, y: y / Math.max(1, n) / ratio };
}"""
PINCH = """() => {
    const canvas = document.querySelector(".lada-lab-view");
    const { left, top } = canvas.getBoundingClientRect();
    const tell = (type, pointerId, x) => canvas.dispatchEvent(new PointerEvent(type, {
        pointerId, pointerType: "touch", clientX: left + x, clientY: top + 150, button: 0, bubbles: true,
    }));
    canvas.setPointerCapture = () => {};
    tell("pointerdown", 11, 140);
    tell("pointerdown", 12, 190);
    tell("pointermove", 11, 115);
    tell("pointermove", 12, 215);
    tell("pointerup", 11, 115);
    tell("pointerup", 12, 215);
    delete canvas.setPointerCapture;
}"""
STEP = """(key) => new Promise((resolve) => {
    const root = document.querySelector(".lada-labeller");
    const canvas = root.querySelector(".lada-lab-view");
    const began = performance.now();
    const look = () => {
        if (canvas.dataset.sharp === "true") resolve(performance.now() - began);
        else requestAnimationFrame(look);
    };
    root.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    look();
})"""


def draw(folder, n):
    """A picture with a gradient, and a pixel in a square, turned as cameras do."""
    rows, columns = np.mgrid[:HEIGHT, :WIDTH]
    pixels = np.stack([columns // 24, rows // 32, np.full_like(rows, 120)], axis=-1).astype(np.uint8)
    left, top = MARK[0] - SIDE // 2, MARK[1] - SIDE // 2
    pixels[top : top + SIDE, left : left + SIDE] = SQUARE
    pixels[MARK[1], MARK[0]] = PIXEL
    exif = Image.Exif()
    exif[0x0112] = 6
    folder.mkdir(parents=True)
    first = folder / "IMG_0000.JPG"
    Image.fromarray(np.rot90(pixels)).save(first, exif=exif, quality=100, subsampling=0)
    for number in range(1, n):
        shutil.copyfile(first, folder / f"IMG_{number:04d}.JPG")


def near(colour, expected, within=12):
    return max(abs(a - b) for a, b in zip(colour, expected, strict=True)) <= within


@pytest.fixture(scope="module")
def photographs(module_pages):
    """The labeller of a run on photographs, of which the first one asked is shown whole."""
    draw(module_pages.lab.folder / "zoom" / "pictures", 24)
    opened = module_pages.open_cells("zoom", CELLS, "Labeller(session)")
    opened.page.wait_for_selector(WHOLE, timeout=60_000)
    return opened


@pytest.fixture
def notebook(photographs):
    """The same, whole again and with the keyboard."""
    photographs.page.set_viewport_size({"width": 1280, "height": 1000})
    focus(photographs)
    press(photographs, "Escape")
    photographs.page.wait_for_selector(WHOLE)
    return photographs


def frame(notebook):
    return notebook.page.locator(".lada-lab-view").bounding_box()


def data(notebook, name):
    return notebook.page.locator(".lada-lab-view").get_attribute(f"data-{name}")


def wait_until_sharp(notebook):
    notebook.page.wait_for_selector(".lada-lab-view[data-sharp=true][data-painted*=part]", timeout=20_000)


def counted(notebook):
    """Pixels of the page that have the colour of the marked pixel, and the middle of them in the frame."""
    return notebook.page.evaluate(MARKED, [*PIXEL])


def amount(notebook):
    return notebook.page.locator(".lada-lab-magnified").inner_text().replace("\u00d7", "x")


def wheel_to_mark(notebook):
    """Zooms by the wheel, as far as it goes, where the mark is in the whole picture."""
    box = frame(notebook)
    times = box["width"] / HEIGHT
    left = (box["width"] - times * WIDTH) / 2
    x, y = box["x"] + left + times * MARK[0], box["y"] + times * MARK[1]
    notebook.page.mouse.move(x, y)
    for _ in range(16):
        notebook.page.mouse.wheel(0, -400)
        notebook.page.wait_for_timeout(80)
    wait_until_sharp(notebook)


def test_the_whole_picture_is_upright_and_uncropped_with_what_the_classifier_sees_framed(notebook, shot):
    shot(notebook, "zoom_whole", ".lada-labeller")
    box = frame(notebook)
    # 273 of 364 pixels wide, on both sides of which there is nothing; the frame is around its middle square.
    assert notebook.page.evaluate(COLOUR, [20, box["height"] / 2])[3] == 0
    assert near(notebook.page.evaluate(COLOUR, [50, 5])[:3], (2, 2, 120))
    assert near(notebook.page.evaluate(COLOUR, [308, 357])[:3], (120, 122, 120))
    middle, first = box["width"] / 2, round((HEIGHT - WIDTH) / 2 / HEIGHT * box["height"])
    line = [notebook.page.evaluate(COLOUR, [middle, y])[:3] for y in range(first - 3, first + 6)]
    assert [0, 0, 0] in line
    assert [255, 255, 255] in line
    assert notebook.page.locator(".lada-lab-note").inner_text() == "The frame is what the classifier sees."


def test_the_wheel_leads_to_a_single_pixel_of_the_file_and_escape_back(notebook, shot):
    wheel_to_mark(notebook)
    shot(notebook, "zoom_pixel", ".lada-labeller")
    assert amount(notebook) == "1,600 % of 3,000 x 4,000"
    found = counted(notebook)
    # 16 x 16 pixels of the page, and all others of the square around it.
    assert found["n"] == 256 * found["ratio"] ** 2
    assert near(notebook.page.evaluate(COLOUR, [found["x"] + 16, found["y"]])[:3], SQUARE)
    press(notebook, "Escape")
    assert data(notebook, "painted").endswith("whole")
    assert counted(notebook)["n"] == 0


def test_dragging_and_shift_with_arrows_move_it_and_labelling_keys_go_on_working(notebook):
    wheel_to_mark(notebook)
    before, box = counted(notebook), frame(notebook)
    x, y = box["x"] + before["x"], box["y"] + before["y"]
    to = box["width"] / 2
    notebook.page.mouse.move(x, y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + to, box["y"] + to, steps=5)
    notebook.page.mouse.up()
    wait_until_sharp(notebook)
    after = counted(notebook)
    assert (after["n"], round(after["x"] - to), round(after["y"] - to)) == (before["n"], 0, 0)
    press(notebook, "Shift+ArrowRight")
    wait_until_sharp(notebook)
    assert round(after["x"] - counted(notebook)["x"]) == round(box["width"] / 4)

    # An answer by its key: the next image is shown whole, or at the same place if that is kept.
    at = shown(notebook)["at"]
    press(notebook, "1")
    state = until(notebook, lambda state: all_saved(state) and state["at"] != at)
    notebook.page.wait_for_selector(f".lada-lab-view[data-painted='{state['at']} whole']")
    assert counted(notebook)["n"] == 0
    notebook.page.get_by_role("button", name="Keep").click()
    wheel_to_mark(notebook)
    before = counted(notebook)
    press(notebook, "1")
    until(notebook, lambda now: all_saved(now) and now["at"] != state["at"])
    wait_until_sharp(notebook)
    assert counted(notebook) == before
    notebook.page.get_by_role("button", name="Keep").click()


def test_plus_minus_double_click_and_two_fingers(notebook):
    press(notebook, "+", "+")
    wait_until_sharp(notebook)
    assert amount(notebook) == "20 % of 3,000 x 4,000"
    press(notebook, "-")
    assert amount(notebook) == "14 % of 3,000 x 4,000"
    press(notebook, "Escape")
    box = frame(notebook)
    notebook.page.mouse.dblclick(box["x"] + 200, box["y"] + 100)
    wait_until_sharp(notebook)
    assert amount(notebook) == "100 % of 3,000 x 4,000"
    notebook.page.mouse.dblclick(box["x"] + 200, box["y"] + 100)
    assert data(notebook, "painted").endswith("whole")
    notebook.page.evaluate(PINCH)
    assert amount(notebook) == "18 % of 3,000 x 4,000"


def test_a_page_scrolls_past_a_labeller_without_the_focus(notebook):
    notebook.page.locator(".jp-Notebook").click(position={"x": 5, "y": 5})
    box = frame(notebook)
    notebook.page.mouse.move(box["x"] + 100, box["y"] + 100)
    notebook.page.mouse.wheel(0, -400)
    notebook.page.wait_for_timeout(300)
    assert data(notebook, "painted").endswith("whole")


def test_the_next_batch_and_a_page_opened_again(notebook):
    while len(shown(notebook)["order"]) == 10:
        at = shown(notebook)["at"]
        press(notebook, "1")
        until(notebook, lambda state, at=at: all_saved(state) and state["at"] != at)
    notebook.page.wait_for_selector(".lada-lab-view[data-painted$=whole]")
    wheel_to_mark(notebook)
    assert counted(notebook)["n"] >= 256
    notebook.reload()
    notebook.page.wait_for_selector(WHOLE, timeout=60_000)
    notebook.show(".lada-labeller")
    focus(notebook)
    wheel_to_mark(notebook)
    assert counted(notebook)["n"] >= 256


def test_each_step_of_the_zoom_becomes_sharp_within_a_second(notebook, shot):
    wheel_to_mark(notebook)
    press(notebook, "Escape")
    seconds = [notebook.page.evaluate(STEP, key) / 1000 for key in "+" * 8]
    print("milliseconds until sharp:", [round(1000 * some) for some in seconds])
    assert np.median(seconds) < 1
    for width in (900, 600):
        notebook.page.set_viewport_size({"width": width, "height": 1000})
        notebook.page.wait_for_timeout(300)
        wait_until_sharp(notebook)
        wide = notebook.page.locator(".lada-labeller").evaluate("(root) => [root.scrollWidth, root.clientWidth]")
        assert wide[0] <= wide[1] + 1
        shot(notebook, f"zoom_{width}", ".lada-labeller")


def test_a_file_that_is_gone_is_said_and_the_pixels_that_are_kept_are_shown(notebook, shot):
    files = sorted((notebook.lab.folder / "zoom" / "pictures").iterdir())
    for file in files:
        file.rename(file.with_suffix(".away"))
    try:
        # Of images further on, nothing has been read yet.
        press(notebook, "End")
        note = notebook.page.locator(".lada-lab-note", has_text="cannot be read now")
        note.wait_for()
        assert note.inner_text().endswith("; shown is what the run keeps of it")
        assert data(notebook, "painted").endswith("thumb")
        press(notebook, "+")
        shot(notebook, "zoom_gone", ".lada-labeller")
    finally:
        for file in files:
            file.with_suffix(".away").rename(file)
