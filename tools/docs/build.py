"""Build the documentation site into build/docs, without a network.

    .venv/bin/python tools/docs/build.py

The sources are put together in build/docs-source: the pages of docs/site/, the texts of the repository that these
include, the notebooks as they are, and the reference, which is written from the package itself. A warning of Sphinx is
an error, and all of them are told.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from class_pages import write_api
from command_pages import commands_page
from links import for_site
from record_pages import journal_text, records_text, run_info_text
from setting_pages import settings_page
from sphinx.cmd.build import build_main

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "docs" / "site"
SOURCE = ROOT / "build" / "docs-source"
PAGES = ROOT / "build" / "docs"
LESSON_RUN = ROOT / "data" / "runs" / "demo"
INCLUDED = (
    *("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md", "benchmarks/README.md"),
    *("docs/FIDELITY.md", "docs/comparison.md", "docs/comparison-pretrained.md", "docs/installing.md"),
    "docs/teaching.md",
)
"""Texts of the repository of which pages of the site include parts."""


def assemble(source: Path) -> None:
    """Put the sources of the site together in a folder, which is made anew."""
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(SITE, source, ignore=shutil.ignore_patterns("__pycache__"))
    written = {f"included/{name}": for_site((ROOT / name).read_text(encoding="utf-8"), name) for name in INCLUDED}
    written["reference/commands.md"] = commands_page()
    written["reference/settings.md"] = settings_page()
    written |= {"included/records.md": records_text(), "included/run-info.md": run_info_text()}
    written["included/journal.md"] = journal_text()
    written |= write_api()
    for name, text in written.items():
        place = source / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8", newline="\n")
    for notebook in sorted((ROOT / "notebooks").glob("*.ipynb")):
        shutil.copy(notebook, source / "tutorials" / notebook.name)


def build(source: Path, pages: Path) -> int:
    """Assemble the sources and build the pages; returns the exit status, which is not 0 after any warning."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # nothing is computed
    lesson = source.with_name(f"{source.name}-lesson.html")
    source.parent.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "lada_explore", "lesson", str(LESSON_RUN), "--out", str(lesson)]
    lesson.unlink(missing_ok=True)
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as writing:
        assemble(source)
        shutil.rmtree(pages, ignore_errors=True)
        trees = source.with_name(f"{source.name}-trees")
        options = ["-q", "-W", "--keep-going", "--fresh-env", "--jobs", "2", "--doctree-dir", str(trees)]
        status = build_main([*options, str(source), str(pages)])
    if not status and not writing.returncode:
        (pages / "lesson").mkdir()
        lesson.rename(pages / "lesson" / "demo.html")
    return status or writing.returncode


def main() -> None:
    """Build the site and say where it is."""
    if status := build(SOURCE, PAGES):
        sys.exit(status)
    print(f"Open {(PAGES / 'index.html').relative_to(ROOT)}")


if __name__ == "__main__":
    main()
