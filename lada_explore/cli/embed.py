"""`lada-explore embed`."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from lada_explore.background.processes import signals_interrupt
from lada_explore.cli.options import Classes, Device, Preset, Settings, Threads, Unlabelled, settings_of
from lada_explore.cli.terminal import out_console, say
from lada_explore.config.asked import Asked
from lada_explore.config.catalogue import FROZEN
from lada_explore.errors import ConfigError

if TYPE_CHECKING:
    from lada_explore.features import Embedded


def embed(
    dataset: Annotated[
        str,
        typer.Argument(
            help="A name from `lada-explore datasets`, or your own images: folder:PATH, array:PATH, "
            "hf:NAME_OR_PATH or module:PACKAGE.MODULE:FUNCTION.",
            show_default=False,
        ),
    ],
    classifier_kind: Annotated[
        str | None,
        typer.Option(
            help="The backbone, as frozen:torchvision:resnet18; see `lada-explore backbones`. The same as --set "
            "classifier.kind=...",
            show_default=False,
        ),
    ] = None,
    preset: Preset = "demo",
    classes: Classes = None,
    unlabelled: Unlabelled = False,
    device: Device = "auto",
    threads: Threads = None,
    set_: Settings = None,
) -> None:
    """Compute the features of a data set ahead of a run; a run with the same settings finds them there.

    What is finished is kept when the command is stopped or killed, and the same command goes on from there.
    """
    settings = settings_of(set_, classes, unlabelled)
    if classifier_kind is not None:
        settings["classifier.kind"] = classifier_kind
    asked = Asked(preset=preset, dataset=dataset, settings=settings)
    config = asked.config()
    from lada_explore.session.own_folder import features_at_hand

    chosen = features_at_hand(asked, device, threads, begins=False)
    if chosen is not None:
        config = chosen.config
    if not config.classifier.backbone:
        kind = config.classifier.kind
        name = f"{FROZEN}:{kind}" if config.classifier.is_borrowed else "a name from `lada-explore backbones`"
        raise ConfigError(f"classifier.kind {kind!r} is no frozen backbone; give --classifier-kind {name}")
    from lada_explore.config.frozen import check_frozen
    from lada_explore.datasets import load_for
    from lada_explore.features import backbone_named, embedded
    from lada_explore.runtime import Runtime
    from lada_explore.runtime.progress import Bar

    check_frozen(config)
    runtime = Runtime.choose(device, threads=threads)
    data = load_for(config) if chosen is None else chosen.data
    try:
        with signals_interrupt():
            backbone = backbone_named(config.classifier, config.backbone, data)
            done = embedded(data, backbone, runtime=runtime, progress=Bar(out_console))
    except KeyboardInterrupt:
        sys.exit(130)
    say(sentence(done))
    for note in done.notes:
        say(f"note: {note}")


def sentence(done: Embedded) -> str:
    """What was computed, what was there, and where it is."""
    rate = f" in {done.seconds:.1f} s ({done.new / done.seconds:,.0f} images/s)" if done.new else ""
    counted = f"{done.new:,} new{rate} and {done.known:,} known of {done.new + done.known:,} images"
    by = f"{done.backbone.n_features:,} features each by {done.backbone.name}"
    return f"{counted}, {by}; {done.size / 1e6:,.1f} MB in {done.folder}"
