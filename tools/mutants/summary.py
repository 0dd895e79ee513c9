"""Write docs/mutants.json and docs/mutants.md from what tools/mutants/run.py has found.

    .venv/bin/python tools/mutants/summary.py

A module of which .mutants/ has tried nothing keeps what docs/mutants.json says of it, as long as it still has as many
mutants. A survivor keeps the kind and the reason that stand beside it there; a new one gets none, which
tests/test_mutants.py refuses until somebody has written a test or a reason. Kinds:

    equivalent   nothing that the package promises changes: no test could tell
    wording      a text for people differs
    open         a test could tell, and none does
"""

from __future__ import annotations

import json
import os
import sys
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".mutants"
STORED = ROOT / "docs" / "mutants.json"
PAGE = ROOT / "docs" / "mutants.md"

HEAD = """\
# Mutants

What the tests notice. Each row counts the changes of a module that `make mutants` has tried, one at a time, with the
tests that call the changed function; how is told in `tools/mutants/`. A mutant is killed if one of these tests fails or
does not end. This page and `mutants.json` are written by `tools/mutants/summary.py`; the reasons are written by hand,
in `mutants.json`, and `tests/test_mutants.py` holds both to each other and to the code.

Left out by the settings: the messages of errors (whether an error is raised is mutated), None in place of an argument
or an assigned value, arguments without a name, `device=` and `strict=`. Added to what mutmut makes: a call that stands
by itself is left out, and one reduction takes the place of another. Tests that are marked slow are not run.

`make mutants` goes on with those that are not tried yet; it takes first those whose tests are fast. A module that has
changed since counts as it was when it was tried.
"""


@dataclass(frozen=True, order=True)
class Survivor:
    """A mutant that no test has noticed.

    Attributes:
        module: path of the module.
        function: name of the function, with its class.
        before: the lines that were changed, without indentation.
        after: what they were changed to.
        kind: one of those above; empty if nobody has looked at it.
        reason: why it survives.
    """

    module: str
    function: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    kind: str = ""
    reason: str = ""


Found = tuple[dict[str, dict[str, int]], list[Survivor]]
"""Number of mutants by module and result, and the survivors."""


def changed_lines(diff: str, sign: str) -> tuple[str, ...]:
    """The lines of a unified diff with this sign, without indentation."""
    lines = [line for line in diff.splitlines() if line.startswith(sign) and not line.startswith(sign * 3)]
    return tuple(line[1:].strip() for line in lines)


def found() -> Found:
    """Number of mutants by module and result, and the survivors."""
    os.chdir(PLACE)
    from mutmut.__main__ import SourceFileMutationData, walk_mutatable_files
    from mutmut.mutation.diff_apply import get_diff_for_mutant
    from mutmut.stats import status_by_exit_code

    counts, survivors = {}, []
    for path in sorted(walk_mutatable_files()):
        tried = SourceFileMutationData(path=path)
        tried.load()
        counts[str(path)] = dict(Counter(status_by_exit_code[code] for code in tried.exit_code_by_key.values()))
        for name, code in tried.exit_code_by_key.items():
            if status_by_exit_code[code] in ("survived", "no tests"):
                diff = get_diff_for_mutant(name, path=path)
                function = name.rpartition(".")[2].partition("__mutmut_")[0].removeprefix("x_").removeprefix("xǁ")
                before, after = changed_lines(diff, "-"), changed_lines(diff, "+")
                survivors.append(Survivor(str(path), function.replace("ǁ", "."), before, after))
    return counts, sorted(survivors)


def with_untried(found: Found, stored: Found) -> Found:
    """What was found, with what is stored of the modules that have not been tried and have as many mutants as then."""
    (counts, survivors), (before, listed) = found, stored
    kept = {
        module: before[module]
        for module, now in counts.items()
        if now.keys() <= {"not checked"} and sum(now.values()) == sum(before.get(module, {}).values()) > 0
    }
    return counts | kept, sorted([*survivors, *(s for s in listed if s.module in kept)])


def with_reasons(survivors: list[Survivor], stored: list[Survivor]) -> list[Survivor]:
    """The survivors, with kind and reason of those that are stored already."""
    known = {(s.module, s.function, s.before, s.after): s for s in stored}
    return [known.get((s.module, s.function, s.before, s.after), s) for s in survivors]


def read(text: str) -> Found:
    """What `docs/mutants.json` holds."""
    data = json.loads(text)
    survivors = [Survivor(**s | {"before": tuple(s["before"]), "after": tuple(s["after"])}) for s in data["survivors"]]
    return data["modules"], survivors


def row(module: str, counts: dict[str, int], survivors: list[Survivor]) -> list[str]:
    """Cells of a module's row: module, tried, killed, survived, of these equivalent, killed of those that matter."""
    killed = counts.get("killed", 0) + counts.get("timeout", 0) + counts.get("segfault", 0)
    mine = [s for s in survivors if s.module == module or module == "all"]
    same = sum(s.kind == "equivalent" for s in mine)
    tried = killed + len(mine)
    share = f"{100 * killed / (tried - same):.0f} %" if tried > same else ""
    untried = sum(counts.values()) - tried
    return [module.removeprefix("lada_explore/"), *map(str, (tried, untried, killed, len(mine), same)), share]


def page(modules: dict[str, dict[str, int]], survivors: list[Survivor]) -> str:
    """Text of `docs/mutants.md`."""
    total: Counter[str] = Counter()
    for counts in modules.values():
        total.update(counts)
    heads = ["module", "tried", "not tried", "killed", "survived", "of these equivalent", "killed of the others"]
    rows = [heads, ["---"] * len(heads)]
    rows += [row(module, counts, survivors) for module, counts in modules.items() if counts]
    rows += [row("all", dict(total), survivors)]
    lines = [HEAD, *("| " + " | ".join(cells) + " |" for cells in rows), "", "## Survivors", ""]
    for module in modules:
        mine = [s for s in survivors if s.module == module]
        if mine:
            lines += [f"### {module.removeprefix('lada_explore/')}", ""]
            for s in mine:
                lines += [f"- `{s.function}`, {s.kind}: {s.reason}", "", "  ```diff"]
                lines += [*(f"  - {line}" for line in s.before), *(f"  + {line}" for line in s.after), "  ```", ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write both files, and name the survivors without a reason."""
    stored = read(STORED.read_text(encoding="utf-8")) if STORED.is_file() else ({}, [])
    modules, survivors = with_untried(found(), stored)
    survivors = with_reasons(survivors, stored[1])
    data = {"modules": modules, "survivors": [asdict(s) for s in survivors]}
    STORED.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    PAGE.write_text(page(modules, survivors), encoding="utf-8")
    for s in survivors:
        if not s.reason:
            print(f"{s.module} {s.function}\n  - " + "\n  - ".join(s.before) + "\n  + " + "\n  + ".join(s.after))
    print("| " + " | ".join(row("all", dict(sum(map(Counter, modules.values()), Counter())), survivors)) + " |")
    sys.exit(any(not s.reason for s in survivors))


if __name__ == "__main__":
    main()
