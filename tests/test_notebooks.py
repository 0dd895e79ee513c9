"""The notebooks that need no training run from top to bottom."""

from pathlib import Path

import nbformat
from nbclient import NotebookClient

from lada_explore import open_run

ROOT = Path(__file__).resolve().parents[1]


def test_the_second_notebook_opens_the_recorded_run_and_needs_no_torch(monkeypatch):
    notebook = nbformat.read(ROOT / "notebooks" / "02_explore_a_run.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell("import sys\n'torch' in sys.modules, explorer.selection.selected"))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(ROOT / "notebooks")}}).execute()
    last = notebook.cells[-1].outputs[0]["data"]["text/plain"]
    assert last == "(False, Selected(cycle=None, ids=(), pair=None))"


def test_the_recorded_run_is_the_demo_and_holds_nothing_of_the_machine_that_made_it():
    run = open_run(ROOT / "data" / "runs" / "demo")
    assert (run.config.preset, run.config.method.name, run.config.seed) == ("demo", "lada-entmix", 0)
    assert [records.cycle for records in run.history] == list(range(13))
    assert all(records.next_stage is None for records in run.history)
    assert "/" not in (run.path / "run.json").read_text().replace("T-shirt/top", "")
