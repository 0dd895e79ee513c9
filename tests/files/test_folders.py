"""Whole folders, or nothing of them: written, overwritten and removed."""

from __future__ import annotations

import errno
import os
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from helpers.written import OF_EXPORT, fail_at, names, two_files, umask

from lada_explore.background import system
from lada_explore.errors import ConfigError, StoreError
from lada_explore.files import (
    places,
    remove_folder,
    remove_unfinished,
    write_folder,
)


class TestFolders:
    def test_appears_with_all_that_was_written_and_returns_what_was_filled_in(self, tmp_path):
        assert write_folder(tmp_path / "it", lambda folder: two_files(folder) or 2, overwrite=False) == 2
        assert names(tmp_path) == ["it"]
        assert {path.name: path.read_text() for path in (tmp_path / "it").iterdir()} == {"a": "1", "b": "2"}
        assert stat.S_IMODE((tmp_path / "it").stat().st_mode) == 0o777 & ~umask()

    def test_every_file_however_deep_is_synced_before_the_rename_and_the_parent_after_it(self, tmp_path, steps):
        def deep(folder):
            (folder / "in").mkdir()
            (folder / "in" / "c").write_text("3")
            (folder / "link").symlink_to("nowhere")
            two_files(folder)

        write_folder(tmp_path / "it", deep, overwrite=False)
        inside = ["c", "in", "a", "b"]
        assert steps == ["make part", "make in", *inside, "part", "part to it", tmp_path.name]

    def test_each_of_many_files_is_synced_before_the_folder_and_one_that_is_refused_leaves_nothing(
        self, tmp_path, steps, monkeypatch
    ):
        def many(folder):
            for number in range(100):
                (folder / f"{number}").write_text("1")

        write_folder(tmp_path / "it", many, overwrite=False)
        assert sorted(steps[1:101]) == sorted(f"{number}" for number in range(100))
        assert steps[101:] == ["part", "part to it", tmp_path.name]
        fail_at(monkeypatch, 70, OSError(errno.EIO, "Input/output error"))
        with pytest.raises(StoreError, match="other cannot be written .Input/output error."):
            write_folder(tmp_path / "other", many, overwrite=False)
        assert names(tmp_path) == ["it"]

    def test_every_new_parent_is_on_disk_before_anything_is_written(self, tmp_path, steps):
        write_folder(tmp_path / "cycles" / "003" / "it", lambda folder: None, overwrite=False)
        made = ["make cycles", tmp_path.name, "make 003", "cycles"]
        assert steps == [*made, "make part", "part", "part to it", "003"]

    def test_what_a_killed_process_left_beside_is_removed_and_what_a_living_one_writes_is_not(self, tmp_path):
        dead, living, other = (tmp_path / f".{name}.0123abc{n}.part" for n, name in enumerate(("it", "it", "it.not")))
        for part in (dead, living, other):
            part.mkdir()
            (part / "old").write_text("old")
        descriptor = os.open(living, os.O_RDONLY)
        assert system.lock(descriptor)
        write_folder(tmp_path / "it", two_files, overwrite=False)
        assert names(tmp_path / "it") == ["a", "b"]
        assert names(tmp_path) == sorted([living.name, other.name, "it"])
        os.close(descriptor)
        remove_unfinished(tmp_path)
        assert names(tmp_path) == ["it"]

    def test_a_writer_is_left_alone_by_another_of_the_same_place_and_the_first_that_is_done_wins(self, tmp_path):
        half, done = threading.Event(), threading.Event()

        def slowly(folder):
            (folder / "a").write_text("slow")
            half.set()
            assert done.wait(10)
            assert names(folder) == ["a"]

        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(write_folder, tmp_path / "it", slowly, overwrite=False)
            assert half.wait(10)
            write_folder(tmp_path / "it", two_files, overwrite=False)
            done.set()
            with pytest.raises(StoreError, match="it exists already and is left as it is"):
                slow.result()
        assert names(tmp_path) == ["it"]
        assert names(tmp_path / "it") == ["a", "b"]

    @pytest.mark.parametrize("what", ["a folder", "a file", "a link to nowhere"])
    def test_what_is_there_is_never_touched(self, tmp_path, what):
        if what == "a folder":
            (tmp_path / "it").mkdir()
            (tmp_path / "it" / "mine").write_text("mine")
        elif what == "a file":
            (tmp_path / "it").write_text("mine")
        else:
            (tmp_path / "it").symlink_to(tmp_path / "file")
            (tmp_path / "file").write_text("mine")
        for overwrite in (False, True)[: 1 if what == "a folder" else 2]:
            with pytest.raises(ConfigError, match="it is taken"):
                write_folder(tmp_path / "it", two_files, overwrite=overwrite, refusal=OF_EXPORT)
        assert not [name for name in names(tmp_path) if name.endswith(".part")]
        mine = tmp_path / "it" / "mine" if what == "a folder" else tmp_path / "it"
        assert mine.read_text() == "mine"

    def test_an_empty_folder_is_as_good_as_none(self, tmp_path):
        (tmp_path / "it").mkdir()
        (tmp_path / "link").symlink_to(tmp_path / "it")
        write_folder(tmp_path / "link", two_files, overwrite=False)
        assert names(tmp_path / "it") == ["a", "b"]
        assert (tmp_path / "link").is_symlink()

    def test_a_place_where_no_folder_can_be_made_is_refused_for_the_reason_that_the_system_gives(
        self, tmp_path, monkeypatch
    ):
        def refuse(path, *_):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)  # as in /proc

        monkeypatch.setattr(os, "mkdir", refuse)
        with pytest.raises(StoreError, match=r"it cannot be written \(No such file or directory\)"):
            write_folder(tmp_path / "it", two_files, overwrite=False)
        assert names(tmp_path) == []

    @pytest.mark.parametrize("overwrite", [False, True])
    def test_the_folder_one_is_in_is_a_sentence(self, tmp_path, monkeypatch, overwrite):
        monkeypatch.chdir(tmp_path)
        with pytest.raises(StoreError, match=r"^\. cannot be written \(it is the current folder\); .* --out"):
            write_folder(Path(), two_files, overwrite=overwrite)
        assert os.path.samefile(tmp_path, os.getcwd())

    @pytest.mark.parametrize("failure", [ValueError("no"), KeyboardInterrupt(), OSError(errno.EIO, "Input/output")])
    def test_a_failure_while_filling_leaves_nothing_not_even_parents(self, tmp_path, failure):
        def fill(folder: Path) -> None:
            two_files(folder)
            raise failure

        with pytest.raises(StoreError if isinstance(failure, OSError) else type(failure)):
            write_folder(tmp_path / "new" / "deep" / "it", fill, overwrite=False)
        assert names(tmp_path) == []

    @pytest.mark.parametrize("step", range(4), ids=["file a", "file b", "the folder", "the parent, after the rename"])
    @pytest.mark.parametrize(
        "failure", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()], ids=["io", "stop"]
    )
    def test_a_failure_at_any_sync_leaves_nothing(self, tmp_path, monkeypatch, step, failure):
        fail_at(monkeypatch, step, failure)
        with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
            write_folder(tmp_path / "it", two_files, overwrite=False)
        assert names(tmp_path) == []
        monkeypatch.undo()
        write_folder(tmp_path / "it", two_files, overwrite=False)
        assert names(tmp_path) == ["it"]


class TestOverwrittenFolders:
    @pytest.fixture(params=["in one step", "in two"], autouse=True)
    def _steps(self, request, monkeypatch):
        if request.param == "in two":
            monkeypatch.setattr(places, "_exchanged", lambda one, other: False)

    @pytest.fixture
    def earlier(self, tmp_path):
        write_folder(tmp_path / "it", lambda folder: (folder / "old").write_text("old"), overwrite=False)
        return tmp_path / "it"

    def test_it_takes_the_place_of_the_earlier_one(self, tmp_path, earlier):
        write_folder(earlier, two_files, overwrite=True)
        assert names(tmp_path) == ["it"]
        assert names(earlier) == ["a", "b"]

    @pytest.mark.parametrize("step", range(4))
    @pytest.mark.parametrize("failure", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
    def test_a_failure_at_any_sync_leaves_the_earlier_one(self, tmp_path, earlier, monkeypatch, step, failure):
        fail_at(monkeypatch, step, failure)
        with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
            write_folder(earlier, two_files, overwrite=True)
        assert names(tmp_path) == ["it"]
        assert names(earlier) == ["old"]

    def test_one_that_a_kill_left_aside_is_brought_back_by_the_next_writer_or_removed(self, tmp_path, earlier):
        earlier.rename(tmp_path / ".it.0123abcd.earlier")
        with pytest.raises(ValueError, match="no"):
            write_folder(earlier, lambda folder: int("no"), overwrite=True)
        assert names(tmp_path) == ["it"]
        assert names(earlier) == ["old"]
        earlier.rename(tmp_path / ".it.0123abcd.earlier")
        earlier.mkdir()
        (earlier / "new").write_text("new")
        remove_unfinished(tmp_path, "it")
        assert names(tmp_path) == ["it"]
        assert names(earlier) == ["new"]


class TestRemovedFolders:
    def test_is_gone_whole_and_nothing_is_left_beside(self, tmp_path, steps):
        write_folder(tmp_path / "it", two_files, overwrite=False)
        del steps[:]
        remove_folder(tmp_path / "it")
        assert steps == ["it to part", tmp_path.name]
        assert names(tmp_path) == []

    @pytest.mark.parametrize("failure", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()])
    def test_stands_still_where_the_disk_refuses(self, tmp_path, monkeypatch, failure):
        write_folder(tmp_path / "it", two_files, overwrite=False)
        fail_at(monkeypatch, 0, failure)
        with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
            remove_folder(tmp_path / "it")
        assert names(tmp_path) == ["it"]
        assert names(tmp_path / "it") == ["a", "b"]
