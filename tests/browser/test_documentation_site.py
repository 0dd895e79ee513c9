"""The documentation site is built without a warning, names all that is public, and is read on a phone, offline."""

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

CUT = """() => {
    const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
    const within = (one) => one.matches("article") ? false : scrolls(one) || within(one.parentElement);
    const beyond = (one) => one.getBoundingClientRect().right > innerWidth + 1 && !within(one);
    return [...document.querySelectorAll("article *")].filter(beyond).map((one) => one.outerHTML.slice(0, 80));
}"""
"""What of a page is beyond its right edge and in nothing that can be scrolled: the theme cuts it off."""

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
def written(site):
    """Each page by its path in the site; not the lesson page, which has tests of its own."""
    folder, _ = site
    found = {path.relative_to(folder).as_posix(): Page(path) for path in folder.rglob("*.html")}
    return {name: page for name, page in found.items() if not name.startswith(("lesson/", "_static/"))}


def test_it_is_built_without_a_warning(site):
    folder, done = site
    assert (done.returncode, done.stderr) == (0, "")
    assert (folder / "index.html").is_file()
    assert (folder / "lesson" / "demo.html").stat().st_size > 2**20


def test_no_page_loads_anything_from_another_host(site, written):
    folder, _ = site
    away = {name: [one for one in page.loaded if urlsplit(one).netloc] for name, page in written.items()}
    assert {name: found for name, found in away.items() if found} == {}
    styles = {path.name: path.read_text(encoding="utf-8") for path in folder.rglob("*.css")}
    assert [name for name, text in styles.items() if "url(http" in text or "@import" in text] == []


def test_no_link_inside_is_dead(site, written):
    folder, _ = site
    dead = []
    for name, page in written.items():
        for link in {*page.links, *page.loaded}:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = ((folder / name).parent / unquote(parts.path)).resolve() if parts.path else folder / name
            there = target.relative_to(folder.resolve()).as_posix() if parts.path else name
            if not target.is_file() or (
                parts.fragment and there in written and unquote(parts.fragment) not in written[there].anchors
            ):
                dead.append(f"{name}: {link}")
    assert sorted(dead) == []


def test_every_section_has_its_pages(written):
    for folder in ("start", "tutorials", "how-to", "reference", "explanation"):
        assert [name for name in written if name.startswith(f"{folder}/")], folder
    notebooks = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert {f"tutorials/{name}.html" for name in notebooks} - set(written) == set()


def listing_packages():
    """The package and those of its packages that list what they offer."""
    names = [found.name for found in pkgutil.walk_packages(lada_explore.__path__, "lada_explore.") if found.ispkg]
    modules = [lada_explore, *map(importlib.import_module, names)]
    return [module for module in modules if hasattr(module, "__all__")]


@pytest.mark.parametrize("module", listing_packages(), ids=lambda module: module.__name__)
def test_every_public_name_stands_in_the_reference_or_leads_to_where_it_does(module, written):
    page = written[f"reference/api/{module.__name__}.html"]
    everywhere = set().union(*(page.anchors for page in written.values()))
    for name in module.__all__:
        if name.startswith("__"):
            continue
        assert f"<h2>{name}" in page.text, name
        own = f"{module.__name__}.{name}"
        elsewhere = [link for link in page.links if link.endswith(f".{name}")]
        assert own in everywhere or elsewhere, own


def test_on_a_phone_nothing_is_cut_off_and_no_page_asks_for_anything_elsewhere(site, written, browser):
    folder, _ = site
    context = browser.new_context(viewport={"width": 390, "height": 844}, offline=True)
    page, asked, troubles, cut = context.new_page(), [], [], {}
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: troubles.append(str(error)))
    for name in written:
        page.goto((folder / name).as_uri())
        if found := page.evaluate(CUT):
            cut[name] = found
    page.evaluate("document.querySelector('article p').innerHTML = '<div style=\"width: 500px\">wide</div>'")
    assert len(page.evaluate(CUT)) == 1
    context.close()
    assert (cut, troubles) == ({}, [])
    assert [url for url in asked if urlsplit(url).scheme not in ("file", "data", "blob")] == []


def test_formulas_are_drawn_by_the_browser_itself(site, browser):
    folder, _ = site
    page = browser.new_page()
    page.goto((folder / "explanation" / "mathematics.html").as_uri())
    formula = page.locator(".formula math").first
    assert formula.bounding_box()["height"] > 15
    index, base = (page.locator(f"math msub > :{place}-child").first.bounding_box() for place in ("last", "first"))
    assert index["y"] + index["height"] > base["y"] + base["height"]
    page.close()


def test_the_lesson_page_opens_inside_its_page(site, browser):
    folder, _ = site
    page = browser.new_page()
    page.goto((folder / "tutorials" / "lesson-page.html").as_uri())
    page.locator("iframe.lesson").scroll_into_view_if_needed()
    page.frame_locator("iframe.lesson").get_by_text("Five sentences first").wait_for()
    page.close()
