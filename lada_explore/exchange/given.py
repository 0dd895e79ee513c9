"""Labels as they stand in a file, before they are compared with the images and the classes of a run."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lada_explore.errors import ConfigError
from lada_explore.files import Unreadable

_MAX_DIGITS = 18
LARGE = 10**_MAX_DIGITS
"""Stands for every number that is larger; no pool has so many images."""

OF_LABELS = Unreadable(
    error=ConfigError,
    damaged="cannot be read",
    remedy="give a CSV file, another table (TSV, .xlsx, Parquet), JSON of COCO, Label Studio or FiftyOne, or a folder "
    "of class folders",
    missing="cannot be read (there is no such file); give a CSV file, or another file or folder of labels",
)


class Naming(StrEnum):
    """What the text that names an image is.

    PATH: path or name of its file. STEM: the same without the ending of the name, as in FiftyOne's labels.json.
    UPLOAD: path that Label Studio gave to an uploaded file, whose name begins with eight hexadecimal digits and "-".
    """

    PATH = "path"
    STEM = "stem"
    UPLOAD = "upload"


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One label as it was read from a file. Every text stands as it is in the file.

    Attributes:
        where: "line 3", a cell or a path, for messages.
        id: dataset index; -1 where only the file is given.
        id_text: how the file writes it, where it may be a name as well; "" where it is certainly an id of the run.
        exported: whether the id is that of the run that exported the label, which can be another one: the file decides
            where it is that of one image.
        file: path or name of the image's file; "" where only the id is given.
        class_name: name of the class; "" where there is no column for names alone.
        label: name of the class, or its number, of a column or a key that may hold either; "" without one.
        more_files: further paths or names of the same image, from other columns.
        more_classes: further names of its class, from other columns.
        naming: what `file` is.
        fault: why the label cannot be taken, as far as the file alone tells; "" if nothing is wrong with it.
        annotator: who gave it; "" where that is not said.
    """

    where: str
    id: int = -1
    id_text: str = ""
    exported: bool = False
    file: str = ""
    class_name: str = ""
    label: str = ""
    more_files: tuple[str, ...] = ()
    more_classes: tuple[str, ...] = ()
    naming: Naming = Naming.PATH
    fault: str = ""
    annotator: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenLabels:
    """All labels of a file.

    Attributes:
        entries: the labels, in the order of the file.
        form: what the file was taken for, as "CSV" or "Label Studio".
        notes: sentences on how the file was read, where that was not certain.
    """

    entries: tuple[Given, ...]
    form: str
    notes: tuple[str, ...] = ()


def number(text: str) -> int:
    """The number that a text of digits says, or `LARGE` if that is larger; -1 for any other text."""
    if not (text.isascii() and text.isdecimal()):
        return -1
    digits = text.lstrip("0")  # Python converts no text of more than 4,300 digits.
    return LARGE if len(digits) > _MAX_DIGITS else int(digits or "0")
