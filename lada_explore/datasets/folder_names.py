"""What the names of folders say: dates and cameras, which are no classes, and programs, whose images are copies."""

from __future__ import annotations

import calendar
import os
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path

_OF_PROGRAMS = frozenset(
    {
        "#recycle",
        "#snapshot",
        "$recycle.bin",
        "@eadir",
        "@recycle",
        "__macosx",
        "lost+found",
        "system volume information",
    }
)
"""Folders that network drives, Windows, macOS and Linux create, in lower case: thumbnails, and what was removed."""

_THUMBNAILS = frozenset({"thumb", "thumbnail", "thumbnails", "thumbs"})
"""Folders that hold smaller copies of the images beside them, in lower case."""

_MONTHS = """
Januar Jänner Februar März Mai Juni Juli Oktober Dezember
janvier février mars avril mai juin juillet août septembre octobre novembre décembre
enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre
gennaio febbraio aprile maggio giugno luglio settembre ottobre dicembre
janeiro fevereiro março maio junho julho setembro outubro novembro dezembro
januari februari maart mei augustus
"""
"""Names of months in German, French, Spanish, Italian, Portuguese and Dutch, where they are not those in English."""

_YEAR, _MONTH, _DAY = r"(19|20)\d\d", r"(0[1-9]|1[0-2])", r"(0[1-9]|[12]\d|3[01])"
_DAY_ALONE = r"(0?[1-9]|[12]\d|3[01])"
_NAME = "|".join((*calendar.month_name[1:], *calendar.month_abbr[1:], *_MONTHS.split()))
_DATES = (
    rf"{_YEAR}([-_.]?{_MONTH}([-_.]?{_DAY})?)?",
    rf"{_YEAR}[-_.]?{_MONTH}[-_.]?{_DAY}[-_. ]+\D.*",
    rf"{_YEAR}[-_. ]*({_NAME})|({_NAME})[-_. ]*{_YEAR}",
    rf"{_DAY_ALONE}[-_. ]+{_DAY_ALONE}[-_. ]+{_YEAR}",
    rf"(.*[-_., ])?{_DAY_ALONE}\.?[-_ ]+({_NAME})[-_., ]+{_YEAR}|({_NAME})[-_ ]+{_DAY_ALONE}[-_., ]+{_YEAR}",
    rf"{_YEAR}[-_. ]?(Q[1-4]|(K|C)?W[-_. ]?\d\d?)",
    rf"(photos?|pictures?|fotos?|bilder|immagini|imagens|imágenes)[-_ ]\D*{_YEAR}",
)
_DATE = re.compile("|".join(_DATES), re.IGNORECASE)
_PART_OF_A_YEAR = re.compile(
    rf"0?[1-9]|1[0-2]|({_MONTH}[-_. ]*)?({_NAME})|{_MONTH}[-_.]?{_DAY}|Q[1-4]|(K|C)?W[-_. ]?\d\d?", re.IGNORECASE
)
_PART_OF_A_MONTH = re.compile(r"0?[1-9]|[12]\d|3[01]")
_CAMERA = re.compile(r"(?=.*\D)[1-9]\d\d[A-Z0-9_]{5}")
"""Folders of cameras, as their standard DCF has it: 100CANON, 101_PANA, 100APPLE."""


def composed(name: str) -> str:
    """The name in composed form: macOS stores names in decomposed form (NFD), while typed names are composed (NFC)."""
    return unicodedata.normalize("NFC", name)


def is_of_a_program(name: str) -> bool:
    """Whether a folder of this name is none of a person's own."""
    return name.lower() in _OF_PROGRAMS


def holds_thumbnails(name: str) -> bool:
    """Whether a folder of this name, beside images, holds smaller copies of them."""
    return name.lower() in _THUMBNAILS


def dates(place: Path, folders: Sequence[str]) -> list[str]:
    """Those of the folders in a place that look like dates; none where there are other numbers, as among 0 to 3000."""
    # The place may be a link, or end in "..".
    *_, above, here = "", "", *Path(os.path.realpath(place)).parts
    kinds = [_DATE]
    if re.fullmatch(_YEAR, here):
        kinds.append(_PART_OF_A_YEAR)
    elif re.fullmatch(_YEAR, above) and _PART_OF_A_YEAR.fullmatch(here):
        kinds.append(_PART_OF_A_MONTH)
    found = [name for name in folders if any(kind.fullmatch(composed(name)) for kind in kinds)]
    return [] if any(name.isdigit() for name in folders if name not in found) else found


def of_cameras(folders: Sequence[str]) -> list[str]:
    """Those of the folders that cameras name so."""
    return [name for name in folders if _CAMERA.fullmatch(name)]
