"""What stands twice drifts apart: no run of six equal lines of code is twice in the package, Python or page."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import lada_explore

PACKAGE = Path(lada_explore.__file__).parent
RUN = 6
BETWEEN = re.compile(r"/\*.*?\*/|^import \{[^}]*\} from", re.DOTALL | re.MULTILINE)
"""What is left out of a page's module: comments, and the names of an import, as of Python."""


def lines_left_out(tree: ast.Module) -> Iterator[int]:
    """Lines of Python that repeat by nature: imports, docstrings, and the signatures that a protocol prescribes."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from range(node.lineno, node.end_lineno + 1)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from range(
                min([node, *node.decorator_list], key=lambda part: part.lineno).lineno, node.body[0].lineno
            )
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from range(node.lineno, node.end_lineno + 1)


def code_of(path: Path) -> list[tuple[int, str]]:
    """The lines of code of a file, stripped, with their numbers."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        left_out = set(lines_left_out(ast.parse(text)))
    else:
        left_out = set()
        text = BETWEEN.sub(lambda comment: "\n" * comment.group().count("\n"), text)
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if number not in left_out]
    return [
        (n, line) for n, line in lines if line and not line.startswith(("#", "//", "import ", "@import ", "} from "))
    ]


def runs_that_stand_twice(folder: Path) -> list[list[str]]:
    """Places of equal runs, the first of each stretch."""
    places = defaultdict(list)
    for path in sorted(folder.rglob("*")):
        if path.suffix not in (".py", ".js", ".css") or "bundles" in path.parts:
            continue
        lines = code_of(path)
        for start in range(len(lines) - RUN + 1):
            run = tuple(line for _, line in lines[start : start + RUN])
            places[run].append(f"{path.relative_to(folder)}:{lines[start][0]}")
    return [found for found in places.values() if len(found) > 1]


def test_no_run_of_six_lines_stands_twice():
    assert runs_that_stand_twice(PACKAGE) == []


def test_one_that_does_is_found_whatever_stands_around_it(tmp_path):
    body = "".join(f"    value_{n} = {n}\n" for n in range(RUN))
    (tmp_path / "one.py").write_text(f'def one():\n    """Says one thing."""\n{body}')
    (tmp_path / "two.py").write_text(f"import one\n\n\ndef two(a,\n    b):\n    # another\n{body}\n    return 1\n")
    assert runs_that_stand_twice(tmp_path) == [["one.py:3", "two.py:7"]]
    (tmp_path / "two.py").write_text(f"def two():\n{body[:-1]}1\n")
    assert runs_that_stand_twice(tmp_path) == []
