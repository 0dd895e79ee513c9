"""Names of folders and files that every file system takes, and the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lada_explore.exchange.names import MAX_BYTES, distinct, escaped, unescaped

TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("cat", "cat"),
        ("naïve café 猫", "naïve café 猫"),
        ("a/b\\c", "a%2Fb%5Cc"),
        ("..", "%2E%2E"),
        (".hidden", "%2Ehidden"),
        (" odd ", "%20odd%20"),
        ('<b>"it\'s"</b>', "%3Cb%3E%22it's%22%3C%2Fb%3E"),
        ("100 %", "100 %25"),
        ("con", "%63on"),
        ("Aux.png", "%41ux.png"),
        ("line\nbreak", "line%0Abreak"),
    ],
)
def test_only_what_a_file_system_may_refuse_is_escaped(name, safe):
    assert escaped(name) == safe
    assert unescaped(safe) == name


@given(TEXT)
def test_escaping_is_undone_for_any_text(name):
    safe = escaped(name)
    assert unescaped(safe) == name
    assert not set(safe) & set('/\\:*?"<>|\0')
    assert safe not in (".", "..")


@given(st.lists(st.tuples(TEXT, st.sampled_from(["", ".png", ".JPG"])), max_size=8))
def test_file_names_are_distinct_without_regard_to_case_and_keep_their_ending(names):
    made = distinct(dict(enumerate(names)))
    assert len({safe.casefold() for safe in made.values()}) == len(names)
    assert all(len(safe.encode()) <= MAX_BYTES for safe in made.values())
    assert all(made[i].endswith(ending) for i, (_, ending) in enumerate(names) if ending)


def test_a_name_of_300_characters_is_cut_and_marked():
    long = "ü" * 300
    made = distinct({0: (long, ".png"), 1: (long + "x", ".png"), 2: ("Cat", ""), 3: ("cat", "")})
    assert made[0][:50] == made[1][:50] == "ü" * 50
    assert made[0] != made[1]
    assert len(made[0].encode()) <= MAX_BYTES
    assert made[2] == "Cat"
    assert made[3].startswith("cat~")


@pytest.mark.parametrize("stem", ["cat", "ü" * 300])
def test_five_equal_names_become_five(stem):
    made = distinct(dict.fromkeys(range(5), (stem, ".png")))
    assert len(set(made.values())) == 5
    assert made == distinct(dict.fromkeys(range(5), (stem, ".png")))
