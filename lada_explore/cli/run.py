"""`lada-explore run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from lada_explore.cli.options import Device, Oracle, Threads, chosen_method, setting
from lada_explore.cli.progress import finish
from lada_explore.config import ACQUISITIONS, AUGMENTATIONS, METHODS, Policy
from lada_explore.config.presets import configure


def run(
    out: Annotated[Path, typer.Option(help="Folder of the run; it must not exist yet.", show_default=False)],
    preset: Annotated[str, typer.Option(help="A set of numbers; see `lada-explore presets`.")] = "demo",
    method: Annotated[
        str | None, typer.Option(help=f"One of {', '.join(METHODS)}; lada-entmix by default.", show_default=False)
    ] = None,
    acquisition: Annotated[
        str | None,
        typer.Option(help=f"In place of a method, its parts: {', '.join(ACQUISITIONS)}.", show_default=False),
    ] = None,
    augmentation: Annotated[
        str | None, typer.Option(help=f"A part of a method: {', '.join(AUGMENTATIONS)}.", show_default=False)
    ] = None,
    policy: Annotated[
        str | None, typer.Option(help=f"A part of a method, who chooses tau: {', '.join(Policy)}.", show_default=False)
    ] = None,
    look_ahead: Annotated[
        bool | None,
        typer.Option(help="A part of a method; where the others can, it looks ahead.", show_default=False),
    ] = None,
    cycles: Annotated[int | None, typer.Option(help="Acquisition rounds; the preset's own by default.")] = None,
    seed: Annotated[int, typer.Option(help="Decides everything drawn at random.")] = 0,
    dataset: Annotated[
        str | None, typer.Option(help="A name from `lada-explore datasets`, or folder:PATH or array:PATH, your own.")
    ] = None,
    classes: Annotated[
        str | None, typer.Option(help="Class names, where your own images come without, as a,b,c.", show_default=False)
    ] = None,
    device: Device = "auto",
    threads: Threads = None,
    oracle: Oracle = None,
    set_: Annotated[
        list[str] | None,
        typer.Option("--set", help="Any other number, as schedule.budget=20; may be repeated.", show_default=False),
    ] = None,
) -> None:
    """Start a run and go to its end.

    Everything is written to the folder OUT stage by stage, so that the run can be killed at any moment and resumed.
    """
    settings: dict[str, Any] = dict(setting(text) for text in set_ or [])
    if classes is not None:
        settings["data.classes"] = classes
    named = chosen_method(method, acquisition, augmentation, policy, look_ahead)
    config = configure(preset, named, seed=seed, dataset=dataset, cycles=cycles, settings=settings)
    from lada_explore.session.session import Session

    finish(Session.create(config, out, oracle=oracle, device=device, threads=threads))
