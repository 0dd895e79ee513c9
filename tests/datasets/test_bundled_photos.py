"""The bundled photographs: every picture is known, can be read, and is under a free licence that is named."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

from PIL import Image, ImageOps

DATA = Path(__file__).resolve().parents[2] / "data"


def table(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_both_tables_name_each_picture_once_and_nothing_else():
    files = sorted(file.relative_to(DATA / "photos").as_posix() for file in (DATA / "photos").rglob("*.JPG"))
    for name in ("photos-truth.csv", "photos-origin.csv"):
        assert [row["file"] for row in table(name)] == files
    origin = (DATA / "photos" / "ORIGIN.md").read_text(encoding="utf-8")
    assert f"{len(files)} pictures" in origin
    photographs = {(row["package"].split()[0], row["photograph"]) for row in table("photos-origin.csv")}
    assert f"From {len(photographs)} photographs" in origin
    counted = Counter(package for package, _ in photographs)
    assert f"{counted['gcompris-qt-data']} of GCompris" in origin
    assert f"{counted['lomiri-wallpapers-16.04']} of Lomiri's" in origin
    assert f"{counted['scikit-learn']} of scikit-learn" in origin


def test_every_class_has_a_dozen_pictures_and_no_album_is_of_one_class():
    shown = {row["file"]: row["class"] for row in table("photos-truth.csv")}
    counted = Counter(shown.values())
    assert sorted(counted) == ["animal", "building", "fish", "nature", "thing", "windmill"]
    assert min(counted.values()) >= 12
    albums: dict[Path, set[str]] = {}
    for file, name in shown.items():
        albums.setdefault(Path(file).parent, set()).add(name)
    assert min(map(len, albums.values())) >= 4


def test_pictures_open_upright_within_480_pixels_and_none_is_there_twice():
    digests, turned = set(), 0
    for row in table("photos-truth.csv"):
        content = (DATA / "photos" / row["file"]).read_bytes()
        with Image.open(DATA / "photos" / row["file"]) as picture:
            assert picture.mode == "RGB"
            assert 90 <= min(picture.size) <= max(picture.size) <= 480, row["file"]
            turned += picture.size != ImageOps.exif_transpose(picture).size
        digests.add(hashlib.sha256(content).hexdigest())
    assert len(digests) == len(table("photos-truth.csv"))
    assert turned > 20
    assert sum(file.stat().st_size for file in (DATA / "photos").rglob("*.*")) < 8e6


def test_each_licence_is_free_and_each_author_is_in_what_the_packages_say():
    said = (DATA / "photos-copyright.txt").read_text(encoding="utf-8")
    for row in table("photos-origin.csv"):
        assert row["licence"].startswith(("CC-BY-", "CC0-", "public-domain")), row
        assert "NC" not in row["licence"]
        assert "ND" not in row["licence"]
        assert f"[{row['package']}]" in said
        for author in row["author"].split("; "):
            assert author in said, row
