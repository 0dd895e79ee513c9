"""What every file of the package keeps to: a file and a function that fit the eye.

The functions of the page are held by tests/page/sizes.test.js, which can read them.
"""

from __future__ import annotations

import ast
from pathlib import Path

import lada_explore

PACKAGE = Path(lada_explore.__file__).parent
MAX_LINES = 400
MAX_FUNCTION_LINES = 70


def sources(*endings: str) -> dict[str, list[str]]:
    """Lines of the files that are written by hand, by their path within the package."""
    files = [path for path in sorted(PACKAGE.rglob("*")) if path.suffix in endings]
    return {
        str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8").splitlines()
        for path in files
        if not {"_data", "bundles"} & set(path.parts)
    }


def test_every_file_fits():
    lengths = {path: len(lines) for path, lines in sources(".py", ".js", ".css").items()}
    assert len(lengths) > 250
    assert {path: length for path, length in lengths.items() if length > MAX_LINES} == {}


def test_every_function_fits():
    lengths = {}
    for path, lines in sources(".py").items():
        for node in ast.walk(ast.parse("\n".join(lines))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lengths[f"{path}:{node.lineno} {node.name}"] = (node.end_lineno or node.lineno) - node.lineno + 1
    assert len(lengths) > 1000
    assert {name: length for name, length in lengths.items() if length > MAX_FUNCTION_LINES} == {}
