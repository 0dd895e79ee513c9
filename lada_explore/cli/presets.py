"""`lada-explore presets`."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Column, Table

from lada_explore.cli.terminal import out_console
from lada_explore.config import flatten
from lada_explore.config.fidelity import FIDELITY, RELEASED
from lada_explore.config.presets import PRESETS, configure, preset_named


def presets(
    name: Annotated[str | None, typer.Argument(help="Show every setting of this preset and its source.")] = None,
) -> None:
    """List the presets, or every number of one preset with its source."""
    if name is None:
        table = Table("name", "what it is")
        for preset in PRESETS.values():
            table.add_row(preset.name, preset.summary)
        out_console.print(table)
        out_console.print("`lada-explore presets NAME` shows every number and its source.", markup=False)
        return
    preset = preset_named(name)
    numbers = flatten(configure(name).to_dict())
    released = flatten(configure(name, settings={FIDELITY: RELEASED}).to_dict())
    # A name that is cut short cannot be copied to --set.
    names = Column("setting", min_width=max(map(len, preset.sources)))
    table = Table(names, "value", f"{FIDELITY}=\n{RELEASED}", "source", title=preset.summary)
    for setting, source in preset.sources.items():
        differs = released[setting] != numbers[setting]
        table.add_row(setting, str(numbers[setting]), str(released[setting]) if differs else "", source)
    out_console.print(table)
