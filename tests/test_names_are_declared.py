"""Code asks what a part declares; it compares no names of acquisitions, augmentations, policies and the like."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

import lada_explore
from lada_explore.analysis.layout_methods import LAYOUT_METHODS
from lada_explore.config import ACQUISITIONS, AUGMENTATIONS, ESTIMATORS, METHODS, Policy
from lada_explore.records import ENTROPY_UNIT, OracleName

PACKAGE = Path(lada_explore.__file__).parent
SOURCES = sorted(PACKAGE.rglob("*.py"))
PAGE = sorted(path for path in PACKAGE.rglob("*.js") if "bundles" not in path.parts)

NAMES = {*ACQUISITIONS, *AUGMENTATIONS, *METHODS, *Policy, *ESTIMATORS, *LAYOUT_METHODS, *OracleName} - {"none"}
"""Names that code could compare. "none" also is a word of CSS and of plotly."""

AMBIGUOUS = {"margin", "random", "learned", "fixed", "exact"}
"""Names that are words of plotly or of what is sent to a page too; looked for in comparisons only."""

ENUMS = {"Policy", "Estimator", "OracleName"}
DECLARE = ("config", "records")
"""Rooms in which parts are declared."""

BESIDE = {
    ("analysis/layout_methods.py", "LAYOUT_METHODS"): "the declarations themselves",
    ("apps/playground.py", "METHODS_ON_THE_PLANE"): "the methods that the playground offers, in its order",
    ("analysis/numba_cache.py", "COMPILED"): "names of Python modules",
    ("errors.py", "EXTRAS"): "names of Python modules",
}
"""Lists that may name parts, and what they are."""

DECLARE_TOO = {"store/run_info.py": "its property `asks_a_person` is where the others ask"}


def texts_of(node: ast.AST) -> set[str]:
    """The texts in an expression, also those of a tuple, list, set or the keys of a dict."""
    inner = node.keys if isinstance(node, ast.Dict) else getattr(node, "elts", [node])
    return {part.value for part in inner if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def compared_in(tree: ast.AST) -> set[str]:
    """Texts that are compared with something or matched against it."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare):
            found = found.union(*(texts_of(side) for side in (node.left, *node.comparators)))
        elif isinstance(node, ast.MatchValue):
            found |= texts_of(node.value)
    return found


def listed_in(tree: ast.Module) -> set[tuple[str, str]]:
    """(name it is bound to, text) of texts in a literal tuple, list, set, or the keys of a dict."""
    found = set()
    for statement in ast.walk(tree):
        if not isinstance(statement, ast.stmt) or isinstance(statement, (ast.FunctionDef, ast.ClassDef, ast.If)):
            continue
        targets = getattr(statement, "targets", [getattr(statement, "target", None)])
        bound = next((target.id for target in targets if isinstance(target, ast.Name)), "")
        for node in ast.walk(statement):
            if isinstance(node, (ast.Tuple, ast.List, ast.Set, ast.Dict)):
                found |= {(bound, text) for text in texts_of(node)}
    return found


def members_compared_in(tree: ast.AST) -> set[str]:
    """Members of the enums of policies, estimators and oracles that are compared with something."""
    sides = [
        side for node in ast.walk(tree) if isinstance(node, ast.Compare) for side in (node.left, *node.comparators)
    ]
    parts = [part for side in sides for part in getattr(side, "elts", [side])]
    patterns = [node.value for node in ast.walk(tree) if isinstance(node, ast.MatchValue)]
    return {
        f"{part.value.id}.{part.attr}"
        for part in parts + patterns
        if isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name) and part.value.id in ENUMS
        if part.attr != "NONE"
    }


def of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


@cache
def trees() -> dict[str, ast.Module]:
    return {of(path): ast.parse(path.read_text(encoding="utf-8")) for path in SOURCES}


def test_no_name_of_a_part_is_compared():
    found = {place: compared_in(tree) & {*NAMES, ENTROPY_UNIT} for place, tree in trees().items()}
    assert {place: names for place, names in found.items() if names} == {}


def test_no_list_of_names_stands_beside_the_declarations():
    found = {
        (place, bound, text)
        for place, tree in trees().items()
        if place.split("/")[0] not in DECLARE
        for bound, text in listed_in(tree)
        if text in NAMES - AMBIGUOUS and (place, bound) not in BESIDE
    }
    assert found == set()


def test_what_a_policy_an_estimator_or_an_oracle_does_is_asked_of_its_declaration():
    asking = {place: tree for place, tree in trees().items() if place.split("/")[0] not in DECLARE}
    found = {place: members_compared_in(tree) for place, tree in asking.items() if place not in DECLARE_TOO}
    assert {place: members for place, members in found.items() if members} == {}


@pytest.mark.parametrize("path", PAGE, ids=of)
def test_the_page_compares_no_name_of_a_part(path):
    text = path.read_text(encoding="utf-8")
    compared = re.findall(r'(?:[!=]==\s*|\bcase\s+)"([^"\n]*)"', text) + re.findall(r'"([^"\n]*)"\s*[!=]==', text)
    assert set(compared) & {*NAMES, "initial", "entropy"} == set()


def test_a_comparison_and_a_list_would_be_found():
    tree = ast.parse("ok = a.name == 'stn' or x in ('umap', 'b')\nmatch a:\n    case 'person': pass")
    assert compared_in(tree) == {"stn", "umap", "b", "person"}
    assert listed_in(ast.parse("T = {'umap': 1}\ndef f():\n    return ['stn']")) == {("T", "umap"), ("", "stn")}
    tree = ast.parse("if a.policy not in (Policy.LEARNED, Policy.NONE) or Estimator.PATHWISE is b: pass")
    assert members_compared_in(tree) == {"Policy.LEARNED", "Estimator.PATHWISE"}
