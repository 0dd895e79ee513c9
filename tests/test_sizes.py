"""What every file of the package and of its tests keeps to: a file and a function that fit the eye.

The functions of the page are held by tests/page/sizes.test.js, which can read them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import lada_explore

ROOTS = (Path(lada_explore.__file__).parent, Path(__file__).parent)
MAX_LINES = 400
MAX_FUNCTION_LINES = 70


def sources(*endings: str) -> dict[str, list[str]]:
    """Lines of the files that are written by hand, by their path."""
    files = [(root, path) for root in ROOTS for path in sorted(root.rglob("*")) if path.suffix in endings]
    return {
        str(path.relative_to(root.parent)): path.read_text(encoding="utf-8").splitlines()
        for root, path in files
        if not {"_data", "bundles"} & set(path.parts)
    }


def test_every_file_fits():
    lengths = {path: len(lines) for path, lines in sources(".py", ".js", ".mjs", ".css").items()}
    assert len(lengths) > 500
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def test_every_function_fits():
    lengths = {}
    for path, lines in sources(".py").items():
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{path}:{node.lineno} {node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert len(lengths) > 4000
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}
