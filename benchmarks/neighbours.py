"""A cycle alone, and beside one busy process for each core: what a browser that draws, or a second kernel, costs.

Each measurement is a process of its own, for OpenMP reads once how threads wait. "Before" is how torch comes: all
threads, spinning while they wait, as this package left them before it chose their number by a trial. The ratios are of
the fastest cycles: what else the machine does meanwhile only adds, most of all to threads that spin.

    python benchmarks/neighbours.py --width full --rounds 1
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import common
import torch
from cycle import images_in

from lada_explore.config.presets import configure
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

HERE = Path(__file__).resolve().parent
BUSY = """
from lada_explore.background.processes import end_with_parent, wait_for_end_of_input
end_with_parent(wait_for_end_of_input)
while True: pass
"""
CHILD = "import sys; sys.path.insert(0, sys.argv[1]); import {first}; import neighbours; neighbours.child(sys.argv[2:])"

CASES = {"before_alone": ("torch", False), "alone": ("lada_explore", False), "beside": ("lada_explore", True)}
"""What is imported first, and whether the cores are busy."""


def main() -> None:
    options = parsed()
    cores = torch.get_num_threads()
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in CASES}
    with tempfile.TemporaryDirectory() as folder:
        dataset = images_in(Path(folder) / "images", options.test_images)
        for number in range(options.rounds):
            for name, (first, busy) in CASES.items():
                threads = cores if first == "torch" else None
                with busy_processes(cores if busy else 0):
                    found[name].append(cycle_s(first, Path(folder) / f"{number}-{name}", dataset, threads, options))
                print(f"{name}: {found[name][-1]['cycle_s']:.2f} s", file=sys.stderr)
    seconds = {name: [one["cycle_s"] for one in runs] for name, runs in found.items()}
    results = {
        "sizes": {
            "width": options.width,
            "method": options.method,
            "candidates": options.subset,
            "cycles": options.cycles,
            "test_images": options.test_images,
        },
        "busy_processes": cores,
        "seconds": {name: common.summary(runs) | {"fastest_s": min(runs)} for name, runs in seconds.items()},
        "threads": [one["threads"] for one in found["alone"] + found["beside"]],
        "tried_ms": [one["tried"] for one in found["alone"] + found["beside"]],
        "longest_wait_s": max(one["longest_wait_s"] for one in found["alone"]),
        "beside_to_alone": min(seconds["beside"]) / min(seconds["alone"]),
        "alone_to_before": min(seconds["alone"]) / min(seconds["before_alone"]),
    }
    common.finish("neighbours", results, Runtime.choose("cpu", "float32"), options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--width", choices=list(common.CLASSIFIERS), default="demo", help="classifier (demo)")
    parser.add_argument("--method", default="lada-entmix", help="method (lada-entmix)")
    parser.add_argument("--subset", type=int, default=400, help="candidates a cycle (400)")
    parser.add_argument("--cycles", type=int, default=3, help="cycles of a run; the fastest counts (3)")
    parser.add_argument("--test-images", type=int, default=2000, help="images that EVALUATE classifies (2000)")
    parser.add_argument("--rounds", type=int, default=3, help="times that each is measured, in turns (3)")
    return parser.parse_args()


@contextmanager
def busy_processes(number: int) -> Iterator[None]:
    """So many processes that compute without an end, while the block runs."""
    busy = [subprocess.Popen([sys.executable, "-c", BUSY], stdin=subprocess.PIPE) for _ in range(number)]
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.wait()


def cycle_s(first: str, out: Path, dataset: str, threads: int | None, options: argparse.Namespace) -> dict[str, Any]:
    """What `child` says, from a process that imports `first` before anything else."""
    words = [str(out), dataset, json.dumps(threads), options.width, options.method]
    words += [str(options.subset), str(options.cycles)]
    command = [sys.executable, "-c", CHILD.format(first=first), str(HERE), *words]
    said = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)
    assert isinstance(said, dict)
    return said


def child(words: list[str]) -> None:
    """Run the cycles, and print what they took as JSON."""
    from cycle import step_to_the_end

    out, dataset, threads, width, method, subset, cycles = words
    classifier = common.CLASSIFIERS[width]
    settings = {
        "classifier.width": classifier.width,
        "classifier.blocks": classifier.blocks,
        "schedule.subset_size": int(subset),
    }
    config = configure("demo", method, dataset=dataset, cycles=int(cycles), settings=settings)
    session = Session.create(config, out, device="cpu", threads=json.loads(threads))
    waits = step_to_the_end(session)
    info = session.folder.info
    said = {
        "cycle_s": min(sum(records.seconds.values()) for records in session.history[1:]),
        "threads": [info.threads, info.pass_threads],
        "tried": info.threads_tried_ms,
        "longest_wait_s": max(waits.values()),
    }
    session.close()
    print(json.dumps(said))


if __name__ == "__main__":
    main()
