"""docs/FIDELITY.md has a row for every numbered thing of the paper, and each row names code and tests that exist."""

from __future__ import annotations

import importlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "FIDELITY.md").read_text(encoding="utf-8")

ITEMS = (
    *(f"Equation {n}" for n in range(1, 8)),
    *(f"Table {n}" for n in range(1, 6)),
    *(f"Figure {n}" for n in range(1, 9)),
    *(f"Algorithm 1, line {n}" for n in range(1, 15)),
    *(f"Table 1: {name}" for name in ("initial labels", "budget", "cycles", "draws of lam", "fixed tau")),
    "A.2: candidates",
    *(f"A.3: {name}" for name in ("network", "epochs", "optimiser", "learning rate", "batch size")),
    *(f"A.3: {name} of the policy network" for name in ("epochs", "batch size", "learning rate")),
    "B.3: large budgets",
)
"""What the paper and its supplement number, and the hyper-parameters that they give."""

NOTHING_TAKEN = "nothing is taken from it"
"""What the row of a thing says instead of code and a test."""


@dataclass(frozen=True)
class Row:
    """A row of the page: its first cell, and the names in backticks of its cells for code and test."""

    item: str
    code: tuple[str, ...]
    tests: tuple[str, ...]
    text: str


def rows_of(page: str) -> list[Row]:
    rows, columns = [], []
    for line in page.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not cells:
            columns = []
        elif not columns:
            columns = cells
        elif "code" in columns and not set(cells[0]) <= set("-:"):
            of = dict(zip(columns, cells, strict=True))
            names = {name: tuple(re.findall(r"`([^`]+)`", of[name])) for name in ("code", "test")}
            rows.append(Row(item=cells[0], code=names["code"], tests=names["test"], text=line))
    return rows


ROWS = rows_of(PAGE)


def numbers_in(item: str) -> set[str]:
    """The things that the first cell of a row stands for: "Equations 3 to 5, Figure 4" are four."""
    found = set()
    for part in re.split(r", (?=Equation|Table|Figure)", item):
        match = re.fullmatch(r"(Equation|Table|Figure|Algorithm 1, line)s? (\d+)(?: (to|and) (\d+))?", part)
        if match is None:
            found.add(part)
            continue
        first, last = int(match[2]), int(match[4] or match[2])
        found |= {f"{match[1]} {n}" for n in (range(first, last + 1) if match[3] == "to" else (first, last))}
    return found


def test_every_numbered_thing_has_a_row():
    there = [item for row in ROWS for item in numbers_in(row.item)]
    assert [item for item in ITEMS if item not in there] == []


@cache
def sources() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / "lada_explore").rglob("*.py")))


@cache
def places_of_tests() -> dict[str, Path]:
    found = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for name in re.findall(r"^ *(?:def|class) (test_\w+|Test\w+)", path.read_text(encoding="utf-8"), re.M):
            found[name] = path
    return found


def is_code(name: str) -> bool:
    """Whether a name in backticks is a file, a module's attribute, a setting, or a name that is defined."""
    path = name.removesuffix("/")
    if any((folder / path).exists() for folder in (ROOT, ROOT / "lada_explore")):
        return True
    place, _, attribute = name.partition("::")
    if attribute:
        return (ROOT / "lada_explore" / place).exists() and attribute_of(place, attribute)
    last = re.split(r"[.=]", name.split("(")[0])[0 if "=" in name else -1].split(".")[-1]
    return re.search(rf"(?:def|class) {re.escape(last)}\b|^ *{re.escape(last)}\b *[:=]", sources(), re.M) is not None


def attribute_of(place: str, attribute: str) -> bool:
    found = importlib.import_module("lada_explore." + place.removesuffix(".py").replace("/", "."))
    for part in attribute.split("."):
        found = getattr(found, part, None)
    return found is not None


def is_test(name: str) -> bool:
    path, _, inside = name.partition("::")
    if path.startswith("tests/"):
        return (ROOT / path).exists() and (not inside or places_of_tests().get(inside) == ROOT / path)
    return name in places_of_tests()


@pytest.mark.parametrize("row", ROWS, ids=[f"{n}: {row.item[:40]}" for n, row in enumerate(ROWS)])
def test_a_row_names_code_and_tests_that_exist_or_says_that_nothing_is_taken(row):
    if NOTHING_TAKEN in row.text:
        return
    assert row.code, row.text
    assert row.tests, row.text
    assert [name for name in row.code if not is_code(name)] == []
    assert [name for name in row.tests if not is_test(name)] == []


def test_a_range_stands_for_each_of_its_numbers():
    assert numbers_in("Equations 3 to 5") == {"Equation 3", "Equation 4", "Equation 5"}
    assert numbers_in("Algorithm 1, lines 13 and 14") == {"Algorithm 1, line 13", "Algorithm 1, line 14"}
    assert numbers_in("Equation 6, Figure 4") == {"Equation 6", "Figure 4"}
    assert numbers_in("Table 1: budget") == {"Table 1: budget"}


def test_every_test_that_the_page_names_exists():
    named = re.findall(r"`((?:tests/|test_|Test[A-Z])[^`]*)`", PAGE)
    assert len(named) > 80
    assert [name for name in named if not is_test(name) and not (ROOT / name).exists()] == []
