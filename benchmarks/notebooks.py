"""How long "Run all" takes of each notebook, in a new kernel and a folder without any run: seconds, and the slowest.

    python benchmarks/notebooks.py --json benchmarks/results/notebooks.json

Every cell is run as it stands, from the first to the last, in a copy of notebooks/ that sees the repository's data. A
network's weights that are not on this machine are downloaded, as they are for a reader.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import nbformat
from common import finish, parser
from nbclient import NotebookClient

from lada_explore.runtime import Runtime

ROOT = Path(__file__).resolve().parents[1]

LIMIT_S = 60
"""Seconds that a reader is asked to wait for at most."""


def main() -> None:
    options = parser(__doc__.partition("\n")[0])
    options.add_argument("--only", nargs="+", default=[], help="names of notebooks, without their ending; all without")
    given = options.parse_args()
    places = sorted((ROOT / "notebooks").glob("*.ipynb"))
    if unknown := set(given.only) - {place.stem for place in places}:
        raise SystemExit(f"no notebook is called {min(unknown)}; choose from {', '.join(p.stem for p in places)}")
    seconds = {place.stem: run_all(place) for place in places if not given.only or place.stem in given.only}
    results = {"seconds": seconds, "limit_s": LIMIT_S, "slowest_s": max(seconds.values())}
    finish("notebooks", results, Runtime.choose(given.device, "float32"), given.json)


def run_all(place: Path) -> float:
    """Seconds that all cells of a notebook take, with its kernel's begin and end."""
    with tempfile.TemporaryDirectory(prefix="notebooks-benchmark-") as name:
        folder = Path(name) / "notebooks"
        folder.mkdir()
        (Path(name) / "data").symlink_to(ROOT / "data")
        notebook = nbformat.read(place, as_version=4)
        began = time.perf_counter()
        NotebookClient(notebook, timeout=600, resources={"metadata": {"path": str(folder)}}).execute()
        return time.perf_counter() - began


if __name__ == "__main__":
    main()
