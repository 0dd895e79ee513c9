"""Make digits-unlabelled from scikit-learn's handwritten digits: a folder of images without labels.

    python data/make_digits_folder.py --out data/digits-unlabelled

Running it again writes the same pixels. The file names say nothing about the digits.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from lada_explore.datasets.digits import enlarge
from lada_explore.datasets.splits import draw_per_class

PER_CLASS = 25
SEED = 2023  # arbitrary, and fixed for ever


def make(out: Path) -> None:
    """Write 25 images of each digit, in an order that is drawn at random."""
    digits = load_digits()
    chosen = np.flatnonzero(draw_per_class(digits.target.astype(np.int64), lambda _: PER_CLASS, SEED))
    order = np.random.default_rng(SEED).permutation(chosen)
    out.mkdir(parents=True, exist_ok=True)
    for number, pixels in enumerate(enlarge(digits.images[order])):
        Image.fromarray(pixels).save(out / f"digit-{number:03d}.png", optimize=True)
    print(f"{out}: {len(order)} images")


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make data/digits-unlabelled from scikit-learn's digits.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "digits-unlabelled", help="folder to write")
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()
