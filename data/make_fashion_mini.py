"""Make fashion-mini from Fashion-MNIST: 600 training and 200 test images of each class, in their original order.

    python data/make_fashion_mini.py --source /usr/share/datasets/fashion-mnist --out data/fashion-mini

Running it again writes the same bytes, given zlib as the compressor (zlib-ng packs the same images into other bytes).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from lada_explore.datasets.fashion import DEBIAN_FOLDER, STEMS, read_fashion
from lada_explore.datasets.idx import write_idx
from lada_explore.datasets.splits import draw_per_class

PER_CLASS = {"train": 600, "test": 200}
SEED = {"train": 2021, "test": 2022}  # arbitrary, and fixed for ever


def make(source: Path, out: Path) -> None:
    """Read the four files of `source` and write the four of `out`.

    Raises:
        DataError: files that are missing or damaged.
    """
    full = read_fashion("fashion-mnist", source)
    out.mkdir(parents=True, exist_ok=True)
    for part, images in (("train", full.train), ("test", full.test)):
        assert images is not None  # read_fashion reads both parts, and their labels
        assert images.targets is not None
        pixels, targets = images.images.numpy(), images.targets.numpy()
        ids = np.flatnonzero(draw_per_class(targets, lambda _, n=PER_CLASS[part]: n, SEED[part]))
        image_stem, label_stem = STEMS[part]
        write_idx(out / f"{image_stem}.gz", pixels[ids, 0])
        write_idx(out / f"{label_stem}.gz", targets[ids].astype(np.uint8))
        print(f"{out}: {len(ids)} {part} images")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make data/fashion-mini from the full Fashion-MNIST.")
    parser.add_argument("--source", type=Path, default=DEBIAN_FOLDER, help="folder of the four .gz files")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "fashion-mini", help="folder to write")
    arguments = parser.parse_args()
    make(arguments.source, arguments.out)


if __name__ == "__main__":
    main()
