"""The page on the settings of a run: every one with its values in the presets and the source of each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_type_hints

from docstrings import attributes_of, escaped, summary_of

from lada_explore.config import RunConfig, flatten
from lada_explore.config.fidelity import FIDELITY, RELEASED
from lada_explore.config.presets import PRESETS, configure

HEAD = """\
# Settings

Every setting by the name that `--set NAME=VALUE` takes on the command line, and `settings={"NAME": VALUE}` in
`open_session` and `configure`. Behind each value stand the presets that have it, and where it is from: "Table 1",
"A.2", "A.3" and "B.3" are parts of the supplement of LADA (NeurIPS 2021), "ours" marks a choice of this package.
`lada-explore presets NAME` prints one preset. Written from `lada_explore.config`.

"""


def settings_page() -> str:
    """Markdown of every setting, under the part of the configuration that it belongs to."""
    values = {name: flatten(configure(name).to_dict()) for name in PRESETS}
    released = {name: flatten(configure(name, settings={FIDELITY: RELEASED}).to_dict()) for name in PRESETS}
    lines = [HEAD, "## Presets\n"]
    lines += [f"`{preset.name}`\n: {escaped(preset.summary)}\n" for preset in PRESETS.values()]
    for title, part, fields in _parts():
        lines.append(f"## {title}\n\n{escaped(summary_of(part))}\n")
        said = attributes_of(part)
        for field, kind in fields:
            name = f"{title}.{field}" if title != "run" else field
            lines.append(f"(setting-{name.replace('.', '-').replace('_', '-')})=\n### `{name}`\n")
            if field in said:
                lines.append(f"{_sentence(said[field])}\n")
            if options := _options(kind):
                lines.append(f"One of {options}.\n")
            if name != "preset":  # which each preset has for itself
                lines += [*_by_value(name, values, released), ""]
    return "\n".join(lines)


def _parts() -> Iterator[tuple[str, type, list[tuple[str, Any]]]]:
    """Name and class of each part of the configuration, and its fields with their types; first those of a run."""
    kinds = get_type_hints(RunConfig)
    own = [field.name for field in dataclasses.fields(RunConfig)]
    yield "run", RunConfig, [(name, kinds[name]) for name in own if not dataclasses.is_dataclass(kinds[name])]
    for name in own:
        if dataclasses.is_dataclass(kinds[name]):
            part: Any = kinds[name]
            inner = get_type_hints(part)
            yield name, part, [(field.name, inner[field.name]) for field in dataclasses.fields(part)]


def _options(kind: Any) -> str:
    """The words that a setting may be, if it is an enumeration."""
    for one in get_args(kind) if isinstance(kind, UnionType) else (kind,):
        if isinstance(one, type) and issubclass(one, Enum):
            return ", ".join(f"`{member.value}`" for member in one)
    return ""


def _by_value(name: str, values: dict[str, dict[str, Any]], released: dict[str, dict[str, Any]]) -> list[str]:
    """A line for each value with the same source: the presets that have it."""
    having: dict[tuple[str, str], list[str]] = {}
    for preset, known in PRESETS.items():
        having.setdefault((_shown(values[preset].get(name)), known.sources.get(name, "")), []).append(preset)
    lines = []
    for (value, source), presets in having.items():
        where = "every preset" if len(presets) == len(PRESETS) else ", ".join(f"`{preset}`" for preset in presets)
        lines.append(f"- {value} in {where}" + (f" ({escaped(source)})" if source else ""))
    differing = {preset: now[name] for preset, now in released.items() if now.get(name) != values[preset].get(name)}
    for value in dict.fromkeys(map(_shown, differing.values())):
        where = ", ".join(f"`{preset}`" for preset, other in differing.items() if _shown(other) == value)
        lines.append(f"- {value} with `{FIDELITY}={RELEASED}` in {where}")
    return lines


def _shown(value: Any) -> str:
    return "none" if value is None else "empty" if value in ("", ()) else f"`{value}`"


def _sentence(words: str) -> str:
    return escaped(words[0].upper() + words[1:])
