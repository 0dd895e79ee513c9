"""Opening a run on a folder of pictures: seconds and peak memory, with a small network and with frozen features.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/opening.py

JPEGs of 640 x 480 are written to a temporary folder as `embed.py` writes them: each is there fifty times, told apart by
bytes after its end, so that every file is another one to the caches and as long to decode. Each opening is
`Session.create` in a process of its own, "cold" with empty caches of this package and "warm" a second time; the files
have just been written, so that the system reads them from its memory. The largest resident memory is that of the whole
process, the interpreter and torch included, and so is that of mapped pages. The seconds are without the start of
Python.

Other cases: pictures of 12 megapixels, 500 classes, and 100 files among 1,000 that end too early. The small network is
that of the preset `demo`; frozen features are of `--kind`, at `--side` pixels, which is less than its weights are made
for, so that the network does not take most of the time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import common
from embed import CONTEXT, KIND, SIZE, peak_mib, write

from lada_explore.config.presets import configure
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

CASES = ("few", "many", "large", "classes", "broken")
COPIES = 50
LARGE = (4000, 3000)
BROKEN_SHARE = 0.1
KEPT_OF_BROKEN = 0.6
"""Share of the bytes of a broken file that are there."""


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device)
    settings = {
        "small": {"data.size": options.size},
        "frozen": {
            "data.size": options.size,
            "classifier.kind": f"frozen:{options.kind}",
            "backbone.size": options.side,
        },
    }
    found: dict[str, Any] = {}
    for case, (n, classes, size) in cases(options).items():
        if case not in options.cases:
            continue
        with tempfile.TemporaryDirectory(dir=options.folder, prefix="opening-benchmark-") as name:
            files = written(Path(name) / "pictures", n, classes, size)
            if case == "broken":
                break_some(files)
            found[case] = {"pictures": n, "classes": classes, "pixels": f"{size[0]} x {size[1]}"}
            for seen, of_run in settings.items():
                opened_here = partial(in_a_process, Path(name), of_run, options.device)
                found[case][seen] = {"cold": opened_here("cold"), "warm": opened_here("warm")}
                print(case, seen, found[case][seen], file=sys.stderr, flush=True)
                shutil.rmtree(Path(name) / "cache")
    sizes = {"data": options.size, "kind": options.kind, "backbone": options.side}
    common.finish("opening", {"sizes": sizes, "cases": found}, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--pictures", type=int, default=20_000, help="pictures of the first case (20000)")
    parser.add_argument("--few", type=int, default=1000, help="pictures of the other cases, at most (1000)")
    parser.add_argument("--large", type=int, default=200, help="pictures of 12 megapixels (200)")
    parser.add_argument("--classes", type=int, default=500, help="classes of the case with many (500)")
    parser.add_argument("--cases", nargs="+", choices=CASES, default=CASES, help="which folders (all)")
    parser.add_argument("--size", type=int, default=64, help="data.size, of pixels and of thumbnails (64)")
    parser.add_argument("--kind", default=KIND, help=f"backbone of the frozen features ({KIND})")
    parser.add_argument("--side", type=int, default=64, help="height and width that it is shown (64)")
    parser.add_argument("--folder", type=Path, help="where to write the pictures; they are removed at the end")
    return parser.parse_args()


def cases(options: argparse.Namespace) -> dict[str, tuple[int, int, tuple[int, int]]]:
    """Number of pictures, of classes, and (width, height)."""
    return {
        "few": (options.few, 10, SIZE),
        "many": (options.pictures, 10, SIZE),
        "large": (options.large, 10, LARGE),
        "classes": (6 * options.classes, options.classes, SIZE),
        "broken": (options.few, 10, SIZE),
    }


def written(folder: Path, n: int, classes: int, size: tuple[int, int]) -> list[Path]:
    """Write n pictures in turn to folders of so many classes, and return their paths."""
    for number in range(classes):
        (folder / f"class-{number:03d}").mkdir(parents=True)
    files = [folder / f"class-{number % classes:03d}" / f"{number:06d}.jpg" for number in range(n)]
    parts = [files[start : start + COPIES] for start in range(0, n, COPIES)]
    with ProcessPoolExecutor(os.cpu_count(), CONTEXT) as processes:
        list(processes.map(partial(write, size=size), parts, chunksize=10))
    return files


def break_some(files: Sequence[Path]) -> None:
    """Cut off the end of some files, of each class in turn."""
    step = round(1 / BROKEN_SHARE)
    for file in (files[start + start // step % step] for start in range(0, len(files) - step + 1, step)):
        os.truncate(file, int(KEPT_OF_BROKEN * file.stat().st_size))


def in_a_process(folder: Path, settings: dict[str, Any], device: str, run: str) -> dict[str, float]:
    with ProcessPoolExecutor(1, CONTEXT) as process:
        return process.submit(opened, folder, settings, device, run).result()


def opened(folder: Path, settings: dict[str, Any], device: str, run: str) -> dict[str, float]:
    """Seconds to open a new run, its images, those left out by name or counted, and the peak memory in MiB."""
    os.environ["LADA_CACHE"] = str(folder / "cache")
    given = {"schedule.initial_per_class": 1, **settings}
    config = configure("demo", "lada-entmix", cycles=1, dataset=f"folder:{folder / 'pictures'}", settings=given)
    began = time.perf_counter()
    with closing(Session.create(config, folder / f"run-{run}-{len(settings)}", device=device)) as session:
        seconds = time.perf_counter() - began
        data = session.data
    return {
        "seconds": seconds,
        "peak_mib": peak_mib(),
        "images": len(data.train) + (0 if data.test is None else len(data.test)),
        "notes_on_files_left_out": sum(note.startswith("left out") for note in data.notes),
    }


if __name__ == "__main__":
    main()
