"""What a kernel tells the server of its page, and what the server accepts of it."""

from __future__ import annotations

import json
import os

import pytest
from pydantic import ValidationError

from lada_explore.apps.served.progress import MAX_BYTES, PROGRESS, Progress, read_progress, words, write_progress

SAID = Progress(group=3, tab="Playground", about="Moons, seed 3", last="Cycle 2 · Select", cycle=2, answers=4)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setenv(PROGRESS, str(tmp_path / "progress.json"))
    return tmp_path / "progress.json"


def test_what_is_written_is_read_with_its_time(place):
    write_progress(SAID)
    os.utime(place, (1000, 2000))
    assert read_progress(place) == (SAID, 2000)
    write_progress(Progress(tab="Playground"))
    found = read_progress(place)
    assert found is not None
    assert found[0] == Progress(group=None, tab="Playground", about="", last="", cycle=None, answers=0)


def test_without_a_server_or_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.delenv(PROGRESS, raising=False)
    write_progress(SAID)
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setenv(PROGRESS, str(tmp_path / "gone" / "progress.json"))
    write_progress(SAID)
    assert list(tmp_path.iterdir()) == []


GIVEN = SAID.model_dump()


@pytest.mark.parametrize(
    "changed",
    [
        {"group": "3"}, {"group": -1}, {"group": 10000}, {"group": True}, {"group": 3.0},
        {"tab": None}, {"tab": "x" * 121}, {"about": "a\nb"}, {"last": "\x1b[2J"}, {"last": ["x"]},
        {"cycle": -1}, {"cycle": 10**7}, {"cycle": "2"}, {"answers": None}, {"answers": 10**7}, {"more": 1},
    ],
)  # fmt: skip
def test_another_field_or_a_value_out_of_its_range_is_not_accepted(place, changed):
    place.write_text(json.dumps(GIVEN))
    assert read_progress(place) is not None
    place.write_text(json.dumps(GIVEN | changed))
    assert read_progress(place) is None
    with pytest.raises(ValidationError):
        Progress(**(GIVEN | changed))


@pytest.mark.parametrize("text", ["", "x", "[]", "null", "{}", '{"tab": "x"', "[" * 1999, "9" * 1999])
def test_what_is_no_such_text_is_not_accepted(place, text):
    place.write_text(text)
    assert read_progress(place) is None


def test_a_longer_file_a_link_a_pipe_and_a_folder_are_not_read(tmp_path, place):
    whole = json.dumps(GIVEN)
    place.write_text(whole + " " * (MAX_BYTES - len(whole.encode())))
    assert read_progress(place) is not None
    place.write_text(whole + " " * (MAX_BYTES - len(whole.encode()) + 1))
    assert read_progress(place) is None
    place.write_text(whole)
    (tmp_path / "link").symlink_to(place)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    assert [read_progress(tmp_path / name) for name in ("link", "folder", "pipe", "missing")] == [None] * 4


def test_words_are_cut_and_without_control_characters():
    assert words("a\n\x1bb" + "c" * 200) == "ab" + "c" * 118
