"""Files as people have them: whatever is wrong with one is one sentence that names it, and nothing hangs."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from helpers.command_line import MAIN, assert_refused
from helpers.small_runs import all_bytes, copied
from helpers.spoiled import RUN, SIZE, SPOILS

from lada_explore.errors import DataError, OutOfMemoryError, StoreError
from lada_explore.session.session import Session
from lada_explore.stages import runner
from lada_explore.store import Journal, open_run

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("nothing_hangs")]

JSON_FILES = (
    "run.json",
    "cycles/001/select/record.json",
    "cycles/001/score/seal.json",
    "cycles/000/train/seconds.json",
)


@pytest.mark.parametrize("name", JSON_FILES)
@pytest.mark.parametrize("case", SPOILS)
def test_a_file_of_a_run_that_cannot_be_read_is_named_with_the_reason(call, run_of_images, tmp_path, name, case):
    spoil, reason = SPOILS[case]
    place = copied(run_of_images, tmp_path / "run") / name
    place.unlink()
    spoil(place)
    sentence = f"{name} is damaged ({reason}); restore it from a copy"
    with pytest.raises(StoreError) as caught:
        open_run(tmp_path / "run")
    assert sentence in str(caught.value)
    assert_refused(call("show", tmp_path / "run"), sentence)
    assert_refused(call("resume", tmp_path / "run"), sentence)


NUMBERS = {
    "run.json": "it holds a number where",
    "cycles/000/train/seconds.json": "it holds a number that is too large",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_number_of_401_digits_is_a_sentence(call, run_of_images, tmp_path, name):
    (copied(run_of_images, tmp_path / "run") / name).write_text("1" * 401)
    assert_refused(call("show", tmp_path / "run"), f"{name} is damaged ({NUMBERS[name]}")


@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder"])
def test_arrays_and_weights_that_are_no_file_are_named(call, run_of_images, tmp_path, case):
    spoil, reason = SPOILS[case]
    for name in ("cycles/001/score/arrays.npz", "cycles/001/train/checkpoint.safetensors"):
        place = copied(run_of_images, tmp_path / name.replace("/", "-")) / name
        place.unlink()
        spoil(place)
        assert_refused(call("resume", place.parents[3]), f"{name} is damaged ({reason}); restore it")


def test_a_link_to_itself_is_no_file_of_a_run(call, run_of_images, tmp_path):
    run = copied(run_of_images, tmp_path / "run")
    (run / "cycles/001/select/record.json").unlink()
    (run / "cycles/001/select/record.json").symlink_to("record.json")
    assert_refused(call("show", run), "record.json is damaged (Too many levels of symbolic links)")


@pytest.mark.parametrize("name", ["cycles", "cycles/000"])
def test_a_file_in_the_place_of_a_folder_is_no_run_without_stages(call, run_of_images, tmp_path, name):
    run = copied(run_of_images, tmp_path / "run")
    shutil.rmtree(run / name)
    (run / name).write_text("mine")
    assert_refused(call("show", run), f"{name} is damaged (Not a directory); restore it from a copy")


@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder", "NUL"])
def test_a_journal_that_is_no_file_is_refused_and_can_be_repaired(call, run_of_images, tmp_path, case):
    spoil, reason = SPOILS[case]
    run = copied(run_of_images, tmp_path / "run")
    for place in run.glob("labels.sqlite*"):
        place.unlink()
    spoil(run / "labels.sqlite")
    reason = {"NUL": "file is not a database", "a folder": "unable to open database file"}.get(case, reason)
    assert_refused(call("resume", run), f"labels.sqlite cannot be opened as a journal of answers ({reason})")
    assert call("repair", run)[0] == 0
    assert len(list(run.glob("dropped/1/labels.sqlite"))) == 1
    assert call("resume", run)[0] == 0


def with_log(tmp_path: Path) -> Path:
    """A journal as a killed process leaves it: its last line is in the write-ahead log only."""
    with closing(Journal(tmp_path / "labels.sqlite")) as journal:
        journal.record(0, {3: 1}, "ada")
        (tmp_path / "copy").mkdir()
        for name in ("labels.sqlite", "labels.sqlite-wal"):
            shutil.copy(tmp_path / name, tmp_path / "copy" / name)
    return tmp_path / "copy" / "labels.sqlite"


def test_a_journal_with_a_log_and_no_index_is_read_to_its_last_line_on_a_disk_that_is_read_only(tmp_path, monkeypatch):
    place = with_log(tmp_path)
    may = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and may(path, mode))
    with closing(Journal(place, read_only=True)) as journal:
        assert [(line.id, line.label) for line in journal.answers()] == [(3, 1)]
    assert sorted(path.name for path in place.parent.iterdir()) == ["labels.sqlite", "labels.sqlite-wal"]


def test_such_a_journal_that_cannot_be_copied_is_a_sentence(tmp_path, monkeypatch):
    def refuse(source, target):
        raise OSError(28, "No space left on device")

    place = with_log(tmp_path)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    monkeypatch.setattr(shutil, "copyfile", refuse)
    with pytest.raises(
        StoreError, match=r"cannot be opened as a journal .*\(No space left on device\); free some space"
    ):
        Journal(place, read_only=True)


def test_an_annotator_whose_name_is_no_text_writes_nothing(tmp_path):
    with closing(Journal(tmp_path / "labels.sqlite")) as journal:
        with pytest.raises(StoreError, match="1 answers could not be written to .*surrogates not allowed"):
            journal.record(0, {3: 1}, "ada\udcff")
        assert journal.answers() == []


# What may not be read


@pytest.mark.parametrize(
    "name", ["cycles/000/train/record.json", "cycles/001/train/checkpoint.safetensors", "labels.sqlite"]
)
def test_a_file_that_may_not_be_read_is_not_damaged_and_nothing_is_dropped(
    call, run_of_images, tmp_path, monkeypatch, name
):
    run = copied(run_of_images, tmp_path / "run")
    before, may = all_bytes(run), os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(name) and may(path, mode))
    for command in ("resume", "repair"):
        assert_refused(call(command, run), f"{name} may not be read (Permission denied); give yourself permission")
    assert all_bytes(run) == before


def test_a_folder_that_may_not_be_entered_is_told_from_one_that_is_no_run(call, run_of_images, tmp_path, monkeypatch):
    run, look = copied(run_of_images, tmp_path / "run"), os.stat

    def refuse(path, *args, **kwargs):
        if str(path).startswith(f"{run}{os.sep}"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", refuse)
    assert_refused(
        call("show", run), "run.json may not be read (Permission denied); give yourself permission to read it"
    )


# Memory


def test_a_reader_without_memory_says_so_and_names_the_file(call, run_of_images, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise MemoryError

    before = all_bytes(run := copied(run_of_images, tmp_path / "run"))
    for module, name, place in ((json, "loads", "run.json"), (zipfile, "ZipFile", "000/select/arrays.npz")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, refuse)
            for command in ("show", "repair"):
                assert_refused(
                    call(command, run), f"{place} cannot be read, because the memory of this machine does not"
                )
            with pytest.raises(OutOfMemoryError):
                open_run(run)
    assert all_bytes(run) == before


def test_a_stage_without_memory_is_a_sentence_with_a_remedy_and_keeps_the_stages_before(
    call, run_words, tmp_path, monkeypatch
):
    def refuse(*args, **kwargs):
        raise MemoryError

    monkeypatch.setattr(runner, "evaluate", refuse)
    said = call(*run_words, tmp_path / "run")
    assert_refused(said, "Evaluate of the start needs more memory than cpu has free", "close other programs and resume")
    monkeypatch.undo()
    assert call("resume", tmp_path / "run")[0] == 0


# Places to write to


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["export", "RUN", "--out"], "cannot be written (Is a directory); choose another file"),
        (["export", "RUN", "--labels", "csv", "--out"], "cannot be written (Is a directory); choose another file"),
        (["export", "RUN", "--labels", "coco", "--out"], "cannot be written (Is a directory); choose another file"),
        (
            ["export", "RUN", "--labels", "folders", "--out"],
            "exists already and is left as it is; choose another folder",
        ),
        (["lesson", "RUN", "--out"], "does not end in .html"),
        ([*RUN, "--dataset", "digits", "--out"], "exists already and is left as it is"),
    ],
)
@pytest.mark.parametrize("out", [".", "mine"])
def test_a_folder_that_is_there_is_never_written_over(call, run_of_images, tmp_path, monkeypatch, words, expected, out):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    monkeypatch.chdir(tmp_path)
    assert_refused(call(*[str(run_of_images) if word == "RUN" else word for word in words], out), f"{out} {expected}")
    assert all_bytes(tmp_path) == {"mine/file": b"mine"}


@pytest.mark.parametrize("form", ["csv", "coco", "folders", "parquet"])
def test_a_link_to_itself_is_no_place_to_export_to(call, run_of_images, tmp_path, form):
    (tmp_path / "loop").symlink_to("loop")
    assert call("export", run_of_images, "--labels", form, "--out", tmp_path / "loop" / "it")[0] == 2
    assert_refused(call("export", run_of_images, "--labels", form, "--out", tmp_path / "loop"), "loop ", "--out")


# Names that are no text


def test_a_run_and_images_in_folders_whose_names_are_no_utf_8(call, images, tmp_path):
    shutil.copytree(images, mine := tmp_path / "m\udcff")
    (mine / "cat").rename(mine / "c\udcfe")
    (mine / "dog" / "3.png").rename(mine / "dog" / "\udcfd.png")
    run = tmp_path / "r\udcff"
    assert call(*RUN, *SIZE, "--dataset", f"folder:{mine}", "--out", run)[0] == 0
    assert open_run(run).class_names == ("c\ufffd", "dog")
    for words in (["export", run, "--json"], ["export", run, "--labels", "csv"], ["export", run, "--labels", "coco"]):
        code, out, _ = call(*words)
        assert code == 0
        out.encode()
        assert call(*words, "--out", tmp_path / "o\udcff")[0] == 0
        assert (tmp_path / "o\udcff").read_text(encoding="utf-8") == out
    assert call("lesson", run, "--out", tmp_path / "l\udcff.html")[0] == 0
    assert (tmp_path / "l\udcff.html").read_text(encoding="utf-8").startswith("<!")
    code, _, said = call("export", run, "--labels", "folders", "--out", tmp_path / "f\udcff")
    assert (code, said.count("not found")) == (0, 0)
    assert call("resume", run)[0] == 0


def test_a_file_whose_name_is_no_utf_8_is_exported_and_not_another_one_of_that_name(call, images, tmp_path):
    shutil.copytree(images, mine := tmp_path / "mine")
    names = ("\udcfd.png", "\udcfe.png", "\ufffd.png")
    for name, number in zip(names, (3, 4, 5), strict=True):
        (mine / "dog" / f"{number}.png").rename(mine / "dog" / name)
    run, out = tmp_path / "run", tmp_path / "out"
    all_of_them = ["--set", "data.test_share=0", "--set", "schedule.initial_per_class=12"]
    assert call(*RUN, *SIZE, "--dataset", f"folder:{mine}", *all_of_them, "--out", run)[0] == 0
    assert any(
        note.startswith("images whose names differ only in bytes that are no") for note in open_run(run).info.notes
    )
    assert call("export", run, "--labels", "folders", "--out", out)[0] == 0
    rows = list(csv.DictReader((out / "labels.csv").read_text(encoding="utf-8").splitlines()))
    files = sorted(path.relative_to(mine).as_posix() for path in mine.glob("*/*"))
    assert len(rows) == 24
    for row in rows:
        assert (out / row["path"]).read_bytes() == (mine / files[int(row["id"])]).read_bytes()


def in_terminal(*words: object, **options):
    """The command line in a process of its own, whose output is read as bytes."""
    command = [sys.executable, "-c", MAIN, *map(os.fsencode, map(str, words))]
    return subprocess.run(command, check=False, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_name_that_a_terminal_cannot_show_is_escaped(run_of_images, tmp_path, encoding):
    shutil.copytree(run_of_images, run := tmp_path / "r\udcff\x1b[31mü")
    env = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "200"}
    done = in_terminal("show", run, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    missing = in_terminal("show", f"{run}x", env=env)
    shown = "ü".encode() if encoding == "utf-8" else rb"\xfc"
    assert missing.returncode == 2
    assert rb"r\udcff\x1b[31m" + shown + b"x is not a run folder" in missing.stderr


@pytest.mark.slow
def test_standard_output_that_cannot_be_written_is_a_sentence(run_of_images):
    with open("/dev/full", "wb") as full:
        done = in_terminal("export", run_of_images, stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith(
        b"lada-explore: standard output cannot be written (No space left on device); name a file with --out\n"
    )


def test_python_is_told_the_same_as_the_terminal(run_of_images, tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"may not be read \(Permission denied\); give yourself permission"):
        Session.create(open_run(run_of_images).config, tmp_path / "run")
    assert not (tmp_path / "run").exists()
