"""Labels as CSV and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lada_explore.errors import ConfigError
from lada_explore.exchange.labels import Label
from lada_explore.files import OF_EXPORT, converting, reason_of, write_file

COLUMNS = ("id", "file", "class", "label", "cycle", "annotators", "time")


def row_of(label: Label) -> dict[str, Any]:
    """Values of `COLUMNS` for one label, the annotators joined by "; " and the time in ISO 8601, UTC."""
    time = "" if label.time is None else datetime.fromtimestamp(label.time, UTC).isoformat(timespec="milliseconds")
    values = (label.id, label.file, label.class_name, label.label, label.cycle, "; ".join(label.annotators), time)
    return dict(zip(COLUMNS, values, strict=True))


def csv_text(labels: Sequence[Label]) -> str:
    """A header line and a line for each label; quotes, commas and line breaks in names are quoted (RFC 4180)."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(row_of(label) for label in labels)
    return text.getvalue()


def write_parquet(labels: Sequence[Label], out: Path) -> None:
    """Write a Parquet file with the columns of the CSV.

    Raises:
        ConfigError: pyarrow, which makes it, is not installed; or the file cannot be written.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise ConfigError(
            "Parquet is written by pyarrow, which is not installed; `pip install 'lada-explore[parquet]'`, or export "
            "with --labels csv"
        ) from error
    rows = [row_of(label) for label in labels]
    kinds = {"id": pyarrow.int64(), "label": pyarrow.int64(), "cycle": pyarrow.int64()}
    schema = pyarrow.schema([(column, kinds.get(column, pyarrow.string())) for column in COLUMNS])
    content = io.BytesIO()
    with converting(
        lambda error: ConfigError(f"{out} cannot be written ({reason_of(error)}); export with --labels csv")
    ):
        parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), content)
    write_file(out, content.getvalue(), overwrite=True, refusal=OF_EXPORT)
