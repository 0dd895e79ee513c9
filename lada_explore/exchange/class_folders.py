"""Labels as a folder for each class, which `torchvision.datasets.ImageFolder` and most other programs read.

- `OUT/CLASS/image.png`: copies of the files, or links to them; pixels as PNG where there is no file.
- `OUT/classes.json`: class name and label by folder, because not every class name can be the name of a folder.
- `OUT/labels.csv`: what `tables.csv_text` writes, with the path of each file.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

from lada_explore.errors import ConfigError
from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label
from lada_explore.exchange.names import distinct
from lada_explore.exchange.tables import COLUMNS, row_of
from lada_explore.files import Refusal, if_sound, reading, write_folder

CLASSES_FILE = "classes.json"
TABLE_FILE = "labels.csv"

MAX_NAMED = 3
"""Files that a note names; of more, it gives the number."""

READ_BY_TORCHVISION = frozenset({".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"})
"""File endings that `ImageFolder` reads; of any other file the first frame is written as an upright PNG."""


def write_class_folders(
    labels: Sequence[Label], images: RunImages, out: Path, *, links: bool = False, replace: bool = False
) -> tuple[str, ...]:
    """Sort the labelled images into a folder for each class that has one.

    Args:
        labels: labels of the run.
        images: images of the run.
        out: the folder to make; it appears only when it is complete.
        links: link to the files instead of copying them.
        replace: replace an earlier export, if its folder holds nothing else.

    Returns:
        Sentences on files that were not simply copied.

    Raises:
        ConfigError: there are no labels, `out` is there and may not be replaced, or it cannot be written.
    """
    if not labels:
        raise ConfigError("no image of this run has a label yet; answer its first query, then export")
    missing = [label.file for label in labels if label.id in images.absent_ids]
    labels = [label for label in labels if label.id not in images.absent_ids]
    if not labels:
        raise ConfigError(
            f"the pictures of all {len(missing):,} labelled images are gone or have changed; restore them"
        )
    why = "holds more than an earlier export" if replace else "exists already"
    refusal = Refusal(
        error=ConfigError,
        remedy="choose another folder with --out",
        taken=f"{why} and is left as it is; choose another folder with --out",
    )
    if os.path.lexists(out) and (not out.is_dir() or any(out.iterdir())) and not (replace and is_export(out)):
        raise ConfigError(f"{out} {refusal.taken}")
    notes = write_folder(out, lambda beside: _fill(beside, labels, images, links), overwrite=replace, refusal=refusal)
    return (*notes, *_missing_notes(missing))


def _missing_notes(files: Sequence[str]) -> list[str]:
    """A note on labelled images whose pictures are not there any more."""
    if not files:
        return []
    shown = ", ".join(files[:MAX_NAMED]) + (f" and {len(files) - MAX_NAMED:,} more" if files[MAX_NAMED:] else "")
    return [
        f"labelled images left out, because their files are gone or hold another picture: {shown}; the other forms "
        "of labels have them"
    ]


def is_export(folder: Path) -> bool:
    """Whether a folder holds an export and nothing else, so that what replacing it loses can be exported again."""
    place, listed = folder / TABLE_FILE, None
    with if_sound(), reading(place), place.open(encoding="utf-8", newline="") as table:
        listed = {row["path"] for row in csv.DictReader(table)}
    if listed is None:
        return False
    found = {
        path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir() or path.is_symlink()
    }
    return found == listed | {TABLE_FILE, CLASSES_FILE}


def _fill(out: Path, labels: Sequence[Label], images: RunImages, links: bool) -> tuple[str, ...]:
    classes = {label.class_name: label.label for label in sorted(labels, key=lambda label: label.label)}
    folders = distinct({name: (name, "") for name in classes})
    files = file_names(labels)
    for folder in folders.values():
        (out / folder).mkdir()
    lines, converted, pages, drawn = [], 0, 0, 0
    for label in labels:
        path = f"{folders[label.class_name]}/{files[label.id]}"
        source = images.file(label.id)
        if source is None:
            images.picture(label.id).save(out / path, format="PNG")
            drawn += bool(label.file)
        elif not files[label.id].lower().endswith(source.suffix.lower()):
            _as_png(source, images, label.id, out / path)
            pages, converted = (pages, converted + 1) if source.is_file() else (pages + 1, converted)
        elif links:
            (out / path).symlink_to(source.resolve())
        else:
            shutil.copy2(source, out / path)
        lines.append({**row_of(label), "path": path})
    known = {folder: {"class": name, "label": classes[name]} for name, folder in folders.items()}
    (out / CLASSES_FILE).write_text(json.dumps(known, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    with (out / TABLE_FILE).open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, fieldnames=(*COLUMNS, "path"), lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    notes = []
    if converted:
        notes.append(f"files written as PNG, because torchvision does not read their endings: {converted}")
    if pages:
        notes.append(f"pages of files, each written as a PNG of its own: {pages}")
    if drawn:
        notes.append(f"files not found, whose pixels are written as the classifier saw them: {drawn}")
    return tuple(notes)


def file_names(labels: Sequence[Label]) -> dict[int, str]:
    """File name by image id, distinct across all folders so that a file can be moved between them.

    It is the file's own name; its whole path, escaped, if another file has the same name; the id if there are no files.
    """
    own = {label.id: PurePosixPath(label.file).name for label in labels}
    counts = Counter(name.casefold() for name in own.values())
    wanted: dict[int, tuple[str, str]] = {}
    for label in labels:
        if not label.file:
            wanted[label.id] = f"{label.id:06d}", ".png"
            continue
        name = own[label.id] if counts[own[label.id].casefold()] == 1 else label.file
        stem, ending = os.path.splitext(name)
        wanted[label.id] = (stem, ending) if ending.lower() in READ_BY_TORCHVISION else (name, ".png")
    return distinct(wanted)


def _as_png(source: Path, images: RunImages, image_id: int, place: Path) -> None:
    """Write an image file as PNG, or the pixels which the classifier saw if the file cannot be read."""
    pixels = images.picture(image_id)
    with if_sound():
        pixels = images.whole(source)
    with if_sound():
        with Image.open(source) as opened:
            upright = ImageOps.exif_transpose(opened)
            mode = "RGBA" if upright.has_transparency_data else "RGB"
            converted = upright.convert(mode)
        pixels = converted
    pixels.save(place, format="PNG")
