"""Options that several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lada_explore.config import Method, compose, method_named
from lada_explore.errors import ConfigError

RunPath = Annotated[Path, typer.Argument(help="A run folder made by `lada-explore run`.", show_default=False)]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1. auto takes the GPU if there is one.")]
Threads = Annotated[
    int | None,
    typer.Option(
        help="CPU threads. A short trial chooses when it is not given, and a run keeps its number.", show_default=False
    ),
]
Oracle = Annotated[
    str | None,
    typer.Option(
        help="Who answers: ground-truth, person, or noisy:0.1 for a tenth of wrong answers (noisy:0.1@3-5: in cycles "
        "3 to 5). The ground truth, where the images have labels."
    ),
]


def setting(text: str) -> tuple[str, str]:
    """Name and value of "name=value".

    Raises:
        ConfigError: no name or no value.
    """
    name, separator, value = text.partition("=")
    if not separator or not name or not value:
        raise ConfigError(f"--set {text!r} has no value; write it as schedule.budget=20")
    return name, value


def chosen_method(
    method: str | None,
    acquisition: str | None,
    augmentation: str | None,
    policy: str | None,
    look_ahead: bool | None,
) -> Method:
    """The method that is named, or the one that its parts make; lada-entmix without either.

    Args:
        method: key of `lada_explore.config.METHODS`, or the name of another made of its parts.
        acquisition: as for `lada_explore.config.compose`, like the next three; None where it is not given.
        augmentation: see there.
        policy: see there.
        look_ahead: see there.

    Raises:
        ConfigError: a name beside parts, an unknown one, or parts that cannot work together.
    """
    parts = {
        "--acquisition": acquisition,
        "--augmentation": augmentation,
        "--policy": policy,
        "--look-ahead": look_ahead,
    }
    given = [name for name, part in parts.items() if part is not None]
    if not given:
        return method_named(method or "lada-entmix")
    if method is not None:
        raise ConfigError(f"--method {method} was given beside {given[0]}; give the method by name, or by its parts")
    return compose(acquisition or "max_entropy", augmentation or "none", policy, look_ahead)
