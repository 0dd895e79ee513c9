"""Labels as a folder of image files: for each class one, or as Hugging Face's imagefolder or FiftyOne read it.

Each holds `OUT/labels.csv`, what `tables.csv_text` writes, with the path of each file, and beside it

- `OUT/CLASS/image.png`: which `torchvision.datasets.ImageFolder` and most other programs read, and `OUT/classes.json`:
  class name and label by folder, because not every class name can be the name of a folder;
- `OUT/image.png` and `OUT/metadata.jsonl`: `file_name` and `label` of each, as `datasets.load_dataset("imagefolder",
  data_dir=OUT)` reads them, the class as the text that it is;
- `OUT/data/image.png` and `OUT/labels.json`: a `FiftyOneImageClassificationDataset`.

Files are copied, or linked to; pixels are PNG where there is no file.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label
from lada_explore.exchange.names import distinct
from lada_explore.exchange.picture_files import PictureFiles, file_names, stems, write_export
from lada_explore.exchange.tables import COLUMNS, row_of
from lada_explore.files import if_sound, reading

CLASSES_FILE = "classes.json"
TABLE_FILE = "labels.csv"
METADATA_FILE = "metadata.jsonl"
FIFTYONE_FILE = "labels.json"

_OF_EXPORTS = frozenset({TABLE_FILE, CLASSES_FILE, METADATA_FILE, FIFTYONE_FILE})


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

    def fill(beside: Path, there: Sequence[Label]) -> tuple[str, ...]:
        classes = {label.class_name: label.label for label in sorted(there, key=lambda label: label.label)}
        folders, files = distinct({name: (name, "") for name in classes}), file_names(there)
        for folder in folders.values():
            (beside / folder).mkdir()
        known = {folder: {"class": name, "label": classes[name]} for name, folder in folders.items()}
        _write_json(beside / CLASSES_FILE, known)
        paths = {label.id: f"{folders[label.class_name]}/{files[label.id]}" for label in there}
        return _write_pictures(there, paths, PictureFiles(images, links), beside)

    return write_export(labels, images, out, fill, replace=replace, is_export=is_export)


def write_image_folder(
    labels: Sequence[Label], images: RunImages, out: Path, *, links: bool = False, replace: bool = False
) -> tuple[str, ...]:
    """Write the labelled images beside their metadata, as the library datasets reads an "imagefolder".

    Its columns: image, label (the class name), id, file (the path in the folder of the images) and cycle. All else is
    as for `write_class_folders`.
    """

    def fill(beside: Path, there: Sequence[Label]) -> tuple[str, ...]:
        files = file_names(there)
        lines = [
            {
                "file_name": files[label.id],
                "label": label.class_name,
                "id": label.id,
                "file": label.file,
                "cycle": label.cycle,
            }
            for label in there
        ]
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (beside / METADATA_FILE).write_text(text, encoding="utf-8", newline="\n")
        return _write_pictures(there, files, PictureFiles(images, links), beside)

    return write_export(labels, images, out, fill, replace=replace, is_export=is_export)


def write_fiftyone(
    labels: Sequence[Label],
    class_names: Sequence[str],
    images: RunImages,
    out: Path,
    *,
    links: bool = False,
    replace: bool = False,
) -> tuple[str, ...]:
    """Write the labelled images as a `FiftyOneImageClassificationDataset`: labels by the name of a file without ending.

    Args:
        labels: labels of the run.
        class_names: by label; the file's own list of classes, in which the labels are positions.
        images: images of the run.
        out: as for `write_class_folders`, like what is returned and raised.
        links: as there.
        replace: as there.
    """

    def fill(beside: Path, there: Sequence[Label]) -> tuple[str, ...]:
        names = stems(there)
        known = {names[label.id][0]: label.label for label in there}
        _write_json(beside / FIFTYONE_FILE, {"classes": list(class_names), "labels": known})
        (beside / "data").mkdir()
        paths = {image_id: f"data/{stem}{ending}" for image_id, (stem, ending) in names.items()}
        return _write_pictures(there, paths, PictureFiles(images, links), beside)

    return write_export(labels, images, out, fill, replace=replace, is_export=is_export)


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
    return found - _OF_EXPORTS == listed


def _write_pictures(
    labels: Iterable[Label], paths: dict[int, str], files: PictureFiles, beside: Path
) -> tuple[str, ...]:
    """Write the file of each label to its path, and the table of them; returns sentences on the files."""
    with (beside / TABLE_FILE).open("w", encoding="utf-8", newline="") as table:
        writer = csv.DictWriter(table, fieldnames=(*COLUMNS, "path"), lineterminator="\n")
        writer.writeheader()
        for label in labels:
            files.write(label, beside / paths[label.id])
            writer.writerow({**row_of(label), "path": paths[label.id]})
    return files.notes()


def _write_json(place: Path, value: Any) -> None:
    place.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")
