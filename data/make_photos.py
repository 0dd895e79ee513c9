"""Make data/photos: photographs as people keep them, by year and album, with nothing said of what they show.

    python data/make_photos.py --out data

The photographs are those of two Debian packages and of scikit-learn, under the licences that each of them states
(Creative Commons BY or BY-SA, or public domain; anything else is refused). `apt-get download` fetches the packages by
name and version; nothing is installed. Beside the folder are written photos-truth.csv (what each picture shows, for
tests and benchmarks), photos-origin.csv (the author, the licence and the source of each) and photos-copyright.txt (what
the packages say of their rights, word for word). Running it again writes the same bytes, given the same Pillow.
"""

from __future__ import annotations

import argparse
import csv
import io
import struct
import subprocess
import tempfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import sklearn.datasets
from PIL import Image

GCOMPRIS, LOMIRI = "gcompris-qt-data", "lomiri-wallpapers-16.04"
VERSIONS = {GCOMPRIS: "3.1-2", LOMIRI: "20.04.0-2"}
SORTED = "src/activities/categorization/resource/images"
ABROAD = "src/activities/explore_world_animals/resource/animals"
SCENES = {
    "aitzgorri_by_Aitzol_Berasategi": ((0.0, 0.1, 0.6), (0.4, 0.15, 0.6), (0.25, 0.4, 0.6), (0.6, 0.05, 0.4)),
    "life_by_Aitzol_Berasategi": ((0.0, 0.0, 0.5), (0.5, 0.0, 0.5), (0.25, 0.3, 0.5), (0.5, 0.5, 0.5), (0.0, 0.5, 0.5)),
    "picosdeeuropa_by_Aitzol_Berasategi": ((0.0, 0.1, 0.5), (0.5, 0.1, 0.5), (0.2, 0.4, 0.6), (0.35, 0.25, 0.4)),
    "seeding_by_Clements_Engelhardt": ((0.1, 0.0, 0.55), (0.5, 0.1, 0.5), (0.6, 0.5, 0.4), (0.3, 0.2, 0.5)),
    "sunset_by_Aitzol_Berasategi": ((0.2, 0.1, 0.6), (0.3, 0.2, 0.45), (0.0, 0.45, 0.55)),
    "Dragonfly_by_Bolly": ((0.0, 0.55, 0.45), (0.62, 0.3, 0.38), (0.15, 0.0, 0.35), (0.55, 0.0, 0.4)),
}
"""Landscapes and plants of the wallpapers: the left and upper edge and the size of each picture, as shares."""
FLOWER = ((0.0, 0.0, 1.0), (0.2, 0.1, 0.7))

BUILDINGS = """
    IndiaGate arcDeTriomphe bayterek burj cathedral colosseum eiffelTower empireState greatPyramid jucheTower
    kutubMinar leaningTowerOfPisa monument1 monument2 monument3 operaHouse parthenon tajMahal usCapitol zimniPalace
"""
THINGS = """
    hammer1 hammer2 hammer3 hammer4 hammer5 measuringTape1 measuringTape2 measuringTape3 measuringTape4 multimeter1
    multimeter2 nailCutter plier1 plier2 scissors2 screwDriver screwDriver1 screwDriver2 screwDriver3 sickle sideCutter1
    tweezer tweezer1 wrench wrench1
"""
HOUSEHOLD = "baseball bucket buffetset bulb chair cup knife pan pillow plate spoons volleyball weighingMachine"
ANIMALS = "chameleon crocodile dragon koala lemur moose panda polar_bear scarlet_macaw"
MILLS = ("", *range(1, 6), *range(7, 10), *range(11, 16))
CHOSEN = {
    "fish": [f"{SORTED}/fishes/fish{number}" for number in range(1, 29)],
    "building": [f"{SORTED}/monuments/{name}" for name in BUILDINGS.split()],
    "thing": [f"{SORTED}/tools/{name}" for name in THINGS.split()]
    + [f"{SORTED}/others/{name}" for name in HOUSEHOLD.split()],
    "windmill": [f"{SORTED}/renewable/windmill{number}" for number in MILLS],
    "animal": [f"{ABROAD}/{name}" for name in ANIMALS.split()],
}
"""The photographs of GCompris, by what they show. Each gives two pictures: the whole of it, and a closer one."""

ALBUMS = ("2022/07", "2022/summer trip", "2022/12", "2023/05", "2023/walks", "2024/02", "2024/02/phone", "2024/08")
SIDE = 480  # the longer side of a picture, in pixels, at most
CLOSER = 0.75  # the share of the width and height that the closer picture of a photograph shows
TURNED = 7  # one picture in so many lies on its side and says so in its EXIF data
SEED = 2024  # arbitrary, and fixed for ever
LICENCES = """The pictures of the folder photos are cut and made smaller from photographs of other people.
photos-origin.csv names the author, the licence and the source of each; each picture is under the licence of its
photograph, not under that of this project. Below is what the packages that hold the photographs say of the rights.

CC-BY-N    https://creativecommons.org/licenses/by/N/legalcode
CC-BY-SA-N https://creativecommons.org/licenses/by-sa/N/legalcode
CC0-1.0    https://creativecommons.org/publicdomain/zero/1.0/legalcode"""
FREE = ("CC-BY-", "CC0-", "public-domain")


@dataclass(frozen=True)
class Rights:
    """Who made a photograph, and what the package says of using it."""

    author: str
    licence: str
    source: str
    paragraph: str


@dataclass(frozen=True)
class Frame:
    """One picture: what it shows, the photograph that it is from, and which part of it (left, upper, size; shares)."""

    shows: str
    photograph: str
    origin: str
    part: tuple[float, float, float]


def unpacked(package: str, place: Path) -> Path:
    """The folder of the files of the Debian package, downloaded at its version."""
    subprocess.run(["apt-get", "download", f"{package}={VERSIONS[package]}"], cwd=place, check=True)
    (archive,) = place.glob(f"{package}_*.deb")
    subprocess.run(["dpkg-deb", "--extract", archive, place / package], check=True)
    return place / package


def read_resources(path: Path) -> dict[str, bytes]:
    """The files that a Qt resource file (.rcc) holds, by path.

    Source: the format is that of Qt's `rcc` tool: a tree of nodes, which name their data by offsets.
    """
    content = path.read_bytes()
    version, tree, data, names = struct.unpack_from(">IIII", content, 4)
    node_size = 22 if version >= 2 else 14

    def walk(number: int, folder: str) -> Iterator[tuple[str, bytes]]:
        at = tree + number * node_size
        name_at, flags = struct.unpack_from(">IH", content, at)
        (length,) = struct.unpack_from(">H", content, names + name_at)
        name = content[names + name_at + 6 :][: 2 * length].decode("utf-16-be") if number else ""
        if flags & 2:  # a folder
            count, first = struct.unpack_from(">II", content, at + 6)
            for child in range(first, first + count):
                yield from walk(child, f"{folder}{name}/")
            return
        (data_at,) = struct.unpack_from(">I", content, at + 10)
        (size,) = struct.unpack_from(">I", content, data + data_at)
        packed = content[data + data_at + 4 :][:size]
        yield folder + name, zlib.decompress(packed[4:]) if flags & 1 else packed

    return dict(walk(0, ""))


def rights_of(copyright_file: Path) -> dict[str, Rights]:
    """The rights in each file that Debian's copyright file names one by one, by its path without its suffix."""
    rights = {}
    for paragraph in copyright_file.read_text(encoding="utf-8").split("\n\n"):
        if not paragraph.startswith("Files:"):
            continue
        fields: dict[str, list[str]] = {"Comment": []}
        name = ""
        for line in paragraph.splitlines():
            if not line.startswith(" "):
                name, _, line = line.partition(":")
                fields[name] = []
            fields[name].append(line.strip())
        found = Rights(
            "; ".join(filter(None, fields["Copyright"])), fields["License"][0], " ".join(fields["Comment"]), paragraph
        )
        for file in " ".join(fields["Files"]).split():
            rights[str(PurePosixPath(file).with_suffix(""))] = found
    return rights


def frames() -> list[list[Frame]]:
    """The pictures of each photograph, in the order of their classes."""
    random = np.random.default_rng(SEED)
    shots = []
    for shows, names in CHOSEN.items():
        for name in names:
            left, upper = random.uniform(0, 1 - CLOSER, 2).round(3).tolist()
            shots.append([Frame(shows, name, GCOMPRIS, part) for part in ((0.0, 0.0, 1.0), (left, upper, CLOSER))])
    for name, parts in SCENES.items():
        shots.append([Frame("nature", f"16.04/{name}", LOMIRI, part) for part in parts])
    shots.append([Frame("nature", "flower", "scikit-learn", part) for part in FLOWER])
    shots.append([Frame("building", "china", "scikit-learn", part) for part in FLOWER])
    return shots


def gather(place: Path) -> tuple[dict[str, Image.Image], dict[str, Rights]]:
    """The photographs and the rights in them, by the names that `frames` uses."""
    games, walls = unpacked(GCOMPRIS, place), unpacked(LOMIRI, place)
    photographs = {}
    for activity in ("categorization", "explore_world_animals"):
        for name, content in read_resources(games / f"usr/share/gcompris-qt/rcc/{activity}.rcc").items():
            if name.endswith(".webp"):
                stem = str(PurePosixPath(name.removeprefix("/gcompris/")).with_suffix(""))
                photographs[stem] = Image.open(io.BytesIO(content))
    for file in (walls / "usr/share/backgrounds").glob("*.jpg"):
        photographs[f"16.04/{file.stem}"] = Image.open(file)
    rights = rights_of(games / f"usr/share/doc/{GCOMPRIS}/copyright")
    rights |= rights_of(walls / f"usr/share/doc/{LOMIRI}/copyright")
    words = (Path(sklearn.datasets.__file__).parent / "images/README.txt").read_text(encoding="utf-8")
    for name, author in (("china", "danielbuechele"), ("flower", "vultilion")):
        (said,) = (part.strip() for part in words.split("\n\n\n") if f"{name}.jpg" in part)
        photographs[name] = Image.fromarray(sklearn.datasets.load_sample_image(f"{name}.jpg"))
        source = next(line for line in said.splitlines() if line.startswith("[3]"))
        rights[name] = Rights(author, "CC-BY-2.0", source.removeprefix("[3]").strip(), said)
    return photographs, rights


def cut(photograph: Image.Image, part: tuple[float, float, float]) -> Image.Image:
    """That part of the photograph, its longer side at most `SIDE` pixels."""
    left, upper, size = part
    wide, high = photograph.size
    box = (left * wide, upper * high, (left + size) * wide, (upper + size) * high)
    width, height = int(size * wide), int(size * high)
    scale = min(1.0, SIDE / max(width, height))
    new = (round(width * scale), round(height * scale))
    return photograph.convert("RGB").resize(new, Image.Resampling.LANCZOS, box=box)


def save(picture: Image.Image, path: Path, turned: bool) -> None:
    """Write it as JPEG; if `turned`, on its side, with an EXIF note of that."""
    path.parent.mkdir(parents=True, exist_ok=True)
    exif = Image.Exif()
    if turned:
        exif[0x0112] = 6  # orientation: turn it to the right to see it upright
        picture = picture.transpose(Image.Transpose.ROTATE_90)
    picture.save(path, "JPEG", quality=82, optimize=True, exif=exif)


def make(out: Path) -> None:
    """Write the folder and the three files beside it.

    Raises:
        ValueError: a photograph whose licence is none of the free ones.
    """
    with tempfile.TemporaryDirectory() as place:
        photographs, rights = gather(Path(place))
        shots = frames()
        order = np.random.default_rng(SEED).permutation(len(shots)).tolist()
        taken = [frame for place in order for frame in shots[place]]
        truth, origin, said = [], [], {}
        for number, frame in enumerate(taken):
            found = rights[frame.photograph]
            if not found.licence.startswith(FREE):
                raise ValueError(f"{frame.photograph} is under {found.licence}, which is none of {', '.join(FREE)}")
            album = ALBUMS[number * len(ALBUMS) // len(taken)]
            file = f"{album}/IMG_{1200 + number:04d}.JPG"
            save(cut(photographs[frame.photograph], frame.part), out / "photos" / file, number % TURNED == 0)
            truth.append((file, frame.shows))
            version = VERSIONS.get(frame.origin, "")
            part = "whole" if frame.part[2] == 1 else "part"
            name = f"{frame.origin} {version}".strip()
            origin.append((file, part, name, frame.photograph, found.author, found.licence, found.source))
            said[found.paragraph] = name
    write_table(out / "photos-truth.csv", ("file", "class"), truth)
    columns = ("file", "part", "package", "photograph", "author", "licence", "source")
    write_table(out / "photos-origin.csv", columns, origin)
    write_rights(out / "photos-copyright.txt", said)
    print(f"{out / 'photos'}: {len(taken)} pictures of {len(shots)} photographs")


def write_rights(path: Path, said: dict[str, str]) -> None:
    """Write the paragraphs on the rights in the pictures, each under its package, with where the licences stand."""
    parts = [LICENCES]
    parts += [f"[{package}]\n{words}" for words, package in sorted(said.items(), key=lambda item: item[::-1])]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_table(path: Path, columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    """Write it as CSV, sorted by the first column."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(sorted(rows))


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Make data/photos from free photographs of packages.")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder that holds photos/")
    make(parser.parse_args().out)


if __name__ == "__main__":
    main()
