"""Python in the pages of the site and in the README compiles, and blocks that are marked run."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
PAGES = [*sorted(SITE.rglob("*.md")), ROOT / "README.md", ROOT / "docs" / "installing.md", ROOT / "CONTRIBUTING.md"]
_BLOCK = re.compile(r"^( *)```(?:\{code-block\} )?python\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
_RUNS = ":class: runs\n"


def blocks_of(page: Path) -> list[tuple[bool, str]]:
    """Whether it is marked to run, and the code, of each block of Python."""
    found = [textwrap.dedent(code) for _, code in _BLOCK.findall(page.read_text(encoding="utf-8"))]
    return [(code.startswith(_RUNS), code.removeprefix(_RUNS)) for code in found]


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("page", [page for page in PAGES if blocks_of(page)], ids=name_of)
def test_every_block_of_python_compiles(page):
    for _, code in blocks_of(page):
        # A line of a dictionary, as CONTRIBUTING shows it, is part of one.
        compile(f"{{\n{code}}}" if re.match(r'"\w', code) else code, name_of(page), "exec")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if any(runs for runs, _ in blocks_of(page))], ids=name_of)
def test_the_blocks_that_are_marked_run_one_after_the_other(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names: dict[str, object] = {"__name__": "__main__"}
    for runs, code in blocks_of(page):
        if runs:
            exec(compile(code, name_of(page), "exec"), names)
    (run,) = (tmp_path / "runs").iterdir()
    assert (run / "cycles" / "001" / "evaluate" / "record.json").is_file()
    names["session"].close()
