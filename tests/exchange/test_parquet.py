"""Labels as Parquet, read back by pyarrow and compared with the journal and the CSV; and why a file was not written."""

from __future__ import annotations

import csv
import io
import sqlite3
import sys
from contextlib import closing
from datetime import datetime

import numpy as np
import pyarrow
import pytest
from helpers.command_line import assert_refused
from helpers.small_runs import SETTINGS
from PIL import Image
from pyarrow import parquet

from lada_explore.config.presets import configure
from lada_explore.errors import ConfigError
from lada_explore.exchange import Label, read_given, write_parquet
from lada_explore.session.session import Session

CLASSES = ("disc", 'the "odd" one', "猫, 犬")
TYPES = {"id": "int64", "file": "string", "class": "string", "label": "int64", "cycle": "int64"}
TEXTS = {"annotators": "string", "time": "string"}


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A run of one cycle on 24 files in three class folders: one person answers, another changes most of it."""
    folder = tmp_path_factory.mktemp("parquet")
    rng = np.random.default_rng(5)
    for i in range(24):
        place = folder / "mine" / CLASSES[i % 3] / f"{i}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(rng.integers(0, 256, (12, 12), dtype=np.uint8)).save(place)
    own = {"data.name": f"folder:{folder / 'mine'}", "data.height": 12, "data.width": 12, "data.channels": 1}
    settings = SETTINGS | own | {"schedule.subset_size": 8, "look_ahead.precision": "float32"}
    config = configure("demo", "lada-entmix", cycles=1, settings=settings)
    with closing(Session.create(config, folder / "run", oracle="person", device="cpu", threads=1)) as session:
        while session.next_stage is not None:
            session.step()
            if asked := session.open_query.tolist():
                session.submit(dict.fromkeys(asked[:2], 0), "ann")
                session.submit({i: i % 3 for i in asked}, 'bo "ada"')
    return folder / "run"


@pytest.fixture
def table(call, run, tmp_path):
    """What pyarrow reads from an export of that run."""
    code, out, said = call("export", run, "--labels", "parquet", "--out", tmp_path / "labels.parquet")
    assert (code, out, said) == (0, "", f"10 labels in 3 classes are in {tmp_path / 'labels.parquet'}\n")
    return parquet.read_table(tmp_path / "labels.parquet")


LABELS = [Label(id=4, file="a/4.png", label=1, class_name="odd", cycle=2, annotators=("ann",), time=1e9)]


def last_answers(run):
    """(label, cycle, time) by id of the last answer to each image, straight from the rows of the journal."""
    with closing(sqlite3.connect(run / "labels.sqlite")) as database:
        rows = database.execute("SELECT id, label, cycle, time FROM answers WHERE action = 'label' ORDER BY entry")
        return {image_id: (label, cycle, time) for image_id, label, cycle, time in rows}


def test_the_numbers_of_the_file_are_those_of_the_journal(run, table):
    assert {field.name: str(field.type) for field in table.schema} == TYPES | TEXTS
    answers, rows = last_answers(run), table.to_pylist()
    assert {row["id"]: (row["label"], row["cycle"]) for row in rows} == {i: answers[i][:2] for i in answers}
    for row in rows:
        assert datetime.fromisoformat(row["time"]).timestamp() == pytest.approx(answers[row["id"]][2], abs=0.001)
        assert row["class"] == CLASSES[row["label"]]


def test_the_numbers_of_the_file_are_those_of_the_records_of_the_queries(run, table):
    rows = {row["id"]: row for row in table.to_pylist()}
    for cycle in (0, 1):
        record = run / "cycles" / f"{cycle:03d}" / "query" / "arrays.npz"
        with np.load(record) as arrays:
            given = dict(zip(arrays["ids"].tolist(), arrays["labels"].tolist(), strict=True))
        assert {i: rows[i]["label"] for i in rows if rows[i]["cycle"] == cycle} == given


def test_the_file_holds_what_the_csv_holds(call, run, table):
    code, out, _ = call("export", run, "--labels", "csv")
    assert code == 0
    there = [{name: str(value) for name, value in row.items()} for row in table.to_pylist()]
    assert there == list(csv.DictReader(io.StringIO(out, newline="")))


def test_an_export_replaces_an_earlier_one_and_is_the_same_bytes_each_time(tmp_path):
    out = tmp_path / "x.parquet"
    out.write_bytes(b"older")
    write_parquet(LABELS, out)
    first = out.read_bytes()
    write_parquet(LABELS, out)
    assert out.read_bytes() == first
    assert parquet.read_table(out).column("id").to_pylist() == [4]
    assert [path.name for path in tmp_path.iterdir()] == ["x.parquet"]


def test_without_pyarrow_it_is_one_sentence(call, run, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = call("export", run, "--labels", "parquet", "--out", tmp_path / "x.parquet")
    assert_refused(said, "not installed; `pip install 'lada-explore[parquet]'`, or export with --labels csv")
    assert list(tmp_path.iterdir()) == []


FAILURES = {
    "invalid": (pyarrow.ArrowInvalid("no such\nthing"), r"\(no such thing\)"),
    "memory": (
        pyarrow.ArrowMemoryError("malloc of size 64 failed"),
        r"\(the memory of this machine does not suffice\)",
    ),
    "arrow": (pyarrow.ArrowNotImplementedError("not so"), r"\(not so\)"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_whatever_pyarrow_raises_is_a_sentence_and_the_earlier_file_is_kept(tmp_path, monkeypatch, case):
    def fail(table, out):
        out.write(b"PAR1")
        raise error

    error, reason = FAILURES[case]
    monkeypatch.setattr(parquet, "write_table", fail)
    (tmp_path / "x.parquet").write_bytes(b"older")
    with pytest.raises(ConfigError, match=rf"x\.parquet cannot be written {reason}; export with --labels csv$"):
        write_parquet(LABELS, tmp_path / "x.parquet")
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]


def test_a_missing_folder_and_a_text_that_no_file_can_hold_are_sentences(tmp_path):
    with pytest.raises(ConfigError, match=r"x cannot be written \(No such file or directory\); choose another file"):
        write_parquet(LABELS, tmp_path / "missing" / "x")
    half = Label(id=1, file="\udcff.png", label=0, class_name="disc", cycle=0, annotators=(), time=None)
    with pytest.raises(
        ConfigError, match=r"x cannot be written \('utf-8' codec can't encode .*; export with --labels c"
    ):
        write_parquet([half], tmp_path / "x")
    assert list(tmp_path.iterdir()) == []


def test_a_parquet_file_is_read_back_whole_and_refused_damaged(tmp_path):
    place = tmp_path / "labels.parquet"
    write_parquet(LABELS, place)
    (given,) = read_given(place).entries
    assert (given.id, given.file, given.class_name, given.label) == (4, "a/4.png", "odd", "1")
    place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])
    with pytest.raises(ConfigError, match=r"labels\.parquet cannot be read \(.+\); give a CSV file"):
        read_given(place)


def test_numbers_and_missing_cells_of_parquet_are_texts(tmp_path):
    pictures = [{"bytes": b"x", "path": "a.png"}, {"bytes": b"y", "path": "b.png"}]
    columns = {"image": pictures, "label": [1, None], "other": [b"\xff", b"\x00"]}
    parquet.write_table(pyarrow.table(columns), tmp_path / "x.parquet")
    given = read_given(tmp_path / "x.parquet").entries
    assert [(entry.file, entry.label) for entry in given] == [("a.png", "1"), ("b.png", "")]
