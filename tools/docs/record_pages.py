"""Parts of the page on the run folder, from the classes of what it holds and the schema that is checked."""

from __future__ import annotations

import math
from dataclasses import fields

from docstrings import attributes_of, escaped, summary_of

from lada_explore.records import RECORD_TYPES, JournalAction
from lada_explore.store.journal_entry import JournalEntry
from lada_explore.store.run_info import Parent, RunInfo
from lada_explore.store.schema import ARRAYS, VALUES, Array

HOLDS = {
    "ids": "ids of images",
    "classes": "classes, -1 where none is known",
    "counts": "whole numbers from 0",
}
"""What an array of whole numbers holds, by the words of the schema."""


def records_text() -> str:
    """Markdown of every field of every record."""
    lines = []
    for stage, record in RECORD_TYPES.items():
        said = attributes_of(record)
        lines.append(f"### `{stage.value}`\n\n{escaped(summary_of(record))}\n")
        for field in fields(record):
            if field.name in ARRAYS[stage]:
                form = f"`arrays.npz`, {_array(ARRAYS[stage][field.name])}"
            elif field.name in VALUES[stage]:
                form = f"`record.json`, {_value(VALUES[stage][field.name])}"
            else:
                form = "`arrays.npz`, one array a name" if field.name == "own" else "`record.json`, a whole number"
            words = said.get(field.name, "the cycle" if field.name == "cycle" else "")
            lines.append(f"`{field.name}`\n: {escaped(words)}\n\n  {form}\n")
    return "\n".join(lines)


def run_info_text() -> str:
    """Markdown of the fields of run.json."""
    parent = f"It is an object with these fields:\n\n{_fields(Parent)}"
    return f"{_fields(RunInfo)}\n`parent` is null, or the run that this one is a branch of. {parent}"


def journal_text() -> str:
    """Markdown of the columns of the journal and of what its lines say."""
    chain = "`chain`\n: SHA-256 of the chain of the line before and of the values of this one.\n"
    actions = ", ".join(f"`{action.value}`" for action in JournalAction)
    meaning = "{py:obj}`lada_explore.records.JournalAction` says what each means."
    return f"{_fields(JournalEntry)}\n{chain}\nThe actions are {actions}. {meaning}\n"


def _fields(documented: type) -> str:
    return "\n".join(f"`{name}`\n: {escaped(words)}\n" for name, words in attributes_of(documented).items())


def _array(array: Array) -> str:
    shapes = " or ".join(f"({', '.join(axes.split())})" for axes in array.axes.split("|"))
    holds = array.holds
    parts = [" or ".join(f"`{name}`" for name in array.dtypes.split()), shapes.replace("*", r"\*")]
    if isinstance(holds, str):
        parts.append(HOLDS[holds])
    elif holds is not None:
        parts.append(_range(*holds))
    if not array.finite:
        parts.append("may be infinite")
    return ", ".join(parts)


def _value(wanted: tuple[float, float] | type[str] | tuple[str, ...]) -> str:
    if not isinstance(wanted, tuple):
        return "a text"
    if isinstance(wanted[0], str):
        return "one of " + ", ".join(f'`"{word}"`' for word in wanted)
    return _range(float(wanted[0]), float(wanted[1]))


def _range(least: float, most: float) -> str:
    below = "above 0" if 0 < least < 1e-9 else f"from {least:g}"
    return below if most == math.inf else f"{below} to {most:g}"
