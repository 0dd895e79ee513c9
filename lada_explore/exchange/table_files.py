"""Tables in files: text with separators, Excel and Parquet. Every cell is taken as the text that it shows."""

from __future__ import annotations

import csv
import io
import itertools
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError, LadaError
from lada_explore.exchange.given import OF_LABELS
from lada_explore.files import converting, if_sound, reading, reason_of

SEPARATORS = (",", ";", "\t", "|")

_MAX_UNPACKED = 2**30
"""Largest size of an unpacked Excel file in bytes: a damaged or malicious one can claim any."""

_SHOWN = {"\t": "tab"}

_INSTEAD = {
    "content.xml": "it is a spreadsheet of OpenDocument; save it as .xlsx or CSV",
    "xl/workbook.bin": "it is a binary file of Excel; save it as .xlsx or CSV",
}
"""What a packed file is that holds such a part."""

_PACKED = "it is an archive and no Excel file; unpack it and give what is in it"

_MAX_ABOVE = 20
"""Rows among which the header is looked for: titles and remarks stand above it."""

Knows = Callable[[Sequence[str]], bool]
"""Tells whether a header has the columns that are needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of a table.

    Attributes:
        where: what to call it, as "line 3".
        cells: its texts, which may be fewer than the columns.
        faults: why a cell cannot be taken, by column.
    """

    where: str
    cells: tuple[str, ...]
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table as it was read.

    Attributes:
        header: names of the columns, as they stand.
        rows: the rows with text.
        form: what it was taken for.
        notes: sentences on what was left out of it.
    """

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    form: str
    notes: tuple[str, ...] = ()


def table_of(rows: Sequence[Row], knows: Knows, form: str) -> Table:
    """A table of the rows of a file: the header is the first one that has the columns, or the first one with text."""
    filled = [row for row in rows if any(cell.strip() for cell in row.cells) or row.faults]
    place = next((place for place, row in enumerate(filled[:_MAX_ABOVE]) if knows(row.cells)), 0)
    notes = (f"the header stands in {filled[place].where}; what is above it was left out",) if place else ()
    header = filled[place].cells if filled else ()
    return Table(header=header, rows=tuple(filled[place + 1 :]), form=form, notes=notes)


def text_table(text: str, path: Path, knows: Knows, *, tsv: bool = False) -> Table:
    """A table with a header line, its cells separated by a comma, a semicolon, a tab or a bar (RFC 4180 otherwise).

    Args:
        text: the whole text.
        path: the file, for messages.
        knows: function that tells whether a header has the columns that are needed.
        tsv: whether the name of the file says that tabs separate its cells, which decides where two would do.

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
        separators = ("\t", *SEPARATORS)
    return _separated(text, path, min(separators, key=lambda separator: _rank(text, separator, knows)), skipped, knows)


def _rank(text: str, separator: str, knows: Knows) -> tuple[int, int]:
    """How well a separator suits a text, less is better: where the header comes with it, then the columns it makes."""
    rows: list[list[str]] = []
    with if_sound():
        for row in itertools.islice(_reader(text, separator), _MAX_ABOVE):
            rows.append(row)
    place = next((place for place, row in enumerate(rows) if knows(row)), _MAX_ABOVE)
    return place, -len(next((row for row in rows if row), []))


def _reader(text: str, separator: str) -> Any:
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _separated(text: str, path: Path, separator: str, skipped: int, knows: Knows) -> Table:
    reader = _reader(text, separator)

    def no_csv(error: Exception) -> LadaError:
        return ConfigError(
            f"{path} cannot be read as CSV (line {reader.line_num + skipped}: {reason_of(error)}); correct that line "
            "and import again"
        )

    with converting(no_csv):
        rows = [Row(where=f"line {reader.line_num + skipped}", cells=tuple(row)) for row in reader]
    kind = "CSV" if separator == "," else f"CSV with {_SHOWN.get(separator, repr(separator))} between its cells"
    table = table_of(rows, knows, kind)
    n = len(table.header)
    long = next((row for row in table.rows if any(cell.strip() for cell in row.cells[n:])), None)
    if long is not None and knows(table.header):
        raise ConfigError(
            f"{path} has {len(long.cells)} cells in {long.where} and {n} columns; write a cell that holds "
            f"{_SHOWN.get(separator, repr(separator))} in double quotes, and import again"
        )
    return table


def json_lines(lines: Sequence[tuple[str, Mapping[str, Any]]], form: str) -> Table:
    """A table of objects; texts as they stand, other values as JSON writes them."""
    header = tuple(dict.fromkeys(str(key) for _, line in lines for key in line))
    rows = (Row(where=where, cells=tuple(_text_of(line.get(key)) for key in header)) for where, line in lines)
    return Table(header=header, rows=tuple(row for row in rows if any(row.cells)), form=form)


def _text_of(value: Any) -> str:
    """The text of a value; of a picture, as the library datasets writes it, the path, and of a list of one that one."""
    if isinstance(value, Mapping) and isinstance(value.get("path"), str):
        value = value["path"]
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], str):
        value = value[0]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return "" if missing else str(value)


def excel_table(content: bytes, path: Path, knows: Knows) -> Table:
    """The sheet of an Excel file that has the columns that are needed; its first row with text is the header.

    Raises:
        ConfigError: it is no such file, no sheet or several sheets have the columns, or openpyxl is not installed.
    """
    with converting(lambda error: OF_LABELS.of(path, error)), zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = {part.filename: part.file_size for part in packed.infolist()}
    if "xl/workbook.xml" not in parts:
        raise OF_LABELS.because(path, next((why for part, why in _INSTEAD.items() if part in parts), _PACKED))
    if (unpacked := sum(parts.values())) > _MAX_UNPACKED:
        raise OF_LABELS.because(path, f"unpacked it has {unpacked:,} bytes, and {_MAX_UNPACKED:,} is the limit")
    from openpyxl import load_workbook

    sheets: dict[str, Table] = {}
    with converting(lambda error: OF_LABELS.of(path, error)):
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            for sheet in book.worksheets:
                sheets[sheet.title] = table_of(list(_rows_of(sheet)), knows, "Excel")
        finally:
            book.close()
    named = [name for name, table in sheets.items() if knows(table.header)]
    if len(named) > 1:
        raise ConfigError(
            f"{path} has labels on the sheets {' and '.join(map(repr, named[:3]))}; leave one of them, and import again"
        )
    empty = Table(header=(), rows=(), form="Excel")
    return sheets[named[0]] if named else next((table for table in sheets.values() if table.header), empty)


def _rows_of(sheet: Any) -> Iterator[Row]:
    for place, cells in enumerate(sheet.iter_rows(), start=1):
        found = [_shown(cell) for cell in cells]
        faults = {column: f"cell {cells[column].coordinate} {why}" for column, (_, why) in enumerate(found) if why}
        if faults or any(text for text, _ in found):  # A sheet can have formats down to its last possible row.
            yield Row(where=f"row {place}", cells=tuple(text for text, _ in found), faults=faults)


def _shown(cell: Any) -> tuple[str, str]:
    """The text that a cell shows, and what is wrong with it."""
    value = cell.value
    if value is None:
        return "", ""
    if isinstance(value, str):
        # Excel stores what no XML can hold as _xHHHH_; openpyxl has put that back.
        return value, "holds an error of Excel; correct it" if cell.data_type == "e" else ""
    if isinstance(value, bool):
        return ("TRUE" if value else "FALSE"), ""
    if isinstance(value, date | time | timedelta):
        return (
            "",
            "holds a date, of which the text that was typed is not known; format the column as text, type it again",
        )
    if not isinstance(value, int | float):
        return "", "holds neither a text nor a number; format the column as text, type it again"
    style = cell.number_format or "General"
    whole = int(value) if isinstance(value, int) or value.is_integer() else None
    if whole is not None and style and set(style) == {"0"}:
        return f"{whole:0{len(style)}d}", ""
    if style not in ("General", "@", "0"):
        return "", f"holds a number that is shown as {style!r}; format the column as text, type it again"
    return (str(whole) if whole is not None else repr(value)), ""


def parquet_table(content: bytes, path: Path) -> Table:
    """The columns of a Parquet file; numbers and dictionaries as text, and classes as the file itself names them.

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
        named = _class_names(found.schema.metadata or {})
        header = tuple(map(str, found.column_names))
        columns = [_texts_of(found.column(place), pyarrow, named.get(name, ())) for place, name in enumerate(header)]
    cells = enumerate(zip(*columns, strict=True), start=1)
    return Table(header=header, rows=tuple(Row(where=f"row {n}", cells=row) for n, row in cells), form="Parquet")


def _class_names(metadata: Mapping[bytes, bytes]) -> dict[str, list[str]]:
    """The names of the classes that the library datasets keeps beside a column of their numbers, by column."""
    found: dict[str, list[str]] = {}
    with if_sound():
        features = json.loads(metadata[b"huggingface"])["info"]["features"]
        for column, feature in features.items():
            if isinstance(feature, dict) and feature.get("_type") == "ClassLabel":
                found[column] = [str(name) for name in feature["names"]]
    return found


def _texts_of(column: Any, pyarrow: Any, names: Sequence[str]) -> list[str]:
    """The cells of a column as texts; a struct with a path, as the library datasets stores pictures, as that path."""
    from pyarrow import compute

    kind = column.type
    if pyarrow.types.is_struct(kind) and "path" in [kind.field(place).name for place in range(kind.num_fields)]:
        column = compute.struct_field(column, "path")
    if pyarrow.types.is_struct(column.type) or pyarrow.types.is_map(column.type):
        return [""] * len(column)
    if pyarrow.types.is_binary(column.type) or pyarrow.types.is_large_binary(column.type):
        return [_as_text(value) for value in column.to_pylist()]
    values = column.to_pylist()
    return [names[value] if type(value) is int and 0 <= value < len(names) else _text_of(value) for value in values]


def _as_text(value: bytes | None) -> str:
    with if_sound():
        return (value or b"").decode("utf-8")
    return ""
