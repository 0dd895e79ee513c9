"""A map as a figure for print."""

from __future__ import annotations

import re

import pytest
from helpers.maps import handle
from helpers.waiting import until

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
