"""The import rules of pyproject.toml leave out nothing that they are about."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import lada_explore

PACKAGE = Path(lada_explore.__file__).parent
CONTRACTS = {
    contract["name"]: set(contract.get("source_modules", ()))
    for contract in tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "importlinter"
    ]["contracts"]
}
ROOMS = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()}
IN_A_PAGE = {"views", "apps", "cli", "__main__", "__init__"}
"""What may know Jupyter, and the entries of the package."""


def modules_of(room: str) -> set[str]:
    """Modules of a room that is a folder, without those that import torch themselves or of libraries made for it."""
    torch = re.compile(r"^\s*(?:from|import) (?:safetensors\.)?torch\b", re.MULTILINE)
    files = (path for path in (PACKAGE / room).glob("*.py") if path.stem != "__init__")
    return {f"lada_explore.{room}.{path.stem}" for path in files if not torch.search(path.read_text(encoding="utf-8"))}


def test_every_room_below_the_views_is_one_that_knows_no_jupyter():
    listed = {name.split(".")[1] for name in CONTRACTS["Nothing below the views knows Jupyter"]}
    assert listed >= ROOMS - IN_A_PAGE


def test_every_module_of_the_store_but_the_one_of_weights_is_one_that_needs_no_torch():
    listed = CONTRACTS["Views, readers and records never need torch"]
    assert modules_of("store") <= listed
    assert "lada_explore.store.checkpoint" not in modules_of("store")
