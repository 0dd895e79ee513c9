"""Cost does not grow with the pool: seconds of a cycle, and resident memory, for pools of several sizes.

    python benchmarks/pool.py --sizes 10000 100000 1000000 --json pool.json

Pools of synthetic 28 x 28 images are written to disk and opened as "array:PATH". For the seconds, one process steps a
whole cycle of every size in turn, round after round, so that a slow minute slows them all. For the memory, each size
gets a fresh process, which runs as many cycles. The demo's numbers, with fewer epochs so that training hides nothing,
and input mixup, which mixes at layer 0 in every cycle: the work of a cycle is the same for every pool.

A pool takes 792 bytes of disk an image: 8 GB for 10,000,000. It is read from the system's cache where that has room.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import numpy as np
from common import alternate, finish, median_ratio, parser, summary

from lada_explore.config import DataConfig, RunConfig
from lada_explore.config.presets import configure
from lada_explore.datasets import load
from lada_explore.runtime import Runtime
from lada_explore.session.session import Session

SHAPE = (28, 28)
BYTES_PER_IMAGE = 28 * 28 + 8
CLASSES = 10
BLOCK = 10_000
SETTINGS = {"training.epochs": 2, "policy.epochs": 2}
LEAST = 1000
"""Images; below it a pool could run short of the subset and the labels of all cycles."""


def main() -> None:
    options = arguments()
    runtime = Runtime.choose(options.device, options.precision)
    settings = SETTINGS | {"look_ahead.precision": runtime.precision_name}
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="pool-benchmark-") as name:
        folder = Path(name)
        refusal = too_large(folder, options.sizes)
        if refusal:
            raise SystemExit(refusal)
        pools = {str(size): write_pool(folder / f"pool-{size}", size) for size in options.sizes}
        opening = {size: {"first_opening_s": opened(pool), "opening_s": opened(pool)} for size, pool in pools.items()}
        configs = {size: config_of(pool, options.rounds, settings) for size, pool in pools.items()}
        seconds = cycle_seconds(configs, folder, options.rounds, runtime, options.device)
        memory = {size: memory_of(config, folder / f"again-{size}", options.device) for size, config in configs.items()}
    smallest, largest = (str(pick(options.sizes)) for pick in (min, max))
    results = {
        "pools": {size: summary(seconds[size]) | opening[size] | memory[size] for size in pools},
        "ratio_largest_to_smallest": median_ratio(seconds[largest], seconds[smallest]),
        "resident_ratio_largest_to_smallest": memory[largest]["resident_mib"] / memory[smallest]["resident_mib"],
        "settings": settings | {"method": "lada-entinmix", "preset": "demo", "rounds": options.rounds},
    }
    finish("pool", results, runtime, options.json)


def arguments() -> argparse.Namespace:
    options = parser("Seconds of a cycle and resident memory for pools of several sizes.")
    options.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000], help="images of a pool")
    options.add_argument("--rounds", type=int, default=9, help="timed cycles of each size, after two that are not")
    options.add_argument("--folder", type=Path, help="where to write the pools; they are removed at the end")
    given = options.parse_args()
    if min(given.sizes) < LEAST or given.rounds < 1:
        options.error(f"sizes {given.sizes} and rounds {given.rounds} must be at least {LEAST} and 1")
    return given


# Pools ---


def too_large(folder: Path, sizes: Sequence[int]) -> str:
    """One sentence if the pools do not fit on the disk; empty if they do."""
    free = shutil.disk_usage(folder).free
    fitting = [size for i, size in enumerate(sorted(sizes)) if sum(sorted(sizes)[: i + 1]) * BYTES_PER_IMAGE < free]
    if len(fitting) == len(sizes):
        return ""
    room = f"the sizes {' '.join(map(str, fitting))} fit" if fitting else "none of the sizes fits"
    return (
        f"the pools take {sum(sizes) * BYTES_PER_IMAGE / 1e9:.1f} GB but {free / 1e9:.1f} GB are free; {room}, or name "
        "a larger disk with --folder"
    )


def write_pool(folder: Path, size: int) -> Path:
    """Noise with a bright bar whose place is the class, block by block, every block the same."""
    folder.mkdir()
    targets = np.arange(size) % CLASSES
    block = np.random.default_rng(0).integers(0, 128, (BLOCK, *SHAPE), dtype=np.uint8)
    for target in range(CLASSES):
        block[target::CLASSES, 2 * target : 2 * target + 4] += 120
    with (folder / "images.npy").open("wb") as file:
        header = {"descr": "|u1", "fortran_order": False, "shape": (size, *SHAPE)}
        np.lib.format.write_array_header_1_0(file, header)
        for start in range(0, size, BLOCK):
            file.write(block[: size - start].data)
    np.save(folder / "targets.npy", targets)
    (folder / "classes.txt").write_text("\n".join(f"bar {target}" for target in range(CLASSES)), encoding="utf-8")
    return folder


def opened(pool: Path) -> float:
    """Seconds to open a pool: the first time all of it is read for its checksum, later what was kept is used."""
    began = time.perf_counter()
    load(DataConfig(name=f"array:{pool}"))
    return time.perf_counter() - began


# Runs ---


def config_of(pool: Path, rounds: int, settings: Mapping[str, Any]) -> RunConfig:
    """A run on this pool: the start, a cycle that is not timed, and the timed ones."""
    return configure("demo", "lada-entinmix", dataset=f"array:{pool}", cycles=rounds + 1, settings=settings)


def cycle_seconds(
    configs: dict[str, RunConfig], folder: Path, rounds: int, runtime: Runtime, device: str
) -> dict[str, list[float]]:
    """Seconds of whole cycles of every pool; the start and the first cycle are not timed."""
    with ExitStack() as opened_sessions:

        def cycle_of(size: str, config: RunConfig) -> Callable[[], Any]:
            session = Session.create(config, folder / f"run-{size}", device=device)
            opened_sessions.enter_context(closing(session))
            session.run(2)
            return lambda: session.run(1)

        return alternate({size: cycle_of(size, config) for size, config in configs.items()}, rounds, runtime)


def memory_of(config: RunConfig, out: Path, device: str) -> dict[str, float]:
    """Memory of a fresh process after the whole run."""
    with multiprocessing.get_context("spawn").Pool(1) as process:
        return process.apply(resident_after_run, (config, out, device))


def resident_after_run(config: RunConfig, out: Path, device: str) -> dict[str, float]:
    with closing(Session.create(config, out, device=device)) as session:
        session.run()
        return resident()


def resident() -> dict[str, float]:
    """MiB of this process: resident now, its anonymous part, its file part (libraries and mapped arrays), the peak.

    Only the peak, where there is no /proc.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return {"resident_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20}
    fields = dict(line.split(":", 1) for line in status.read_text(encoding="ascii").splitlines())
    names = {"resident_mib": "VmRSS", "anonymous_mib": "RssAnon", "file_mib": "RssFile", "peak_mib": "VmHWM"}
    return {name: int(fields[field].split()[0]) / 1024 for name, field in names.items()}


if __name__ == "__main__":
    main()
