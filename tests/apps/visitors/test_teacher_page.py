"""The teacher's page: its rows, and how they are written. `test_visitors.py` asks the server for it."""

from __future__ import annotations

import os
import re

import pytest

from lada_explore.apps.served.progress import PROGRESS, Progress, write_progress
from lada_explore.apps.visitors import board as module
from lada_explore.apps.visitors.board import Board, Row
from lada_explore.apps.visitors.teacher import teacher_page


@pytest.fixture
def says(tmp_path, monkeypatch):
    """Lets a kernel write how far it is, at a time."""

    def write(kernel, at, **fields):
        monkeypatch.setenv(PROGRESS, str(tmp_path / kernel))
        write_progress(Progress(**({"tab": "Playground"} | fields)))
        os.utime(tmp_path / kernel, (at, at))

    return write


@pytest.fixture
def board(tmp_path):
    return Board(lambda kernel: tmp_path / kernel)


def told(rows):
    return [(row.progress.group, row.pages, row.progress.last, row.at) for row in rows]


def test_a_group_is_one_row_of_the_page_on_which_something_was_done_last(board, says):
    says("a", 100, group=2, last="old")
    says("b", 200, group=2, last="new")
    says("c", 300, group=1, last="one")
    says("d", 400, last="alone")
    assert told(board.rows({"a": 1, "b": 2, "c": 0, "d": 1, "silent": 1})) == [
        (1, 0, "one", 300),
        (2, 3, "new", 200),
        (None, 1, "alone", 400),
    ]


def test_a_group_that_has_left_is_remembered_until_it_comes_back(board, says, tmp_path):
    says("a", 200, group=2, last="late")
    says("b", 100, group=2, last="early")
    for kernel in ("a", "b", "silent"):
        board.leave(kernel)
        (tmp_path / kernel).unlink(missing_ok=True)
    assert told(board.rows({})) == [(2, 0, "late", 200)]
    says("c", 50, group=2, last="again")
    assert told(board.rows({"c": 1})) == [(2, 1, "again", 50)]


def test_of_too_many_groups_those_that_left_last_are_remembered(board, says, monkeypatch):
    monkeypatch.setattr(module, "MAX_KEPT", 2)
    for group in (5, 6, 5, 7):
        says("a", group, group=group)
        board.leave("a")
    assert [group for group, *_ in told(board.rows({}))] == [5, 7]


def row(pages=1, at=1000.0, **fields):
    return Row(pages=pages, progress=Progress(**({"tab": "Playground"} | fields)), at=at)


def cells(page):
    """Text of each cell of each line."""
    lines = re.findall(r'<tr class="(\w+)">(.*?)</tr>', page)
    return [[state, *re.findall(r">([^<>]*)</t[dh]>", line)] for state, line in lines]


def test_every_group_is_a_line_that_says_where_it_is_what_it_did_and_when():
    rows = [
        row(group=1, about="Moons", last="Cycle 2 · Select", cycle=2, answers=4, at=995),
        row(group=2, at=1000 - 150, pages=2),
        row(at=1000 - 7300, pages=0),
    ]
    page = teacher_page(rows, 3, 30, now=1000.0)
    assert "<p>2 groups · 3 of 30 places taken</p>" in page
    assert cells(page) == [
        ["works", "1", "1", "Playground · Moons", "Cycle 2 · Select", "2", "4", "now"],
        ["rests", "2", "2", "Playground", "nothing yet", "none", "0", "2 min ago"],
        ["gone", "none", "0", "Playground", "nothing yet", "none", "0", "2 h ago"],
    ]
    assert cells(teacher_page([row(at=960)], 1, 1, now=1000.0))[0][-1] == "40 s ago"


def test_what_a_kernel_says_is_text():
    page = teacher_page([row(tab="<b>tab</b>", about="{body}", last='"&<script>')], 1, 1, now=1000.0)
    assert "<b>" not in page
    assert "<script" not in page
    assert "&lt;b&gt;tab&lt;/b&gt; · {body}" in page


def test_before_anybody_has_come_it_says_what_to_give_out():
    page = teacher_page([], 0, 1, now=1000.0)
    assert "Nobody has opened the page yet. Give out the students' address with &amp;group=1 at its end" in page
    assert "<p>0 groups · 0 of 1 place taken</p>" in page
    assert "<table" not in page
