"""The first map of a run in a notebook: milliseconds from the end of the cell to its frame, a sentence, and the map.

    python benchmarks/first_map.py

The recorded demo, which comes with its layouts, and a finished run that was opened before; in the explorer, in a kernel
and a page of its own each time. A time below 0 is before the end of the cell.
"""

from __future__ import annotations

import argparse
import os

import common
from redraw import measured

from lada_explore.runtime import Runtime


def main() -> None:
    options = parsed()
    found = measured("time_first_map.py", LADA_SUBSET=options.subset, LADA_ROUNDS=options.rounds)
    sizes = {"subset": options.subset, "rounds": options.rounds}
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    results = {"sizes": sizes, "ms": found, "load_of_a_core": load}
    common.finish("first_map", results, Runtime.choose("cpu", "float32"), options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--subset", type=int, default=500, help="candidates of the run that is opened again (500)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each run is opened (3)")
    return parser.parse_args()


if __name__ == "__main__":
    main()
