"""The explorer in a browser: milliseconds from moving the slider to the last visible view of another cycle.

python benchmarks/redraw.py --subset 2000
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import common

from lada_explore.runtime import Runtime

MEASURE = Path(__file__).resolve().parents[1] / "tests" / "browser" / "time_redraws.py"


def main() -> None:
    options = parsed()
    with tempfile.TemporaryDirectory() as folder:
        times = Path(folder) / "times.json"
        settings = {"LADA_SUBSET": options.subset, "LADA_ROUNDS": options.rounds, "LADA_TIMES": times}
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        # A process of its own, as Playwright's event loop wants it.
        command = [sys.executable, "-m", "pytest", "-q", str(MEASURE)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout[-3000:])
        tabs = json.loads(times.read_text(encoding="utf-8"))
    results = {
        "sizes": {"subset": options.subset, "rounds": options.rounds},
        "tabs": tabs,
        "slowest_ms": max(views["all"]["median_ms"] for views in tabs.values()),
    }
    common.finish("redraw", results, Runtime.choose("cpu", "float32"), options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--subset", type=int, default=2000, help="candidates a cycle (2000)")
    parser.add_argument("--rounds", type=int, default=4, help="times forth and back over the cycles (4)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
