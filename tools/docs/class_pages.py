"""The pages of the reference in which Sphinx puts the docstrings of every public name."""

from __future__ import annotations

import ast
import importlib
import inspect
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from docstrings import escaped, summary_of

TOP = "lada_explore"
OFFERING = (
    "apps.lesson",
    *("acquisition", "analysis", "augmentation", "config", "datasets", "exchange", "features", "files"),
    *("lookahead", "models", "records", "runtime", "store", "views"),
)
"""Packages that list what they offer in `__all__`."""

MODULES = ("beta", "errors", "events", "exchange.trackers", "functional")
"""Modules whose public names are documented although they have no list."""


@dataclass(frozen=True, slots=True)
class Constant:
    """A public name that is neither a class nor a function.

    Attributes:
        said: the text below its assignment.
        kind: its annotation; empty without one.
    """

    said: str = ""
    kind: str = ""


def documented_modules() -> list[str]:
    """Full names of the modules that have a page, the top first."""
    return [TOP, *(f"{TOP}.{name}" for name in sorted((*OFFERING, *MODULES)))]


def public_names(module: ModuleType) -> list[str]:
    """The names that a module offers: those of `__all__`, or what it defines or takes from its own modules."""
    if hasattr(module, "__all__"):
        return [name for name in module.__all__ if not name.startswith("__")]
    named = {name: value for name, value in vars(module).items() if not name.startswith("_")}
    return sorted(
        name for name, value in named.items() if str(getattr(value, "__module__", "")).startswith(module.__name__)
    )


def write_api() -> dict[str, str]:
    """Text of each page of the reference of names, by its path in the sources."""
    modules = {name: importlib.import_module(name) for name in documented_modules()}
    places = _places(modules)
    written: dict[str, str] = {}
    for module_name, module in modules.items():
        lines = [f"# {module_name}\n", f"{escaped(summary_of(module))}\n"]
        for name in public_names(module):
            full, value = f"{module_name}.{name}", getattr(module, name)
            lines.append(f"## {name}\n")
            there = places.get((id(value), name), full)
            lines.append(_directive(full, module, name) if there == full else f"The same as {{py:obj}}`{there}`.\n")
        written[f"reference/api/{module_name}.md"] = "\n".join(lines)
    return written


def _places(modules: dict[str, ModuleType]) -> dict[tuple[int, str], str]:
    """Where a value that several modules offer is documented: on top, else where it is from, else in the first."""
    places: dict[tuple[int, str], str] = {}
    for module_name, module in modules.items():
        for name in public_names(module):
            value = getattr(module, name)
            key, full = (id(value), name), f"{module_name}.{name}"
            own = str(getattr(value, "__module__", "")).startswith(f"{module_name}.")
            if key not in places or (own and places[key].count(".") > 1):
                places[key] = full
    return places


def _directive(full: str, module: ModuleType, name: str) -> str:
    value = getattr(module, name)
    if inspect.isclass(value):
        kind = "autoexception" if issubclass(value, BaseException) else "autoclass"
        shown = "" if value.__bases__ == (object,) else "   :show-inheritance:\n"
        return f"```{{eval-rst}}\n.. {kind}:: {full}\n   :members:\n{shown}```\n"
    if inspect.isroutine(value):
        return f"```{{eval-rst}}\n.. autofunction:: {full}\n```\n"
    constant = constant_of(module, name)
    kind = f":type: {constant.kind}\n" if constant.kind else ""
    return f"```{{py:data}} {full}\n{kind}\n{escaped(' '.join(constant.said.split()))}\n```\n"


def constant_of(module: ModuleType, name: str) -> Constant:
    """What is said of a constant where it is assigned, which may be in a module that this one takes it from."""
    body = ast.parse(Path(inspect.getfile(module)).read_text(encoding="utf-8")).body
    for node, after in zip(body, [*body[1:], None], strict=True):
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            text = after.value if isinstance(after, ast.Expr) else None
            said = text.value if isinstance(text, ast.Constant) and isinstance(text.value, str) else ""
            return Constant(said, ast.unparse(node.annotation) if isinstance(node, ast.AnnAssign) else "")
    for node in ast.walk(ast.Module(body, [])):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                if (alias.asname or alias.name) == name:
                    return constant_of(importlib.import_module(node.module), alias.name)
    return Constant()
