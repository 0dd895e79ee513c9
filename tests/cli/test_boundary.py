"""Files as people have them: whatever is wrong with one is one sentence that names it, and nothing hangs."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from helpers import command_line
from helpers.command_line import MAIN, assert_refused
from helpers.small_runs import SET_OPTIONS, all_bytes, copied
from PIL import Image

from lada_explore.errors import ConfigError, DataError, OutOfMemoryError, StoreError
from lada_explore.exchange import plan_import, read_given
from lada_explore.files.arrays import npy
from lada_explore.session.session import Session
from lada_explore.stages import runner
from lada_explore.store import Journal, open_run

LIMIT_S = 60


@pytest.fixture(autouse=True)
def _nothing_hangs():
    """What waits for ever is a failure: of a pipe that nobody writes to, or a device that never ends."""

    def end(signum, frame):
        raise AssertionError(f"still waiting after {LIMIT_S} s")

    before = signal.signal(signal.SIGALRM, end)
    signal.alarm(LIMIT_S)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture(scope="module")
def finished(tmp_path_factory, run_words):
    """A finished run of one cycle on a person's own images."""
    out = tmp_path_factory.mktemp("boundary") / "run"
    code, _, said = command_line.call(*run_words, out)
    assert (code, said) == (0, "")
    return out


def holding(content: bytes | str):
    return lambda place: place.write_bytes(content if isinstance(content, bytes) else content.encode())


SPOILS = {
    "nested": (holding("[" * 100_000), "it is nested too deeply"),
    "5,000 digits": (holding("1" * 5_000), "it holds a number of thousands of digits"),
    "empty": (holding(b""), "Expecting value: line 1 column 1 (char 0)"),
    "NUL": (holding(bytes(100)), "Expecting value: line 1 column 1 (char 0)"),
    "latin-1": (holding('{"é": 1}'.encode("latin-1")), "it is not text in UTF-8"),
    "a pipe": (os.mkfifo, "it is a pipe and no file"),
    "a device": (lambda place: place.symlink_to("/dev/zero"), "it is a device and no file"),
    "a folder": (lambda place: place.mkdir(), "Is a directory"),
}
JSON_FILES = (
    "run.json",
    "cycles/001/select/record.json",
    "cycles/001/score/seal.json",
    "cycles/000/train/seconds.json",
)


@pytest.mark.parametrize("name", JSON_FILES)
@pytest.mark.parametrize("case", SPOILS)
def test_a_file_of_a_run_that_cannot_be_read_is_named_with_the_reason(call, finished, tmp_path, name, case):
    spoil, reason = SPOILS[case]
    place = copied(finished, tmp_path / "run") / name
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
def test_a_number_of_401_digits_is_a_sentence(call, finished, tmp_path, name):
    (copied(finished, tmp_path / "run") / name).write_text("1" * 401)
    assert_refused(call("show", tmp_path / "run"), f"{name} is damaged ({NUMBERS[name]}")


@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder"])
def test_arrays_and_weights_that_are_no_file_are_named(call, finished, tmp_path, case):
    spoil, reason = SPOILS[case]
    for name in ("cycles/001/score/arrays.npz", "cycles/001/train/checkpoint.safetensors"):
        place = copied(finished, tmp_path / name.replace("/", "-")) / name
        place.unlink()
        spoil(place)
        assert_refused(call("resume", place.parents[3]), f"{name} is damaged ({reason}); restore it")


def test_a_link_to_itself_is_no_file_of_a_run(call, finished, tmp_path):
    run = copied(finished, tmp_path / "run")
    (run / "cycles/001/select/record.json").unlink()
    (run / "cycles/001/select/record.json").symlink_to("record.json")
    assert_refused(call("show", run), "record.json is damaged (Too many levels of symbolic links)")


@pytest.mark.parametrize("name", ["cycles", "cycles/000"])
def test_a_file_in_the_place_of_a_folder_is_no_run_without_stages(call, finished, tmp_path, name):
    run = copied(finished, tmp_path / "run")
    shutil.rmtree(run / name)
    (run / name).write_text("mine")
    assert_refused(call("show", run), f"{name} is damaged (Not a directory); restore it from a copy")


@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder", "NUL"])
def test_a_journal_that_is_no_file_is_refused_and_can_be_repaired(call, finished, tmp_path, case):
    spoil, reason = SPOILS[case]
    run = copied(finished, tmp_path / "run")
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
def test_a_file_that_may_not_be_read_is_not_damaged_and_nothing_is_dropped(call, finished, tmp_path, monkeypatch, name):
    run = copied(finished, tmp_path / "run")
    before, may = all_bytes(run), os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith(name) and may(path, mode))
    for command in ("resume", "repair"):
        assert_refused(call(command, run), f"{name} may not be read (Permission denied); give yourself permission")
    assert all_bytes(run) == before


def test_a_folder_that_may_not_be_entered_is_told_from_one_that_is_no_run(call, finished, tmp_path, monkeypatch):
    run, look = copied(finished, tmp_path / "run"), os.stat

    def refuse(path, *args, **kwargs):
        if str(path).startswith(f"{run}{os.sep}"):
            raise PermissionError(13, "Permission denied", str(path))
        return look(path, *args, **kwargs)

    monkeypatch.setattr(os, "stat", refuse)
    assert_refused(
        call("show", run), "run.json may not be read (Permission denied); give yourself permission to read it"
    )


# Memory


def test_a_reader_without_memory_says_so_and_names_the_file(call, finished, tmp_path, monkeypatch):
    def refuse(*args, **kwargs):
        raise MemoryError

    before = all_bytes(run := copied(finished, tmp_path / "run"))
    for module, name, place in ((json, "loads", "run.json"), (np, "load", "000/select/arrays.npz")):
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
    assert_refused(said, "evaluate of cycle 0 needs more memory than cpu has free", "close other programs and resume")
    monkeypatch.undo()
    assert call("resume", tmp_path / "run")[0] == 0


# Labels to import

CLASSES = ("cat", "dog")
TABLE_SPOILS = ("latin-1", "a pipe", "a folder")
LABELS = {
    "empty": (holding(b""), "has no header line"),
    "latin-1": (
        holding("file,class\ncafé.png,cat\n".encode("latin-1")),
        "cannot be read (it is not text in UTF-8); give a",
    ),
    "a long field": (
        holding("id,class\n1," + "x" * 200_000),
        "(line 2: field larger than field limit (131072)); correct",
    ),
    "a long header": (holding("x" * 200_000), "(line 1: field larger than field limit (131072)); correct that line"),
    "a pipe": (os.mkfifo, "cannot be read (it is a pipe and no file); give a CSV file"),
    "a device": (lambda place: place.symlink_to("/dev/zero"), "cannot be read (it is a device and no file)"),
    "an empty folder": (lambda place: place.mkdir(), "holds no class folders"),
    "a link to itself": (
        lambda place: place.symlink_to(place.name),
        "cannot be read (Too many levels of symbolic links)",
    ),
    "nothing": (lambda place: None, "cannot be read (there is no such file)"),
    "an id of 5,000 digits": (holding("id,class\n" + "1" * 5000 + ",cat"), "nothing was taken"),
    "a label of 5,000 digits": (holding("id,label\n1," + "1" * 5000), "nothing was taken"),
    "a file of 5,000 digits": (holding("file,class\n" + "1" * 5000 + ",cat"), "nothing was taken"),
    "NUL": (holding("id,class\n1,ca\0t"), "nothing was taken"),
}


@pytest.mark.parametrize("case", LABELS)
def test_labels_that_cannot_be_read_are_refused(call, finished, tmp_path, case):
    make, sentence = LABELS[case]
    make(tmp_path / "labels.csv")
    before = all_bytes(run := copied(finished, tmp_path / "run"))
    assert_refused(call("import-labels", run, tmp_path / "labels.csv"), "labels.csv", sentence)
    assert {name: content for name, content in all_bytes(run).items() if name in before} == before
    if "nothing was taken" not in sentence:
        with pytest.raises(ConfigError) as caught:
            read_given(tmp_path / "labels.csv")
        assert sentence in str(caught.value)


def test_a_number_of_thousands_of_digits_is_no_image_and_no_class(tmp_path):
    rows = [f"{'9' * 5000},cat,", f"{'0' * 5000}3,dog,", f"1,,{'7' * 5000}", "2,ca\0t,"]
    (tmp_path / "labels.csv").write_text("\n".join(["id,class,label", *rows]))
    given = read_given(tmp_path / "labels.csv")
    plan = plan_import(given, class_names=CLASSES, names=(), asked=range(6), labelled={}, size=6)
    assert plan.labels == {3: 1}
    assert plan.refused == (
        "line 2: there is no image of so large a number; ids run from 0 to 5",
        "line 4: it names no class; fill in a class name, or a label from 0 to 1",
        r"line 5: 'ca\x00t' is no class of this run; did you mean 'cat'?",
    )


@pytest.mark.parametrize(
    ("name", "case"),
    [("classes.json", "nested"), *((name, case) for name in ("classes.json", "labels.csv") for case in TABLE_SPOILS)],
)
def test_the_tables_of_an_export_that_cannot_be_read_are_named(tmp_path, name, case):
    spoil, _ = SPOILS[case]
    (tmp_path / "cat").mkdir()
    (tmp_path / "classes.json").write_text('{"cat": {"class": "cat"}}')
    (tmp_path / "labels.csv").write_text("id,file,path\n1,a.png,cat/a.png\n")
    (tmp_path / name).unlink()
    spoil(tmp_path / name)
    with pytest.raises(
        ConfigError, match=rf"{name} cannot be read \(.*restore it from a copy, or move classes\.json and"
    ):
        read_given(tmp_path)


def test_a_class_folder_that_may_not_be_read_is_not_passed_over(tmp_path, monkeypatch):
    def refuse(path):
        if str(path).endswith("inner"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    scandir = os.scandir
    (tmp_path / "cat" / "inner").mkdir(parents=True)
    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(ConfigError, match=r"cat may not be read \(Permission denied\)"):
        read_given(tmp_path)


# Images

RUN = ["run", "--device", "cpu", "--cycles", "0", *SET_OPTIONS]
SIZE = ["--set", "data.height=12", "--set", "data.width=12", "--set", "data.channels=1", "--set", "data.test_share=0"]


def header_only(place: Path, shape: tuple[int, ...]) -> None:
    """An npy file of 576 bytes, whose header says another shape."""
    with place.open("wb") as file:
        npy.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})
        file.write(bytes(576))


SHAPES = {
    (-4, 12, 12): "no array has the shape (-4, 12, 12)",
    (-4, -12, 12): "no array has the shape (-4, -12, 12)",
    (10**15, 12, 12): "it is said to be an array of 144,000,000,000,000,000 bytes, and the file has 704",
    (10**30, 12, 12): "it is said to be an array of 144,000,",
    (5, 12, 12): "it is said to be an array of 720 bytes, and the file has 704",
}


def arrays(folder: Path) -> Path:
    folder.mkdir()
    np.save(folder / "images.npy", np.arange(30 * 144, dtype=np.uint8).reshape(30, 1, 12, 12))
    np.save(folder / "targets.npy", np.arange(30) % 2)
    (folder / "classes.txt").write_text("cat\ndog\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("shape", SHAPES)
def test_an_array_of_an_impossible_shape_is_a_sentence_and_makes_no_run(call, tmp_path, shape):
    header_only(arrays(tmp_path / "pool") / "images.npy", shape)
    said = call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")
    assert_refused(said, f"images.npy is no array file ({SHAPES[shape]}", "; write it with numpy.save")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize("name", ["images.npy", "targets.npy", "classes.txt"])
@pytest.mark.parametrize("case", ["a pipe", "a device", "a folder"])
def test_arrays_that_are_no_file_are_refused_at_once(call, tmp_path, name, case):
    spoil, reason = SPOILS[case]
    place = arrays(tmp_path / "pool") / name
    place.unlink()
    spoil(place)
    said = call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")
    assert_refused(said, f"{name} ", f"({reason})")


@pytest.mark.parametrize("case", ["nested", "5,000 digits", "empty", "a folder"])
def test_stored_checksums_that_cannot_be_read_are_made_again(call, tmp_path, case):
    SPOILS[case][0](arrays(tmp_path / "pool") / "checksums.json")
    assert call(*RUN, "--dataset", f"array:{tmp_path / 'pool'}", "--out", tmp_path / "run")[0] == 0


def cut_jpeg(place: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (64, 64, 3), dtype=np.uint8)).save(place, format="JPEG")
    place.write_bytes(place.read_bytes()[:1000])


def cut_png(place: Path) -> None:
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (12, 12), dtype=np.uint8)).save(place, format="PNG")
    place.write_bytes(place.read_bytes()[:100])


PICTURES = {
    "cut.png": (cut_png, "left out cat/cut.png: "),
    "cut.jpg": (cut_jpeg, "left out cat/cut.jpg: "),
    "empty.png": (holding(b""), "left out cat/empty.png: not an image that Pillow can read"),
    "pipe.png": (os.mkfifo, "left out cat/pipe.png: not a file, or a broken link"),
    "device.png": (
        lambda place: place.symlink_to("/dev/zero"),
        "left out cat/device.png: not a file, or a broken link",
    ),
    "loop.png": (lambda place: place.symlink_to("loop.png"), "left out cat/loop.png: "),
}


@pytest.mark.parametrize("name", PICTURES)
def test_an_image_that_cannot_be_read_is_left_out_and_named(images, tmp_path, call, name):
    spoil, note = PICTURES[name]
    shutil.copytree(images, tmp_path / "mine")
    spoil(tmp_path / "mine" / "cat" / name)
    assert call(*RUN, *SIZE, "--dataset", f"folder:{tmp_path / 'mine'}", "--out", tmp_path / "run")[0] == 0
    assert [said for said in open_run(tmp_path / "run").info.notes if said.startswith(note)] != []


def test_a_folder_of_images_that_may_not_be_read_is_refused(images, tmp_path, call, monkeypatch):
    def refuse(path):
        if str(path).endswith("cat"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", refuse)
    said = call(*RUN, *SIZE, "--dataset", f"folder:{images}", "--out", tmp_path / "run")
    assert_refused(said, "cat may not be read (Permission denied); give yourself permission to read it")


@pytest.mark.parametrize("kind", ["folder", "array"])
@pytest.mark.parametrize(
    ("make", "what"), [(os.mkfifo, "is a file"), (lambda p: p.symlink_to(p.name), "does not exist")]
)
def test_a_data_set_that_is_no_folder_is_refused(call, tmp_path, kind, make, what):
    make(tmp_path / "mine")
    said = call(*RUN, "--dataset", f"{kind}:{tmp_path / 'mine'}", "--out", tmp_path / "run")
    assert_refused(said, f"the folder {tmp_path / 'mine'} {what}; give a folder of")


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
def test_a_folder_that_is_there_is_never_written_over(call, finished, tmp_path, monkeypatch, words, expected, out):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").write_text("mine")
    monkeypatch.chdir(tmp_path)
    assert_refused(call(*[str(finished) if word == "RUN" else word for word in words], out), f"{out} {expected}")
    assert all_bytes(tmp_path) == {"mine/file": b"mine"}


@pytest.mark.parametrize("form", ["csv", "coco", "folders"])
def test_a_link_to_itself_is_no_place_to_export_to(call, finished, tmp_path, form):
    (tmp_path / "loop").symlink_to("loop")
    assert call("export", finished, "--labels", form, "--out", tmp_path / "loop" / "it")[0] == 2
    assert_refused(call("export", finished, "--labels", form, "--out", tmp_path / "loop"), "loop ", "--out")


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
    assert call("export", run, "--labels", "folders", "--out", tmp_path / "f\udcff")[0] == 0
    assert call("resume", run)[0] == 0


def in_terminal(*words: object, **options):
    """The command line in a process of its own, whose output is read as bytes."""
    command = [sys.executable, "-c", MAIN, *map(os.fsencode, map(str, words))]
    return subprocess.run(command, check=False, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options)


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_a_name_that_a_terminal_cannot_show_is_escaped(finished, tmp_path, encoding):
    shutil.copytree(finished, run := tmp_path / "r\udcff\x1b[31mü")
    env = os.environ | {"PYTHONIOENCODING": encoding, "COLUMNS": "200"}
    done = in_terminal("show", run, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    missing = in_terminal("show", f"{run}x", env=env)
    shown = "ü".encode() if encoding == "utf-8" else rb"\xfc"
    assert missing.returncode == 2
    assert rb"r\udcff\x1b[31m" + shown + b"x is not a run folder" in missing.stderr


@pytest.mark.slow
def test_standard_output_that_cannot_be_written_is_a_sentence(finished):
    with open("/dev/full", "wb") as full:
        done = in_terminal("export", finished, stdout=full)
    assert done.returncode == 2
    assert done.stderr.startswith(
        b"lada-explore: standard output cannot be written (No space left on device); name a file with --out\n"
    )


def test_python_is_told_the_same_as_the_terminal(finished, tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(os, "scandir", refuse)
    with pytest.raises(DataError, match=r"may not be read \(Permission denied\); give yourself permission"):
        Session.create(open_run(finished).config, tmp_path / "run")
    assert not (tmp_path / "run").exists()
