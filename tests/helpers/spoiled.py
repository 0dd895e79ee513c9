"""Ways in which a file cannot be read, and the words of a run on the images of a person that tests of them share."""

from __future__ import annotations

import os

from helpers.small_runs import SET_OPTIONS

RUN = ["run", "--device", "cpu", "--cycles", "0", *SET_OPTIONS]
SIZE = ["--set", "data.height=12", "--set", "data.width=12", "--set", "data.channels=1", "--set", "data.test_share=0"]


def holding(content: bytes | str):
    """Writes this content to a place."""
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
