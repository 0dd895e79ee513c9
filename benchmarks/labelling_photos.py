"""From a nested folder of photographs to answers and a labelled set, in a real browser: seconds a person waits.

The folder is made of the pictures of data/photos: parts of them, some mirrored, of 640 x 480 pixels, a fifth of them
upright; grey and CMYK ones and every way of lying on a side among them, and one file in a hundred is broken. Folders
and files have blanks and accents in their names. The ninth notebook runs on it in JupyterLab, with no features on disk
yet, and every picture is answered by its key as soon as it is shown, as it is: what is left are the seconds of the
machine. A person adds her own. Then all cells are run once more, for the export.

    python benchmarks/labelling_photos.py --pictures 2000 --answers 60 --json benchmarks/results/labelling_photos.json
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import common
import numpy as np
from PIL import Image, ImageOps

from lada_explore.runtime import Runtime

ROOT = Path(__file__).resolve().parents[1]
MEASURE = ROOT / "tests" / "browser" / "time_photos.py"
SEED = 2026
WIDTH, HEIGHT = 640, 480
ALBUMS = (
    "2022/07 Été à la mer",
    "2022/Weihnachten",
    "2023/Bäume & Häuser",
    "2023/05/phone",
    "2024/misc (unsorted)/a b",
)
TURNS = {1: None, 3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
"""How a picture is turned before it is written, by the EXIF orientation that says so."""
SHARES = {"grey": 0.05, "cmyk": 0.05, "upright": 0.2, "turned": 0.2, "broken": 0.01}


def main() -> None:
    options = parsed()
    with tempfile.TemporaryDirectory(prefix="labelling-photos-") as folder:
        place, times = Path(folder), Path(folder) / "times.json"
        made = write_folder(place / "photos", place / "truth.json", options.pictures)
        settings = {"LADA_PHOTOS": place, "LADA_ANSWERS": options.answers, "LADA_TIMES": times}
        settings |= {"LADA_CACHE": place / "cache"} | ({"LADA_MAP": 1} if options.map else {})
        environment = os.environ | {name: str(value) for name, value in settings.items()}
        # A process of its own, as Playwright's event loop wants it.
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(MEASURE)]
        before = os.getloadavg()[0]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(done.stdout[-5000:])
        seen = json.loads(times.read_text(encoding="utf-8"))
    between = [wait["seconds"] for wait in seen["between_queries"]]
    results = {
        "folder": made,
        "with_map": options.map,
        **seen,
        "between_queries_median_s": statistics.median(between),
        "between_queries_slowest_s": max(between),
        "load_before_and_after": [before, os.getloadavg()[0]],
    }
    common.finish("labelling_photos", results, Runtime.choose("cpu", "float32"), options.json)


def parsed() -> argparse.Namespace:
    parser = common.parser(__doc__ or "")
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--pictures", type=int, default=2000, help="files in the folder (2000)")
    parser.add_argument("--answers", type=int, default=60, help="pictures to answer (60)")
    parser.add_argument("--map", action="store_true", help="with the map in a cell below the labeller")
    return parser.parse_args()


def write_folder(photos: Path, truth: Path, number: int) -> dict[str, Any]:
    """Write the pictures, and what each sound one shows as JSON; returns what is in the folder."""
    random = np.random.default_rng(SEED)
    with (ROOT / "data" / "photos-truth.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    counted: dict[str, int] = dict.fromkeys(SHARES, 0)
    shows = {}
    for place in range(number):
        row = rows[place % len(rows)]
        kinds = {name: bool(random.random() < share) for name, share in SHARES.items()}
        path = photos / ALBUMS[int(random.integers(len(ALBUMS)))] / f"IMG {place:04d} é.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        with Image.open(ROOT / "data" / "photos" / row["file"]) as picture:
            write_picture(varied(ImageOps.exif_transpose(picture), random, kinds), path, random, kinds)
        counted = {name: counted[name] + kinds[name] for name in counted}
        if not kinds["broken"]:
            shows[path.relative_to(photos).as_posix()] = row["class"]
    truth.write_text(json.dumps(shows), encoding="utf-8")
    size = sum(path.stat().st_size for path in photos.rglob("*.jpg"))
    return {"files": number, "megabytes": size / 1e6, **counted}


def varied(picture: Image.Image, random: np.random.Generator, kinds: dict[str, bool]) -> Image.Image:
    """A part of the picture of at least two thirds of its width and height, mirrored in every other one."""
    share = random.uniform(0.67, 1.0)
    left, upper = random.uniform(0, 1 - share, 2) * picture.size
    box = (left, upper, left + share * picture.width, upper + share * picture.height)
    size = (HEIGHT, WIDTH) if kinds["upright"] else (WIDTH, HEIGHT)
    part = ImageOps.fit(picture.crop(tuple(map(round, box))), size, Image.Resampling.BICUBIC)
    return ImageOps.mirror(part) if random.random() < 0.5 else part


def write_picture(picture: Image.Image, path: Path, random: np.random.Generator, kinds: dict[str, bool]) -> None:
    """Write it in its mode and on its side, or half of it if it is broken."""
    orientation = int(random.choice([3, 6, 8])) if kinds["turned"] else 1
    turn = TURNS[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    mode = "CMYK" if kinds["cmyk"] else "L" if kinds["grey"] else "RGB"
    (picture if turn is None else picture.transpose(turn)).convert(mode).save(path, quality=85, exif=exif)
    if kinds["broken"]:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if random.random() < 0.5 else b"not a picture")


if __name__ == "__main__":
    main()
