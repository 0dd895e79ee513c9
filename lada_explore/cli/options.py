"""Options that several commands have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from lada_explore.config import (
    AUGMENTATIONS,
    DEFAULT_ACQUISITION,
    DEFAULT_AUGMENTATION,
    Layout,
    Method,
    Policy,
    compose,
    method_named,
)
from lada_explore.config.method import NO_LOOK_AHEAD
from lada_explore.config.settings import setting
from lada_explore.errors import ConfigError
from lada_explore.records import OracleName

if TYPE_CHECKING:
    from lada_explore.exchange.trackers import Tracker

RunPath = Annotated[Path, typer.Argument(help="A run folder made by `lada-explore run`.", show_default=False)]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:1. auto takes the GPU if there is one.")]
Threads = Annotated[
    int | None,
    typer.Option(
        help="CPU threads. By default a short trial chooses them, and a resumed run keeps its number.",
        show_default=False,
    ),
]
Exact = Annotated[
    bool,
    typer.Option(
        help="Refuse to go on with another device, processor, precision, number of threads or version of torch than "
        "before: with them, the further records differ in the last digits.",
    ),
]
Oracle = Annotated[
    str | None,
    typer.Option(
        help=f"Who answers: {', '.join(OracleName)}, or noisy:0.1 for a tenth of wrong answers (noisy:0.1@3-5: in "
        "cycles 3 to 5). The ground truth, where the images have labels."
    ),
]

Preset = Annotated[str, typer.Option(help="A set of numbers; see `lada-explore presets`.")]
Cycles = Annotated[int | None, typer.Option(help="Acquisition rounds; the preset's own by default.")]
Dataset = Annotated[
    str | None,
    typer.Option(
        help="A name from `lada-explore datasets`, or your own images: folder:PATH, array:PATH, "
        "hf:NAME_OR_PATH or module:PACKAGE.MODULE:FUNCTION."
    ),
]
Settings = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="Any other setting, as schedule.budget=20 or fidelity=released; may be repeated.",
        show_default=False,
    ),
]
Track = Annotated[
    list[str] | None,
    typer.Option(
        help="Send settings, measures and maps of every cycle to a tracker: mlflow:URI, tensorboard:DIR or "
        "trackio:PROJECT; may be repeated.",
        show_default=False,
    ),
]
LookAhead = Annotated[
    bool | None,
    typer.Option(
        help="Whether scores count the virtual images; by default they do if the other parts allow it.",
        show_default=False,
    ),
]
AUGMENTATION_HELP = f"How images are mixed or transformed: {', '.join(AUGMENTATIONS)}."
NAMES_OF_PARTS = (
    "A name may be made of parts, ACQUISITION, AUGMENTATION and POLICY as listed below: "
    "lada-ACQUISITION-AUGMENTATION-POLICY looks ahead, as lada-margin-input_mixup-exact; "
    "ACQUISITION-then-AUGMENTATION does not, as margin-then-input_mixup; and "
    "ACQUISITION-pairs-then-AUGMENTATION chooses pairs without looking ahead, as margin-pairs-then-input_mixup."
)
POLICY_HELP = f"What chooses tau: {', '.join(Policy)}."


Classes = Annotated[
    str | None, typer.Option(help="Class names, as a,b,c, if your own images come without.", show_default=False)
]
Data = Annotated[
    Path | None,
    typer.Option(help="The folder of the images, if it has moved; it is checked and remembered.", show_default=False),
]
Unlabelled = Annotated[
    bool,
    typer.Option(
        "--unlabelled",
        help="Label the images of folder:PATH yourself, whatever its folders are; the same as --set data.layout=flat.",
    ),
]


def settings_of(texts: Sequence[str] | None, classes: str | None, unlabelled: bool) -> dict[str, Any]:
    """Values by setting of --set, --classes and --unlabelled.

    Raises:
        ConfigError: a --set without a name or a value, or one of another layout than --unlabelled.
    """
    settings: dict[str, Any] = dict(setting(text) for text in texts or [])
    if classes is not None:
        settings["data.classes"] = classes
    if unlabelled and (layout := settings.setdefault("data.layout", Layout.FLAT.value)) != Layout.FLAT:
        raise ConfigError(f"--unlabelled was given beside --set data.layout={layout}; give one of them")
    return settings


BY_SETTINGS = "give --set method.look_ahead=false"


@contextmanager
def advising(instead: str) -> Iterator[None]:
    """Errors of the block give this advice where Python's would be to turn looking ahead off."""
    try:
        yield
    except ConfigError as error:
        raise ConfigError(str(error).replace(NO_LOOK_AHEAD, instead)) from None


def named_method(name: str, option: str) -> Method:
    """The method with this name, which was given by `option`; the errors are those of `method_named`."""
    match name.split("-"):
        case ["lada", acquisition, augmentation, _]:
            without = f"{acquisition}-then-{augmentation}"
        case _:
            without = name
    with advising(f"give {option} {without}"):
        return method_named(name)


def chosen_method(
    method: str | None,
    acquisition: str | None,
    augmentation: str | None,
    policy: str | None,
    look_ahead: bool | None,
) -> Method:
    """The method with this name, or the one made of these parts; lada-entmix if nothing is given.

    Args:
        method: key of `lada_explore.config.METHODS`, or a name made of parts.
        acquisition: key of `lada_explore.config.ACQUISITIONS`.
        augmentation: key of `lada_explore.config.AUGMENTATIONS`.
        policy: text of a `lada_explore.config.Policy`.
        look_ahead: whether candidates are scored with their virtual instances.

    Raises:
        ConfigError: a name beside parts, an unknown name, or parts that cannot work together.
    """
    parts = {
        "--acquisition": acquisition,
        "--augmentation": augmentation,
        "--policy": policy,
        "--look-ahead": look_ahead,
    }
    given = [name for name, part in parts.items() if part is not None]
    if not given:
        return named_method(method or "lada-entmix", "--method")
    if method is not None:
        raise ConfigError(f"--method {method} was given beside {given[0]}; give the method by name, or by its parts")
    with advising("give --no-look-ahead"):
        return compose(acquisition or DEFAULT_ACQUISITION, augmentation or DEFAULT_AUGMENTATION, policy, look_ahead)


def methods_of_parts(
    acquisitions: Sequence[str], augmentations: Sequence[str], policies: Sequence[str], look_ahead: bool | None
) -> tuple[str, ...]:
    """Names of the methods of every combination of these parts; none if no part is given.

    Args:
        acquisitions: keys of `lada_explore.config.ACQUISITIONS`; `DEFAULT_ACQUISITION` when empty.
        augmentations: keys of `lada_explore.config.AUGMENTATIONS`; `DEFAULT_AUGMENTATION` when empty.
        policies: texts of `lada_explore.config.Policy`; the usual one of each combination when empty.
        look_ahead: whether all of them score candidates with their virtual instances; None: those that can.

    Raises:
        ConfigError: an unknown part, or a combination that cannot work.
    """
    if not acquisitions and not augmentations and not policies and look_ahead is None:
        return ()
    combined = product(
        acquisitions or (DEFAULT_ACQUISITION,), augmentations or (DEFAULT_AUGMENTATION,), policies or (None,)
    )
    with advising("give --no-look-ahead"):
        return tuple(compose(*parts, look_ahead).name for parts in combined)


def trackers_of(texts: Sequence[str] | None) -> list[Tracker]:
    """The trackers of --track, before a run is made: ConfigError for one that is unknown or does not answer."""
    if not texts:
        return []
    from lada_explore.exchange.trackers import tracker_named

    return [tracker_named(text) for text in texts]
