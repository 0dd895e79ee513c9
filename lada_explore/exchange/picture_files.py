"""The files of labelled images in a folder that is exported: copies, links, or PNG where a reader takes no other."""

from __future__ import annotations

import errno
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from PIL import Image, ImageOps

from lada_explore.config.names import first_of
from lada_explore.errors import ConfigError
from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label
from lada_explore.exchange.names import distinct, folded
from lada_explore.files import Refusal, if_sound, write_folder

READ_BY_TORCHVISION = frozenset({".jpg", ".jpeg", ".png", ".ppm", ".bmp", ".pgm", ".tif", ".tiff", ".webp"})
"""File endings that `ImageFolder` reads; of any other file the first frame is written as an upright PNG."""


class PictureFiles:
    """Writes the files of images, and counts those that were not simply copied.

    Args:
        images: images of the run.
        links: link to the files instead of copying them.
    """

    def __init__(self, images: RunImages, links: bool) -> None:
        self._images, self._links = images, links
        self._converted = self._pages = self._drawn = self._unlinked = 0

    def write(self, label: Label, place: Path) -> None:
        """Write the file of a labelled image; the ending of the place says in which format."""
        source = self._images.file(label.id)
        if source is None:
            self._images.picture(label.id).save(place, format="PNG")
            self._drawn += bool(label.file)
        elif not place.name.lower().endswith(source.suffix.lower()):
            self._as_png(source, label.id, place)
            self._pages += not source.is_file()
            self._converted += source.is_file()
        elif not (self._links and self._linked(source, place)):
            shutil.copy2(source, place)

    def notes(self) -> tuple[str, ...]:
        """Sentences on files that were not simply copied."""
        counted = (
            (self._converted, "files written as PNG, because torchvision does not read their endings"),
            (self._pages, "pages of files, each written as a PNG of its own"),
            (
                self._unlinked,
                "files copied, because no links can be made here (on Windows only in developer mode)",
            ),
            (self._drawn, "files not found, whose pixels are written as the classifier saw them"),
        )
        return tuple(f"{what}: {n}" for n, what in counted if n)

    def _linked(self, source: Path, place: Path) -> bool:
        """Link to a file; whether that could be done."""
        try:
            place.symlink_to(source.resolve())
        except OSError as error:
            if error.errno == errno.ENOSPC:
                raise
            self._unlinked += 1
            return False
        return True

    def _as_png(self, source: Path, image_id: int, place: Path) -> None:
        """Write an image file as PNG, or the pixels which the classifier saw if the file cannot be read."""
        pixels = self._images.picture(image_id)
        with if_sound():
            pixels = self._images.whole(source)
        with if_sound():
            with Image.open(source) as opened:
                upright = ImageOps.exif_transpose(opened)
                mode = "RGBA" if upright.has_transparency_data else "RGB"
                converted = upright.convert(mode)
            pixels = converted
        pixels.save(place, format="PNG")


def file_names(labels: Sequence[Label]) -> dict[int, str]:
    """File name by image id, distinct across all folders so that a file can be moved between them.

    It is the file's own name; its whole path, escaped, if another file has the same name; the id if there are no files.
    """
    return distinct(dict(_wanted(labels, lambda own: own)))


def stems(labels: Sequence[Label]) -> dict[int, tuple[str, str]]:
    """(name without ending, ending) by image id; also the names without endings are distinct."""
    wanted = dict(_wanted(labels, lambda own: os.path.splitext(own)[0]))
    made = distinct({image_id: (stem, "") for image_id, (stem, _) in wanted.items()})
    return {image_id: (made[image_id], ending) for image_id, (_, ending) in wanted.items()}


def _wanted(labels: Sequence[Label], told_by: Callable[[str], str]) -> Iterator[tuple[int, tuple[str, str]]]:
    own = {label.id: PurePosixPath(label.file).name for label in labels}
    counts = Counter(folded(told_by(name)) for name in own.values())
    for label in labels:
        if not label.file:
            yield label.id, (f"{label.id:06d}", ".png")
            continue
        name = own[label.id] if counts[folded(told_by(own[label.id]))] == 1 else label.file
        stem, ending = os.path.splitext(name)
        yield label.id, ((stem, ending) if ending.lower() in READ_BY_TORCHVISION else (name, ".png"))


def write_export(
    labels: Sequence[Label],
    images: RunImages,
    out: Path,
    fill: Callable[[Path, Sequence[Label]], tuple[str, ...]],
    *,
    replace: bool,
    is_export: Callable[[Path], bool],
) -> tuple[str, ...]:
    """Make a folder that holds the files of labelled images.

    Args:
        labels: labels of the run.
        images: images of the run.
        out: the folder to make; it appears only when it is complete.
        fill: function that writes the labels of images that are there, and returns sentences on their files.
        replace: replace an earlier export, if its folder holds nothing else.
        is_export: function that tells whether a folder holds an export and nothing else.

    Returns:
        What `fill` returned, and a sentence on images that are left out.

    Raises:
        ConfigError: there are no labels, `out` is there and may not be replaced, or it cannot be written.
    """
    if not labels:
        raise ConfigError("no image of this run has a label yet; answer its first query, then export")
    missing = [label.file for label in labels if label.id in images.absent_ids]
    there = [label for label in labels if label.id not in images.absent_ids]
    if not there:
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
    notes = write_folder(out, lambda beside: fill(beside, there), overwrite=replace, refusal=refusal)
    return (*notes, *_missing_notes(missing))


def _missing_notes(files: Sequence[str]) -> list[str]:
    """A note on labelled images whose pictures are not there any more."""
    if not files:
        return []
    return [
        f"labelled images left out, because their files are gone or hold another picture: {first_of(files)}; the "
        "forms without pictures have them (csv, coco, parquet, label-studio)"
    ]
