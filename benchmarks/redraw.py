"""The explorer in a browser: milliseconds from moving the slider to the last visible view of another cycle.

    python benchmarks/redraw.py --subset 2000

Beside each tab stands a bare redraw of its figures by plotly.js alone, with all data in the page. Then the map's page
by itself, with more images than a run lays out in a minute: milliseconds from a cycle's figure to its picture, and
pictures a second while it is dragged.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import common

from lada_explore.runtime import Runtime

TESTS = Path(__file__).resolve().parents[1] / "tests" / "browser"


def main() -> None:
    options = parsed()
    tabs = {}
    if not options.maps_only:
        tabs = measured("time_redraws.py", LADA_SUBSET=options.subset, LADA_ROUNDS=options.rounds)
    points = " ".join(map(str, options.points))
    maps = measured("time_map.py", LADA_POINTS=points, LADA_ROUNDS=options.rounds)
    results = {
        "sizes": {"subset": options.subset, "rounds": options.rounds, "points": options.points},
        "tabs": tabs,
        "slowest_ms": max((views["all"]["median_ms"] for views in tabs.values()), default=None),
        "ratio_to_bare": {
            title: views["all"]["median_ms"] / views["bare"]["median_ms"]
            for title, views in tabs.items()
            if has_figures(views)
        },
        "maps": maps,
        "load_of_a_core": os.getloadavg()[0] / (os.cpu_count() or 1),
    }
    common.finish("redraw", results, Runtime.choose("cpu", "float32"), options.json)


def has_figures(views: Mapping[str, Mapping[str, float]]) -> bool:
    """Whether a tab has figures that plotly.js draws."""
    return views.get("bare", {}).get("median_ms", 0) > 1


def measured(file: str, **settings: object) -> Any:
    """What one file of measurements found, in a process of its own, as Playwright's event loop wants it."""
    with tempfile.TemporaryDirectory() as folder:
        times = Path(folder) / "times.json"
        environment = os.environ | {name: str(value) for name, value in settings.items()} | {"LADA_TIMES": str(times)}
        command = [sys.executable, "-m", "pytest", "-q", str(TESTS / file)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout[-3000:])
        return json.loads(times.read_text(encoding="utf-8"))


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--subset", type=int, default=2000, help="candidates a cycle (2000)")
    parser.add_argument("--rounds", type=int, default=4, help="times forth and back over the cycles (4)")
    parser.add_argument("--points", type=int, nargs="+", default=[20_000, 100_000], help="images of the maps alone")
    parser.add_argument("--maps-only", action="store_true", help="measure the maps by themselves, and no explorer")
    return parser.parse_args()


if __name__ == "__main__":
    main()
