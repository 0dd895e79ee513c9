"""The documentation site is built without a warning, loads nothing from elsewhere, and names all that is public."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

import lada_explore

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools" / "docs"
LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "link": "href",
    "source": "src",
    "video": "src",
    "audio": "src",
}
"""What a page loads by itself: elements, and where they say what."""

pytestmark = pytest.mark.slow

BUILD = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import build
sys.exit(build.build(Path(sys.argv[2]), Path(sys.argv[3])))
"""


class Page(HTMLParser):
    """What a page of the site loads, where it leads, and what can be led to."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.text = path.read_text(encoding="utf-8")
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if said.get("id"):
            self.anchors.add(said["id"])
        if tag == "a" and said.get("href"):
            self.links.append(said["href"])
        # A link that is no style sheet or icon is read by programs only.
        if tag in LOADING and said.get(LOADING[tag]) and said.get("rel") not in ("search", "next", "prev", "index"):
            self.loaded.append(said[LOADING[tag]])


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the pages, built once, and what was said meanwhile."""
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-c", BUILD, str(TOOLS), str(folder / "source"), str(folder / "pages")]
    # Whoever asks another machine for something is refused at once.
    nowhere = {f"{scheme}_proxy": "http://127.0.0.1:9" for scheme in ("http", "https")}
    done = subprocess.run(command, cwd=ROOT, env=os.environ | nowhere, check=False, capture_output=True, text=True)
    return folder / "pages", done


@pytest.fixture(scope="module")
def pages(site):
    """Each page by its path in the site; not the lesson page, which has tests of its own."""
    folder, _ = site
    found = {path.relative_to(folder).as_posix(): Page(path) for path in folder.rglob("*.html")}
    return {name: page for name, page in found.items() if not name.startswith(("lesson/", "_static/"))}


def test_it_is_built_without_a_warning(site):
    folder, done = site
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "index.html").is_file()
    assert (folder / "lesson" / "demo.html").stat().st_size > 2**20


def test_no_page_loads_anything_from_another_host(site, pages):
    folder, _ = site
    away = {name: [one for one in page.loaded if urlsplit(one).netloc] for name, page in pages.items()}
    assert {name: found for name, found in away.items() if found} == {}
    styles = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.css")}
    assert [name for name, text in styles.items() if "url(http" in text or "@import" in text] == []


def test_no_link_inside_is_dead(site, pages):
    folder, _ = site
    dead = []
    for name, page in pages.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = ((folder / name).parent / unquote(parts.path)).resolve() if parts.path else folder / name
            there = target.relative_to(folder.resolve()).as_posix() if parts.path else name
            if not target.is_file() or (
                parts.fragment and there in pages and unquote(parts.fragment) not in pages[there].anchors
            ):
                dead.append(f"{name}: {link}")
    assert sorted(dead) == []


def test_every_section_has_its_pages(pages):
    for folder in ("start", "tutorials", "how-to", "reference", "explanation"):
        assert [name for name in pages if name.startswith(f"{folder}/")], folder
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {f"tutorials/{name}.html" for name in notebooks} - set(pages) == set()


def listing_packages():
    """The package and those of its packages that list what they offer."""
    names = [found.name for found in pkgutil.walk_packages(lada_explore.__path__, "lada_explore.") if found.ispkg]
    modules = [lada_explore, *map(importlib.import_module, names)]
    return [module for module in modules if hasattr(module, "__all__")]


@pytest.mark.parametrize("module", listing_packages(), ids=lambda module: module.__name__)
def test_every_public_name_stands_in_the_reference_or_leads_to_where_it_does(module, pages):
    page = pages[f"reference/api/{module.__name__}.html"]
    everywhere = set().union(*(page.anchors for page in pages.values()))
    for name in module.__all__:
        if name.startswith("__"):
            continue
        assert f"<h2>{name}" in page.text, name
        own = f"{module.__name__}.{name}"
        elsewhere = [link for link in page.links if link.endswith(f".{name}")]
        assert own in everywhere or elsewhere, own
