"""The list of mutants that no test notices: it fits its numbers, and the code, and gives each a reason."""

from __future__ import annotations

import runpy
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SUMMARY = runpy.run_path(str(ROOT / "tools" / "mutants" / "summary.py"))
SOURCES = runpy.run_path(str(ROOT / "tools" / "mutants" / "sources.py"))
MODULES, SURVIVORS = SUMMARY["read"]((ROOT / "docs" / "mutants.json").read_text(encoding="utf-8"))
ROOMS = ("acquisition/", "augmentation/", "lookahead/", "stages/")
KILLED = ("killed", "timeout", "segfault")


def test_the_page_says_what_was_found():
    assert (ROOT / "docs" / "mutants.md").read_text(encoding="utf-8") == SUMMARY["page"](MODULES, SURVIVORS)


def test_every_survivor_that_was_counted_is_listed():
    listed = Counter(survivor.module for survivor in SURVIVORS)
    counted = {name: n.get("survived", 0) + n.get("no tests", 0) for name, n in MODULES.items()}
    assert listed == +Counter(counted)


def test_every_survivor_has_a_kind_and_a_reason():
    assert {survivor.kind for survivor in SURVIVORS} <= {"equivalent", "wording", "open"}
    assert [survivor for survivor in SURVIVORS if len(survivor.reason) < 10] == []


def test_the_line_that_a_survivor_changes_stands_in_the_code():
    gone = []
    for survivor in SURVIVORS:
        lines = {line.strip() for line in (ROOT / survivor.module).read_text(encoding="utf-8").splitlines()}
        gone += [(survivor.module, line) for line in survivor.before if line not in lines]
    assert gone == []


@pytest.mark.parametrize("room", ROOMS)
def test_nine_of_ten_mutants_that_change_what_a_room_does_are_killed(room):
    mine = [counts for module, counts in MODULES.items() if module.startswith(f"lada_explore/{room}")]
    killed = sum(counts.get(result, 0) for counts in mine for result in KILLED)
    survived = [s for s in SURVIVORS if s.module.startswith(f"lada_explore/{room}") and s.kind != "equivalent"]
    assert killed > 50
    assert killed / (killed + len(survived)) >= 0.9


def test_a_module_that_is_not_tried_anew_keeps_what_was_found_unless_it_has_more_mutants_now():
    survivor = SUMMARY["Survivor"]
    old = [survivor(module, "f", ("a",), ("b",), "open", "nobody has looked") for module in "abcd"]
    stored = {module: {"killed": 4, "survived": 1} for module in "abcd"}
    tried = {"a": {"not checked": 5}, "b": {"not checked": 3, "killed": 2}, "c": {"not checked": 6}}
    modules, survivors = SUMMARY["with_untried"](
        ({**tried, "e": {}, "f": {"survived": 1}}, [survivor("f", "f", ("a",), ("b",))]), (stored, old)
    )
    assert modules == {**tried, "a": stored["a"], "e": {}, "f": {"survived": 1}}
    assert [s.module for s in survivors] == ["a", "f"]


DECORATED = """\
class Half:
    @property
    @doubled(by=2)
    def value(self):
        return 1

    @staticmethod
    def one():
        return 1
"""


def test_a_decorator_is_applied_behind_the_function_so_that_this_can_be_mutated():
    found = SOURCES["undecorated"](DECORATED)
    assert found.splitlines()[2:6] == [
        "",
        "    def value(self):",
        "        return 1",
        "    value = property(doubled(by=2)(value))",
    ]
    assert "    @staticmethod\n    def one():" in found
