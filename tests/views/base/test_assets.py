"""What the Python side reads of the page: bundles that stand for themselves."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

import lada_explore.views.playground.playground
import lada_explore.views.tab_bar.tab_bar  # noqa: F401  # a view is known once its module is loaded
from lada_explore.views.base.assets import BUNDLES, module_of, style_of
from lada_explore.views.base.view import View

ROOT = Path(__file__).parents[3]
NAMES = sorted(path.stem for path in BUNDLES.glob("*.js"))


@pytest.mark.parametrize("name", NAMES)
def test_a_module_imports_nothing_and_exports_one_view(name):
    module = module_of(name)
    assert re.findall(r"^\s*import\b.*", module, re.MULTILINE) == []
    assert re.findall(r"^export \{\n  (\w+) as default\n\};$", module, re.MULTILINE) == [f"{name}_default"]


@pytest.mark.parametrize("name", NAMES)
def test_a_style_sheet_imports_nothing_and_has_the_colours_of_the_page(name):
    style = style_of(name)
    assert "@import" not in style
    assert style.count(":where(.lada-view) {") == 1


def test_every_view_reads_a_bundle_and_every_bundle_is_read():
    def below(view):
        return {view, *(deeper for inner in view.__subclasses__() for deeper in below(inner))}

    modules = {found for view in below(View) if isinstance(found := vars(view).get("_esm"), str)}
    assert {module_of(name) for name in NAMES} == modules


def test_the_lock_file_holds_checksums_and_no_place_to_get_packages_from():
    packages = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    brought = {name: entry for name, entry in packages.items() if name}
    assert all("integrity" in entry and "resolved" not in entry for entry in brought.values())
    assert {"node_modules/esbuild", "node_modules/typescript", "node_modules/@biomejs/biome"} <= set(brought)
