"""What nobody uses is not there: functions and classes of the package, and what a module of the page exports."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import lada_explore

PACKAGE = Path(lada_explore.__file__).parent
ROOT = PACKAGE.parent
PAGE = [path for path in PACKAGE.rglob("*.js") if "bundles" not in path.parts]
WORD = re.compile(r"[A-Za-z_]\w*")

CALLED_BY_OTHERS = {
    "_jupyter_server_extension_points",
    "_load_jupyter_server_extension",
    "_ipython_display_",
    "_repr_html_",
    "check_origin",
    "check_xsrf_cookie",
    "set_cors_headers",
    "render",
}
"""Names by which Jupyter's server, IPython and rich call."""


def words_in(*folders: str, ends: tuple[str, ...]) -> Counter[str]:
    """How often each word stands in the files of these folders."""
    files = (path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in ends)
    return Counter(word for path in files for word in WORD.findall(path.read_text(encoding="utf-8")))


def defined_in(source: str) -> list[str]:
    """Names of the functions and classes of a module and of its classes, but for those that a decorator registers."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    nodes = [node for node in ast.walk(ast.parse(source)) if isinstance(node, kinds)]
    registering = ("traitlets.", "atexit.")
    return [
        node.name
        for node in nodes
        if not node.name.startswith("__")
        if not any(ast.unparse(by).startswith(registering) for by in node.decorator_list)
    ]


def exported_in(source: str) -> list[str]:
    """Names that a module of the page exports, but for the view itself."""
    return re.findall(r"^export (?:async )?(?:function\*?|const|class|let) (\w+)", source, re.MULTILINE)


def test_every_function_and_class_of_the_package_has_a_user_outside_the_tests():
    words = words_in("lada_explore", "notebooks", "benchmarks", "docs", "tools", ends=(".py", ".ipynb", ".md"))
    for path in (ROOT / "README.md", *(ROOT / "data").glob("*.py")):
        words += Counter(WORD.findall(path.read_text(encoding="utf-8")))
    defined = {name for path in PACKAGE.rglob("*.py") for name in defined_in(path.read_text(encoding="utf-8"))}
    assert sorted(name for name in defined - CALLED_BY_OTHERS if words[name] < 2) == []


def test_every_export_of_the_page_is_imported_by_another_module_or_its_test():
    texts = {path: path.read_text(encoding="utf-8") for path in [*PAGE, *(ROOT / "tests" / "page").glob("*.js")]}
    users = {path: set(WORD.findall(text)) for path, text in texts.items()}
    unused = [
        f"{path.name}: {name}"
        for path in PAGE
        for name in exported_in(texts[path])
        if not any(name in words for other, words in users.items() if other != path)
    ]
    assert unused == []


def test_what_nobody_uses_would_be_found():
    assert defined_in("def used():\n    pass\nclass A:\n    @traitlets.observe('x')\n    def _b(self): ...") == [
        "used",
        "A",
    ]
    assert exported_in("export function a() {}\nexport const b = 1;\nfunction c() {}") == ["a", "b"]
