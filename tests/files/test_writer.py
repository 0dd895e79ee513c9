"""The one writer of every output: all of a file or folder, on disk, or nothing of it."""

from __future__ import annotations

import errno
import os
import resource
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.written import OF_EXPORT, fail_at, names, refuse, two_files, umask

from lada_explore.errors import ConfigError, StoreError
from lada_explore.files import (
    make_folder,
    places,
    write_file,
    write_folder,
    writer,
    writing,
)


class TestFiles:
    def test_a_file_is_synced_before_it_takes_its_place_and_the_folder_after_it(self, tmp_path, steps):
        write_file(tmp_path / "it", b"1", overwrite=True)
        assert steps == ["part", "part to it", tmp_path.name]
        del steps[:]
        write_file(tmp_path / "other", b"1", overwrite=False)
        assert steps == ["part", tmp_path.name]
        assert (tmp_path / "other").stat().st_nlink == 1

    @pytest.mark.parametrize("links", [True, False])
    def test_what_is_there_is_overwritten_only_where_that_was_asked(self, tmp_path, monkeypatch, links):
        if not links:
            monkeypatch.setattr(os, "link", refuse(errno.EPERM))
        write_file(tmp_path / "it", b"1", overwrite=False)
        with pytest.raises(StoreError, match="it exists already and is left as it is; choose another place with --out"):
            write_file(tmp_path / "it", b"2", overwrite=False)
        assert (tmp_path / "it").read_bytes() == b"1"
        write_file(tmp_path / "it", b"2", overwrite=True)
        assert (tmp_path / "it").read_bytes() == b"2"
        assert names(tmp_path) == ["it"]

    @pytest.mark.parametrize("links", [True, False])
    def test_of_several_that_write_one_file_at_once_exactly_one_wins(self, tmp_path, monkeypatch, links):
        if not links:
            monkeypatch.setattr(os, "link", refuse(errno.EPERM))
        start = threading.Barrier(4)

        def write(place, number):
            start.wait(10)
            try:
                write_file(place, bytes([number]) * 10_000, overwrite=False, refusal=OF_EXPORT)
            except ConfigError as error:
                return str(error)
            return number

        with ThreadPoolExecutor(4) as pool:
            for round_ in range(25):
                place = tmp_path / f"it-{round_}"
                ended = list(pool.map(write, [place] * 4, range(4)))
                (won,) = [number for number in ended if isinstance(number, int)]
                assert ended.count(f"{place} is taken") == 3
                assert place.read_bytes() == bytes([won]) * 10_000
        assert len(names(tmp_path)) == 25

    @pytest.mark.parametrize("overwrite", [False, True])
    @pytest.mark.parametrize("step", range(2), ids=["the file", "the folder"])
    @pytest.mark.parametrize(
        "failure", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()], ids=["io", "stop"]
    )
    def test_a_failure_at_any_sync_leaves_what_was_there(self, tmp_path, monkeypatch, failure, step, overwrite):
        for before in (False, True)[: 1 + overwrite]:
            if before:
                write_file(tmp_path / "it", b"old", overwrite=True)
            with monkeypatch.context() as patch:
                fail_at(patch, step, failure)
                with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
                    write_file(tmp_path / "it", b"new", overwrite=overwrite)
            assert names(tmp_path) == (["it"] if before else [])
            assert not before or (tmp_path / "it").read_bytes() == b"old"

    def test_where_two_files_cannot_be_swapped_one_is_replaced(self, tmp_path, monkeypatch):
        monkeypatch.setattr(places, "_exchanged", lambda one, other: False)
        for content in (b"1", b"2"):
            write_file(tmp_path / "it", content, overwrite=True)
            assert (tmp_path / "it").read_bytes() == content
            assert names(tmp_path) == ["it"]

    def test_the_old_file_is_whole_when_the_disk_is_full(self, tmp_path):
        (tmp_path / "it").write_bytes(b"old")
        before = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
        try:
            with pytest.raises(StoreError, match="it cannot be written .File too large.; free some space"):
                write_file(tmp_path / "it", b"new" * 1000, overwrite=True)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert names(tmp_path) == ["it"]
        assert (tmp_path / "it").read_bytes() == b"old"

    def test_permissions_are_those_of_the_old_file_or_of_any_new_one(self, tmp_path):
        write_file(tmp_path / "it", b"1", overwrite=True)
        assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o666 & ~umask()
        (tmp_path / "it").chmod(0o640)
        write_file(tmp_path / "it", b"2", overwrite=True)
        assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o640

    def test_the_file_that_a_link_names_is_written(self, tmp_path):
        (tmp_path / "far").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "far" / "it")
        for content in (b"1", b"2"):
            write_file(tmp_path / "link", content, overwrite=True)
            assert (tmp_path / "far" / "it").read_bytes() == content
        assert (tmp_path / "link").is_symlink()
        assert names(tmp_path / "far") == ["it"]

    def test_a_pipe_and_a_device_take_the_content_and_stay_what_they_are(self, tmp_path):
        os.mkfifo(tmp_path / "pipe")
        with ThreadPoolExecutor(1) as pool:
            read = pool.submit((tmp_path / "pipe").read_bytes)
            write_file(tmp_path / "pipe", b"1", overwrite=True)
            assert read.result(10) == b"1"
        write_file(Path("/dev/null"), b"1", overwrite=True)
        assert stat.S_ISCHR(os.stat("/dev/null").st_mode)
        with pytest.raises(StoreError, match="/dev/full cannot be written .No space left"):
            write_file(Path("/dev/full"), b"1", overwrite=True)

    def test_a_pipe_that_nobody_reads_is_a_sentence(self, tmp_path, monkeypatch):
        monkeypatch.setattr(writer, "READER_S", 0.1)
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(StoreError, match=r"pipe cannot be written \(nobody reads this pipe\)"):
            write_file(tmp_path / "pipe", b"1", overwrite=True)

    @pytest.mark.parametrize(
        ("name", "reason"),
        [
            ("a\0b", "a name cannot contain NUL"),
            ("a\ud800b", "the name cannot be encoded on this system"),
            ("x" * 256, "File name too long"),
            ("missing/it", "No such file or directory"),
            ("file/it", "Not a directory"),
            ("folder", "Is a directory"),
        ],
    )
    def test_a_name_that_no_file_can_have_is_one_sentence(self, tmp_path, name, reason):
        (tmp_path / "file").write_text("mine")
        (tmp_path / "folder").mkdir()
        with pytest.raises(ConfigError) as caught:
            write_file(tmp_path / name, b"1", overwrite=True, refusal=OF_EXPORT)
        assert str(caught.value) == f"{tmp_path / name} cannot be written ({reason}); choose another file with --out"
        assert names(tmp_path) == ["file", "folder"]

    def test_the_longest_names_there_are_can_be_written(self, tmp_path):
        for name in ("x" * 255, "ü" * 127):
            write_file(tmp_path / name, b"1", overwrite=True)
            write_file(tmp_path / name, b"2", overwrite=True)
            assert names(tmp_path) == [name]
            (tmp_path / name).unlink()


class TestWhatIsMissing:
    def test_folders_are_made_and_each_parent_synced(self, tmp_path, steps):
        make_folder(tmp_path / "a" / "b")
        assert steps == ["make a", tmp_path.name, "make b", "a"]
        del steps[:]
        make_folder(tmp_path / "a" / "b")
        assert steps == []

    def test_a_file_in_the_way_is_said(self, tmp_path):
        (tmp_path / "a").write_text("mine")
        with pytest.raises(NotADirectoryError):
            make_folder(tmp_path / "a" / "b")


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system"), (errno.EDQUOT, "quota")],
)
def test_a_disk_that_refuses_is_one_sentence_with_the_place_the_reason_and_the_remedy(
    tmp_path, monkeypatch, code, words
):
    monkeypatch.setattr(os, "mkdir", refuse(code))
    with pytest.raises(StoreError) as caught:
        write_folder(tmp_path / "it", two_files, overwrite=False)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'it'} cannot be written (")
    assert words in message
    assert "free some space or choose a folder you may write to" in message
    assert "\n" not in message


def test_an_error_without_a_reason_of_the_system_keeps_its_own():
    with pytest.raises(StoreError, match=r"place cannot be written \(something else\)"), writing(Path("place")):
        raise OSError("something else")


def test_a_folder_that_cannot_be_synced_at_all_is_written_still_and_a_file_is_not(tmp_path, monkeypatch):
    sync = os.fsync

    def no_folders(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, "Invalid argument")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", no_folders)
    write_folder(tmp_path / "it", two_files, overwrite=False)
    assert names(tmp_path) == ["it"]
    monkeypatch.setattr(os, "fsync", refuse(errno.EINVAL))
    with pytest.raises(StoreError, match="Invalid argument"):
        write_file(tmp_path / "file", b"1", overwrite=True)
