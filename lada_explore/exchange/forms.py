"""The forms in which labels are exported, by name: a new one is a function and a line in `FORMS`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lada_explore.exchange.class_folders import write_class_folders, write_fiftyone, write_image_folder
from lada_explore.exchange.documents import Guess, coco_text, label_studio_text
from lada_explore.exchange.images import RunImages
from lada_explore.exchange.labels import Label
from lada_explore.exchange.tables import csv_text, write_parquet


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LabelExport:
    """What is exported.

    Attributes:
        labels: labels of the run.
        class_names: by label.
        images: images of the run.
        guesses: what the classifiers of the run take images for, by id.
        links: whether a form that holds the files has links to them instead of copies.
        replace: whether a form that is a folder may replace an earlier export.
    """

    labels: Sequence[Label]
    class_names: Sequence[str]
    images: RunImages
    guesses: Mapping[int, Guess] = field(default_factory=dict)
    links: bool = False
    replace: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TextForm:
    """A form that is a text, which can be printed too.

    Attributes:
        text: function from what is exported to the whole text.
    """

    text: Callable[[LabelExport], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacedForm:
    """A form that needs a file or a folder of its own.

    Attributes:
        write: function that makes the file or folder, and returns sentences on what was not simply written.
        needs_labels: whether nothing is written while the run has no label yet.
        needs_pictures: whether the pictures themselves are written, for which they have to be there.
    """

    write: Callable[[LabelExport, Path], tuple[str, ...]]
    needs_labels: bool = False
    needs_pictures: bool = False


def _folders(given: LabelExport, out: Path) -> tuple[str, ...]:
    return write_class_folders(given.labels, given.images, out, links=given.links, replace=given.replace)


def _image_folder(given: LabelExport, out: Path) -> tuple[str, ...]:
    return write_image_folder(given.labels, given.images, out, links=given.links, replace=given.replace)


def _fiftyone(given: LabelExport, out: Path) -> tuple[str, ...]:
    choices = {"links": given.links, "replace": given.replace}
    return write_fiftyone(given.labels, given.class_names, given.images, out, **choices)


def _parquet(given: LabelExport, out: Path) -> tuple[str, ...]:
    write_parquet(given.labels, out)
    return ()


def _label_studio(given: LabelExport) -> str:
    return label_studio_text(given.labels, given.class_names, given.guesses, given.images.name)


FORMS: Mapping[str, TextForm | PlacedForm] = {
    "csv": TextForm(text=lambda given: csv_text(given.labels)),
    "folders": PlacedForm(write=_folders, needs_labels=True, needs_pictures=True),
    "coco": TextForm(text=lambda given: coco_text(given.labels, given.class_names, given.images.size)),
    "parquet": PlacedForm(write=_parquet),
    "label-studio": TextForm(text=_label_studio),
    "imagefolder": PlacedForm(write=_image_folder, needs_labels=True, needs_pictures=True),
    "fiftyone": PlacedForm(write=_fiftyone, needs_labels=True, needs_pictures=True),
}
"""Values of `lada-explore export --labels`."""
