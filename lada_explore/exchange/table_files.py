"""Tables in files: text with separators, Excel and Parquet. Every cell is taken as the text that it shows."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange.given import OF_LABELS
from lada_explore.files import converting, if_sound, reading, reason_of

SEPARATORS = (",", ";", "\t", "|")

_MAX_UNPACKED = 2**30
"""Largest size of an unpacked Excel file in bytes: a damaged or malicious one can claim any."""

_SHOWN = {"\t": "tab"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read.

    Attributes:
        header: names of the columns, as they stand.
        rows: (what to call the row, its cells, why it cannot be taken or ""). A row may be shorter than the header.
        form: what it was taken for.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...], str], ...]
    form: str


def text_table(text: str, path: Path, knows: Callable[[Sequence[str]], bool], *, tsv: bool = False) -> Table:
    """A table with a header line, its cells separated by a comma, a semicolon, a tab or a bar (RFC 4180 otherwise).

    Args:
        text: the whole text.
        path: the file, for messages.
        knows: function that tells whether a header has the columns that are needed.
        tsv: whether the name of the file says that tabs separate its cells.

    Raises:
        ConfigError: it is no such table, or a row has more cells than the header.
    """
    skipped = 0
    stated = text[:6].lower()
    separators: tuple[str, ...] = SEPARATORS
    if stated.startswith("sep=") and len(text) > 4 and text[5:6] in ("\n", "\r"):
        # Excel writes and reads this line before the header.
        separators, skipped = (text[4],), 1
        text = text[5:].removeprefix("\r").removeprefix("\n")
    elif tsv:
        separators = ("\t",)
    headers = {separator: _header(text, separator) for separator in separators}
    known = [separator for separator, found in headers.items() if isinstance(found, list) and knows(found)]
    most = max(separators, key=lambda separator: len(found) if isinstance(found := headers[separator], list) else 0)
    separator = known[0] if known else most
    return _separated(text, path, separator, skipped)


def _header(text: str, separator: str) -> list[str] | None:
    with if_sound():
        return next(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True), [])
    return None


def _separated(text: str, path: Path, separator: str, skipped: int) -> Table:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)

    def no_csv(error: Exception) -> LadaError:
        return ConfigError(
            f"{path} cannot be read as CSV (line {reader.line_num + skipped}: {reason_of(error)}); correct that line "
            "and import again"
        )

    with converting(no_csv):
        header = tuple(next(reader, []))
        rows = [(reader.line_num + skipped, tuple(row)) for row in reader if row]
    for line, row in rows:
        if len(row) > len(header) and any(cell.strip() for cell in row[len(header) :]):
            raise ConfigError(
                f"{path} has {len(row)} cells in line {line} and {len(header)} columns; write a cell that holds "
                f"{_SHOWN.get(separator, repr(separator))} in double quotes, and import again"
            )
    kind = "CSV" if separator == "," else f"CSV with {_SHOWN.get(separator, repr(separator))} between its cells"
    return Table(header=header, rows=tuple((f"line {line}", row, "") for line, row in rows), form=kind)


def json_lines(lines: Sequence[tuple[str, Mapping[str, Any]]], form: str) -> Table:
    """A table of objects; texts as they stand, other values as JSON writes them."""
    header = tuple(dict.fromkeys(str(key) for _, line in lines for key in line))
    rows = tuple((where, tuple(_text_of(line.get(key, "")) for key in header), "") for where, line in lines)
    return Table(header=header, rows=rows, form=form)


def _text_of(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def excel_table(path: Path, knows: Callable[[Sequence[str]], bool]) -> Table:
    """The sheet of an Excel file that has the columns that are needed; its first row with text is the header.

    Raises:
        ConfigError: it is no such file, no sheet or several sheets have the columns, or openpyxl is not installed.
    """
    with reading(path, OF_LABELS), zipfile.ZipFile(path) as packed:
        unpacked = sum(part.file_size for part in packed.infolist())
    if unpacked > _MAX_UNPACKED:
        raise OF_LABELS.because(path, f"unpacked it has {unpacked:,} bytes, and {_MAX_UNPACKED:,} is the limit")
    from openpyxl import load_workbook

    sheets: dict[str, list[tuple[str, tuple[str, ...], str]]] = {}
    with reading(path, OF_LABELS):
        book = load_workbook(path, read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheets[sheet.title] = list(_rows_of(sheet))
        finally:
            book.close()
    named = [name for name, rows in sheets.items() if rows and knows(rows[0][1])]
    if len(named) > 1:
        raise ConfigError(
            f"{path} has labels on the sheets {' and '.join(map(repr, named[:3]))}; leave one of them, and import again"
        )
    rows = sheets[named[0]] if named else next((rows for rows in sheets.values() if rows), [])
    return Table(header=rows[0][1] if rows else (), rows=tuple(rows[1:]), form="Excel")


def _rows_of(sheet: Any) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for place, cells in enumerate(sheet.iter_rows(), start=1):
        found = [_shown(cell) for cell in cells]
        texts = tuple(text for text, _ in found)
        if any(texts) or any(fault for _, fault in found):
            fault = next((f"cell {cell.coordinate} {why}" for cell, (_, why) in zip(cells, found) if why), "")  # noqa: B905
            yield f"row {place}", texts, fault


def _shown(cell: Any) -> tuple[str, str]:
    """The text that a cell shows, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, str):
        # Excel stores what no XML can hold as _xHHHH_; openpyxl has put that back.
        return value, "holds an error of Excel" if cell.data_type == "e" else ""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), ""
    if isinstance(value, date | time):
        return (
            "",
            "holds a date, of which the text that was typed is not known; format the column as text, type it again",
        )
    style = cell.number_format or "General"
    whole = int(value) if isinstance(value, int) or value.is_integer() else None
    if whole is not None and style and set(style) == {"0"}:
        return f"{whole:0{len(style)}d}", ""
    if style not in ("General", "@", "0"):
        return "", f"holds a number that is shown as {style!r}; format the column as text, type it again"
    return (str(whole) if whole is not None else repr(value)), ""


def parquet_table(content: bytes, path: Path) -> Table:
    """The columns of a Parquet file; numbers and dictionaries as text, nothing else is changed.

    Raises:
        ConfigError: it is damaged, or pyarrow, which reads it, is not installed.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigError(
            f"{path} is Parquet, which is read by pyarrow, and that is not installed; "
            "`pip install 'lada-explore[parquet]'`, or give the labels as CSV"
        ) from error
    with reading(path, OF_LABELS):
        found = parquet.read_table(io.BytesIO(content))
        columns = [_texts_of(found.column(place), pyarrow) for place in range(found.num_columns)]
        header = tuple(map(str, found.column_names))
    rows = tuple((f"row {place}", tuple(cells), "") for place, cells in enumerate(zip(*columns, strict=True), start=1))
    return Table(header=header, rows=rows, form="Parquet")


def _texts_of(column: Any, pyarrow: Any) -> list[str]:
    """The cells of a column as texts; a struct with a path, as the library datasets stores pictures, as that path."""
    from pyarrow import compute

    kind = column.type
    if pyarrow.types.is_struct(kind) and "path" in [kind.field(place).name for place in range(kind.num_fields)]:
        column = compute.struct_field(column, "path")
    if pyarrow.types.is_nested(column.type) or pyarrow.types.is_binary(column.type):
        return [""] * len(column)
    return [_text_of(value) for value in column.to_pylist()]
