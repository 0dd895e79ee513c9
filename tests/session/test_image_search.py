"""The look for new images on a thread of its own: one at a time, how far it is, and what came of it."""

from __future__ import annotations

import threading

import pytest
from helpers.waiting import until

from lada_explore.errors import ConfigError
from lada_explore.runtime import progress
from lada_explore.session.image_search import ImageSearch


class Held:
    """A look that waits until it is let go; counts how often it was begun."""

    def __init__(self):
        self.begun, self.go = 0, threading.Event()

    def __call__(self):
        self.begun += 1
        assert self.go.wait(20)
        return "2 images were added."


@pytest.fixture
def told():
    return []


@pytest.fixture
def search(told):
    made = ImageSearch(lambda: told.append((made.running, made.sentence)))
    return made


def test_it_returns_at_once_and_a_second_start_does_nothing_until_the_first_has_ended(search, told):
    held = Held()
    assert search.start(held)
    assert not search.start(held)
    assert (search.running, search.sentence) == (True, "Looking for new images …")
    held.go.set()
    until(lambda: not search.running, 10)
    assert (search.sentence, held.begun) == ("2 images were added.", 1)
    assert told == [(True, "Looking for new images …"), (False, "2 images were added.")]
    assert search.start(held)
    until(lambda: not search.running, 10)
    assert held.begun == 2


def test_it_says_how_far_the_passes_are_that_would_show_a_bar(search, told, monkeypatch, capsys):
    monkeypatch.setattr(progress, "LATE_S", 0)

    def look():
        with progress.LateBar(5000, "images") as bar:
            for _ in range(3):
                bar.advance(100)
        return "There are no new images."

    search.start(look)
    until(lambda: not search.running, 10)
    said = [sentence for _, sentence in told]
    assert said[1] == "Looking for new images: 100 of 5,000 images read …"
    assert said[-1] == "There are no new images."
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (ConfigError("a stage is running; wait"), "A stage is running; wait."),
        (ValueError("odd"), "The look for new images failed. ValueError: odd"),
    ],
)
def test_why_it_failed_is_said_and_it_can_be_begun_again(search, error, said):
    def look():
        raise error

    search.start(look)
    until(lambda: not search.running, 10)
    assert search.sentence == said
    assert search.start(look)
    until(lambda: not search.running, 10)
