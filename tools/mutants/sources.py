"""A copy of the package whose decorated functions can be mutated.

mutmut leaves every decorated function out. The copy applies each decorator in a line of its own behind the function:

    @torch.no_grad()                  def best(self): ...
    def best(self): ...        ->     best = torch.no_grad()(best)
"""

from __future__ import annotations

import ast
from fnmatch import fnmatch
from pathlib import Path

UNDERSTOOD = {"staticmethod", "classmethod"}
"""Decorators that mutmut leaves in place itself."""


def undecorated(source: str) -> str:
    """The same module, with each decorator of a function applied behind it; line numbers before it stay as they are."""
    lines = source.splitlines()
    behind: dict[int, list[str]] = {}
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        names = [ast.unparse(decorator) for decorator in node.decorator_list]
        if not names or set(names) <= UNDERSTOOD:
            continue
        for number in range(node.decorator_list[0].lineno, node.lineno):
            lines[number - 1] = ""
        applied = node.name
        for name in reversed(names):
            applied = f"{name}({applied})"
        assert node.end_lineno is not None
        behind.setdefault(node.end_lineno, []).append(" " * node.col_offset + f"{node.name} = {applied}")
    text = []
    for number, line in enumerate(lines, start=1):
        text += [line, *behind.get(number, [])]
    return "\n".join(text) + "\n"


def copy_sources(package: Path, copy: Path, mutated: list[str]) -> None:
    """Bring `copy` up to date with the package; files that have not changed keep their time, so their mutants stay.

    Args:
        package: the package.
        copy: where the copy is.
        mutated: patterns of the paths, from the folder of the package, of the modules that are mutated.
    """
    for path in sorted(package.rglob("*")):
        if not path.is_file() or path.suffix == ".pyc":
            continue
        target = copy / path.relative_to(package)
        content = path.read_bytes()
        if any(fnmatch(path.relative_to(package.parent).as_posix(), pattern) for pattern in mutated):
            content = undecorated(content.decode("utf-8")).encode("utf-8")
        if not target.is_file() or target.read_bytes() != content:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    for target in sorted(copy.rglob("*.py")):
        if not (package / target.relative_to(copy)).is_file():
            target.unlink()
