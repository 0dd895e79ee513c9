"""The notebooks that need no long training run from top to bottom."""

import ast
import csv
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits
from torchvision.datasets import ImageFolder

from lada_explore import export_labels, open_run, open_session
from lada_explore.datasets.digits import enlarge
from lada_explore.store import LabelState

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]


def notebook_of(name):
    import nbformat  # here and below: it takes a second to load, which `make quick` can do without

    return nbformat.read(ROOT / "notebooks" / f"{name}.ipynb", as_version=4)


def code_cell(source):
    from nbformat.v4 import new_code_cell

    return new_code_cell(source)


def execute(notebook, place, timeout_s):
    """Run all cells, as if the notebook lay in the folder `place`."""
    from nbclient import NotebookClient

    NotebookClient(notebook, timeout=timeout_s, resources={"metadata": {"path": str(place)}}).execute()


ANSWERED = "question.check(question._answer), bool(question.state['why']), question.state['waiting']"
RIGHT = "('right', True, '')"
"""What `ANSWERED` shows of a question that has explained itself and keeps nothing back."""


def asks(cell):
    """Whether a cell asks the reader a question."""
    return cell.cell_type == "code" and "\nQuestion(" in f"\n{cell.source}"


def answered(notebook):
    """The notebook with every question answered as soon as it is asked, so that what it reveals is made."""
    for cell in filter(asks, notebook.cells):
        before, asked = f"\n{cell.source}".split("\nQuestion(")
        cell.source = f"{before}\nquestion = Question({asked}\n{ANSWERED}"
    return notebook


def shown_in(notebook):
    """What the cells show, as plain text."""
    return [out["data"]["text/plain"] for cell in notebook.cells for out in cell.get("outputs", []) if "data" in out]


def test_the_second_notebook_opens_the_recorded_run_and_needs_no_torch(monkeypatch):
    notebook = notebook_of("02_explore_a_run")
    notebook.cells.append(code_cell("import sys\n'torch' in sys.modules, explorer.selection.selected"))
    execute(notebook, ROOT / "notebooks", 120)
    last = notebook.cells[-1].outputs[0]["data"]["text/plain"]
    best = tuple(open_run(ROOT / "data" / "runs" / "demo").history[-1].select.pair_ids[0].tolist())
    assert last == f"(False, Selected(cycle=None, ids=(), pair={best}, tau=None))"


def test_the_fourth_notebook_opens_on_a_picture_and_its_questions_can_be_answered():
    notebook = notebook_of("04_playground")
    first = next(place for place, cell in enumerate(notebook.cells) if "Playground(" in cell.source)
    look = "playground.wait()\n(playground.moment[0], playground.state['runs'][0]['where'], playground.state['error'])"
    notebook.cells.insert(first + 1, code_cell(look))
    execute(answered(notebook), ROOT / "notebooks", 120)
    shown = shown_in(notebook)
    assert shown.count(RIGHT) == 5
    assert "(1, 'Cycle 1 · Select', '')" in shown


def test_the_recorded_run_is_the_demo_and_holds_nothing_of_the_machine_that_made_it():
    run = open_run(ROOT / "data" / "runs" / "demo")
    assert (run.config.preset, run.config.method.name, run.config.seed) == ("demo", "lada-entmix", 0)
    assert [records.cycle for records in run.history] == list(range(13))
    assert all(records.next_stage is None for records in run.history)
    assert "/" not in (run.path / "run.json").read_text().replace("T-shirt/top", "")


def test_the_third_notebook_asks_and_nobody_answers(tmp_path):
    shutil.copytree(ROOT / "data" / "digits-unlabelled", tmp_path / "data" / "digits-unlabelled")
    (tmp_path / "notebooks").mkdir()
    notebook = notebook_of("03_label_your_own_images")
    notebook.cells.append(code_cell("len(session.data.train), session.class_names, session.cycle"))
    execute(notebook, tmp_path / "notebooks", 240)
    outputs = [cell.outputs for cell in notebook.cells if cell.cell_type == "code"]
    assert outputs[-1][0]["data"]["text/plain"] == f"(250, {tuple('0123456789')}, 0)"
    assert outputs[-2][0]["text"].startswith("no image of this run has a label yet")
    assert not (tmp_path / "runs" / "my-labels-exported").exists()


def test_from_a_folder_of_unlabelled_digits_to_an_exported_labelled_set(tmp_path):
    folder = ROOT / "data" / "digits-unlabelled"
    digits = load_digits()
    by_pixels = dict(zip([image.tobytes() for image in enlarge(digits.images)], digits.target.tolist(), strict=True))
    small = {"classifier.width": 4, "classifier.blocks": (1, 1), "training.epochs": 1, "policy.epochs": 1}
    session = open_session(
        tmp_path / "run",
        dataset=f"folder:{folder}",
        classes="0,1,2,3,4,5,6,7,8,9",
        cycles=1,
        settings=small
        | {"data.height": 28, "data.width": 28, "data.channels": 1}
        | {"schedule.initial_per_class": 1, "schedule.subset_size": 40},
    )
    truth = [by_pixels[pixels.tobytes()] for pixels in session.data.train.images[:, 0].numpy()]
    while session.next_stage is not None:
        while len(session.open_query):
            session.submit({int(i): truth[int(i)] for i in session.open_query}, "ann")
        session.step()
    said = export_labels(session, tmp_path / "labelled")
    loaded = ImageFolder(str(tmp_path / "labelled"))
    assert loaded.classes == list("0123456789")
    assert said == f"{len(loaded)} labels in 10 classes are in {tmp_path / 'labelled'}"
    assert len(loaded) >= 10 + 10
    for picture, target in loaded:
        assert by_pixels[np.asarray(picture.convert("L")).tobytes()] == target
    session.close()


ANSWERS = """import csv

with open("../data/photos-truth.csv", newline="", encoding="utf-8") as file:
    truth = {row["file"]: row["class"] for row in csv.DictReader(file)}
shows = [CLASSES.split(",").index(truth[name]) for name in session.data.train.item_names]
while session.cycle < 3:
    while len(session.open_query):
        session.submit({int(image): shows[image] for image in session.open_query}, "ann")
    session.step()"""
"""A cell that answers what the first two cycles ask, and what they ask first of all, as the pictures are."""


def test_the_ninth_notebook_goes_from_nested_photographs_to_a_labelled_set(tmp_path):
    notebook = notebook_of("09_label_your_photos")
    opening = next(cell for cell in notebook.cells if "open_session(" in cell.source)
    assert opening.source.endswith(", cycles=10)")
    opening.source = opening.source.removesuffix(")") + ', settings={"backbone.size": 64})'
    place = next(place for place, cell in enumerate(notebook.cells) if cell.source.startswith("Labeller("))
    notebook.cells.insert(place + 1, code_cell(ANSWERS))
    (tmp_path / "data").symlink_to(ROOT / "data")
    (tmp_path / "notebooks").mkdir()
    execute(notebook, tmp_path / "notebooks", 240)

    with (ROOT / "data" / "photos-truth.csv").open(encoding="utf-8", newline="") as file:
        truth = {row["file"]: row["class"] for row in csv.DictReader(file)}
    run = open_run(tmp_path / "runs" / "my-photos")
    labelled = LabelState(run.answers()).answers
    with (tmp_path / "runs" / "my-photos-labelled" / "labels.csv").open(encoding="utf-8", newline="") as file:
        exported = {row["file"]: row["class"] for row in csv.DictReader(file)}
    assert len(exported) == len(labelled) >= 12 + 20
    assert exported.items() <= truth.items()
    # What it takes the others for: right for most, however small they are shown to the network here.
    last = run.history[2]
    files = sorted(truth)
    guessed = [run.class_names[label] for label in last.score.predicted]
    right = [guess == truth[files[image]] for guess, image in zip(guessed, last.subsample.subset_ids, strict=True)]
    assert len(right) == len(truth) - len(labelled) + 10
    assert np.mean(right) > 0.6
    (table,) = (cell.outputs for cell in notebook.cells if cell.source.startswith("scored = "))
    lines = "".join(output["text"] for output in table).splitlines()
    assert lines[:6] == [f"{guessed.count(name):4d} {name}" for name in run.class_names]
    assert len(lines) == 6 + 5


FILES = """import hashlib, pathlib
for path in sorted(pathlib.Path("../runs").rglob("*")):
    if path.is_file() and path.suffix != ".sqlite-shm":  # which of its readers SQLite keeps there
        print(path, hashlib.sha256(path.read_bytes()).hexdigest())"""
"""A cell that prints the digest of every file of the runs."""


SMALLER = 'preset="demo-pretrained", cycles=2, settings={"backbone.size": 32}'
"""What ends in seconds; `test_pretrained_preset` has the size of the preset."""


def quick(name):
    """The notebook, with smaller pictures and fewer cycles for a pretrained network."""
    notebook = notebook_of(name)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = cell.source.replace('preset="demo-pretrained"', SMALLER)
    return notebook


def run_all(name, place, *more):
    """The notebook with what it shows, all cells run and all questions answered, in a copy below `place`."""
    (place / "notebooks").mkdir(exist_ok=True)
    if not (place / "data").exists():
        (place / "data").symlink_to(ROOT / "data")
    notebook = answered(quick(name))
    asked = sum(ANSWERED in cell.source for cell in notebook.cells)
    notebook.cells += [code_cell(code) for code in more]
    execute(notebook, place / "notebooks", 300)
    assert shown_in(notebook).count(RIGHT) == asked
    return notebook


@pytest.mark.parametrize(
    ("name", "needs_torch"), [("05_tau_star_dynamics", False), ("06_gradients_through_a_beta", True)]
)
def test_a_lesson_runs_from_top_to_bottom(name, needs_torch, tmp_path):
    notebook = run_all(name, tmp_path, "import sys\n'torch' in sys.modules")
    assert notebook.cells[-1].outputs[0]["data"]["text/plain"] == str(needs_torch)
    assert not (tmp_path / "runs").exists()


@pytest.mark.parametrize(
    ("name", "cycles"),
    [
        pytest.param(
            "01_step_an_acquisition",
            {"first-steps": [0], "own-acquisition": [0], "pretrained": [0, 1, 2]},
            marks=pytest.mark.thorough,
        ),
        ("07_look_ahead_or_pipeline", {"lesson-07/lada-entmix-1": [0, 1, 2], "lesson-07/ent-then-mixup-1": [0, 1, 2]}),
        pytest.param("08_when_the_oracle_is_wrong", {"lesson-08/shirts-for-coats": [0, 1]}, marks=pytest.mark.thorough),
    ],
)
def test_running_all_cells_again_trains_nothing_and_leaves_the_runs_as_they_are(name, cycles, tmp_path):
    again = [cell.source for cell in quick(name).cells if cell.cell_type == "code"]
    notebook = run_all(name, tmp_path, FILES, *again, FILES)
    # A kernel may send what is printed in several parts.
    printed = [cell.outputs for cell in notebook.cells if cell.source == FILES]
    before, after = ("".join(output["text"] for output in outputs) for outputs in printed)
    assert before.count("/cycles/") >= 8
    assert after == before
    runs = {run: open_run(tmp_path / "runs" / run).history for run in cycles}
    assert {run: [records.cycle for records in history] for run, history in runs.items()} == cycles


OWN_NETWORK = """import torch
from torch import nn
from torch.nn import functional

class Own(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1)
        self.norm = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.drop = nn.Dropout(0.2)
        self.classify = nn.Linear(16 * 7 * 7, 10)

    def forward(self, images):
        maps = functional.max_pool2d(self.norm(self.conv1(images)).relu_(), 2)
        maps = functional.max_pool2d(functional.relu(self.conv2(maps)), 2)
        return self.classify(self.drop(maps.flatten(1)))

torch.manual_seed(3)
network = Classifier.from_module(Own(), segments=["conv1", "conv2"])

"""
"""A person's own network, as a notebook defines it."""


def test_the_first_notebook_runs_on_a_network_of_twenty_lines_and_goes_on_in_a_new_kernel(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for until in (0, 1):
        notebook = quick("01_step_an_acquisition")
        notebook.cells.insert(0, code_cell(f"from lada_explore.models import Classifier\n{OWN_NETWORK}"))
        notebook.cells = [cell for cell in notebook.cells if "pretrained" not in cell.source]
        opening = [cell for cell in notebook.cells if cell.cell_type == "code" and " = open_session(" in cell.source]
        for cell in opening:
            cell.source = cell.source.replace('method="lada-entmix", ', 'method="lada-entmix", classifier=network, ')
        asked = next(cell for cell in notebook.cells if "worker.run(until=0)" in cell.source)
        asked.source = asked.source.replace("until=0", f"until={until}")
        notebook.cells.append(code_cell("type(session.classifier.network) is type(own.classifier.network) is Own"))
        execute(notebook, tmp_path / "notebooks", 300)
        assert len(opening) == 2
        assert notebook.cells[-1].outputs[0]["data"]["text/plain"] == "True"
    for name in ("first-steps", "own-acquisition"):
        assert open_run(tmp_path / "runs" / name).config.classifier.kind == "object:__main__:Own"
    history = open_run(tmp_path / "runs" / "first-steps").history
    assert [records.cycle for records in history] == [0, 1]
    assert history[1].evaluate.accuracy > 0.3
    assert history[1].look_ahead.tau.shape == (200,)


@pytest.mark.parametrize("place", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda place: place.stem)
def test_no_code_of_a_notebook_trains_more_at_each_run_of_its_cell(place):
    texts = [cell.source for cell in notebook_of(place.stem).cells if cell.cell_type == "code"]
    for cell in notebook_of(place.stem).cells:
        texts += re.findall(r"```python(.*?)```", cell.source, re.DOTALL)
    for text in texts:
        # `run()` ends with the last cycle and `run(until=K)` with cycle K; a step or a number of cycles ends nowhere.
        assert all(
            arguments == "" or arguments.startswith("until=") for arguments in re.findall(r"\.run\((.*?)\)", text)
        )
        assert ".step(" not in text
        assert "mkdtemp" not in text


@pytest.mark.parametrize("place", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda place: place.stem)
def test_the_cycle_that_a_cell_shows_is_the_one_that_the_text_beside_it_speaks_of(place):
    sources = [cell.source for cell in notebook_of(place.stem).cells]
    for at, source in enumerate(sources):
        for cycle in re.findall(r"show_cycle\((\d+)\)", source):
            beside = " ".join([*sources[max(0, at - 2) : at], *sources[at + 1 : at + 3]])
            assert re.search(rf"[Cc]ycle {cycle}\b", beside)


@pytest.mark.parametrize("name", ["05_tau_star_dynamics", "06_gradients_through_a_beta", "07_look_ahead_or_pipeline",
                                  "08_when_the_oracle_is_wrong"])  # fmt: skip
def test_a_lesson_folds_the_source_of_its_questions_which_holds_the_answers(name):
    notebook = notebook_of(name)
    asking = list(filter(asks, notebook.cells))
    assert len(asking) >= 3
    assert all(cell.metadata.get("jupyter", {}).get("source_hidden") for cell in asking)


@pytest.mark.parametrize(
    ("name", "revealing"),
    [
        ("04_playground", 0),
        ("05_tau_star_dynamics", 3),
        ("06_gradients_through_a_beta", 3),
        ("07_look_ahead_or_pipeline", 3),
        ("08_when_the_oracle_is_wrong", 4),
    ],
)
def test_a_result_waits_for_the_answer_to_the_question_above_it(name, revealing):
    open_question = False
    for cell in notebook_of(name).cells:
        if cell.cell_type == "markdown":
            open_question = open_question and not re.search(r"^#", cell.source, re.MULTILINE)
        elif asks(cell):
            open_question = True
        elif open_question:
            assert not isinstance(ast.parse(cell.source).body[-1], ast.Expr), cell.source
    assert sum("    reveals=lambda: " in cell.source for cell in notebook_of(name).cells if asks(cell)) == revealing


def test_the_recorded_runs_of_the_lessons_are_whole_and_hold_nothing_of_the_machine_that_made_them():
    places = sorted((ROOT / "data" / "runs" / "tau").iterdir())
    assert len(places) == 11
    for place in places:
        run = open_run(place)
        assert [records.cycle for records in run.history] == list(range(run.config.schedule.cycles + 1)), place.name
        assert all(records.next_stage is None for records in run.history), place.name
        assert "/" not in (place / "run.json").read_text().replace("T-shirt/top", "").replace("array:data/pools/", "")
        assert sum(file.stat().st_size for file in place.rglob("*") if file.is_file()) < 700_000, place.name
