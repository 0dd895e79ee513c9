"""`lada-explore datasets`."""

from __future__ import annotations

from rich.table import Table

from lada_explore.cli.terminal import out_console


def datasets() -> None:
    """List the data sets and what they hold."""
    from lada_explore.datasets import CATALOGUE

    table = Table("name", "classes", "shape", "what it is")
    for entry in CATALOGUE.values():
        table.add_row(entry.name, str(entry.n_classes), " x ".join(map(str, entry.shape)), entry.summary)
    table.add_row("folder:PATH", "yours", "declared", "Your own images: class folders, or a flat folder and --classes")
    table.add_row(
        "array:PATH", "yours", "as stored", "Your own arrays, read as needed: PATH/images.npy, targets.npy, ..."
    )
    table.add_row("hf:NAME_OR_PATH", "yours", "declared", "By the library datasets: of its hub, or a folder with one")
    table.add_row("module:PLACE", "yours", "yours", "What a function makes, as package.module:function")
    out_console.print(table)
