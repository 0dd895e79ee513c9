"""What cannot be read is one sentence of the right class, which names the file, the reason and the remedy."""

from __future__ import annotations

import csv
import errno
import io
import json
import os
import sqlite3
import zipfile
import zlib

import numpy as np
import pytest
from PIL import Image

from lada_explore.errors import DataError, LadaError, OutOfMemoryError, StoreError
from lada_explore.files import (
    Unreadable,
    converting,
    denied,
    if_sound,
    is_there,
    read_bytes,
    read_json,
    read_text,
    reading,
    reason_of,
    write_file,
    writing,
)
from lada_explore.files.arrays import read_arrays

OF_IMAGES = Unreadable(error=DataError, damaged="is no set of images", remedy="give another", missing="is not there")


def test_a_damaged_file_is_named_with_the_reason_and_the_remedy(tmp_path):
    (tmp_path / "it.json").write_text("[1,")
    with pytest.raises(StoreError) as caught:
        read_json(tmp_path / "it.json")
    reason = "Expecting value: line 1 column 4 (char 3)"
    assert str(caught.value) == f"{tmp_path / 'it.json'} is damaged ({reason}); restore it from a copy"
    with pytest.raises(DataError) as caught:
        read_json(tmp_path / "it.json", OF_IMAGES)
    assert str(caught.value) == f"{tmp_path / 'it.json'} is no set of images ({reason}); give another"


def test_a_file_that_is_missing_has_a_sentence_of_its_own(tmp_path):
    with pytest.raises(StoreError, match=r"it is missing; restore it from a copy$"):
        read_bytes(tmp_path / "it")
    with pytest.raises(DataError, match=r"it is not there$"):
        read_bytes(tmp_path / "it", OF_IMAGES)


RAISED = {
    "not JSON": (lambda: json.loads("{"), "Expecting property name enclosed in double quotes"),
    "nested": (lambda: json.loads("[" * 100_000), "it is nested too deeply"),
    "5,000 digits": (lambda: json.loads("1" * 5000), "it holds a number of thousands of digits"),
    "401 digits": (lambda: float(json.loads("1" * 401)), "it holds a number that is too large"),
    "latin-1": (lambda: "café".encode("latin-1").decode(), "it is not text in UTF-8"),
    "no archive": (lambda: zipfile.ZipFile(io.BytesIO(b"it")), "File is not a zip file"),
    "not deflated": (lambda: zlib.decompress(b"it"), "Error -3 while decompressing data: incorrect header check"),
    "no database": (lambda: sqlite3.connect(":memory:").execute("it"), 'near "it": syntax error'),
    "no table": (lambda: list(csv.reader(['"it'], strict=True)), "unexpected end of data"),
    "no image": (lambda: Image.open(io.BytesIO(b"it")), "not an image that Pillow can read"),
    "no array": (lambda: np.load(io.BytesIO(b"")), "No data left in file"),
    "no words": (lambda: (_ for _ in ()).throw(EOFError()), "EOFError"),
    "lines": (lambda: (_ for _ in ()).throw(ValueError("one\n  two")), "one two"),
}


@pytest.mark.parametrize("case", RAISED)
def test_whatever_a_library_raises_becomes_a_reason_in_plain_words_on_one_line(tmp_path, case):
    call, reason = RAISED[case]
    with pytest.raises(StoreError) as caught, reading(tmp_path):
        call()
    assert str(caught.value).startswith(f"{tmp_path} is damaged ({reason}")
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is not None


def test_a_long_message_is_cut():
    assert len(reason_of(ValueError("x" * 10_000))) == 200


@pytest.mark.parametrize("ours", [DataError("of ours"), OutOfMemoryError("of ours"), LadaError("of ours")])
def test_an_error_of_ours_stays_as_it_is(tmp_path, ours):
    with pytest.raises(LadaError) as caught, reading(tmp_path):
        raise ours
    assert caught.value is ours
    with pytest.raises(LadaError) as caught, writing(tmp_path):
        raise ours
    assert caught.value is ours


def test_somebody_who_presses_ctrl_c_is_heard(tmp_path):
    with pytest.raises(KeyboardInterrupt), reading(tmp_path), converting(lambda error: StoreError("")), if_sound():
        raise KeyboardInterrupt


def test_memory_that_does_not_suffice_is_not_called_damage(tmp_path, monkeypatch):
    def refuse(text):
        raise MemoryError

    (tmp_path / "it").write_text("{}")
    monkeypatch.setattr(json, "loads", refuse)
    with pytest.raises(OutOfMemoryError, match=r"it cannot be read, because the memory of this machine does not suff"):
        read_json(tmp_path / "it")


def test_memory_that_does_not_suffice_for_writing_is_a_sentence_and_leaves_the_file_as_it_was(tmp_path, monkeypatch):
    def refuse(descriptor):
        raise MemoryError

    (tmp_path / "it").write_bytes(b"before")
    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(OutOfMemoryError, match="it cannot be written, because the memory .*; close other programs"):
        write_file(tmp_path / "it", b"after", overwrite=True)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("it", b"before")]


def test_what_may_not_be_read_is_not_called_damaged(tmp_path, monkeypatch):
    (tmp_path / "it").write_text("{}")
    monkeypatch.setattr(os, "access", lambda path, mode: False)
    with pytest.raises(
        StoreError, match=r"it may not be read \(Permission denied\); give yourself permission"
    ) as caught:
        read_json(tmp_path / "it")
    assert denied(caught.value)


def test_a_folder_on_the_way_that_may_not_be_entered_is_told_from_nothing(tmp_path, monkeypatch):
    def refuse(path):
        raise PermissionError(errno.EACCES, "Permission denied")

    assert not is_there(tmp_path / "it")
    assert is_there(tmp_path)
    monkeypatch.setattr(os, "stat", refuse)
    with pytest.raises(StoreError, match="it may not be read"):
        is_there(tmp_path / "it")


@pytest.mark.parametrize("name", ["x" * 300, "file/below", "loop", "a\0b"])
def test_what_cannot_be_there_is_not_there(tmp_path, name):
    (tmp_path / "file").touch()
    (tmp_path / "loop").symlink_to("loop")
    assert not is_there(tmp_path / name)


def pipe(place):
    os.mkfifo(place)


ODD = {
    "a pipe": (pipe, "it is a pipe and no file"),
    "a device": (lambda place: place.symlink_to("/dev/zero"), "it is a device and no file"),
    "a folder": (lambda place: place.mkdir(), "Is a directory"),
    "a link to itself": (lambda place: place.symlink_to(place.name), "Too many levels of symbolic links"),
    "below a file": (lambda place: place.parent.rmdir() or place.parent.touch(), "Not a directory"),
}


@pytest.mark.parametrize("read", [read_bytes, read_text, read_json, read_arrays])
@pytest.mark.parametrize("case", ODD)
def test_what_is_no_file_is_refused_at_once(tmp_path, case, read):
    make, reason = ODD[case]
    place = tmp_path / "folder" / "it"
    place.parent.mkdir()
    make(place)
    with pytest.raises(StoreError) as caught:
        read(place)
    assert str(caught.value) == f"{place} is damaged ({reason}); restore it from a copy"


def test_what_can_be_done_without_is_left_at_the_first_exception():
    done = []
    with if_sound():
        done.append(1)
        json.loads("")
        done.append(2)
    assert done == [1]


def test_a_byte_order_mark_is_no_part_of_a_text(tmp_path):
    (tmp_path / "it").write_bytes(b"\xef\xbb\xbfone")
    assert read_text(tmp_path / "it") == "one"


def with_header(place, shape, squeezed=True):
    """An npz file with an array of 12 bytes, whose header says another shape."""
    header, content = io.BytesIO(), bytes(12)
    np.lib.format.write_array_header_1_0(header, {"descr": "|u1", "fortran_order": False, "shape": shape})
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED if squeezed else zipfile.ZIP_STORED) as archive:
        archive.writestr("it.npy", header.getvalue() + content)


@pytest.mark.parametrize("squeezed", [False, True])
@pytest.mark.parametrize("shape", [(10**15,), (10**30,), (11,), (13,), ()])
def test_an_array_that_is_said_to_be_of_another_size_takes_no_memory(tmp_path, shape, squeezed):
    with_header(tmp_path / "it.npz", (3, 4), squeezed)
    assert read_arrays(tmp_path / "it.npz")["it"].shape == (3, 4)
    with_header(tmp_path / "it.npz", shape, squeezed)
    with pytest.raises(
        StoreError, match=r"it\.npz is damaged \(it\.npy is said to be an array of .* bytes, and 12 are"
    ):
        read_arrays(tmp_path / "it.npz")


@pytest.mark.parametrize("shape", [(-12,), (-4, 3), (-4, -3)])
def test_an_array_of_a_negative_length_is_a_sentence(tmp_path, shape):
    with_header(tmp_path / "it.npz", shape)
    with pytest.raises(StoreError, match=r"it\.npz is damaged \(no array has the shape \(-"):
        read_arrays(tmp_path / "it.npz")


def test_an_array_that_says_it_is_larger_than_the_file_can_hold_takes_no_memory(tmp_path, monkeypatch):
    with_header(tmp_path / "it.npz", (12,))
    listed = zipfile.ZipFile.infolist

    def lie(archive):
        for member in (members := listed(archive)):
            member.file_size = 10**15
        return members

    monkeypatch.setattr(zipfile.ZipFile, "infolist", lie)
    with pytest.raises(StoreError, match=r"it\.npy is said to be larger than this file can hold"):
        read_arrays(tmp_path / "it.npz")


def test_arrays_are_read_as_numpy_wrote_them(tmp_path):
    given = {"a": np.arange(6).reshape(2, 3).T, "b": np.float16(0.5), "c": np.array(["ü"]), "d": np.zeros((0, 3))}
    np.savez_compressed(tmp_path / "it.npz", **given)
    read = read_arrays(tmp_path / "it.npz")
    assert list(read) == list(given)
    for name, array in given.items():
        np.testing.assert_array_equal(read[name], array, strict=True) if name != "b" else None
    assert read["b"] == 0.5
