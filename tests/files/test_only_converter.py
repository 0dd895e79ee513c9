"""What libraries raise on files is turned into sentences by `lada_explore.files`, and named nowhere else."""

from __future__ import annotations

import ast
import builtins
from collections import defaultdict
from pathlib import Path

import lada_explore
from lada_explore import errors

PACKAGE = Path(lada_explore.__file__).parent
OF_READERS = {
    *("UnicodeError", "UnicodeDecodeError", "UnicodeEncodeError", "RecursionError", "OverflowError", "EOFError"),
    *("MemoryError", "BufferError"),
}
"""Exceptions of Python that only readers of files meet; only the converter names them."""

OURS = {name for name in vars(errors) if name.endswith("Error")} | {"StageStopped", "Full"}
KNOWN = OURS | {name for name in vars(builtins) if name not in OF_READERS}
MAX_TYPES = 2
MAX_LINES = 6
"""Largest number of lines of a block that is converted: a call of a library, and not a piece of our own logic."""

WITH_REASON = {
    # Settings are checked by pydantic, whose error says which setting it is and what was given.
    "config/run.py": {"ValidationError"},
    "store/run_info.py": {"ValidationError"},
    # No file is read: another process has the lock, a process died, a server answers, a page went away.
    "store/run_folder.py": {"Timeout"},
    "features/store.py": {"Timeout"},
    "experiments/sweep_lock.py": {"Timeout"},
    "experiments/engines/local.py": {"BrokenProcessPool"},
    "experiments/workers.py": {"BrokenProcessPool"},
    "experiments/engines/ray.py": {"errors.RayTaskError", "errors.RayError"},
    "experiments/engines/slurm_queue.py": {"subprocess.TimeoutExpired"},  # `squeue` that hangs
    "apps/served/process.py": {"subprocess.TimeoutExpired", "urllib.error.HTTPError"},
    "apps/visitors/handlers.py": {"StreamClosedError"},
    "apps/server_extension/__init__.py": {"AssertionError, AttributeError, OSError, WebSocketClosedError"},
    # It leaves the forward pass of a network that others made, see there.
    "models/borrowed/cutting.py": {"_Reached"},
    # Memory does not suffice for what is timed; PyTorch raises RuntimeError for it, Python MemoryError.
    "session/cost.py": {"MemoryError"},
    # The end of a pipe that another process holds.
    "background/processes.py": {"EOFError"},
}
"""By file, the types and lists of types that are named by hand for another reason than a file."""


def caught_in(source: str) -> set[str]:
    """Library exceptions and long lists of types in `except` and `suppress` of a module."""
    found = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ExceptHandler) and node.type is not None:
            types = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("suppress"):
            types = node.args
        else:
            continue
        names = [ast.unparse(kind) for kind in types]
        if len(names) > MAX_TYPES:
            found.add(", ".join(names))
        else:
            found |= {name for name in names if name not in KNOWN}
    return found


def converted_in(source: str) -> dict[int, int]:
    """Number of lines by first line of each block of a module that is converted."""
    converters = {"reading", "converting", "if_sound"}
    return {
        node.lineno: node.body[-1].end_lineno - node.body[0].lineno + 1
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.With)
        and any(ast.unparse(item.context_expr).partition("(")[0] in converters for item in node.items)
    }


def modules() -> dict[str, str]:
    """Text by path of the modules outside the converter's room."""
    paths = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
    return {name: path.read_text(encoding="utf-8") for name, path in paths.items() if not name.startswith("files/")}


def test_no_list_of_exception_types_is_made_by_hand():
    found = defaultdict(set)
    for name, source in modules().items():
        if caught := caught_in(source):
            found[name] = caught
    assert dict(found) == WITH_REASON


def test_a_converted_block_is_a_call_of_a_library_and_nothing_of_ours():
    lengths = {f"{name}:{line}": n for name, source in modules().items() for line, n in converted_in(source).items()}
    assert len(lengths) > 25
    assert {place: n for place, n in lengths.items() if n > MAX_LINES} == {}


def test_one_that_does_otherwise_is_found():
    assert caught_in("try: f()\nexcept (OSError, ValueError, KeyError): pass") == {"OSError, ValueError, KeyError"}
    assert caught_in("try: f()\nexcept zipfile.BadZipFile: pass") == {"zipfile.BadZipFile"}
    assert caught_in("try: f()\nexcept (OSError, UnicodeDecodeError): pass") == {"UnicodeDecodeError"}
    assert caught_in("with suppress(OSError, sqlite3.Error): f()") == {"sqlite3.Error"}
    assert caught_in("try: f()\nexcept (OSError, ValueError): pass\nexcept LadaError: pass") == set()
    assert converted_in("with reading(place), open(place) as file:\n    a()\n    b()\n    c()") == {1: 3}
