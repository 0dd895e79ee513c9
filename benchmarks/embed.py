"""Features of a frozen backbone: the pass against a bare loop, its memory, a second opening, and a few more pictures.

Pictures of 640 x 480 are written as JPEG to a temporary folder; each is there ten times, told apart by bytes after its
end, which takes as long to decode and is another picture to the cache. The bare loop is the shortest that works: a
DataLoader with workers that decode as the pass does, and the network without its last layer; it keeps nothing on disk.
The pass starts each time from an empty cache. Both run in turns, in one process. Seconds of the processor, of workers
too, tell what each would do on a machine that has nothing else to do.

Memory, openings and additions are those of fresh processes over many pictures, with a network so small that decoding
takes most of the time. "Opening" is from a list of files to features, the network included.

    OMP_WAIT_POLICY=PASSIVE python benchmarks/embed.py --pictures 20000
"""

from __future__ import annotations

import argparse
import copy
import multiprocessing
import os
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import common
import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.utils.data import DataLoader, Dataset

from lada_explore.config import BackboneConfig, ClassifierConfig
from lada_explore.datasets import ImageData, ImageSet
from lada_explore.datasets.picture_reader import PictureReader
from lada_explore.features import Backbone, backbone_named, embedded
from lada_explore.features.embedding import BATCH
from lada_explore.runtime import Runtime

KIND = "module:lada_explore.models.borrowed.installed:efficientnet_lite0"
SIZE = (640, 480)
NARROW_SIDE = 64
ADDED = 100
QUALITY = 85
COPIES = 10
CONTEXT = multiprocessing.get_context("forkserver")
"""Processes that have imported what this script does, and computed nothing."""


class Quiet:
    """Shows no bar."""

    def begin(self, total: int, backbone: str) -> None: ...

    def advance(self, pictures: int) -> None: ...

    def say(self, sentence: str) -> None: ...

    def end(self) -> None: ...


def narrow(n_classes: int) -> nn.Module:
    """A network of 1,400 parameters, always with the same weights."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            *(nn.Conv2d(3, 8, 3, stride=4), nn.ReLU(), nn.Conv2d(8, 16, 3, stride=2), nn.ReLU()),
            *(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, n_classes)),
        )


def main() -> None:
    options = parsed()
    runtime = Runtime.choose(options.device)
    with tempfile.TemporaryDirectory(dir=options.folder, prefix="embed-benchmark-") as name:
        folder = Path(name)
        files = written(folder / "pictures", options.pictures + ADDED * options.rounds)
        results = {
            "pass": passes(files[: options.timed], folder, runtime, options),
            "many": many(files, folder, options),
        }
    sizes = {"pictures": options.pictures, "few": options.few, "timed": options.timed, "pixels": "640 x 480"}
    common.finish("embed", {"sizes": sizes, **results}, runtime, options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--kind", default=KIND, help=f"backbone of the pass that is timed ({KIND})")
    parser.add_argument("--side", type=int, default=96, help="height and width that it is shown (96)")
    parser.add_argument("--timed", type=int, default=400, help="pictures of the pass that is timed (400)")
    parser.add_argument("--rounds", type=int, default=5, help="passes of each contestant, and additions (5)")
    parser.add_argument("--pictures", type=int, default=20_000, help="many pictures (20000)")
    parser.add_argument("--few", type=int, default=1000, help="few pictures, for their memory (1000)")
    parser.add_argument("--folder", type=Path, help="where to write the pictures; they are removed at the end")
    return parser.parse_args()


# Pictures ---


def written(folder: Path, n: int) -> list[Path]:
    """Write n pictures, smooth ones with some noise, and return their paths."""
    folder.mkdir()
    files = [folder / f"{number:06d}.jpg" for number in range(n)]
    with ProcessPoolExecutor(os.cpu_count(), CONTEXT) as processes:
        list(processes.map(write, [files[start : start + COPIES] for start in range(0, n, COPIES)], chunksize=10))
    return files


def write(files: Sequence[Path], size: tuple[int, int] = SIZE) -> None:
    """Write a picture of (width, height) to several files."""
    draw = np.random.default_rng(int(files[0].stem))
    width, height = size
    smooth = Image.fromarray(draw.integers(0, 256, (15, 20, 3), dtype=np.uint8)).resize(size, Image.Resampling.BICUBIC)
    noise = draw.integers(-6, 7, (height, width, 1), dtype=np.int16)
    Image.fromarray((np.asarray(smooth) + noise).clip(0, 255).astype(np.uint8)).save(files[0], quality=QUALITY)
    content = files[0].read_bytes()
    for file in files:
        file.write_bytes(content + file.name.encode())


def data_of(files: Sequence[Path]) -> ImageData:
    """A data set of files, with thumbnails that nobody looks at."""
    images = ImageSet.create(
        name="pictures",
        images=np.zeros((len(files), 3, 8, 8), np.uint8),
        targets=np.arange(len(files)) % 2,
        class_names=("a", "b"),
        source="Drawn.",
        files=files,
    )
    return ImageData(train=images, test=None, mean=(0.5,) * 3, std=(0.25,) * 3)


# The pass against a bare loop ---


def passes(files: Sequence[Path], folder: Path, runtime: Runtime, options: argparse.Namespace) -> dict[str, Any]:
    """Images a second of both, the ratio of their rates, and the largest difference of their features."""
    data, settings = data_of(files), BackboneConfig(size=options.side, precision="float32")  # type: ignore[arg-type]
    backbone = backbone_named(ClassifierConfig(kind=f"frozen:{options.kind}"), settings, data)
    runtime.place(backbone.network)
    network = copy.deepcopy(backbone.network)
    assert backbone.head is not None
    network.set_submodule(backbone.head, nn.Identity())
    caches = iter(range(10**6))

    def ours() -> Tensor:
        os.environ["LADA_CACHE"] = str(folder / f"cache-{next(caches)}")
        found = embedded(data, backbone, runtime=runtime, progress=Quiet())
        assert found.new == len(files)
        return torch.from_numpy(found.train.take(np.arange(len(files))))

    plain = partial(bare, files, backbone, network, runtime)
    difference = float((ours() - plain()).abs().max())
    used: dict[str, list[float]] = {"ours": [], "bare": []}

    def counted(name: str, work: Callable[[], Tensor]) -> None:
        before = sum(os.times()[:4])
        work()
        used[name].append(sum(os.times()[:4]) - before)

    both = {"ours": partial(counted, "ours", ours), "bare": partial(counted, "bare", plain)}
    seconds = common.alternate(both, options.rounds, runtime)
    return {
        "kind": options.kind,
        "side": options.side,
        "images_per_s": {name: len(files) / common.summary(runs)["median_s"] for name, runs in seconds.items()},
        "ratio_to_bare_loop": common.median_ratio(seconds["bare"], seconds["ours"]),
        "processor_ms": {name: 1e3 * common.summary(runs)["median_s"] / len(files) for name, runs in used.items()},
        "processor_ratio_to_bare_loop": common.median_ratio(used["bare"], used["ours"]),
        "largest_difference": difference,
        "loader_workers": os.cpu_count(),
    }


class Decoded(Dataset[Tensor]):
    """Pictures as the backbone is shown them."""

    def __init__(self, files: Sequence[Path], shape: tuple[int, int, int]) -> None:
        self.files, self.shape = files, shape

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, number: int) -> Tensor:
        return torch.from_numpy(PictureReader().read(self.files[number], self.shape))


def bare(files: Sequence[Path], backbone: Backbone, network: nn.Module, runtime: Runtime) -> Tensor:
    """Features by a loop over a DataLoader."""
    of, device = backbone.transform, runtime.device
    mean, std = (torch.tensor(values, device=device).view(1, -1, 1, 1) for values in (of.mean, of.std))
    loader = DataLoader(
        Decoded(files, of.shape), BATCH[device.type], num_workers=os.cpu_count() or 1, pin_memory=device.type == "cuda"
    )
    rows = []
    with torch.inference_mode():
        for pixels in loader:
            images = pixels.to(device, memory_format=torch.channels_last, non_blocking=True).float()
            rows.append(network((images / 255 - mean) / std).cpu())
    return torch.cat(rows)


# Many pictures ---


def many(files: Sequence[Path], folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """Peak memory for few and for many pictures, second openings, and a few more pictures beside them alone.

    Of openings and additions the fastest counts, because what else a machine does only adds time.
    """
    n, apart = options.pictures, partial(in_a_process, device=options.device)
    few, first = apart(files[: options.few], folder / "few"), apart(files[:n], folder / "many")
    assert first["new"] == n
    second, added, alone = [], [], []
    for number in range(options.rounds):
        start, end = n + ADDED * number, n + ADDED * (number + 1)
        second.append(apart(files[:start], folder / "many"))
        added.append(apart(files[:end], folder / "many"))
        alone.append(apart(files[start:end], folder / f"alone-{number}"))
        assert (second[-1]["new"], added[-1]["new"], alone[-1]["new"]) == (0, ADDED, ADDED)
    fastest = {
        name: min(run["seconds"] for run in runs)
        for name, runs in {"second": second, "added": added, "alone": alone}.items()
    }
    return {
        "network": f"one of 1,400 parameters, at {NARROW_SIDE} pixels",
        "peak_mib": {str(options.few): few["peak_mib"], str(n): first["peak_mib"]},
        "peak_ratio": first["peak_mib"] / few["peak_mib"],
        "images_per_s": n / first["seconds"],
        "second_opening_s": fastest["second"],
        "added_s": fastest["added"] - fastest["second"],
        "alone_s": fastest["alone"],
        "pictures_shown_for_added": ADDED,
    }


def in_a_process(files: Sequence[Path], cache: Path, device: str) -> dict[str, float]:
    with ProcessPoolExecutor(1, CONTEXT) as process:
        return process.submit(opened, list(files), cache, device).result()


def opened(files: Sequence[Path], cache: Path, device: str) -> dict[str, float]:
    """Seconds to the features of these files, how many were new, and the largest memory of this process in MiB."""
    os.environ["LADA_CACHE"] = str(cache)
    runtime, data = Runtime.choose(device), data_of(files)
    began = time.perf_counter()
    settings = BackboneConfig(size=NARROW_SIDE, normalisation="imagenet")  # type: ignore[arg-type]
    backbone = backbone_named(ClassifierConfig(kind="frozen:module:embed:narrow"), settings, data)
    found = embedded(data, backbone, runtime=runtime, progress=Quiet())
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "new": found.new, "peak_mib": peak_mib()}


def peak_mib() -> float:
    """Largest memory of this process in MiB: not that of getrusage, which counts the process which started this one."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert peak is not None
    return int(peak[1]) / 1024


if __name__ == "__main__":
    main()
