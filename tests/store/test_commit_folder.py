"""Writing beside, syncing, renaming: all of a folder or nothing of it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lada_explore.errors import StoreError
from lada_explore.store.files import commit_folder, explained


def two_files(folder: Path) -> None:
    (folder / "a").write_text("1")
    (folder / "b").write_text("2")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_folder_appears_with_all_that_was_written(tmp_path):
    commit_folder(tmp_path / "it", two_files)
    assert names(tmp_path) == ["it"]
    assert {path.name: path.read_text() for path in (tmp_path / "it").iterdir()} == {"a": "1", "b": "2"}


def test_every_file_is_synced_before_the_rename_and_the_parent_after_it(tmp_path, monkeypatch):
    done = []
    sync, rename = os.fsync, os.rename

    def syncing(descriptor):
        done.append(Path(os.readlink(f"/proc/self/fd/{descriptor}")).name)
        sync(descriptor)

    def renaming(source, target, **kwargs):
        done.append("rename")
        rename(source, target, **kwargs)

    monkeypatch.setattr(os, "fsync", syncing)
    monkeypatch.setattr(os, "rename", renaming)
    commit_folder(tmp_path / "it", two_files)
    assert sorted(done[:2]) == ["a", "b"]
    assert done[2:] == [".it.part", "rename", tmp_path.name]


def test_what_a_killed_process_left_beside_is_replaced(tmp_path):
    (tmp_path / ".it.part").mkdir()
    (tmp_path / ".it.part" / "old").write_text("old")
    commit_folder(tmp_path / "it", two_files)
    assert names(tmp_path / "it") == ["a", "b"]
    assert names(tmp_path) == ["it"]


def test_a_folder_that_is_there_is_never_touched(tmp_path):
    commit_folder(tmp_path / "it", two_files)
    with pytest.raises(StoreError, match="it is there already and is left as it is"):
        commit_folder(tmp_path / "it", lambda folder: (folder / "c").write_text("3"))
    assert names(tmp_path / "it") == ["a", "b"]


def test_a_folder_that_another_process_makes_in_the_meantime_is_never_touched(tmp_path):
    def slowly(folder: Path) -> None:
        two_files(folder)
        (tmp_path / "it").mkdir()
        (tmp_path / "it" / "theirs").write_text("3")

    with pytest.raises(StoreError, match="cannot be written"):
        commit_folder(tmp_path / "it", slowly)
    assert names(tmp_path) == ["it"]
    assert names(tmp_path / "it") == ["theirs"]


@pytest.mark.parametrize("failure", [ValueError("no"), KeyboardInterrupt()])
def test_a_failure_while_filling_leaves_nothing(tmp_path, failure):
    def fill(folder: Path) -> None:
        two_files(folder)
        raise failure

    with pytest.raises(type(failure)):
        commit_folder(tmp_path / "it", fill)
    assert names(tmp_path) == []


@pytest.mark.parametrize("step", range(4), ids=["file a", "file b", "the folder", "the parent, after the rename"])
@pytest.mark.parametrize("failure", [OSError(errno.EIO, "Input/output error"), KeyboardInterrupt()], ids=["io", "stop"])
def test_a_failure_at_any_sync_leaves_nothing(tmp_path, monkeypatch, step, failure):
    calls = []

    def failing(descriptor):
        calls.append(descriptor)
        if len(calls) == step + 1:
            raise failure

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(StoreError if isinstance(failure, OSError) else KeyboardInterrupt):
        commit_folder(tmp_path / "it", two_files)
    assert names(tmp_path) == []
    monkeypatch.undo()
    commit_folder(tmp_path / "it", two_files)
    assert names(tmp_path) == ["it"]


@pytest.mark.parametrize(
    ("code", "words"),
    [(errno.ENOSPC, "No space left on device"), (errno.EROFS, "Read-only file system"), (errno.EDQUOT, "quota")],
)
def test_a_disk_that_refuses_is_one_sentence_with_the_place_the_reason_and_the_remedy(
    tmp_path, monkeypatch, code, words
):
    def refuse(*args, **kwargs):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "mkdir", refuse)
    with pytest.raises(StoreError) as caught:
        commit_folder(tmp_path / "it", two_files)
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'it'} cannot be written (")
    assert words in message
    assert "free some space or choose a folder you may write to" in message
    assert "\n" not in message


def test_an_error_without_a_reason_of_the_system_keeps_its_own():
    with pytest.raises(StoreError, match=r"place cannot be written \(something else\)"), explained(Path("place")):
        raise OSError("something else")
