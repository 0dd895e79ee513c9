"""The log of the server holds everything that it prints, except the token, and does not grow without end."""

from __future__ import annotations

import os
import stat

import pytest

from lada_explore.apps.served import log as log_module
from lada_explore.apps.served.log import Log
from lada_explore.config.paths import MAX_LOGS, new_log

TOKEN = b"s3cr3t-t0k3n_of_32_characters_xx"
KEY = b"the-k3y-of-32-characters-of-ours"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("LADA_CACHE", str(tmp_path))
    return tmp_path / "logs"


def logged(*pieces):
    """The file after these pieces came out of a pipe, each read before the next is written."""
    log = Log(new_log("app"), hidden=(KEY, TOKEN))
    reading, writing = os.pipe()
    with open(reading, "rb", buffering=0) as said, log.keeping(said), open(writing, "wb", buffering=0) as process:
        for piece in pieces:
            process.write(piece)
    return log


def test_all_that_is_printed_is_in_the_log_which_is_this_persons_alone(folder):
    log = logged(b"one\n", b"two, without an end")
    assert log.place.read_bytes() == b"one\ntwo, without an end"
    assert log.place.parent == folder
    assert stat.S_IMODE(log.place.stat().st_mode) == 0o600


def test_the_token_is_not_in_it_wherever_the_pieces_are_cut():
    text = b"GET /?token=" + TOKEN + b" 403\n" + TOKEN + TOKEN + b"\nReferer: x?key=" + KEY
    hidden = b"GET /?token=[token] 403\n[token][token]\nReferer: x?key=[token]"

    class Kept(Log):
        def __init__(self):
            super().__init__(None, hidden=(KEY, TOKEN))
            self.text = b""

        def _write(self, text):
            self.text += text

    for cut in range(len(text)):
        pieces, kept = iter([text[:cut], text[cut : cut + 7], text[cut + 7 :]]), Kept()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(log_module, "_read", lambda said, left=pieces: next((piece for piece in left if piece), b""))
            kept.keep(None)
        assert kept.text == hidden


def test_a_log_that_grows_too_long_goes_on_in_a_new_file_and_the_part_before_is_kept(folder, monkeypatch):
    monkeypatch.setattr(log_module, "MAX_BYTES", 100)
    log = Log(new_log("app"), hidden=(KEY, TOKEN))
    for number in range(9):
        log._write(f"{number} {'x' * 37}\n".encode())
    kept = {path.name.partition(".log")[2]: path.read_text().split() for path in folder.iterdir()}
    assert {ending: lines[::2] for ending, lines in kept.items()} == {"": ["8"], ".before": ["6", "7"]}
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in folder.iterdir())


def test_what_cannot_be_written_is_dropped_and_the_log_goes_on_once_it_can(folder):
    log = Log(new_log("app"), hidden=(KEY, TOKEN))
    log.place.unlink()
    log.place.mkdir()
    log._write(b"lost\n")
    assert list(log.place.iterdir()) == []
    log.place.rmdir()
    log._write(b"kept\n")
    assert log.place.read_bytes() == b"kept\n"


def test_the_oldest_logs_go_with_what_was_before_them(folder):
    first = new_log("app")
    first.with_name(f"{first.name}.before").touch()
    other = new_log("another")
    kept = [new_log("app") for _ in range(MAX_LOGS)]
    assert set(folder.iterdir()) == {other, *kept}
