"""The parts of an address that say where a page begins: they are checked, and what cannot be is said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import lada_explore
from lada_explore.apps.served.given import PLACE, Given


def test_what_is_named_is_taken_once():
    given = Given("token=abc&group=3&data=rings&cycle=5&pair=7&tau=0.4&compare=")
    assert given.names("cycle", "seed")
    assert given.choice("data", ["moons", "rings"], "moons") == "rings"
    assert given.choice("compare", ["", "random"], "random") == ""
    assert given.whole("cycle", 0, 20, 1) == 5
    assert given.rank("pair", 30) == 7
    assert given.number("tau", 2.0, "its own") == 0.4
    assert not given.names(*PLACE)
    assert given.whole("cycle", 0, 20, 1) == 1
    assert given.sentences == []


def test_what_is_not_named_is_what_it_is_without_an_address():
    given = Given()
    assert (given.choice("data", ["moons"], "moons"), given.whole("cycle", 0, 20, 1)) == ("moons", 1)
    assert (given.rank("pair", 30), given.number("tau", 2.0, "its own")) == (None, None)
    assert given.sentences == []


@pytest.mark.parametrize(
    "text", ["0", "21", "-1", "1.5", "1e1", "x", "", "%C2%B2", "9" * 5000, "5 ", "__import__(os)", "1&cycle=2"]
)
def test_a_cycle_that_cannot_be_is_a_sentence_and_the_default(text):
    given = Given(f"cycle={text}")
    assert given.whole("cycle", 1, 20, 3) == 3
    (sentence,) = given.sentences
    assert sentence.startswith("cycle '")
    assert sentence.endswith("' in the address is no whole number from 1 to 20; 3 is taken instead.")
    assert len(sentence) < 140


@pytest.mark.parametrize("text", ["0", "-0.1", "2.01", "nan", "inf", "1e999", "x", "", "0x1", "1" * 5000])
def test_a_tau_that_cannot_be_is_a_sentence_and_none(text):
    given = Given(f"tau={text}")
    assert given.number("tau", 2.0, "the pair's own τ*") is None
    (sentence,) = given.sentences
    assert sentence.endswith("in the address is no number above 0 and up to 2; the pair's own τ* is taken instead.")
    assert len(sentence) < 160


def test_a_word_that_is_none_of_those_and_a_pair_that_is_not_there_are_sentences():
    given = Given("data=%3Cscript%3E&pair=31&method=a&method=b")
    assert given.choice("data", ["moons", "rings"], "moons") == "moons"
    assert given.rank("pair", 30) is None
    assert given.choice("method", ["a", "b"], "a") == "a"
    assert given.sentences == [
        "data '<script>' in the address is none of moons, rings; moons is taken instead.",
        "pair '31' in the address is no whole number from 1 to 30; the best one is taken instead.",
        "method 'a, b' in the address is none of a, b; a is taken instead.",
    ]


def test_what_has_no_place_here_is_said_where_it_is_named():
    given = Given("tau=1&pair=2")
    given.leave_out(("pair", "tau"), "random scores single points")
    given.leave_out(("cycle",), "there is none")
    assert given.sentences == ["pair and tau in the address are left out: random scores single points."]
    assert not given.names("pair", "tau")


def test_the_page_writes_the_parts_that_are_read():
    page = Path(lada_explore.__file__).parent / "views" / "tab_bar" / "address.js"
    (written,) = re.findall(r"const PLACE = \[(.*?)\];", page.read_text(encoding="utf-8"), re.DOTALL)
    assert tuple(re.findall(r'"(\w+)"', written)) == PLACE
