"""The bar of a pass: in a terminal and in a notebook, and no noise where there is neither."""

import io
import os
import re
import time
from pathlib import Path

import pytest
from helpers.frozen import CPU, backbone, data_of, drawn_pixels, image_set
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
from rich.console import Console

from lada_explore.features import embedded
from lada_explore.runtime.progress import NOTEBOOK_WIDTH, Bar


def said(name="some:backbone", width=120, **settings):
    console = Console(file=io.StringIO(), width=width, color_system=None, **settings)
    bar = Bar(console)
    bar.begin(2000, name)
    for _ in range(4):
        bar.advance(250)
        time.sleep(0.06)
    bar.say("a sentence of [so] many words")
    bar.end()
    return console.file.getvalue()


def test_in_a_terminal_it_shows_how_many_how_fast_and_how_long():
    text = said(force_terminal=True)
    assert "features of some:backbone" in text
    assert "1000/2000" in text
    assert " images/s" in text
    assert "0:00:0" in text
    assert "a sentence of [so] many words" in text


def test_eighty_columns_hold_the_rate_and_the_time_left_of_a_network_in_a_deep_module():
    text = said("module:lada_explore.models.borrowed.installed:efficientnet_lite0", 80, force_terminal=True)
    assert re.search(r"features of efficientnet_lite0 [━╸╺ ]+ 1000/2000 [\d,]+ images/s 0:00:0\d", text)


def test_in_a_file_there_are_sentences_alone():
    assert said(force_terminal=False) == "a sentence of [so] many words\n"


def test_nothing_is_shown_when_there_is_nothing_to_do():
    data = data_of(image_set(drawn_pixels(4)))
    console = Console(file=io.StringIO(), force_terminal=True)
    embedded(data, backbone(data), runtime=CPU, progress=Bar(console))
    first = console.file.getvalue()
    embedded(data, backbone(data), runtime=CPU, progress=Bar(console))
    assert "4/4" in first
    assert console.file.getvalue() == first


@pytest.mark.slow
def test_in_a_notebook_it_is_a_widget_and_an_interrupt_says_what_is_kept(monkeypatch):
    # The kernel is a process of its own, which does not get pytest's search path.
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[1]), prepend=os.pathsep)
    cells = [
        "import _thread, threading\n"
        "from helpers.frozen import CPU, backbone, data_of, drawn_pixels, image_set\n"
        "from lada_explore.features import embedded\n"
        "data = data_of(image_set(drawn_pixels(40)))",
        "embedded(data, backbone(data), runtime=CPU).new",
        "from lada_explore.features import Backbone\n"
        "own, data = Backbone.features, data_of(image_set(drawn_pixels(4000, seed=1)))\n"
        "def interrupting(self, pixels):\n"
        "    made = own(self, pixels)\n"
        "    _thread.interrupt_main()\n"
        "    return made\n"
        "Backbone.features = interrupting\n"
        "embedded(data, backbone(data), runtime=CPU)",
    ]
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=120, allow_errors=True).execute()
    assert notebook.cells[0].outputs == []
    kinds = [output.get("data", {}).keys() for output in notebook.cells[1].outputs]
    assert any("application/vnd.jupyter.widget-view+json" in kind for kind in kinds)
    assert notebook.cells[1].outputs[-1]["data"]["text/plain"] == "40"
    shown = "".join(str(widget) for widget in notebook.metadata.widgets.values())
    assert "40/40" in shown  # Also if the last pictures came just after a redraw.
    texts = [output.get("data", {}).get("text/plain", "") for output in notebook.cells[2].outputs]
    assert any(text.startswith("stopped; the features of ") and "are kept in" in text for text in texts)
    assert max(len(line) for text in texts for line in text.splitlines()) <= NOTEBOOK_WIDTH
    assert notebook.cells[2].outputs[-1]["ename"] == "KeyboardInterrupt"
