"""Export of a run folder's labels to files, as the command line does it.

Torch is loaded only where the images of the run are needed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lada_explore.config import unknown
from lada_explore.config.paths import FOLDER, expanded
from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange import (
    FORMS,
    Label,
    LabelExport,
    PlacedForm,
    RunImages,
    TextForm,
    guesses_of,
    labels_of,
)
from lada_explore.files import OF_EXPORT, converting, encoded, reason_of, write_file
from lada_explore.records import ByteArray
from lada_explore.store import RecordedRun, open_run

if TYPE_CHECKING:
    from lada_explore.datasets import ImageSet


BY_ID = ("csv", "parquet")
"""Forms in which labels are of use without the names of the images."""


def export_labels(
    run: Any,
    out: str | Path | None = None,
    form: str = "folders",
    *,
    links: bool = False,
    replace: bool = False,
    data: str | Path | None = None,
) -> str:
    """Write the current labels of a run.

    Args:
        run: a run folder or its path, a recorded run, or a session.
        out: file or folder to write; None prints CSV, COCO and the tasks of Label Studio.
        form: one of `lada_explore.exchange.FORMS`; "folders" makes a folder for each class, which
            `torchvision.datasets.ImageFolder` reads, "imagefolder" one for the library datasets.
        links: whether a folder of image files holds links to them instead of copies.
        replace: whether such a folder may replace an earlier export; a folder that holds anything else is never
            replaced. Files of the other forms are always overwritten.
        data: the folder of the images, if it has moved; only forms with the pictures themselves need it.

    Returns:
        Sentences on what was written, or when it was printed on what is missing in it.

    Raises:
        LadaError: an unknown form, images that are gone or have changed, or a place that cannot be written.
    """
    if form not in FORMS:
        raise unknown("form of labels", form, list(FORMS))
    chosen = FORMS[form]
    if out is None and not isinstance(chosen, TextForm):
        raise ConfigError(f"labels as {form} need a place; name one with --out")
    recorded = open_run(run if isinstance(run, (str, Path)) else run.path if hasattr(run, "path") else run.folder.path)
    copies = isinstance(chosen, PlacedForm) and chosen.needs_pictures
    images, missing = images_of(recorded, data) if copies or data is not None else None, ""
    if images is None:
        images, missing = _images_or_ids(recorded, form)
    labels = labels_of(recorded, images.name)
    given = LabelExport(
        labels=labels,
        class_names=recorded.class_names,
        images=images,
        guesses=guesses_of(recorded.history),
        links=links,
        replace=replace,
    )
    place = None if out is None else expanded(out)
    if isinstance(chosen, TextForm):
        write_out(chosen.text(given), recorded, place)
        return missing if place is None else "\n".join(filter(None, (missing, _written(labels, place))))
    assert place is not None
    recorded.require_outside(place)
    if copies:
        _require_elsewhere(place, images.root)
    if not labels and chosen.needs_labels:
        return "no image of this run has a label yet, so nothing was written; answer its first query and export again"
    written = [label for label in labels if not copies or label.id not in images.absent_ids]
    return "\n".join(filter(None, (missing, *chosen.write(given, place), _written(written, place))))


def _require_elsewhere(out: Path, root: Path | None) -> None:
    """Raises ConfigError for a place in the folder of the images, where copies of them would be new images."""
    if root is not None and Path(os.path.realpath(out)).is_relative_to(os.path.realpath(root)):
        raise ConfigError(
            f"{out} is in {root}, the folder of the images of this run, which would take the copies for new images; "
            "choose a folder elsewhere with --out"
        )


def _images_or_ids(run: RecordedRun, form: str) -> tuple[RunImages, str]:
    """The images of a run as it knows them, or their ids alone, with a sentence on why.

    Raises:
        LadaError: the run does not know its images, they are gone or have changed, and the form needs their names.
    """
    try:
        return known_images_of(run), ""
    except LadaError as error:
        own = run.config.data.name.startswith(FOLDER)
        if run.items is not None:
            raise
        if own and form not in BY_ID:
            raise ConfigError(
                f"{error}; or export with --labels {' or '.join(BY_ID)}, which can do with ids"
            ) from error
        _, height, width = run.info.image_shape
        images = RunImages(pixels=(), sizes=((width, height),) * run.info.pool_size)
        return images, f"the labels have the ids of their images and no file names, because {error}" if own else ""


def known_images_of(run: RecordedRun) -> RunImages:
    """The images of a run as it knows them, without reading any; by `images_of` where it does not. Raises as that."""
    items = run.items
    if items is None:
        return images_of(run)
    from lada_explore.datasets.decode import readable

    root = Path(items.head.folder) if items.head.folder else None
    return RunImages(
        pixels=(),
        names=tuple(readable(item.name) for item in items.train),
        root=root,
        files=() if root is None else tuple(root / item.name for item in items.train),
        sizes=tuple((item.width, item.height) for item in items.train),
    )


def images_of(run: RecordedRun, place: str | Path | None = None) -> RunImages:
    """The images of a run, read from where they are.

    Args:
        run: the run.
        place: the folder of the images, if it has moved.

    Raises:
        LadaError: the images are gone, or are others than those of the run.
    """
    from lada_explore.session.own_items import found_images

    found = found_images(run.folder, place)
    train, own = found.data.train, run.config.data.name.startswith(FOLDER)
    root = expanded(run.config.data.name.removeprefix(FOLDER)) if own else None
    if found.items is not None and found.items.head.folder:
        root = Path(found.items.head.folder)
    return RunImages(
        pixels=_Pixels(train),
        names=train.item_names or (),
        root=root,
        files=train.files or (),
        reader=train.reader,
        absent_ids=frozenset(train.absent_ids.tolist()),
    )


class _Pixels:
    """Pixels (D, H, W) of the images of a set by id, read when they are asked for."""

    def __init__(self, images: ImageSet) -> None:
        self._images = images

    def __len__(self) -> int:
        return len(self._images)

    def __getitem__(self, image_id: int) -> ByteArray:
        pixels: ByteArray = self._images.take([image_id])[0].numpy()
        return pixels


def write_out(text: str, run: RecordedRun, out: Path | None) -> None:
    """Write a text to a file, or to standard output when `out` is None.

    Raises:
        ConfigError: the file cannot be written, or lies inside the run.
    """
    if out is None:
        with converting(_not_printed):
            shown = encoded(text).decode()
            shown.encode(sys.stdout.encoding or "utf-8")  # Or the stream would write escapes into the data.
            sys.stdout.write(shown)
            sys.stdout.flush()
        return
    place = expanded(out)
    run.require_outside(place)
    write_file(place, encoded(text), overwrite=True, refusal=OF_EXPORT)


def _not_printed(error: Exception) -> LadaError:
    return ConfigError(f"standard output cannot be written ({reason_of(error)}); name a file with --out")


def _written(labels: list[Label], out: Path) -> str:
    n = len({label.label for label in labels})
    what = "1 label is" if len(labels) == 1 else f"{len(labels):,} labels in {n} class{'es' if n != 1 else ''} are"
    return f"{what} in {out}"
