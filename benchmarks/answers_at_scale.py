"""From a key to the saved answer in a real browser, with 1,000 classes, 100,000 images and 50,000 answers: ms.

JupyterLab as it comes, with a kernel of its own and a labeller on a run over noise of 8 x 8 pixels with features of 32
numbers. A key is answered when the page shows it as saved: the kernel has acknowledged it then, and the line of the
journal is on disk. Every other class is typed and answered by Enter, the others by the digit that a class has because
it was answered lately. Four times are looked at: at the start without any answer; in the same start beside 50,000
labels that were given as an import gives them, which miss one class; in the query of cycle 1, after a training on all
of them; and in the last answers of that query.

    python benchmarks/answers_at_scale.py --json benchmarks/results/answers_at_scale.json
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from lada_explore.session.session import Session

ROOT = Path(__file__).resolve().parents[1]
MEASURE = ROOT / "tests" / "browser" / "time_answers.py"
SEED = 2026
FEATURES, SIDE = 32, 8
LIMIT_MS = 50.0
"""What a person does not notice."""


def main() -> None:
    from common import finish, parser

    from lada_explore.runtime import Runtime

    options = parsed(parser(__doc__ or ""))
    with tempfile.TemporaryDirectory(prefix="answers-at-scale-") as folder:
        times = Path(folder) / "times.json"
        settings = {"LADA_SCALE": folder, "LADA_TIMES": times, "LADA_ANSWERS": options.answers}
        settings |= {"LADA_SIZES": f"{options.images} {options.classes} {options.given}"}
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(MEASURE)]
        before = os.getloadavg()[0]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout[-5000:])
        seen = json.loads(times.read_text(encoding="utf-8"))
    parts = {name: part for name, part in seen.items() if isinstance(part, dict)}
    results = {
        **seen,
        "images": options.images,
        "slowest_median_ms": max(part["median_ms"] for part in parts.values()),
        "limit_ms": LIMIT_MS,
        "load_before_and_after": [before, os.getloadavg()[0]],
    }
    finish("answers_at_scale", results, Runtime.choose("cpu", "float32"), options.json)


def parsed(options: argparse.ArgumentParser) -> argparse.Namespace:
    options.formatter_class = argparse.RawDescriptionHelpFormatter
    options.add_argument("--images", type=int, default=100_000, help="images of the pool (100,000)")
    options.add_argument("--classes", type=int, default=1000, help="classes (1,000)")
    options.add_argument("--given", type=int, default=50_000, help="labels that are given in the start (50,000)")
    options.add_argument("--answers", type=int, default=60, help="keys in each part (60)")
    return options.parse_args()


# In the kernel ---


def sizes() -> tuple[int, int, int]:
    """Images, classes and given labels."""
    images, classes, given = map(int, os.environ["LADA_SIZES"].split())
    return images, classes, given


def true_labels() -> NDArray[np.int64]:
    """(N,) class of each image."""
    images, classes, _ = sizes()
    return np.random.default_rng(SEED).integers(0, classes, images)


def opened() -> Session:
    """A run on noise, with nothing asked yet but the start."""
    from lada_explore import open_session
    from lada_explore.datasets import ImageData

    images, classes, _ = sizes()
    folder, truth, rng = Path(os.environ["LADA_SCALE"]), true_labels(), np.random.default_rng(SEED)
    means = rng.normal(size=(classes, FEATURES))
    np.save(folder / "features.npy", (means[truth] + 0.3 * rng.normal(size=(images, FEATURES))).astype(np.float32))
    pixels = rng.integers(0, 256, (images, SIDE, SIDE), dtype=np.uint8)
    data = ImageData.from_arrays(pixels, names=[f"class {label:04d}" for label in range(classes)])
    budget = 4 * int(os.environ["LADA_ANSWERS"])
    settings = {"classifier.kind": f"features:{folder / 'features.npy'}", "schedule.budget": budget}
    settings |= {"schedule.initial_per_class": 1}
    session = open_session(folder / "run", data=data, cycles=2, settings=settings, oracle="person", device="cpu")
    to_query(session, 0)
    return session


def to_query(session: Session, cycle: int) -> None:
    """Step to the query of a cycle."""
    while session.cycle < cycle or session.next_stage != "query":
        session.step()


def label_for(image: int, place: int) -> int:
    """The label to answer an image by: its own, or for every other place the label before, which has a digit then."""
    if place % 2 == 0:
        label_for.last = int(true_labels()[image])
    return label_for.last


def give(session: Session) -> None:
    """Give labels, as an import does, to images that are not asked about; the last class gets none."""
    _, classes, n = sizes()
    truth, asked = true_labels(), set(session.labelling.task().query.ids.tolist())
    ids = [image for image in np.flatnonzero(truth != classes - 1).tolist() if image not in asked][:n]
    session.labelling.give({image: int(truth[image]) for image in ids}, "import")


def go_on(session: Session) -> None:
    """Give a label of the last class, answer what is still open in the start, and step to the next query."""
    truth, (_, classes, _) = true_labels(), sizes()
    asked = set(session.labelling.task().query.ids.tolist())
    last = next(i for i in np.flatnonzero(truth == classes - 1)[::-1].tolist() if i not in asked)
    session.labelling.give({last: classes - 1}, "import")
    while not session.labelling.task().query.complete:
        answer_all_but(session, 0)
    to_query(session, 1)


def answer_all_but(session: Session, n: int) -> None:
    """Answer at once what is open, but for so many images."""
    open_ids = session.labelling.task().query.open_ids.tolist()
    truth = true_labels()
    session.submit({image: int(truth[image]) for image in open_ids[: len(open_ids) - n]})


if __name__ == "__main__":
    main()
