"""`lada-explore backbones`."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Annotated

import typer

from lada_explore.cli.terminal import say, say_wrapped
from lada_explore.config.catalogue import FROZEN

if TYPE_CHECKING:
    from lada_explore.features.listing import Listed


def backbones(
    words: Annotated[
        str | None,
        typer.Argument(help="A part of the names that are shown, as resnet or timm:vit.", show_default=False),
    ] = None,
) -> None:
    """List pretrained networks whose features a run can use: size, licence, and where their weights are.

    Nothing is downloaded.
    """
    from lada_explore.features.listing import backbones as listed

    shown, n = listed(words)
    if not shown:
        say(f"no backbone has {words!r} in its name; leave it out to see some that are recommended")
        return
    for one in shown:
        say(f"{FROZEN}:{one.kind}")  # On a line of its own, to be copied into classifier.kind.
        say(f"    {about(one)}")
    if words is None:
        say_wrapped(
            f"These are some of {n:,}; `lada-explore backbones WORDS` shows those with WORDS in their names, and "
            f"{FROZEN}:module:PACKAGE.MODULE:FUNCTION is a network of your own."
        )
    elif n > len(shown):
        say_wrapped(f"{n - len(shown):,} more have {words!r} in their names; write more of the name to see them.")
    if find_spec("timm") is None:
        say_wrapped("timm has more than a thousand others: pip install 'lada-explore[timm]'")
    say_wrapped("Those of timm and torchvision have new weights unless classifier.weights names a file, or is hub.")


def about(one: Listed) -> str:
    """What is known of a backbone, on one line."""
    known = [
        None if one.side is None else f"pictures of {one.side} pixels",
        None if one.parameters is None else f"{one.parameters / 1e6:,.1f} million parameters",
        None if one.megabytes is None else f"{one.megabytes:,.0f} MB",
        one.licence or "licence not stated",
    ]
    return f"{', '.join(part for part in known if part)}; weights: {one.weights}"
