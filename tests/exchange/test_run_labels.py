"""Labels out of and into a real run, on the command line."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from helpers.small_runs import SET_OPTIONS, all_bytes, answered
from PIL import Image
from pyarrow import parquet
from torchvision.datasets import ImageFolder

from lada_explore import export_labels, import_labels
from lada_explore.exchange import FORMS, PlacedForm, TextForm
from lada_explore.session.session import Session


@pytest.fixture(scope="module")
def source(tmp_path_factory):
    """Sixty files in three class folders, whose class shows in their grey."""
    root = tmp_path_factory.mktemp("data") / "my images"
    rng = np.random.default_rng(5)
    for i in range(60):
        name = ("disc", 'sq "uare"', "star <b>")[i % 3]
        (root / name).mkdir(parents=True, exist_ok=True)
        pixels = rng.integers(80 * (i % 3), 80 * (i % 3) + 40, (12, 12), dtype=np.uint8)
        Image.fromarray(pixels).save(root / name / f"{i:02}.png")
    return root


@pytest.fixture
def options(source):
    own = {"data.height": 12, "data.width": 12, "data.channels": 1, "data.test_share": 0}
    settings = [part for name, value in own.items() for part in ("--set", f"{name}={value}")]
    return ["--dataset", f"folder:{source}", "--cycles", "1", *settings, *SET_OPTIONS]


def test_a_run_is_exported_as_csv_coco_and_folders(call, options, tmp_path):
    run = tmp_path / "run"
    assert call("run", "--out", run, *options)[0] == 0
    code, out, _ = call("export", run, "--labels", "csv")
    rows = list(csv.DictReader(out.splitlines()))
    assert code == 0
    assert len(rows) == 6 + 4
    # The ground truth answered: the class is the folder that the file lies in.
    assert all(row["file"].startswith(row["class"] + "/") for row in rows)
    assert {row["annotators"] for row in rows} == {"ground-truth"}
    code, out, _ = call("export", run, "--labels", "coco")
    assert len(json.loads(out)["annotations"]) == 10
    code, out, said = call("export", run, "--labels", "folders", "--out", tmp_path / "labelled")
    assert (code, out) == (0, "")
    assert f"10 labels in 3 classes are in {tmp_path / 'labelled'}" in said
    loaded = ImageFolder(str(tmp_path / "labelled"))
    assert len(loaded) == 10
    for picture, target in loaded:
        assert int(np.asarray(picture).mean()) // 80 == target


@pytest.mark.parametrize("placed", [False, True])
def test_a_form_is_a_function_and_a_line(call, options, tmp_path, monkeypatch, placed):
    def ids(given):
        return " ".join(str(label.id) for label in given.labels)

    def write(given, out):
        out.write_text(ids(given))
        return ("ids alone",)

    monkeypatch.setitem(FORMS, "ids", PlacedForm(write=write) if placed else TextForm(text=ids))
    run, out = tmp_path / "run", tmp_path / "ids.txt"
    assert call("run", "--out", run, *options)[0] == 0
    code, printed, said = call("export", run, "--labels", "ids")
    assert (code, "labels as ids need a place" in said) == ((2, True) if placed else (0, False))
    assert len(printed.split()) == (0 if placed else 10)
    code, _, said = call("export", run, "--labels", "ids", "--out", out)
    assert (code, len(out.read_text().split())) == (0, 10)
    assert "10 labels in 3 classes are in" in said
    assert ("ids alone" in said) is placed


def open_query_of(run):
    session = Session.resume(run)
    try:
        return session.open_query.tolist()
    finally:
        session.close()


def test_an_open_query_is_answered_from_a_csv_and_the_rest_is_said(call, options, tmp_path):
    run = tmp_path / "run"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    session = Session.resume(run)
    asked, names = session.open_query.tolist(), session.data.train.item_names
    session.close()
    other = next(i for i in range(60) if i not in asked)
    lines = ["file,class", *(f'"{names[i]}",disc' for i in asked[:4]), f'"{names[other]}",disc', "gone.png,disc"]
    (tmp_path / "given.csv").write_text("\n".join(lines).replace('sq "uare"', 'sq ""uare""') + "\n")
    code, out, _ = call("import-labels", run, tmp_path / "given.csv", "--annotator", "ann", "--only-asked")
    assert code == 0
    assert out.splitlines() == [
        "6 labels were given: 4 were taken; refused: 2",
        f"not taken: line 6: image {other} ({names[other]}) is not asked now; import again when it is, or leave out "
        "--only-asked",
        "not taken: line 7: no image of this run is called gone.png",
        "2 images of the open query still wait for an answer",
    ]
    assert [(row[0], row[1], row[2]) for row in answered(run)] == [(i, 0, "ann") for i in asked[:4]]
    (tmp_path / "rest.csv").write_text(
        f"lada_id,class\n{asked[0]},star <b>\n{asked[1]},disc\n{asked[4]},disc\n{asked[5]},disc\n"
    )
    code, out, _ = call("import-labels", run, tmp_path / "rest.csv")
    assert out.splitlines() == [
        "4 labels were given: 2 were taken; there already: 1; in conflict: 1",
        f"in conflict: image {asked[0]} ({names[asked[0]]}) is 'star <b>' in line 2 but was labelled 'disc', "
        "which is kept",
        f"the query is answered; go on with `lada-explore resume {run}`",
    ]
    code, out, _ = call("export", run, "--labels", "csv")
    assert [int(row["id"]) for row in csv.DictReader(out.splitlines())] == asked


def test_an_import_that_takes_nothing_fails_unless_all_of_it_is_there_already(call, options, tmp_path):
    run, given = tmp_path / "run", tmp_path / "given.csv"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    given.write_text("file,class\ngone.png,disc\n")
    code, out, said = call("import-labels", run, given)
    assert code == 2
    assert "not taken: line 2: no image of this run is called gone.png" in out
    assert "nothing was taken from" in said
    assert answered(run) == []
    given.write_text("file,class\n")
    code, _, said = call("import-labels", run, given)
    assert code == 2
    assert "it holds no labels" in said
    asked = open_query_of(run)
    given.write_text("lada_id,class\n" + "".join(f"{i},disc\n" for i in asked[:2]))
    assert call("import-labels", run, given)[0] == 0
    code, out, _ = call("import-labels", run, given)
    assert code == 0
    assert "2 labels were given: 0 were taken; there already: 2" in out


def test_a_session_that_is_open_is_exported_and_without_labels_nothing_is_written(call, options, tmp_path):
    run = tmp_path / "run"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    code, out, said = call("export", run, "--labels", "folders", "--out", tmp_path / "labelled")
    assert (code, out) == (0, "")
    assert said.startswith("no image of this run has a label yet, so nothing was written")
    assert not (tmp_path / "labelled").exists()
    assert call("export", run, "--labels", "csv")[1] == "id,file,class,label,cycle,annotators,time\n"
    assert json.loads(call("export", run, "--labels", "coco")[1])["annotations"] == []
    assert call("export", run, "--labels", "parquet", "--out", tmp_path / "labels.parquet")[0] == 0
    assert parquet.read_table(tmp_path / "labels.parquet").num_rows == 0
    session = Session.resume(run)
    session.submit({int(session.open_query[0]): 1})
    said = export_labels(session, tmp_path / "labelled")
    session.close()
    assert said == f"1 label is in {tmp_path / 'labelled'}"
    assert ImageFolder(str(tmp_path / "labelled")).classes == ["sq %22uare%22"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--labels", "xml"], "form of labels 'xml' is unknown"),
        (["--labels", "folders"], "labels as folders need a place; name one with --out"),
        (["--labels", "csv", "--out", "RUN/labels.csv"], "is inside the run"),
        (["--labels", "folders", "--out", "RUN/labelled"], "is inside the run"),
    ],
)
def test_a_wrong_export_is_one_sentence(call, options, tmp_path, words, sentence):
    run = tmp_path / "run"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    code, _, said = call("export", run, *(word.replace("RUN", str(run)) for word in words))
    assert code == 2
    assert sentence in said


def test_a_dry_run_tells_what_would_be_taken_and_changes_nothing(call, options, tmp_path):
    run, given = tmp_path / "run", tmp_path / "given.csv"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    asked, before = open_query_of(run), all_bytes(run)
    given.write_text(f"lada_id,class\n{asked[0]},disc\n{asked[1]},dics\n")
    code, out, _ = call("import-labels", run, given, "--dry-run")
    assert code == 0
    assert all_bytes(run) == before
    lines = out.splitlines()
    assert lines[0] == "2 labels were given: 1 would be taken; refused: 1"
    assert lines[1] == "not taken: line 3: 'dics' is no class of this run; did you mean 'disc'?"
    assert lines[2].startswith(f"to be taken: line 2: image {asked[0]} (")
    assert lines[3:] == ["this was a dry run: nothing has changed"]
    plan = import_labels(run, given, dry_run=True)
    assert (dict(plan.labels), plan.done, answered(run)) == ({asked[0]: 0}, False, [])
    assert "would be taken" in plan._repr_html_()


def test_a_session_that_is_open_takes_labels_and_positions_only_when_asked(call, options, tmp_path):
    run, given = tmp_path / "run", tmp_path / "given.csv"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    session = Session.resume(run)
    asked = session.open_query.tolist()
    given.write_text(f"lada_id,label\n{asked[0]},2\n")
    assert import_labels(session, given).refused == (
        "line 2: '2' is no class of this run; as a position, which --by index takes numbers for, it would be "
        "'star <b>'",
    )
    plan = import_labels(session, given, by="index", annotator="ann")
    assert (dict(plan.labels), plan.done) == ({asked[0]: 2}, True)
    session.close()
    assert [(row[0], row[1], row[2]) for row in answered(run)] == [(asked[0], 2, "ann")]
    code, _, said = call("import-labels", run, given, "--by", "place")
    assert (code, "way to find a class 'place' is unknown" in said) == (2, True)


def test_labels_of_any_image_are_taken_and_it_is_said_when_they_are_trained_on(call, options, tmp_path, source):
    run, given = tmp_path / "run", tmp_path / "given.csv"
    assert call("run", "--out", run, "--oracle", "person", *options)[0] == 0
    asked = open_query_of(run)
    others = [i for i in range(60) if i not in asked]
    session = Session.resume(run)
    names = session.data.train.item_names
    session.close()

    def bring_in(ids):
        rows = [[names[i], names[i].partition("/")[0]] for i in ids]
        with given.open("w", newline="") as file:
            csv.writer(file).writerows([["file", "class"], *rows])
        return call("import-labels", run, given)

    code, out, _ = bring_in([*asked, *others[:10]])
    assert (code, out.splitlines()) == (
        0,
        [
            "16 labels were given: 16 were taken",
            "not asked: 10, on which the start trains beside the answers to its query",
            f"the query is answered; go on with `lada-explore resume {run}`",
        ],
    )
    assert call("resume", run)[0] == 0
    asked = open_query_of(run)
    assert len(asked) == 4
    assert not set(asked) & set(others[:10])
    free = [i for i in others if i not in asked]
    code, out, _ = bring_in([*free[9:12], asked[0]])
    assert out.splitlines() == [
        "4 labels were given: 3 were taken; there already: 1",
        "not asked: 2, on which cycle 1 trains beside the answers to its query",
        "3 images of the open query still wait for an answer",
    ]
    assert bring_in(asked)[0] == 0
    assert call("resume", run)[0] == 0
    code, out, _ = bring_in(free[20:22])
    assert out.splitlines() == [
        "2 labels were given: 2 were taken",
        "not asked: 2, which are kept and exported; the run has no training left that uses them",
    ]
    rows = list(csv.DictReader(call("export", run, "--labels", "csv")[1].splitlines()))
    assert len(rows) == 6 + 10 + 4 + 2 + 2
    assert all(row["file"].startswith(row["class"] + "/") for row in rows)
    assert [int(row["cycle"]) for row in rows] == [0] * 16 + [1] * 6 + [2] * 2
