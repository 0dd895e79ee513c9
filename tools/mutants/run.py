"""Try every mutant of the rooms that are named in pyproject.toml, each with the tests that call the mutated function.

    .venv/bin/python tools/mutants/run.py [PATTERN ...]

PATTERN is a mutant's name, with * for any text: lada_explore.lookahead.*. Without one, those are tried that nobody has
tried since their function last changed, and those that have survived. What was found stays in .mutants/; without that
folder all are tried.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".mutants"
LINKED = ("data", "docs", "README.md", "CONTRIBUTING.md")
TRIED_AGAIN = (0, 2, 33)
"""Exit codes of pytest for a mutant that has survived, an interrupted one, and one that no test calls."""


def prepare() -> None:
    """Make or update the folder in which mutmut works."""
    sys.path.insert(0, str(Path(__file__).parent))
    from sources import copy_sources

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
    copy_sources(ROOT / "lada_explore", PLACE / "lada_explore", settings["only_mutate"])
    mutants = PLACE / "mutants"
    mutants.mkdir(exist_ok=True)
    for name in ("pyproject.toml", "tests"):
        link(PLACE / name)
    for name in LINKED:
        link(mutants / name)
    shutil.rmtree(mutants / "tests", ignore_errors=True)


def link(path: Path) -> None:
    """Link to what has this name in the repository."""
    if not path.is_symlink():
        path.symlink_to(ROOT / path.name)


def forget_old_tests() -> None:
    """Let mutmut find out anew which tests call which function if a test has changed since; it looks at names only."""
    stats = PLACE / "mutants" / "mutmut-stats.json"
    changed = max(path.stat().st_mtime for path in (ROOT / "tests").rglob("*.py"))
    if stats.is_file() and stats.stat().st_mtime < changed:
        stats.unlink()


def try_again() -> None:
    """Forget the results of mutants that have survived: a test may have been written since."""
    for path in (PLACE / "mutants").rglob("*.py.meta"):
        found = json.loads(path.read_text(encoding="utf-8"))
        codes = found["exit_code_by_key"]
        found["exit_code_by_key"] = {name: None if code in TRIED_AGAIN else code for name, code in codes.items()}
        path.write_text(json.dumps(found, indent=4), encoding="utf-8")


def main() -> None:
    """Run mutmut in its folder, in one process and with one thread."""
    prepare()
    forget_old_tests()
    if len(sys.argv) == 1:
        try_again()
    os.chdir(PLACE)
    mutants = str(PLACE / "mutants")
    os.environ |= {"OMP_NUM_THREADS": "1", "PYTHONPATH": mutants, "PYTHONDONTWRITEBYTECODE": "1"}
    from more_operators import ADDED
    from mutmut.__main__ import cli
    from mutmut.mutation import mutators

    not_made = (mutators.operator_arg_removal, mutators.operator_assignment, mutators.operator_string)
    made = [(kind, operator) for kind, operator in mutators.mutation_operators if operator not in not_made]
    mutators.mutation_operators[:] = [*made, *ADDED]
    cli(["run", "--max-children", "1", *sys.argv[1:]])


if __name__ == "__main__":
    main()
