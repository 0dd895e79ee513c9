"""A map as a figure for print."""

from __future__ import annotations

import re
import zlib
from itertools import combinations

import pytest
from helpers.maps import handle
from helpers.waiting import until
from matplotlib.textpath import TextPath

from lada_explore.errors import ConfigError

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("ending", "begins"), [("svg", b"<?xml"), ("pdf", b"%PDF"), ("png", b"\x89PNG")])
def test_one_call_saves_the_selected_map(drawn, tmp_path, ending, begins):
    view, _, selection = drawn
    selection.show_cycle(1)
    file = view.save(tmp_path / f"map.{ending}")
    assert file.read_bytes().startswith(begins)
    again = view.save(tmp_path / f"again.{ending}")
    assert again.read_bytes() == file.read_bytes()


def test_the_saved_figure_has_its_numbers_and_names_as_text(drawn, tmp_path):
    view, session, _ = drawn
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", view.save(tmp_path / "map.svg").read_text())
    records = session.history[2]
    score = dict(zip(records.subsample.subset_ids.tolist(), records.score.scores.tolist(), strict=True))
    for i in records.select.query_ids.tolist():
        assert f"{score[i]:.2f}" in texts
    assert "&lt;b&gt;Dress&lt;/b&gt;" in texts


def numbers_in_svg(content: str) -> list[tuple[float, float, str]]:
    """Centre and text of each number: the words that are numbers, where the file places them, in points."""
    found = re.findall(
        r'text-anchor: middle[^>]*x="([-\d.]+)" y="([-\d.]+)"[^>]*>(\d\.\d\d(?: \(\*\d\.\d\d\))?)<', content
    )
    return [(float(x), float(y), text) for x, y, text in found]


def numbers_in_pdf(content: bytes) -> list[tuple[float, float, str]]:
    """Left lower corner and text of each number, in points."""
    found = []
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
        try:
            drawn = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        for x, y, words in re.findall(r"([-\d.]+) ([-\d.]+) cm\s+BT(.*?)ET", drawn, re.DOTALL):
            pieces = "".join(re.findall(r"\(((?:\\.|[^\\)])*)\)", words))
            text = pieces.replace("\\", "").replace("\0", "")  # Each letter has two bytes, the first of them 0.
            if re.fullmatch(r"\d\.\d\d( \(\*\d\.\d\d\))?", text):
                found.append((float(x), float(y), text))
    return found


def size_of(text: str) -> tuple[float, float]:
    """Width and height in points of a number as matplotlib's own font draws it at 7 points."""
    box = TextPath((0, 0), text, size=7).get_extents()
    return box.width, box.height


def overlapping(numbers, *, centred: bool) -> list[tuple[str, str]]:
    boxes = []
    for x, y, text in numbers:
        width, height = size_of(text)
        left = x - width / 2 if centred else x
        boxes.append((left, y, left + width, y + height, text))
    return [
        (a[4], b[4]) for a, b in combinations(boxes, 2) if a[2] > b[0] and b[2] > a[0] and a[3] > b[1] and b[3] > a[1]
    ]


def test_no_two_numbers_of_a_saved_figure_overlap(drawn, tmp_path):
    view, session, _ = drawn
    records = session.history[2]
    expected = len(records.select.query_ids) + len(records.select.pair_ids)
    in_svg = numbers_in_svg(view.save(tmp_path / "map.svg").read_text())
    assert len(in_svg) == expected
    assert overlapping(in_svg, centred=True) == []
    in_pdf = numbers_in_pdf(view.save(tmp_path / "map.pdf").read_bytes())
    assert sorted(text for *_, text in in_pdf) == sorted(text for *_, text in in_svg)
    assert overlapping(in_pdf, centred=False) == []


def test_the_saved_figure_tells_when_images_were_labelled_if_the_page_does(drawn, tmp_path):
    view, _, _ = drawn
    before = view.save(tmp_path / "map.svg").read_text()
    assert "labelled earlier" in before
    assert "labelled at the start" not in before
    handle(view, type="by_cycle", value=True)
    by_cycle = view.save(tmp_path / "map.svg").read_text()
    assert "labelled earlier" not in by_cycle
    spans = [trace["name"] for trace in view.spec["figure"]["data"] if trace["name"].startswith("labelled")]
    assert spans == ["labelled at the start", "labelled in cycle 1"]
    for name in spans:
        assert by_cycle.count(f">{name}<") == 1
    sent = []
    view.send = lambda content, buffers=None: sent.append(buffers[0])
    handle(view, type="save", format="svg", page="a1")
    until(lambda: sent)
    assert sent[0].decode() == by_cycle


def test_the_saved_figure_draws_the_chosen_pair_strongly_and_tells_its_entropies(drawn, tmp_path):
    view, session, selection = drawn
    strong = "stroke-opacity: 0.9"
    plain = view.save(tmp_path / "map.svg").read_text()
    assert strong not in plain
    records = session.history[2]
    queried = {tuple(pair) for pair in records.select.pair_ids.tolist()}
    selection.choose_pair(*min(queried))
    chosen = view.save(tmp_path / "map.svg").read_text()
    assert chosen.count(strong) == records.select.virtual_lam.shape[1] + 1  # and in the legend
    assert "line to a parent image, chosen pair" in chosen
    selection.choose_pair(
        *next(pair for pair in map(tuple, records.subsample.pair_ids.tolist()) if pair not in queried)
    )
    other = view.save(tmp_path / "map.svg").read_text()
    assert strong not in other
    assert len(numbers_in_svg(other)) == len(numbers_in_svg(plain)) + 2
    sent = []
    view.send = lambda content, buffers=None: sent.append(buffers[0])
    handle(view, type="save", format="svg", page="a1")
    until(lambda: sent)
    assert sent[0].decode() == other


@pytest.mark.parametrize("colour", ["predicted class", "entropy", "cycle acquired", "correctness"])
def test_every_colour_can_be_saved(drawn, tmp_path, colour):
    view, _, _ = drawn
    view.colour = colour
    assert b"acquired: entropy (bits)" in view.save(tmp_path / "map.svg").read_bytes()


def test_a_wrong_ending_a_missing_folder_and_a_cycle_without_a_map_are_refused(drawn, tmp_path):
    view, _, selection = drawn
    with pytest.raises(ConfigError, match=r"'map.jpg' names no format that the map can be saved in; end it in .svg"):
        view.save(tmp_path / "map.jpg")
    with pytest.raises(ConfigError, match=r"cannot be written \(No such file or directory\); choose a folder"):
        view.save(tmp_path / "nowhere" / "map.svg")
    selection.show_cycle(0)
    with pytest.raises(ConfigError, match="cycle 0 has no map to save: The start has no map"):
        view.save(tmp_path / "map.svg")


def test_a_button_sends_the_file_to_the_page_that_asked(drawn):
    view, _, _ = drawn
    sent = []
    view.send = lambda content, buffers=None: sent.append((content, buffers[0]))
    handle(view, type="save", format="pdf", page="a1")
    until(lambda: sent)
    assert sent[0][0] == {"type": "file", "page": "a1", "name": "map_cycle_2.pdf"}
    assert sent[0][1].startswith(b"%PDF")
    handle(view, type="save", format="exe", page="a1")
    assert view.spec["error"] == "format is 'exe'; choose one of svg, pdf, png"
