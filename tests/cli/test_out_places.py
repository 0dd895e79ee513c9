"""Whatever --out names: it is written, or refused in one sentence, at once, and nothing that was there is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from helpers.command_line import assert_refused, call_obeying_permissions
from helpers.rights import shut
from helpers.small_runs import SET_OPTIONS, all_bytes
from pyarrow import parquet

from lada_explore.experiments import results, tables
from lada_explore.experiments import sweep as sweeps

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_hangs")]

NEW = ("--dataset", "digits", "--device", "cpu", "--cycles", "0", *SET_OPTIONS)
COMMANDS = {
    "run": ("run", *NEW),
    "sweep": ("sweep", "--methods", "random", "--seeds", "2", *NEW),
    "lesson": ("lesson", "RUN"),
    "a table": ("export", "RUN"),
    "csv": ("export", "RUN", "--labels", "csv"),
    "coco": ("export", "RUN", "--labels", "coco"),
    "parquet": ("export", "RUN", "--labels", "parquet"),
    "folders": ("export", "RUN", "--labels", "folders"),
    "folders anew": ("export", "RUN", "--labels", "folders", "--replace"),
}
"""Every command that has --out."""

FILES = ("lesson", "a table", "csv", "coco", "parquet")
"""Those that write one file, whatever file is there."""

PLACES = {
    "the current folder": (lambda place: None, "(it is the current folder)", "(Is a directory)"),
    "a file": (lambda place: place.write_text("mine"), "and is left as it is", ""),
    "below a file": (lambda place: place.parent.write_text("mine"), "(Not a directory)", "(Not a directory)"),
    "a pipe": (os.mkfifo, "and is left as it is", "(nobody reads this pipe)"),
    "a link to itself": (
        lambda place: place.symlink_to(place.name),
        "and is left as it is",
        "(Too many levels of symbolic links)",
    ),
    "a folder with something in it": (
        lambda place: [place.mkdir(), (place / "mine").write_text("mine")],
        "and is left as it is",
        "(Is a directory)",
    ),
    "a name that is too long": (lambda place: None, "(File name too long)", "(File name too long)"),
}
"""Makes what is there, and what is said of it to who makes a folder, and to who makes a file."""

OF_A_SWEEP = {
    "a file": "(Not a directory)",
    "below a file": "(Not a directory)",
    "a pipe": "(Not a directory)",
    "a link to itself": "(Too many levels of symbolic links)",
    "a name that is too long": "(File name too long)",
}
"""The sentence of a sweep, whose folder may be there; the others are places that it may be made in."""


def words_of(command, run, out):
    return [run if word == "RUN" else word for word in COMMANDS[command]] + ["--out", out]


def there(folder):
    """Kind and content of everything in a folder."""
    kinds = {path.name: path.lstat().st_mode for path in folder.rglob("*")}
    return kinds, all_bytes(folder)


def place_of(name, command, folder):
    ending = ".html" if command == "lesson" else ""
    match name:
        case "the current folder":
            return Path(".")
        case "below a file":
            return folder / "it" / f"out{ending}"
        case "a name that is too long":
            return folder / f"{'x' * 300}{ending}"
    return folder / f"it{ending}"


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("command", [name for name in COMMANDS if name != "sweep"])
def test_a_place_that_cannot_be_written_is_refused_and_what_is_there_is_kept(
    call, run_of_images, tmp_path, monkeypatch, name, command
):
    make, of_folders, of_files = PLACES[name]
    monkeypatch.setattr("lada_explore.files.writer.READER_S", 0.1)
    monkeypatch.chdir(tmp_path)
    out = place_of(name, command, tmp_path)
    make(out)
    before = there(tmp_path)
    said = call(*words_of(command, run_of_images, out))
    if name == "a file" and command in FILES:
        assert said[0] == 0
        assert out.read_bytes() != b"mine"
        assert [path.name for path in tmp_path.iterdir()] == [out.name]
        return
    wanted = of_files if command in FILES else of_folders
    assert_refused(said, str(out), "does not end in .html" if command == "lesson" and str(out) == "." else wanted)
    assert there(tmp_path) == before


@pytest.mark.parametrize("name", OF_A_SWEEP)
def test_a_sweep_is_refused_before_it_starts_a_run(call, tmp_path, name):
    out = place_of(name, "sweep", tmp_path)
    PLACES[name][0](out)
    before = there(tmp_path)
    code, printed, said = call(*words_of("sweep", None, out))
    assert_refused((code, printed, said), f"{out} cannot be written {OF_A_SWEEP[name]}; choose another folder with --o")
    assert printed == ""
    assert there(tmp_path) == before


@pytest.mark.parametrize("table", sweeps.TABLES)
@pytest.mark.parametrize("case", ["mine", "a folder", "a pipe", "latin-1"])
def test_a_sweep_does_not_replace_what_no_sweep_has_written(call, tmp_path, monkeypatch, table, case):
    monkeypatch.chdir(tmp_path)
    place = tmp_path / table
    makes = {"a folder": Path.mkdir, "a pipe": os.mkfifo, "mine": lambda place: place.write_text("mine\n")}
    makes.get(case, lambda place: place.write_bytes("café".encode("latin-1")))(place)
    before = there(tmp_path)
    for out in (".", tmp_path):
        said = call(*words_of("sweep", None, out))
        assert_refused(
            said, f"{table} is no table of a sweep and would be replaced (", "; move it, or choose another f"
        )
    assert there(tmp_path) == before


def test_a_sweep_goes_on_in_the_current_folder_and_replaces_its_own_tables(call, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sweep = sweeps.Sweep(methods=("random",), seeds=1, out=Path("."), cycles=0)
    rows = tables.accuracy_rows({"random": {0: {20: 0.5}}}, "random")
    contents = {
        "runs.csv": results.runs_csv([]),
        "accuracy.csv": tables.table_csv(rows),
        "differences.csv": tables.differences_csv([]),
        "accuracy.md": tables.to_markdown(rows, ("random",), "random", "Of before."),
    }
    assert list(contents) == list(sweeps.TABLES)
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    sweeps.require_place(sweep.out)
    sweeps.require_place(tmp_path / "not" / "there" / "yet")
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(contents)


@pytest.mark.slow
def test_a_folder_that_may_not_be_written_is_refused_by_every_command(run_of_images, tmp_path):
    (folder := tmp_path / "shut").mkdir()
    (folder / "mine").write_text("mine")
    places = {name: folder / ("out.html" if name == "lesson" else "out") for name in COMMANDS}
    before = there(tmp_path)
    with shut(folder):
        answers = call_obeying_permissions(*(words_of(name, run_of_images, places[name]) for name in COMMANDS))
    for name, said in zip(COMMANDS, answers, strict=True):
        assert_refused(
            said,
            f"{places[name]} cannot be written (Permission denied); ",
            "choose another" if name != "run" else "--out",
        )
        assert said[1] == "", name
    assert there(tmp_path) == before


def test_a_link_to_nothing_is_followed_by_who_writes_a_file(call, run_of_images, tmp_path):
    (tmp_path / "link").symlink_to("target")
    assert call(*words_of("parquet", run_of_images, tmp_path / "link"))[0] == 0
    assert parquet.read_table(tmp_path / "target").num_rows == 8
    assert (tmp_path / "link").is_symlink()
